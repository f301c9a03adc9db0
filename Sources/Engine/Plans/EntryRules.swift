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
    var crossed: [PlanID] = []
    var missed: [PlanID] = []
    for index in core.plans.indices {
      guard case .entry(var work) = core.plans[index].work, work.step == .waiting,
        work.opening.instrument == instrument, let market = core.markets[instrument],
        let mark = market.markPrice
      else { continue }
      // What cannot be acted on now must not be acted on later (H14).
      guard core.step == .ready else {
        noteMissed(index, work, &core)
        continue
      }
      // A mark price that nobody trades near reaches no trigger (B08). One that is in doubt is
      // looked at again in a moment; what is crossed while the two stay apart is not seen.
      guard market.pricesAgree else {
        if market.markDoubt == nil { noteMissed(index, work, &core) }
        continue
      }
      let isReached = work.isAbove ? mark >= work.triggerPrice : mark <= work.triggerPrice
      let wasWatched = work.watchedBy == core.settings.run && !work.hasMissedPrices
      if !wasWatched {
        work.watchedBy = core.settings.run
        work.hasMissedPrices = false
        core.plans[index].work = .entry(work)
      }
      guard isReached else { continue }
      if wasWatched { crossed.append(core.plans[index].id) }
      if !wasWatched { missed.append(core.plans[index].id) }
    }
    for id in crossed { trigger(id, &core) }
    for id in missed { _ = PlanRules.abandon(id, "crossed while nobody watched", &core) }
  }

  /// The stream of prices was lost: whether a trigger is crossed meanwhile is not seen.
  static func pricesWereLost(_ core: inout EngineCore) {
    for index in core.plans.indices {
      if case .entry(let work) = core.plans[index].work, work.step == .waiting {
        noteMissed(index, work, &core)
      }
    }
  }

  private static func noteMissed(_ index: Int, _ work: EntryPlan, _ core: inout EngineCore) {
    guard !work.hasMissedPrices else { return }
    var work = work
    work.hasMissedPrices = true
    core.plans[index].work = .entry(work)
  }

  private static func trigger(_ id: PlanID, _ core: inout EngineCore) {
    guard let plan = core.plans.first(where: { $0.id == id }),
      case .entry(var work) = plan.work
    else { return }
    if let until = work.until, core.now > until {
      _ = PlanRules.abandon(id, "its time is over", &core)
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
