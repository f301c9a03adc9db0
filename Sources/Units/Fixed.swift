/// An exact decimal number with eighteen places, held as a count of 10⁻¹⁸.
///
/// The range is that of `Int128`: about ±1.7 × 10²⁰. BloFin prints eighteen places, so every number
/// the exchange sends is held without loss. `+` and `-` trap on overflow; numbers from outside are
/// bounded where they enter (see ``NumberProblem``), so an overflow is a programmer error.
@frozen
public struct Fixed: Sendable, Hashable {
  /// The number in units of 10⁻¹⁸.
  public let raw: Int128

  /// Makes a number from a count of 10⁻¹⁸.
  @inlinable
  public init(raw: Int128) {
    self.raw = raw
  }

  /// Makes a whole number.
  @inlinable
  public init(_ whole: Int) {
    raw = Int128(whole) * Int128(Self.unit)
  }

  /// How many decimal places are held.
  @inlinable
  public static var places: Int { 18 }

  /// 10¹⁸: how many raw units make one.
  @inlinable
  public static var unit: UInt64 { 1_000_000_000_000_000_000 }

  /// Zero.
  @inlinable
  public static var zero: Fixed { Fixed(raw: 0) }

  /// One.
  @inlinable
  public static var one: Fixed { Fixed(raw: Int128(unit)) }

  /// Whether this is zero.
  @inlinable
  public var isZero: Bool { raw == 0 }

  /// Whether this is above zero.
  @inlinable
  public var isPositive: Bool { raw > 0 }

  /// Whether this is below zero.
  @inlinable
  public var isNegative: Bool { raw < 0 }

  /// The number without its sign.
  @inlinable
  public var magnitude: Fixed { raw < 0 ? Fixed(raw: -raw) : self }
}

extension Fixed: Comparable {
  @inlinable
  public static func < (left: Fixed, right: Fixed) -> Bool { left.raw < right.raw }
}

extension Fixed {
  @inlinable
  public static func + (left: Fixed, right: Fixed) -> Fixed { Fixed(raw: left.raw + right.raw) }

  @inlinable
  public static func - (left: Fixed, right: Fixed) -> Fixed { Fixed(raw: left.raw - right.raw) }

  @inlinable
  public static func += (left: inout Fixed, right: Fixed) { left = left + right }

  @inlinable
  public static func -= (left: inout Fixed, right: Fixed) { left = left - right }

  @inlinable
  public static prefix func - (number: Fixed) -> Fixed { Fixed(raw: -number.raw) }

  /// Returns the number times a whole number, exactly.
  @inlinable
  public func times(_ count: Int) -> Fixed { Fixed(raw: raw * Int128(count)) }
}

extension Fixed: ExpressibleByIntegerLiteral {
  @inlinable
  public init(integerLiteral value: Int) { self.init(value) }
}

extension Fixed: ExpressibleByStringLiteral {
  /// Makes a number from text in the source; a malformed literal is a programmer error and traps.
  public init(stringLiteral value: StaticString) {
    do {
      self = try Fixed(
        ascii: UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    } catch {
      preconditionFailure("\(value) is not a decimal number: \(error)")
    }
  }
}
