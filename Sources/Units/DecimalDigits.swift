/// A run of decimal digits in a text.
@frozen
public struct DecimalDigits: Sendable {
  /// The number that the digits make, modulo 2⁶⁴: exact for nineteen digits or fewer.
  public let value: UInt64
  /// Where the first byte that is no digit stands.
  public let end: Int

  @inlinable
  init(value: UInt64, end: Int) {
    self.value = value
    self.end = end
  }

  /// Reads the digits that begin at `start`; there may be none.
  ///
  /// Eight digits are read at a time. Source: Daniel Lemire, "Quickly parsing eight digits", 2018.
  @inlinable @inline(__always)
  public static func scan(
    _ text: UnsafePointer<UInt8>, count: Int, from start: Int
  ) -> DecimalDigits {
    var index = start
    var value: UInt64 = 0
    while index &+ 8 <= count {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(text + index).loadUnaligned(as: UInt64.self))
      let bits = word ^ 0x3030_3030_3030_3030
      let others = ((bits &+ 0x7676_7676_7676_7676) | bits) & 0x8080_8080_8080_8080
      if others == 0 {
        value = value &* 100_000_000 &+ number(ofEight: bits)
        index &+= 8
        continue
      }
      // The lowest mark is right: a sum carries upward only out of a byte that is no digit.
      let digits = others.trailingZeroBitCount &>> 3
      guard digits > 0 else { return DecimalDigits(value: value, end: index) }
      let rest = number(ofEight: bits &<< UInt64(64 &- 8 &* digits))
      if index > start { value = value &* Fixed.powerOfTen(digits) }
      return DecimalDigits(value: value &+ rest, end: index &+ digits)
    }
    while index < count {
      let digit = text[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      value = value &* 10 &+ UInt64(digit)
      index &+= 1
    }
    return DecimalDigits(value: value, end: index)
  }

  /// Returns the number that eight bytes from 0 through 9 make, the first being the most
  /// significant.
  @inlinable @inline(__always)
  static func number(ofEight digits: UInt64) -> UInt64 {
    let pairs = digits &* 10 &+ (digits &>> 8)
    let mask: UInt64 = 0x0000_00FF_0000_00FF
    let upper = (pairs & mask) &* (100 &+ 1_000_000 &<< 32)
    let lower = ((pairs &>> 16) & mask) &* (1 &+ 10_000 &<< 32)
    return (upper &+ lower) &>> 32
  }
}
