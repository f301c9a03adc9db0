import Trading
import Units

/// How old prices are: by their arrival, and by when the exchange says that they were so. Messages
/// may flow and tell of yesterday (fault case B10).
extension Market {
  /// Returns how old the ticker is; nil before the first.
  public func tickerAge(at now: Timestamp, _ clock: ExchangeClock) -> TimeSpan? {
    ticker.map { max($0.age(at: now), unknownAge(of: $0.value, at: now, clock)) }
  }

  /// Returns how old the mark price is; nil before the first. Its stamp is when it was so: marks
  /// are computed all the time, traded or not.
  public func markAge(at now: Timestamp, _ clock: ExchangeClock) -> TimeSpan? {
    mark.map { max($0.age(at: now), clock.age(of: $0.value.exchangeTime, at: now)) }
  }

  /// Returns how old the book is; nil before its first message. Its stamp is when that was sent.
  public func bookAge(at now: Timestamp, _ clock: ExchangeClock) -> TimeSpan? {
    bookReceivedAt.map { max(now - $0, clock.age(of: book.exchangeTime, at: now)) }
  }

  /// Returns how old the price is of a market that is known by candles alone; nil for others.
  public func candlePriceAge(at now: Timestamp) -> TimeSpan? {
    candlePrice?.age(at: now)
  }

  /// Returns how old the newest of its prices is, nil before the first.
  public func age(at now: Timestamp, _ clock: ExchangeClock) -> TimeSpan? {
    [
      tickerAge(at: now, clock), markAge(at: now, clock), bookAge(at: now, clock),
      candlePriceAge(at: now),
    ].compactMap(\.self).min()
  }

  /// Returns for how long, by the exchange's clock, a ticker has told less than it would if it were
  /// new.
  ///
  /// Whether its stamp is the moment of the message or of the last trade is not stated (BloFin
  /// reference 3.1.2), so that of a quiet market may be hours old and the ticker in order. A trade
  /// of the tape that it does not know proves it old by either reading, and so does a stamp of more
  /// than a day ago in a market that has traded within the day.
  private func unknownAge(
    of ticker: Ticker, at now: Timestamp, _ clock: ExchangeClock
  ) -> TimeSpan {
    let stated = clock.age(of: ticker.exchangeTime, at: now)
    if stated > .days(1), ticker.baseVolume24h.isPositive { return stated }
    var unknown: Timestamp?
    for trade in tape.reversed() {
      guard trade.exchangeTime > ticker.exchangeTime else { break }
      unknown = trade.exchangeTime
    }
    return unknown.map { clock.age(of: $0, at: now) } ?? .zero
  }
}
