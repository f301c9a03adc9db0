import Units

/// A value that has one compact form in bytes.
protocol BinaryEncodable {
  func encode(into writer: inout ByteWriter)
}

/// A value that can be read back from its compact form.
///
/// The form is internal to the event log: only ``EventCoding`` names a version of it.
protocol BinaryCodable: BinaryEncodable {
  init(from reader: inout ByteReader) throws(EventCodingProblem)
}

/// Collects bytes. Whole numbers are written in groups of seven bits, the lowest first.
struct ByteWriter {
  private(set) var bytes: [UInt8] = []

  init() {}

  /// Makes room for so many bytes at once.
  init(reserving count: Int) { bytes.reserveCapacity(count) }

  mutating func put(_ value: some BinaryEncodable) {
    value.encode(into: &self)
  }

  mutating func putByte(_ byte: UInt8) {
    bytes.append(byte)
  }

  mutating func putCount(_ count: UInt64) {
    var rest = count
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  mutating func putWhole(_ number: Int64) {
    putCount(UInt64(bitPattern: (number << 1) ^ (number >> 63)))
  }

  mutating func putText(_ text: String) {
    var copy = text
    copy.withUTF8 { utf8 in
      putCount(UInt64(utf8.count))
      bytes.append(contentsOf: utf8)
    }
  }

  mutating func putBytes(_ more: [UInt8]) {
    putCount(UInt64(more.count))
    bytes.append(contentsOf: more)
  }

  /// Writes an exact number without its trailing zeros: how many tens were taken out, then the
  /// rest.
  mutating func putFixed(_ number: Fixed) {
    var magnitude = number.raw.magnitude
    var tens: UInt8 = 0
    while magnitude > UInt128(UInt64.max) {
      let (quotient, remainder) = magnitude.quotientAndRemainder(dividingBy: 1_000)
      guard remainder == 0 else { break }
      magnitude = quotient
      tens += 3
    }
    if var small = UInt64(exactly: magnitude) {
      while small != 0, tens <= 15, small % 1_000 == 0 {
        small /= 1_000
        tens += 3
      }
      while small != 0, tens < 18, small % 10 == 0 {
        small /= 10
        tens += 1
      }
      magnitude = UInt128(small)
    }
    bytes.append(tens | (number.raw < 0 ? 0x80 : 0))
    var rest = magnitude
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }
}
