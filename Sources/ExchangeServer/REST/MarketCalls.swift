import Simulation
import Trading
import Units

/// Public market data. Source: BloFin reference 3.1.
enum MarketCalls {
  @Sendable static func instruments(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let listings = try chosen(exchange, call)
    writer.array(of: listings) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func tickers(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let listings = try chosen(exchange, call)
    writer.array { writer in
      for listing in listings {
        exchange.ticker(listing.id)?.writeRow(to: &writer)
      }
    }
    return .success
  }

  @Sendable static func books(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (_, market) = try required(exchange, call)
    let depth = try call.parameters.whole("size") ?? 1
    guard depth > 0 else { throw .wrong("size") }
    let levels = Int(min(depth, 100))
    let book = exchange.venue.book(of: market, depth: levels)
    writer.array { book.writeREST(depth: levels, to: &$0) }
    return .success
  }

  @Sendable static func trades(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (_, market) = try required(exchange, call)
    let page = try Page(call.parameters, default: 100)
    let trades = exchange.venue.trades(of: market, limit: page.limit)
    writer.array(of: trades) { $1.writeRow(to: &$0) }
    return .success
  }

  @Sendable static func markPrice(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let listings = try chosen(exchange, call)
    writer.array { writer in
      for listing in listings {
        guard let market = exchange.venue.market(listing.id) else { continue }
        exchange.venue.mark(of: market)?.writeRow(to: &writer)
      }
    }
    return .success
  }

  @Sendable static func fundingRate(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let listings = try chosen(exchange, call)
    writer.array { writer in
      for listing in listings {
        guard let market = exchange.venue.market(listing.id) else { continue }
        exchange.venue.fundingRate(of: market).writeRow(to: &writer)
      }
    }
    return .success
  }

  @Sendable static func fundingRateHistory(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (listing, market) = try required(exchange, call)
    let page = try Page(call.parameters, default: 100)
    let points = exchange.venue.fundingHistory(
      of: market, olderThan: page.olderMoment, newerThan: page.newerMoment, limit: page.limit)
    writer.array(of: points) { writer, point in
      FundingRate(instrument: listing.id, rate: point.rate, nextFundingTime: point.time)
        .writeRow(to: &writer)
    }
    return .success
  }

  @Sendable static func candles(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    try candles(exchange, call, .last, &writer)
  }

  @Sendable static func indexCandles(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    try candles(exchange, call, .index, &writer)
  }

  @Sendable static func markPriceCandles(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    try candles(exchange, call, .mark, &writer)
  }

  @Sendable static func positionTiers(
    _ exchange: ServedExchange, _ call: Call, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (listing, _) = try required(exchange, call)
    let mode = try call.parameters.requiredWord("marginMode", MarginMode.init(word:))
    listing.writeTiers(mode, to: &writer)
    return .success
  }

  /// `before` alone gives the newest bars, as the exchange does, not those next to it.
  private static func candles(
    _ exchange: ServedExchange, _ call: Call, _ source: CandleSource, _ writer: inout RowWriter
  ) throws(APIProblem) -> EnvelopeHead {
    let (_, market) = try required(exchange, call)
    let bar = try call.parameters.word("bar", CandleBar.init(word:)) ?? .oneMinute
    let page = try Page(call.parameters, default: 500, maximum: 1_440)
    let candles = exchange.venue.candles(
      of: market, source, bar, olderThan: page.olderMoment, newerThan: page.newerMoment,
      limit: page.limit)
    writer.array(of: candles) { $1.writeRow(source, to: &$0) }
    return .success
  }

  /// Returns the one listing that is asked for, or all.
  private static func chosen(
    _ exchange: ServedExchange, _ call: Call
  ) throws(APIProblem) -> [Listing] {
    guard try call.parameters.text("instId") != nil else { return exchange.venue.listings }
    return [try required(exchange, call).0]
  }

  /// Returns the listing that must be named.
  private static func required(
    _ exchange: ServedExchange, _ call: Call
  ) throws(APIProblem) -> (Listing, MarketIndex) {
    try exchange.market(named: try call.parameters.required("instId"))
  }
}

extension ServedExchange {
  /// Returns the listing and the market of a name (152014 for an unknown one).
  func market(named name: String) throws(APIProblem) -> (Listing, MarketIndex) {
    guard let instrument = InstrumentID(name), let market = venue.market(instrument),
      let listing = venue.listing(instrument)
    else {
      throw .unknownInstrument
    }
    return (listing, market)
  }

  /// Returns the ticker of an instrument; nil for an unknown one or before its first trade.
  func ticker(_ instrument: InstrumentID) -> VenueTicker? {
    venue.market(instrument).flatMap { venue.ticker(of: $0) }
  }
}
