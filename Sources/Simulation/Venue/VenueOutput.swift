import Trading
import Units

/// What the venue tells without being asked, in the order in which it happened.
///
/// Within one operation: orders and fills, then algos, then `positions`, then `balance`, then the
/// markets (reference 4.6). Positions and balances are named, not carried: they are read when they
/// are sent, as the exchange pushes the whole list.
public enum VenueOutput: Sendable, Hashable {
  /// An order is new or has changed.
  case order(VenueAccountID, VenueOrder)
  /// An order has filled, in part or whole; follows the order's own change.
  case fill(VenueAccountID, VenueFill)
  /// A TP/SL or trigger order is new or has changed.
  indirect case algo(VenueAccountID, AlgoOrder)
  /// Funding was booked.
  indirect case funding(VenueAccountID, LedgerEntry)
  /// The positions of an account have changed.
  case positions(VenueAccountID)
  /// The money of an account has changed.
  case balance(VenueAccountID)
  /// A public trade.
  case trade(MarketTrade)
  /// A change of a book, at most once in 100 ms; snapshots are read.
  indirect case book(BookUpdate)
  /// A ticker has changed, at most once a second; it is read.
  case ticker(InstrumentID)
  /// A mark or index price has changed.
  case mark(MarkPrice)
  /// The estimate of the coming funding rate has changed, or a new period has begun.
  case fundingRate(FundingRate)
  /// A minute has closed; whoever shows candles reads them.
  case candlesClosed(InstrumentID, openTime: Timestamp)
}

/// Which public outputs a market makes. Private ones are always made.
public struct MarketFeeds: OptionSet, Sendable, Hashable {
  public let rawValue: UInt8

  /// Wraps the bits.
  public init(rawValue: UInt8) { self.rawValue = rawValue }

  /// Trades.
  public static let trades = MarketFeeds(rawValue: 1)
  /// Books.
  public static let books = MarketFeeds(rawValue: 2)
  /// Tickers.
  public static let tickers = MarketFeeds(rawValue: 4)
  /// Mark prices and funding rates.
  public static let marks = MarketFeeds(rawValue: 8)
  /// Ends of candles.
  public static let candles = MarketFeeds(rawValue: 16)
  /// All of them.
  public static let all: MarketFeeds = [.trades, .books, .tickers, .marks, .candles]
}
