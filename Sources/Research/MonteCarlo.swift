import MarketData
import Simulation
import Trading
import Units

/// What else could have happened: trades in another order, candles in another order.
public enum MonteCarlo {
  /// A figure's middle and its unlucky and lucky ends over all draws.
  public struct Spread: Sendable, Hashable {
    /// A twentieth of the draws is below it.
    public let low: Double
    /// The median of the draws.
    public let middle: Double
    /// A twentieth of the draws is above it.
    public let high: Double

    init(_ values: [Double]) {
      let sorted = values.sorted()
      low = sorted[sorted.count / 20]
      middle = sorted[sorted.count / 2]
      high = sorted[sorted.count - 1 - sorted.count / 20]
    }
  }

  /// What trades or candles in other orders came to.
  public struct Draws: Sendable, Hashable {
    /// How many orders were drawn.
    public let drawCount: Int
    /// The deepest fall from a peak, as a fraction of the peak.
    public let drawdown: Spread
    /// The end over the start, minus one; of trades, drawn with repetition.
    public let totalReturn: Spread
  }

  /// The fewest trades of which anything is said.
  public static let tradeMinimum = 20

  /// Draws the trades in other orders, each with its result as a share of the equity before it.
  ///
  /// The fall is that of a mere other order; the return is of as many trades drawn with repetition,
  /// for another order of the same ends where it did. Nil for too few trades.
  public static func orders(
    of trades: [BacktestTrade], deposit: Money, draws: Int = 1_000, seed: UInt64 = 1
  ) -> Draws? {
    guard trades.count >= tradeMinimum, draws >= 20 else { return nil }
    let shares = shares(trades, deposit)
    var random = SeededRandom(seed: seed)
    var order = shares
    var falls: [Double] = []
    var returns: [Double] = []
    for _ in 0..<draws {
      for place in order.indices.dropLast() {
        order.swapAt(place, place + random.below(order.count - place))
      }
      falls.append(fall(order))
      var end = 1.0
      for _ in shares.indices { end *= 1 + shares[random.below(shares.count)] }
      returns.append(end - 1)
    }
    return Draws(
      drawCount: draws, drawdown: Spread(falls), totalReturn: Spread(returns))
  }

  /// Returns what each trade brought as a share of the equity before it, −1 or above.
  static func shares(_ trades: [BacktestTrade], _ deposit: Money) -> [Double] {
    var equity = Double(deposit)
    return trades.map { trade in
      let net = Double(trade.cycle.netPnL)
      let share = equity > 0 ? max(-1, net / equity) : 0
      equity += net
      return share
    }
  }

  private static func fall(_ shares: [Double]) -> Double {
    var equity = 1.0
    var peak = 1.0
    var deepest = 0.0
    for share in shares {
      equity *= 1 + share
      peak = max(peak, equity)
      deepest = max(deepest, 1 - equity / peak)
    }
    return deepest
  }

  /// The fewest draws of which a spread is told.
  public static let drawMinimum = 20

  /// Runs a plan on candles in other orders, so many times over several cores; each market is drawn
  /// by itself, in stretches of so long a time, at least a candle. Fewer when `shouldStop` came
  /// first, nil when those are too few to tell a spread.
  /// `isDone` is told how many are drawn, after each few.
  ///
  /// A strategy that lives on what stands in the candles by more than chance earns less here.
  public static func candleRuns(
    of plan: BacktestPlan, stretch: TimeSpan, draws: Int, workerCount: Int, seed: UInt64 = 1,
    shouldStop: @Sendable () -> Bool = { false }, isDone: (Int) -> Void = { _ in }
  ) -> Draws? {
    precondition(draws >= drawMinimum && workerCount > 0, "a spread has draws")
    var random = SeededRandom(seed: seed)
    var results: [SweepResult] = []
    while results.count < draws {
      // Only as many series as are worked on at once, for each is as large as the given one.
      let variants = (0..<min(workerCount, draws - results.count)).map { place in
        var copy = plan
        copy.feeds = plan.feeds.map { reordered($0, stretch, seed: random.next()) }
        return Sweep.Variant(name: "\(results.count + place)", plan: copy)
      }
      let found = Sweep(variants, workerCount: workerCount)
        .results(shouldStop: shouldStop) { _ in }
        .compactMap { $0 }
      // Of the last few those that are done first may be those that trade least.
      guard found.count == variants.count else { break }
      results += found
      isDone(results.count)
    }
    guard results.count >= drawMinimum else { return nil }
    return Draws(
      drawCount: results.count, drawdown: Spread(results.map(\.drawdown)),
      totalReturn: Spread(
        results.map { Double($0.finalEquity) / Double(plan.deposit) - 1 }))
  }

  /// Returns a market with its candles in another order, in stretches of so long a time.
  static func reordered(_ feed: CandleFeed, _ stretch: TimeSpan, seed: UInt64) -> CandleFeed {
    let count = stretch.milliseconds / feed.table.timeFrame.span.milliseconds
    return feed.replacing(candles(like: feed.table, stretch: max(1, Int(count)), seed: seed))
  }

  /// Returns a series of as many candles, made of stretches of the given one in another order: each
  /// stretch begins where the one before it ended, with the same moves in ticks relative to the
  /// price. Times stay, so the series has no holes.
  public static func candles(
    like table: CandleTable, stretch: Int, seed: UInt64
  ) -> CandleTable {
    precondition(stretch > 0, "a stretch has a length")
    let rows = table.rows
    var random = SeededRandom(seed: seed)
    var drawn: [CandleTable.Row] = []
    drawn.reserveCapacity(rows.count)
    var price = Double(rows[0].open)
    while drawn.count < rows.count {
      let start = random.below(max(1, rows.count - stretch + 1))
      let base = Double(rows[start].open)
      for place in start..<min(start + stretch, rows.count) where drawn.count < rows.count {
        let row = rows[place]
        let scale = price / base
        drawn.append(
          CandleTable.Row(
            openTime: rows[drawn.count].openTime, scaling: row, by: scale))
      }
      price = Double(drawn[drawn.count - 1].close)
    }
    return table.replacing(rows: drawn)
  }
}
