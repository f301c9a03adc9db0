import Units

/// Writes one JSON text into bytes: request bodies and stream messages.
///
/// Members and elements get their commas by themselves. That objects and arrays are closed in order
/// and that each member has one value is the caller's part; ``bytes`` checks that all are closed.
public struct JSONWriter: Sendable {
  /// The text in its first ``length`` bytes, and room after it.
  private var buffer: [UInt8]
  private var length = 0
  private var depth = 0
  private var needsComma = false

  /// Starts an empty text with room for `capacity` bytes.
  public init(capacity: Int = 512) {
    buffer = Array(repeating: 0, count: capacity)
  }

  /// A copy of the finished text.
  public var bytes: [UInt8] {
    precondition(depth == 0, "every object and array is closed before the text is used")
    return Array(buffer[..<length])
  }

  /// Empties the text and keeps its memory, so that a writer serves many messages.
  public mutating func reset() {
    length = 0
    depth = 0
    needsComma = false
  }

  /// Opens an object.
  public mutating func beginObject() { open(UInt8(ascii: "{")) }

  /// Closes the object.
  public mutating func endObject() { close(UInt8(ascii: "}")) }

  /// Opens an array.
  public mutating func beginArray() { open(UInt8(ascii: "[")) }

  /// Closes the array.
  public mutating func endArray() { close(UInt8(ascii: "]")) }

  /// Writes a key; its value comes next.
  public mutating func key(_ name: StaticString) {
    name.withUTF8Buffer { text in
      assert(!text.contains(where: Self.mustEscape), "a key in the source needs no escapes")
      append(text, isPlain: true, isKey: true)
    }
  }

  /// Writes a key that is not known beforehand; its value comes next.
  public mutating func key(_ name: String) {
    var name = name
    name.withUTF8 { append($0, isKey: true) }
  }

  /// Writes a string.
  public mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { append($0, isKey: false) }
  }

  /// Writes a number as a JSON number, shortest exact text.
  public mutating func number(_ number: Fixed) {
    append(Fixed.longestText) { number.write(to: $0) }
  }

  /// Writes a number with a unit as a JSON number.
  public mutating func number(_ number: some FixedUnit) { self.number(number.value) }

  /// Writes a number as a string, as BloFin wants prices and sizes.
  public mutating func quoted(_ number: Fixed) {
    append(Fixed.longestText + 2) { text in
      text[0] = UInt8(ascii: "\"")
      let count = number.write(to: text + 1)
      text[count + 1] = UInt8(ascii: "\"")
      return count + 2
    }
  }

  /// Writes a number with a unit as a string.
  public mutating func quoted(_ number: some FixedUnit) { quoted(number.value) }

  /// Writes a whole number.
  public mutating func integer(_ number: some BinaryInteger) { append(plain: String(number)) }

  /// Writes a whole number as a string.
  public mutating func quoted(_ number: some BinaryInteger) { string(String(number)) }

  /// Writes `true` or `false`.
  public mutating func boolean(_ flag: Bool) { append(plain: flag ? "true" : "false") }

  /// Writes `null`.
  public mutating func null() { append(plain: "null") }

  private mutating func open(_ bracket: UInt8) {
    append(1) { text in
      text[0] = bracket
      return 1
    }
    depth += 1
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    precondition(depth > 0, "an object or array is opened before it is closed")
    needsComma = false
    append(1) { text in
      text[0] = bracket
      return 1
    }
    depth -= 1
  }

  /// Writes the comma that is due and then what `body` writes, at most `room` bytes.
  private mutating func append(_ room: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Int) {
    let start = length
    let comma = needsComma ? 1 : 0
    let missing = start + comma + room - buffer.count
    if missing > 0 {
      buffer.append(contentsOf: repeatElement(0, count: max(buffer.count, missing)))
    }
    let written = buffer.withUnsafeMutableBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      if comma > 0 { base[start] = UInt8(ascii: ",") }
      return comma + body(base + start + comma)
    }
    length = start + written
    needsComma = true
  }

  /// Writes a short text that needs neither quotes nor escapes.
  private mutating func append(plain text: String) {
    append(text.utf8.count) { bytes in
      var count = 0
      for byte in text.utf8 {
        bytes[count] = byte
        count += 1
      }
      return count
    }
  }

  /// Writes a string, or a key with its colon.
  private mutating func append(_ text: UnsafeBufferPointer<UInt8>, isKey: Bool) {
    append(text, isPlain: !text.contains(where: Self.mustEscape), isKey: isKey)
  }

  private mutating func append(
    _ text: UnsafeBufferPointer<UInt8>, isPlain: Bool, isKey: Bool
  ) {
    // An escaped byte takes six at most: \u001f.
    append((isPlain ? text.count : text.count * 6) + 3) { bytes in
      bytes[0] = UInt8(ascii: "\"")
      var count = 1
      if isPlain, let source = text.baseAddress {
        (bytes + 1).update(from: source, count: text.count)
        count += text.count
      } else {
        for byte in text { count += Self.escape(byte, to: bytes + count) }
      }
      bytes[count] = UInt8(ascii: "\"")
      bytes[count + 1] = UInt8(ascii: ":")
      return count + (isKey ? 2 : 1)
    }
    needsComma = !isKey
  }

  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  /// Writes one byte of a string and returns how many bytes that took.
  private static func escape(_ byte: UInt8, to text: UnsafeMutablePointer<UInt8>) -> Int {
    guard mustEscape(byte) else {
      text[0] = byte
      return 1
    }
    text[0] = UInt8(ascii: "\\")
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): text[1] = byte
    case 0x0A: text[1] = UInt8(ascii: "n")
    case 0x0D: text[1] = UInt8(ascii: "r")
    case 0x09: text[1] = UInt8(ascii: "t")
    default:
      text[1] = UInt8(ascii: "u")
      text[2] = UInt8(ascii: "0")
      text[3] = UInt8(ascii: "0")
      text[4] = UInt8(ascii: "0") + byte >> 4
      let low = byte & 0x0F
      text[5] = low < 10 ? UInt8(ascii: "0") + low : UInt8(ascii: "a") + low - 10
      return 6
    }
    return 2
  }
}

extension JSONWriter {
  /// Writes a member that holds a string.
  public mutating func member(_ name: StaticString, _ text: String) {
    key(name)
    string(text)
  }

  /// Writes a member that holds a number as a string.
  public mutating func member(_ name: StaticString, quoted number: some FixedUnit) {
    key(name)
    quoted(number)
  }

  /// Writes a member that holds a number as a JSON number.
  public mutating func member(_ name: StaticString, _ number: some FixedUnit) {
    key(name)
    self.number(number)
  }

  /// Writes a member that holds a whole number.
  public mutating func member(_ name: StaticString, _ number: some BinaryInteger) {
    key(name)
    integer(number)
  }

  /// Writes a member that holds `true` or `false`.
  public mutating func member(_ name: StaticString, _ flag: Bool) {
    key(name)
    boolean(flag)
  }
}
