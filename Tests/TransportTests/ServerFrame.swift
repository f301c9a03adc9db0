import Testing

/// Frames as a server sends them, right and wrong ones.
enum ServerFrame {
  /// A way to break the protocol, and the code with which it must be answered.
  struct Violation: Sendable, CustomTestStringConvertible {
    let name: String
    let bytes: [UInt8]
    let code: UInt16

    var testDescription: String { name }

    init(_ name: String, _ bytes: [UInt8], _ code: UInt16) {
      self.name = name
      self.bytes = bytes
      self.code = code
    }
  }

  /// A frame with a first byte and a payload, by default as it should be.
  static func bytes(
    _ first: UInt8, _ payload: [UInt8], isMasked: Bool = false, lengthBytes: Int? = nil
  ) -> [UInt8] {
    let count = payload.count
    let lengthSize = lengthBytes ?? (count < 126 ? 0 : count < 65_536 ? 2 : 8)
    let short = lengthSize == 0 ? UInt8(count) : lengthSize == 2 ? 126 : 127
    var bytes = [first, short | (isMasked ? 0x80 : 0)]
    for index in (0..<lengthSize).reversed() { bytes.append(UInt8(count >> (8 * index) & 0xFF)) }
    return bytes + (isMasked ? [0, 0, 0, 0] : []) + payload
  }

  /// A whole text message.
  static func text(_ text: String) -> [UInt8] { bytes(0x81, Array(text.utf8)) }

  private static let half = [UInt8](repeating: 65, count: 600_000)

  /// With a bound of 1 MiB for a message.
  static let violations: [Violation] = [
    Violation("masked", bytes(0x81, [65], isMasked: true), 1_002),
    Violation("reserved bit 1", bytes(0xC1, [65]), 1_002),
    Violation("reserved bit 3", bytes(0x91, [65]), 1_002),
    Violation("opcode 3", bytes(0x83, [65]), 1_002),
    Violation("opcode 11", bytes(0x8B, [65]), 1_002),
    Violation("continuation of nothing", bytes(0x80, [65]), 1_002),
    Violation("text inside fragments", bytes(0x01, [65]) + bytes(0x81, [66]), 1_002),
    Violation("fragmented ping", bytes(0x09, [65]), 1_002),
    Violation("long ping", bytes(0x89, [UInt8](repeating: 0, count: 126)), 1_002),
    Violation("16-bit length not shortest", bytes(0x81, [65], lengthBytes: 2), 1_002),
    Violation("64-bit length not shortest", bytes(0x81, [65], lengthBytes: 8), 1_002),
    Violation(
      "length with the highest bit", [0x81, 127] + [UInt8](repeating: 255, count: 8), 1_002),
    Violation("close code 999", bytes(0x88, [0x03, 0xE7]), 1_002),
    Violation("close code 1005", bytes(0x88, [0x03, 0xED]), 1_002),
    Violation("close with one byte", bytes(0x88, [0x03]), 1_002),
    Violation("close reason not UTF-8", bytes(0x88, [0x03, 0xE8, 0xFF]), 1_007),
    Violation("not UTF-8, whole", bytes(0x81, [0x61, 0xC0, 0xAF]), 1_007),
    Violation("cut UTF-8, whole", bytes(0x81, [0xE2, 0x82]), 1_007),
    Violation(
      "not UTF-8, fragmented", bytes(0x01, [0x61]) + bytes(0x80, [0xED, 0xA0, 0x80]), 1_007),
    Violation("too large, announced", [0x81, 127, 0, 0, 0, 0, 0, 0x10, 0, 1], 1_009),
    Violation("too large, in fragments", bytes(0x01, half) + bytes(0x80, half), 1_009),
  ]
}
