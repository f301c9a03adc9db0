import AccountData
import MarketData
import Risk
import Trading
import Units

/// Several take profits, each for a share of a position, beside the stop of the whole.
enum TargetRules {
  /// How often one target is asked for.
  private static let attemptLimit = 2

  static func look(
    _ work: TargetsPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    // The order that replaces the entry is still to come.
    if work.next == 0, let entry = work.entry, core.isAmending(entry) { return .waiting }
    guard let held = core.book.account.positions[work.key], held.report.side == work.side else {
      return EntryTargetRules.withoutPosition(work, &core)
    }
    if work.next == 0 {
      guard !isToGrow(work, core) else { return .waiting }
      if work.rests, let progress = EntryTargetRules.rest(work, held, core) { return progress }
      return start(work, held, core)
    }
    guard work.next <= work.targets.count else {
      let progress = retireOthers(work, plan, held, &core)
      if case .done = progress, EntryTargetRules.isOpen(work, core) {
        return .moved(.targets(EntryTargetRules.resting(work)))
      }
      return progress
    }
    let index = work.next - 1
    let target = work.targets[index]
    if !isThere(index, of: work, plan, core), work.sizes[index].isPositive {
      guard isAnswered(target, of: work, plan, &core) else { return .waiting }
      guard !core.requests.isWaiting({ $0.isProtection(of: work.key) }), plan.mayAct(core.now)
      else { return .waiting }
      var why = ""
      if plan.attempts < attemptLimit {
        let denial = place(target, work.sizes[index], work.key, plan.source, &core)
        guard let denial else { return .acted }
        why = ": \(denial.text)"
      }
      // The others are placed all the same.
      core.notify(.warning, "target \(work.next) was not placed\(why)", work.key.instrument)
    }
    var next = work
    next.next += 1
    return .moved(.targets(next))
  }

  /// Whether what the targets divide is about to change: by the entry that they wait for, unless it
  /// is quiet, or else by an opening that has just left. An addition that rests may do so for
  /// days.
  private static func isToGrow(_ work: TargetsPlan, _ core: EngineCore) -> Bool {
    if core.hasUnreported(work.key.instrument) { return true }
    return core.book.account.orders.open.contains { order in
      guard order.isOwn, order.addsExposure, order.positionKey == work.key else { return false }
      if let entry = work.entry {
        return order.clientOrderID == entry && !EntryTargetRules.isQuiet(order, core)
      }
      return order.type == .market || order.state == .sent || order.state == .unknown
    }
  }

  /// Another order takes the place of an entry: the targets that wait for the one wait for the
  /// other.
  static func entryIsReplaced(
    _ old: ClientOrderID, by new: ClientOrderID, _ core: inout EngineCore
  ) {
    for plan in core.plans {
      guard case .targets(var work) = plan.work, work.entry == old else { continue }
      work.entry = new
      var changed = plan
      changed.work = .targets(work)
      PlanRules.update(plan.id, &core) { $0 = changed }
      PlanRules.write(changed, .open, changed.work.step, &core)
    }
  }

  /// How often what the targets replace is asked to go.
  private static let retiringLimit = 10

  /// Gives up the targets of a position that are being placed, and those that wait for an entry
  /// unless `evenWaiting` is false: others, such as those of `successor`, take their place. Not
  /// before these are approved: what is denied changes nothing.
  static func abandon(
    _ key: PositionKey, for successor: PlanID? = nil, evenWaiting: Bool = true,
    _ core: inout EngineCore
  ) {
    for plan in core.plans where plan.id != successor {
      guard case .targets(let work) = plan.work, work.key == key else { continue }
      guard evenWaiting || work.entry == nil || work.next > 0 else { continue }
      _ = PlanRules.abandon(plan.id, "replaced", &core)
    }
  }

  /// Why one of several targets of a position that is held would not be placed; nil when none is
  /// denied.
  static func denial(
    of targets: [PartialTarget], _ key: PositionKey, _ source: CommandSource, _ core: EngineCore
  ) -> Denial? {
    // Only asked: nothing is sent, and no id is used up.
    var ids = core.ids
    for target in targets {
      let result = core.gate.protect(
        key, stopLoss: nil, takeProfit: target.trigger, source: source, reasons: [], ids: &ids,
        in: core.context)
      if case .failure(let denial) = result { return denial }
    }
    return nil
  }

  /// Takes back the former targets once every new one rests; a stop that one of them carries has an
  /// order of its own before.
  private static func retireOthers(
    _ work: TargetsPlan, _ plan: ActionPlan, _ held: HeldPosition, _ core: inout EngineCore
  ) -> PlanProgress {
    let wanted = work.targets.indices.filter { work.sizes[$0].isPositive }
    let placed = wanted.count { isThere($0, of: work, plan, core) }
    let isComplete = placed == wanted.count
    let done = PlanProgress.done(
      placed == work.targets.count
        ? placed == 1 ? "1 target" : "\(placed) targets"
        : "\(placed) of \(work.targets.count) targets")
    let others = others(than: work, core)
    guard !others.isEmpty else {
      noteTarget(of: work, &core)
      return done
    }
    guard isComplete else { return .done("the former targets stay: not every new one rests") }
    guard plan.mayAct(core.now) else { return .waiting }
    guard plan.attempts < retiringLimit else {
      return .abandoned("\(others.count) former targets are still there")
    }
    for other in others where other.stopLoss == nil { SweepRules.cancel(other, &core) }
    let next = others.first { $0.stopLoss != nil && !SweepRules.isGoing($0, core) }
    if let both = next {
      // One after another; each waits for the one before.
      guard core.guards[work.key]?.placing == nil else { return .waiting }
      LegRules.retire(targetOf: both, held, &core)
    }
    return .acted
  }

  /// The targets of ours on a position that are none of the new ones.
  private static func others(than work: TargetsPlan, _ core: EngineCore) -> [TriggerOrder] {
    var new = zip(work.targets, work.sizes).map { ($0.trigger.triggerPrice, $1) }
    // What came with the entry is wanted like the targets that were named beside it.
    let attached = work.entry.flatMap { core.book.account.orders[$0] }?.takeProfit?.triggerPrice
    return core.book.account.ownProtection(of: work.key).reversed().filter { order in
      guard let price = order.takeProfit?.triggerPrice, price != attached else { return false }
      guard let place = new.firstIndex(where: { $0.0 == price && order.size == .contracts($0.1) })
      else { return true }
      new.remove(at: place)
      return false
    }
  }

  /// The target that a missing order is placed again with is the one of the whole, if there is one.
  private static func noteTarget(of work: TargetsPlan, _ core: inout EngineCore) {
    guard work.entry == nil, core.guards[work.key] != nil else { return }
    let whole = work.targets.count == 1 && work.targets[0].share == 1
    core.guards.update(work.key) {
      $0.takeProfit = whole ? work.targets[0].trigger : nil
      $0.adjustsFrom = nil
    }
    ProtectionRules.write(work.key, &core)
  }

  /// Whether a target rests: it is shown, or the exchange said that it took it and the news is on
  /// its way. Several at one price are as many.
  private static func isThere(
    _ index: Int, of work: TargetsPlan, _ plan: ActionPlan, _ core: EngineCore
  ) -> Bool {
    let price = work.targets[index].trigger.triggerPrice
    let size = TriggerSize.contracts(work.sizes[index])
    let needed = (0...index).count {
      work.targets[$0].trigger.triggerPrice == price && work.sizes[$0] == work.sizes[index]
    }
    // A former target at the same price has another size.
    let shown = core.book.account.ownProtection(of: work.key).count {
      $0.takeProfit?.triggerPrice == price && $0.size == size
    }
    let since = work.dividedAt ?? plan.startedAt
    let taken = core.requests.answered.count {
      $0.sentAt >= since && $0.subject.isTarget(price, size, of: work.key)
        && $0.answer?.result == .confirmed
    }
    return max(shown, taken) >= needed
  }

  /// Whether it is known what became of the requests for a target: after an answer that was lost
  /// the account has to be read.
  private static func isAnswered(
    _ target: PartialTarget, of work: TargetsPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> Bool {
    let since = work.dividedAt ?? plan.startedAt
    let lost = core.requests.answered.last {
      $0.sentAt >= since && $0.answer?.result == .unknown
        && $0.subject.isTarget(
          target.trigger.triggerPrice, .contracts(work.sizes[work.next - 1]), of: work.key)
    }
    guard let at = lost?.answer?.at else { return true }
    if let readAt = core.accountReading.readAt, readAt > at { return true }
    StartupRules.readAccount(&core)
    return false
  }

  /// Splits a position: whole lots each, the last takes what is left of the named shares.
  private static func sizes(
    of targets: [PartialTarget], whole: Contracts, lot: Contracts
  ) -> [Contracts] {
    var named = Rate.zero
    var given = Contracts.zero
    return targets.map { target in
      named += target.share
      let upTo = min(whole, whole.share(named, lotSize: lot))
      defer { given = upTo }
      return upTo - given
    }
  }

  /// Why a position cannot be divided so: a share of it would be no order; nil when it can.
  static func shareDenial(
    _ targets: [PartialTarget], whole: Contracts, lot: Contracts
  ) -> Denial? {
    let sizes = sizes(of: targets, whole: whole, lot: lot)
    return targets.indices.first { !sizes[$0].isPositive }.map {
      .shareBelowLot(targets[$0].share, of: whole, lotSize: lot)
    }
  }

  private static func start(
    _ work: TargetsPlan, _ held: HeldPosition, _ core: EngineCore
  ) -> PlanProgress {
    guard let lot = core.markets[work.key.instrument]?.instrument.lotSize else { return .waiting }
    var next = work
    next.sizes = sizes(of: work.targets, whole: held.report.contracts, lot: lot)
    next.next = 1
    next.divided = held.report.contracts
    next.dividedAt = core.now
    return .moved(.targets(next))
  }

  /// Asks for one target; returns why it was denied.
  private static func place(
    _ target: PartialTarget, _ size: Contracts, _ key: PositionKey, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> Denial? {
    let result = core.gate.protect(
      key, stopLoss: nil, takeProfit: target.trigger, size: .contracts(size), source: source,
      reasons: ["partial target"], ids: &core.ids, in: core.context)
    switch result {
    case .failure(let denial): return denial
    case .success(let approved):
      core.noteProtection(approved.request, source)
      core.send(.protect(approved.request)) { .protect($0, approved) }
      return nil
    }
  }
}

extension RequestSubject {
  /// Whether it asks for a take profit of a position at a price, of a size.
  func isTarget(_ price: Price, _ size: TriggerSize, of key: PositionKey) -> Bool {
    guard case .protect(let request) = self else { return false }
    return request.key == key && request.takeProfit?.triggerPrice == price
      && request.size == size
  }

  /// Whether it asks for protection of a position.
  func isProtection(of key: PositionKey) -> Bool {
    if case .protect(let request) = self { request.key == key } else { false }
  }
}
