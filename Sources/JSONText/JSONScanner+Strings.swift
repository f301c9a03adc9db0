extension JSONScanner {
  /// Reads a string and returns it in its place, checked but not decoded.
  @inlinable
  public mutating func string() throws(JSONProblem) -> JSONString {
    guard try significantByte() == UInt8(ascii: "\"") else { try failWrongKind(.string) }
    return try scanString()
  }

  /// Reads a string and returns a copy of its text, escapes decoded.
  @inlinable
  public mutating func text() throws(JSONProblem) -> String {
    String(try string())
  }

  /// Reads a string or `null` and returns a copy of its text; nil for `null`.
  @inlinable
  public mutating func textOrNull() throws(JSONProblem) -> String? {
    try takeNull() ? nil : text()
  }

  /// Reads `null` when it comes next and returns whether it did.
  @inlinable
  public mutating func takeNull() throws(JSONProblem) -> Bool {
    guard try significantByte() == UInt8(ascii: "n") else { return false }
    try literal("null")
    return true
  }

  /// Reads `true` or `false`.
  @inlinable
  public mutating func boolean() throws(JSONProblem) -> Bool {
    switch try significantByte() {
    case UInt8(ascii: "t"):
      try literal("true")
      return true
    case UInt8(ascii: "f"):
      try literal("false")
      return false
    default: try failWrongKind(.boolean)
    }
  }

  @usableFromInline
  mutating func literal(_ word: StaticString) throws(JSONProblem) {
    for index in 0..<word.utf8CodeUnitCount {
      guard position < count, base[position] == word.utf8Start[index] else { try failUnexpected() }
      position &+= 1
    }
  }

  /// Reads the string whose opening quote is at the position.
  @inlinable @inline(__always)
  mutating func scanString() throws(JSONProblem) -> JSONString {
    let start = position &+ 1
    var index = start
    while index &+ 8 <= count {
      let word = UInt64(
        littleEndian: UnsafeRawPointer(base + index).loadUnaligned(as: UInt64.self))
      let special = Self.specialBytes(in: word)
      if special == 0 {
        index &+= 8
        continue
      }
      index &+= special.trailingZeroBitCount &>> 3
      guard base[index] == UInt8(ascii: "\"") else { break }
      position = index &+ 1
      return JSONString(base + start, count: index &- start, isEscaped: false)
    }
    return try scanRest(ofStringFrom: start, at: index)
  }

  /// Returns a word whose lowest set high bit marks the first quote, backslash, control character
  /// or byte beyond ASCII in eight bytes; zero when there is none.
  ///
  /// Source: "Determine if a word has a byte less than n", Sean Anderson, Bit Twiddling Hacks. A
  /// borrow can only mark bytes above a true one, so the lowest mark is right.
  @inlinable @inline(__always)
  static func specialBytes(in word: UInt64) -> UInt64 {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let highs: UInt64 = 0x8080_8080_8080_8080
    let quotes = word ^ (ones &* UInt64(UInt8(ascii: "\"")))
    let backslashes = word ^ (ones &* UInt64(UInt8(ascii: "\\")))
    let marks =
      ((quotes &- ones) & ~quotes) | ((backslashes &- ones) & ~backslashes)
      | ((word &- ones &* 0x20) & ~word) | word
    return marks & highs
  }

  /// Reads the rest of a string byte by byte: escapes, text beyond ASCII, the end of the buffer.
  @inline(never) @usableFromInline
  mutating func scanRest(
    ofStringFrom start: Int, at first: Int
  ) throws(JSONProblem) -> JSONString {
    var index = first
    var isEscaped = false
    let bytes = UnsafeRawBufferPointer(start: base, count: count)
    while index < count {
      let byte = base[index]
      switch byte {
      case UInt8(ascii: "\""):
        position = index + 1
        return JSONString(base + start, count: index - start, isEscaped: isEscaped)
      case UInt8(ascii: "\\"):
        guard let length = JSONEscape.length(bytes, at: index) else {
          try fail(.invalidEscape, at: index)
        }
        isEscaped = true
        index += length
      case 0..<0x20: try fail(.controlCharacter(byte), at: index)
      case 0x20..<0x80: index += 1
      default:
        guard let length = Self.sequenceLength(bytes, at: index) else {
          try fail(.invalidUTF8, at: index)
        }
        index += length
      }
    }
    try fail(.ended, at: index)
  }

  /// Returns the length of the well-formed UTF-8 sequence beyond ASCII at `index`, or nil.
  ///
  /// Source: The Unicode Standard, table 3-7.
  static func sequenceLength(_ bytes: UnsafeRawBufferPointer, at index: Int) -> Int? {
    let length: Int
    let second: ClosedRange<UInt8>
    switch bytes[index] {
    case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
    case 0xE0: (length, second) = (3, 0xA0...0xBF)
    case 0xED: (length, second) = (3, 0x80...0x9F)
    case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
    case 0xF0: (length, second) = (4, 0x90...0xBF)
    case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
    case 0xF4: (length, second) = (4, 0x80...0x8F)
    default: return nil
    }
    guard index + length <= bytes.count, second.contains(bytes[index + 1]) else { return nil }
    for next in index + 2..<max(index + length, index + 2) where bytes[next] & 0xC0 != 0x80 {
      return nil
    }
    return length
  }
}
