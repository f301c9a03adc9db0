import Glibc
import MarketData
import Simulation
import Strategies
import Trading
import Units

/// Chooses settings on a stretch of candles and trades them on the next one, again and again: what
/// the chosen settings earn where they were not chosen.
///
/// Stretches of choice overlap and are of another length than those that are traded; their returns
/// are compared by the day. A choice knows only candles that had closed when what it chose begins
/// to trade, of however long candles they are. What is held at the end of a stretch is closed there
/// with its costs, for the next one begins with nothing: returns are those of trades alone.
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
    /// What each of them brought as a share of the equity before it.
    public let tradeShares: [Double]
    /// How many days of candles before the choice its strategies had read in every market; zero is
    /// a cold start.
    public let warmUpDays: Double
    /// How likely chance alone is to bring the chosen return, for as many as were tried.
    public let choiceChance: Chance
    /// Why less was opened on the stretch that followed than the strategies wanted.
    public internal(set) var remarks = RunRemarks()

    /// The return of the choice by the day.
    public var chosenByDay: Double { Self.byDay(chosenReturn, tradedFrom - chosenFrom) }
    /// The return of what followed by the day.
    public var tradedByDay: Double { Self.byDay(tradedReturn, tradedUntil - tradedFrom) }

    /// The even return of each day; −1 where nothing was left.
    private static func byDay(_ total: Double, _ span: TimeSpan) -> Double {
      let days = Double(span.milliseconds) / 86_400_000
      return total > -1 ? exp(log(1 + total) / days) - 1 : -1
    }
  }

  /// The steps together.
  public struct Sum: Sendable, Hashable {
    /// How many there are.
    public let stepCount: Int
    /// The even daily return on the stretches of choice.
    public let chosenByDay: Double
    /// The even daily return on the stretches that followed.
    public let tradedByDay: Double
    /// What the stretches that followed earned one after the other.
    public let tradedReturn: Double
    /// How likely chance alone is to bring the mean of all trades of the stretches that followed.
    /// None of them was seen by a choice, so they count as the only ones that were tried.
    public let tradedChance: Chance
    /// Of how many choices it can be told whether they are better than chance.
    public let toldChoiceCount: Int
    /// How many of them are: chance alone brings as much in at most one of twenty.
    public let soundChoiceCount: Int

    /// Up to which p-value a choice counts as better than chance; the usual convention.
    public static let chanceLimit = 0.05

    /// Sums steps up; nil without one.
    public init?(_ steps: [Step]) {
      guard !steps.isEmpty else { return nil }
      func mean(_ returns: [Double]) -> Double {
        guard returns.allSatisfy({ $0 > -1 }) else { return -1 }
        return exp(returns.reduce(0) { $0 + log(1 + $1) } / Double(returns.count)) - 1
      }
      stepCount = steps.count
      chosenByDay = mean(steps.map(\.chosenByDay))
      tradedByDay = mean(steps.map(\.tradedByDay))
      tradedReturn = steps.reduce(1) { $0 * max(0, 1 + $1.tradedReturn) } - 1
      tradedChance = Chance(ofTrades: steps.flatMap(\.tradeShares))
      let told = steps.compactMap(\.choiceChance.probability)
      toldChoiceCount = told.count
      soundChoiceCount = told.count { $0 <= Self.chanceLimit }
    }
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

  /// The time in which all markets have candles; zero when there is none.
  public var span: TimeSpan {
    let feeds = variants[0].plan.feeds
    guard let start = feeds.map(\.table.startTime).max(),
      let end = feeds.map(\.table.endTime).min()
    else { return .zero }
    return max(.zero, end - start)
  }

  /// How many steps fit into that time; none when it is shorter than both spans together.
  public var stepCount: Int {
    let room = (span - learning - trading).milliseconds
    return room < 0 ? 0 : Int(room / trading.milliseconds) + 1
  }

  /// How much time at the end is neither chosen on nor traded, because it is too short for another
  /// step; all of it where there is none.
  public var rest: TimeSpan {
    stepCount == 0
      ? span
      : span - learning - .milliseconds(Int64(stepCount) * trading.milliseconds)
  }

  /// What is said of that time; nil where nothing is left.
  public var restText: String? {
    guard rest > .zero else { return nil }
    let hundredths = (Double(rest.milliseconds) / 864_000).rounded(.up)
    return "\(Fixed(estimate: hundredths / 100)) days at the end are too few for another step: "
      + "nothing was traded there"
  }

  /// Goes through the candles and returns every step; fewer when `shouldStop` came first, or where
  /// a market has no candle in a stretch. `isDone` is told of each step as it comes; what that
  /// throws ends the walk.
  ///
  /// The settings with the highest final equity are chosen, of equal ones the first. Where they are
  /// traded the strategies have read the candles of the choice, and for the choice those of as long
  /// a time before it, as far as there are any: only the first choice starts cold.
  public func steps(
    shouldStop: @Sendable () -> Bool, isDone: (Step) throws -> Void
  ) rethrows -> [Step] {
    guard var start = variants[0].plan.feeds.map(\.table.startTime).max() else { return [] }
    var steps: [Step] = []
    for _ in 0..<stepCount {
      guard !shouldStop() else { break }
      if let step = step(from: start, shouldStop) {
        steps.append(step)
        try isDone(step)
      }
      start = start + trading
    }
    return steps
  }

  private func step(from start: Timestamp, _ shouldStop: @Sendable () -> Bool) -> Step? {
    let split = start + learning
    let until = split + trading
    let earlier = variants[0].plan.feeds.compactMap {
      $0.limited(from: start - learning, until: start)
    }
    let cut = variants.compactMap { variant -> Sweep.Variant? in
      guard var plan = variant.plan.closed(from: start, by: split) else { return nil }
      plan.closesAtEnd = true
      return Sweep.Variant(name: variant.name, plan: plan, earlier: earlier)
    }
    guard cut.count == variants.count else { return nil }
    let found = Sweep(cut, workerCount: workerCount).results(shouldStop: shouldStop) { _ in }
    var best: (place: Int, result: SweepResult)?
    for (place, result) in found.enumerated() {
      guard let result else { return nil }
      if best.map({ result.finalEquity > $0.result.finalEquity }) ?? true { best = (place, result) }
    }
    guard let best, var plan = variants[best.place].plan.limited(from: split, until: until) else {
      return nil
    }
    plan.closesAtEnd = true
    var run = BacktestRun(plan.warmedUp(by: cut[best.place].plan.feeds))
    run.complete()
    let traded = SweepResult(name: best.result.name, run)
    let deposit = Double(plan.deposit)
    let read = earlier.count == plan.feeds.count ? earlier.map(\.table.startTime).max() : nil
    let warmUp = read.map { start - $0 } ?? .zero
    return Step(
      name: best.result.name, chosenFrom: start, tradedFrom: split, tradedUntil: until,
      chosenReturn: Double(best.result.finalEquity) / deposit - 1,
      tradedReturn: Double(traded.finalEquity) / deposit - 1, tradeCount: traded.tradeCount,
      tradeShares: MonteCarlo.shares(run.ledger.trades, plan.deposit),
      warmUpDays: Double(warmUp.milliseconds) / 86_400_000,
      choiceChance: Chance(ofBest: found.compactMap { $0 }), remarks: traded.remarks)
  }
}

extension BacktestPlan {
  /// The plan with only the candles that open in a stretch of time; nil when a market has none.
  public func limited(from start: Timestamp, until end: Timestamp) -> BacktestPlan? {
    with(feeds.compactMap { $0.limited(from: start, until: end) }, from: start, until: end)
  }

  /// The plan with only the candles that open at a moment or later and have closed by another; nil
  /// when a market has none.
  public func closed(from start: Timestamp, by end: Timestamp) -> BacktestPlan? {
    with(feeds.compactMap { $0.closed(from: start, by: end) }, from: start, until: end)
  }

  private func with(
    _ kept: [CandleFeed], from start: Timestamp, until end: Timestamp
  ) -> BacktestPlan? {
    guard kept.count == feeds.count else { return nil }
    var copy = self
    copy.feeds = kept
    copy.funding = funding.mapValues { points in
      points.filter { $0.time >= start && $0.time < end }
    }
    return copy
  }

  /// The plan whose strategies have read earlier candles of their markets without an order: they
  /// know the averages, but no position and no money moved. A candle that had not closed when the
  /// plan's first one opens is left out.
  public func warmedUp(by earlier: [CandleFeed]) -> BacktestPlan {
    guard let start = feeds.map(\.table.startTime).min() else { return self }
    var copy = self
    for place in copy.strategies.indices {
      let plan = copy.strategies[place]
      for feed in earlier
      where feed.listing.id == plan.instrument && plan.timeFrames.contains(feed.table.timeFrame) {
        for row in feed.table.rows.indices {
          let candle = feed.table.candle(row)
          guard candle.openTime + feed.table.timeFrame.span <= start else { break }
          let context = StrategyContext(
            held: nil, price: candle.close, tickSize: feed.listing.instrument.tickSize)
          _ = copy.strategies[place].strategy.candleClosed(
            candle, feed.table.timeFrame, in: context)
        }
      }
    }
    return copy
  }
}
