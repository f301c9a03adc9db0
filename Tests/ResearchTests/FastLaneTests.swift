import Engine
import Risk
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

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
      expectSame(short, plain, "seed \(seed)")
    }
  }

  @Test(arguments: UInt64(100)..<110)
  func `equals the plain way at any moment under any settings`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let plan = try Self.drawnPlan(&random)
    var short = BacktestRun(plan)
    var plain = BacktestRun(plan)
    plain.goPlain()
    var goesOn = true
    while goesOn {
      let turns = random.within(1...700)
      goesOn = short.advance(turns: turns)
      #expect(plain.advance(turns: turns) == goesOn, "seed \(seed)")
      expectSame(short, plain, "seed \(seed)")
    }
  }

  @Test
  func `does the same whether everything is written or only what trades are made of`() throws {
    let plan = crossPlan(try RandomCandles.table(1_000, seed: 5))
    var short = BacktestRun(plan)
    var kept = BacktestRun(plan)
    kept.keepRecords()
    short.complete()
    kept.complete()
    expectSame(short, kept, "records")
    let records = try #require(kept.records)
    let fills = records.count { if case .fill = $0 { true } else { false } }
    let answers = records.count { if case .requestAnswered = $0 { true } else { false } }
    #expect(fills == short.ledger.fillCount)
    #expect(answers >= fills)
  }

  private static func drawnPlan(_ random: inout SeededRandom) throws -> BacktestPlan {
    let holes = random.oneIn(3) ? random.within(1...5) : 0
    let table = try RandomCandles.table(1_500, seed: random.next(), holes: holes)
    let fast = random.within(2...15)
    let stop: Rate? = random.oneIn(2) ? nil : rate(random.within(20...300), 10_000)
    var plan = crossPlan(
      table,
      settings: EMACross.Settings(
        fast: fast, slow: fast + random.within(3...40),
        marginShare: rate(random.within(2...30), 100), stopDistance: stop))
    plan.leverage = [1, 3, 10, 25, 50][random.below(5)]
    plan.deposit = [10_000, 1_000_000, 100_000_000][random.below(3)]
    plan.marginMode = random.oneIn(4) ? .cross : .isolated
    plan.strategies = plan.strategies.map {
      StrategyPlan(
        name: $0.name, instrument: $0.instrument, marginMode: plan.marginMode,
        timeFrames: $0.timeFrames, strategy: $0.strategy)
    }
    plan.slippage = random.oneIn(2) ? 0 : "0.0003"
    if random.oneIn(3) {
      plan.latency = LatencyModel(
        outward: .between(.milliseconds(5), .seconds(90)), inward: .fixed(.zero),
        seed: random.next())
    }
    if random.oneIn(2) { plan.funding = [plan.feeds[0].listing.id: try settlements(&random)] }
    plan.limits.day.lossMaximum = rate(random.within(3...100), 100)
    plan.limits.day.drawdownMaximum = rate(random.within(10...100), 100)
    if random.oneIn(2) { plan.limits.day.lossMoneyMaximum = 5_000 }
    if random.oneIn(2) { plan.limits.size.liquidationWarning = rate(random.within(1...30), 100) }
    return plan
  }

  private static func rate(_ count: Int, _ whole: Int) -> Rate {
    Rate(Fixed(count).divided(by: Fixed(whole), .towardZero))
  }

  private static func settlements(_ random: inout SeededRandom) throws -> [FundingPoint] {
    var lines = "timestamp_ms,rate\n"
    for place in 1...6 {
      let parts = random.within(-300...300)
      let time = 1_577_836_800_000 + 28_800_000 * place
      lines += "\(time),\(parts)e-06\n"
    }
    return try FundingFile.points(Array(lines.utf8), name: "rates.csv")
  }
}

/// Both runs stand where the other stands.
private func expectSame(
  _ left: BacktestRun, _ right: BacktestRun, _ hint: String,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  #expect(
    left.engine.stateHash == right.engine.stateHash, "\(hint)", sourceLocation: sourceLocation)
  #expect(
    left.exchange.venue.stateHash == right.exchange.venue.stateHash, "\(hint)",
    sourceLocation: sourceLocation)
  #expect(
    left.engine.explanations().map(\.explanation.lines)
      == right.engine.explanations().map(\.explanation.lines),
    "\(hint)", sourceLocation: sourceLocation)
  #expect(left.ledger.trades == right.ledger.trades, "\(hint)", sourceLocation: sourceLocation)
  #expect(
    left.ledger.curve.points == right.ledger.curve.points, "\(hint)",
    sourceLocation: sourceLocation)
  #expect(
    left.ledger.decisions == right.ledger.decisions, "\(hint)", sourceLocation: sourceLocation)
  #expect(
    left.ledger.finalEquity == right.ledger.finalEquity, "\(hint)", sourceLocation: sourceLocation)
}
