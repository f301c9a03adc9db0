import Trading
import Units

/// What a live market says, as a paper account's venue hears it.
///
/// Nothing is filled from stale data: of an instrument only what comes while its book is whole and
/// fresh reaches the venue. Trades of the time without a book are never made up for; the mark that
/// came meanwhile waits for the book.
///
/// Two streams tell of one trade, the tape and the book. A trade that the book already contains
/// moves no queue: it fills only orders whose own price it went through. That can only be slower
/// than the truth.
struct LiveFeed: Sendable {
  private struct Book: Sendable {
    /// Whether nothing is missing since the last snapshot.
    var isWhole = false
    /// When its last message came.
    var heardAt = Timestamp(milliseconds: .min / 2)
    /// What time that message states.
    var statedAt = Timestamp(milliseconds: .min / 2)
    /// The newest mark price that came while there was no live book.
    var heldMark: MarkPrice?
    /// Whether the instrument trades again since a time without a live book: what waits for its
    /// last price is looked at with the next one.
    var tradesAgain = false
  }

  /// How old the last message of a book may be for something to be filled from it.
  let bookAgeMaximum: TimeSpan
  private var books: [InstrumentID: Book] = [:]

  /// How much older than its book a trade may be to count at all: what streams differ by.
  private static let streamSkew = TimeSpan.seconds(1)

  /// How far ahead of our clock the exchange's may be: a settlement that it has left behind is made
  /// up for when ours is that near to it.
  private static let clockLag = TimeSpan.minutes(1)

  init(bookAgeMaximum: TimeSpan) {
    self.bookAgeMaximum = bookAgeMaximum
  }

  /// Whether orders of an instrument can be filled now.
  func isLive(_ instrument: InstrumentID, at now: Timestamp) -> Bool {
    books[instrument].map { isLive($0, at: now) } ?? false
  }

  private func isLive(_ book: Book, at now: Timestamp) -> Bool {
    book.isWhole && now - book.heardAt <= bookAgeMaximum
  }

  /// Passes on what the market said.
  mutating func take(_ event: MarketEvent, to venue: inout SimulatedVenue, at now: Timestamp) {
    switch event {
    case .book(let update): take(update, &venue, now)
    case .bookGap(let instrument): books[instrument]?.isWhole = false
    case .trade(let trade): take(trade, &venue, now)
    case .mark(let mark): take(mark, &venue, now)
    case .funding(let funding): take(funding, &venue, now)
    case .instruments(let list):
      var seen: Set<InstrumentID> = []
      // Of an instrument that is listed twice the first row counts, as when the account opened.
      for instrument in list where seen.insert(instrument.id).inserted {
        take(instrument, &venue, now)
      }
    case .tiers, .ticker, .candle, .candles, .step: break
    }
  }

  /// A time of settlement beyond the one that is still to come here says that the exchange has
  /// settled: that is paid at the rate which held until then.
  private func take(
    _ funding: FundingRate, _ venue: inout SimulatedVenue, _ now: Timestamp
  ) {
    guard let market = venue.market(funding.instrument) else { return }
    venue.advance(to: now)
    let due = venue.fundingRate(of: market).nextFundingTime
    if funding.nextFundingTime > due, due > now, due - now < Self.clockLag {
      venue.settleFunding(of: market, at: now)
    }
    venue.applyFundingRate(funding.rate, to: market, at: now)
    venue.setNextFundingTime(funding.nextFundingTime, of: market)
  }

  private mutating func take(
    _ instrument: Instrument, _ venue: inout SimulatedVenue, _ now: Timestamp
  ) {
    guard let market = venue.market(instrument.id) else { return }
    let tradesAgain = venue.changeStatus(instrument.status, of: market)
    // Steps that the market cannot count in need a new start; until then the old ones hold.
    _ = venue.setRules(instrument, of: market)
    guard tradesAgain else { return }
    if isLive(instrument.id, at: now) {
      venue.lookAtTriggers(of: market)
    } else {
      books[instrument.id, default: Book()].tradesAgain = true
    }
  }

  private mutating func take(
    _ update: BookUpdate, _ venue: inout SimulatedVenue, _ now: Timestamp
  ) {
    guard let market = venue.market(update.instrument) else { return }
    var book = books[update.instrument] ?? Book()
    guard book.isWhole || update.kind == .snapshot else { return }
    book.isWhole = true
    book.heardAt = now
    book.statedAt = update.exchangeTime
    let mark = book.heldMark
    book.heldMark = nil
    let tradesAgain = book.tradesAgain
    book.tradesAgain = false
    books[update.instrument] = book
    let units = venue.units(of: market)
    let changes =
      update.bids.compactMap { Self.change(.buy, $0, units) }
      + update.asks.compactMap { Self.change(.sell, $0, units) }
    venue.apply(changes, replacing: update.kind == .snapshot, to: market, at: now)
    if let mark { apply(mark, market, &venue, now) }
    if tradesAgain { venue.lookAtTriggers(of: market) }
  }

  /// A price between two ticks is no place where an order could rest; it is passed over.
  private static func change(
    _ side: OrderSide, _ level: BookLevel, _ units: MarketUnits
  ) -> DepthChange? {
    guard let ticks = units.ticks(level.price), ticks > 0 else { return nil }
    return DepthChange(side: side, ticks: ticks, lots: units.lots(level.contracts, .down))
  }

  private func take(_ trade: MarketTrade, _ venue: inout SimulatedVenue, _ now: Timestamp) {
    guard let market = venue.market(trade.instrument), let book = books[trade.instrument],
      isLive(book, at: now), trade.exchangeTime >= book.statedAt - Self.streamSkew
    else { return }
    let units = venue.units(of: market)
    let lots = units.lots(trade.contracts, .down)
    guard let ticks = units.ticks(trade.price), ticks > 0, lots > 0 else { return }
    if trade.exchangeTime > book.statedAt {
      venue.applyTrade(trade.takerSide, ticks: ticks, lots: lots, to: market, at: now)
    } else {
      venue.applyPrice(trade.takerSide, ticks: ticks, lots: lots, to: market, at: now)
    }
  }

  private mutating func take(
    _ mark: MarkPrice, _ venue: inout SimulatedVenue, _ now: Timestamp
  ) {
    guard let market = venue.market(mark.instrument) else { return }
    var book = books[mark.instrument] ?? Book()
    if isLive(book, at: now) {
      apply(mark, market, &venue, now)
    } else {
      book.heldMark = mark
      books[mark.instrument] = book
    }
  }

  private func apply(
    _ mark: MarkPrice, _ market: MarketIndex, _ venue: inout SimulatedVenue, _ now: Timestamp
  ) {
    let index = mark.indexPrice ?? mark.markPrice
    guard mark.markPrice.isPositive, index.isPositive else { return }
    venue.applyMark(mark.markPrice, index: index, to: market, at: now)
  }
}

extension SimulatedVenue {
  /// Returns the steps that a market counts in.
  func units(of market: MarketIndex) -> MarketUnits { markets[market.index].units }
}
