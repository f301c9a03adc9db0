import Strategies
import Trading

/// The strategies of the engine, each with what it holds and waits for.
struct StrategyDesk: Sendable {
  /// One strategy at work.
  struct Slot: Sendable {
    var plan: StrategyPlan
    /// Which way its instrument's position is held.
    var held: PositionSide?
    /// An opening that waits until the former position is gone.
    var waiting: OpeningWish?
    /// Whether that position is gone and only the balance is outstanding.
    var isFlat = false
  }

  var slots: [Slot]

  init(_ plans: [StrategyPlan]) {
    slots = plans.map { Slot(plan: $0) }
  }
}
