import MarketData
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

/// Goes by whether the price is higher so many candles on, as far as it was told of them.
private struct Foreseer: Strategy {
  private let rows: [CandleTable.Row]
  /// How many candles it looks beyond the one that has closed, and at how many it looks once.
  private let reach: Int
  private let period: Int64

  init(_ feed: CandleFeed, reach: Int, period: Int64) {
    rows = feed.table.rows
    self.reach = reach
    self.period = period
  }

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    let time = candle.openTime.milliseconds
    // The candles have no hole, so that their times say where they stand.
    let place = Int((time - rows[0].openTime) / timeFrame.span.milliseconds)
    guard (time / timeFrame.span.milliseconds).isMultiple(of: period), place + reach < rows.count
    else { return [] }
    let side: PositionSide =
      rows[place + reach].close > rows[place].close ? .long : .short
    guard context.held != side else { return [] }
    let opening = Wish.open(
      OpeningWish(side: side, size: .marginShare("0.1"), stop: .liquidation, reason: "seen"))
    return context.held == nil ? [opening] : [.close(reason: "seen"), opening]
  }

  func why() -> Explanation { Explanation(goal: "know the future", conditions: []) }
}

struct LookAheadTests {
  private static func look(
    reach: Int, period: Int64, count: Int
  ) throws -> (outcome: LookAhead.Outcome, decisions: DecisionTrail) {
    var plan = crossPlan(try RandomCandles.table(count))
    let base = plan.strategies[0]
    plan.strategies[0].strategy = Foreseer(plan.feeds[0], reach: reach, period: period)
    var run = BacktestRun(plan)
    run.complete()
    let look = LookAhead(plan) { feeds in
      var strategy = base
      strategy.strategy = Foreseer(feeds[0], reach: reach, period: period)
      return [strategy]
    }
    return (try look.outcome(of: run.ledger.decisions), run.ledger.decisions)
  }

  @Test(arguments: [(1, 1), (2, 1), (1, 10), (3, 97)] as [(Int, Int64)])
  func `catches a strategy that knows a candle or two too many`(
    reach: Int, period: Int64
  ) throws {
    let (outcome, decisions) = try Self.look(reach: reach, period: period, count: 2_000)
    #expect(!decisions.marks.isEmpty)
    let finding = try #require(outcome.findings.first)
    // It is caught at the moment of the cut, or as far before it as it looks.
    #expect(finding.decidedAt <= finding.cutAt)
    #expect(finding.cutAt - finding.decidedAt < .minutes(Int64(reach)))
  }

  @Test func `a strategy that goes by the closed candle alone is not caught`() throws {
    let (outcome, decisions) = try Self.look(reach: 0, period: 1, count: 2_000)
    #expect(outcome.findings == [])
    #expect(outcome.comparedCount >= decisions.marks.count)
  }

  @Test func `looks at more decisions, and at no more candles, where the file is long`() throws {
    let plan = crossPlan(try RandomCandles.table(9_000))
    let strategies = plan.strategies
    var run = BacktestRun(plan)
    run.complete()
    let seen = SeenCandles()
    let look = LookAhead(plan) { feeds in
      seen.counts.append(feeds[0].table.rows.count)
      return strategies
    }
    let outcome = try look.outcome(of: run.ledger.decisions, candles: 6_000)
    #expect(outcome.findings == [])
    #expect(outcome.cutCount == seen.counts.count)
    #expect(outcome.cutCount > 3)
    #expect(seen.counts.allSatisfy { $0 <= 2_000 })
    #expect(seen.counts.reduce(0, +) <= 6_000)
  }
}

/// How many candles strategies were made from, one number for each time.
private final class SeenCandles {
  var counts: [Int] = []
}
