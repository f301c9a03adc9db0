import Units

/// What our clock says about the exchange's: what it states is judged by its own moments.
public struct ExchangeClock: Sendable, Hashable {
  /// Their clock minus ours; positive when theirs is ahead.
  public let offset: TimeSpan
  /// By how much the offset can be off, and how long a message may be on its way.
  public let tolerance: TimeSpan

  /// States what is known of the exchange's clock.
  public init(offset: TimeSpan, tolerance: TimeSpan) {
    self.offset = offset
    self.tolerance = tolerance
  }

  /// Returns how old at least something is that the exchange stated at a moment of its clock, now
  /// being a moment of ours; negative when it may be new.
  func age(of exchangeTime: Timestamp, at now: Timestamp) -> TimeSpan {
    now + offset - tolerance - exchangeTime
  }
}
