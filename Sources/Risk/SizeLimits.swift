import Trading
import Units

/// The limits that compare an order with the book, with the sizes before it, with how far prices
/// travel and with what moves together. Each is nil where it is off.
public struct SizeLimits: Sendable, Hashable {
  /// The largest share that an order may take of what the book offers within the price collar.
  public var bookShareMaximum: Rate?
  /// The largest multiple that an order may be worth of the median of the orders before it.
  public var medianMultipleMaximum: Rate?
  /// The largest share of equity that one instrument's position and orders gain or lose when the
  /// price moves by its average true range.
  public var rangeMoveMaximum: Rate?
  /// The largest value of positions and opening orders that move together, as a multiple of equity;
  /// they count as one.
  public var correlatedNotionalMaximum: Rate?
  /// The least correlation of returns at which two instruments count as one.
  public var correlationMinimum: Rate
  /// How near liquidation a position is told of, as a share of the mark price; louder at half of
  /// it.
  public var liquidationWarning: Rate?

  /// States the limits.
  public init(
    bookShareMaximum: Rate?, medianMultipleMaximum: Rate?, rangeMoveMaximum: Rate?,
    correlatedNotionalMaximum: Rate?, correlationMinimum: Rate, liquidationWarning: Rate?
  ) {
    self.bookShareMaximum = bookShareMaximum
    self.medianMultipleMaximum = medianMultipleMaximum
    self.rangeMoveMaximum = rangeMoveMaximum
    self.correlatedNotionalMaximum = correlatedNotionalMaximum
    self.correlationMinimum = correlationMinimum
    self.liquidationWarning = liquidationWarning
  }

  /// Every one of these limits off.
  public static let off = SizeLimits(
    bookShareMaximum: nil, medianMultipleMaximum: nil, rangeMoveMaximum: nil,
    correlatedNotionalMaximum: nil, correlationMinimum: 1, liquidationWarning: nil)

  /// Whether a limit looks at candles, so that those of the past must be read.
  public var needCandles: Bool { rangeMoveMaximum != nil || correlatedNotionalMaximum != nil }
}
