import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// What the engine does when it hears of the account.
enum AccountRules {
  static func take(_ event: AccountEvent, _ core: inout EngineCore) {
    if case .holdings(_, _, let askedAt) = event {
      return StartupRules.holdingsCame(event, askedAt: askedAt, &core)
    }
    core.links[LinkName.privateStream.position].messageAt = core.now
    if core.accountReading.isSilent {
      core.accountReading.isSilent = false
      core.note(.notice, "the account stream speaks again")
    }
    switch event {
    case .order(let report): noteState(of: report, &core)
    case .triggerOrder(let report): noteState(of: report, &core)
    case .balance, .positions, .fill, .positionMode, .leverage, .funding, .holdings: break
    }
    let before = EntryTargetRules.shown(core)
    let changes = core.book.apply(event, at: core.now)
    EntryTargetRules.takeMoves(since: before, &core)
    react(to: changes, &core)
  }

  /// Tells once of an order whose state is none that is known (O20): what is known of it stays, it
  /// counts in full, and the readings of the account go on looking at it.
  static func noteState(of report: Order, _ core: inout EngineCore) {
    noteState(
      report.unknownState, of: report.exchangeOrderID,
      "order \(report.exchangeOrderID) (\(report.side.rawValue) \(report.contracts) "
        + "\(report.instrument))", report.instrument, &core)
  }

  /// The same of an order that waits for a price: it guards nothing unless it is known otherwise.
  static func noteState(of report: TriggerOrder, _ core: inout EngineCore) {
    noteState(
      report.unknownState, of: report.exchangeOrderID,
      "trigger order \(report.exchangeOrderID) of \(report.instrument)", report.instrument, &core)
  }

  private static func noteState(
    _ unknown: String?, of id: ExchangeOrderID, _ what: @autoclosure () -> String,
    _ instrument: InstrumentID, _ core: inout EngineCore
  ) {
    guard let word = unknown else {
      if !core.oddOrders.isEmpty { core.oddOrders.removeAll { $0 == id } }
      return
    }
    guard !core.oddOrders.contains(id) else { return }
    if core.oddOrders.count == EngineCore.listCapacity { core.oddOrders.removeFirst() }
    core.oddOrders.append(id)
    core.notify(
      .alarm,
      "\(what()) is in the state '\(word)' at the exchange, which is not known: look at it there",
      instrument)
  }

  static func react(to changes: [AccountChange], _ core: inout EngineCore) {
    journalFlows(of: changes, &core)
    for change in changes {
      if !core.alerts.book.isEmpty { AlertRules.take(change, &core) }
      switch change {
      case .balance(let balance):
        BreakerRules.noteBalance(balance, &core)
        StrategyRules.balanceCame(&core)
      case .positionMode(let mode): positionModeRead(mode, &core)
      case .leverage(let setting): LeverageRules.changed(setting, &core)
      case .positionOpened(let key):
        StrategyRules.positionChanged(key, &core)
        if !core.proposals.isEmpty { StrategyRules.positionOpened(key, &core) }
        opened(key, &core)
        ProtectionRules.review(key, &core)
        journalCycle(key, &core)
      case .positionChanged(let key):
        StrategyRules.positionChanged(key, &core)
        SizeRules.changed(key, &core)
        ProtectionRules.review(key, &core)
        journalCycle(key, &core)
      case .positionGone(let key):
        StrategyRules.positionChanged(key, &core)
        StartupRules.readAccountAnew(&core)
      case .positionPassed(let cycle):
        count(cycle, &core)
        StrategyRules.positionPassed(cycle, &core)
      case .positionClosed(let life, let shownAt):
        let cycle = withRisk(life, &core)
        core.journal(.positionCycle(cycle, at: core.now))
        tellOfEnding(cycle, &core)
        BreakerRules.closed(cycle, &core)
        StrategyRules.positionChanged(cycle.key, &core)
        SweepRules.closed(cycle, shownAt: shownAt, &core)
      case .order(let change): orderChanged(change, &core)
      case .trigger(let trigger): ProtectionRules.triggerChanged(trigger, &core)
      case .fill, .funding: break
      }
    }
    BreakerRules.writeDayStart(&core)
    if !changes.isEmpty { BreakerRules.review(&core) }
  }

  /// Writes down fills and funding and, in the same write, the lives that have them, those included
  /// whose end is held back: a restart goes on from the lives, and does not book again what the
  /// journal has.
  private static func journalFlows(of changes: [AccountChange], _ core: inout EngineCore) {
    var instruments: [InstrumentID] = []
    for change in changes {
      let instrument: InstrumentID
      if case .fill(let fill) = change {
        core.journal(.fill(fill, at: core.now))
        instrument = fill.instrument
      } else if case .funding(let payment) = change {
        core.journal(.funding(payment))
        instrument = payment.instrument
      } else {
        continue
      }
      if !instruments.contains(instrument) { instruments.append(instrument) }
    }
    guard !instruments.isEmpty, core.journalsEverything else { return }
    let positions = core.account.positions
    for life in positions.held.map(\.cycle) + positions.untold
    where instruments.contains(life.key.instrument) {
      core.journal(.positionCycle(life, at: core.now))
    }
  }

  /// The position mode was read: the first one, or the one that was asked for since, is what
  /// everything is made for (R12).
  private static func positionModeRead(_ mode: PositionMode, _ core: inout EngineCore) {
    guard let meant = core.positionModeMeant else {
      core.positionModeMeant = mode
      return
    }
    // What we asked for is told before its answer now and then.
    if mode != meant, !core.requests.isWaiting({ $0 == .setPositionMode(mode) }) {
      core.notify(
        .alarm, "the position mode is \(mode.rawValue) now, it was \(meant.rawValue): no entries")
    }
  }

  /// An end that nobody here asked for is told loudly (X01, X02, R09).
  private static func tellOfEnding(_ cycle: PositionCycle, _ core: inout EngineCore) {
    let what: String
    switch cycle.ending {
    case .liquidation: what = "the position was liquidated"
    case .autoDeleveraging: what = "the position was deleveraged by the exchange"
    case .external: what = "the position was closed elsewhere"
    case .unexplained: what = "the position is gone and no order of ours explains it"
    case .stopLoss, .takeProfit, .manual, .strategy, .accountEnded, nil: return
    }
    let level: NoteRecord.Level = cycle.ending == .external ? .warning : .alarm
    core.notify(level, "\(what), net \(cycle.netPnL.value.resultText()) USDT", cycle.key.instrument)
  }

  /// An order is in a new state or filled further, by whatever proof.
  static func orderChanged(
    _ change: Orders.Change, cause: String = "", _ core: inout EngineCore
  ) {
    let order = change.order
    if core.journalsEverything {
      core.journal(.orderChanged(order.record(cause: cause, at: core.now)))
    }
    if order.isOverfilled, change.filled.isPositive {
      CommandRules.halt(
        "\(order.instrument): more filled than was asked for", source: .engine, &core)
      core.notify(.alarm, "more filled than was asked for", order.instrument)
      StartupRules.readAccount(&core)
    }
    if change.filled.isPositive, !order.reduceOnly {
      core.guards.filled(order)
      if let cycle = core.book.noteSource(order.positionKey) {
        core.breakers.opened(cycle)
        journalCycle(order.positionKey, &core)
        StrategyRules.positionChanged(order.positionKey, &core)
      }
      ProtectionRules.write(order.positionKey, &core)
      // The position may have been told before what opened it.
      ProtectionRules.review(order.positionKey, &core)
    }
    TakeOverRules.orderChanged(change, &core)
    guard let id = order.clientOrderID, order.isOwn else { return }
    if order.state.isFinal || !order.isInDoubt, order.state != .pendingCancel {
      core.questions.resolve(id, &core.effects)
    }
    if change.stateBefore == .unknown || change.stateBefore == .lost,
      order.state == .pendingCancel, let reference = order.reference
    {
      // It lives, and the cancel that left while nobody knew of it did not take (O13).
      CommandRules.cancel(order.instrument, reference, &core)
      QuestionRules.askSoon(id, &core)
    }
    if change.stateBefore == .lost, order.state != .lost {
      core.effects.append(.unschedule(.lost(id)))
      core.notify(.alarm, "order \(id) was found after all: \(order.state)", order.instrument)
      CommandRules.goOnHalting(&core)
    }
    if order.state == .rejected, change.stateBefore != .rejected {
      core.notify(
        .warning, "order refused: \(order.problem ?? "no reason given")", order.instrument)
    }
    UnfilledRules.orderChanged(change, &core)
    if change.stateBefore == .unknown, order.state != .unknown { StartupRules.settle(&core) }
  }

  private static func opened(_ key: PositionKey, _ core: inout EngineCore) {
    if let held = core.book.account.positions[key], held.cycle.source == nil,
      let source = core.guards.opener(of: held)
    {
      core.book.noteSource(key, source)
    }
    guard let held = core.book.account.positions[key] else { return }
    count(held.cycle, &core)
    core.guards.opened(held)
    if core.guards[key]?.plan == nil, held.cycle.source != nil,
      let entry = core.book.account.orders.newestOpening(of: held.report)
    {
      // A former life of the position ended in the same report and took its guard along.
      core.guards.filled(entry)
    }
    ProtectionRules.write(key, &core)
    StartupRules.listen(&core)
    if held.cycle.source == nil, core.step == .ready {
      core.notify(
        .warning,
        "a position was opened elsewhere: \(held.report.side.rawValue) "
          + "\(held.report.contracts)", key.instrument)
    }
  }

  /// Counts a position that was opened today. One that an earlier run knew was counted when its
  /// life was restored; one whose entry filled while the program was down was not.
  private static func count(_ cycle: PositionCycle, _ core: inout EngineCore) {
    guard cycle.openedAt >= core.book.account.day.startedAt,
      !core.restoredCycles.contains(cycle.id)
    else { return }
    core.breakers.opened(cycle)
  }

  /// A life that ended, with what its first stop risked.
  private static func withRisk(
    _ cycle: PositionCycle, _ core: inout EngineCore
  ) -> PositionCycle {
    // What a contract was worth in its life is not what it is now.
    guard let stop = cycle.initialStop, cycle.initialRisk == nil,
      let instrument = core.markets[cycle.key.instrument]?.instrument,
      !core.rules.disturbed.contains(cycle.key.instrument)
    else { return cycle }
    let risk = core.context.initialRisk(
      cycle.side, instrument.baseAmount(of: cycle.peakContracts), entry: cycle.entryPrice,
      stop: stop, limits: core.gate.limits)
    return core.book.completeRisk(of: cycle, initialRisk: risk)
  }

  /// Writes down the life of a position as it stands.
  static func journalCycle(_ key: PositionKey, _ core: inout EngineCore) {
    guard core.journalsEverything, let held = core.account.positions[key] else { return }
    core.journal(.positionCycle(held.cycle, at: core.now))
  }
}

extension TrackedOrder {
  /// The order as the journal keeps it.
  func record(cause: String, at now: Timestamp) -> OrderChange {
    OrderChange(
      clientOrderID: clientOrderID, exchangeOrderID: exchangeOrderID, instrument: instrument,
      side: side, state: state, filledContracts: progress.filledContracts,
      averagePrice: progress.averagePrice, cause: cause, at: now)
  }
}
