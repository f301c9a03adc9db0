import Units

/// Why bytes are not an event of the log.
public enum EventCodingProblem: Error, Sendable, Hashable {
  /// The bytes end in the middle of a value.
  case truncated(at: Int)
  /// A byte names no case that this version knows.
  case unknownCase(UInt8, at: Int)
  /// A number is larger than its type holds.
  case numberTooLarge(at: Int)
  /// A text is not UTF-8.
  case notText(at: Int)
  /// The values are there but contradict the rules of their type.
  case invalidValue(at: Int)
  /// Bytes follow the last event.
  case trailingBytes(at: Int)
  /// The bytes were written by a version that this one does not read.
  case unknownVersion(Int)
}

extension EventCodingProblem: CustomStringConvertible {
  public var description: String {
    switch self {
    case .truncated(let offset): "the event log ends in the middle of a value at byte \(offset)"
    case .unknownCase(let byte, let offset): "byte \(offset) of the event log, \(byte), is no case"
    case .numberTooLarge(let offset): "the number at byte \(offset) of the event log is too large"
    case .notText(let offset): "the text at byte \(offset) of the event log is not UTF-8"
    case .invalidValue(let offset): "the value before byte \(offset) of the event log is invalid"
    case .trailingBytes(let offset): "bytes follow the last event at byte \(offset)"
    case .unknownVersion(let version): "version \(version) of the event log is not known"
    }
  }
}

/// Reads what ``ByteWriter`` wrote. Never traps, whatever the bytes are.
struct ByteReader {
  private let bytes: [UInt8]
  private(set) var position = 0
  private var depth = 0

  /// How deep batches may hold batches; the engine's own never do.
  static let depthLimit = 8

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  var isAtEnd: Bool { position == bytes.count }

  mutating func get<Value: BinaryCodable>() throws(EventCodingProblem) -> Value {
    try Value(from: &self)
  }

  /// Goes one level deeper; throws beyond the limit, so that no bytes can exhaust the stack.
  mutating func enter() throws(EventCodingProblem) {
    depth += 1
    guard depth <= Self.depthLimit else { throw .invalidValue(at: position) }
  }

  mutating func leave() {
    depth -= 1
  }

  mutating func getByte() throws(EventCodingProblem) -> UInt8 {
    guard position < bytes.count else { throw .truncated(at: position) }
    defer { position += 1 }
    return bytes[position]
  }

  mutating func getCount() throws(EventCodingProblem) -> UInt64 {
    let wide = try getWide()
    guard let count = UInt64(exactly: wide) else { throw .numberTooLarge(at: position) }
    return count
  }

  mutating func getWhole() throws(EventCodingProblem) -> Int64 {
    let folded = try getCount()
    return Int64(bitPattern: (folded >> 1) ^ (0 &- (folded & 1)))
  }

  mutating func getText() throws(EventCodingProblem) -> String {
    let count = try getCount()
    guard count <= UInt64(bytes.count - position) else { throw .truncated(at: position) }
    let end = position + Int(count)
    guard let text = String(validating: bytes[position..<end], as: UTF8.self) else {
      throw .notText(at: position)
    }
    position = end
    return text
  }

  mutating func getBytes() throws(EventCodingProblem) -> [UInt8] {
    let count = try getElementCount()
    let end = position + count
    defer { position = end }
    return Array(bytes[position..<end])
  }

  mutating func getFixed() throws(EventCodingProblem) -> Fixed {
    let head = try getByte()
    let tens = Int(head & 0x7F)
    guard tens <= 18 else { throw .unknownCase(head, at: position - 1) }
    let rest = try getWide()
    let (magnitude, overflow) = rest.multipliedReportingOverflow(
      by: UInt128(Fixed.powerOfTen(tens)))
    let isNegative = head & 0x80 != 0
    guard !overflow, magnitude <= UInt128(Int128.max) else { throw .numberTooLarge(at: position) }
    let raw = Int128(magnitude)
    return Fixed(raw: isNegative ? -raw : raw)
  }

  /// Returns how many elements follow; at least one byte each must be left.
  mutating func getElementCount() throws(EventCodingProblem) -> Int {
    let count = try getCount()
    guard count <= UInt64(bytes.count - position) else { throw .truncated(at: position) }
    return Int(count)
  }

  private mutating func getWide() throws(EventCodingProblem) -> UInt128 {
    var result: UInt128 = 0
    var shift = 0
    while true {
      let byte = try getByte()
      let group = UInt128(byte & 0x7F)
      guard shift < 128, shift <= 121 || group >> (128 - shift) == 0 else {
        throw .numberTooLarge(at: position)
      }
      result |= group << UInt128(shift)
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
  }
}
