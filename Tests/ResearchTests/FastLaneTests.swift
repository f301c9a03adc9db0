import Engine
import Research
import Simulation
import Strategies
import Testing
import Trading
import Units

struct FastLaneTests {
  /// Market orders, stops and targets at the venue, and liquidations at high leverage.
  private static let strategies: [(strategy: any Strategy, leverage: Leverage)] = [
    (EMACross(), 1),
    (EMACross(.init(fast: 5, slow: 30, marginShare: "0.2")), 10),
    (EMACross(.init(fast: 9, slow: 40, marginShare: "0.15")), 50),
    (Confluence(.init(timeFrame: .oneMinute, thresholdPercent: 50)), 10),
  ]

  @Test(arguments: [UInt64(1), 2, 3, 4])
  func `equals the plain way to the last bit`(seed: UInt64) throws {
    let table = try RandomCandles.table(2_500, seed: seed)
    for (strategy, leverage) in Self.strategies {
      var plan = crossPlan(table)
      plan.strategies[0].strategy = strategy
      plan.leverage = leverage
      plan.deposit = 100_000
      var short = BacktestRun(plan)
      var plain = BacktestRun(plan)
      plain.goPlain()
      short.complete()
      plain.complete()
      #expect(!short.ledger.trades.isEmpty, "seed \(seed)")
      #expect(short.engine.stateHash == plain.engine.stateHash, "seed \(seed)")
      #expect(short.exchange.venue.digest == plain.exchange.venue.digest, "seed \(seed)")
      #expect(short.ledger.trades == plain.ledger.trades, "seed \(seed)")
      #expect(short.ledger.finalEquity == plain.ledger.finalEquity, "seed \(seed)")
    }
  }
}
