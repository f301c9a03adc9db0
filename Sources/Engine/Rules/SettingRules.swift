import AccountData
import MarketData
import Risk
import Trading
import Units

/// What the engine does when someone wants another leverage or position mode.
enum SettingRules {
  /// Asks for a leverage, or says why not.
  static func setLeverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ leverage: Leverage,
    _ source: CommandSource, _ core: inout EngineCore
  ) -> Denial? {
    if let denial = denial(of: leverage, instrument, mode, core) {
      CommandRules.deny(denial, .setLeverage(instrument, mode, leverage), source, &core)
      return denial
    }
    let slots: [PositionSlot] =
      core.account.positionMode == .hedge && mode == .isolated ? [.long, .short] : [.net]
    for slot in slots {
      core.send(.setLeverage(instrument, mode, slot, leverage)) {
        .setLeverage($0, instrument, mode, slot, leverage)
      }
    }
    return nil
  }

  /// Asks for a position mode, or says why not: an exchange changes it only where nothing is held
  /// and nothing rests (D7).
  static func setPositionMode(
    _ mode: PositionMode, _ source: CommandSource, _ core: inout EngineCore
  ) -> Denial? {
    let account = core.account
    let positions = account.positions.held.count
    let orders =
      account.orders.open.count + account.triggers.count { $0.order.state == .live }
    guard positions == 0, orders == 0 else {
      let denial = Denial.positionModeTaken(positions: positions, orders: orders)
      CommandRules.deny(denial, .setPositionMode(mode), source, &core)
      return denial
    }
    core.send(.setPositionMode(mode)) { .setPositionMode($0, mode) }
    return nil
  }

  private static func denial(
    of leverage: Leverage, _ instrument: InstrumentID, _ mode: MarginMode, _ core: EngineCore
  ) -> Denial? {
    guard let market = core.markets[instrument] else { return .unknownInstrument(instrument) }
    let limit = min(core.gate.limits.leverageMaximum, market.instrument.maximumLeverage)
    guard leverage <= limit else { return .leverageTooHigh(leverage, limit: limit) }
    guard leverage >= 1, leverage.isMultiple(of: 1) else {
      return .leverageNotWhole(leverage, limit: limit)
    }
    for held in core.account.positions.held
    where held.key.instrument == instrument && held.key.marginMode == mode {
      let denial = core.context.raiseDenial(
        leverage, for: held, in: market, limits: core.gate.limits)
      if let denial { return denial }
    }
    return nil
  }
}
