import Units

/// Reads the `Retry-After` header in its form of seconds.
nonisolated enum RetryAfter {
  /// The longest wait that is read; what is absurd is bounded again where it is used.
  private static let longest = TimeSpan.days(1)

  /// Returns the wait; nil for a date, whose clock is not ours, and for anything else.
  static func span(_ text: String) -> TimeSpan? {
    guard !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
    // More digits than a number holds is as long as can be.
    guard text.utf8.count <= 9, let seconds = Int64(text) else { return longest }
    return min(.seconds(seconds), longest)
  }
}
