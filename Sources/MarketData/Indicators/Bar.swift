import Trading
import Units

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
