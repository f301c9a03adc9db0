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
    guard let held = core.book.account.positions[work.key], held.report.side == work.side else {
      let entryLives = work.entry.flatMap { core.book.account.orders[$0] }.map {
        !$0.state.isFinal || $0.progress.filledContracts.isPositive
      }
      let mayCome = entryLives ?? false || core.hasUnreported(work.key.instrument)
      return work.next == 0 && mayCome ? .waiting : .abandoned("there is no position")
    }
    if work.next == 0 {
      guard !core.isOpening(work.key), !core.hasUnreported(work.key.instrument) else {
        return .waiting
      }
      return start(work, held, core)
    }
    let index = work.next - 1
    let target = work.targets[index]
    if !isThere(index, of: work, plan, core), work.sizes[index].isPositive {
      guard isAnswered(target, of: work, plan, &core) else { return .waiting }
      guard !core.requests.isWaiting({ $0.isProtection(of: work.key) }), plan.mayAct(core.now)
      else { return .waiting }
      if plan.attempts < attemptLimit {
        return place(target, work.sizes[index], work.key, plan.source, &core)
      }
      core.notify(.warning, "target \(work.next) was not placed", work.key.instrument)
    }
    guard work.next < work.targets.count else { return .done("\(work.targets.count) targets") }
    var next = work
    next.next += 1
    return .moved(.targets(next))
  }

  /// Whether a target rests: it is shown, or the exchange said that it took it and the news is on
  /// its way. Several at one price are as many.
  private static func isThere(
    _ index: Int, of work: TargetsPlan, _ plan: ActionPlan, _ core: EngineCore
  ) -> Bool {
    let price = work.targets[index].trigger.triggerPrice
    let needed = work.targets[...index].count { $0.trigger.triggerPrice == price }
    let shown = core.book.account.triggers.count {
      $0.isOwn && $0.order.key == work.key && $0.order.takeProfit?.triggerPrice == price
    }
    let taken = core.requests.answered.count {
      $0.sentAt >= plan.startedAt && $0.subject.isTarget(price, of: work.key)
        && $0.answer?.result == .confirmed
    }
    return max(shown, taken) >= needed
  }

  /// Whether it is known what became of the requests for a target: after an answer that was lost
  /// the account has to be read.
  private static func isAnswered(
    _ target: PartialTarget, of work: TargetsPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> Bool {
    let lost = core.requests.answered.last {
      $0.sentAt >= plan.startedAt && $0.answer?.result == .unknown
        && $0.subject.isTarget(target.trigger.triggerPrice, of: work.key)
    }
    guard let at = lost?.answer?.at else { return true }
    if let readAt = core.accountReading.readAt, readAt > at { return true }
    StartupRules.readAccount(&core)
    return false
  }

  /// Splits the position: whole lots each, the last takes what is left of the named shares.
  private static func start(
    _ work: TargetsPlan, _ held: HeldPosition, _ core: EngineCore
  ) -> PlanProgress {
    guard let lot = core.markets[work.key.instrument]?.instrument.lotSize else { return .waiting }
    let whole = held.report.contracts
    var named = Rate.zero
    var given = Contracts.zero
    var next = work
    next.sizes = work.targets.map { target in
      named += target.share
      let upTo = min(whole, whole.scaled(by: named, .towardZero).rounded(to: lot, .towardZero))
      defer { given = upTo }
      return upTo - given
    }
    next.next = 1
    return .moved(.targets(next))
  }

  private static func place(
    _ target: PartialTarget, _ size: Contracts, _ key: PositionKey, _ source: CommandSource,
    _ core: inout EngineCore
  ) -> PlanProgress {
    let result = core.gate.protect(
      key, stopLoss: nil, takeProfit: target.trigger, size: .contracts(size), source: source,
      reasons: ["partial target"], ids: &core.ids, in: core.context)
    switch result {
    case .failure(let denial): return .abandoned(denial.text)
    case .success(let approved):
      core.noteProtection(approved.request, source)
      core.send(.protect(approved.request)) { .protect($0, approved) }
      return .acted
    }
  }
}

extension RequestSubject {
  /// Whether it asks for a take profit of a position at a price.
  func isTarget(_ price: Price, of key: PositionKey) -> Bool {
    guard case .protect(let request) = self else { return false }
    return request.key == key && request.takeProfit?.triggerPrice == price
  }

  /// Whether it asks for protection of a position.
  func isProtection(of key: PositionKey) -> Bool {
    if case .protect(let request) = self { request.key == key } else { false }
  }
}
