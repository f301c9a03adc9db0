import Risk
import Strategies
import Trading

/// What the engine does when a strategy reaches a limit of its own that is not about one order: a
/// run of stop-outs puts it into another state, which like every state of a strategy outlives a
/// restart.
enum StrategyLimitRules {
  /// A position ended.
  static func closed(_ cycle: PositionCycle, _ core: inout EngineCore) {
    guard cycle.wasStopped, case .strategy(let name)? = cycle.source,
      let own = core.gate.limits.own(of: name)
    else { return }
    review(own, &core)
  }

  /// Other limits are in force: those of a run that are tighter than before hold at once.
  static func replaced(_ before: RiskLimits, _ core: inout EngineCore) {
    for own in core.gate.limits.strategies {
      guard let limit = own.stopOutsInARowMaximum else { continue }
      let former = before.own(of: own.name)
      let isTighter =
        former?.stopOutsInARowMaximum.map {
          limit < $0 || former?.afterStopOuts.isLooser(than: own.afterStopOuts) ?? false
        } ?? true
      if isTighter { review(own, &core) }
    }
  }

  /// The run begins. What a person said of a strategy, or a run that was too long, is in the
  /// journal and holds; of the others the limits may be new.
  static func started(noted: [StrategyStateNote], _ core: inout EngineCore) {
    for own in core.gate.limits.strategies where !noted.contains(where: { $0.name == own.name }) {
      review(own, &core)
    }
  }

  private static func review(_ own: StrategyLimits, _ core: inout EngineCore) {
    guard let limit = own.stopOutsInARowMaximum, let place = core.desk.place(of: own.name) else {
      return
    }
    let count = core.breakers.tally(of: own.name).stopOutsInARow
    guard count >= limit, core.desk.slots[place].state.isLooser(than: own.afterStopOuts) else {
      return
    }
    CommandRules.take(.setStrategy(own.name, own.afterStopOuts), .engine, &core)
    core.notify(
      .alarm, "\(own.name): \(count) stops were hit in a row",
      core.desk.slots[place].plan.instrument)
  }
}
