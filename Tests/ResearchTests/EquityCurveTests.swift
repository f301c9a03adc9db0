import Simulation
import Testing
import Trading
import Units

@testable import Research

struct EquityCurveTests {
  @Test func `what is drawn has the peak and the bottom that the steps pass over`() {
    var curve = EquityCurve(start: 100)
    for place in 0..<50_000 {
      let equity = place == 20_001 ? 150.0 : place == 20_003 ? 45.0 : 100.0
      curve.note(equity, at: Int64(place))
    }
    curve.end()
    #expect(abs(curve.drawdown - 0.7) < 1e-12)
    #expect(!curve.points.contains { $0.equity == 45 })
    let drawn = curve.drawn
    #expect(drawn.map(\.time) == drawn.map(\.time).sorted())
    #expect(drawn.filter { $0.equity != 100 }.map(\.time) == [20_001, 20_003])
    #expect(drawn.count == curve.points.count + 2)
  }

  @Test func `a curve of few points is drawn as it is`() {
    var curve = EquityCurve(start: 100)
    for (place, equity) in [100.0, 120, 90, 110].enumerated() {
      curve.note(equity, at: Int64(place))
    }
    curve.end()
    #expect(curve.drawn == curve.points)
  }

  @Test func `the drawing fits a terminal of eighty columns and shows the deepest fall`() throws {
    var run = BacktestRun(crossPlan(try RandomCandles.table(5_000)))
    run.complete()
    let report = BacktestReport(run)
    let lines = report.drawing(columns: 80, rows: 10)
    #expect(lines.count == 10)
    #expect(lines.map(\.count).max() == 80)
    let low = try #require(report.curve.drawn.map(\.equity).min())
    #expect(lines.last?.hasSuffix(" " + BacktestReport.places(low, 2)) ?? false)
    #expect(report.drawing(columns: 0, rows: 10) == [])
    #expect(report.html.contains("<p>-\(BacktestReport.places(report.curve.drawdown, 4)) to "))
  }

  @Test func `a point of the equity has the time at which its candle closed`() throws {
    let table = try RandomCandles.table(50)
    var run = BacktestRun(crossPlan(table))
    run.complete()
    let closes = table.rows.map { $0.openTime + 60_000 }
    #expect(run.ledger.curve.points.map(\.time) == closes)
  }
}
