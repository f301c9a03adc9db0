import Engine
import Simulation
import Strategies
import Testing
import Trading
import Units

@testable import Research

/// Opens a long at the first candle and holds it.
struct Holder: Strategy {
  var share: Rate = "0.1"

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard context.held == nil else { return [] }
    return [
      .open(
        OpeningWish(side: .long, size: .marginShare(share), stop: .liquidation, reason: "hold"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "hold", conditions: []) }
}

struct FundingTests {
  /// 2020-01-01 00:00 UTC.
  private static let start = Timestamp(milliseconds: 1_577_836_800_000)

  /// Candles of a price that never moves, 100.
  private static func flat(_ frame: TimeFrame, _ count: Int) throws -> CandleTable {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<count {
      let time = start.milliseconds + Int64(place) * frame.span.milliseconds
      text += "\(time),100.0,100.0,100.0,100.0,10\n"
    }
    return try CandleTable(content: Array(text.utf8), name: "flat.csv")
  }

  /// Settlements so many hours after the start, each at a rate.
  private static func points(_ hours: [Int64], _ rate: Rate) throws -> [FundingPoint] {
    let rows = hours.map { "\((start + .hours($0)).milliseconds),\(rate)\n" }
    return try FundingFile.points(
      Array(("timestamp_ms,rate\n" + rows.joined()).utf8), name: "rates.csv")
  }

  /// Ten coins at 100 are held in each market: a rate of 0.001 is one USDT.
  private static func run(
    _ frame: TimeFrame, _ count: Int, _ funding: [[FundingPoint]]
  ) throws -> (funding: Money, cash: Money) {
    let ids = funding.indices.map { InstrumentID(trusted: "T\($0)-USDT") }
    let table = try flat(frame, count)
    var plan = crossPlan(table)
    plan.feeds = ids.map { CandleFeed($0, table, lot: "0.0001") }
    plan.strategies = ids.map {
      StrategyPlan(
        name: "holder", instrument: $0, marginMode: .isolated, timeFrames: [frame],
        strategy: Holder())
    }
    plan.deposit = 10_000
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    for (id, points) in zip(ids, funding) { plan.funding[id] = points }
    var fast = BacktestRun(plan)
    fast.complete()
    var plain = BacktestRun(plan)
    plain.goPlain()
    plain.complete()
    #expect(fast.engine.stateHash == plain.engine.stateHash)
    let account = fast.exchange.account
    let cash = try #require(fast.ledger.finalCash)
    #expect(fast.exchange.venue.positions(of: account).count == ids.count)
    return (fast.ledger.funding, cash)
  }

  @Test func `a second instrument is charged as it is alone`() throws {
    let points = try Self.points([8, 16, 24, 32], "0.001")
    let alone = try Self.run(.oneHour, 48, [points])
    #expect(alone.funding == -4)
    #expect(alone.cash == 9_996)
    let both = try Self.run(.oneHour, 48, [points, points])
    #expect(both.funding == -8)
    #expect(both.cash == 9_992)
  }

  @Test func `a hole in the funding file charges nothing`() throws {
    let run = try Self.run(.oneHour, 96, [try Self.points([8, 80], "0.001")])
    #expect(run.funding == -2)
  }

  @Test func `a charge inside a day's candle is charged once`() throws {
    let run = try Self.run(.oneDay, 10, [try Self.points([3 * 24 + 8], "0.001")])
    #expect(run.funding == -1)
  }

  @Test func `a charge inside the last candle is charged`() throws {
    let run = try Self.run(.oneDay, 10, [try Self.points([9 * 24 + 8, 10 * 24], "0.001")])
    #expect(run.funding == -1)
  }

  @Test func `charges inside one candle are booked apart, each at its time and the last price`()
    throws
  {
    let days = [(100, 100), (100, 110), (110, 120), (120, 130)]
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for (place, day) in days.enumerated() {
      let time = (Self.start + .days(Int64(place))).milliseconds
      text += "\(time),\(day.0).0,\(day.1).0,\(day.0).0,\(day.1).0,10\n"
    }
    var plan = crossPlan(try CandleTable(content: Array(text.utf8), name: "days.csv"))
    let id = plan.feeds[0].listing.id
    plan.strategies = [
      StrategyPlan(
        name: "holder", instrument: id, marginMode: .isolated, timeFrames: [.oneDay],
        strategy: Holder())
    ]
    plan.deposit = 10_000
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    plan.funding[id] = try Self.points([56, 64, 80], "0.001")
    for isPlain in [false, true] {
      var run = BacktestRun(plan)
      if isPlain { run.goPlain() }
      run.keepRecords()
      run.complete()
      let payments = try #require(run.records).compactMap { record in
        if case .funding(let payment) = record { payment } else { nil }
      }
      // Ten coins were bought at 100; the third and fourth day open at 110 and 120.
      #expect(payments.map(\.amount) == ["-1.1", "-1.1", "-1.2"])
      #expect(payments.map(\.settledAt) == [56, 64, 80].map { Self.start + .hours($0) })
    }
  }

  @Test func `a market whose file has ended is charged no more, and its end is told`() throws {
    let points = try Self.points(Array(stride(from: 8, through: 96, by: 8)), "0.001")
    let ids = [InstrumentID("T1-USDT"), InstrumentID("T2-USDT")]
    var plan = crossPlan(try Self.flat(.oneHour, 96))
    plan.feeds = [
      CandleFeed(ids[0], try Self.flat(.oneHour, 96), lot: "0.0001"),
      CandleFeed(ids[1], try Self.flat(.oneHour, 24), lot: "0.0001"),
    ]
    plan.strategies = ids.map {
      StrategyPlan(
        name: "holder", instrument: $0, marginMode: .isolated, timeFrames: [.oneHour],
        strategy: Holder())
    }
    plan.deposit = 10_000
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    for id in ids { plan.funding[id] = points }
    for isPlain in [false, true] {
      var run = BacktestRun(plan)
      if isPlain { run.goPlain() }
      run.keepRecords()
      run.complete()
      let payments = try #require(run.records).compactMap { record in
        if case .funding(let payment) = record { payment } else { nil }
      }
      let hours = ids.map { id in
        payments.filter { $0.instrument == id }.map { ($0.settledAt - Self.start).milliseconds }
      }
      let hour: Int64 = 3_600_000
      #expect(hours[0] == stride(from: 8, to: 96, by: 8).map { $0 * hour })
      #expect(hours[1] == [8 * hour, 16 * hour])
      #expect(run.ledger.candleCount == 120)
      #expect(BacktestReport(run).inNoTrade == 0)
    }
    #expect(
      plan.doubts.filter { $0.hasPrefix("the files") } == [
        "the files end on different days, flat.csv at 2020-01-02 00:00:00.000, the last at "
          + "2020-01-05 00:00:00.000: what is held behind the end of a file stays at its last "
          + "price, without funding"
      ])
  }

  @Test func `the last candle of a market takes its way when its time is over`() throws {
    var text = "timestamp_ms,open,high,low,close,volume\n"
    for place in 0..<24 {
      let time = Self.start.milliseconds + Int64(place) * 3_600_000
      // The last hour falls by a tenth.
      text += "\(time),100.0,100.0,\(place == 23 ? "90.0,90.0" : "100.0,100.0"),10\n"
    }
    let ids = [InstrumentID("T1-USDT"), InstrumentID("T2-USDT")]
    var plan = crossPlan(try Self.flat(.oneHour, 48))
    plan.feeds = [
      CandleFeed(ids[0], try Self.flat(.oneHour, 48), lot: "0.0001"),
      CandleFeed(
        ids[1], try CandleTable(content: Array(text.utf8), name: "short.csv"), lot: "0.0001"),
    ]
    plan.strategies = ids.map {
      StrategyPlan(
        name: "holder", instrument: $0, marginMode: .isolated, timeFrames: [.oneHour],
        strategy: Holder())
    }
    plan.deposit = 10_000
    plan.fees = FeeSchedule(takerFeeRate: 0, makerFeeRate: 0)
    var run = BacktestRun(plan)
    run.complete()
    let fall = try #require(run.ledger.curve.drawdownTime)
    #expect(fall == (Self.start + .days(1)).milliseconds)
    #expect(run.ledger.candleCount == 72)
    #expect(run.ledger.finalEquity == 9_900)
  }

  @Test func `hourly funding on candles of four hours is charged hour by hour`() throws {
    // The position opens at the end of the first candle, so that hours 5 to 47 are paid for.
    let run = try Self.run(.fourHours, 12, [try Self.points(Array(1...60), "0.001")])
    #expect(run.funding == -43)
    #expect(run.cash == 9_957)
  }

  @Test func `a charge that is received adds to the cash, each at its own rate`() throws {
    let points = try Self.points([8], "-0.002") + (try Self.points([16], "0.0005"))
    let run = try Self.run(.oneHour, 48, [points])
    #expect(run.funding == Money("1.5"))
    #expect(run.cash == Money("10001.5"))
  }
}
