import Glibc
import Research
import Risk
import Simulation
import Testing
import Trading
import Units

struct RunRemarksTests {
  @Test func `a sweep keeps why a run stood still`() throws {
    let plan = try StandstillTests.plan(stopOuts: 3, hours: 50)
    var run = BacktestRun(plan)
    run.complete()
    let still = try #require(run.ledger.standstill)
    let found = Sweep([Sweep.Variant(name: "one", plan: plan)], workerCount: 1)
      .results(shouldStop: { false }) { _ in }
    #expect(found.map(\.?.remarks) == [RunRemarks(denied: nil, standstill: still)])
    #expect(found[0]?.remarks.text == "; STOOD STILL from \(still.text)")
  }

  @Test func `a sweep keeps what the gate denied most`() throws {
    var plan = try StandstillTests.plan(stopOuts: 3, hours: 50)
    plan.limits.openPositionsMaximum = 0
    var run = BacktestRun(plan)
    run.complete()
    let denial = try #require(run.ledger.denials.first)
    #expect(denial.count == 49)
    let remarks = SweepResult(name: "one", run).remarks
    #expect(
      remarks
        == RunRemarks(denied: RunRemarks.Denied(code: denial.code, count: 49), standstill: nil))
    #expect(remarks.text == "; denied 49 x \(denial.code)")
  }

  @Test func `a walk-forward says of each step why it stood still`() throws {
    let plan = try StandstillTests.plan(stopOuts: 3, hours: 72)
    let steps = WalkForward(
      [Sweep.Variant(name: "one", plan: plan)], learning: .days(1), trading: .days(1),
      workerCount: 1
    ).steps()
    #expect(steps.map(\.tradeCount) == [3, 3])
    #expect(
      steps.map(\.remarks.standstill?.reason) == [
        "3 stops were hit in a row", "3 stops were hit in a row",
      ])
  }

  @Test func `a store gives back why a run opened less than it wanted`() throws {
    var name = Array("/tmp/perpdeck-remarks-XXXXXX".utf8CString)
    let folder = String(cString: try #require(mkdtemp(&name)))
    let path = folder + "/store.csv"
    defer {
      unlink(path)
      rmdir(folder)
    }
    let still = Standstill(
      from: Timestamp(milliseconds: 1_577_836_800_000), reason: "3 stops, in a row",
      missedCount: 7)
    let all = [
      RunRemarks(), RunRemarks(denied: RunRemarks.Denied(code: "target.reward", count: 370)),
      RunRemarks(standstill: still),
      RunRemarks(denied: RunRemarks.Denied(code: "size.zero", count: 1), standstill: still),
    ]
    let results = all.enumerated().map { place, remarks in
      var result = SweepResult(
        name: "fast=\(place)", tradeCount: 1, finalEquity: 9_999, drawdown: 0.5, growth: [0.25])
      result.remarks = remarks
      return result
    }
    do {
      let store = try SweepStore(path: path, digest: 7)
      for result in results { store.append(result) }
    }
    let again = try SweepStore(path: path, digest: 7)
    #expect(Set(again.results.values) == Set(results))
  }

  @Test func `gaps and doubts of the inputs are said before any result`() throws {
    var plan = crossPlan(try RandomCandles.table(500, holes: 3))
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    let count = plan.gaps.reduce(0) { $0 + $1.count }
    #expect(count > 0)
    #expect(
      plan.inputLines.first
        == "GAPS: \(count) candles are missing in \(plan.gaps.count) places")
    #expect(
      plan.inputLines.contains(
        "DOUBTFUL: fees and slippage are both zero: no exchange trades for nothing"))
  }
}
