import Foundation
import Simulation
import Testing
import Units

/// Random days, and what must hold after every step whatever happens.
@Suite struct TradingDayTests {
  /// How many days are run: `PERPDECK_DAYS`, else a few.
  private static let dayCount =
    ProcessInfo.processInfo.environment["PERPDECK_DAYS"].flatMap(UInt64.init) ?? 24
  private static let stepCount = 120

  /// Returns what is wrong with a day's steps, nil when nothing is.
  private func problem(_ day: TradingDay, _ steps: [TimedStep]) throws -> String? {
    var run = try DayRun(day)
    run.run(steps)
    return run.problem
  }

  @Test(arguments: 0..<4)
  func `random days keep every sum, every state and every liquidation`(part: UInt64) throws {
    var fills = 0
    var liquidations = 0
    let share = max(1, Self.dayCount / 4)
    for seed in (part * share + 1)...((part + 1) * share) {
      let day = TradingDay(seed: seed, stepCount: Self.stepCount)
      var run = try DayRun(day)
      run.run(day.steps)
      fills += run.fillCount
      liquidations += run.liquidationCount
      guard let problem = run.problem else { continue }
      let least = DayShrinker.shrunk(day.steps, budget: 600) { steps in
        (try? self.problem(day, steps)) != nil
      }
      let left = try self.problem(day, least) ?? problem
      let steps = least.map(\.description).joined(separator: "\n")
      Issue.record("seed \(seed): \(problem)\nleft of it after shrinking: \(left)\n\(steps)")
      return
    }
    // The days are no good when nothing happens on them.
    #expect(fills > Int(share) * 10, "\(fills) fills")
    #expect(liquidations > Int(share) / 10, "\(liquidations) liquidations")
  }

  @Test func `a day is the same every time it is run, state by state`() throws {
    for seed in UInt64(900)...901 {
      let day = TradingDay(seed: seed, stepCount: Self.stepCount)
      var first = try DayRun(day, keepsHashes: true)
      var second = try DayRun(day, keepsHashes: true)
      first.run(day.steps)
      second.run(day.steps)
      #expect(first.hashes == second.hashes, "seed \(seed)")
      #expect(Set(first.hashes).count > 60, "seed \(seed)")
    }
  }

  @Test func `a failing day shrinks to the steps that make it fail`() {
    let day = TradingDay(seed: 17, stepCount: 200)
    // A made-up fault that needs a settlement after a deposit.
    func fails(_ steps: [TimedStep]) -> Bool {
      let money = steps.firstIndex { if case .money = $0.step { true } else { false } }
      let settle = steps.lastIndex { if case .settle = $0.step { true } else { false } }
      guard let money, let settle else { return false }
      return money < settle
    }
    #expect(fails(day.steps))
    let least = DayShrinker.shrunk(day.steps, budget: 600, fails: fails)
    #expect(least.count == 2)
    #expect(fails(least))
  }
}
