import Engine
import MarketData
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

/// Opens a long at the first candle, with a stop and a target in money of the price.
private struct Bracket: Strategy {
  var stop: Price = 90
  var target: Price = 110
  var isDone = false

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard !isDone else { return [] }
    isDone = true
    return [
      .open(
        OpeningWish(
          side: .long, size: .marginShare("0.1"), stop: .stop(Trigger(triggerPrice: stop)),
          takeProfit: Trigger(triggerPrice: target),
          reason: "demand zone 99.5 to 101, drop-base-rally"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "one bracket", conditions: []) }
}

struct ReportTests {
  private static let start: Int64 = 1_577_836_800_000
  private static let hour: Int64 = 3_600_000

  /// Hourly candles: open, high, low, close.
  private static func table(_ rows: [(Int, Int, Int, Int)], from hours: Int64 = 0) throws
    -> CandleTable
  {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for (place, row) in rows.enumerated() {
      let time = start + (hours + Int64(place)) * hour
      text += "\(time),\(row.0).0,\(row.1).0,\(row.2).0,\(row.3).0,10\n"
    }
    return try CandleTable(content: Array(text.utf8), name: "rows.csv")
  }

  private static func plan(
    _ tables: [CandleTable], _ strategy: any Strategy, leverage: Leverage = 1
  ) -> BacktestPlan {
    var plan = crossPlan(tables[0])
    let ids = tables.indices.map { InstrumentID(trusted: "T\($0)-USDT") }
    plan.feeds = zip(ids, tables).map { CandleFeed($0, $1, lot: "0.0001") }
    plan.strategies = ids.map {
      StrategyPlan(
        name: "tested", instrument: $0, marginMode: .isolated, timeFrames: [.oneHour],
        strategy: strategy)
    }
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    plan.deposit = 10_000
    plan.leverage = leverage
    return plan
  }

  private static func complete(_ plan: BacktestPlan) -> BacktestRun {
    var run = BacktestRun(plan)
    run.complete()
    return run
  }

  @Test func `the last candle is counted, drawn and in the deepest fall`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 80, 80),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Holder())))
    // Ten coins fall by 20 each.
    #expect(report.candleCount == 4)
    #expect(report.curve.points.map(\.equity) == [10_000, 10_000, 10_000, 9_800])
    #expect(report.curve.drawdown == 0.02)
    #expect(report.exposure == 0.75)
    #expect(report.finalEquity == 9_800)
  }

  @Test func `the last point of a long curve stays, however long its steps are`() {
    var curve = EquityCurve(start: 1)
    for place in 0..<5_000 { curve.note(Double(place), at: Int64(place)) }
    curve.end()
    #expect(curve.points.last == EquityCurve.Point(time: 4_999, equity: 4_999))
    #expect(curve.points.count <= EquityCurve.capacity)
    var full = EquityCurve(start: 1)
    for place in 0..<EquityCurve.capacity { full.note(1, at: Int64(place)) }
    full.end()
    #expect(full.points.last?.time == Int64(EquityCurve.capacity - 1))
  }

  @Test func `a fall of one market that another makes good in the same hour is no fall`() throws {
    let falling = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 90, 90), (90, 90, 90, 90),
    ])
    let rising = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 110, 100, 110), (110, 110, 110, 110),
    ])
    let run = Self.complete(Self.plan([falling, rising], Holder()))
    #expect(run.ledger.curve.drawdown == 0)
    #expect(run.ledger.curve.points.map(\.equity) == [10_000, 10_000, 10_000, 10_000])
  }

  @Test func `the candle in which a trade meets its stop counts up to its exit`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (100, 120, 80, 100), (100, 100, 100, 100),
    ])
    let trade = try #require(Self.complete(Self.plan([table], Bracket())).ledger.trades.first)
    #expect(trade.cycle.ending == .stopLoss)
    #expect(trade.exitPrice == 90)
    #expect(abs(trade.adverse - 0.10) < 1e-12)
    // The high of the candle comes behind its low.
    #expect(abs(trade.favorable - 0.02) < 1e-12)
  }

  @Test func `the candle in which a trade meets its target counts its worst price`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (100, 120, 93, 100), (100, 100, 100, 100),
    ])
    let trade = try #require(Self.complete(Self.plan([table], Bracket())).ledger.trades.first)
    #expect(trade.cycle.ending == .takeProfit)
    #expect(abs(trade.favorable - Double(trade.exitPrice) / 100 + 1) < 1e-12)
    #expect(abs(trade.adverse - 0.07) < 1e-12)
  }

  @Test func `trades are counted by what they were opened for`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (100, 120, 80, 100), (100, 100, 100, 100),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Bracket())))
    let setup = try #require(report.setups.first)
    #expect(setup.name == "demand zone, drop-base-rally")
    #expect(setup.tradeCount == 1)
    #expect(setup.winCount == 0)
    #expect(setup.net == report.trades[0].cycle.netPnL)
    #expect(report.lines().contains { $0.hasPrefix("demand zone, drop-base-rally") })
    #expect(
      report.tradesCSV.hasSuffix(
        ",stopLoss,\"demand zone, drop-base-rally\","
          + "\"demand zone 99.5 to 101, drop-base-rally\"\n"))
  }

  @Test func `the columns of the trades are what the JSON report tells of each`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (100, 120, 80, 100), (100, 100, 100, 100),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Bracket())))
    let columns = try #require(report.tradesCSV.split(separator: "\n").first)
      .split(separator: ",").map { String($0).replacing("_ms", with: "") }
    let json = report.json(seconds: nil, loadSeconds: nil)
    let list = try #require(json.firstRange(of: "\"trade_list\":[{"))
    // What stands in quotes before a colon is a name; no value of this trade has such a one.
    let pieces = json[list.upperBound...].split(separator: "\"", omittingEmptySubsequences: false)
    let names = pieces.indices.dropLast().filter { pieces[$0 + 1].hasPrefix(":") }
      .map { String(pieces[$0]) }
    #expect(columns == names)
  }

  @Test(arguments: [
    ("demand zone 99.5 to 101, drop-base-rally", "demand zone, drop-base-rally"),
    ("agreement 75 %: trend 90, zone -100, strength 3", "agreement with trend"),
    ("agreement 75 %: trend 90, structure 75, zone 12", "agreement with zone"),
    ("agreement 75 %: trend -100, profile -100, structure 50", "agreement with profile"),
    ("agreement 75 %: trend 100, structure 75, zone 0", "agreement with structure"),
    ("fast average above slow", "fast average above slow"), ("12 %", "no reason given"),
  ])
  func `a setup is the reason without its figures`(reason: String, setup: String) {
    #expect(TradeSetup.name(reason) == setup)
  }

  @Test func `a loss a little above the risk is between two and one R`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (89, 89, 89, 89), (89, 89, 89, 89),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Bracket())))
    let classes = report.multiples.filter { $0.count > 0 }.map(\.class)
    #expect(classes == ["-2 to -1"])
    #expect(report.multiples.first?.class == "below -3")
    #expect(report.multiples.last?.class == "5 and more")
  }

  @Test func `tells what is open at the end`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 104, 100, 104),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Holder())))
    let open = try #require(report.openPositions.first)
    #expect(open.instrument == "T0-USDT")
    #expect(open.side == .long)
    #expect(open.contracts == 10)
    #expect(open.unrealizedPnL == 40)
    #expect(report.lines().contains { $0.hasPrefix("  T0-USDT long 10 from 100, now 104: 40.00") })
    #expect(
      report.json(seconds: nil, loadSeconds: nil).contains(
        "\"open_positions\":[{\"instrument\":\"T0-USDT\",\"side\":\"long\""))
  }

  @Test func `counts liquidations and tells what the engine warned of`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 50, 60), (60, 60, 60, 60),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Holder(), leverage: 10)))
    #expect(report.liquidationCount == 1)
    #expect(report.lines().contains("liquidations   1"))
    #expect(!report.warnings.isEmpty)
    let text = report.lines().joined(separator: "\n")
    #expect(text.contains("warnings of the engine"))
    #expect(report.html.contains("warnings of the engine"))
  }

  @Test func `names of every market the leverage and whose rules it is traded by`() throws {
    let table = try Self.table([(100, 100, 100, 100), (100, 100, 100, 100)])
    var plan = Self.plan([table], Holder(), leverage: 10)
    plan.strategies = []
    plan.feeds = [
      CandleFeed("SOL-USDT", table), CandleFeed("DUST-USDT", table),
      CandleFeed("FREE-USDT", table, lot: "0.0001"),
    ]
    let told: [String] = BacktestReport(BacktestRun(plan)).assumptions.suffix(3).map { $0 }
    let listed = "collateral isolated; sizes, margin tiers and largest leverage of BloFin"
    let generic =
      "collateral isolated; not among the built-in instruments: 0.1 coins a contract, sizes and "
      + "margin tiers of a mid cap"
    let free =
      "collateral isolated; no rules bind: one coin a contract, steps of 0.0001, one margin tier"
    let expected: [String] = [
      "SOL-USDT: leverage 10 of at most 75, " + listed,
      "DUST-USDT: leverage 10 of at most 50, " + generic,
      "FREE-USDT: leverage 10 of at most 50, " + free,
    ]
    #expect(told == expected)
  }

  @Test func `doubts inputs that are hardly real`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 1_500, 100, 100), (100, 100, 100, 100),
    ])
    var plan = Self.plan([table], Holder())
    let id = plan.feeds[0].listing.id
    plan.funding[id] = try FundingFile.points(
      Array("timestamp_ms,rate\n1500000000000,0.0001\n".utf8), name: "rates.csv")
    #expect(
      InputDoubts.sentences(plan) == [
        "fees and slippage are both zero: no exchange trades for nothing",
        "rows.csv: 1 candles reach more than 4 times away from the close before, the first at "
          + "2020-01-01 01:00:00.000",
        "the funding file of T0-USDT has no settlement within the candles: none was charged",
      ])
    plan.slippage = "0.02"
    plan.feeds =
      Self.plan([try Self.table([(9, 9, 9, 9), (9, 9, 9, 9), (9, 9, 9, 9)])], Holder())
      .feeds
    plan.funding[id] = try FundingFile.points(
      Array("timestamp_ms,rate\n\(Self.start + Self.hour),0.08\n".utf8), name: "rates.csv")
    #expect(
      InputDoubts.sentences(plan) == [
        "1 funding rates of T0-USDT are beyond 5 %, the first at 2020-01-01 01:00:00.000: 0.08; "
          + "rates are fractions, not percent"
      ])
  }

  @Test func `the JSON report tells each trade with its costs, its R and how far the price went`()
    throws
  {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 102, 98, 100), (100, 120, 80, 100), (100, 100, 100, 100),
    ])
    var plan = Self.plan([table], Bracket())
    plan.fees = FeeSchedule(takerFeeRate: "0.001", makerFeeRate: 0)
    let report = BacktestReport(Self.complete(plan))
    let json = report.json(seconds: nil, loadSeconds: nil)
    let cycle = try #require(report.trades.first?.cycle)
    let opened = cycle.openedAt.milliseconds
    let list = try #require(json.firstRange(of: "\"trade_list\":"))
    let multiple = try #require(cycle.rMultiple)
    let closed = try #require(cycle.closedAt).milliseconds
    let figures =
      "\"r\":\(multiple),\"mfe\":0.02,\"mae\":0.1,\"ending\":\"stopLoss\","
    let reasons =
      "\"setup\":\"demand zone, drop-base-rally\","
      + "\"reason\":\"demand zone 99.5 to 101, drop-base-rally\"}]}"
    #expect(
      json[list.upperBound...]
        == "[{\"instrument\":\"T0-USDT\",\"side\":\"long\",\"opened\":\(opened),"
        + "\"closed\":\(closed),\"contracts\":\(cycle.peakContracts),\"entry\":100,"
        + "\"exit\":90,\"realized\":\(cycle.realizedPnL),\"fees\":\(cycle.fees),"
        + "\"funding\":0,\"net\":\(cycle.netPnL)," + figures + reasons)
    #expect(json.contains("\"mean_mfe\":0.02,\"mean_mae\":0.1,"))
  }

  @Test func `the curve of the JSON report falls as deep as it says`() throws {
    var rows = Array(repeating: (100, 100, 100, 100), count: 5_000)
    // One hour that the steps of a long curve pass over.
    rows[4_002] = (100, 100, 50, 50)
    rows[4_003] = (50, 100, 50, 100)
    let report = BacktestReport(Self.complete(Self.plan([try Self.table(rows)], Holder())))
    #expect(report.curve.drawdown == 0.05)
    let json = report.json(seconds: nil, loadSeconds: nil)
    let fall = Self.start + 4_003 * Self.hour
    #expect(!report.curve.points.contains { $0.time == fall })
    #expect(json.contains("[\(fall),9500]"))
    #expect(json.contains("\"max_drawdown\":0.05,"))
  }

  @Test func `a fall is drawn below the equity, as deep as it was`() throws {
    let table = try Self.table([
      (100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 80, 80), (80, 90, 80, 90),
    ])
    let report = BacktestReport(Self.complete(Self.plan([table], Holder())))
    // The equity is 10000, 10000, 9800, 9900.
    #expect(
      report.fallDrawing(columns: 80, rows: 2) == [
        "", "falls from the peak", "██   0.00 %", "██▁█ -2.00 %",
      ])
    let lines = report.lines()
    let place = try #require(lines.firstIndex(of: "falls from the peak"))
    #expect(lines[place + 4].hasSuffix(" -2.00 %"))
    #expect(!report.html.contains("falls from the peak"))
    let still = try Self.table([(100, 100, 100, 100), (100, 100, 100, 100), (100, 110, 100, 110)])
    let risen = BacktestReport(Self.complete(Self.plan([still], Holder())))
    #expect(!risen.lines().contains("falls from the peak"))
  }

  @Test func `strategies of several markets are told with their instruments`() throws {
    let table = try Self.table([(100, 100, 100, 100), (100, 100, 100, 100), (100, 100, 100, 100)])
    let run = Self.complete(Self.plan([table, table], Holder()))
    let report = BacktestReport(run)
    #expect(report.lines()[0] == "tested on T0-USDT (rows.csv), T1-USDT (rows.csv)")
    #expect(
      report.json(seconds: nil, loadSeconds: nil).contains(
        "\"strategies\":[{\"name\":\"tested\",\"instrument\":\"T0-USDT\"},"
          + "{\"name\":\"tested\",\"instrument\":\"T1-USDT\"}]"))
    #expect(run.engine.explanations().map(\.instrument) == ["T0-USDT", "T1-USDT"])
  }

  @Test func `neighbors are drawn in blocks as long as the cube root of the trades`() {
    #expect([10, 26, 27, 500, 1_000].map(BootstrapInterval.blockLength) == [2, 2, 3, 7, 10])
    #expect(BootstrapInterval.blockLength(1_000_000) == 2_000)
  }
}
