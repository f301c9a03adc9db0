extension Fixed {
  /// Returns the product, rounded at the eighteenth place as named; traps when it is out of range.
  @inlinable
  public func multiplied(by other: Fixed, _ rounding: Rounding) -> Fixed {
    guard let product = multipliedIfInRange(by: other, rounding) else {
      preconditionFailure("the product of two bounded numbers is in range")
    }
    return product
  }

  /// Returns the quotient, rounded at the eighteenth place as named.
  ///
  /// Traps when the divisor is zero or the result is out of range.
  @inlinable
  public func divided(by other: Fixed, _ rounding: Rounding) -> Fixed {
    guard let quotient = dividedIfPossible(by: other, rounding) else {
      preconditionFailure("the divisor is not zero and the quotient is in range")
    }
    return quotient
  }

  /// Returns the product rounded as named, or nil when it is out of range.
  @inlinable
  public func multipliedIfInRange(by other: Fixed, _ rounding: Rounding) -> Fixed? {
    let isNegative = (raw < 0) != (other.raw < 0)
    let (left, right) = (raw.magnitude, other.raw.magnitude)
    // Prices times sizes: the larger has little above one word, the product stays below three.
    let (high, low) = left > right ? (left, right) : (right, left)
    if low <= UInt128(UInt64.max) {
      let word = UInt64(truncatingIfNeeded: low)
      let (lower, carried) = Self.product(high, word)
      guard carried < Self.unit else { return nil }
      let upper = UInt64(truncatingIfNeeded: lower &>> 64)
      let (first, rest) = Self.unit.dividingFullWidth((carried, upper))
      let (second, remainder) = Self.unit.dividingFullWidth(
        (rest, UInt64(truncatingIfNeeded: lower)))
      let quotient = UInt128(first) &<< 64 | UInt128(second)
      if remainder == 0 || rounding == .towardZero, first >> 63 == 0 {
        let value = Int128(truncatingIfNeeded: quotient)
        return Fixed(raw: isNegative ? -value : value)
      }
      return Self.assembled(
        quotient, remainder: UInt128(remainder), divisor: UInt128(Self.unit),
        isNegative: isNegative, rounding)
    }
    let product = left.multipliedFullWidth(by: right)
    guard let (quotient, remainder) = Self.divide(product, byWord: Self.unit) else { return nil }
    return Self.assembled(
      quotient, remainder: UInt128(remainder), divisor: UInt128(Self.unit),
      isNegative: isNegative, rounding)
  }

  /// Returns the quotient rounded as named, or nil when it is out of range or divides by zero.
  @inlinable
  public func dividedIfPossible(by other: Fixed, _ rounding: Rounding) -> Fixed? {
    guard other.raw != 0 else { return nil }
    let isNegative = (raw < 0) != (other.raw < 0)
    let divisor = other.raw.magnitude
    let dividend = raw.magnitude.multipliedFullWidth(by: UInt128(Self.unit))
    if let word = UInt64(exactly: divisor) {
      guard let (quotient, remainder) = Self.divide(dividend, byWord: word) else { return nil }
      return Self.assembled(
        quotient, remainder: UInt128(remainder), divisor: divisor, isNegative: isNegative, rounding)
    }
    guard dividend.high < divisor else { return nil }
    let (quotient, remainder) =
      dividend.high == 0
      ? dividend.low.quotientAndRemainder(dividingBy: divisor)
      : divisor.dividingFullWidth((dividend.high, dividend.low))
    return Self.assembled(
      quotient, remainder: remainder, divisor: divisor, isNegative: isNegative, rounding)
  }

  /// Returns the lower 128 bits of a product and the word above them.
  @inlinable
  static func product(_ number: UInt128, _ word: UInt64) -> (lower: UInt128, upper: UInt64) {
    let lower = UInt64(truncatingIfNeeded: number).multipliedFullWidth(by: word)
    let upper = UInt64(truncatingIfNeeded: number &>> 64).multipliedFullWidth(by: word)
    let (middle, overflow) = upper.low.addingReportingOverflow(lower.high)
    return (UInt128(middle) &<< 64 | UInt128(lower.low), upper.high &+ (overflow ? 1 : 0))
  }

  /// Divides 256 bits by one word, limb by limb; nil when the quotient needs more than 128 bits.
  @inlinable
  static func divide(
    _ dividend: (high: UInt128, low: UInt128), byWord divisor: UInt64
  ) -> (quotient: UInt128, remainder: UInt64)? {
    guard dividend.high < UInt128(divisor) else { return nil }
    // high < divisor < 2⁶⁴, so the high half is one word and starts as the running remainder.
    var remainder = UInt64(truncatingIfNeeded: dividend.high)
    let upper = UInt64(truncatingIfNeeded: dividend.low >> 64)
    let lower = UInt64(truncatingIfNeeded: dividend.low)
    let upperQuotient: UInt64
    (upperQuotient, remainder) = divisor.dividingFullWidth((remainder, upper))
    let lowerQuotient: UInt64
    (lowerQuotient, remainder) = divisor.dividingFullWidth((remainder, lower))
    return (UInt128(upperQuotient) << 64 | UInt128(lowerQuotient), remainder)
  }

  @inlinable
  static func assembled(
    _ quotient: UInt128, remainder: UInt128, divisor: UInt128, isNegative: Bool,
    _ rounding: Rounding
  ) -> Fixed? {
    let grows = rounding.growsMagnitude(
      isNegative: isNegative, remainderIsZero: remainder == 0, isOdd: quotient & 1 == 1,
      twice: HalfComparison(remainder: remainder, divisor: divisor))
    let magnitude = grows ? quotient &+ 1 : quotient
    guard magnitude <= UInt128(Int128.max), !(grows && magnitude == 0) else { return nil }
    let value = Int128(truncatingIfNeeded: magnitude)
    return Fixed(raw: isNegative ? -value : value)
  }
}
