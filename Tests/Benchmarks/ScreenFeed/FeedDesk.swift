import AccountData
import Dashboard
import Engine
import MarketData
import Risk
import Screen
import Simulation
import Trading
import Units

/// An engine that watches many instruments of one quote each, and a dashboard over it.
struct FeedDesk {
  private(set) var model: DashboardModel
  private var engine: TradingEngine
  private var sequence: UInt64 = 0
  private var prices: [Price]
  private let instruments: [Instrument]
  private var now: Timestamp

  /// Goes through the whole start with an empty account and `count` instruments.
  init(count: Int, at start: Timestamp) {
    instruments = Self.instruments(count)
    prices = instruments.map { Price($0.tickSize.value.times(10_000)) }
    now = start
    engine = TradingEngine(Self.settings(instruments), at: start)
    model = DashboardModel(
      snapshot: engine.snapshot(at: start), now: start,
      labels: DashboardLabels(
        marketSource: "benchmark", account: "main", glyphs: Glyphset(isASCII: false, isLive: false),
        isLive: false, bar: Style(.text, on: .paper)))
    boot()
  }

  /// Gives some instruments a new price: the last ones, so that the chosen one is the last of all.
  mutating func move(_ count: Int, step: Int, at moment: Timestamp) {
    now = moment
    for place in (instruments.count - count)..<instruments.count {
      let instrument = instruments[place]
      // A walk of at most two ticks a step, never far from where it began.
      let ticks = (step * 7 + place * 3) % 5 - 2
      prices[place] = prices[place] + Price(instrument.tickSize.value.times(ticks))
      take(.market(.ticker(ticker(place))))
      if place == 0 { take(.market(.book(book(place)))) }
    }
  }

  /// The screen as it is now.
  mutating func frame(_ size: Size, at moment: Timestamp) -> Frame {
    now = moment
    _ = update(&model, .snapshot(engine.snapshot(at: now)), at: now)
    return view(model, size: size)
  }

  mutating func press(_ key: Key) { _ = update(&model, .key(key), at: now) }

  private mutating func take(_ event: Event) {
    sequence += 1
    _ = engine.handle(Stamped(event, sequence: sequence, at: now))
  }

  private mutating func boot() {
    take(.started(Recovery()))
    take(.link(.publicStream, .up))
    take(.link(.privateStream, .up))
    take(.serverTime(now, sentAt: now, receivedAt: now))
    take(.market(.instruments(instruments)))
    answer("instruments", .confirmed(.done))
    for place in instruments.indices {
      take(.market(.tiers(instruments[place].id, .isolated, BuiltInListings.all[0].isolatedTiers)))
      take(.market(.ticker(ticker(place))))
      take(.market(.book(book(place))))
    }
    answer(
      "accountSnapshot",
      .confirmed(
        .account(
          AccountSnapshot(
            balance: Balance(
              equity: 10_000, cash: 10_000, availableMargin: 10_000, orderMargin: 0,
              isolatedEquity: 0, exchangeTime: now),
            positions: [], orders: [], triggerOrders: [], fills: [], positionMode: .oneWay,
            leverages: []))))
    for instrument in instruments {
      take(.account(.leverage(instrument.id, .isolated, .net, 5)))
    }
    while let line = engine.snapshot(at: now).requests.waiting.first {
      take(.outcome(line.id, .confirmed(.done)))
    }
    take(.market(.candles(instruments[0].id, .oneMinute, candles())))
  }

  private mutating func answer(_ word: String, _ outcome: Outcome) {
    guard
      let line = engine.snapshot(at: now).requests.waiting.last(where: { $0.subject.word == word })
    else { preconditionFailure("no \(word) waits for an answer") }
    take(.outcome(line.id, outcome))
  }

  private func ticker(_ place: Int) -> Ticker {
    let (instrument, last) = (instruments[place], prices[place])
    return Ticker(
      instrument: instrument.id, lastPrice: last, lastContracts: 1,
      bidPrice: last - instrument.tickSize, bidContracts: 10, askPrice: last + instrument.tickSize,
      askContracts: 10, openPrice24h: last, highPrice24h: last, lowPrice24h: last,
      baseVolume24h: 1_000, exchangeTime: now)
  }

  private func book(_ place: Int) -> BookUpdate {
    let (instrument, middle) = (instruments[place], prices[place])
    func level(_ steps: Int) -> BookLevel {
      BookLevel(
        price: Price(middle.value + instrument.tickSize.value.times(steps)),
        contracts: Contracts(Fixed(20 + (steps * steps * 37) % 180)))
    }
    return BookUpdate(
      instrument: instrument.id, kind: .snapshot, bids: (1...40).map { level(-$0) },
      asks: (1...40).map { level($0) }, sequence: sequence + 1, previousSequence: 0,
      exchangeTime: now)
  }

  private func candles() -> [Candle] {
    let tick = instruments[0].tickSize.value
    let newest = now.start(of: .minutes(1))
    return (0..<300).reversed().map { age in
      let open = Price(tick.times(10_000 + age * 13 % 40))
      let close = Price(tick.times(10_000 + age * 29 % 40))
      return Candle(
        openTime: newest - .minutes(Int64(age)), open: open, high: max(open, close),
        low: min(open, close), close: close, volume: 5, isClosed: age > 0)
    }
  }

  /// The listings of the built-in market, and as many of their likes as are still wanted.
  private static func instruments(_ count: Int) -> [Instrument] {
    let listed = BuiltInListings.all.map(\.instrument)
    return (0..<count).map { place in
      let like = listed[place % listed.count]
      guard place >= listed.count else { return like }
      let name = "\(like.baseCurrency)\(place / listed.count + 1)"
      guard
        let instrument = Instrument(
          id: InstrumentID(trusted: "\(name)-USDT"), baseCurrency: name, quoteCurrency: "USDT",
          contractValue: like.contractValue, tickSize: like.tickSize, lotSize: like.lotSize,
          minimumContracts: like.minimumContracts,
          maximumLimitContracts: like.maximumLimitContracts,
          maximumMarketContracts: like.maximumMarketContracts,
          maximumLeverage: like.maximumLeverage, status: .live)
      else { preconditionFailure("a copy of a listing is as sound as the listing") }
      return instrument
    }
  }
}
