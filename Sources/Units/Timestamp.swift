/// A moment: milliseconds since 1970-01-01 00:00 UTC.
@frozen
public struct Timestamp: Sendable, Hashable, Comparable {
  /// Milliseconds since 1970-01-01 00:00 UTC.
  public let milliseconds: Int64

  /// Makes a moment from milliseconds since 1970 UTC.
  @inlinable
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// The first moment an exchange can have meant: 2009-01-01 UTC. Earlier stamps are unit errors.
  public static let earliestPlausible = Timestamp(milliseconds: 1_230_768_000_000)

  /// The last moment that four-digit years print: 9999-12-31 23:59:59.999 UTC.
  public static let latestPlausible = Timestamp(milliseconds: 253_402_300_799_999)

  @inlinable
  public static func < (left: Timestamp, right: Timestamp) -> Bool {
    left.milliseconds < right.milliseconds
  }

  @inlinable
  public static func - (left: Timestamp, right: Timestamp) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }

  @inlinable
  public static func + (left: Timestamp, right: TimeSpan) -> Timestamp {
    Timestamp(milliseconds: left.milliseconds + right.milliseconds)
  }

  @inlinable
  public static func - (left: Timestamp, right: TimeSpan) -> Timestamp {
    Timestamp(milliseconds: left.milliseconds - right.milliseconds)
  }

  /// Returns the start of the span-long period that holds this moment, counted from 1970 UTC.
  ///
  /// `offset` moves the boundary: a day that starts at 02:00 UTC has an offset of two hours.
  @inlinable
  public func start(of period: TimeSpan, offset: TimeSpan = .zero) -> Timestamp {
    precondition(period.milliseconds > 0, "a period has a length")
    let shifted = milliseconds - offset.milliseconds
    let remainder = shifted % period.milliseconds
    let floor = shifted - (remainder < 0 ? remainder + period.milliseconds : remainder)
    return Timestamp(milliseconds: floor + offset.milliseconds)
  }
}

/// A length of time in milliseconds.
///
/// Named apart from `Swift.Duration`, which counts attoseconds, and `Swift.Span`, a view of memory.
@frozen
public struct TimeSpan: Sendable, Hashable, Comparable {
  /// The length in milliseconds.
  public let milliseconds: Int64

  /// Makes a length from milliseconds.
  @inlinable
  public init(milliseconds: Int64) {
    self.milliseconds = milliseconds
  }

  /// No time at all.
  @inlinable
  public static var zero: TimeSpan { TimeSpan(milliseconds: 0) }

  /// Returns so many milliseconds.
  @inlinable
  public static func milliseconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count) }

  /// Returns so many seconds.
  @inlinable
  public static func seconds(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 1_000) }

  /// Returns so many minutes.
  @inlinable
  public static func minutes(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 60_000) }

  /// Returns so many hours.
  @inlinable
  public static func hours(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 3_600_000) }

  /// Returns so many days of 24 hours.
  @inlinable
  public static func days(_ count: Int64) -> TimeSpan { TimeSpan(milliseconds: count * 86_400_000) }

  @inlinable
  public static func < (left: TimeSpan, right: TimeSpan) -> Bool {
    left.milliseconds < right.milliseconds
  }

  @inlinable
  public static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds + right.milliseconds)
  }

  @inlinable
  public static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
    TimeSpan(milliseconds: left.milliseconds - right.milliseconds)
  }
}
