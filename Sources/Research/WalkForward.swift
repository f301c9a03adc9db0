import MarketData
import Simulation
import Trading
import Units

/// Chooses settings on a stretch of candles and trades them on the next one, again and again: what
/// the chosen settings earn where they were not chosen.
public struct WalkForward: Sendable {
  /// One choice and what came of it.
  public struct Step: Sendable, Hashable {
    /// The chosen settings in words.
    public let name: String
    /// When the stretch began on which they were chosen.
    public let chosenFrom: Timestamp
    /// When the stretch began on which they were traded.
    public let tradedFrom: Timestamp
    /// When that ended.
    public let tradedUntil: Timestamp
    /// The return on the stretch of the choice.
    public let chosenReturn: Double
    /// The return on the stretch that followed.
    public let tradedReturn: Double
    /// How many trades that had.
    public let tradeCount: Int
  }

  private let variants: [Sweep.Variant]
  private let learning: TimeSpan
  private let trading: TimeSpan
  private let workerCount: Int

  /// Prepares: all variants have the same feeds; both spans are above zero.
  public init(
    _ variants: [Sweep.Variant], learning: TimeSpan, trading: TimeSpan, workerCount: Int
  ) {
    precondition(!variants.isEmpty && learning > .zero && trading > .zero, "there is a choice")
    self.variants = variants
    self.learning = learning
    self.trading = trading
    self.workerCount = workerCount
  }

  /// Goes through the candles and returns every step; fewer when `shouldStop` came first.
  ///
  /// The settings with the highest final equity are chosen, of equal ones the first.
  public func steps(shouldStop: @Sendable () -> Bool = { false }) -> [Step] {
    let feeds = variants[0].plan.feeds
    guard var start = feeds.map(\.table.startTime).max(),
      let end = feeds.map(\.table.endTime).min()
    else { return [] }
    var steps: [Step] = []
    while start + learning + trading <= end, !shouldStop() {
      if let step = step(from: start, shouldStop) { steps.append(step) }
      start = start + trading
    }
    return steps
  }

  private func step(from start: Timestamp, _ shouldStop: @Sendable () -> Bool) -> Step? {
    let split = start + learning
    let until = split + trading
    let cut = variants.compactMap { variant -> Sweep.Variant? in
      variant.plan.limited(from: start, until: split).map {
        Sweep.Variant(name: variant.name, plan: $0)
      }
    }
    let found = Sweep(cut, workerCount: workerCount).results(shouldStop: shouldStop) { _ in }
    var best: (place: Int, result: SweepResult)?
    for (place, result) in found.enumerated() {
      guard let result else { return nil }
      if best.map({ result.finalEquity > $0.result.finalEquity }) ?? true { best = (place, result) }
    }
    guard let best, let plan = variants[best.place].plan.limited(from: split, until: until) else {
      return nil
    }
    var run = BacktestRun(plan)
    run.complete()
    let traded = SweepResult(name: best.result.name, run)
    let deposit = Double(plan.deposit)
    return Step(
      name: best.result.name, chosenFrom: start, tradedFrom: split, tradedUntil: until,
      chosenReturn: Double(best.result.finalEquity) / deposit - 1,
      tradedReturn: Double(traded.finalEquity) / deposit - 1, tradeCount: traded.tradeCount)
  }
}

extension BacktestPlan {
  /// The plan with only the candles that open in a stretch of time; nil when a market has none.
  public func limited(from start: Timestamp, until end: Timestamp) -> BacktestPlan? {
    var copy = self
    copy.feeds = feeds.compactMap { $0.limited(from: start, until: end) }
    guard copy.feeds.count == feeds.count else { return nil }
    copy.funding = funding.mapValues { points in
      points.filter { $0.time >= start && $0.time < end }
    }
    return copy
  }
}
