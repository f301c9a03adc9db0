import AccountData
import Alerts
import MarketData
import Risk
import Strategies
import Trading
import Units

/// How strategies meet the engine: candles go in, wishes come out and pass the gate like everyone
/// else's.
enum StrategyRules {
  /// A candle of a market has closed; it is the last of its series.
  static func candleClosed(
    _ position: Int, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    let market = core.markets.all[position]
    guard let candle = market.series(timeFrame)?.closed.last else { return }
    candleClosed(candle, market.lastPrice ?? candle.close, position, timeFrame, &core)
  }

  /// A candle of a market has closed, and this price can be traded at.
  static func candleClosed(
    _ candle: Candle, _ price: Price, _ position: Int, _ timeFrame: TimeFrame,
    _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].instrument.id
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == id
      && core.desk.slots[place].takes(timeFrame)
    {
      // A wish that could not be met in the time of a whole candle is outdated.
      if core.desk.slots[place].isWaiting { core.desk.slots[place].waiting = nil }
      let context = StrategyContext(
        held: core.desk.slots[place].held, price: price,
        tickSize: core.markets.all[position].instrument.tickSize,
        roundTripCost: roundTripCost(core), enteredAt: core.desk.slots[place].enteredAt)
      let wishes = core.desk.slots[place].plan.strategy.candleClosed(
        candle, timeFrame, in: context)
      if !wishes.isEmpty { take(wishes, place, &core) }
    }
  }

  /// A position was opened, changed or closed.
  static func positionChanged(_ key: PositionKey, _ core: inout EngineCore) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == key.instrument {
      let held = heldPlace(place, core).map { core.book.account.positions.held[$0].report.side }
      if held != nil, held != core.desk.slots[place].held {
        core.desk.slots[place].enteredAt = core.now
      }
      core.desk.slots[place].held = held
      if held == nil { core.desk.slots[place].isFlat = true }
    }
  }

  /// The balance came: what waited for the money of a closed position can be sized now.
  static func balanceCame(_ core: inout EngineCore) {
    for place in core.desk.slots.indices {
      guard core.desk.slots[place].isFlat else { continue }
      core.desk.slots[place].isFlat = false
      guard let wish = core.desk.slots[place].waiting else { continue }
      core.desk.slots[place].waiting = nil
      open(wish, place, &core)
    }
  }

  /// What the gate counts for taking twice.
  private static func roundTripCost(_ core: EngineCore) -> Rate {
    let once = core.settings.fees.takerFeeRate + core.gate.limits.slippageAllowance
    return once + once
  }

  private static func take(_ wishes: [Wish], _ place: Int, _ core: inout EngineCore) {
    var isClosing = false
    for wish in wishes {
      switch wish {
      case .close(let reason):
        guard let key = heldKey(place, core) else { continue }
        isClosing = true
        let name = core.desk.slots[place].plan.name
        core.alerts.book.happened(
          .signal, key.instrument, "\(name): close \(key.instrument), \(reason)", at: core.now)
        CommandRules.close(
          ClosingIntent(key: key), source: .strategy(name), reasons: [reason], &core)
      case .open(let opening):
        if isClosing {
          core.desk.slots[place].waiting = opening
          core.desk.slots[place].isFlat = false
        } else {
          open(opening, place, &core)
        }
      }
    }
  }

  private static func open(_ wish: OpeningWish, _ place: Int, _ core: inout EngineCore) {
    let name = core.desk.slots[place].plan.name
    let instrument = core.desk.slots[place].plan.instrument
    core.alerts.book.happened(
      .signal, instrument, "\(name): \(wish.side.rawValue) \(instrument), \(wish.reason)",
      at: core.now)
    let intent = OpeningIntent(
      instrument: instrument, side: wish.side, marginMode: core.desk.slots[place].plan.marginMode,
      type: wish.type, size: wish.size, stop: wish.stop, takeProfit: wish.takeProfit)
    CommandRules.open(intent, .strategy(name), reasons: [wish.reason], &core)
  }

  private static func heldKey(_ place: Int, _ core: EngineCore) -> PositionKey? {
    heldPlace(place, core).map { core.book.account.positions.held[$0].report.key }
  }

  /// Where the position of a strategy stands among those that are held.
  private static func heldPlace(_ place: Int, _ core: EngineCore) -> Int? {
    for at in core.book.account.positions.held.indices
    where core.book.account.positions.held[at].report.key.instrument
      == core.desk.slots[place].plan.instrument
      && core.book.account.positions.held[at].report.key.marginMode
        == core.desk.slots[place].plan.marginMode
    {
      return at
    }
    return nil
  }
}
