import AccountData
import Trading
import Units

/// How protection goes that guards nothing any more: a later position must not meet it.
enum SweepRules {
  /// How long the position of an entry that filled may be on its way to us.
  static let openingPatience = TimeSpan.seconds(2)

  /// A position is gone: what was to protect it goes as well, at once where it is known what ended
  /// it, else when the whole account was read: a list that was long on its way shows no position
  /// where there is one.
  static func closed(
    _ cycle: PositionCycle, shownAt: Timestamp?, _ core: inout EngineCore
  ) {
    let key = cycle.key
    let next = core.book.account.positions[key]
    // An end that was held back is told after the beginning of the next life.
    if next == nil || core.guards[key]?.openedAt != next?.cycle.openedAt {
      ProtectionRules.forget(key, &core)
    }
    guard cycle.ending != .unexplained else { return }
    cancelExits(of: key, on: cycle.side.closingSide, &core)
    let orders = core.book.account.orders
    let now = core.now
    // What protects the next one may be told before that one, and stays: it is on the other side
    // when an order turned the position around, on the same side when an entry fills.
    sweep(key, &core) { trigger in
      guard trigger.side == cycle.side.closingSide else { return false }
      if let shownAt, trigger.createdAt <= shownAt { return true }
      return next?.report.side != cycle.side
        && !openings(cycle, orders, at: now).contains { $0.mayCarry(trigger) }
    }
  }

  /// The entries on the side of a position that may have opened it anew.
  private static func openings(
    _ cycle: PositionCycle, _ orders: Orders, at now: Timestamp
  ) -> [TrackedOrder] {
    let late = orders.ended.reversed().prefix { now - $0.changedAt < openingPatience }
    return (orders.open + late).filter { order in
      order.isOwn && !order.reduceOnly && order.positionKey == cycle.key
        && order.side == cycle.side.openingSide
    }
  }

  /// Cancels protection of ours that guards nothing: a later position must not meet it.
  static func sweepAll(_ core: inout EngineCore) {
    let triggers = core.book.account.triggers
    core.sweeps.removeAll { id in !triggers.contains { $0.order.exchangeOrderID == id } }
    // A cancel whose answer was lost is sent again, though an order rests that may open anew.
    for trigger in triggers where core.sweeps.contains(trigger.order.exchangeOrderID) {
      let order = trigger.order
      // The stop of a former position may be the only one a new one has: its guard decides.
      guard core.book.account.positions[order.key] == nil || order.stopLoss == nil else { continue }
      cancel(order, &core)
    }
    var keys: [PositionKey] = []
    for trigger in core.book.account.triggers where trigger.isOwn && trigger.order.reduceOnly {
      let key = trigger.order.key
      guard !keys.contains(key), core.book.account.positions[key] == nil, !core.isOpening(key),
        !core.hasUnreported(key.instrument)
      else { continue }
      keys.append(key)
    }
    for key in keys { sweep(key, &core) { _ in true } }
    for order in core.book.account.orders.open where order.isRestingExit {
      let key = order.positionKey
      guard core.book.account.positions[key] == nil, !core.isOpening(key),
        !core.hasUnreported(key.instrument)
      else { continue }
      cancelExits(of: key, on: order.side, &core)
    }
  }

  /// Cancels the exits of ours that rest for a position: they would close a later one.
  private static func cancelExits(
    of key: PositionKey, on side: OrderSide, _ core: inout EngineCore
  ) {
    for order in core.book.account.orders.open
    where order.isRestingExit && order.positionKey == key && order.side == side
      && core.mayCancel(order)
    {
      guard let reference = order.reference else { continue }
      CommandRules.cancel(order.instrument, reference, &core)
    }
  }

  private static func sweep(
    _ key: PositionKey, _ core: inout EngineCore, where goes: (TriggerOrder) -> Bool
  ) {
    let triggers = core.book.account.triggers
    for trigger in triggers
    where trigger.isOwn && trigger.order.reduceOnly && trigger.order.key == key
      && goes(trigger.order)
    {
      let id = trigger.order.exchangeOrderID
      if !core.sweeps.contains(id) { core.sweeps.append(id) }
      cancel(trigger.order, &core)
    }
  }

  /// Cancels a trigger order, unless that is under way or was answered a moment ago.
  static func cancel(_ trigger: TriggerOrder, _ core: inout EngineCore) {
    guard !isGoing(trigger, core) else { return }
    let (instrument, id) = (trigger.instrument, trigger.exchangeOrderID)
    core.send(.cancelTrigger(instrument, id)) { .cancelTrigger($0, instrument, id) }
  }

  /// Whether a cancel of a trigger order is under way or was answered a moment ago.
  static func isGoing(_ trigger: TriggerOrder, _ core: EngineCore) -> Bool {
    let subject = RequestSubject.cancelTrigger(trigger.instrument, trigger.exchangeOrderID)
    return core.requests.isWaiting { $0 == subject } || wasCanceledLately(subject, core)
  }

  /// Whether the exchange answered the same cancel a moment ago: its lists lag behind its answers.
  private static func wasCanceledLately(_ subject: RequestSubject, _ core: EngineCore) -> Bool {
    let answered = core.requests.answered
    for place in answered.indices.reversed() {
      guard let answer = answered[place].answer,
        core.now - answer.at < QuestionRules.cancelPatience
      else { return false }
      if answered[place].subject == subject {
        return answer.result == .confirmed || answer.result == .refused
      }
    }
    return false
  }
}

extension TrackedOrder {
  /// Whether it is ours, rests in the book and only makes a position smaller.
  fileprivate var isRestingExit: Bool { isOwn && reduceOnly && type.mayRest }

  /// Whether a trigger order may have come with it.
  fileprivate func mayCarry(_ trigger: TriggerOrder) -> Bool {
    stopLoss.map { $0.triggerPrice == trigger.stopLoss?.triggerPrice } ?? false
      || takeProfit.map { $0.triggerPrice == trigger.takeProfit?.triggerPrice } ?? false
  }
}
