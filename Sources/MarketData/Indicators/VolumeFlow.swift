/// The money flow index: the share of money that came with rising prices, 0 through 100.
///
/// The money of a bar is its typical price times its volume. Warm-up: `period` bars. Without any
/// money it is 50; TA-Lib says 0 below a total of one. Source: TA-Lib, `ta_MFI`.
public struct MFI: Indicator {
  @usableFromInline var rising: RollingSum
  @usableFromInline var falling: RollingSum
  @usableFromInline var previous: Double?

  /// Makes an index over so many changes, above zero; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    rising = RollingSum(period: period)
    falling = RollingSum(period: period)
  }

  @inlinable
  public var warmUp: Int { rising.period }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    let price = bar.typicalPrice
    guard let last = previous else {
      previous = price
      return nil
    }
    previous = price
    let money = price * bar.volume
    rising.push(price > last ? money : 0)
    falling.push(price < last ? money : 0)
    guard rising.isFull else { return nil }
    let up = rising.sum
    let total = up + falling.sum
    return total > 0 ? 100 * up / total : 50
  }
}

/// On-balance volume: volume added when the price rose and taken away when it fell.
///
/// It starts with the first bar's volume. No warm-up. Source: TA-Lib, `ta_OBV`.
public struct OBV: Indicator {
  @usableFromInline var value = 0.0
  @usableFromInline var previousClose: Double?

  /// Makes a sum that starts with the next bar.
  @inlinable
  public init() {}

  @inlinable
  public var warmUp: Int { 0 }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    if let close = previousClose {
      if bar.close > close { value += bar.volume }
      if bar.close < close { value -= bar.volume }
    } else {
      value = bar.volume
    }
    previousClose = bar.close
    return value
  }
}

/// Chaikin's money flow: accumulation over the last bars as a share of their volume, −1 through 1.
///
/// Warm-up: period − 1 bars. 0 without volume. Source: Marc Chaikin; StockCharts, "Chaikin Money
/// Flow".
public struct ChaikinMoneyFlow: Indicator {
  @usableFromInline var flow: RollingSum
  @usableFromInline var volume: RollingSum

  /// Makes a flow over so many bars, above zero; 20 is usual.
  @inlinable
  public init(_ period: Int = 20) {
    flow = RollingSum(period: period)
    volume = RollingSum(period: period)
  }

  @inlinable
  public var warmUp: Int { flow.period - 1 }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    flow.push(bar.volume * bar.closeLocation)
    volume.push(bar.volume)
    guard flow.isFull else { return nil }
    return volume.sum > 0 ? min(max(flow.sum / volume.sum, -1), 1) : 0
  }
}

/// The money-flow area of cipher-style charts: the mean of body over range, times 150.
///
/// Warm-up: period − 1 bars. A bar without range counts as zero. Source: VuManChu Cipher B,
/// "RSI+MFI Area", period 60, multiplier 150, without its vertical offset of 2.5.
public struct MoneyFlowArea: Indicator {
  @usableFromInline var mean: SMA
  @usableFromInline let multiplier: Double

  /// Makes an area over so many bars, above zero.
  @inlinable
  public init(_ period: Int = 60, multiplier: Double = 150) {
    mean = SMA(period)
    self.multiplier = multiplier
  }

  @inlinable
  public var warmUp: Int { mean.warmUp }

  @inlinable
  public mutating func update(_ bar: Bar) -> Double? {
    let range = bar.high - bar.low
    return mean.update(range > 0 ? (bar.close - bar.open) / range * multiplier : 0)
  }
}

extension Bar {
  /// Where the close stands in the bar: −1 at the low, 1 at the high, 0 in a bar without range.
  @inlinable
  public var closeLocation: Double {
    let range = high - low
    return range > 0 ? ((close - low) - (high - close)) / range : 0
  }
}
