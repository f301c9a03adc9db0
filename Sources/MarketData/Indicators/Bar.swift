import Trading
import Units

/// A number that estimates: never money, never a size. It becomes a price only by naming a step and
/// a direction.
public typealias Estimate = Double

/// A candle in the numbers that indicators work on.
public struct Bar: Sendable, Hashable {
  /// The first price.
  public let open: Double
  /// The highest price.
  public let high: Double
  /// The lowest price.
  public let low: Double
  /// The last price.
  public let close: Double
  /// Coins traded.
  public let volume: Double

  /// States a bar.
  @inlinable
  public init(open: Double, high: Double, low: Double, close: Double, volume: Double) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
  }

  /// Takes the numbers of a candle, each rounded to the nearest double or its neighbor.
  @inlinable
  public init(_ candle: Candle) {
    self.init(
      open: Double(candle.open), high: Double(candle.high), low: Double(candle.low),
      close: Double(candle.close), volume: Double(candle.volume))
  }

  /// The mean of high, low and close.
  @inlinable
  public var typicalPrice: Double { (high + low + close) / 3 }
}

extension Price {
  /// Takes an estimate as the next multiple of a step in the named direction; nil unless the result
  /// is above zero and the estimate within what exact numbers hold.
  public init?(rounding estimate: Estimate, to step: Price, _ rounding: Rounding) {
    guard estimate.isFinite, estimate > 0, estimate < 1e15 else { return nil }
    let exact = Price(Fixed(raw: Int128(estimate * 1e9) * 1_000_000_000))
    self = exact.rounded(to: step, rounding)
    guard isPositive else { return nil }
  }
}

extension Double {
  /// Takes the nearest double of a number or its neighbor; never the other side of another number.
  @inlinable
  public init(_ number: some FixedUnit) {
    let magnitude = number.value.raw.magnitude
    let upper = Double(UInt64(truncatingIfNeeded: magnitude &>> 64))
    let lower = Double(UInt64(truncatingIfNeeded: magnitude))
    let value = (upper * 0x1p64 + lower) / 1e18
    self = number.isNegative ? -value : value
  }
}

extension CandleStretch {
  /// Returns the last price of a candle that closes, as indicators take it.
  @inlinable
  public func close(_ place: Int) -> Estimate {
    let steps = rows[rows.startIndex &+ place].close
    return Estimate(Price(Fixed(raw: tick.value.raw &* Int128(steps))))
  }
}
