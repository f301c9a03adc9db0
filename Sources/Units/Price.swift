/// A price in quote currency (USDT) per coin of the base currency.
@frozen
public struct Price: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
