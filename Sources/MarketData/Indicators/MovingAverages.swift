/// The mean of the last values.
///
/// Warm-up: period − 1 values. Source: TA-Lib, `ta_SMA`.
public struct SMA: Indicator {
  @usableFromInline var window: RollingSum
  @usableFromInline let share: Double

  /// Makes an average over so many values, above zero.
  @inlinable
  public init(_ period: Int) {
    window = RollingSum(period: period)
    share = 1 / Double(period)
  }

  @inlinable
  public var warmUp: Int { window.period - 1 }

  @inlinable @inline(__always)
  public mutating func update(_ value: Double) -> Double? {
    window.push(value)
    return window.isFull ? window.sum * share : nil
  }
}

/// The exponential moving average: each value moves it by 2 / (period + 1) of the distance.
///
/// It starts as the mean of the first `period` values, after a warm-up of period − 1 values, or, if
/// so chosen, as the first value without warm-up.
/// Source: TA-Lib, `ta_EMA`, classic compatibility.
public struct EMA: Indicator {
  /// How many values the average stands for.
  public let period: Int
  @usableFromInline let step: Double
  /// How many values the start is the mean of.
  @usableFromInline let startCount: Int
  @usableFromInline var count = 0
  @usableFromInline var value = 0.0

  /// Makes an average that stands for so many values, above zero.
  @inlinable
  public init(_ period: Int, startsAtFirstValue: Bool = false) {
    precondition(period > 0, "a period is above zero")
    self.period = period
    step = 2 / (Double(period) + 1)
    startCount = startsAtFirstValue ? 1 : period
  }

  @inlinable
  public var warmUp: Int { startCount - 1 }

  @inlinable @inline(__always)
  public mutating func update(_ input: Double) -> Double? {
    if count == startCount {
      value += step * (input - value)
      return value
    }
    value += input
    count &+= 1
    guard count == startCount else { return nil }
    value /= Double(startCount)
    return value
  }
}

/// Wilder's average: each value moves it by 1 / period of the distance.
///
/// It starts as the mean of the first `period` values. Warm-up: period − 1 values.
/// Source: J. Welles Wilder, "New Concepts in Technical Trading Systems", 1978.
public struct WilderAverage: Indicator {
  /// How many values the average stands for.
  public let period: Int
  @usableFromInline let keep: Double
  @usableFromInline let take: Double
  @usableFromInline var count = 0
  @usableFromInline var value = 0.0

  /// Makes an average that stands for so many values, above zero.
  @inlinable
  public init(_ period: Int) {
    precondition(period > 0, "a period is above zero")
    self.period = period
    take = 1 / Double(period)
    keep = (Double(period) - 1) / Double(period)
  }

  @inlinable
  public var warmUp: Int { period - 1 }

  @inlinable @inline(__always)
  public mutating func update(_ input: Double) -> Double? {
    if count == period {
      value = value * keep + input * take
      return value
    }
    value += input
    count &+= 1
    guard count == period else { return nil }
    value *= take
    return value
  }
}
