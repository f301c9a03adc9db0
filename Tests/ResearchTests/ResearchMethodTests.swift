import MarketData
import Research
import Risk
import Simulation
import Strategies
import Testing
import Trading
import Units

/// Buys and sells by the mean close of the whole series, which it could not know.
private struct Peeker: Strategy {
  let mean: Price

  init(_ feed: CandleFeed) {
    let sum = feed.table.rows.reduce(Int64(0)) { $0 + Int64($1.close) }
    let ticks = sum / Int64(feed.table.rows.count)
    mean = Price(feed.table.tick.value.times(Int(ticks)))
  }

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    let side: PositionSide = candle.close > mean ? .short : .long
    guard context.held != side else { return [] }
    let opening = Wish.open(
      OpeningWish(side: side, size: .marginShare("0.1"), stop: .liquidation, reason: "mean"))
    return context.held == nil ? [opening] : [.close(reason: "mean"), opening]
  }

  func why() -> Explanation { Explanation(goal: "return to the mean", conditions: []) }
}

/// Buys as long as it knows of no entry, with a stop that hardly a candle does not reach.
private struct Once: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard context.enteredAt == nil, context.held == nil else { return [] }
    let stop = context.price.scaled(by: "0.9995", .up).rounded(to: context.tickSize, .up)
    return [
      .open(
        OpeningWish(
          side: .long, size: .marginShare("0.1"), stop: .stop(Trigger(triggerPrice: stop)),
          reason: "once"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "buy once", conditions: []) }
}

struct ResearchMethodTests {
  @Test func `catches a strategy that peeks`() throws {
    var plan = crossPlan(try RandomCandles.table(4_000))
    plan.strategies[0].strategy = Peeker(plan.feeds[0])
    var run = BacktestRun(plan)
    run.complete()
    let base = plan.strategies[0]
    let look = LookAhead(plan) { feeds in
      var strategy = base
      strategy.strategy = Peeker(feeds[0])
      return [strategy]
    }
    #expect(!look.findings(of: run.ledger.decisions).isEmpty)
  }

  @Test func `finds nothing in strategies that take candle after candle`() throws {
    var plan = crossPlan(try RandomCandles.table(4_000))
    for strategy in [EMACross(), Confluence(.init(timeFrame: .oneMinute))] as [any Strategy] {
      plan.strategies[0].strategy = strategy
      var run = BacktestRun(plan)
      run.complete()
      #expect(!run.ledger.decisions.marks.isEmpty)
      let strategies = plan.strategies
      let look = LookAhead(plan) { _ in strategies }
      #expect(look.findings(of: run.ledger.decisions) == [])
    }
  }

  @Test func `targets are set after costs, so that the gate refuses none for its ratio`() throws {
    let zones = SupplyDemand.Settings(
      zoneFrame: .fiveMinutes, entryFrame: .oneMinute, trendFrame: nil, strengthLimit: 60,
      asksForMomentum: false, rewardToRisk: 2, riskShare: "0.002")
    var plan = crossPlan(try RandomCandles.table(4_000))
    plan.limits.rewardToRiskMinimum = 2
    plan.slippage = "0.0005"
    let agreement = Confluence.Settings(
      timeFrame: .oneMinute, thresholdPercent: 60, rewardToRisk: "2.2",
      riskShareMaximum: "0.002")
    for strategy in [SupplyDemand(zones), Confluence(agreement)] as [any Strategy] {
      plan.strategies[0].strategy = strategy
      var run = BacktestRun(plan)
      run.complete()
      #expect(run.ledger.denials.map(\.text) == [])
      #expect(run.ledger.trades.count > 3)
    }
  }

  @Test func `a position that ended before the next candle closed is known as an entry`() throws {
    var plan = crossPlan(try RandomCandles.table(500))
    plan.strategies[0].strategy = Once()
    var run = BacktestRun(plan)
    run.complete()
    #expect(run.ledger.trades.count == 1)
  }

  @Test func `chooses on one stretch and trades on the next`() throws {
    let table = try RandomCandles.table(6_000)
    let variants = [(5, 30), (12, 26), (9, 80)].map { fast, slow in
      Sweep.Variant(
        name: "fast=\(fast) slow=\(slow)",
        plan: crossPlan(table, settings: EMACross.Settings(fast: fast, slow: slow)))
    }
    let steps = WalkForward(
      variants, learning: .minutes(2_000), trading: .minutes(1_000), workerCount: 2
    ).steps()
    #expect(
      steps.map(\.tradedFrom)
        == [2_000, 3_000, 4_000, 5_000].map {
          table.startTime + .minutes($0)
        })
    for step in steps {
      let chosen = try #require(variants.first { $0.name == step.name })
      let plan = try #require(
        chosen.plan.limited(from: step.tradedFrom, until: step.tradedUntil))
      var run = BacktestRun(plan)
      run.complete()
      let equity = try #require(run.ledger.finalEquity)
      #expect(step.tradedReturn == Double(equity) / Double(plan.deposit) - 1)
      #expect(step.tradeCount == run.ledger.trades.count)
    }
  }

  @Test func `draws trades in other orders around what they came to`() throws {
    var run = BacktestRun(crossPlan(try RandomCandles.table(8_000)))
    run.complete()
    let trades = run.ledger.trades
    let orders = try #require(MonteCarlo.orders(of: trades, deposit: run.plan.deposit))
    let equity = trades.reduce(run.plan.deposit) { $0 + $1.cycle.netPnL }
    let total = Double(equity) / Double(run.plan.deposit) - 1
    #expect(orders.totalReturn.low < total && total < orders.totalReturn.high)
    #expect(orders.drawdown.low <= orders.drawdown.middle)
    #expect(orders == MonteCarlo.orders(of: trades, deposit: run.plan.deposit))
    #expect(MonteCarlo.orders(of: Array(trades.prefix(19)), deposit: run.plan.deposit) == nil)
  }

  @Test func `draws candles in other stretches that can be traded`() throws {
    let table = try RandomCandles.table(3_000)
    let other = MonteCarlo.candles(like: table, stretch: 250, seed: 3)
    #expect(other.rows.map(\.openTime) == table.rows.map(\.openTime))
    #expect(other.rows != table.rows)
    #expect(other.rows.allSatisfy { $0.low <= min($0.open, $0.close) && $0.low > 0 })
    #expect(other.rows.allSatisfy { $0.high >= max($0.open, $0.close) })
    var run = BacktestRun(crossPlan(other))
    run.complete()
    #expect(!run.ledger.trades.isEmpty)
  }
}
