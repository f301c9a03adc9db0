import AccountData
import Risk
import Trading
import Units

/// Two openings of which the first fill cancels the other.
///
/// When both fill in the same moment, what is left of the position is closed: nobody wanted it
/// (O25).
enum OneOfRules {
  static func look(
    _ work: OneOfPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    switch work.step {
    case .placing: return place(work, plan, &core)
    case .waiting:
      let orders = work.ids.map { core.book.account.orders[$0] }
      let hasFilled = orders.map { $0?.progress.filledContracts.isPositive ?? false }
      if hasFilled[0], hasFilled[1] {
        var next = work
        next.step = .flattening
        return .moved(.oneOf(next))
      }
      // The end of one that an earlier run saw is not known here: it may have filled.
      let isOfEarlierRun = !plan.id.isOf(core.settings.run)
      let mayHaveFilled = orders.indices.map {
        hasFilled[$0] || orders[$0] == nil && isOfEarlierRun
      }
      guard mayHaveFilled[0] || mayHaveFilled[1] else {
        let isOver = orders.allSatisfy { $0?.isGone ?? true }
        return isOver ? .done("neither filled") : .waiting
      }
      guard let other = mayHaveFilled[0] ? orders[1] : orders[0], !other.isGone else {
        return .done("one filled, the other is canceled")
      }
      guard core.mayCancel(other), plan.mayAct(core.now), let reference = other.reference
      else { return .waiting }
      CommandRules.cancel(other.instrument, reference, &core)
      return .acted
    case .flattening: return flatten(work, plan, &core)
    }
  }

  private static func place(
    _ work: OneOfPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    guard plan.id.isOf(core.settings.run) else {
      // Which of the two had left is not known, nor under which id: nothing like them stays.
      CommandRules.cancelOpenings(&core) { order in
        [work.first, work.second].contains { order.mayBe($0, from: plan.source) }
      }
      return .abandoned("ended before both were placed")
    }
    var next = work
    for intent in [work.first, work.second] {
      let count = core.ids.count
      if let denial = CommandRules.open(intent, plan.source, &core) {
        CommandRules.cancelOpenings(&core) { next.has($0) }
        return .abandoned(denial.text)
      }
      next.ids.append(ClientOrderID(run: core.settings.run, sequence: count + 1))
    }
    next.step = .waiting
    return .moved(.oneOf(next))
  }

  private static func flatten(
    _ work: OneOfPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    let instrument = work.first.instrument
    guard !core.hasUnreported(instrument) else { return .waiting }
    let opening = core.book.account.orders.open.contains { work.has($0) && $0.addsExposure }
    let positions = core.book.account.positions.held.filter { $0.key.instrument == instrument }
    let rests = positions.compactMap { DustRules.rest(of: $0, since: plan.startedAt, core) }
    guard opening || rests.count < positions.count else {
      return rests.first.map { .abandoned($0) } ?? .done("both filled, nothing is left")
    }
    guard plan.mayAct(core.now) else { return .waiting }
    CommandRules.cancelOpenings(&core) { work.has($0) }
    for held in positions {
      guard !core.isClosing(held.key), RefusedExits.mayLeave(for: held, core) else { continue }
      CommandRules.close(
        ClosingIntent(key: held.key), source: .engine, reasons: ["both of two orders filled"],
        &core)
    }
    return .acted
  }
}

extension OneOfPlan {
  /// Whether an order is one of the two.
  fileprivate func has(_ order: TrackedOrder) -> Bool {
    order.clientOrderID.map(ids.contains) ?? false
  }
}

extension TrackedOrder {
  /// Whether it may be what was wished for, as far as side and price tell.
  fileprivate func mayBe(_ intent: OpeningIntent, from source: CommandSource) -> Bool {
    instrument == intent.instrument && side == intent.side.openingSide && type == intent.type
      && owner == .own(source)
  }
}
