import AccountData
import Engine
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Hundreds of markets at full rate: each is as its newest messages say, what is kept has its
/// bounds, and what people want is done between them. How long it takes, `make bench` measures.
@Suite struct FloodTests {
  private static let instruments =
    [Sample.bitcoin, Sample.ether]
    + (0..<498).map { place in
      Sample.instrument(
        "COIN\(place)-USDT", value: "0.01", tick: "0.01", lot: "0.1", largest: 100_000,
        leverage: 50)
    }
  private static let rounds = 18
  private static let tradesARound = 3

  /// The price of an instrument in a round: a tick more each time.
  private static func price(_ place: Int, _ round: Int) -> Price {
    let first: Price = place == 0 ? 60_000 : place == 1 ? 3_000 : 100 + Price(Fixed(place))
    return first + Price(instruments[place].tickSize.value.times(round))
  }

  private static func trade(_ round: Int, _ number: Int) -> TradeID {
    TradeID(trusted: "\(round)-\(number)")
  }

  /// Tells of every instrument once, and returns what the engine asked for and told of.
  private func tell(_ desk: inout EngineDesk, _ round: Int) -> [String] {
    var effects: [Effect] = []
    for (place, instrument) in Self.instruments.enumerated() {
      let price = Self.price(place, round)
      effects += desk.take(.ticker(Sample.ticker(instrument, last: price, at: desk.now)))
      effects += desk.take(.mark(Sample.mark(instrument, price, at: desk.now)))
      for number in 0..<Self.tradesARound {
        effects += desk.take(
          .trade(
            MarketTrade(
              tradeID: Self.trade(round, number), instrument: instrument.id, takerSide: .buy,
              price: price, contracts: 1, exchangeTime: desk.now)))
      }
    }
    return effects.words + effects.notices
  }

  @Test
  func `B16 five hundred markets at full rate are kept in bounds, and an exit leaves at once`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.market(.instruments(Self.instruments)))
    var said: [String] = []
    for round in 0..<Self.rounds {
      desk.pass(.milliseconds(100))
      said += tell(&desk, round)
      guard round == Self.rounds / 2 else { continue }
      #expect(desk.command(.close(ClosingIntent(key: Sample.btcKey))).words == ["submit"])
    }
    #expect(said == [])
    let markets = desk.snapshot.markets
    #expect(markets.count == Self.instruments.count)
    let last = Self.rounds - 1
    #expect(
      Self.instruments.map { markets[$0.id]?.lastPrice }
        == Self.instruments.indices.map { Self.price($0, last) })
    #expect(
      Self.instruments.map { markets[$0.id]?.markPrice }
        == Self.instruments.indices.map { Self.price($0, last) })
    let told = (0..<Self.rounds).flatMap { round in
      (0..<Self.tradesARound).map { Self.trade(round, $0) }
    }
    let kept = Array(told.suffix(EngineDesk.settings.depth.trades))
    #expect(kept.count < told.count)
    for instrument in Self.instruments {
      #expect(markets[instrument.id]?.tape.map(\.tradeID) == kept, "\(instrument.id)")
    }
  }
}
