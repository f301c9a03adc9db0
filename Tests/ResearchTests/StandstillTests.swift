import Engine
import MarketData
import Research
import Risk
import Simulation
import Strategies
import Testing
import Trading
import Units

/// Goes long whenever nothing is held, with a stop at 90.
struct Dipper: Strategy {
  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard context.held == nil else { return [] }
    return [
      .open(
        OpeningWish(
          side: .long, size: .marginShare("0.001"), stop: .stop(Trigger(triggerPrice: 90)),
          reason: "dip"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "buy the dip", conditions: []) }
}

struct StandstillTests {
  private static let start: Int64 = 1_577_836_800_000
  /// A hundred days of hours.
  private static let count = 2_400

  /// A plan over hours each of which falls through the stop; so many stop-outs are allowed.
  static func plan(stopOuts: Int, hours: Int = count) throws -> BacktestPlan {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<hours {
      text += "\(start + Int64(place) * 3_600_000),100.0,100.0,80.0,100.0,10\n"
    }
    var plan = crossPlan(try CandleTable(content: Array(text.utf8), name: "dips.csv"))
    plan.strategies[0].strategy = Dipper()
    plan.limits.day.stopOutsInARowMaximum = stopOuts
    return plan
  }

  private static func report(stopOuts: Int) throws -> BacktestReport {
    var run = BacktestRun(try plan(stopOuts: stopOuts))
    run.complete()
    return BacktestReport(run)
  }

  @Test func `says from when on nothing was opened any more, and why`() throws {
    let report = try Self.report(stopOuts: 3)
    #expect(report.trades.count == 3)
    let last = try #require(report.trades.last?.cycle.closedAt)
    // The third hour's close is the last that is acted on; the last candle closes with the run.
    let missed = Self.count - 4
    #expect(
      report.standstill
        == Standstill(from: last, reason: "3 stops were hit in a row", missedCount: missed))
    #expect(
      report.lines().contains(
        "STOOD STILL from \(last.isoText): 3 stops were hit in a row, \(missed) openings not made"))
    #expect(
      report.json(seconds: nil, loadSeconds: nil).contains(
        "\"stood_still\":{\"from\":\"\(last.isoText)\",\"reason\":\"3 stops were hit in a row\","
          + "\"openings_not_made\":\(missed)}"))
    #expect(report.denials.map(\.code) == ["state.approval"])
    #expect(report.denials.map(\.count) == [missed])
  }

  @Test func `states no return by the year of a run that stood still`() throws {
    let still = try Self.report(stopOuts: 3)
    #expect(still.annualReturn == nil)
    #expect(still.lines().contains("by the year    not stated: it stood still"))
    let whole = try Self.report(stopOuts: 1_000_000)
    #expect(whole.standstill == nil)
    #expect(whole.annualReturn != nil)
    #expect(
      whole.json(seconds: nil, loadSeconds: nil).contains(
        "\"stood_still\":null"))
  }

  @Test func `states no return by the year of a run whose every opening was denied`() throws {
    var plan = try Self.plan(stopOuts: 1_000_000)
    plan.limits.notionalPerPairMaximum = "0.0000001"
    var run = BacktestRun(plan)
    run.complete()
    let report = BacktestReport(run)
    #expect(report.trades.isEmpty)
    #expect(!report.denials.isEmpty)
    #expect(report.annualReturn == nil)
    #expect(report.lines().contains("by the year    not stated: nothing was held"))
  }
}
