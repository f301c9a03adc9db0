/// A decimal number at the beginning of a longer text, by the grammar `-?(0|[1-9]\d*)(\.\d+)?`.
///
/// Reading stops at the first byte that cannot continue the number; what that byte may be is for
/// the caller to judge.
@frozen
public struct FixedPrefix: Sendable {
  /// What was found.
  @frozen
  public enum Status: Sendable, Hashable {
    /// A number; ``FixedPrefix/end`` is the byte after it.
    case complete
    /// The byte at ``FixedPrefix/end`` does not fit the grammar.
    case malformed
    /// Digits other than zero follow the eighteenth place.
    case tooManyPlaces
    /// The number is beyond what ``Fixed`` holds.
    case outOfRange
  }

  /// The number; zero unless the status is complete.
  public let number: Fixed
  /// How far the text was read.
  public let end: Int
  /// Whether there is a number.
  public let status: Status

  @inlinable
  init(_ number: Fixed, end: Int, _ status: Status) {
    self.number = number
    self.end = end
    self.status = status
  }

  /// Reads the number that begins at `start`. Nothing at or beyond `count` is touched.
  public init(_ text: UnsafePointer<UInt8>, count: Int, from start: Int) {
    let isNegative = start < count && text[start] == UInt8(ascii: "-")
    let wholeStart = isNegative ? start &+ 1 : start
    let whole = DecimalDigits.scan(text, count: count, from: wholeStart)
    let wholeDigits = whole.end &- wholeStart
    guard wholeDigits > 0 else {
      self.init(.zero, end: whole.end, .malformed)
      return
    }
    if wholeDigits > 1, text[wholeStart] == UInt8(ascii: "0") {
      self.init(.zero, end: wholeStart &+ 1, .malformed)
      return
    }
    var end = whole.end
    var fraction: UInt64 = 0
    if end < count, text[end] == UInt8(ascii: ".") {
      let digits = DecimalDigits.scan(text, count: count, from: end &+ 1)
      let places = digits.end &- end &- 1
      guard places > 0 else {
        self.init(.zero, end: digits.end, .malformed)
        return
      }
      if places <= Fixed.places {
        fraction = digits.value &* Fixed.powerOfTen(Fixed.places &- places)
      } else {
        let kept = end &+ 1 &+ Fixed.places
        for index in kept..<digits.end where text[index] != UInt8(ascii: "0") {
          self.init(.zero, end: digits.end, .tooManyPlaces)
          return
        }
        fraction = DecimalDigits.scan(text, count: kept, from: end &+ 1).value
      }
      end = digits.end
    }
    guard wholeDigits <= 18 else {
      self = Self.long(
        UnsafeBufferPointer(start: text + wholeStart, count: wholeDigits), fraction: fraction,
        isNegative: isNegative, end: end)
      return
    }
    // Below 10¹⁸ the whole part cannot leave the range; two word products make the number.
    let product = whole.value.multipliedFullWidth(by: Fixed.unit)
    let (low, carry) = product.low.addingReportingOverflow(fraction)
    let high = product.high &+ (carry ? 1 : 0)
    let raw = Int128(truncatingIfNeeded: UInt128(high) &<< 64 | UInt128(low))
    self.init(Fixed(raw: isNegative ? 0 &- raw : raw), end: end, .complete)
  }

  /// Assembles a number whose whole part has nineteen digits or more.
  @inline(never)
  private static func long(
    _ digits: UnsafeBufferPointer<UInt8>, fraction: UInt64, isNegative: Bool, end: Int
  ) -> FixedPrefix {
    // The largest whole part is 170141183460469231731, 21 digits.
    guard digits.count <= 21 else { return FixedPrefix(.zero, end: end, .outOfRange) }
    let whole = digits.reduce(into: UInt128(0)) { $0 = $0 * 10 + UInt128($1 &- UInt8(ascii: "0")) }
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: UInt128(Fixed.unit))
    let (magnitude, carry) = scaled.addingReportingOverflow(UInt128(fraction))
    guard !overflow, !carry, magnitude <= UInt128(Int128.max) else {
      return FixedPrefix(.zero, end: end, .outOfRange)
    }
    let raw = Int128(truncatingIfNeeded: magnitude)
    return FixedPrefix(Fixed(raw: isNegative ? -raw : raw), end: end, .complete)
  }
}
