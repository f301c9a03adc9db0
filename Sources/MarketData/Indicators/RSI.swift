/// The relative strength index: the share of the gains in all movement, 0 through 100.
///
/// Gains and losses are smoothed by Wilder's average. Warm-up: `period` values. A market that has
/// not moved at all is at 50; TA-Lib says 0 there, which reads as oversold.
/// Source: TA-Lib, `ta_RSI`; Wilder, 1978.
public struct RSI: Indicator {
  @usableFromInline var gains: WilderAverage
  @usableFromInline var losses: WilderAverage
  @usableFromInline var previous: Double?

  /// Makes an index over so many changes, above zero; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    gains = WilderAverage(period)
    losses = WilderAverage(period)
  }

  @inlinable
  public var warmUp: Int { gains.period }

  @inlinable @inline(__always)
  public mutating func update(_ value: Double) -> Double? {
    guard let last = previous else {
      previous = value
      return nil
    }
    previous = value
    let change = value - last
    let gain = gains.update(change.upward)
    let loss = losses.update((-change).upward)
    guard let gain, let loss else { return nil }
    let movement = gain + loss
    return movement > 0 ? 100 * gain / movement : 50
  }
}
