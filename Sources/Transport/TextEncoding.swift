/// Bytes as lower-case hexadecimal digits.
public nonisolated enum Hexadecimal {
  /// Returns two ASCII digits for each byte.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: 2 * bytes.count) { room, count in
      for byte in bytes {
        room.initializeElement(at: count, to: digit(byte >> 4))
        room.initializeElement(at: count + 1, to: digit(byte & 15))
        count += 2
      }
    }
  }

  /// Returns the digits as text.
  public static func text(_ bytes: [UInt8]) -> String {
    String(decoding: encode(bytes), as: UTF8.self)
  }

  private static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}

/// Bytes in base 64 with padding (RFC 4648, section 4).
public nonisolated enum Base64 {
  /// Returns the ASCII letters, padded to a multiple of four.
  public static func encode(_ bytes: [UInt8]) -> [UInt8] {
    let size = (bytes.count + 2) / 3 * 4
    return [UInt8](unsafeUninitializedCapacity: size) { room, count in
      var index = 0
      while index < bytes.count {
        let left = bytes.count - index
        let first = bytes[index]
        let second = left > 1 ? bytes[index + 1] : 0
        let third = left > 2 ? bytes[index + 2] : 0
        room.initializeElement(at: count, to: letter(first >> 2))
        room.initializeElement(at: count + 1, to: letter((first & 3) << 4 | second >> 4))
        room.initializeElement(
          at: count + 2, to: left > 1 ? letter((second & 15) << 2 | third >> 6) : padding)
        room.initializeElement(at: count + 3, to: left > 2 ? letter(third & 63) : padding)
        index += 3
        count += 4
      }
    }
  }

  /// Returns the letters as text.
  public static func text(_ bytes: [UInt8]) -> String {
    String(decoding: encode(bytes), as: UTF8.self)
  }

  private static let padding = UInt8(ascii: "=")

  private static func letter(_ value: UInt8) -> UInt8 {
    switch value {
    case 0..<26: UInt8(ascii: "A") + value
    case 26..<52: UInt8(ascii: "a") + value - 26
    case 52..<62: UInt8(ascii: "0") + value - 52
    case 62: UInt8(ascii: "+")
    default: UInt8(ascii: "/")
    }
  }
}
