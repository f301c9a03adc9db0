import Trading
import Units

/// A series of candles as the market of one instrument.
public struct CandleFeed: Sendable {
  /// The instrument with its rules.
  public let listing: Listing
  /// The candles, in the listing's ticks.
  public let table: CandleTable

  /// Joins candles to an instrument: with BloFin's rules where it lists one of that name, those of
  /// a mid cap otherwise; the price step is that of the candles.
  ///
  /// With `lot` the rules do not bind: one coin a contract, that size step, no practical largest
  /// size, for comparisons with programs that know no such rules.
  public init(_ instrument: InstrumentID, _ table: CandleTable, lot: Contracts? = nil) {
    let known =
      BuiltInListings.all.first { $0.id == instrument } ?? BuiltInListings.generic(instrument)
    listing =
      (lot.map { BuiltInListings.unbound(instrument, lot: $0, tick: table.tick) } ?? known)
      .withTick(table.tick)
    self.table = table
  }

  /// Whether prices and sizes of the instrument have exact products, so that it can be traded;
  /// `lot` as for the initializer.
  public static func canCount(
    _ instrument: InstrumentID, _ table: CandleTable, lot: Contracts?
  ) -> Bool {
    if let lot {
      let value = table.tick.value.multiplied(by: lot.value, .down)
      guard value.isPositive, value <= 16,
        value == table.tick.value.multiplied(by: lot.value, .up)
      else { return false }
    }
    let feed = CandleFeed(instrument, table, lot: lot)
    return MarketUnits(feed.listing.instrument, hasBook: false) != nil
  }

  /// Returns the feed with only the first so many candles.
  public func prefix(_ count: Int) -> CandleFeed {
    CandleFeed(listing: listing, table: table.prefix(count))
  }

  /// Returns the feed with only the candles that open in a stretch of time; nil when none does.
  public func limited(from start: Timestamp, until end: Timestamp) -> CandleFeed? {
    table.limited(from: start, until: end).map { CandleFeed(listing: listing, table: $0) }
  }

  /// Returns the feed with other candles, in the same steps.
  public func replacing(_ table: CandleTable) -> CandleFeed {
    precondition(table.tick == self.table.tick, "candles count in the listing's ticks")
    return CandleFeed(listing: listing, table: table)
  }

  private init(listing: Listing, table: CandleTable) {
    self.listing = listing
    self.table = table
  }
}
