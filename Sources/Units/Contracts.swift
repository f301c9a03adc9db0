/// A number of contracts. One contract is worth `contractValue` coins of its instrument.
@frozen
public struct Contracts: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
