import Strategies
import Trading
import Units

/// The strategies of the engine, each with what it holds and waits for.
struct StrategyDesk: Sendable {
  /// One strategy at work.
  struct Slot: Sendable {
    var plan: StrategyPlan
    /// Which way its instrument's position is held.
    var held: PositionSide?
    /// When that was opened which is held, or was held last; nil before the first.
    var enteredAt: Timestamp?
    /// An opening that waits until the former position is gone.
    var waiting: OpeningWish? {
      didSet { isWaiting = waiting != nil }
    }
    /// Whether an opening waits; asked at every candle, where the wish itself would be copied.
    private(set) var isWaiting = false
    /// Whether that position is gone and only the balance is outstanding.
    var isFlat = false

    /// Whether the strategy wants to see candles of a time frame.
    func takes(_ timeFrame: TimeFrame) -> Bool {
      for wanted in plan.timeFrames where wanted == timeFrame { return true }
      return false
    }
  }

  var slots: [Slot]

  init(_ plans: [StrategyPlan]) {
    slots = plans.map { Slot(plan: $0) }
  }
}
