import MarketData
import Risk
import Simulation
import Strategies
import Synchronization
import Testing
import Trading
import Units

@testable import Research

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

/// Counts the candles that it has seen.
private struct Counter: Strategy {
  var count = 0

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    count += 1
    return []
  }

  func why() -> Explanation { Explanation(goal: "count", conditions: []) }
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
    #expect(try !look.outcome(of: run.ledger.decisions).findings.isEmpty)
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
      let outcome = try look.outcome(of: run.ledger.decisions)
      #expect(outcome.findings == [])
      #expect(outcome.comparedCount > 0)
      #expect((3...LookAhead.cutMaximum).contains(outcome.cutCount))
      #expect(outcome.unseen == [])
      let until = try #require(outcome.comparedUntil)
      var report = BacktestReport(run)
      report.lookAhead = outcome
      #expect(
        report.lines().contains(
          "look-ahead: none found, \(outcome.comparedCount) decisions compared in "
            + "\(outcome.cutCount) shortened runs, those up to \(until.isoText)"))
    }
  }

  @Test func `says of which market no decision was compared, and compares the others`() throws {
    let table = try RandomCandles.table(4_000)
    var plan = crossPlan(table)
    let late: InstrumentID = "LATE-USDT"
    let rest = try #require(table.limited(from: table.startTime + .minutes(3_900), until: nil))
    plan.feeds.append(CandleFeed(late, rest, lot: "0.0001"))
    plan.strategies.append(
      StrategyPlan(
        name: "late", instrument: late, marginMode: .isolated, timeFrames: [.oneMinute],
        strategy: EMACross()))
    var run = BacktestRun(plan)
    run.complete()
    let strategies = plan.strategies
    let look = LookAhead(plan) { _ in strategies }
    let outcome = try look.outcome(of: run.ledger.decisions, candles: 12_000)
    #expect(outcome.findings == [])
    #expect(outcome.comparedCount > 0)
    #expect(outcome.unseen == [late])
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
      var whole = try #require(variants.first { $0.name == step.name }).plan
      whole.closesAtEnd = true
      let plan = try #require(whole.limited(from: step.tradedFrom, until: step.tradedUntil))
      let learned = try #require(whole.closed(from: step.chosenFrom, by: step.tradedFrom))
      let earlier = whole.limited(
        from: step.chosenFrom - .minutes(2_000), until: step.chosenFrom)
      var choice = BacktestRun(learned.warmedUp(by: earlier?.feeds ?? []))
      choice.complete()
      let worth = try #require(choice.ledger.finalEquity)
      #expect(step.chosenReturn == Double(worth) / Double(plan.deposit) - 1)
      var run = BacktestRun(plan.warmedUp(by: learned.feeds))
      run.complete()
      let equity = try #require(run.ledger.finalEquity)
      #expect(step.tradedReturn == Double(equity) / Double(plan.deposit) - 1)
      #expect(step.tradeCount == run.ledger.trades.count)
      #expect(step.tradeShares == MonteCarlo.shares(run.ledger.trades, plan.deposit))
    }
    #expect(steps.map { ($0.warmUpDays * 1_440).rounded() } == [0, 1_000, 2_000, 2_000])
  }

  /// There is no room for what is told.
  private struct Full: Error {}

  @Test func `tells each step as it comes, and ends where it cannot be told`() throws {
    let plan = crossPlan(try RandomCandles.table(3_000))
    let walk = WalkForward(
      [Sweep.Variant(name: "one", plan: plan)], learning: .minutes(1_000),
      trading: .minutes(500), workerCount: 1)
    var told: [WalkForward.Step] = []
    #expect(throws: Full.self) {
      _ = try walk.steps(shouldStop: { false }) { step in
        told.append(step)
        if told.count == 2 { throw Full() }
      }
    }
    #expect(told == Array(walk.steps().prefix(2)))
  }

  /// Minutes of a price that rises for half an hour and falls for half an hour.
  private static func waves(_ count: Int) throws -> CandleTable {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for minute in 0..<count {
      let price = 1_000 + abs(minute % 60 - 30)
      text += "\(1_577_836_800_000 + 60_000 * minute),\(price),\(price),\(price),\(price),1\n"
    }
    return try CandleTable(content: Array(text.utf8), name: "waves.csv")
  }

  @Test func `a choice has read the candles before it, and only the first starts cold`() throws {
    let plan = crossPlan(try Self.waves(2_000), settings: EMACross.Settings(fast: 5, slow: 200))
    // A stretch of 150 candles alone is too short for a mean of 200, two of them are not.
    let steps = WalkForward(
      [Sweep.Variant(name: "slow", plan: plan)], learning: .minutes(150), trading: .minutes(550),
      workerCount: 1
    ).steps()
    #expect(steps.map { $0.chosenReturn == 0 } == [true, false, false])
    #expect(steps.map { ($0.warmUpDays * 1_440).rounded() } == [0, 150, 150])
  }

  @Test func `a candle that was open when a stretch begins is no part of its warm-up`() throws {
    let minutes = try Self.waves(60)
    let start = minutes.startTime
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<20 {
      text += "\(start.milliseconds + 180_000 * Int64(place)),1000,1000,1000,1000,1\n"
    }
    let threes = try CandleTable(content: Array(text.utf8), name: "threes.csv")
    let late = try #require(minutes.limited(from: start + .minutes(10), until: nil))
    var plan = crossPlan(late)
    let id = plan.feeds[0].listing.id
    plan.strategies = [
      StrategyPlan(
        name: "counter", instrument: id, marginMode: .isolated, timeFrames: [.threeMinutes],
        strategy: Counter())
    ]
    let warm = plan.warmedUp(by: [CandleFeed(id, threes, lot: "0.0001")])
    // Of those from minutes 0, 3, 6 and 9 on the last ends at minute 12.
    #expect((warm.strategies[0].strategy as? Counter)?.count == 3)
  }

  @Test func `what is traded does not start cold`() throws {
    let table = try Self.waves(1_000)
    let plan = crossPlan(table, settings: EMACross.Settings(fast: 5, slow: 200))
    // A stretch of 150 candles alone is too short for a mean of 200.
    let steps = WalkForward(
      [Sweep.Variant(name: "slow", plan: plan)], learning: .minutes(550), trading: .minutes(150),
      workerCount: 1
    ).steps()
    #expect(steps.count == 3)
    #expect(steps.allSatisfy { $0.tradeCount > 2 })
  }

  @Test func `compares choices and what followed by the day`() throws {
    let day = TimeSpan.days(1)
    let start = Timestamp(milliseconds: 0)
    let steps = [0, 1].map { (place: Int64) in
      WalkForward.Step(
        name: "a", chosenFrom: start + .days(place), tradedFrom: start + .days(place + 2),
        tradedUntil: start + .days(place + 3), chosenReturn: 0.21, tradedReturn: -0.1,
        tradeCount: 1, tradeShares: [-0.1], warmUpDays: 0,
        choiceChance: place == 0 ? .probability(0.05) : .probability(0.051))
    }
    let sum = try #require(WalkForward.Sum(steps))
    #expect(sum.stepCount == 2)
    #expect(abs(sum.chosenByDay - 0.1) < 1e-12)
    #expect(abs(sum.tradedByDay + 0.1) < 1e-12)
    #expect(abs(sum.tradedReturn + 0.19) < 1e-12)
    #expect(sum.tradedChance == .unknown(.fewTrades))
    #expect(sum.toldChoiceCount == 2)
    #expect(sum.soundChoiceCount == 1)
    #expect(WalkForward.Sum([]) == nil)
    let lost = WalkForward.Step(
      name: "a", chosenFrom: start, tradedFrom: start + day, tradedUntil: start + day + day,
      chosenReturn: 1e9, tradedReturn: -1.2, tradeCount: 1, tradeShares: [-1.2], warmUpDays: 0,
      choiceChance: .unknown(.fewTrades))
    #expect(try #require(WalkForward.Sum([lost])).tradedByDay == -1)
    #expect(try #require(WalkForward.Sum([lost])).tradedReturn == -1)
  }

  @Test func `counts no step where the candles are too short`() throws {
    let variant = Sweep.Variant(name: "one", plan: crossPlan(try RandomCandles.table(100)))
    let short = WalkForward(
      [variant], learning: .minutes(70), trading: .minutes(31), workerCount: 1)
    #expect(short.span == .minutes(100))
    #expect(short.stepCount == 0)
    #expect(short.steps() == [])
    let whole = WalkForward(
      [variant], learning: .minutes(70), trading: .minutes(10), workerCount: 1)
    #expect(whole.stepCount == 3)
    #expect(short.rest == .minutes(100))
    #expect(whole.restText == nil)
    let late = WalkForward(
      [variant], learning: .minutes(50), trading: .minutes(20), workerCount: 1)
    #expect(late.stepCount == 2)
    #expect(late.rest == .minutes(10))
    #expect(
      late.restText
        == "0.01 days at the end are too few for another step: nothing was traded there")
    #expect(whole.steps().count == 3)
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

  @Test func `runs on candles in other orders, the same ones for the same seed`() throws {
    let plan = crossPlan(try RandomCandles.table(600))
    func draw(_ workers: Int, _ seed: UInt64) -> MonteCarlo.Draws? {
      MonteCarlo.candleRuns(
        of: plan, stretch: .hours(1), draws: 21, workerCount: workers, seed: seed)
    }
    let draws = try #require(draw(2, 1))
    #expect(draws.drawCount == 21)
    #expect(draws.totalReturn.low < draws.totalReturn.high)
    #expect(draws.drawdown.low <= draws.drawdown.high && draws.drawdown.low >= 0)
    #expect(draw(1, 1) == draws)
    #expect(draw(1, 2) != draws)
    #expect(
      MonteCarlo.candleRuns(of: plan, stretch: .hours(1), draws: 21, workerCount: 1) { true } == nil
    )
  }

  @Test func `draws that were made before a stop are told, if there are enough`() throws {
    let plan = crossPlan(try RandomCandles.table(600))
    let isOver = Mutex(false)
    let told = Mutex<[Int]>([])
    let draws = MonteCarlo.candleRuns(
      of: plan, stretch: .hours(1), draws: 40, workerCount: 1,
      shouldStop: { isOver.withLock { $0 } },
      isDone: { count in
        told.withLock { $0.append(count) }
        if count == 25 { isOver.withLock { $0 = true } }
      })
    #expect(draws?.drawCount == 25)
    #expect(told.withLock { $0 } == Array(1...25))
    var run = BacktestRun(plan)
    run.complete()
    var report = BacktestReport(run)
    report.candleOrders = draws
    report.candleOrdersAsked = 40
    #expect(report.lines().contains("STOPPED: candles were put into 25 of 40 other orders"))
    report.candleOrders = nil
    #expect(
      report.lines().contains("STOPPED: candles were put into fewer than 20 of 40 other orders"))
  }

  @Test(arguments: [(TimeFrame.oneHour, 24), (.fifteenMinutes, 96), (.oneDay, 1), (.oneWeek, 1)])
  func `candles of every length are drawn day by day`(frame: TimeFrame, count: Int) throws {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<20 * count {
      // From a Monday on, when weeks open.
      let time = 1_578_268_800_000 + Int64(place) * frame.span.milliseconds
      // The volume tells which candle it was.
      text += "\(time),100,101,99,100,\(place + 1)\n"
    }
    let table = try CandleTable(content: Array(text.utf8), name: "rows.csv")
    let drawn = MonteCarlo.reordered(
      CandleFeed("TEST-USDT", table, lot: "0.0001"), .days(1), seed: 3
    ).table.rows
    let step = table.rows[1].volume - table.rows[0].volume
    for start in stride(from: 0, to: drawn.count, by: count) {
      for place in start..<min(start + count, drawn.count) {
        let moved = drawn[place].volume - drawn[start].volume
        #expect(moved == Int64(place - start) * step)
      }
    }
    let places = stride(from: 0, to: drawn.count, by: count).map { drawn[$0].volume }
    #expect(places != places.sorted())
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
