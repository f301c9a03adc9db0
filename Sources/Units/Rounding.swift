/// The direction in which a result that does not fit is moved. Every rounding names one.
@frozen
public enum Rounding: Sendable, Hashable, CaseIterable {
  /// To the neighbor nearer to zero.
  case towardZero
  /// To the neighbor farther from zero.
  case awayFromZero
  /// To the lower neighbor.
  case down
  /// To the upper neighbor.
  case up
  /// To the nearer neighbor; a tie goes to the even one.
  case nearestOrEven
}

extension Rounding {
  /// Returns whether a truncated magnitude must grow by one.
  ///
  /// `twice` compares twice the remainder with the divisor: below, equal or above.
  @inlinable
  func growsMagnitude(
    isNegative: Bool, remainderIsZero: Bool, isOdd: Bool, twice: HalfComparison
  ) -> Bool {
    if remainderIsZero { return false }
    switch self {
    case .towardZero: return false
    case .awayFromZero: return true
    case .down: return isNegative
    case .up: return !isNegative
    case .nearestOrEven: return twice == .above || (twice == .equal && isOdd)
    }
  }
}

/// How twice a remainder compares with the divisor.
@usableFromInline
enum HalfComparison {
  case below
  case equal
  case above

  @inlinable
  init(remainder: UInt128, divisor: UInt128) {
    // remainder < divisor, so `divisor - remainder` cannot wrap.
    let rest = divisor &- remainder
    self = remainder < rest ? .below : remainder == rest ? .equal : .above
  }
}

extension Fixed {
  /// Returns the multiple of `step` next to this number in the named direction.
  ///
  /// `step` must be above zero: a tick or lot size of zero is refused where instruments enter.
  @inlinable
  public func rounded(to step: Fixed, _ rounding: Rounding) -> Fixed {
    precondition(step.raw > 0, "a step is above zero")
    let divisor = step.raw.magnitude
    let magnitude = raw.magnitude
    let remainder = magnitude % divisor
    if remainder == 0 { return self }
    let quotient = (magnitude - remainder) / divisor
    let grows = rounding.growsMagnitude(
      isNegative: raw < 0, remainderIsZero: false, isOdd: quotient & 1 == 1,
      twice: HalfComparison(remainder: remainder, divisor: divisor))
    let result = magnitude - remainder + (grows ? divisor : 0)
    return Fixed(raw: raw < 0 ? -Int128(result) : Int128(result))
  }

  /// Returns whether the number is a whole multiple of `step`, which must be above zero.
  @inlinable
  public func isMultiple(of step: Fixed) -> Bool {
    precondition(step.raw > 0, "a step is above zero")
    return raw % step.raw == 0
  }
}
