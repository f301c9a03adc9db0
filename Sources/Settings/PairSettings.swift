import Trading
import Units

/// One instrument of `pairs.yaml`.
public struct PairSettings: Sendable, Hashable {
  /// The instrument.
  public var instrument: InstrumentID
  /// The leverage that is set at start; nil leaves it as the exchange has it.
  public var leverage: Leverage?
  /// Where the collateral of its positions comes from.
  public var marginMode: MarginMode

  /// States an instrument.
  public init(
    instrument: InstrumentID, leverage: Leverage? = nil, marginMode: MarginMode = .isolated
  ) {
    self.instrument = instrument
    self.leverage = leverage
    self.marginMode = marginMode
  }
}

/// Everything in `pairs.yaml`.
public struct PairsSettings: Sendable, Hashable {
  /// The instruments that are watched and may be traded, in the order of the watchlist; never
  /// empty.
  public var list = (["BTC-USDT", "ETH-USDT", "SOL-USDT"] as [InstrumentID]).map {
    PairSettings(instrument: $0, leverage: 5)
  }
  /// The time frames whose candles are kept up to date.
  public var timeFrames: [TimeFrame] = [.oneMinute, .fifteenMinutes, .oneHour, .fourHours]

  /// The defaults.
  public init() {}
}

extension PairsSettings {
  /// The most instruments that fit: what one public connection of BloFin carries comfortably.
  static let limit = 100

  /// Reads the file; `risk` is what the leverage of a pair is held against.
  mutating func read(_ map: SettingsMap, risk: RiskSettings) {
    readTimeFrames(map)
    var seen: Set<InstrumentID> = []
    let read = map.groups("pairs", limit: Self.limit) { map, place -> PairSettings? in
      let instrument = map.required("instrument", .instrument, within: place)
      if let instrument, !seen.insert(instrument).inserted {
        map.conflict(at: "instrument", "\(instrument) stands in the list twice")
      }
      // The other keys are read all the same, so that their mistakes are found as well.
      var pair = PairSettings(instrument: instrument ?? InstrumentID(""))
      map.value("leverage", .orOff(.leverage(1...150, example: 5)), &pair.leverage)
      map.value("marginMode", .word, &pair.marginMode)
      if let leverage = pair.leverage, leverage > risk.leverageMaximum {
        map.conflict(at: "leverage", Self.tooHigh(leverage, risk.leverageMaximum))
      }
      return instrument == nil ? nil : pair
    }
    if let read {
      list = read
    } else {
      // The default pairs follow a lower cap without being asked to.
      for index in list.indices {
        list[index].leverage = list[index].leverage.map { min($0, risk.leverageMaximum) }
      }
    }
  }

  private mutating func readTimeFrames(_ map: SettingsMap) {
    guard let frames = map.list("timeFrames", SettingKind<TimeFrame>.word) else { return }
    if frames.isEmpty { map.conflict(at: "timeFrames", "timeFrames must not be empty") }
    for (index, frame) in frames.enumerated() where frames[..<index].contains(frame) {
      map.conflict(at: "timeFrames", "the time frame \(frame.rawValue) stands twice")
    }
    timeFrames = frames
  }

  private static func tooHigh(_ leverage: Leverage, _ cap: Leverage) -> String {
    """
    the leverage \(leverageText(leverage)) is above leverageMaximum, which is \(leverageText(cap)) \
    in risk.yaml
    """
  }
}
