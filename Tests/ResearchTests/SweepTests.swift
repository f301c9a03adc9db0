import Engine
import MarketData
import Research
import Simulation
import Strategies
import Synchronization
import Testing
import Trading
import Units

struct SweepTests {
  @Test func `equals single runs, in the order of its variants`() throws {
    let table = try RandomCandles.table(3_000)
    let pairs = [(5, 30), (12, 26), (9, 80)]
    let variants = pairs.map { fast, slow in
      Sweep.Variant(
        name: "fast=\(fast) slow=\(slow)",
        plan: crossPlan(table, settings: EMACross.Settings(fast: fast, slow: slow)))
    }
    let single = variants.map { variant in
      var run = BacktestRun(variant.plan)
      run.complete()
      return SweepResult(name: variant.name, run)
    }
    let told = Mutex<Set<SweepResult>>([])
    let found = Sweep(variants, workerCount: 2).results(shouldStop: { false }) { result in
      told.withLock { _ = $0.insert(result) }
    }
    #expect(found == single)
    #expect(told.withLock { $0 } == Set(single))
  }

  @Test func `starts nothing once it is to stop`() throws {
    let variant = Sweep.Variant(name: "one", plan: crossPlan(try RandomCandles.table(100)))
    let found = Sweep([variant], workerCount: 1).results(shouldStop: { true }) { _ in }
    #expect(found == [nil])
  }

  @Test func `reaches the same zones and decisions again`() throws {
    let table = try RandomCandles.table(8_000)
    for strategy in [
      SupplyDemand(.init(zoneFrame: .fifteenMinutes, entryFrame: .oneMinute))
        as any Strategy, Confluence(.init(timeFrame: .oneMinute)),
    ] {
      var plan = crossPlan(table)
      plan.strategies[0].strategy = strategy
      plan.leverage = 10
      plan.deposit = 10_000
      var first = BacktestRun(plan)
      var second = BacktestRun(plan)
      first.complete()
      second.complete()
      #expect(first.engine.stateHash == second.engine.stateHash)
      #expect(first.ledger.trades == second.ledger.trades)
      #expect(!first.ledger.trades.isEmpty, "\(first.ledger.denials)")
    }
  }
}
