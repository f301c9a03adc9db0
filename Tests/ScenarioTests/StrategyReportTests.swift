import Engine
import Research
import Risk
import Runtime
import Simulation
import Strategies
import Testing
import Trading
import Units

/// Wants nothing and says why.
private struct Speaker: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] { [] }

  func why() -> Explanation {
    Explanation(
      goal: "wait", conditions: [Explanation.Condition("a sign", value: "none", isMet: false)],
      notes: ["trend +12 of weight 20: rising", "zone 0 of weight 5: none"])
  }
}

struct StrategyReportTests {
  @Test func `the JSON of an explanation has its notes as the text has them`() throws {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for minute in 0..<3 { text += "\(1_577_836_800_000 + 60_000 * minute),100,101,99,100,1\n" }
    let table = try CandleTable(content: Array(text.utf8), name: "minutes.csv")
    let id: InstrumentID = "AAA-USDT"
    let plan = BacktestPlan(
      feeds: [CandleFeed(id, table, lot: "0.0001")],
      strategies: [
        StrategyPlan(
          name: "speaker", instrument: id, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: Speaker())
      ],
      limits: StormSettings.limits, fees: FeeSchedule(takerFeeRate: 0, makerFeeRate: 0),
      slippage: 0, deposit: 10_000, leverage: 1)
    var run = BacktestRun(plan)
    run.complete()
    let report = StrategyReport(run.engine.snapshot(at: run.exchange.now))
    #expect(
      report.json(about: nil).hasSuffix(
        #""conditions":[{"text":"a sign","value":"none","met":false}],"#
          + #""notes":["trend +12 of weight 20: rising","zone 0 of weight 5: none"]}]}"#))
    #expect(
      report.text(about: nil).contains(
        "  > a sign: none\n    trend +12 of weight 20: rising\n    zone 0 of weight 5: none\n"))
  }
}
