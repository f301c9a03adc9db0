import AccountData
import MarketData
import Risk
import Trading
import Units

/// An opening that waits for the mark price to reach a trigger (stop entry).
///
/// It waits here, not at the exchange, so that the gate looks at it when it opens something, with
/// the sizes, limits and data of that moment. What was crossed while nobody watched is given up.
enum EntryRules {
  static func look(
    _ work: EntryPlan, _ plan: ActionPlan, _ core: inout EngineCore
  ) -> PlanProgress {
    switch work.step {
    case .waiting:
      if let until = work.until, core.now > until { return .abandoned("its time is over") }
      return .waiting
    case .opening:
      // Entered in the very look that wrote it down, or found so after a restart.
      guard plan.id.isOf(core.settings.run) || work.watchedBy == core.settings.run else {
        return .abandoned("ended before it was placed")
      }
      let denial = CommandRules.open(
        work.opening, plan.source, reasons: ["trigger \(work.triggerPrice)"], &core)
      return denial.map { .abandoned($0.text) } ?? .done("it is on its way")
    }
  }

  /// Follows a new mark price of an instrument.
  static func follow(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard core.step == .ready else { return }
    var crossed: [PlanID] = []
    for index in core.plans.indices {
      guard case .entry(var work) = core.plans[index].work, work.step == .waiting,
        work.opening.instrument == instrument, let mark = core.markets[instrument]?.markPrice
      else { continue }
      let isReached = work.isAbove ? mark >= work.triggerPrice : mark <= work.triggerPrice
      if work.watchedBy != core.settings.run {
        work.watchedBy = core.settings.run
        if isReached { work.until = core.startedAt }
        core.plans[index].work = .entry(work)
      }
      if isReached { crossed.append(core.plans[index].id) }
    }
    for id in crossed { trigger(id, &core) }
  }

  /// Gives up every opening that waits for a price, of one instrument or of all (nil).
  static func abandonAll(
    _ instrument: InstrumentID?, _ reason: String, _ core: inout EngineCore
  ) {
    for plan in core.plans {
      guard case .entry(let work) = plan.work, work.step == .waiting,
        instrument == nil || work.opening.instrument == instrument
      else { continue }
      _ = PlanRules.abandon(plan.id, reason, &core)
    }
  }

  private static func trigger(_ id: PlanID, _ core: inout EngineCore) {
    guard let plan = core.plans.first(where: { $0.id == id }),
      case .entry(var work) = plan.work
    else { return }
    if let until = work.until, core.now > until {
      let wasUnwatched = until <= core.startedAt
      _ = PlanRules.abandon(
        id, wasUnwatched ? "crossed while nobody watched" : "its time is over", &core)
      return
    }
    work.step = .opening
    PlanRules.update(id, &core) { $0.work = .entry(work) }
    var moved = plan
    moved.work = .entry(work)
    PlanRules.write(moved, .open, moved.work.step, &core)
    PlanRules.goOnNow(id, &core)
  }
}
