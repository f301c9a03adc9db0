import Strategies
import Trading

/// A strategy as a screen lists it: what it trades and what stands in its way.
public struct StrategyLine: Sendable, Hashable {
  /// Its name.
  public let name: String
  /// What it trades.
  public let instrument: InstrumentID
  /// What it wants when all of its conditions hold.
  public let goal: String
  /// The first condition that does not hold, with the value it looks at; nil when all hold.
  public let failing: String?

  init(_ plan: StrategyPlan) {
    let explanation = plan.strategy.why()
    name = plan.name
    instrument = plan.instrument
    goal = explanation.goal
    failing = explanation.firstFailing.map { "\($0.text): \($0.value)" }
  }
}
