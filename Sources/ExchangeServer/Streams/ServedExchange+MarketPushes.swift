import OrderedCollections
import Simulation
import Trading
import Units

/// What was last pushed, for channels that speak only when something changed.
struct LastPushes {
  /// The last five-level book of an instrument, without its time.
  var topBooks: [InstrumentID: TopBook] = [:]
  /// The last candle of a topic.
  var candles: [StreamTopic: VenueCandle] = [:]
  /// When candles were last pushed.
  var candlesAt: Timestamp?
  /// When the funding rate of an instrument was last pushed.
  var fundingAt: [InstrumentID: Timestamp] = [:]
  /// When accounts and positions were last pushed without an event.
  var accountsAt: Timestamp?

  /// Forgets what was pushed on a topic that nobody listens to any more: the next listener begins
  /// with what is so then, and must hear when that changes back.
  mutating func forget(_ topic: StreamTopic) {
    switch topic {
    case .topBooks(let instrument): topBooks[instrument] = nil
    case .candles: candles[topic] = nil
    case .trades, .tickers, .books, .fundingRate, .account, .inverseAccount, .positions, .orders,
      .algoOrders:
      return
    }
  }

  /// The levels of a `books5` push.
  struct TopBook: Hashable {
    let bids: [BookLevel]
    let asks: [BookLevel]
  }
}

// Pushes of market data. Source: BloFin reference 4.3, 4.4: cadences are the venue's (books at most
// every 100 ms, tickers once a second) but for candles and funding rates.
extension ServedExchange {
  /// How many levels `books5` has.
  static let topBookDepth = 5

  /// The least time between two pushes of a candle.
  static let candleSpacing = TimeSpan.seconds(1)

  /// The least time between two pushes of a funding rate.
  static let fundingSpacing = TimeSpan.seconds(30)

  /// Sends a message to everyone who asked for a topic.
  func push(_ topic: StreamTopic, _ message: @autoclosure () -> [UInt8]) {
    guard let streams = listeners[topic] else { return }
    let bytes = message()
    for stream in streams { deliver(bytes, of: topic, to: stream) }
  }

  /// Sends a push to one stream, or does to it what its fault says.
  func deliver(_ bytes: [UInt8], of topic: StreamTopic, to stream: ClientStream) {
    guard !faults.isEmpty, let fault = faults.fault(of: topic) else {
      stream.send(bytes)
      return stream.sendHeldBack()
    }
    switch fault {
    case .duplicate:
      stream.send(bytes)
      stream.send(bytes)
    case .reorder: stream.holdBack(bytes)
    case .gap: return
    case .garbage(let text): stream.send(Array(text.utf8))
    case .replace(let find, let with): stream.send(Self.replacing(find, with: with, in: bytes))
    case .close(let code): stream.end(code: code)
    }
  }

  /// Pushes one market output to its listeners.
  func push(trade: MarketTrade) {
    let topic = StreamTopic.trades(trade.instrument)
    push(topic, StreamPush.encode(topic) { $0.array { trade.writeRow(to: &$0) } })
  }

  /// Pushes a change of a book, whole or by its best levels.
  func push(book update: BookUpdate) {
    let topic = StreamTopic.books(update.instrument)
    push(
      topic,
      StreamPush.encode(topic, action: .update, capacity: 2_048) {
        update.writePush(depth: .max, to: &$0)
      })
    guard listeners[.topBooks(update.instrument)] != nil,
      let book = publishedBook(update.instrument, depth: Self.topBookDepth)
    else { return }
    let top = LastPushes.TopBook(bids: book.bids, asks: book.asks)
    guard lastPushes.topBooks[update.instrument] != top else { return }
    lastPushes.topBooks[update.instrument] = top
    let topTopic = StreamTopic.topBooks(update.instrument)
    push(topTopic, Self.snapshot(topTopic, book))
  }

  /// Pushes the ticker of an instrument.
  func push(tickerOf instrument: InstrumentID) {
    let topic = StreamTopic.tickers(instrument)
    guard listeners[topic] != nil, let message = tickerMessage(topic, instrument) else { return }
    push(topic, message)
  }

  /// Pushes a funding rate unless that was done a moment ago.
  func push(funding rate: FundingRate) {
    let topic = StreamTopic.fundingRate(rate.instrument)
    let now = clock()
    if let last = lastPushes.fundingAt[rate.instrument], now - last < Self.fundingSpacing { return }
    lastPushes.fundingAt[rate.instrument] = now
    push(topic, Self.message(topic, rate))
  }

  /// Pushes each candle that has changed since it was last pushed, at most once a second.
  func pushChangedCandles(at now: Timestamp) {
    if let last = lastPushes.candlesAt, now - last < Self.candleSpacing { return }
    lastPushes.candlesAt = now
    for topic in listeners.keys {
      guard case .candles(let source, let bar, let instrument) = topic,
        let candle = newestCandle(source, bar, instrument),
        lastPushes.candles[topic] != candle
      else { continue }
      lastPushes.candles[topic] = candle
      push(topic, Self.message(topic, source, candle))
    }
  }

  /// Pushes, as closed, each candle that ends with the minute that opened at `open`.
  func pushClosedCandles(of instrument: InstrumentID, minute open: Timestamp) {
    let end = open + .minutes(1)
    for topic in listeners.keys {
      guard case .candles(let source, let bar, instrument) = topic,
        bar.endTime(openTime: bar.openTime(of: open)) == end,
        let closed = closedCandle(source, bar, instrument, openTime: bar.openTime(of: open))
      else { continue }
      push(topic, Self.message(topic, source, closed))
    }
  }

  /// Sends what a new listener of a market channel gets at once.
  func pushFirst(market topic: StreamTopic, to stream: ClientStream) {
    switch topic {
    case .books(let instrument):
      guard let book = publishedBook(instrument, depth: .max) else { return }
      deliver(Self.snapshot(topic, book), of: topic, to: stream)
    case .topBooks(let instrument):
      guard let book = publishedBook(instrument, depth: Self.topBookDepth) else { return }
      deliver(Self.snapshot(topic, book), of: topic, to: stream)
    case .tickers(let instrument):
      if let message = tickerMessage(topic, instrument) {
        deliver(message, of: topic, to: stream)
      }
    case .fundingRate(let instrument):
      guard let market = venue.market(instrument) else { return }
      deliver(Self.message(topic, venue.fundingRate(of: market)), of: topic, to: stream)
    case .candles(let source, let bar, let instrument):
      guard let candle = newestCandle(source, bar, instrument) else { return }
      deliver(Self.message(topic, source, candle), of: topic, to: stream)
    case .trades, .account, .inverseAccount, .positions, .orders, .algoOrders: return
    }
  }

  /// Returns the book as it was last published, which is what changes are changes of.
  private func publishedBook(_ instrument: InstrumentID, depth: Int) -> BookUpdate? {
    venue.market(instrument).map { venue.publishedBook(of: $0, depth: depth) }
  }

  /// Returns the candle that is forming.
  private func newestCandle(
    _ source: CandleSource, _ bar: CandleBar, _ instrument: InstrumentID
  ) -> VenueCandle? {
    venue.market(instrument).flatMap { market in
      venue.candles(of: market, source, bar, limit: 1).first
    }
  }

  /// Returns the candle of an open time, once it has closed.
  private func closedCandle(
    _ source: CandleSource, _ bar: CandleBar, _ instrument: InstrumentID, openTime: Timestamp
  ) -> VenueCandle? {
    venue.market(instrument).flatMap { market in
      venue.candles(of: market, source, bar, limit: 2)
        .first { $0.openTime == openTime && $0.isClosed }
    }
  }

  private func tickerMessage(_ topic: StreamTopic, _ instrument: InstrumentID) -> [UInt8]? {
    guard let ticker = ticker(instrument) else { return nil }
    return StreamPush.encode(topic) { $0.array { ticker.writeRow(to: &$0) } }
  }

  private static func snapshot(_ topic: StreamTopic, _ book: BookUpdate) -> [UInt8] {
    StreamPush.encode(topic, action: .snapshot, capacity: 8_192) {
      book.writePush(depth: .max, to: &$0)
    }
  }

  private static func message(
    _ topic: StreamTopic, _ source: CandleSource, _ candle: VenueCandle
  ) -> [UInt8] {
    StreamPush.encode(topic) { $0.array { candle.writeRow(source, to: &$0) } }
  }

  private static func message(_ topic: StreamTopic, _ rate: FundingRate) -> [UInt8] {
    StreamPush.encode(topic) { $0.array { rate.writeRow(to: &$0) } }
  }
}
