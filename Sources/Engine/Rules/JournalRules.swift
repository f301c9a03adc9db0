import AccountData
import MarketData
import Risk
import Trading
import Units

/// What the engine does when the journal fails: nothing new leaves, exits and cancels still do.
enum JournalRules {
  static func failed(_ id: ClientOrderID?, _ text: String, _ core: inout EngineCore) {
    if !core.journalIsDown {
      core.journalIsDown = true
      core.journalDownSince = core.now
      core.notify(.alarm, "the journal cannot be written: \(text)")
    }
    guard let id, let order = core.account.orders[id], !order.reduceOnly else { return }
    // The runtime has not sent it: the order never existed.
    let change = core.book.move(
      .client(id), .refused, at: core.now, problem: "not sent: the journal failed")
    if let change { AccountRules.orderChanged(change, cause: "the journal failed", &core) }
  }

  /// The journal writes again: what happened since it failed is written once more. Every line is
  /// known by a key, so that what had arrived is not there twice.
  static func recovered(_ core: inout EngineCore) {
    guard core.journalIsDown, let failedAt = core.journalDownSince else { return }
    // What was written late the last time may have been lost as well.
    let since = failedAt - lookBack
    core.journalIsDown = false
    core.journalDownSince = nil
    core.notify(.notice, "the journal can be written again")
    let account = core.book.account
    for order in account.orders.ended + account.orders.open where order.changedAt >= since {
      core.journal(.orderChanged(order.record(cause: "written late", at: core.now)))
    }
    for fill in account.fills { core.journal(.fill(fill, at: core.now)) }
    for cycle in account.endedCycles where cycle.closedAt.map({ $0 >= since }) ?? false {
      core.journal(.positionCycle(cycle, at: core.now))
    }
    for held in account.positions.held { core.journal(.positionCycle(held.cycle, at: core.now)) }
    // An action whose end was lost would go on with the next start, and protection whose end was
    // lost would be given to a later position. It has the name of that which guards one now.
    for record in core.endedPlans where record.at >= since { core.journal(.plan(record)) }
    for place in core.guards.all.indices {
      core.guards.all[place].written = nil
      ProtectionRules.write(core.guards.all[place].key, &core)
    }
    for plan in core.plans { PlanRules.write(plan, .open, plan.work.step, &core) }
    if core.trading.since >= since { core.writeState() }
    StrategyRules.writeStates(since: since, &core)
    core.book.forgetDayStartWritten()
    BreakerRules.writeDayStart(&core)
    if let equity = core.breakers.peakEquity, let cash = account.balance?.value.cash {
      core.unwrittenPeak = nil
      core.journal(
        .equity(EquityRecord(occasion: .peak, equity: equity, cash: cash, at: core.now)))
    }
  }

  /// How far before the failure things are written once more.
  private static let lookBack = TimeSpan.minutes(10)

  /// How long an opening may wait for the disk: what it was decided on is outdated then.
  private static let leavingPatience = TimeSpan.seconds(5)

  /// An intent is durable and its request is about to leave. What must not open any more is taken
  /// back before it does: the disk took its time, and the world went on.
  static func durable(_ id: ClientOrderID, _ core: inout EngineCore) {
    guard let order = core.book.markDurable(id), !order.reduceOnly, order.state == .sent else {
      return
    }
    var mayOpen =
      switch core.trading.mode {
      case .running, .approval: true
      case .paused: order.owner.isPerson
      case .reducing, .halted: false
      }
    if core.now - order.createdAt > leavingPatience || core.isPaused(order.owner) {
      mayOpen = false
    }
    let isClear = !core.book.account.orders.open.contains {
      $0.instrument == order.instrument && $0.clientOrderID != id && $0.state == .unknown
    }
    let market = core.markets[order.instrument]
    let denial = market.flatMap { core.gate.limits.marketDenial($0, in: core.context) }
    guard mayOpen, isClear, core.readiness == .ready, market != nil, denial == nil else {
      let reason = denial.map { ": \($0.text)" } ?? ""
      core.notify(.warning, "an order was taken back before it left\(reason)", order.instrument)
      return CommandRules.cancel(order.instrument, .client(id), &core)
    }
  }
}

extension OrderOwner {
  /// Whether a person placed it.
  fileprivate var isPerson: Bool {
    if case .own(let source) = self { source.isPerson } else { false }
  }
}

extension EngineCore {
  /// Whether a strategy owns it that is paused by now.
  fileprivate func isPaused(_ owner: OrderOwner) -> Bool {
    guard case .own(.strategy(let name)) = owner, let place = desk.place(of: name) else {
      return false
    }
    return desk.slots[place].state == .paused
  }
}
