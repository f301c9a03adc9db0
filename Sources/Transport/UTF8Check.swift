/// Whether bytes are well-formed UTF-8, fast for text that is all ASCII.
nonisolated enum UTF8Check {
  static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let base = bytes.baseAddress else { return true }
    let size = bytes.count
    let word = MemoryLayout<UInt64>.size
    var offset = 0
    while offset + 4 * word <= size {
      let seen =
        base.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
        | base.loadUnaligned(fromByteOffset: offset + word, as: UInt64.self)
        | base.loadUnaligned(fromByteOffset: offset + 2 * word, as: UInt64.self)
        | base.loadUnaligned(fromByteOffset: offset + 3 * word, as: UInt64.self)
      guard seen & highBits == 0 else { break }
      offset += 4 * word
    }
    while offset < size, bytes[offset] < 0x80 { offset += 1 }
    return offset == size || isWellFormed(bytes, from: offset)
  }

  private static let highBits: UInt64 = 0x8080_8080_8080_8080

  /// The table of Unicode 15, section 3.9 (table 3-7): which second byte each first byte allows.
  private static func isWellFormed(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Bool {
    var offset = start
    let size = bytes.count
    while offset < size {
      let first = bytes[offset]
      offset += 1
      if first < 0x80 { continue }
      let (followers, lowest, highest): (Int, UInt8, UInt8)
      switch first {
      case 0xC2...0xDF: (followers, lowest, highest) = (1, 0x80, 0xBF)
      case 0xE0: (followers, lowest, highest) = (2, 0xA0, 0xBF)
      case 0xED: (followers, lowest, highest) = (2, 0x80, 0x9F)
      case 0xE1...0xEF: (followers, lowest, highest) = (2, 0x80, 0xBF)
      case 0xF0: (followers, lowest, highest) = (3, 0x90, 0xBF)
      case 0xF1...0xF3: (followers, lowest, highest) = (3, 0x80, 0xBF)
      case 0xF4: (followers, lowest, highest) = (3, 0x80, 0x8F)
      default: return false
      }
      guard offset + followers <= size, (lowest...highest).contains(bytes[offset]) else {
        return false
      }
      for index in (offset + 1)..<(offset + followers) where bytes[index] & 0xC0 != 0x80 {
        return false
      }
      offset += followers
    }
    return true
  }
}
