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
  /// A candle of a market that is known by candles alone has closed, and this price can be traded
  /// at.
  static func candleClosed(
    _ candle: Candle, _ price: Price, _ position: Int, _ timeFrame: TimeFrame,
    _ core: inout EngineCore
  ) {
    let id = core.markets.all[position].instrument.id
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == id
      && core.desk.slots[place].takes(timeFrame)
    {
      core.desk.slots[place].feed.isStepped = true
      let wishes = wishes(after: candle, price, place, position, timeFrame, &core)
      if !wishes.isEmpty { take(wishes, place, &core) }
    }
  }

  /// Shows a closed candle to a strategy and returns what it wants.
  static func wishes(
    after candle: Candle, _ price: Price, _ place: Int, _ position: Int, _ timeFrame: TimeFrame,
    _ core: inout EngineCore
  ) -> [Wish] {
    // A wish that could not be met in the time of a whole candle is outdated.
    if core.desk.slots[place].isWaiting { core.desk.slots[place].waiting = nil }
    let context = StrategyContext(
      held: core.desk.slots[place].held, price: price,
      tickSize: core.markets.all[position].instrument.tickSize,
      roundTripCost: roundTripCost(core), enteredAt: core.desk.slots[place].enteredAt)
    return core.desk.slots[place].plan.strategy.candleClosed(candle, timeFrame, in: context)
  }

  /// A position was opened, changed or closed.
  static func positionChanged(_ key: PositionKey, _ core: inout EngineCore) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == key.instrument {
      noteHeld(place, &core)
      if core.desk.slots[place].held == nil { core.desk.slots[place].isFlat = true }
    }
  }

  /// A position was opened and ended before a list could show it: that was an entry all the same.
  static func positionPassed(_ cycle: PositionCycle, _ core: inout EngineCore) {
    for place in core.desk.slots.indices
    where core.desk.slots[place].plan.instrument == cycle.key.instrument
      && core.desk.slots[place].plan.marginMode == cycle.key.marginMode
    {
      core.desk.slots[place].enteredAt = core.now
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

  /// Notes which way the position of a strategy is held, and whether it is its own.
  private static func noteHeld(_ place: Int, _ core: inout EngineCore) {
    guard let at = heldPlace(place, core) else {
      core.desk.slots[place].held = nil
      core.desk.slots[place].isForeign = false
      return
    }
    let side = core.book.account.positions.held[at].report.side
    if core.desk.slots[place].held != side { core.desk.slots[place].enteredAt = core.now }
    core.desk.slots[place].held = side
    core.desk.slots[place].isForeign =
      core.book.account.positions.held[at].cycle.source
      != .strategy(core.desk.slots[place].plan.name)
  }

  /// Puts a strategy into a state; returns why not when it was not done.
  static func setState(
    _ name: String, _ state: StrategyState, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    guard let place = core.desk.place(of: name) else {
      let names = core.desk.slots.map(\.plan.name).joined(separator: ", ")
      return names.isEmpty
        ? "no strategy is set up: strategies.yaml names none"
        : "no strategy is called \(name); there are \(names)"
    }
    guard source.isPerson || !state.isLooser(than: core.desk.slots[place].state) else {
      return "only a person lets a strategy do more"
    }
    core.desk.slots[place].state = state
    if state == .paused {
      core.desk.slots[place].waiting = nil
      core.proposals.removeAll { $0.source == .strategy(name) }
    }
    core.notify(
      .notice, "the strategy \(name) is in \(state.rawValue)",
      core.desk.slots[place].plan.instrument)
    return nil
  }

  /// Does what a strategy wants, as far as its state lets it.
  static func take(_ wishes: [Wish], _ place: Int, _ core: inout EngineCore) {
    // The order that opened it may have been told after it.
    noteHeld(place, &core)
    // Whoever opened it decides about it.
    guard !core.desk.slots[place].isForeign else { return }
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
    guard core.desk.slots[place].state != .paused else { return }
    let name = core.desk.slots[place].plan.name
    let instrument = core.desk.slots[place].plan.instrument
    core.alerts.book.happened(
      .signal, instrument, "\(name): \(wish.side.rawValue) \(instrument), \(wish.reason)",
      at: core.now)
    let intent = OpeningIntent(
      instrument: instrument, side: wish.side, marginMode: core.desk.slots[place].plan.marginMode,
      type: wish.type, size: wish.size, stop: wish.stop, takeProfit: wish.takeProfit)
    if core.desk.slots[place].state == .approval {
      propose(intent, .strategy(name), &core)
    } else {
      CommandRules.open(intent, .strategy(name), reasons: [wish.reason], &core)
    }
  }

  /// Keeps an opening for a person to decide on, if the gate would let it pass.
  private static func propose(
    _ intent: OpeningIntent, _ source: CommandSource, _ core: inout EngineCore
  ) {
    let preview = core.gate.preview(intent, source: source, isApproved: true, in: core.context)
    if let denial = preview.denial {
      CommandRules.deny(denial, .open(intent), source, &core)
    } else {
      PlanCommands.propose(intent, source, &core)
    }
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
