/// One thing that the public stream can deliver.
public enum MarketSubscription: Sendable, Hashable {
  /// Last, bid, ask and the day's figures.
  case ticker(InstrumentID)
  /// The order book.
  case book(InstrumentID)
  /// Every trade of the public tape.
  case trades(InstrumentID)
  /// Candles of one time frame.
  case candles(InstrumentID, TimeFrame)
  /// The mark price.
  case mark(InstrumentID)
  /// The funding rate.
  case funding(InstrumentID)
}
