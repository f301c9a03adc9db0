import Trading
import Units

/// An account and the bookkeeping behind it. The one place where account messages are applied.
public struct AccountBook: Sendable {
  /// The account as it stands.
  public private(set) var account: Account
  private var ledger = OrderLedger()
  private var ownProtection = RecentList<OwnProtection>(capacity: AccountBook.protectionCapacity)

  /// The most requests for protection that are remembered.
  static let protectionCapacity = 256

  /// Trigger orders whose end the exchange told: a list that was read before shows them still.
  private var endedTriggers = RecentList<ExchangeOrderID>(capacity: AccountBook.triggerCapacity)

  /// The most ended trigger orders that are remembered.
  static let triggerCapacity = 64

  /// Off while a whole account is taken over: its positions contain its fills.
  private var positionsLag = true

  /// Whether what ended a position may still be on its way to us: after a start and a lost
  /// connection the list of positions comes before the orders and fills.
  private var holdsEndings = false

  /// Makes an account of which nothing is known.
  public init(dayOffset: TimeSpan, at now: Timestamp) {
    account = Account(dayOffset: dayOffset, at: now)
  }

  /// Takes a message of the exchange.
  public mutating func apply(_ event: AccountEvent, at now: Timestamp) -> [AccountChange] {
    switch event {
    case .balance(let balance):
      account.balance = Received(balance, at: now)
      account.day.takeEquity(balance.equity, at: now)
      return [.balance(balance)]
    case .positions(let positions): return apply(positions, at: now)
    case .order(let order): return apply(order, at: now)
    case .triggerOrder(let trigger): return apply(trigger, at: now)
    case .fill(let fill): return apply(fill, at: now)
    case .positionMode(let mode):
      account.positionMode = mode
      return [.positionMode(mode)]
    case .leverage(let instrument, let mode, let slot, let leverage):
      return apply(
        LeverageSetting(instrument: instrument, marginMode: mode, slot: slot, leverage: leverage))
    case .funding(let instrument, let amount, let settledAt):
      return applyFunding(
        FundingRecord(instrument: instrument, amount: amount, settledAt: settledAt, at: now),
        at: now)
    case .holdings(let positions, let triggers, let asked):
      return account.holdings(positions, triggers, asked).flatMap { apply($0, at: now) }
    }
  }

  /// Starts to track an order that is about to leave; it counts as exposure from here on.
  public mutating func add(_ request: OrderRequest, source: CommandSource, at now: Timestamp) {
    account.orders.add(TrackedOrder(request, source: source, at: now))
  }

  /// Tracks an order of an earlier run, of which nothing is known or which was found nowhere.
  public mutating func restore(
    _ request: OrderRequest, source: CommandSource, isLost: Bool, at sentAt: Timestamp
  ) {
    var order = TrackedOrder(request, source: source, at: sentAt)
    order.state = isLost ? .lost : .unknown
    order.isDurable = true
    account.orders.add(order)
  }

  /// Notes protection that this program asked for, so that it is known for ours when it is shown.
  public mutating func noteProtection(_ protection: OwnProtection) {
    if let last = ownProtection.last, last == protection { return }
    ownProtection.append(protection)
    for position in account.triggers.indices
    where protection.isShown(by: account.triggers[position].order) {
      account.triggers[position].owner = .own(protection.source)
    }
  }

  /// Takes an order that was found nowhere out of the open ones; it stays known by its ids.
  public mutating func retire(_ id: ClientOrderID) {
    account.orders.retire(id)
  }

  /// Notes that an order leaves once more under its own id: its outcome is open again.
  public mutating func noteResend(_ id: ClientOrderID, at now: Timestamp) {
    account.orders.noteResend(id, at: now)
  }

  /// Moves an order by a transition; nil when it is not known or the pair makes no sense.
  public mutating func move(
    _ reference: OrderReference, _ transition: OrderTransition, at now: Timestamp,
    problem: String? = nil
  ) -> Orders.Change? {
    account.orders.move(reference, transition, at: now, problem: problem)
  }

  /// Notes that the intent of an order is in the journal; nil when it is not open any more.
  public mutating func markDurable(_ id: ClientOrderID) -> TrackedOrder? {
    account.orders.markDurable(id)
  }

  /// Notes the exchange's id of an order, as an answer tells it.
  public mutating func name(_ id: ClientOrderID, _ exchangeOrderID: ExchangeOrderID) {
    account.orders.name(id, exchangeOrderID)
  }

  /// Notes the first stop of a position and what it loses there, which is its initial risk; nil
  /// where that is not known.
  public mutating func noteStop(_ key: PositionKey, stopPrice: Price, initialRisk: Money?) {
    account.positions.noteRisk(key) { $0.noteStop(stopPrice, initialRisk: initialRisk) }
  }

  /// Adds what was risked with all that a position has grown by since its risk was noted last; with
  /// nil its initial risk is not known any more.
  public mutating func noteGrowth(_ key: PositionKey, risk: Money?) {
    account.positions.noteRisk(key) { $0.noteGrowth(risk: risk) }
  }

  /// Returns a life that ended with what its first stop risked, where that was not told before: of
  /// what only fills told of, it is known when the coins of a contract are.
  public mutating func completeRisk(of cycle: PositionCycle, initialRisk: Money?) -> PositionCycle {
    guard cycle.initialStop != nil, cycle.initialRisk == nil, let initialRisk else { return cycle }
    var complete = cycle
    complete.initialRisk = initialRisk
    if let place = account.endedCycles.lastIndex(of: cycle) {
      account.endedCycles[place] = complete
    }
    return complete
  }

  /// Takes lives of positions that an earlier run left open.
  ///
  /// Fills up to `fillsKnownTo`, by the exchange's clock, are in them.
  public mutating func restore(_ cycles: [PositionCycle], fillsKnownTo: Timestamp?) {
    account.positions.restore(cycles, fillsKnownTo: fillsKnownTo)
  }

  /// Holds back the ends of positions until ``settleEndings(heardBefore:)``: what ended them is
  /// told later than the list of positions that shows it.
  public mutating func holdEndings() { holdsEndings = true }

  /// Returns the positions whose end was heard of before a complete reading was asked for: with
  /// it, all is known that there is to know of what ended them.
  public mutating func settleEndings(heardBefore asked: Timestamp) -> [AccountChange] {
    holdsEndings = false
    return account.positions.settle { $0.heardAt <= asked }.map {
      ended($0.cycle, shownAt: $0.shownAt)
    }
  }

  /// Returns the positions of which an order explains the end by now.
  private mutating func settleExplained() -> [AccountChange] {
    let orders = account.orders
    return account.positions.settle { orders.ending(of: $0.cycle) != .unexplained }.map {
      ended($0.cycle, shownAt: $0.shownAt)
    }
  }

  /// Notes whose position it is, when the order that opened it was told after it; returns its life
  /// if that was not known.
  public mutating func noteSource(_ key: PositionKey) -> PositionCycle? {
    guard let held = account.positions[key], held.cycle.source == nil,
      let source = account.orders.opener(of: held.report)
    else { return nil }
    return account.positions.noteSource(key, source)
  }

  /// Notes whose position it is, as the journal of an earlier run knows it.
  public mutating func noteSource(_ key: PositionKey, _ source: CommandSource) {
    _ = account.positions.noteSource(key, source)
  }

  /// Starts a new day when its time has come; true when it did.
  ///
  /// What is known of the account counts from the start only where it is heard of as it changes.
  /// Otherwise the next reading tells what the day counts from: what was made before, unheard, is
  /// neither a loss nor a profit of this day (K05).
  public mutating func turnDay(at now: Timestamp, isCurrent: Bool) -> Bool {
    let start = now.start(of: .days(1), offset: account.dayOffset)
    guard start > account.day.startedAt else { return false }
    account.day = DayFigures(startedAt: start, isWholeDay: false)
    guard isCurrent, let heardAt = account.positionsReceivedAt, let balance = account.balance else {
      return true
    }
    // What was told as realized already is in the reports of its position still.
    let told = account.positions.unreported.reduce(Money.zero) { $0 + $1.realizedPnL }
    account.day.unrealizedAtStart = account.reportedUnrealizedPnL - told
    account.day.heldUntil = min(heardAt, start)
    account.day.takeEquity(balance.value.equity, at: now)
    return true
  }

  /// Takes the equity at the start of the day as the journal kept it; ignored for another day.
  public mutating func restoreDayStart(_ record: EquityRecord) {
    guard record.at.start(of: .days(1), offset: account.dayOffset) == account.day.startedAt,
      record.equity.isPositive
    else { return }
    account.day.equityAtStart = record.equity
    account.day.unrealizedAtStart = record.equity - record.cash
    account.day.isWholeDay = DayFigures.isStart(record.at, of: account.day.startedAt)
    account.day.isStartWritten = true
  }

  /// Returns the figures that the day counts from, once, when both are known and the journal has
  /// none of this day: a later run of the day must count from the same ones.
  public mutating func takeUnwrittenDayStart(at now: Timestamp) -> EquityRecord? {
    guard !account.day.isStartWritten, let equity = account.day.equityAtStart,
      let unrealized = account.day.unrealizedAtStart
    else { return nil }
    account.day.isStartWritten = true
    return EquityRecord(
      occasion: .dayStart, equity: equity, cash: equity - unrealized, at: now)
  }

  /// Notes that what is to follow from the move of a stop at the exchange has followed.
  public mutating func forgetMove(of id: ExchangeOrderID) {
    for place in account.triggers.indices
    where account.triggers[place].order.exchangeOrderID == id {
      account.triggers[place].stopMovedFrom = nil
    }
  }

  /// Says that the journal may not have the figures that the day counts from after all.
  public mutating func forgetDayStartWritten() { account.day.isStartWritten = false }

  /// Removes a trigger order that the exchange does not list any more.
  private mutating func dropTrigger(_ id: ExchangeOrderID) -> [AccountChange] {
    guard let known = account.triggers.firstIndex(where: { $0.order.exchangeOrderID == id }) else {
      return []
    }
    var gone = account.triggers.remove(at: known).order
    gone.state = .canceled
    return [.trigger(gone)]
  }

  /// Forgets every leverage, for the exchange could not be asked: none is better than an old one.
  public mutating func forgetLeverages() { account.leverages = [] }

  /// Makes our picture equal the exchange's and returns what changed, and what must be asked for.
  public mutating func reconcile(
    with snapshot: AccountSnapshot, requestedAt: Timestamp, at now: Timestamp
  ) -> (changes: [AccountChange], reconciliation: Reconciliation) {
    var plan = account.reconciled(with: snapshot, requestedAt: requestedAt)
    var changes: [AccountChange] = []
    positionsLag = false
    for event in plan.events { changes += apply(event, at: now) }
    positionsLag = true
    account.positions.forgetUnreported(receivedBefore: requestedAt)
    for id in plan.goneTriggers { changes += dropTrigger(id) }
    plan.questions.removeAll { account.orders[$0]?.state.isFinal ?? true }
    return (changes, plan)
  }

  private mutating func apply(_ reports: [Position], at now: Timestamp) -> [AccountChange] {
    let orders = account.orders
    // Before the first list nobody knows what was held.
    let isKnown = account.positionsReceivedAt != nil
    let changes = account.positions.apply(reports, at: now, fillsAlone: isKnown) { report in
      orders.opener(of: report)
    }
    account.day.takeStart(reports, isFirst: account.positionsReceivedAt == nil)
    account.positionsReceivedAt = now
    // A position that trades with another leverage tells that it was changed (R12).
    let news = account.takeLeverages(of: reports).map(AccountChange.leverage)
    return news
      + changes.flatMap { change -> [AccountChange] in
        switch change {
        case .opened(let key): return [.positionOpened(key)]
        case .changed(let key): return [.positionChanged(key)]
        case .closed(let cycle, let shownAt): return [gone(cycle, shownAt: shownAt, at: now)]
        case .passed(var cycle):
          account.orders.explain(&cycle)
          return [.positionPassed(cycle), gone(cycle, shownAt: nil, at: now)]
        }
      }
  }

  /// Ends a life, or holds it until it is told what ended it: the order that closed it may be told
  /// after the list without it.
  private mutating func gone(
    _ cycle: PositionCycle, shownAt: Timestamp?, at now: Timestamp
  ) -> AccountChange {
    guard !holdsEndings, account.orders.ending(of: cycle) != .unexplained else {
      account.positions.hold(cycle, shownAt: shownAt, at: now)
      return .positionGone(cycle.key)
    }
    return ended(cycle, shownAt: shownAt)
  }

  private mutating func ended(_ life: PositionCycle, shownAt: Timestamp?) -> AccountChange {
    var cycle = life
    cycle.ending = account.orders.ending(of: cycle)
    if cycle.exitPrice == nil {
      let prices = account.orders.prices(of: cycle)
      cycle.exitPrice = prices.exit
      cycle.entryPrice = prices.entry ?? cycle.entryPrice
    }
    account.endedCycles.append(cycle)
    return .positionClosed(cycle, shownAt: shownAt)
  }

  private mutating func apply(_ report: Order, at now: Timestamp) -> [AccountChange] {
    let (progress, flow) = ledger.apply(report)
    let change = account.orders.apply(report, progress: progress, at: now)
    book(flow, report.marginMode, at: now)
    guard change.stateBefore != change.order.state || !change.filled.isZero else { return [] }
    guard !account.positions.unsettled.isEmpty, !holdsEndings else { return [.order(change)] }
    return [.order(change)] + settleExplained()
  }

  private mutating func apply(_ fill: Fill, at now: Timestamp) -> [AccountChange] {
    guard let (progress, flow) = ledger.apply(fill) else { return [] }
    account.fills.append(fill)
    let mode = account.orders.marginMode(fill.exchangeOrderID, fill.clientOrderID)
    book(flow, mode, at: now)
    let change = account.orders.apply(
      fill.exchangeOrderID, fill.clientOrderID, progress: progress, at: now)
    guard let change, change.stateBefore != change.order.state || !change.filled.isZero else {
      return [.fill(fill)]
    }
    return [.fill(fill), .order(change)]
  }

  private mutating func book(_ flow: OrderFlow?, _ marginMode: MarginMode?, at now: Timestamp) {
    guard let flow else { return }
    account.day.add(flow, at: now)
    let isShown = account.positions.book(flow, marginMode)
    if positionsLag, !isShown { account.positions.note(flow, marginMode, at: now) }
  }

  private mutating func apply(_ trigger: TriggerOrder, at now: Timestamp) -> [AccountChange] {
    // What is known of it stays; of one that is new nothing is believed (O20).
    if trigger.state == .unknown { return [] }
    let known = account.triggers.firstIndex { $0.order.exchangeOrderID == trigger.exchangeOrderID }
    let hasEnded = known == nil && endedTriggers.contains(trigger.exchangeOrderID)
    if trigger.state == .live, hasEnded { return [] }
    if trigger.state != .live, !hasEnded { endedTriggers.append(trigger.exchangeOrderID) }
    var tracked = TrackedTrigger(
      order: trigger, confirmedAt: now,
      owner: known.map { account.triggers[$0].owner }.flatMap { $0 == .external ? nil : $0 }
        ?? owner(of: trigger))
    guard let known else {
      if trigger.state == .live { account.triggers.append(tracked) }
      return [.trigger(trigger)]
    }
    let before = account.triggers[known].order
    tracked.noteMove(since: account.triggers[known])
    if trigger.state == .live {
      account.triggers[known] = tracked
    } else {
      account.triggers.remove(at: known)
    }
    return before == trigger ? [] : [.trigger(trigger)]
  }

  private func owner(of trigger: TriggerOrder) -> OrderOwner {
    ownProtection.last { $0.isShown(by: trigger) }.map { .own($0.source) } ?? .external
  }

  private mutating func apply(_ setting: LeverageSetting) -> [AccountChange] {
    account.leverages.take(setting)
    return [.leverage(setting)]
  }

  private mutating func applyFunding(_ payment: FundingRecord, at now: Timestamp) -> [AccountChange]
  {
    let isKnown = account.fundings.contains {
      $0.instrument == payment.instrument && $0.settledAt == payment.settledAt
    }
    guard !isKnown else { return [] }
    account.fundings.append(payment)
    account.day.add(payment, at: now)
    account.positions.noteFunding(
      payment.instrument, payment.amount, settledAt: payment.settledAt)
    return [.funding(payment)]
  }
}
