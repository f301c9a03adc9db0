/// The commodity channel index: the typical price's distance from its mean, in mean deviations.
///
/// Divided by 0.015, so that most values lie between −100 and 100; 0 in a window without movement.
/// An update looks at each of the `period` prices once. Warm-up: period − 1 bars.
/// Source: TA-Lib, `ta_CCI`; Donald Lambert, "Commodities", October 1980.
public struct CCI: Indicator {
  @usableFromInline var prices: RollingSum
  @usableFromInline let share: Double

  /// Makes an index over so many bars, above zero; 20 is usual.
  @inlinable
  public init(_ period: Int = 20) {
    prices = RollingSum(period: period)
    share = 1 / Double(period)
  }

  @inlinable
  public var warmUp: Int { prices.period - 1 }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    let price = bar.typicalPrice
    prices.push(price)
    guard prices.isFull else { return nil }
    let mean = prices.sum * share
    var deviation = 0.0
    for other in prices.ring { deviation += abs(other - mean) }
    // What rounding leaves of a window that did not move is no movement.
    guard deviation > 1e-12 * abs(mean) else { return 0 }
    return (price - mean) / (0.015 * deviation * share)
  }
}

/// The rate of change: the movement since `period` values ago, in percent.
///
/// Warm-up: `period` values. Source: TA-Lib, `ta_ROC`.
public struct RateOfChange: Indicator {
  @usableFromInline var window: RollingSum

  /// Makes a rate over so many values, above zero; 10 is usual.
  @inlinable
  public init(_ period: Int = 10) {
    window = RollingSum(period: period)
  }

  @inlinable
  public var warmUp: Int { window.period }

  @inlinable
  public mutating func update(_ value: Double) -> Double? {
    guard let old = window.push(value) else { return nil }
    return old == 0 ? 0 : 100 * (value / old - 1)
  }
}
