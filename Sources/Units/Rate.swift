/// A fraction of one: 0.0006 is 0.06 %. Fees, funding, risk and returns are rates.
@frozen
public struct Rate: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
