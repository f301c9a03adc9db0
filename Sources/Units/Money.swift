/// An amount of the quote currency (USDT): notional, margin, fee, profit or loss.
@frozen
public struct Money: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
