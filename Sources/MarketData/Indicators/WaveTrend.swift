/// The wave-trend oscillator: the typical price's distance from its average, in mean distances.
///
/// `fast` is the smoothed distance, `slow` the mean of `fast`. All averages start as the mean of
/// their first values (on charting sites they start as the first value; the difference fades). A
/// market that stands still has no distance: zero.
/// Warm-up: 2 × (channel − 1) + average − 1 + signal − 1 bars. Source: LazyBear, "WaveTrend
/// Oscillator" (channel 10, average 21, signal 4); VuManChu Cipher B uses 9, 12 and 3.
public struct WaveTrend: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The smoothed distance.
    public let fast: Double
    /// The mean of `fast`.
    public let slow: Double

    @inlinable
    init(fast: Double, slow: Double) {
      self.fast = fast
      self.slow = slow
    }
  }

  @usableFromInline var price: EMA
  @usableFromInline var distance: EMA
  @usableFromInline var wave: EMA
  @usableFromInline var signal: SMA

  /// Makes an oscillator; all three are above zero.
  @inlinable
  public init(channel: Int = 10, average: Int = 21, signal: Int = 4) {
    price = EMA(channel)
    distance = EMA(channel)
    wave = EMA(average)
    self.signal = SMA(signal)
  }

  @inlinable
  public var warmUp: Int { 2 * price.warmUp + wave.warmUp + signal.warmUp }

  @inlinable
  public mutating func update(_ bar: Bar) -> Value? {
    let typical = bar.typicalPrice
    guard let mean = price.update(typical) else { return nil }
    let offset = typical - mean
    guard let reach = distance.update(abs(offset)) else { return nil }
    // In a market that stands still only rounding is left of both.
    let channel = reach > 1e-12 * abs(mean) ? offset / (0.015 * reach) : 0
    guard let fast = wave.update(channel), let slow = signal.update(fast) else { return nil }
    return Value(fast: fast, slow: slow)
  }
}
