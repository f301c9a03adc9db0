// The only place where two units meet. A product or quotient that needs more than eighteen places
// is rounded in the direction that the caller names.

extension Contracts {
  /// Returns the coins in these contracts: contracts × contract value.
  @inlinable
  public func baseAmount(contractValue: BaseAmount) -> BaseAmount {
    // Contract sizes and values have few places; the product is exact for every listed instrument.
    BaseAmount(value.multiplied(by: contractValue.value, .towardZero))
  }

  /// Returns how many contracts the coins make, rounded as named.
  @inlinable
  public init(_ amount: BaseAmount, contractValue: BaseAmount, _ rounding: Rounding) {
    self.init(amount.value.divided(by: contractValue.value, rounding))
  }
}

extension Price {
  /// Returns the value of an amount at this price: price × coins, rounded as named.
  @inlinable
  public func notional(of amount: BaseAmount, _ rounding: Rounding = .towardZero) -> Money {
    Money(value.multiplied(by: amount.value, rounding))
  }

  /// Returns the value of an amount at this price, or nil when it is out of range.
  @inlinable
  public func notionalIfInRange(of amount: BaseAmount, _ rounding: Rounding) -> Money? {
    value.multipliedIfInRange(by: amount.value, rounding).map(Money.init)
  }
}

extension Money {
  /// Returns the collateral for this notional at a leverage, rounded as named.
  @inlinable
  public func margin(at leverage: Leverage, _ rounding: Rounding) -> Money {
    Money(value.divided(by: leverage.value, rounding))
  }

  /// Returns the coins that this money buys at a price, rounded as named.
  @inlinable
  public func baseAmount(at price: Price, _ rounding: Rounding) -> BaseAmount {
    BaseAmount(value.divided(by: price.value, rounding))
  }

  /// Returns the price at which an amount is worth this money; nil for an amount of zero.
  @inlinable
  public func price(per amount: BaseAmount, _ rounding: Rounding) -> Price? {
    value.dividedIfPossible(by: amount.value, rounding).map(Price.init)
  }

  /// Returns the notional that this collateral carries at a leverage, rounded as named.
  @inlinable
  public func notional(at leverage: Leverage, _ rounding: Rounding) -> Money {
    Money(value.multiplied(by: leverage.value, rounding))
  }
}
