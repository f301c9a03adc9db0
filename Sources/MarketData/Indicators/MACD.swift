/// Moving average convergence and divergence: a fast average minus a slow one, and its signal.
///
/// Both averages have their first value at the same place, each the mean of the values before it.
/// Warm-up: slow − 1 + signal − 1 values. Source: TA-Lib, `ta_MACD`.
public struct MACD: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The fast average minus the slow one.
    public let line: Double
    /// The average of the line.
    public let signal: Double

    /// The line minus the signal.
    @inlinable
    public var histogram: Double { line - signal }

    @inlinable
    init(line: Double, signal: Double) {
      self.line = line
      self.signal = signal
    }
  }

  @usableFromInline var fast: EMA
  @usableFromInline var slow: EMA
  @usableFromInline var average: EMA
  /// How many values the fast average has yet to leave out, so that it starts with the slow one.
  @usableFromInline var leftOut: Int

  /// Makes a pair of averages; `fast` is below `slow`.
  @inlinable
  public init(fast: Int = 12, slow: Int = 26, signal: Int = 9) {
    precondition(fast < slow, "the fast average stands for fewer values than the slow one")
    self.fast = EMA(fast)
    self.slow = EMA(slow)
    average = EMA(signal)
    leftOut = slow - fast
  }

  @inlinable
  public var warmUp: Int { slow.warmUp + average.warmUp }

  @inlinable @inline(__always)
  public mutating func update(_ value: Double) -> Value? {
    let slowValue = slow.update(value)
    if leftOut > 0 {
      leftOut &-= 1
      return nil
    }
    guard let fastValue = fast.update(value), let slowValue else { return nil }
    let line = fastValue - slowValue
    guard let signal = average.update(line) else { return nil }
    return Value(line: line, signal: signal)
  }
}
