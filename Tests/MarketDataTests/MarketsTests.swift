import MarketData
import TestSupport
import Testing
import Trading
import Units

@Suite struct MarketsTests {
  private let start = Sample.start

  private func markets() -> Markets {
    var markets = Markets(depth: MarketDepth(trades: 3, candles: 10), jumpLimit: nil)
    _ = markets.apply(.instruments([Sample.bitcoin, Sample.ether]), at: start)
    return markets
  }

  @Test func `markets keep the order of the exchange`() {
    #expect(markets().all.map(\.id) == [Sample.btc, Sample.eth])
    #expect(markets().position(of: Sample.eth) == 1)
    #expect(markets()[InstrumentID("DOGE-USDT")] == nil)
  }

  @Test func `what is told of a market is kept with the time of its arrival`() {
    var markets = markets()
    let funding = FundingRate(
      instrument: Sample.eth, rate: "0.0001", nextFundingTime: start + .hours(4))
    let change = markets.apply(.ticker(Sample.ticker(Sample.ether, last: 3_000)), at: start)
    _ = markets.apply(.mark(Sample.mark(Sample.ether, 3_001)), at: start + .seconds(1))
    _ = markets.apply(.funding(funding), at: start + .seconds(2))
    _ = markets.apply(.book(Sample.book(Sample.ether, middle: 3_000)), at: start + .seconds(3))
    #expect(change == .market(1))
    let market = markets.all[1]
    #expect(market.ticker == Received(Sample.ticker(Sample.ether, last: 3_000), at: start))
    #expect(market.markPrice == 3_001)
    #expect(market.funding == Received(funding, at: start + .seconds(2)))
    #expect(market.bookReceivedAt == start + .seconds(3))
    let clock = ExchangeClock(offset: .zero, tolerance: .seconds(3))
    #expect(market.age(at: start + .seconds(5), clock) == .seconds(2))
    #expect(market.takenPrice(by: .buy) == "3000.01")
  }

  @Test func `prices come from the ticker while the book is not usable`() {
    var markets = markets()
    _ = markets.apply(.ticker(Sample.ticker(last: 60_000)), at: start)
    _ = markets.apply(.book(Sample.book(middle: 50_000)), at: start)
    #expect(markets.all[0].bidPrice == "49999.9")
    let change = markets.apply(.bookGap(Sample.btc), at: start)
    #expect(change == .bookLost(0))
    #expect(markets.all[0].bidPrice == "59999.9")
  }

  @Test func `the tape keeps the newest trades`() {
    var markets = markets()
    let trades = (1...5).map { number in
      MarketTrade(
        tradeID: TradeID(trusted: "\(number)"), instrument: Sample.btc, takerSide: .buy,
        price: 60_000,
        contracts: 1, exchangeTime: start)
    }
    for trade in trades { _ = markets.apply(.trade(trade), at: start) }
    #expect(Array(markets.all[0].tape) == Array(trades.suffix(3)))
  }

  @Test func `B16 of five hundred instruments each has its own newest price and a bounded tape`() {
    var markets = Markets(depth: MarketDepth(trades: 3, candles: 10), jumpLimit: nil)
    let instruments = (0..<500).map { number in
      Sample.instrument(
        "C\(number)-USDT", value: "0.001", tick: "0.1", lot: "0.1", largest: 100_000, leverage: 50)
    }
    _ = markets.apply(.instruments(instruments), at: start)
    for round in 1...20 {
      for (place, instrument) in instruments.enumerated() {
        let price = Price(Fixed(1_000 * round + place))
        let trade = MarketTrade(
          tradeID: TradeID(trusted: "\(round)"), instrument: instrument.id, takerSide: .buy,
          price: price, contracts: 1, exchangeTime: start)
        #expect(
          markets.apply(.ticker(Sample.ticker(instrument, last: price)), at: start)
            == .market(place))
        _ = markets.apply(.mark(Sample.mark(instrument, price)), at: start)
        _ = markets.apply(.trade(trade), at: start)
      }
    }
    #expect(markets.count == 500)
    let newest = (0..<500).map { Price(Fixed(20_000 + $0)) }
    #expect(markets.all.map(\.lastPrice) == newest)
    #expect(markets.all.map(\.markPrice) == newest)
    #expect(markets.all.allSatisfy { $0.tape.map(\.tradeID.text) == ["18", "19", "20"] })
    #expect(instruments.map { markets.position(of: $0.id) } == Array(0..<500))
  }

  @Test func `B12 changed rules replace the old and a delisted instrument stays visible`() {
    var markets = markets()
    let changed = Sample.instrument(
      "BTC-USDT", value: "0.001", tick: "0.5", lot: 1, largest: 100, leverage: 50)
    let change = markets.apply(.instruments([changed]), at: start)
    #expect(change == .instruments)
    #expect(markets.all[0].instrument == changed)
    #expect(markets.all[1].instrument.status == .other("delisted"))
    let before = markets
    #expect(markets.apply(.instruments([changed]), at: start) == .instruments)
    #expect(markets == before)
  }

  @Test func `a message about an unknown instrument or a price of zero changes nothing`() {
    var markets = markets()
    let before = markets
    let unknown = Sample.instrument(
      "XYZ-USDT", value: 1, tick: 1, lot: 1, largest: 1, leverage: 1)
    let changes = [
      markets.apply(.ticker(Sample.ticker(unknown)), at: start),
      markets.apply(.ticker(Sample.ticker(last: 0)), at: start),
      markets.apply(.mark(Sample.mark(Sample.bitcoin, 0)), at: start),
      markets.apply(.bookGap(InstrumentID("?")), at: start),
    ]
    #expect(changes == [.nothing, .nothing, .nothing, .nothing])
    #expect(markets == before)
  }

  @Test func `B08 a mark price that jumps alone is kept but not believed until trades follow it`() {
    var markets = markets()
    markets.jumpLimit = "0.02"
    func tell(_ event: MarketEvent, after seconds: Int64) -> Markets.Change {
      markets.apply(event, at: start + .seconds(seconds))
    }
    _ = tell(.ticker(Sample.ticker(last: 60_000)), after: 0)
    _ = tell(.mark(Sample.mark(Sample.bitcoin, 60_000)), after: 0)
    #expect(tell(.mark(Sample.mark(Sample.bitcoin, 54_000)), after: 1) == .market(0))
    #expect(markets.all[0].mark?.value.markPrice == 54_000)
    #expect(markets.all[0].markPrice == 60_000)
    #expect(markets.all[0].believedMark == Received(60_000, at: start))
    #expect(markets.all[0].markDoubt?.since == start + .seconds(1))
    #expect(!markets.all[0].pricesAgree)
    #expect(tell(.ticker(Sample.ticker(last: 57_000)), after: 2) == .market(0))
    #expect(markets.all[0].markPrice == 60_000)
    #expect(tell(.ticker(Sample.ticker(last: 54_500)), after: 3) == .markBelieved(0))
    #expect(markets.all[0].believedMark == Received(54_000, at: start + .seconds(1)))
    #expect(markets.all[0].pricesAgree)
    // Both stood away from the last price for long enough, or came one small step after another.
    _ = tell(.mark(Sample.mark(Sample.bitcoin, 30_000)), after: 10)
    _ = tell(.mark(Sample.mark(Sample.bitcoin, 20_000)), after: 14)
    #expect(markets.all[0].markPrice == 54_000)
    _ = tell(.mark(Sample.mark(Sample.bitcoin, 20_000)), after: 15)
    #expect(markets.all[0].markPrice == 20_000)
    _ = tell(.mark(Sample.mark(Sample.bitcoin, 20_300)), after: 16)
    #expect(markets.all[0].markPrice == 20_300)
    #expect(!markets.all[0].pricesAgree)
  }

  @Test func `the whole size picks the row of the margin table`() {
    var markets = markets()
    let rows = [
      PositionTier(
        minimumContracts: 1_001, maximumContracts: 5_000, maintenanceMarginRate: "0.01",
        maximumLeverage: 40),
      PositionTier(
        minimumContracts: 0, maximumContracts: 1_000, maintenanceMarginRate: "0.004",
        maximumLeverage: 100),
    ]
    _ = markets.apply(.tiers(Sample.btc, .isolated, rows), at: start)
    #expect(markets.all[0].tier(of: 1_000, .isolated) == rows[1])
    #expect(markets.all[0].tier(of: "1000.1", .isolated) == rows[0])
    #expect(markets.all[0].tier(of: 6_000, .isolated) == nil)
    #expect(markets.all[0].tier(of: 1, .cross) == nil)
  }

  @Test func `candles are kept per time frame and tell when one closes`() {
    var markets = markets()
    let first = markets.apply(.candle(Sample.btc, .oneMinute, Sample.candle(start, 10)), at: start)
    let second = markets.apply(
      .candle(Sample.btc, .oneHour, Sample.candle(start, 10, isClosed: false)), at: start)
    #expect(first == .candleClosed(0, .oneMinute))
    #expect(second == .market(0))
    let third = markets.apply(
      .candle(Sample.btc, .oneMinute, Sample.candle(start, 10, close: 11)), at: start)
    #expect(third == .candleRevised(0, .oneMinute))
    #expect(markets.all[0].series(.oneMinute)?.closed.count == 1)
    #expect(markets.all[0].series(.fourHours) == nil)
  }
}
