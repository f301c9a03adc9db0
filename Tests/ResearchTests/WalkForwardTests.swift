import MarketData
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

struct WalkForwardTests {
  /// When the candles begin: midnight.
  private static let start: Int64 = 1_577_836_800_000

  /// Candles of a price that rises and falls, one of them with another close.
  private static func waves(
    _ count: Int, _ frame: TimeFrame, period: Int, from start: Int64 = start,
    changing changed: Int? = nil
  ) throws -> CandleTable {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    var open = 1_000
    for place in 0..<count {
      let close = place == changed ? 1_500 : 1_000 + 10 * abs(place % period - period / 2)
      let time = start + Int64(place) * frame.span.milliseconds
      text += "\(time),\(open),\(max(open, close)),\(min(open, close)),\(close),1\n"
      open = close
    }
    return try CandleTable(content: Array(text.utf8), name: "waves.csv")
  }

  /// Hours that begin at noon beside days that begin at midnight, each market with its strategy.
  private static func chosenReturn(changingDay day: Int?) throws -> Double {
    var plan = crossPlan(
      try waves(24 * 20, .oneHour, period: 24, from: start + 43_200_000),
      settings: EMACross.Settings(fast: 5, slow: 20))
    let days: InstrumentID = "DAYS-USDT"
    plan.feeds.append(
      CandleFeed(days, try waves(21, .oneDay, period: 6, changing: day), lot: "0.0001"))
    plan.strategies.append(
      StrategyPlan(
        name: "days", instrument: days, marginMode: .isolated, timeFrames: [.oneDay],
        strategy: EMACross(EMACross.Settings(fast: 2, slow: 3))))
    let walk = WalkForward(
      [Sweep.Variant(name: "one", plan: plan)], learning: .days(12), trading: .days(7),
      workerCount: 1)
    return try #require(walk.steps().first).chosenReturn
  }

  @Test func `a choice knows no candle that closes when its settings are traded already`() throws {
    let plain = try Self.chosenReturn(changingDay: nil)
    // The trading begins at noon of day 12.
    #expect(try Self.chosenReturn(changingDay: 12) == plain)
    #expect(try Self.chosenReturn(changingDay: 11) != plain)
  }

  @Test func `what a walk-forward traded is the sum of its trades`() throws {
    var plan = crossPlan(
      try Self.waves(3_000, .oneMinute, period: 60),
      settings: EMACross.Settings(fast: 5, slow: 20))
    plan.slippage = "0.0005"
    let steps = WalkForward(
      [Sweep.Variant(name: "one", plan: plan)], learning: .minutes(300), trading: .minutes(40),
      workerCount: 1
    ).steps()
    #expect(steps.count == 67)
    for step in steps {
      #expect(step.tradeCount > 0)
      #expect(step.tradeShares.count == step.tradeCount)
      let traded = step.tradeShares.reduce(1) { $0 * (1 + $1) } - 1
      #expect(abs(step.tradedReturn - traded) < 1e-9)
    }
  }

  @Test func `a run that closes at its end pays for it and has one trade more`() throws {
    var plan = crossPlan(
      try Self.waves(200, .oneMinute, period: 60),
      settings: EMACross.Settings(fast: 5, slow: 20))
    func report() -> BacktestReport {
      var run = BacktestRun(plan)
      run.complete()
      return BacktestReport(run)
    }
    let open = report()
    plan.closesAtEnd = true
    let closed = report()
    #expect(open.openPositions.count == 1)
    #expect(closed.openPositions == [])
    #expect(closed.inNoTrade == .zero)
    #expect(closed.trades.count == open.trades.count + 1)
    #expect(Array(closed.trades.dropLast()) == open.trades)
    let fee = closed.fees - open.fees
    #expect(fee.isPositive)
    #expect(abs(Double(open.finalEquity - closed.finalEquity - fee)) < 0.01)
    #expect(abs(closed.curve.last - Double(closed.finalEquity)) < 0.01)
    #expect(closed.exposure == open.exposure)
  }

  @Test func `what was on the way at the end of a stretch opens nothing any more`() throws {
    var plan = crossPlan(
      try Self.waves(200, .oneMinute, period: 60),
      settings: EMACross.Settings(fast: 5, slow: 20))
    plan.latency = LatencyModel(outward: .fixed(.minutes(2)), inward: .fixed(.zero), seed: 1)
    plan.closesAtEnd = true
    for count in 150..<200 {
      var run = BacktestRun(plan.truncated(to: count))
      run.complete()
      #expect(BacktestReport(run).openPositions == [])
    }
  }
}
