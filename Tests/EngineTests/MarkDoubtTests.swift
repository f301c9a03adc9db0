import AccountData
import Engine
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// A mark price that jumps alone is a bad print until something speaks for it.
@Suite struct MarkDoubtTests {
  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(2))
    return desk
  }

  /// A waiting long that opens when the mark price reaches 61 000.
  private func waiting() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.stop = .stop(Trigger(triggerPrice: 60_000))
    wish.takeProfit = Trigger(triggerPrice: 64_000)
    desk.command(.openAt(wish, trigger: 61_000, until: nil))
    return desk
  }

  private func mark(_ price: Price, _ desk: inout EngineDesk) {
    desk.take(.mark(Sample.mark(Sample.bitcoin, price, at: desk.now)))
  }

  private func trade(_ price: Price, _ desk: inout EngineDesk) {
    desk.take(.book(Sample.book(Sample.bitcoin, middle: price, at: desk.now)))
    desk.take(.ticker(Sample.ticker(last: price, at: desk.now)))
  }

  private func alarms(_ desk: EngineDesk) -> [String] {
    desk.wanted.compactMap {
      if case .notify(let notice) = $0, notice.level == .alarm { notice.text } else { nil }
    }
  }

  private func endings(_ desk: EngineDesk) -> [String] {
    desk.wanted.records.compactMap { record in
      guard case .plan(let plan) = record, plan.kind == "entry", plan.state != .open else {
        return nil
      }
      return "\(plan.state.rawValue): \(plan.step)"
    }
  }

  @Test(arguments: [Price(600_000), 90_000, 18_000, 6_000])
  func `B08 one bad mark print moves no stop, closes and halts nothing, and is told once`(
    bad: Price
  ) {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(500), activation: nil))
    mark(bad, &desk)
    desk.pass(.seconds(1))
    mark(bad, &desk)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.map(\.code) == ["price.diverge"])
    #expect(desk.snapshot.positions.map(\.markPrice) == [60_000])
    #expect(desk.snapshot.unrealizedPnL == 0)
    desk.run(.seconds(2))
    mark(60_010, &desk)
    desk.run(.seconds(1))
    #expect(desk.wanted.orders.count == 1)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_510)])
    #expect(desk.snapshot.trading.mode == .running)
    #expect(
      alarms(desk) == [
        "the mark price \(bad) is far from the last price 60000: not believed yet, nothing opens "
          + "meanwhile"
      ])
    #expect(desk.snapshot.positions.map(\.markPrice) == [60_010])
  }

  @Test func `B08 a bad print that goes on moves no stop and closes nothing`() {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(500), activation: nil))
    for _ in 0..<10 {
      mark(90_000, &desk)
      desk.run(.seconds(1))
    }
    mark(60_000, &desk)
    desk.run(.seconds(1))
    #expect(desk.wanted.orders.count == 1)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_500)])
  }

  @Test func `B08 a crash that trades go along with is believed at once`() {
    var desk = held()
    mark(25_000, &desk)
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .running)
    trade(25_100, &desk)
    #expect(desk.snapshot.positions.map(\.unrealizedPnL) == [-350])
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
    var other = held()
    trade(25_100, &other)
    mark(25_000, &other)
    other.run(.seconds(1))
    #expect(other.snapshot.trading.mode == .halted)
    #expect(!alarms(other).contains { $0.hasPrefix("the mark price") })
  }

  @Test func `B08 a mark price that stands is believed after five seconds`() {
    var desk = held()
    mark(25_000, &desk)
    desk.run(.seconds(4))
    mark(25_000, &desk)
    #expect(desk.snapshot.positions.map(\.markPrice) == [60_000])
    desk.run(.seconds(1))
    mark(24_900, &desk)
    #expect(desk.snapshot.positions.map(\.markPrice) == [24_900])
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .halted)
  }

  @Test func `B08 small steps are believed whoever trades along`() {
    var desk = held()
    for price in [Price(59_000), 58_000, 57_000, 56_000] { mark(price, &desk) }
    #expect(desk.snapshot.positions.map(\.markPrice) == [56_000])
    #expect(alarms(desk).isEmpty)
  }

  @Test func `B08 a bad print in the report of a position counts no more than one in the stream`() {
    var desk = held()
    desk.take(
      .positions([Sample.position(mark: 18_000, opened: Sample.start, updated: desk.now)]))
    #expect(desk.snapshot.positions.map(\.unrealizedPnL) == [0])
    desk.run(.seconds(1))
    #expect(desk.snapshot.trading.mode == .running)
    // Long after our last price it is the newest word there is.
    desk.pass(.seconds(10))
    desk.take(
      .positions([Sample.position(mark: 18_000, opened: Sample.start, updated: desk.now)]))
    #expect(desk.snapshot.positions.map(\.unrealizedPnL) == [-420])
  }

  @Test func `B08 a stop entry waits through a bad print and opens when trades get there`() {
    var desk = waiting()
    mark(70_000, &desk)
    desk.pass(.seconds(1))
    mark(60_000, &desk)
    #expect(desk.snapshot.plans.map(\.step) == ["waiting at 61000"])
    #expect(desk.snapshot.denials.isEmpty)
    mark(62_000, &desk)
    #expect(desk.wanted.orders.isEmpty)
    trade(61_900, &desk)
    #expect(desk.wanted.orders.map(\.contracts) == [10])
    #expect(endings(desk) == ["done: it is on its way"])
  }

  @Test func `B08 a stop entry that was crossed while mark and last stood apart is given up`() {
    var desk = waiting()
    mark(62_000, &desk)
    desk.pass(.seconds(5))
    mark(62_000, &desk)
    desk.pass(.minutes(1))
    trade(62_000, &desk)
    mark(62_000, &desk)
    #expect(desk.wanted.orders.isEmpty)
    #expect(endings(desk) == ["abandoned: crossed while nobody watched"])
  }

  @Test func `B08 a bad print is not told as nearness to liquidation, a crash beyond it is`() {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.size.liquidationWarning = "0.1" })
    desk.boot()
    desk.holdLong()
    desk.take(
      .positions([
        Sample.position(contracts: 10, liquidation: 54_000, opened: desk.now, updated: desk.now)
      ]))
    mark(40_000, &desk)
    #expect(!alarms(desk).contains { $0.contains("liquidation") })
    trade(40_100, &desk)
    #expect(alarms(desk).last == "the mark price is at or beyond liquidation at 54000")
  }

  @Test func `the rows of positions and their sum go by one price, also with candles alone`() {
    var desk = EngineDesk()
    desk.take(.started(Recovery()))
    desk.take(.link(.publicStream, .up))
    desk.take(.link(.privateStream, .up))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    desk.answer("instruments", .confirmed(.done))
    desk.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account(positions: [Sample.position()]))))
    desk.pass(.minutes(1))
    desk.take(
      .step(
        CandleStep(
          instrument: Sample.btc, timeFrame: .oneMinute,
          candle: Sample.candle(Sample.start, 60_000, close: 61_000), price: 61_000,
          slippage: 0)))
    let snapshot = desk.snapshot
    #expect(snapshot.positions.map(\.markPrice) == [61_000])
    #expect(snapshot.positions.map(\.unrealizedPnL) == [10])
    #expect(MarkedEquity.unrealizedPnL(snapshot.account, snapshot.markets) == 10)
  }
}
