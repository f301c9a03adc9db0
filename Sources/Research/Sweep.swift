import Dispatch
import MarketData
import Simulation
import Strategies
import Synchronization
import Trading
import Units

/// What one combination of settings brought.
public struct SweepResult: Sendable, Hashable {
  /// The settings in words, such as `fast=12 slow=26`.
  public let name: String
  /// How many lives of positions ended.
  public let tradeCount: Int
  /// The worth at the end.
  public let finalEquity: Money
  /// The deepest fall, as a fraction of the peak.
  public let drawdown: Double
  /// By how much the logarithm of the equity grew over each of at most 250 stretches of the run;
  /// runs on the same candles have the same stretches.
  public let growth: [Float]
  /// Why it opened less than its strategies wanted.
  public var remarks = RunRemarks()

  /// States a result.
  public init(
    name: String, tradeCount: Int, finalEquity: Money, drawdown: Double, growth: [Float]
  ) {
    self.name = name
    self.tradeCount = tradeCount
    self.finalEquity = finalEquity
    self.drawdown = drawdown
    self.growth = growth
  }

  /// Sums up a run that has come to its end.
  public init(name: String, _ run: BacktestRun) {
    var curve = run.ledger.curve
    curve.end()
    self.init(
      name: name, tradeCount: run.ledger.trades.count,
      finalEquity: run.exchange.venue.balance(of: run.exchange.account).equity,
      drawdown: curve.drawdown, growth: curve.growth(from: Double(run.plan.deposit)))
    remarks = RunRemarks(run.ledger)
  }
}

/// Many backtests of one plan with other settings, over several cores. Each is the same run as a
/// single backtest of its settings.
public struct Sweep: Sendable {
  /// One combination of settings.
  public struct Variant: Sendable {
    /// The settings in words; no two are equal.
    public let name: String
    /// The plan with them.
    public let plan: BacktestPlan
    /// Candles before those of the plan that its strategies read first, without trading.
    public let earlier: [CandleFeed]

    /// States a combination.
    public init(name: String, plan: BacktestPlan, earlier: [CandleFeed] = []) {
      self.name = name
      self.plan = plan
      self.earlier = earlier
    }
  }

  /// The combinations to run, in the order of the grid.
  public let variants: [Variant]
  /// How many run at once, above zero.
  public let workerCount: Int

  /// Prepares a sweep.
  public init(_ variants: [Variant], workerCount: Int) {
    precondition(workerCount > 0, "someone has to work")
    self.variants = variants
    self.workerCount = workerCount
  }

  /// Runs all combinations and returns what they brought, in their order; nil where `shouldStop`
  /// came first.
  ///
  /// `isDone` is told of each result as it comes, from any thread, one at a time.
  public func results(
    shouldStop: @Sendable () -> Bool, isDone: @Sendable (SweepResult) -> Void
  ) -> [SweepResult?] {
    let next = Atomic<Int>(0)
    let found = Mutex<[SweepResult?]>(Array(repeating: nil, count: variants.count))
    DispatchQueue.concurrentPerform(iterations: workerCount) { _ in
      while !shouldStop() {
        let place = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard place < variants.count else { return }
        var run = BacktestRun(variants[place].plan.warmedUp(by: variants[place].earlier))
        run.complete()
        let result = SweepResult(name: variants[place].name, run)
        found.withLock { results in
          results[place] = result
          isDone(result)
        }
      }
    }
    return found.withLock { $0 }
  }
}
