import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Prices are as old as the exchange says that they are, however new their messages.
@Suite struct MarketAgeTests {
  private let long = RiskDesk.long
  private let limit = TimeSpan.seconds(10)

  private let old = Sample.start - .days(10)

  private func trade(_ id: String, at time: Timestamp) -> MarketEvent {
    .trade(
      MarketTrade(
        tradeID: TradeID(trusted: id), instrument: Sample.btc, takerSide: .buy, price: 60_000,
        contracts: 1, exchangeTime: time))
  }

  @Test func `B10 a book that tells of ten days ago is stale however often it comes`() {
    var desk = RiskDesk()
    #expect(desk.denial(long) == nil)
    desk.take(.book(Sample.book(sequence: 200, at: old)))
    #expect(
      desk.denial(long)
        == .stale(.book, age: .days(10) - .seconds(1), limit: limit))
    desk.quote(Sample.bitcoin, 60_000)
    #expect(desk.denial(long) == nil)
  }

  @Test func `B10 a mark price of ten days ago is stale when it comes`() {
    var desk = RiskDesk()
    desk.take(.mark(Sample.mark(at: old)))
    #expect(desk.denial(long) == .stale(.mark, age: .days(10) - .seconds(1), limit: limit))
  }

  @Test func `B10 the bound is the limit and what the clocks can be apart`() {
    var desk = RiskDesk()
    desk.take(.book(Sample.book(sequence: 200, at: desk.now - .seconds(11))))
    #expect(desk.denial(long) == nil)
    desk.take(
      .book(Sample.book(sequence: 201, at: desk.now - .seconds(11) - .milliseconds(1))))
    #expect(
      desk.denial(long) == .stale(.book, age: .seconds(10) + .milliseconds(1), limit: limit))
  }

  @Test func `B10 stamps are judged by the clock of the exchange`() {
    var desk = RiskDesk()
    desk.clock = ExchangeClock(offset: .zero - .seconds(30), tolerance: .seconds(1))
    desk.take(.book(Sample.book(sequence: 200, at: desk.now - .seconds(30))))
    desk.take(.mark(Sample.mark(at: desk.now - .seconds(30))))
    #expect(desk.denial(long) == nil)
    desk.clock = ExchangeClock(offset: .zero, tolerance: .seconds(1))
    #expect(desk.denial(long) == .stale(.mark, age: .seconds(29), limit: limit))
  }

  @Test func `B10 a stamp of the future makes nothing younger than its arrival`() {
    var desk = RiskDesk()
    desk.take(.book(Sample.book(sequence: 200, at: desk.now + .days(365))))
    desk.now = desk.now + .seconds(11)
    desk.take(.ticker(Sample.ticker(at: desk.now)))
    desk.take(.mark(Sample.mark(at: desk.now)))
    #expect(desk.denial(long) == .stale(.book, age: .seconds(11), limit: limit))
  }

  @Test func `B10 the ticker of a quiet market may bear the time of its last trade`() {
    var desk = RiskDesk()
    let quiet = desk.now - .hours(23)
    desk.take(trade("1", at: quiet))
    desk.take(.ticker(Sample.ticker(at: quiet)))
    #expect(desk.denial(long) == nil)
  }

  @Test func `B10 a ticker is as old as the first trade that it does not know`() {
    var desk = RiskDesk()
    for (id, ago) in [("1", 3_600), ("2", 40), ("3", 20), ("4", 0)] as [(String, Int64)] {
      desk.take(trade(id, at: desk.now - .seconds(ago)))
    }
    desk.take(.ticker(Sample.ticker(at: desk.now - .hours(1))))
    #expect(desk.denial(long) == .stale(.ticker, age: .seconds(39), limit: limit))
    desk.take(.ticker(Sample.ticker(at: desk.now - .seconds(20))))
    #expect(desk.denial(long) == nil)
  }

  @Test func `B10 a ticker of days ago contradicts the volume of its day`() {
    var desk = RiskDesk()
    desk.take(.ticker(Sample.ticker(at: old)))
    #expect(desk.denial(long) == .stale(.ticker, age: .days(10) - .seconds(1), limit: limit))
  }
}
