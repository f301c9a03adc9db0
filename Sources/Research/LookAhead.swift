import Simulation
import Strategies
import Trading
import Units

/// Looks whether decisions rest on candles that had not closed yet: the future is cut off, the
/// strategies are made anew from what is left, and every decision before the cut must be the same.
///
/// A strategy of this program sees one closed candle after the other and can hardly peek; one that
/// was prepared from the whole series can.
public struct LookAhead: Sendable {
  /// A decision that another future changed.
  public struct Finding: Sendable, Equatable {
    /// When it was made.
    public let decidedAt: Timestamp
    /// When the series ended in the run that decided otherwise.
    public let cutAt: Timestamp
  }

  /// The most candles of all shortened runs together in the sampled form.
  public static let sampledCandles = 60_000
  /// How many cuts are made.
  public static let cutCount = 3

  private let plan: BacktestPlan
  private let makeStrategies: @Sendable ([CandleFeed]) -> [StrategyPlan]

  /// Prepares a look at a plan whose strategies `makeStrategies` makes from the feeds it is given.
  public init(
    _ plan: BacktestPlan, makeStrategies: @escaping @Sendable ([CandleFeed]) -> [StrategyPlan]
  ) {
    self.plan = plan
    self.makeStrategies = makeStrategies
  }

  /// Compares the decisions of a run of the plan with those of runs that end earlier, at places
  /// drawn from a seed, over so many candles at most; the first finding of each cut.
  public func findings(
    of trail: DecisionTrail, candles: Int = sampledCandles, seed: UInt64 = 1
  ) -> [Finding] {
    let longest = plan.feeds.map(\.table.rows.count).max() ?? 0
    let share = max(1, candles / (Self.cutCount * max(1, plan.feeds.count)))
    guard longest > 2 else { return [] }
    var random = SeededRandom(seed: seed)
    return (0..<Self.cutCount).compactMap { _ in
      let most = min(longest - 1, share)
      let count = max(2, most / 2 + random.below(max(1, most - most / 2)))
      return finding(trail, count)
    }
  }

  private func finding(_ trail: DecisionTrail, _ count: Int) -> Finding? {
    var short = plan.truncated(to: count)
    short.strategies = makeStrategies(short.feeds)
    var run = BacktestRun(short)
    run.complete()
    // What is decided at the last opening is decided by candles that both runs have seen.
    let cut = short.feeds.map { $0.table.rows[$0.table.rows.count - 1].openTime }.min() ?? 0
    let end = Timestamp(milliseconds: cut)
    return run.ledger.decisions.parting(from: trail, before: end).map {
      Finding(decidedAt: $0, cutAt: end)
    }
  }
}
