import Trading
import Units

/// A series of candles as the market of one instrument.
public struct CandleFeed: Sendable {
  /// Where the rules of an instrument come from.
  public enum Rules: Sendable, Hashable {
    /// BloFin lists it: its own sizes, margin tiers and largest leverage.
    case listed
    /// It is not among the built-in ones: those of a mid cap, with a contract that is worth 10 up
    /// to 100 USDT at the first price.
    case generic
    /// They do not bind: one coin a contract, the size step that was named, one margin tier.
    case unbound
  }

  /// Where the rules of the instrument come from.
  public let rules: Rules
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
    let known: Listing
    if let lot {
      (rules, known) = (.unbound, BuiltInListings.unbound(instrument, lot: lot, tick: table.tick))
    } else if let listed = BuiltInListings.all.first(where: { $0.id == instrument }) {
      (rules, known) = (.listed, listed)
    } else {
      (rules, known) = (
        .generic, BuiltInListings.generic(instrument, near: table.candle(0).open)
      )
    }
    listing = known.withTick(table.tick)
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
    CandleFeed(rules, listing: listing, table: table.prefix(count))
  }

  /// Returns the feed with only the candles that open in a stretch of time; nil when none does.
  public func limited(from start: Timestamp, until end: Timestamp) -> CandleFeed? {
    table.limited(from: start, until: end).map { CandleFeed(rules, listing: listing, table: $0) }
  }

  /// Returns the feed with only the candles that open at a moment or later and have closed by
  /// another; nil when none has.
  public func closed(from start: Timestamp, by end: Timestamp) -> CandleFeed? {
    limited(from: start, until: end - table.timeFrame.span + .milliseconds(1))
  }

  /// Returns the feed with other candles, in the same steps.
  public func replacing(_ table: CandleTable) -> CandleFeed {
    precondition(table.tick == self.table.tick, "candles count in the listing's ticks")
    return CandleFeed(rules, listing: listing, table: table)
  }

  private init(_ rules: Rules, listing: Listing, table: CandleTable) {
    self.rules = rules
    self.listing = listing
    self.table = table
  }
}
