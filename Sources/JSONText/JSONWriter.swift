import Units

/// Writes one JSON text into bytes: request bodies and stream messages.
///
/// Members and elements get their commas by themselves. That objects and arrays are closed in order
/// and that each member has one value is the caller's part; ``bytes`` checks that all are closed.
public struct JSONWriter: Sendable {
  private var buffer: [UInt8]
  private var depth = 0
  private var needsComma = false

  /// Starts an empty text with room for `capacity` bytes.
  public init(capacity: Int = 256) {
    buffer = []
    buffer.reserveCapacity(capacity)
  }

  /// The finished text.
  public var bytes: [UInt8] {
    precondition(depth == 0, "every object and array is closed before the text is used")
    return buffer
  }

  /// Empties the text and keeps its memory, so that a writer serves many messages.
  public mutating func reset() {
    buffer.removeAll(keepingCapacity: true)
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
    name.withUTF8Buffer { appendQuoted($0) }
    buffer.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a key that is not known beforehand; its value comes next.
  public mutating func key(_ name: String) {
    string(name)
    buffer.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// Writes a string.
  public mutating func string(_ text: String) {
    var text = text
    text.withUTF8 { appendQuoted($0) }
  }

  /// Writes a number as a JSON number, shortest exact text.
  public mutating func number(_ number: Fixed) {
    separate()
    number.append(to: &buffer)
  }

  /// Writes a number with a unit as a JSON number.
  public mutating func number(_ number: some FixedUnit) { self.number(number.value) }

  /// Writes a number as a string, as BloFin wants prices and sizes.
  public mutating func quoted(_ number: Fixed) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    number.append(to: &buffer)
    buffer.append(UInt8(ascii: "\""))
  }

  /// Writes a number with a unit as a string.
  public mutating func quoted(_ number: some FixedUnit) { quoted(number.value) }

  /// Writes a whole number.
  public mutating func integer(_ number: some BinaryInteger) {
    separate()
    buffer.append(contentsOf: String(number).utf8)
  }

  /// Writes a whole number as a string.
  public mutating func quoted(_ number: some BinaryInteger) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    buffer.append(contentsOf: String(number).utf8)
    buffer.append(UInt8(ascii: "\""))
  }

  /// Writes `true` or `false`.
  public mutating func boolean(_ flag: Bool) {
    separate()
    buffer.append(contentsOf: flag ? "true".utf8 : "false".utf8)
  }

  /// Writes `null`.
  public mutating func null() {
    separate()
    buffer.append(contentsOf: "null".utf8)
  }

  private mutating func open(_ bracket: UInt8) {
    separate()
    buffer.append(bracket)
    depth += 1
    needsComma = false
  }

  private mutating func close(_ bracket: UInt8) {
    precondition(depth > 0, "an object or array is opened before it is closed")
    buffer.append(bracket)
    depth -= 1
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { buffer.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func appendQuoted(_ text: UnsafeBufferPointer<UInt8>) {
    separate()
    buffer.append(UInt8(ascii: "\""))
    if text.contains(where: Self.mustEscape) {
      for byte in text { appendEscaped(byte) }
    } else {
      buffer.append(contentsOf: text)
    }
    buffer.append(UInt8(ascii: "\""))
  }

  private static func mustEscape(_ byte: UInt8) -> Bool {
    byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
  }

  private mutating func appendEscaped(_ byte: UInt8) {
    guard Self.mustEscape(byte) else {
      buffer.append(byte)
      return
    }
    buffer.append(UInt8(ascii: "\\"))
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): buffer.append(byte)
    case 0x0A: buffer.append(UInt8(ascii: "n"))
    case 0x0D: buffer.append(UInt8(ascii: "r"))
    case 0x09: buffer.append(UInt8(ascii: "t"))
    default:
      let digits = String(byte, radix: 16)
      buffer.append(contentsOf: (byte < 0x10 ? "u000" : "u00").utf8)
      buffer.append(contentsOf: digits.utf8)
    }
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
