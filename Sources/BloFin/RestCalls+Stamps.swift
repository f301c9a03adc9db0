import Trading
import Units

extension RestCalls {
  /// How far a stamp may be ahead of the exchange's clock as we know it: candles open on the
  /// minute, and its machines need not agree.
  private static let stampsAhead = TimeSpan.minutes(1)

  /// The last moment that something told now may state; without a bound before the exchange's clock
  /// was read.
  var latestStamp: Timestamp {
    hasClock ? exchangeNow + Self.stampsAhead : .latestPlausible
  }
}
