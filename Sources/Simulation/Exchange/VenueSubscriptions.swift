import Exchanges
import OrderedCollections
import Trading
import Units

/// What the public stream of a simulated exchange delivers, and how the venue's outputs look there.
struct VenueSubscriptions {
  private var wanted: OrderedSet<MarketSubscription> = []
  /// Time frames wanted per instrument.
  private var frames: [InstrumentID: [TimeFrame]] = [:]

  /// Takes a new choice, and returns the state that new members start with.
  mutating func replace(
    with choice: [MarketSubscription], in venue: inout SimulatedVenue
  ) -> [ExchangeEvent] {
    let before = wanted
    wanted = OrderedSet(choice)
    frames = [:]
    for case .candles(let instrument, let frame) in wanted {
      frames[instrument, default: []].append(frame)
    }
    for listing in venue.listings {
      if let market = venue.market(listing.id) { venue.setFeeds(feeds(listing.id), of: market) }
    }
    return wanted.filter { !before.contains($0) }
      .flatMap { firstEvents($0, &venue) }
  }

  /// Returns what outputs become in the trading vocabulary, for one account.
  func events(
    for outputs: [VenueOutput], of account: VenueAccountID, in venue: inout SimulatedVenue
  ) -> [ExchangeEvent] {
    var events: [ExchangeEvent] = []
    events.reserveCapacity(outputs.count)
    for output in outputs { add(output, of: account, in: &venue, to: &events) }
    return events
  }

  /// Adds what an output becomes in the trading vocabulary, for one account.
  func add(
    _ output: VenueOutput, of account: VenueAccountID, in venue: inout SimulatedVenue,
    to events: inout [ExchangeEvent]
  ) {
    translate(output, of: account, in: &venue) { events.append($0) }
  }

  /// Hands over what an output becomes in the trading vocabulary, for one account.
  func translate(
    _ output: VenueOutput, of account: VenueAccountID, in venue: inout SimulatedVenue,
    _ body: (consuming ExchangeEvent) -> Void
  ) {
    switch output {
    case .order(account, let order): body(.account(.order(Order(order))))
    case .fill(account, let fill): body(.account(.fill(Fill(fill))))
    case .algo(account, let algo): body(.account(.triggerOrder(TriggerOrder(algo))))
    case .funding(account, let entry):
      if let instrument = entry.instrument {
        body(.account(.funding(instrument, entry.amount, at: entry.time)))
      }
    case .positions(account):
      body(.account(.positions(venue.positions(of: account).map(Position.init))))
    case .balance(account):
      body(.account(.balance(Balance(venue.balance(of: account)))))
    case .order, .fill, .algo, .funding, .positions, .balance: break
    case .trade(let trade): tell(.trade(trade), if: .trades(trade.instrument), body)
    case .book(let update): tell(.book(update), if: .book(update.instrument), body)
    case .mark(let mark): tell(.mark(mark), if: .mark(mark.instrument), body)
    case .fundingRate(let rate): tell(.funding(rate), if: .funding(rate.instrument), body)
    case .ticker(let instrument): tellTicker(instrument, &venue, body)
    case .candlesClosed(let instrument, let openTime):
      tellClosed(instrument, openTime, venue, body)
    }
  }

  private func feeds(_ instrument: InstrumentID) -> MarketFeeds {
    var feeds: MarketFeeds = []
    if wanted.contains(.trades(instrument)) { feeds.insert(.trades) }
    if wanted.contains(.book(instrument)) { feeds.insert(.books) }
    if wanted.contains(.ticker(instrument)) { feeds.insert(.tickers) }
    if wanted.contains(.mark(instrument)) || wanted.contains(.funding(instrument)) {
      feeds.insert(.marks)
    }
    // A forming candle is delivered with the beat of the ticker, once a second.
    if frames[instrument] != nil { feeds.formUnion([.tickers, .candles]) }
    return feeds
  }

  private func firstEvents(
    _ subscription: MarketSubscription, _ venue: inout SimulatedVenue
  ) -> [ExchangeEvent] {
    switch subscription {
    case .book(let instrument):
      guard let market = venue.market(instrument) else { return [] }
      return [
        .market(.book(venue.book(of: market, depth: venue.rules.publishedDepth)))
      ]
    case .ticker(let instrument):
      guard let market = venue.market(instrument), let ticker = venue.ticker(of: market) else {
        return []
      }
      return [.market(.ticker(ticker.ticker))]
    case .mark(let instrument):
      guard let market = venue.market(instrument), let mark = venue.mark(of: market) else {
        return []
      }
      return [.market(.mark(mark))]
    case .funding(let instrument):
      guard let market = venue.market(instrument) else { return [] }
      return [.market(.funding(venue.fundingRate(of: market)))]
    case .trades, .candles: return []
    }
  }

  private func tell(
    _ event: MarketEvent, if subscription: MarketSubscription,
    _ body: (consuming ExchangeEvent) -> Void
  ) {
    if wanted.contains(subscription) { body(.market(event)) }
  }

  private func tellTicker(
    _ instrument: InstrumentID, _ venue: inout SimulatedVenue,
    _ body: (consuming ExchangeEvent) -> Void
  ) {
    guard let market = venue.market(instrument) else { return }
    if wanted.contains(.ticker(instrument)), let ticker = venue.ticker(of: market) {
      body(.market(.ticker(ticker.ticker)))
    }
    for frame in frames[instrument] ?? [] {
      let newest = venue.candles(of: market, .last, CandleBar(frame), limit: 1)
      for candle in newest {
        body(.market(.candle(instrument, frame, Candle(candle))))
      }
    }
  }

  /// Delivers, once and closed, every wanted candle that ended with a minute.
  private func tellClosed(
    _ instrument: InstrumentID, _ openTime: Timestamp, _ venue: SimulatedVenue,
    _ body: (consuming ExchangeEvent) -> Void
  ) {
    guard let market = venue.market(instrument) else { return }
    let end = openTime + .minutes(1)
    for frame in frames[instrument] ?? [] {
      let bar = CandleBar(frame)
      let open = bar.openTime(of: openTime)
      guard bar.endTime(openTime: open) == end else { continue }
      let closed = venue.candles(
        of: market, .last, bar, olderThan: end, newerThan: open - .milliseconds(1), limit: 1)
      for candle in closed {
        body(.market(.candle(instrument, frame, Candle(candle).closed)))
      }
    }
  }
}

extension Candle {
  /// The same candle, said to be final.
  fileprivate var closed: Candle {
    Candle(
      openTime: openTime, open: open, high: high, low: low, close: close, volume: volume,
      isClosed: true)
  }
}
