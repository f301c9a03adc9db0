/// An amount of the base currency: coins (BTC, ETH, ...), never contracts.
@frozen
public struct BaseAmount: FixedUnit {
  /// The count of units.
  public let value: Fixed

  /// Gives a number its unit.
  @inlinable
  public init(_ value: Fixed) {
    self.value = value
  }
}
