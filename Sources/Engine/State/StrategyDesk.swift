import Strategies
import Trading
import Units

/// The strategies of the engine, each with what it holds and waits for.
struct StrategyDesk: Sendable {
  /// One strategy at work.
  struct Slot: Sendable {
    var plan: StrategyPlan
    /// What it may do.
    var state: StrategyState
    /// Who put it into that state and when; nil when this run found it so.
    var said: Said?
    /// Which way its instrument's position is held.
    var held: PositionSide?
    /// Whether that position was opened by somebody else.
    var isForeign = false
    /// When that was opened which is held, or was held last; nil before the first.
    var enteredAt: Timestamp?
    /// An opening that waits until the former position is gone.
    var waiting: OpeningWish? {
      didSet { isWaiting = waiting != nil }
    }
    /// Until when it may be done; without meaning while none waits.
    var waitingUntil = Timestamp.earliestPlausible
    /// Whether an opening waits; asked at every candle, where the wish itself would be copied.
    private(set) var isWaiting = false
    /// Whether that position is gone and only the balance is outstanding.
    var isFlat = false
    /// How candles of a stream reach it.
    var feed: Feed

    /// The rule before it saw anything.
    private let fresh: any Strategy

    init(_ plan: StrategyPlan) {
      precondition(
        plan.strategy.requiredTimeFrame.map { plan.timeFrames == [$0] } ?? true,
        "a strategy is fed the candles that it works on")
      self.plan = plan
      state = plan.state
      fresh = plan.strategy
      feed = Feed(
        awaited: plan.timeFrames, taken: Array(repeating: nil, count: plan.timeFrames.count))
    }

    /// Whether the strategy wants to see candles of a time frame.
    func takes(_ timeFrame: TimeFrame) -> Bool {
      for wanted in plan.timeFrames where wanted == timeFrame { return true }
      return false
    }

    /// Takes no candle until the past was read.
    mutating func awaitPast() {
      feed.awaited = plan.timeFrames
      feed.doubted = nil
    }

    /// Lets the rule forget what it saw.
    mutating func forget() { plan.strategy = fresh }
  }

  /// Who put a strategy into its state.
  struct Said: Sendable {
    let source: CommandSource
    let at: Timestamp
  }

  /// How far a strategy has come in the candles of a stream.
  struct Feed: Sendable {
    /// The time frames whose past is still to be read; until it is here no candle is taken.
    var awaited: [TimeFrame]
    /// A candle that is read again before it is taken; nil when none is.
    var doubted: Doubt?
    /// When the newest candle that was taken opened, in the order of the plan's time frames.
    var taken: [Timestamp?]
    /// Whether it began while what is held was not known.
    var beganBlind = false
    /// Whether candles come by steps, in a market that has no past to read.
    var isStepped = false

    /// Whether it sees each candle as it closes.
    var isKnown: Bool { awaited.isEmpty && doubted == nil }
  }

  /// A candle of a stream that told of it for a part of its time only.
  struct Doubt: Sendable {
    let timeFrame: TimeFrame
    /// When it opened.
    let openTime: Timestamp
  }

  var slots: [Slot]

  init(_ plans: [StrategyPlan]) {
    slots = plans.map { Slot($0) }
  }

  /// Whether a strategy waits for the past of an instrument's candles.
  func awaitsPast(of instrument: InstrumentID, _ timeFrame: TimeFrame) -> Bool {
    slots.contains {
      $0.plan.instrument == instrument && $0.feed.awaited.contains(timeFrame)
    }
  }

  /// Where a strategy stands, nil when none has this name.
  func place(of name: String) -> Int? {
    slots.firstIndex { $0.plan.name == name }
  }
}
