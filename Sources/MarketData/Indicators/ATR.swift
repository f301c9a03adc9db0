/// The average true range: how far the price travels in a bar, gaps included.
///
/// Smoothed by Wilder's average. Warm-up: `period` bars, for the first bar has no close before it.
/// Source: TA-Lib, `ta_ATR`; Wilder, 1978.
public struct ATR: Indicator {
  @usableFromInline var average: WilderAverage
  @usableFromInline var previousClose: Double?

  /// Makes an average over so many bars, above zero; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    average = WilderAverage(period)
  }

  @inlinable
  public var warmUp: Int { average.period }

  @inlinable @inline(__always)
  public mutating func update(_ bar: Bar) -> Double? {
    guard let close = previousClose else {
      previousClose = bar.close
      return nil
    }
    previousClose = bar.close
    return average.update(bar.trueRange(after: close))
  }
}

extension Bar {
  /// Returns the distance between the highest and the lowest price, the close before included.
  @inlinable
  public func trueRange(after previousClose: Double) -> Double {
    max(high, previousClose) - min(low, previousClose)
  }
}
