import MarketData
import Trading
import Units

/// What the leverages at the exchange are held against.
struct LeverageWatch: Sendable, Hashable {
  /// How the leverage of one place stands to what is meant there.
  struct Mark: Sendable, Hashable {
    let place: LeveragePlace
    let slot: PositionSlot
    /// Whether it was as meant since that was meant: from then on a difference was made elsewhere.
    var wasRight = false
    /// The other leverage, told by a position, for which the account is read; nil for none.
    var doubted: Leverage?
    /// The other leverage that people were told of, nil for none.
    var told: Leverage?
    /// When the exchange confirmed the last setting of ours, nil before the first.
    var setAt: Timestamp?
  }

  /// What was set through this program; a place that is not here has what the settings say.
  var chosen: [LeverageSetting] = []
  /// Whether the last reading of the account brought none.
  var isUnread = false
  private(set) var marks: [Mark] = []

  /// Changes the mark of a place.
  mutating func update(
    _ place: LeveragePlace, _ slot: PositionSlot, _ change: (inout Mark) -> Void
  ) {
    if let known = marks.firstIndex(where: { $0.place == place && $0.slot == slot }) {
      change(&marks[known])
    } else {
      var mark = Mark(place: place, slot: slot)
      change(&mark)
      marks.append(mark)
    }
  }

  /// The mark of a place.
  subscript(place: LeveragePlace, slot: PositionSlot) -> Mark {
    marks.first { $0.place == place && $0.slot == slot } ?? Mark(place: place, slot: slot)
  }

  /// Whether the leverage that a reading tells was set after a moment.
  func wasSet(_ setting: LeverageSetting, after moment: Timestamp) -> Bool {
    marks.contains { mark in
      mark.place == setting.place && mark.place.serves(setting.slot, mark.slot)
        && mark.setAt.map { $0 > moment } ?? false
    }
  }

  /// Begins anew with what was set for a place.
  mutating func choose(_ setting: LeverageSetting) {
    chosen.take(setting)
    marks.removeAll {
      $0.place == setting.place && ($0.slot == setting.slot || setting.slot == .net)
    }
  }
}

extension LeverageWatch: BinaryEncodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(chosen)
    writer.put(isUnread)
    for mark in marks {
      writer.put(mark.place.instrument)
      writer.put(mark.place.marginMode)
      writer.put(mark.slot)
      writer.put(mark.wasRight)
      writer.put(mark.doubted)
      writer.put(mark.told)
      writer.put(mark.setAt)
    }
  }
}

extension EngineCore {
  /// The leverages that are meant: of the settings, and what was set since. A pair that leaves its
  /// leverage as the exchange has it has none.
  var meantLeverages: [LeverageSetting] {
    var meant = settings.pairs.compactMap { pair -> LeverageSetting? in
      guard let leverage = pair.leverage, let market = markets[pair.instrument] else { return nil }
      return LeverageSetting(
        instrument: pair.instrument, marginMode: pair.marginMode, slot: .net,
        leverage: min(leverage, market.instrument.maximumLeverage))
    }
    for setting in leverages.chosen { meant.take(setting) }
    return meant
  }
}
