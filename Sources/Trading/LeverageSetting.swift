import Units

/// An instrument in a margin mode: what an exchange keeps a leverage for.
public struct LeveragePlace: Sendable, Hashable {
  /// Whose leverage.
  public let instrument: InstrumentID
  /// In which margin mode.
  public let marginMode: MarginMode

  /// Names a place.
  public init(_ instrument: InstrumentID, _ marginMode: MarginMode) {
    self.instrument = instrument
    self.marginMode = marginMode
  }
}

/// The leverage that is in force at the exchange for an instrument.
public struct LeverageSetting: Sendable, Hashable {
  /// Whose leverage.
  public let instrument: InstrumentID
  /// In which margin mode.
  public let marginMode: MarginMode
  /// For which of the instrument's positions; net where one serves both sides.
  public let slot: PositionSlot
  /// Notional over margin.
  public let leverage: Leverage

  /// States a setting.
  public init(
    instrument: InstrumentID, marginMode: MarginMode, slot: PositionSlot, leverage: Leverage
  ) {
    self.instrument = instrument
    self.marginMode = marginMode
    self.slot = slot
    self.leverage = leverage
  }

  /// What the exchange keeps it for.
  public var place: LeveragePlace { LeveragePlace(instrument, marginMode) }
}

extension Sequence<LeverageSetting> {
  /// Returns the leverage for a position of an instrument, nil where there is none: its own, or the
  /// one that serves both sides.
  public func leverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot
  ) -> Leverage? {
    var shared: Leverage?
    for setting in self where setting.instrument == instrument && setting.marginMode == mode {
      if setting.slot == slot { return setting.leverage }
      if setting.slot == .net { shared = setting.leverage }
    }
    return shared
  }
}

extension [LeverageSetting] {
  /// Takes a setting in the place of the former one; one for both sides replaces those of each.
  public mutating func take(_ setting: LeverageSetting) {
    removeAll {
      $0.place == setting.place && ($0.slot == setting.slot || setting.slot == .net)
    }
    append(setting)
  }
}
