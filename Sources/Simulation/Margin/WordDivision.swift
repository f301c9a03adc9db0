import Units

/// Division of 128-bit numbers by one machine word, for the hot paths: two hardware divisions in
/// place of a general routine. Everything is exact.
extension Int128 {
  /// Returns quotient and remainder of a number that is not negative by a divisor above zero.
  @inline(__always)
  func dividedByWord(_ divisor: UInt64) -> (quotient: Int128, remainder: UInt64) {
    let bits = UInt128(bitPattern: self)
    let high = UInt64(truncatingIfNeeded: bits &>> 64)
    let low = UInt64(truncatingIfNeeded: bits)
    if high == 0 {
      let (quotient, remainder) = low.quotientAndRemainder(dividingBy: divisor)
      return (Int128(quotient), remainder)
    }
    let (first, rest) = high.quotientAndRemainder(dividingBy: divisor)
    let (second, remainder) = divisor.dividingFullWidth((rest, low))
    return (Int128(first) &<< 64 | Int128(second), remainder)
  }

  /// Returns this × part / whole, cut toward zero, for 0 ≤ part ≤ whole; never overflows.
  @inline(__always)
  func share(_ part: Int64, of whole: Int64) -> Int128 {
    if part == whole { return self }
    guard self >= 0 else { return -(-self).share(part, of: whole) }
    let divisor = UInt64(whole)
    let (quotient, remainder) = dividedByWord(divisor)
    // The remainder is below the divisor, so the product's quotient is below the part.
    let product = remainder.multipliedFullWidth(by: UInt64(part))
    let rest = divisor.dividingFullWidth(product).quotient
    return quotient &* Int128(part) &+ Int128(rest)
  }
}

extension Fixed {
  /// Returns the product where it ends within eighteen places and is in range; nil otherwise.
  @inline(__always)
  func exactProduct(_ other: Fixed) -> Fixed? {
    let product = raw.magnitude.multipliedFullWidth(by: other.raw.magnitude)
    let unit = Fixed.unit
    guard product.high < UInt128(unit) else { return nil }
    let upper = UInt64(truncatingIfNeeded: product.low &>> 64)
    let (first, rest) = unit.dividingFullWidth((UInt64(truncatingIfNeeded: product.high), upper))
    let (second, remainder) = unit.dividingFullWidth(
      (rest, UInt64(truncatingIfNeeded: product.low)))
    guard remainder == 0, first >> 63 == 0 else { return nil }
    let value = Int128(first) &<< 64 | Int128(second)
    return Fixed(raw: (raw < 0) != (other.raw < 0) ? -value : value)
  }
}
