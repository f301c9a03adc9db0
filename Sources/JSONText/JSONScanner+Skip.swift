extension JSONScanner {
  /// Reads past one value of any kind, checking all of it, and returns where it stands.
  ///
  /// The stack does not grow with the nesting, which is bounded by ``maximumDepth``.
  @discardableResult
  public mutating func skip() throws(JSONProblem) -> Range<Int> {
    let byte = try significantByte()
    let start = position
    if byte == UInt8(ascii: "{") || byte == UInt8(ascii: "[") {
      try skipNested()
    } else {
      try skipScalar()
    }
    return start..<position
  }

  /// Reads past one value and returns its bytes as they stand, for keeping what is not understood.
  public mutating func raw() throws(JSONProblem) -> UnsafeRawBufferPointer {
    let range = try skip()
    return UnsafeRawBufferPointer(start: base + range.lowerBound, count: range.count)
  }

  private mutating func skipNested() throws(JSONProblem) {
    let outside = depth
    // One bit a level: set for an object. Sixty-four levels fit a word.
    var kinds: UInt64 = 0
    repeat {
      // The position is at the start of a value.
      switch try significantByte() {
      case UInt8(ascii: "{"):
        try beginObject()
        kinds |= 1 << UInt64(depth - 1)
      case UInt8(ascii: "["):
        try beginArray()
        kinds &= ~(1 << UInt64(depth - 1))
      default: try skipScalar()
      }
      // Leave every object and array that ends here, then stop at the start of the next value.
      while depth > outside {
        let isObject = kinds >> UInt64(depth - 1) & 1 == 1
        if isObject ? try nextKey() != nil : try nextElement() { break }
      }
    } while depth > outside
  }

  private mutating func skipScalar() throws(JSONProblem) {
    switch try significantByte() {
    case UInt8(ascii: "\""): _ = try scanString()
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): try skipNumber()
    case UInt8(ascii: "t"): try literal("true")
    case UInt8(ascii: "f"): try literal("false")
    case UInt8(ascii: "n"): try literal("null")
    default: try failUnexpected()
    }
  }

  /// Reads past a number. Source: RFC 8259, section 6.
  private mutating func skipNumber() throws(JSONProblem) {
    if base[position] == UInt8(ascii: "-") { position &+= 1 }
    let first = position
    try skipDigits()
    if position &- first > 1, base[first] == UInt8(ascii: "0") {
      try fail(.unexpectedByte(base[first &+ 1]), at: first &+ 1)
    }
    if position < count, base[position] == UInt8(ascii: ".") {
      position &+= 1
      try skipDigits()
    }
    if position < count, base[position] | 0x20 == UInt8(ascii: "e") {
      position &+= 1
      if position < count,
        base[position] == UInt8(ascii: "+") || base[position] == UInt8(ascii: "-")
      {
        position &+= 1
      }
      try skipDigits()
    }
  }

  /// Reads past one or more digits.
  private mutating func skipDigits() throws(JSONProblem) {
    let first = position
    while position < count, base[position] &- UInt8(ascii: "0") <= 9 { position &+= 1 }
    guard position > first else { try failUnexpected() }
  }
}
