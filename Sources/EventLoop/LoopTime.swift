/// A moment of the wall clock as a loop tells it: milliseconds since 1970-01-01 00:00 UTC.
public nonisolated struct WallTime: Hashable, Comparable, Sendable {
  /// Milliseconds since 1970-01-01 00:00 UTC.
  public var milliseconds: Int64

  /// Makes a moment from milliseconds since 1970-01-01 00:00 UTC.
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// Tells whether the left moment comes before the right one.
  public static func < (left: WallTime, right: WallTime) -> Bool {
    left.milliseconds < right.milliseconds
  }

  /// Returns the moment so many milliseconds later; it saturates instead of overflowing.
  public func advanced(byMilliseconds span: Int64) -> WallTime {
    let (sum, overflow) = milliseconds.addingReportingOverflow(span)
    return WallTime(milliseconds: overflow ? (span < 0 ? .min : .max) : sum)
  }
}

/// A reading of a clock that never steps: microseconds since a start that means nothing by itself.
///
/// Good for latencies and ages only. It counts time that the machine spent asleep.
public nonisolated struct MonotonicTime: Hashable, Comparable, Sendable {
  /// Microseconds since the clock's own start.
  public var microseconds: Int64

  /// Makes a reading from microseconds since the clock's own start.
  public init(microseconds: Int64) {
    self.microseconds = microseconds
  }

  /// Tells whether the left reading was taken before the right one.
  public static func < (left: MonotonicTime, right: MonotonicTime) -> Bool {
    left.microseconds < right.microseconds
  }

  /// Returns the microseconds from an earlier reading to this one.
  public func microseconds(since earlier: MonotonicTime) -> Int64 {
    microseconds - earlier.microseconds
  }
}

/// The name of a scheduled action, by which it can be canceled.
public nonisolated struct TimerToken: Hashable, Sendable {
  /// The insertion number: unique within one loop and growing.
  public let number: UInt64

  /// Makes the token of the action with this insertion number; for loops only.
  public init(number: UInt64) {
    self.number = number
  }
}
