/// A string of a JSON text, still in its place: a key or a value.
///
/// It borrows the bytes that the scanner reads and must not outlive them. Its UTF-8 and its escapes
/// were checked when it was scanned. Compare it with a literal (`switch key { case "last": …`) or
/// copy it out with `String(_:)`.
@frozen
public struct JSONString {
  @usableFromInline let start: UnsafePointer<UInt8>
  /// How many bytes stand between the quotes, escapes not decoded.
  public let count: Int
  /// Whether there is a backslash among them.
  public let isEscaped: Bool

  @inlinable
  init(_ start: UnsafePointer<UInt8>, count: Int, isEscaped: Bool) {
    self.start = start
    self.count = count
    self.isEscaped = isEscaped
  }

  /// The bytes between the quotes, escapes not decoded.
  @inlinable
  public var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: count) }

  /// Returns whether the decoded text is the literal.
  @inlinable
  public static func ~= (literal: StaticString, text: JSONString) -> Bool { text == literal }

  /// Returns whether the decoded text is the literal.
  @inlinable @inline(__always)
  public static func == (text: JSONString, literal: StaticString) -> Bool {
    let count = literal.utf8CodeUnitCount
    guard !text.isEscaped else { return text.decodes(to: literal) }
    return text.count == count
      && text.startsWith(UnsafeRawPointer(literal.utf8Start), count: count)
  }

  /// Returns whether the decoded text is `other`, byte by byte.
  @inlinable
  public static func == (text: JSONString, other: String) -> Bool {
    guard !text.isEscaped else { return String(text).utf8.elementsEqual(other.utf8) }
    return text.bytes.elementsEqual(other.utf8)
  }

  /// Whether there is nothing between the quotes.
  @inlinable
  public var isEmpty: Bool { count == 0 }

  // The count is known when a literal is compared, so one branch remains after inlining.
  @inlinable @inline(__always)
  func startsWith(_ other: UnsafeRawPointer, count: Int) -> Bool {
    if count >= 8 {
      var offset = 0
      while offset < count &- 8 {
        guard isEqual(other, at: offset, as: UInt64.self) else { return false }
        offset &+= 8
      }
      return isEqual(other, at: count &- 8, as: UInt64.self)
    }
    if count >= 4 {
      return isEqual(other, at: 0, as: UInt32.self)
        && isEqual(other, at: count &- 4, as: UInt32.self)
    }
    var offset = 0
    while offset < count {
      guard isEqual(other, at: offset, as: UInt8.self) else { return false }
      offset &+= 1
    }
    return true
  }

  @inlinable @inline(__always)
  func isEqual<Word: FixedWidthInteger & BitwiseCopyable>(
    _ other: UnsafeRawPointer, at offset: Int, as type: Word.Type
  ) -> Bool {
    UnsafeRawPointer(start).loadUnaligned(fromByteOffset: offset, as: type)
      == other.loadUnaligned(fromByteOffset: offset, as: type)
  }

  @inline(never) @usableFromInline
  func decodes(to literal: StaticString) -> Bool {
    literal.withUTF8Buffer { String(self).utf8.elementsEqual($0) }
  }
}

extension String {
  /// Makes a text of its own from a scanned string, escapes decoded.
  public init(_ string: JSONString) {
    guard string.isEscaped else {
      self = String(decoding: string.bytes, as: UTF8.self)
      return
    }
    var decoded: [UInt8] = []
    decoded.reserveCapacity(string.count)
    var index = 0
    while index < string.count {
      let byte = string.start[index]
      if byte == UInt8(ascii: "\\") {
        let (scalar, length) = JSONEscape.decode(string.bytes, at: index)
        decoded.append(contentsOf: String(scalar).utf8)
        index += length
      } else {
        decoded.append(byte)
        index += 1
      }
    }
    self = String(decoding: decoded, as: UTF8.self)
  }
}

/// The escape sequences of JSON strings. Source: RFC 8259, section 7.
enum JSONEscape {
  /// Returns how many bytes the valid escape at the backslash takes, or nil when it is not valid.
  ///
  /// Half of a surrogate pair stands for no character and is not valid.
  static func length(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
    guard start + 1 < bytes.count else { return nil }
    guard bytes[start + 1] == UInt8(ascii: "u") else {
      return simple(bytes[start + 1]) == nil ? nil : 2
    }
    guard let first = unit(bytes, at: start) else { return nil }
    if UTF16.isTrailSurrogate(first) { return nil }
    guard UTF16.isLeadSurrogate(first) else { return 6 }
    guard let second = unit(bytes, at: start + 6), UTF16.isTrailSurrogate(second) else {
      return nil
    }
    return 12
  }

  /// Returns the character of an escape that was found valid, and its length in bytes.
  static func decode(
    _ bytes: UnsafeRawBufferPointer, at start: Int
  ) -> (scalar: Unicode.Scalar, length: Int) {
    if let scalar = simple(bytes[start + 1]) { return (scalar, 2) }
    guard let first = unit(bytes, at: start) else {
      preconditionFailure("an escape is checked before it is decoded")
    }
    if let scalar = Unicode.Scalar(first) { return (scalar, 6) }
    guard let second = unit(bytes, at: start + 6),
      let scalar = Unicode.Scalar(
        0x1_0000 + (UInt32(first) - 0xD800) << 10 + (UInt32(second) &- 0xDC00))
    else { preconditionFailure("a surrogate pair is checked before it is decoded") }
    return (scalar, 12)
  }

  private static func simple(_ letter: UInt8) -> Unicode.Scalar? {
    switch letter {
    case UInt8(ascii: "\""): "\""
    case UInt8(ascii: "\\"): "\\"
    case UInt8(ascii: "/"): "/"
    case UInt8(ascii: "b"): "\u{8}"
    case UInt8(ascii: "f"): "\u{C}"
    case UInt8(ascii: "n"): "\n"
    case UInt8(ascii: "r"): "\r"
    case UInt8(ascii: "t"): "\t"
    default: nil
    }
  }

  /// Returns the four hex digits of `\uXXXX` at `start`, or nil when they are not there.
  private static func unit(_ bytes: UnsafeRawBufferPointer, at start: Int) -> UInt16? {
    guard start + 6 <= bytes.count, bytes[start] == UInt8(ascii: "\\"),
      bytes[start + 1] == UInt8(ascii: "u")
    else { return nil }
    var result: UInt16 = 0
    for index in start + 2..<start + 6 {
      let digit: UInt8
      switch bytes[index] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = bytes[index] - UInt8(ascii: "A") + 10
      default: return nil
      }
      result = result << 4 | UInt16(digit)
    }
    return result
  }
}
