/// The stochastic oscillator: where the close stands in the range of the last bars, 0 through 100.
///
/// `k` is the place smoothed over `smoothing` bars (1: the fast form), `d` is the mean of `k`.
/// Warm-up: period + smoothing + signal − 3 bars. In a window without any range the place is 50;
/// TA-Lib says 0 there. Source: TA-Lib, `ta_STOCH` and `ta_STOCHF` with simple averages.
public struct Stochastic: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The smoothed place in the range.
    public let k: Double
    /// The mean of `k`.
    public let d: Double

    @inlinable
    init(k: Double, d: Double) {
      self.k = k
      self.d = d
    }
  }

  @usableFromInline var range: RollingRange
  @usableFromInline var smoothing: SMA
  @usableFromInline var signal: SMA

  /// Makes an oscillator; all three are above zero.
  @inlinable
  public init(_ period: Int = 14, smoothing: Int = 3, signal: Int = 3) {
    range = RollingRange(period: period)
    self.smoothing = SMA(smoothing)
    self.signal = SMA(signal)
  }

  @inlinable
  public var warmUp: Int { range.period - 1 + smoothing.warmUp + signal.warmUp }

  @inlinable
  public mutating func update(_ bar: Bar) -> Value? {
    update(high: bar.high, low: bar.low, close: bar.close)
  }

  @inlinable
  mutating func update(high: Double, low: Double, close: Double) -> Value? {
    range.push(high: high, low: low)
    guard range.isFull else { return nil }
    let extent = range.extent
    let place = extent > 0 ? 100 * (close - range.lowest) / extent : 50
    guard let k = smoothing.update(place), let d = signal.update(k) else { return nil }
    return Value(k: k, d: d)
  }
}

/// The stochastic oscillator of the relative strength index.
///
/// Warm-up: that of the index and then that of the oscillator. Source: TA-Lib, `ta_STOCHRSI`
/// (`smoothing` 1); Tushar Chande and Stanley Kroll, "The New Technical Trader", 1994.
public struct StochasticRSI: Indicator {
  @usableFromInline var index: RSI
  @usableFromInline var oscillator: Stochastic

  /// Makes an oscillator over `period` values of an index over `strength` changes.
  @inlinable
  public init(strength: Int = 14, _ period: Int = 14, smoothing: Int = 3, signal: Int = 3) {
    index = RSI(strength)
    oscillator = Stochastic(period, smoothing: smoothing, signal: signal)
  }

  @inlinable
  public var warmUp: Int { index.warmUp + oscillator.warmUp }

  @inlinable
  public mutating func update(_ value: Double) -> Stochastic.Value? {
    guard let strength = index.update(value) else { return nil }
    return oscillator.update(high: strength, low: strength, close: strength)
  }
}

/// Williams' percent range: where the close stands in the range of the last bars, −100 through 0.
///
/// Warm-up: period − 1 bars. In a window without any range it is −50; TA-Lib says 0 there.
/// Source: TA-Lib, `ta_WILLR`; Larry Williams, 1973.
public struct WilliamsR: Indicator {
  @usableFromInline var range: RollingRange

  /// Makes an oscillator over so many bars, above zero; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    range = RollingRange(period: period)
  }

  @inlinable
  public var warmUp: Int { range.period - 1 }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    range.push(high: bar.high, low: bar.low)
    guard range.isFull else { return nil }
    let extent = range.extent
    return extent > 0 ? -100 * (range.highest - bar.close) / extent : -50
  }
}
