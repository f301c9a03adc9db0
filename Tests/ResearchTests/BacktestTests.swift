import Engine
import Glibc
import MarketData
import Research
import Simulation
import Strategies
import Testing
import Trading
import Units

struct BacktestTests {
  @Test(arguments: [UInt64(1), 2, 3])
  func `equals the workload in plain arithmetic`(seed: UInt64) throws {
    let table = try RandomCandles.table(8_000, seed: seed)
    let plain = PlainCross(table)
    var run = BacktestRun(crossPlan(table))
    run.complete()
    let equity = try #require(run.ledger.finalEquity)
    #expect(run.ledger.denials.map { $0.text } == [])
    #expect(run.ledger.trades.count == plain.tradeCount)
    #expect(abs(Double(equity) / plain.equity - 1) < 1e-6, "seed \(seed)")
  }

  @Test func `runs equal to the last bit`() throws {
    let table = try RandomCandles.table(3_000)
    var first = BacktestRun(crossPlan(table))
    var second = BacktestRun(crossPlan(table))
    first.complete()
    second.complete()
    #expect(first.engine.stateHash == second.engine.stateHash)
    #expect(first.ledger.trades == second.ledger.trades)
  }

  @Test func `adds fees, funding and profits of its trades up to the cash`() throws {
    let table = try RandomCandles.table(5_000)
    var run = BacktestRun(crossPlan(table))
    run.complete()
    let cash = try #require(run.ledger.finalCash)
    let profits = run.ledger.trades.reduce(Money.zero) { $0 + $1.cycle.realizedPnL }
    #expect(cash == 1_000_000_000 + profits - run.ledger.fees + run.ledger.funding)
  }

  @Test func `counts as slippage what its assumption moved the fills by, and no way of the price`()
    throws
  {
    let table = try RandomCandles.table(5_000)
    var still = BacktestRun(crossPlan(table))
    still.complete()
    #expect(BacktestReport(still).slippageCost == 0)
    var plan = crossPlan(table)
    plan.slippage = "0.001"
    var moved = BacktestRun(plan)
    moved.complete()
    // Fees are 0.06 % of what was traded, so a slippage of 0.1 % is 1/0.6 of them, but for ticks.
    let report = BacktestReport(moved)
    let share = Double(report.slippageCost) / Double(report.fees)
    #expect(abs(share - 1 / 0.6) < 0.01, "\(share)")
  }

  /// A folder with `bars_100000.csv` and its larger siblings, nil where none is named.
  private static let peerData = getenv("PERPDECK_PEER_DATA").map { String(cString: $0) }

  @Test(.enabled(if: BacktestTests.peerData != nil, "PERPDECK_PEER_DATA names no folder of bars"))
  func `benchmark the reference workload`() throws {
    let folder = try #require(Self.peerData)
    for (count, trades, equity) in [
      (100_000, 3_576, 653_171_450.289615), (1_000_000, 36_202, 12_085_267.518350),
      (5_000_000, 179_687, 0.484395),
    ] {
      let clock = ContinuousClock()
      var table: CandleTable?
      let loading = try clock.measure {
        table = try CandleTable(path: "\(folder)/bars_\(count).csv")
      }
      var run = BacktestRun(crossPlan(try #require(table), lot: "0.00002"))
      let running = clock.measure { run.complete() }
      let final = try #require(run.ledger.finalEquity)
      print(
        "bars \(count) load \(loading) run \(running) trades \(run.ledger.trades.count) "
          + "equity \(final) error \(Double(final) / equity - 1) denials \(run.ledger.denials)")
      #expect(run.ledger.trades.count == trades)
      if count < 5_000_000 { #expect(abs(Double(final) / equity - 1) < 1e-6) }
    }
  }
}
