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

  /// A position was opened: what strategies proposed before it was meant for none.
  static func positionOpened(_ key: PositionKey, _ core: inout EngineCore) {
    core.proposals.removeAll { proposal in
      guard case .strategy = proposal.source else { return false }
      return proposal.intent.instrument == key.instrument
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
      let until = core.desk.slots[place].waitingUntil
      core.desk.slots[place].waiting = nil
      noteHeld(place, &core)
      // Somebody may have opened a position since; and a wish is not kept to fire later (J05).
      guard core.now <= until, core.desk.slots[place].held == nil else { continue }
      open(wish, place, &core)
    }
  }

  /// Forgets the openings that wait for a position to be gone, of one instrument or of all (nil).
  static func forgetWaiting(_ scope: InstrumentID?, _ core: inout EngineCore) {
    for place in core.desk.slots.indices
    where scope == nil || core.desk.slots[place].plan.instrument == scope {
      core.desk.slots[place].waiting = nil
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
    if core.desk.slots[place].held != side {
      core.desk.slots[place].enteredAt = enteredAt(core.book.account.positions.held[at], core)
    }
    core.desk.slots[place].held = side
    core.desk.slots[place].isForeign =
      core.book.account.positions.held[at].cycle.source
      != .strategy(core.desk.slots[place].plan.name)
  }

  /// When a position that was not seen before was opened: one of an earlier run before this start.
  private static func enteredAt(_ held: HeldPosition, _ core: EngineCore) -> Timestamp {
    core.restoredCycles.contains(held.cycle.id) ? held.cycle.openedAt : core.now
  }

  /// Takes the positions of earlier runs: what rests a while after it has opened goes on resting.
  static func restore(_ cycles: [PositionCycle], _ core: inout EngineCore) {
    for place in core.desk.slots.indices {
      for cycle in cycles where cycle.key.instrument == core.desk.slots[place].plan.instrument {
        let known = core.desk.slots[place].enteredAt ?? cycle.openedAt
        core.desk.slots[place].enteredAt = max(known, cycle.openedAt)
      }
    }
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
    core.desk.slots[place].said = StrategyDesk.Said(source: source, at: core.now)
    // As for the bot: who lets it trade again has looked at what stopped it.
    if state == .running, source.isPerson { core.breakers.forgiveStopOuts(of: name) }
    if state == .paused {
      core.desk.slots[place].waiting = nil
      core.proposals.removeAll { $0.source == .strategy(name) }
    }
    core.notify(
      .notice, "the strategy \(name) is in \(state.rawValue)",
      core.desk.slots[place].plan.instrument)
    return nil
  }

  /// Takes the state that an earlier run left a strategy in. It may have been another one of that
  /// name, and the settings may be newer: what allows less holds.
  static func restore(_ known: StrategyStateNote, _ core: inout EngineCore) {
    guard let place = core.desk.place(of: known.name) else { return }
    let plan = core.desk.slots[place].plan
    guard known.state != plan.state else { return }
    let isTighter = plan.state.isLooser(than: known.state)
    core.desk.slots[place].state = isTighter ? known.state : plan.state
    let text =
      isTighter
      ? "the strategy \(known.name) stays in \(known.state.rawValue), as was said before this "
        + "start; its settings say \(plan.state.rawValue)"
      : "the strategy \(known.name) is in \(plan.state.rawValue), as its settings say; before "
        + "this start it was in \(known.state.rawValue)"
    core.notify(.notice, text, plan.instrument)
  }

  /// Writes the states that strategies were given at a moment or later.
  static func writeStates(since moment: Timestamp, _ core: inout EngineCore) {
    for slot in core.desk.slots {
      guard let said = slot.said, said.at >= moment else { continue }
      let note = StrategyStateNote(name: slot.plan.name, state: slot.state)
      core.journal(
        .command(
          CommandRecord(source: said.source, text: note.text, answer: nil, at: core.now)))
    }
  }

  /// Does what a strategy wants, as far as its state lets it.
  static func take(_ wishes: [Wish], _ place: Int, _ core: inout EngineCore) {
    // The order that opened it may have been told after it.
    noteHeld(place, &core)
    // Whoever opened it decides about it.
    guard !core.desk.slots[place].isForeign else { return }
    var closing: Closing?
    for wish in wishes {
      switch wish {
      case .close(let reason):
        guard let key = heldKey(place, core) else { continue }
        if isClosing(key, place, core) {
          closing = .isSent
          continue
        }
        let name = core.desk.slots[place].plan.name
        core.alerts.book.happened(
          .signal, key.instrument, "\(name): close \(key.instrument), \(reason)", at: core.now)
        let denial = CommandRules.close(
          ClosingIntent(key: key), source: .strategy(name), reasons: [reason], &core)
        closing = denial == nil ? .isSent : .isDenied
      case .open(let opening):
        switch closing {
        case nil: open(opening, place, &core)
        case .isSent:
          core.desk.slots[place].waiting = opening
          core.desk.slots[place].waitingUntil = core.now + PlanRules.openingLife
          core.desk.slots[place].isFlat = false
        case .isDenied: break
        }
      }
    }
  }

  /// Whether a close of a strategy is on its way.
  private static func isClosing(_ key: PositionKey, _ place: Int, _ core: EngineCore) -> Bool {
    let own = CommandSource.strategy(core.desk.slots[place].plan.name)
    for order in core.book.account.orders.open
    where order.reduceOnly && order.type == .market && order.positionKey == key {
      guard case .own(own) = order.owner else { continue }
      switch order.state {
      case .sent, .live, .partiallyFilled: return true
      case .pendingCancel, .unknown, .lost, .filled, .canceled, .rejected, .expired: continue
      }
    }
    return false
  }

  /// What became of the close that a strategy wished for.
  private enum Closing { case isSent, isDenied }

  private static func open(_ wish: OpeningWish, _ place: Int, _ core: inout EngineCore) {
    guard core.desk.slots[place].state != .paused, RunawayRules.mayWish(place, &core) else {
      return
    }
    let name = core.desk.slots[place].plan.name
    let instrument = core.desk.slots[place].plan.instrument
    // One at a time (K03): what is on its way may open the other side, or the same once more.
    guard !isOpening(instrument, core) else {
      return core.notify(
        .notice, "\(name) opens nothing: another opening of \(instrument) is on its way",
        instrument)
    }
    core.alerts.book.happened(
      .signal, instrument, "\(name): \(wish.side.rawValue) \(instrument), \(wish.reason)",
      at: core.now)
    let intent = OpeningIntent(
      instrument: instrument, side: wish.side, marginMode: core.desk.slots[place].plan.marginMode,
      type: wish.type, size: wish.size, stop: wish.stop, takeProfit: wish.takeProfit)
    if core.desk.slots[place].state == .approval {
      propose(intent, .strategy(name), reasons: [wish.reason], &core)
    } else {
      CommandRules.open(intent, .strategy(name), reasons: [wish.reason], &core)
    }
  }

  /// Whether an opening order of ours of an instrument may still trade.
  private static func isOpening(_ instrument: InstrumentID, _ core: EngineCore) -> Bool {
    for order in core.book.account.orders.open
    where order.isOwn && order.addsExposure && order.instrument == instrument
      && order.state != .lost
    {
      return true
    }
    return false
  }

  /// Keeps an opening for a person to decide on, if the gate would let it pass.
  private static func propose(
    _ intent: OpeningIntent, _ source: CommandSource, reasons: [String], _ core: inout EngineCore
  ) {
    let preview = core.gate.preview(intent, source: source, isApproved: true, in: core.context)
    if let denial = preview.denial {
      CommandRules.deny(denial, .open(intent), source, &core)
    } else {
      PlanCommands.propose(intent, source, reasons: reasons, &core)
    }
  }

  private static func heldKey(_ place: Int, _ core: EngineCore) -> PositionKey? {
    heldPlace(place, core).map { core.book.account.positions.held[$0].report.key }
  }

  /// Where the position of a strategy stands among those that are held.
  ///
  /// Both sides may be held at once: its own comes before one of somebody else.
  private static func heldPlace(_ place: Int, _ core: EngineCore) -> Int? {
    let own = CommandSource.strategy(core.desk.slots[place].plan.name)
    var found: Int?
    for at in core.book.account.positions.held.indices
    where core.book.account.positions.held[at].report.key.instrument
      == core.desk.slots[place].plan.instrument
      && core.book.account.positions.held[at].report.key.marginMode
        == core.desk.slots[place].plan.marginMode
    {
      if core.book.account.positions.held[at].cycle.source == own { return at }
      if found == nil { found = at }
    }
    return found
  }
}
