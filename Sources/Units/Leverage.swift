/// Notional divided by margin: 10 means that a tenth of the notional is collateral.
@frozen
public struct Leverage: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
