import Research
import Simulation
import Testing
import Trading
import Units

struct InputDoubtTests {
  /// 2020-01-01 00:00 UTC.
  private static let start: Int64 = 1_577_836_800_000
  private static let hour: Int64 = 3_600_000

  /// Hourly candles at these hours: high, low and volume around a price of 100.
  private static func table(
    _ hours: some Sequence<Int>, _ row: (Int) -> (high: Int, low: Int, volume: Int)
  ) throws -> CandleTable {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in hours {
      let candle = row(place)
      text += "\(start + Int64(place) * hour),100,\(candle.high),\(candle.low),100,"
      text += "\(candle.volume)\n"
    }
    return try CandleTable(content: Array(text.utf8), name: "rows.csv")
  }

  private static func live(_ place: Int) -> (high: Int, low: Int, volume: Int) { (101, 99, 10) }

  @Test func `a hole in the funding file is doubted, with what is missing`() throws {
    var plan = crossPlan(try Self.table(0..<336, Self.live))
    // Every eight hours, thirty of them missing.
    let places = Array(1...5) + Array(36...41)
    let rows = places.map { "\(Self.start + Int64($0) * 8 * Self.hour),0.0001\n" }
    plan.funding["TEST-USDT"] = try FundingFile.points(
      Array(("timestamp_ms,rate\n" + rows.joined()).utf8), name: "rates.csv")
    #expect(
      plan.doubts == [
        "the funding file of TEST-USDT settles every 8 h and lacks about 30 settlements, the first "
          + "after 2020-01-02 16:00:00.000: none was charged for them"
      ])
  }

  @Test func `a funding file that begins late or ends early says which, and by how much`() throws {
    var plan = crossPlan(try Self.table(0..<240, Self.live))
    func doubts(_ hours: StrideThrough<Int>) throws -> [String] {
      let rows = hours.map { "\(Self.start + Int64($0) * Self.hour),0.0001\n" }
      plan.funding["TEST-USDT"] = try FundingFile.points(
        Array(("timestamp_ms,rate\n" + rows.joined()).utf8), name: "rates.csv")
      return plan.doubts
    }
    // It goes on behind the ten days of candles.
    #expect(
      try doubts(stride(from: 40, through: 480, by: 8)) == [
        "the first settlement of TEST-USDT within the candles is at 2020-01-02 16:00:00.000, "
          + "1.6 days behind the first candle: none was charged before it"
      ])
    #expect(
      try doubts(stride(from: -80, through: 176, by: 8)) == [
        "the last settlement of TEST-USDT within the candles is at 2020-01-08 08:00:00.000, "
          + "2.6 days before they end: none was charged after it"
      ])
    #expect(try doubts(stride(from: -80, through: 480, by: 8)) == [])
  }

  @Test func `candles that stand still without volume are doubted`() throws {
    let dead = try Self.table(0..<100) { place in
      (40..<65).contains(place) ? (100, 100, 0) : (101, 99, 10)
    }
    #expect(
      crossPlan(dead).doubts == [
        "rows.csv: 25 candles stand still without volume, the first at 2020-01-02 16:00:00.000: "
          + "nothing can be traded there"
      ])
    // A few quiet minutes are no dead market.
    let quiet = try Self.table(0..<100) { place in
      (40..<59).contains(place) ? (100, 100, 0) : (101, 99, 10)
    }
    #expect(crossPlan(quiet).doubts == [])
  }

  @Test func `a file that tells no volume at all is doubted`() throws {
    let table = try Self.table(0..<30) { _ in (101, 99, 0) }
    #expect(crossPlan(table).doubts == ["rows.csv: all candles have a volume of zero"])
  }

  @Test func `a wick of nine times the price is doubted`() throws {
    let table = try Self.table(0..<30) { place in (place == 7 ? 900 : 101, 99, 10) }
    #expect(
      crossPlan(table).doubts == [
        "rows.csv: 1 candles reach more than 4 times away from the close before, the first at "
          + "2020-01-01 07:00:00.000"
      ])
  }

  @Test func `a price step that is more than the slippage is doubted, and told as what fills cost`()
    throws
  {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<30 {
      let time = Self.start + Int64(place) * Self.hour
      text += "\(time),0.00001250,0.00001255,0.00001245,0.00001250,10\n"
    }
    var plan = crossPlan(
      try CandleTable(content: Array(text.utf8), name: "cheap.csv"), lot: "1")
    plan.slippage = "0.0002"
    #expect(
      plan.doubts == [
        "cheap.csv: a price step of 0.00000001 is 0.0800 % of the mean price, more than the "
          + "slippage of 0.0200 %: a fill costs a whole step"
      ])
    #expect(
      BacktestReport(BacktestRun(plan)).assumptions.first
        == "signals see closed candles; orders fill at the opening of the next one, moved by "
        + "0.0002 of the price against the order and on to the next whole price step of "
        + "0.00000001, after 0 ms on the way")
    plan.slippage = "0.001"
    #expect(plan.doubts == [])
    plan.slippage = 0
    #expect(
      BacktestReport(BacktestRun(plan)).assumptions.first
        == "signals see closed candles; orders fill at the opening of the next one, moved by 0 of "
        + "the price against the order, after 0 ms on the way")
  }

  @Test func `a coin of any price can be traded by the rules of a mid cap`() throws {
    for (zeros, coins) in [("0.0000", "1000000"), ("", "0.01")] as [(String, BaseAmount)] {
      var text = "timestamp_ms,open,high,low,close,volume\n"
      var before = 1_234
      for place in 0..<400 {
        let price = 1_234 + abs(place % 60 - 30)
        let (low, high) = (min(before, price), max(before, price))
        text += "\(Self.start + Int64(place) * Self.hour),\(zeros)\(before),\(zeros)\(high),"
        text += "\(zeros)\(low),\(zeros)\(price),10\n"
        before = price
      }
      var plan = crossPlan(try CandleTable(content: Array(text.utf8), name: "any.csv"))
      plan.deposit = 10_000
      plan.feeds = [CandleFeed("TEST-USDT", plan.feeds[0].table)]
      #expect(plan.feeds[0].rules == .generic)
      #expect(plan.feeds[0].listing.instrument.contractValue == coins)
      var run = BacktestRun(plan)
      run.complete()
      #expect(run.ledger.denials.map(\.code).filter { $0.hasPrefix("size.") } == [])
      #expect(run.ledger.trades.count > 5)
    }
  }

  @Test func `two days of candles far apart are no year`() throws {
    let table = try Self.table(Array(0..<24) + Array(3_120..<3_144), Self.live)
    var run = BacktestRun(crossPlan(table))
    run.complete()
    let report = BacktestReport(run)
    #expect(report.days == 131)
    #expect(report.coveredDays == 2)
    #expect(report.annualReturn == nil)
    #expect(report.lines().contains("by the year    not stated: nothing was held"))
  }
}
