import Simulation
import Testing
import Units

@testable import Research

/// P-values beside those that are counted out. How far a drawn one may be off: three times the
/// standard error of 1,000 draws.
struct ChanceTests {
  private static func probability(_ series: [[Double]], seed: UInt64 = 1) -> Double? {
    var check = RealityCheck(valueCount: series[0].count, seed: seed)
    for values in series { check.add(values) }
    return check.probability
  }

  private static func error(_ exact: Double) -> Double {
    3 * (exact * (1 - exact) / Double(RealityCheck.drawCount)).squareRoot()
  }

  /// Counts out all 27 draws of three values, of which each may come next.
  private static func countedOut(_ series: [[Double]]) -> Double {
    let found = series.map { $0.reduce(0, +) }.max() ?? 0
    var reached = 0
    for draw in 0..<27 {
      let places = [draw / 9, draw / 3 % 3, draw % 3]
      let sums = series.map { values in
        let mean = values.reduce(0, +) / 3
        return places.reduce(0) { $0 + values[$1] - mean }
      }
      if (sums.max() ?? 0) >= found - 1e-9 { reached += 1 }
    }
    return Double(reached) / 27
  }

  @Test func `three results are drawn as all their draws say`() throws {
    // Around their mean of 1 they are -2, -1 and 3; 7 of 27 draws come to their sum of 3 again.
    let exact = Self.countedOut([[-1, 0, 4]])
    #expect(exact == 7.0 / 27)
    for seed in 1...5 as ClosedRange<UInt64> {
      let drawn = try #require(Self.probability([[-1, 0, 4]], seed: seed))
      #expect(abs(drawn - exact) < Self.error(exact))
    }
  }

  @Test func `of two that were tried the better one of each draw counts`() throws {
    let series: [[Double]] = [[-1, 0, 4], [2, -3, 3]]
    let exact = Self.countedOut(series)
    #expect(exact == 11.0 / 27)
    let drawn = try #require(Self.probability(series))
    #expect(abs(drawn - exact) < Self.error(exact))
  }

  @Test func `neighbors are drawn together`() throws {
    let values = [3, -1, -1, 4, -2, -1, 7, -1]
    // Each step goes on to the next value, or, once in two, to any; the sums of all ways together.
    var ways: [[Int: Double]] = values.map { _ in [0: 1.0 / 8] }
    for _ in values {
      var next = [[Int: Double]](repeating: [:], count: 8)
      for (place, sums) in ways.enumerated() {
        for (sum, weight) in sums {
          let drawn = sum + values[place] - 1
          next[(place + 1) % 8][drawn, default: 0] += weight / 2
          for other in 0..<8 { next[other][drawn, default: 0] += weight / 16 }
        }
      }
      ways = next
    }
    let exact = ways.reduce(0) { total, sums in
      total + sums.reduce(0) { $1.key >= 8 ? $0 + $1.value : $0 }
    }
    #expect(abs(exact - 0.139316) < 1e-6)
    let drawn = try #require(Self.probability([values.map(Double.init)]))
    #expect(abs(drawn - exact) < Self.error(exact))
  }

  /// Results of chance between -1 and 1, moved by a drift.
  private static func random(_ count: Int, seed: UInt64, drift: Double = 0) -> [Double] {
    var random = SeededRandom(seed: seed)
    return (0..<count).map { _ in Double(random.within(-100...100)) / 100 + drift }
  }

  @Test func `the more are tried, the less the best one says`() throws {
    let best = Self.random(60, seed: 9, drift: 0.2)
    var check = RealityCheck(valueCount: 60)
    check.add(best)
    let alone = try #require(check.probability)
    var before = alone
    for seed in 100..<140 as Range<UInt64> {
      check.add(Self.random(60, seed: seed))
      let now = try #require(check.probability)
      #expect(now >= before)
      before = now
    }
    #expect(alone < 0.01 && before > 0.05)
  }

  @Test func `the same one tried twice counts once`() {
    let values = Self.random(60, seed: 9, drift: 0.1)
    #expect(Self.probability([values, values]) == Self.probability([values]))
  }

  @Test func `chance is rarely taken for skill, and skill not for chance`() throws {
    let chances = (1...40 as ClosedRange<UInt64>).compactMap {
      Chance(ofTrades: Self.random(48, seed: $0)).probability
    }
    #expect(chances.count == 40)
    #expect(chances.count { $0 <= 0.05 } <= 5)
    let sure = Chance(ofTrades: Self.random(60, seed: 9, drift: 0.6))
    #expect(sure == .probability(1.0 / 1_001))
    #expect(sure.text == "p = 0.001")
  }

  @Test func `a seed makes the draws, and neighbors of many trades are summed up first`() {
    let many = Self.random(36_000, seed: 3)
    let chance = Chance(ofTrades: many)
    #expect(chance.probability != nil)
    #expect(chance == Chance(ofTrades: many))
    #expect(chance != Chance(ofTrades: many, seed: 2))
  }

  @Test func `nothing is said of no trades, of too few, and of equal ones`() {
    let few = Chance.unknown(.fewTrades)
    #expect(Chance(ofTrades: []) == few)
    #expect(Chance(ofTrades: Self.random(29, seed: 1)) == few)
    #expect(Chance(ofTrades: Self.random(30, seed: 1)).probability != nil)
    #expect(few.text == "— (fewer than 30 trades)")
    for value in [-0.1, 0, 0.1, 1e-9] {
      let equal = Chance(ofTrades: Array(repeating: value, count: 77))
      #expect(equal == .unknown(.noSpread))
      #expect(equal.text == "— (all results are equal)")
    }
  }

  private static func result(
    _ equity: Money, trades: Int = 30, growth: [Double]
  ) -> SweepResult {
    SweepResult(
      name: "\(equity)", tradeCount: trades, finalEquity: equity, drawdown: 0,
      growth: growth.map(Float.init))
  }

  @Test func `the best of a sweep counts as one of as many as were tried`() throws {
    let best = Self.result(200, growth: Self.random(60, seed: 9, drift: 0.2))
    let others = (100..<140 as Range<UInt64>).map {
      Self.result(100, trades: 5, growth: Self.random(60, seed: $0))
    }
    let alone = try #require(Chance(ofBest: [best]).probability)
    let among = try #require(Chance(ofBest: others + [best]).probability)
    #expect(alone < 0.01 && among > 0.05)
    #expect(Chance(ofBest: others + [best]) == Chance(ofBest: [best] + others))
  }

  @Test func `a sweep whose best one says nothing has no p-value`() {
    let growth = Self.random(60, seed: 9)
    let sound = Self.result(100, growth: growth)
    #expect(Chance(ofBest: []) == .unknown(.fewTrades))
    #expect(
      Chance(ofBest: [sound, Self.result(200, trades: 29, growth: growth)])
        == .unknown(.fewTrades))
    #expect(
      Chance(ofBest: [sound, Self.result(200, growth: Self.random(59, seed: 1))])
        == .unknown(.otherCandles))
    #expect(
      Chance(ofBest: [Self.result(100, growth: Self.random(29, seed: 1))])
        == .unknown(.fewCandles))
    #expect(
      Chance(ofBest: [Self.result(100, growth: Array(repeating: 0, count: 60))])
        == .unknown(.noSpread))
  }

  @Test func `growth is the logarithm of the equity in stretches of as many candles`() {
    var curve = EquityCurve(start: 100)
    for place in 1...1_000 { curve.note(100 + Double(place), at: Int64(place)) }
    curve.end()
    let growth = curve.growth(from: 100)
    #expect(growth.count == 250)
    // 1,100 over 100; ln 11.
    #expect(abs(growth.reduce(0, +) - 2.397_895) < 1e-4)
    #expect(abs(growth[0] - 0.039_221) < 1e-6)
    var lost = EquityCurve(start: 100)
    lost.note(-5, at: 1)
    // A thousandth is left.
    #expect(abs(lost.growth(from: 100)[0] + 6.907_755) < 1e-5)
    #expect(EquityCurve(start: 100).growth(from: 100) == [])
  }

  @Test func `a report says how likely chance alone brings the mean of its trades`() throws {
    var run = BacktestRun(crossPlan(try RandomCandles.table(8_000)))
    run.complete()
    let report = BacktestReport(run)
    let shares = MonteCarlo.shares(report.trades, report.deposit)
    let probability = try #require(report.chance.probability)
    #expect(report.chance == Chance(ofTrades: shares))
    let line = try #require(report.lines().first { $0.hasPrefix("by chance") })
    #expect(line.hasPrefix("by chance      p = \(BacktestReport.places(probability, 3)) that a "))
    #expect(report.html.contains(line))
    let json = report.json(seconds: nil, loadSeconds: nil)
    #expect(json.contains("\"p_value_missing\":null}"))
  }

  @Test func `a report of few trades says that they are too few`() throws {
    var run = BacktestRun(crossPlan(try RandomCandles.table(100)))
    run.complete()
    let report = BacktestReport(run)
    #expect(report.lines().contains("by chance      — (fewer than 30 trades)"))
    let json = report.json(seconds: nil, loadSeconds: nil)
    #expect(json.contains("\"p_value\":null,\"p_value_missing\":\"fewer than 30 trades\"}"))
  }
}
