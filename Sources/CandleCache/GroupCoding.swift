import Units

/// Collects whole numbers in groups of seven bits, the lowest first.
struct GroupWriter {
  private(set) var bytes: [UInt8]

  /// Begins with some bytes.
  init(_ start: [UInt8]) { bytes = start }

  /// Adds a number of zero or above.
  mutating func put(_ number: UInt128) {
    var rest = number
    while rest >= 0x80 {
      bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    bytes.append(UInt8(truncatingIfNeeded: rest))
  }

  /// Adds a number with its sign, small ones of both signs in few bytes.
  mutating func put(signed number: Int128) {
    put(UInt128(bitPattern: (number << 1) ^ (number >> 127)))
  }

  /// Adds a text with its length.
  mutating func put(_ text: String) {
    put(UInt128(text.utf8.count))
    bytes += text.utf8
  }

  /// Adds the digest of all that is there.
  mutating func putDigest() {
    let digest = bytes[...].digest
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: digest >> (8 * $0)) }
  }
}

/// Reads what ``GroupWriter`` wrote; never traps, whatever the bytes are.
struct GroupReader {
  private let bytes: [UInt8]
  private var position: Int
  private var end: Int

  init(_ bytes: [UInt8], from start: Int) {
    self.bytes = bytes
    position = start
    end = bytes.count
  }

  /// Whether everything was read.
  var isAtEnd: Bool { position == end }

  /// Takes the digest off the end; false when it is not that of what is before it.
  mutating func takeDigest(_ length: Int) -> Bool {
    guard end - position >= length else { return false }
    end -= length
    let stated = bytes[end...].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return stated == bytes[..<end].digest
  }

  /// Returns a number of zero or above.
  mutating func unsigned() throws(CandleCoding.Fault) -> Int128 {
    guard let number = Int128(exactly: try bits()) else { throw Self.tooLarge }
    return number
  }

  /// Returns a number with its sign.
  mutating func signed() throws(CandleCoding.Fault) -> Int128 {
    let folded = try bits()
    return Int128(bitPattern: folded >> 1) ^ -Int128(folded & 1)
  }

  /// Returns a number of zero or above and below a bound.
  mutating func whole(below bound: Int) throws(CandleCoding.Fault) -> Int {
    guard let number = Int(exactly: try bits()), number < bound else { throw Self.tooLarge }
    return number
  }

  /// Returns a text.
  mutating func text() throws(CandleCoding.Fault) -> String {
    let count = try whole(below: end - position)
    defer { position += count }
    return String(decoding: bytes[position..<position + count], as: UTF8.self)
  }

  /// Returns the sum of two numbers.
  static func sum(_ left: Int128, _ right: Int128) throws(CandleCoding.Fault) -> Int128 {
    let (sum, overflow) = left.addingReportingOverflow(right)
    guard !overflow else { throw tooLarge }
    return sum
  }

  /// What is said of a number that cannot be one.
  static let tooLarge = CandleCoding.Fault.damaged("a number is out of range")

  private mutating func bits() throws(CandleCoding.Fault) -> UInt128 {
    var result: UInt128 = 0
    var shift: UInt128 = 0
    while true {
      guard position < end else { throw .damaged("it ends in the middle") }
      let byte = bytes[position]
      position += 1
      // Nothing here needs more than eighteen groups.
      guard shift < 126 else { throw Self.tooLarge }
      result |= UInt128(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return result }
      shift += 7
    }
  }
}

extension ArraySlice<UInt8> {
  /// A digest that no slip of a disk keeps.
  fileprivate var digest: UInt64 {
    var hasher = StableHasher()
    var word: UInt64 = 0
    for (place, byte) in self.enumerated() {
      word = word << 8 | UInt64(byte)
      if place & 7 == 7 { hasher.combine(word) }
    }
    hasher.combine(word)
    hasher.combine(count)
    return hasher.value
  }
}
