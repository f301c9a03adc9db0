import AccountData
import Engine
import MarketData
import Research
import Simulation
import Strategies
import Testing
import Trading
import Units

struct PassedTradeTests {
  /// A long is wanted at the close of the sixth hour; its order comes ten minutes into the seventh,
  /// when the price is on its way down through the stop.
  private static func run() throws -> BacktestRun {
    let rows = [
      (100, 100, 100, 100), (100, 100, 99, 99), (99, 99, 98, 98), (98, 98, 97, 97),
      (97, 97, 96, 96), (96, 100, 96, 100), (100, 104, 97, 104), (104, 104, 104, 104),
      (104, 104, 104, 104), (104, 104, 104, 104),
    ]
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for (place, row) in rows.enumerated() {
      let time = 1_700_006_400_000 + place * 3_600_000
      text += "\(time),\(row.0),\(row.1),\(row.2),\(row.3),1\n"
    }
    var plan = crossPlan(
      try CandleTable(content: Array(text.utf8), name: "v.csv"),
      settings: EMACross.Settings(fast: 2, slow: 3, stopDistance: "0.01"))
    plan.deposit = 10_000
    plan.slippage = "0.0002"
    plan.latency = LatencyModel(
      outward: .fixed(.minutes(10)), inward: .fixed(.zero), seed: 0)
    var run = BacktestRun(plan)
    run.complete()
    return run
  }

  @Test func `a trade that opens and is stopped in one moment is in the list of trades`() throws {
    let run = try Self.run()
    let report = BacktestReport(run)
    #expect(report.trades.map(\.cycle.side) == [.long])
    #expect(report.trades.map(\.cycle.ending) == [.stopLoss])
    #expect(report.trades.map(\.cycle.source) == [.strategy("ema-cross")])
    let net = report.trades.reduce(Money.zero) { $0 + $1.cycle.netPnL }
    #expect(net.isNegative)
    #expect(report.finalEquity == report.deposit + net)
    #expect(report.grossLoss == .zero - net)
    #expect(report.inNoTrade == 0)
    #expect(!report.lines().contains { $0.hasPrefix("NOT IN TRADES") })
  }

  @Test func `all of a result is in the trades and the open positions`() throws {
    var plan = crossPlan(try RandomCandles.table(3_000))
    plan.slippage = "0.0005"
    var run = BacktestRun(plan)
    run.complete()
    let report = BacktestReport(run)
    #expect(!report.trades.isEmpty && !report.openPositions.isEmpty)
    #expect(report.inNoTrade == 0)
  }

  @Test func `two markets whose stops are met in one candle have their fills in their own trades`()
    throws
  {
    let table = try RandomCandles.table(3_000)
    var plan = crossPlan(
      table, settings: EMACross.Settings(fast: 5, slow: 20, stopDistance: "0.003"))
    let ids = [InstrumentID("T1-USDT"), InstrumentID("T2-USDT")]
    plan.feeds = ids.map { CandleFeed($0, table, lot: "0.0001") }
    let strategy = plan.strategies[0].strategy
    plan.strategies = ids.map {
      StrategyPlan(
        name: "ema-cross", instrument: $0, marginMode: .isolated,
        timeFrames: [table.timeFrame], strategy: strategy)
    }
    var run = BacktestRun(plan)
    run.complete()
    let report = BacktestReport(run)
    let stopped = report.trades.filter { $0.cycle.ending == .stopLoss }
    let moments = ids.map { id in
      Set(stopped.filter { $0.cycle.key.instrument == id }.map(\.cycle.closedAt))
    }
    #expect(!moments[0].intersection(moments[1]).isEmpty)
    #expect(report.inNoTrade == 0)
    let held = run.engine.snapshot(at: run.exchange.now).account.positions.held
    let open = held.reduce(Money.zero) { $0 + $1.cycle.fees }
    #expect(report.trades.reduce(open) { $0 + $1.cycle.fees } == report.fees)
    for trade in stopped {
      let stop = try #require(trade.cycle.initialStop)
      #expect(trade.exitPrice == trade.cycle.exitPrice)
      // It fills at the stop, or where a candle opens beyond it.
      #expect(!trade.cycle.side.gain(from: stop, to: trade.exitPrice).isPositive)
      #expect(trade.adverse > 0)
    }
  }
}
