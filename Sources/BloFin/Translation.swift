import Trading
import Units

/// BloFin's words for things that have a name inside, both ways.
///
/// Sizes: BloFin counts contracts in orders, positions, fills and books, as we do inside, so they
/// are never multiplied here; volumes come in coins. Only `positions-history`, which is not used,
/// counts coins. The conversion itself is `Contracts.baseAmount(contractValue:)`.
nonisolated enum Translation {
  /// The word for no limit price: a market order follows a trigger.
  static let marketPrice = "-1"
  /// The word for the whole position as the size of a trigger order.
  static let wholePosition = "-1"

  static func word(_ slot: PositionSlot) -> String { slot.rawValue }

  static func word(_ mode: MarginMode) -> String { mode.rawValue }

  static func word(_ side: OrderSide) -> String { side.rawValue }

  static func word(_ source: TriggerSource) -> String { source.rawValue }

  static func word(_ mode: PositionMode) -> String {
    switch mode {
    case .oneWay: "net_mode"
    case .hedge: "long_short_mode"
    }
  }

  static func word(_ type: OrderType) -> String {
    switch type {
    case .market: "market"
    case .limit: "limit"
    case .postOnly: "post_only"
    case .fillOrKill: "fok"
    case .immediateOrCancel: "ioc"
    }
  }

  /// The word for a length of a candle; its case matters (`1m` is a minute, `1M` a month).
  static func word(_ frame: TimeFrame) -> String {
    switch frame {
    case .oneMinute: "1m"
    case .threeMinutes: "3m"
    case .fiveMinutes: "5m"
    case .fifteenMinutes: "15m"
    case .thirtyMinutes: "30m"
    case .oneHour: "1H"
    case .twoHours: "2H"
    case .fourHours: "4H"
    case .sixHours: "6H"
    case .eightHours: "8H"
    case .twelveHours: "12H"
    case .oneDay: "1D"
    case .threeDays: "3D"
    case .oneWeek: "1W"
    }
  }

  static func timeFrame(_ word: Substring) -> TimeFrame? {
    TimeFrame.allCases.first { Self.word($0) == word }
  }

  static func positionMode(_ word: String) -> PositionMode? {
    PositionMode.allCases.first { Self.word($0) == word }
  }

  /// The type of an order; nil for an unknown word and for a missing price.
  static func orderType(_ word: String, price: Price?) -> OrderType? {
    if word == "market" { return .market }
    guard let price else { return nil }
    switch word {
    case "limit": return .limit(price)
    case "post_only": return .postOnly(price)
    case "fok": return .fillOrKill(price)
    case "ioc": return .immediateOrCancel(price)
    default: return nil
    }
  }

  /// The state of an order; nil for an unknown word.
  ///
  /// `partially_canceled` is final: what had filled stays filled, the rest was canceled.
  static func orderState(_ word: String) -> OrderState? {
    switch word {
    case "live": .live
    case "partially_filled": .partiallyFilled
    case "filled": .filled
    case "canceled", "partially_canceled": .canceled
    default: nil
    }
  }

  /// The state of a trigger order; nil for an unknown word.
  static func triggerState(_ word: String) -> TriggerOrder.State? {
    switch word {
    case "live": .live
    case "effective": .triggered
    case "canceled": .canceled
    case "order_failed": .failed
    default: nil
    }
  }

  /// Which price is watched; nil for an unknown word.
  ///
  /// The default is the last price; one sample of the documentation calls it `market`.
  static func triggerSource(_ word: String?) -> TriggerSource? {
    switch word {
    case nil, "last", "market": .last
    case "mark": .mark
    case "index": .index
    default: nil
    }
  }

  static func category(_ word: String?) -> OrderCategory {
    switch word {
    // The stream says `pre_tp_sl` for an order that carries protection; REST says `normal`.
    case nil, "normal", "pre_tp_sl": .normal
    case "tp": .takeProfit
    case "sl": .stopLoss
    case "partial_liquidation": .partialLiquidation
    case "full_liquidation": .fullLiquidation
    case "adl": .autoDeleveraging
    case let other?: .other(other)
    }
  }

  static func status(_ word: String) -> Instrument.Status {
    switch word {
    case "live": .live
    case "suspend": .suspended
    default: .other(word)
    }
  }

  /// Whether an instrument is settled in USDT; rows of others share some lists with ours.
  static func isTraded(_ instrument: InstrumentID) -> Bool { instrument.text.hasSuffix("-USDT") }
}
