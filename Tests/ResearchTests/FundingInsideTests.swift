import Engine
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

/// Opens a long at the first candle, once, and protects it with a stop.
private struct Stopped: Strategy {
  let stop: Price

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard context.enteredAt == nil, context.held == nil else { return [] }
    return [
      .open(
        OpeningWish(
          side: .long, size: .marginShare("0.1"), stop: .stop(Trigger(triggerPrice: stop)),
          reason: "once"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "buy once", conditions: []) }
}

struct FundingInsideTests {
  /// 2020-01-01 00:00 UTC.
  private static let start = Timestamp(milliseconds: 1_577_836_800_000)

  /// Days that stand at 100, but for the second one: it opens there, rises to 110, falls to 80 and
  /// closes at 90.
  private static func days(_ id: InstrumentID) throws -> CandleFeed {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<4 {
      let time = (start + .days(Int64(place))).milliseconds
      text += "\(time),\(place == 1 ? "100.0,110.0,80.0,90.0" : "100.0,100.0,100.0,100.0"),10\n"
    }
    let table = try CandleTable(content: Array(text.utf8), name: "days.csv")
    return CandleFeed(id, table, lot: "0.0001")
  }

  /// Ten coins are bought at the opening of the second day; returns what was paid for them by hours
  /// after the start.
  private static func payments(
    stop: Price, _ rate: Rate, isPlain: Bool, beside other: CandleFeed? = nil
  ) throws -> [Payment] {
    let feed = try days("T1-USDT")
    var plan = crossPlan(feed.table)
    plan.feeds = [feed] + (other.map { [$0] } ?? [])
    plan.strategies = [
      StrategyPlan(
        name: "stopped", instrument: feed.listing.id, marginMode: .isolated,
        timeFrames: [.oneDay], strategy: Stopped(stop: stop))
    ]
    plan.deposit = 10_000
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    let rows = ([32, 40] as [Int64]).map { "\((start + .hours($0)).milliseconds),\(rate)\n" }
    plan.funding[feed.listing.id] = try FundingFile.points(
      Array(("timestamp_ms,rate\n" + rows.joined()).utf8), name: "rates.csv")
    var run = BacktestRun(plan)
    if isPlain { run.goPlain() }
    run.keepRecords()
    run.complete()
    return try #require(run.records).compactMap { record in
      guard case .funding(let payment) = record else { return nil }
      let hour = (payment.settledAt - start).milliseconds / 3_600_000
      return Payment(hour: hour, amount: payment.amount)
    }
  }

  private struct Payment: Equatable {
    let hour: Int64
    let amount: Money
  }

  @Test(arguments: [false, true])
  func `what a stop ended inside a candle gets no funding of that candle`(isPlain: Bool) throws {
    #expect(try Self.payments(stop: "95", "-0.001", isPlain: isPlain) == [])
  }

  @Test(arguments: [false, true])
  func `what is still held behind a candle gets its funding, each at its time`(
    isPlain: Bool
  ) throws {
    #expect(
      try Self.payments(stop: "50", "-0.001", isPlain: isPlain)
        == [Payment(hour: 32, amount: 1), Payment(hour: 40, amount: 1)])
  }

  @Test(arguments: [false, true])
  func `whoever held at the opening of a candle pays its funding, also where a stop is met`(
    isPlain: Bool
  ) throws {
    #expect(
      try Self.payments(stop: "95", "0.001", isPlain: isPlain)
        == [Payment(hour: 32, amount: -1), Payment(hour: 40, amount: -1)])
  }

  @Test func `the hours of another market bring no funding before the day has ended`() throws {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for hour in 0..<96 {
      text += "\((Self.start + .hours(Int64(hour))).milliseconds),5.0,5.0,5.0,5.0,10\n"
    }
    let hours = CandleFeed(
      "T2-USDT", try CandleTable(content: Array(text.utf8), name: "hours.csv"), lot: "0.0001")
    #expect(
      try Self.payments(stop: "95", "-0.001", isPlain: false, beside: hours) == [])
    #expect(
      try Self.payments(stop: "50", "-0.001", isPlain: false, beside: hours)
        == [Payment(hour: 32, amount: 1), Payment(hour: 40, amount: 1)])
  }

  @Test func `the report says how funding inside a candle is taken`() throws {
    var plan = crossPlan(try Self.days("T1-USDT").table)
    plan.funding[plan.feeds[0].listing.id] = []
    #expect(
      BacktestReport(BacktestRun(plan)).assumptions.contains(
        "funding as recorded; what falls inside a candle is paid before its way, and received "
          + "behind it for what is still held"))
  }
}
