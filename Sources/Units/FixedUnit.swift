/// A number with a unit: the one field is the count, the type is the unit.
///
/// Values of one unit add and compare; two units meet only in `Arithmetic.swift`.
public protocol FixedUnit: Sendable, Hashable, Comparable, CustomStringConvertible,
  ExpressibleByStringLiteral, ExpressibleByIntegerLiteral
{
  /// The count of units.
  var value: Fixed { get }

  /// Gives a number its unit.
  init(_ value: Fixed)
}

extension FixedUnit {
  /// Reads the count from text by the strict rules of ``Fixed``.
  public init(text: some StringProtocol) throws(NumberProblem) {
    self.init(try Fixed(text))
  }

  /// Takes a number written in the source.
  public init(stringLiteral value: StaticString) {
    self.init(Fixed(stringLiteral: value))
  }

  /// Takes a whole number written in the source.
  @inlinable
  public init(integerLiteral value: Int) {
    self.init(Fixed(value))
  }

  /// Zero of this unit.
  @inlinable
  public static var zero: Self { Self(.zero) }

  /// Whether the count is zero.
  @inlinable
  public var isZero: Bool { value.isZero }

  /// Whether the count is above zero.
  @inlinable
  public var isPositive: Bool { value.isPositive }

  /// Whether the count is below zero.
  @inlinable
  public var isNegative: Bool { value.isNegative }

  /// The count without its sign.
  @inlinable
  public var magnitude: Self { Self(value.magnitude) }

  @inlinable
  public static func < (left: Self, right: Self) -> Bool { left.value < right.value }

  @inlinable
  public static func + (left: Self, right: Self) -> Self { Self(left.value + right.value) }

  @inlinable
  public static func - (left: Self, right: Self) -> Self { Self(left.value - right.value) }

  @inlinable
  public static func += (left: inout Self, right: Self) { left = left + right }

  @inlinable
  public static func -= (left: inout Self, right: Self) { left = left - right }

  @inlinable
  public static prefix func - (unit: Self) -> Self { Self(-unit.value) }

  /// Returns the multiple of `step` next to this in the named direction; `step` is above zero.
  @inlinable
  public func rounded(to step: Self, _ rounding: Rounding) -> Self {
    Self(value.rounded(to: step.value, rounding))
  }

  /// Returns whether this is a whole multiple of `step`, which must be above zero.
  @inlinable
  public func isMultiple(of step: Self) -> Bool { value.isMultiple(of: step.value) }

  /// Returns this scaled by a fraction of one, rounded as named.
  @inlinable
  public func scaled(by rate: Rate, _ rounding: Rounding) -> Self {
    Self(value.multiplied(by: rate.value, rounding))
  }

  /// Returns this as a fraction of `other`, rounded as named; nil when `other` is zero.
  @inlinable
  public func fraction(of other: Self, _ rounding: Rounding) -> Rate? {
    value.dividedIfPossible(by: other.value, rounding).map(Rate.init)
  }

  /// The shortest exact text of the count, without the unit.
  public var description: String { value.description }
}
