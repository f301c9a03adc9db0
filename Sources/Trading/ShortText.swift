/// A text of at most 32 bytes of UTF-8 that lies in place.
///
/// The names of orders, fills and instruments are in every message and every record. As a `String`
/// one of more than 15 bytes lies on the heap and is counted each time it is handed on; this is
/// copied, compared and hashed as four words.
@frozen
public struct ShortText: Sendable, BitwiseCopyable {
  // The first byte is the highest of the first word and what lies behind the last byte is zero, so
  // the words compare as the bytes do.
  @usableFromInline let first: UInt64
  @usableFromInline let second: UInt64
  @usableFromInline let third: UInt64
  @usableFromInline let fourth: UInt64

  /// The most bytes of a text: what the supported exchanges take as the id of an order.
  public static let capacity = 32

  /// Takes a text; nil when it has more than 32 bytes or a zero byte.
  public init?(_ text: String) {
    guard text.utf8.count <= Self.capacity, !text.utf8.contains(0) else { return nil }
    self.init { place in place.copyBytes(from: text.utf8) }
  }

  /// Writes a number in decimal digits.
  public init(_ number: UInt64) {
    let count = Self.places(of: number, radix: 10)
    self.init { place in Self.write(number, radix: 10, into: place, from: 0, to: count) }
  }

  /// Writes a number behind a text, in digits of a radix of at most 36, zeros before it up to so
  /// many places; nil when there is no room for them.
  init?(_ prefix: ShortText, _ number: UInt64, radix: UInt64, places: Int) {
    let start = prefix.count
    let end = start + max(places, Self.places(of: number, radix: radix))
    guard end <= Self.capacity else { return nil }
    self.init { place in
      prefix.withBytes { place.copyBytes(from: $0) }
      Self.write(number, radix: radix, into: place, from: start, to: end)
    }
  }

  /// Lets the bytes be written into 32 zeros.
  private init(_ write: (UnsafeMutableRawBufferPointer) -> Void) {
    var words: (UInt64, UInt64, UInt64, UInt64) = (0, 0, 0, 0)
    withUnsafeMutableBytes(of: &words) { write($0) }
    first = UInt64(bigEndian: words.0)
    second = UInt64(bigEndian: words.1)
    third = UInt64(bigEndian: words.2)
    fourth = UInt64(bigEndian: words.3)
  }

  /// How many bytes it has.
  public var count: Int {
    if fourth != 0 { return 32 - fourth.trailingZeroBitCount / 8 }
    if third != 0 { return 24 - third.trailingZeroBitCount / 8 }
    if second != 0 { return 16 - second.trailingZeroBitCount / 8 }
    return first == 0 ? 0 : 8 - first.trailingZeroBitCount / 8
  }

  /// The text as it was taken.
  public var text: String { withBytes { String(decoding: $0, as: UTF8.self) } }

  /// Lends the bytes.
  func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    let words = (first.bigEndian, second.bigEndian, third.bigEndian, fourth.bigEndian)
    return withUnsafeBytes(of: words) { body(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
  }

  // Inlined for the division, which is none for a radix that is known.
  @inline(__always)
  private static func places(of number: UInt64, radix: UInt64) -> Int {
    var places = 1
    var rest = number / radix
    while rest > 0 {
      places += 1
      rest /= radix
    }
    return places
  }

  @inline(__always)
  private static func write(
    _ number: UInt64, radix: UInt64, into place: UnsafeMutableRawBufferPointer, from start: Int,
    to end: Int
  ) {
    var rest = number
    var position = end
    while position > start {
      position -= 1
      let digit = UInt8(truncatingIfNeeded: rest % radix)
      place[position] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
      rest /= radix
    }
  }
}

extension ShortText: Hashable {
  @inlinable
  public func hash(into hasher: inout Hasher) {
    hasher.combine(first)
    hasher.combine(second)
    // Nearly every name ends in the first half.
    guard third != 0 || fourth != 0 else { return }
    hasher.combine(third)
    hasher.combine(fourth)
  }
}

extension ShortText: Comparable {
  /// Compares byte by byte.
  @inlinable
  public static func < (left: ShortText, right: ShortText) -> Bool {
    if left.first != right.first { return left.first < right.first }
    if left.second != right.second { return left.second < right.second }
    if left.third != right.third { return left.third < right.third }
    return left.fourth < right.fourth
  }
}
