import Transport
import Units

/// Reads the `Retry-After` header in both of its forms, seconds and a date.
nonisolated enum RetryAfter {
  /// The longest wait that is read; what is absurd is bounded again where it is used.
  private static let longest = TimeSpan.days(1)

  /// Returns the wait; nil for what is neither seconds nor a date.
  ///
  /// A date is one of the sender's clock: `sentAt` is when the answer was sent by the same clock,
  /// without which a date says nothing.
  static func span(_ text: String, sentAt: Timestamp?) -> TimeSpan? {
    if let date = HTTPDate.timestamp(text) {
      return sentAt.map { min(max(date - $0, .zero), longest) }
    }
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    // More digits than a number holds is as long as can be.
    guard text.utf8.count <= 9, let seconds = Int64(text) else { return longest }
    return min(.seconds(seconds), longest)
  }

  /// Returns the wait that a stream which was refused asks for; nil where it does not say.
  static func span(_ error: TransportError) -> TimeSpan? {
    guard case .upgradeRefused(_, _, let text?, let date, _) = error else { return nil }
    return span(text, sentAt: date.flatMap { HTTPDate.timestamp($0) })
  }
}
