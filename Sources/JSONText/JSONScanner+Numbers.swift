import Units

extension JSONScanner {
  /// Reads an exact number: `-?(0|[1-9]\d*)(\.\d+)?`, no exponent, nothing beside it.
  @inlinable
  public mutating func fixed(_ form: JSONNumberForm = .bare) throws(JSONProblem) -> Fixed {
    let isQuoted = try openNumber(form)
    let start = position
    let result = Fixed.parsingPrefix(bytes, from: &position)
    try closeNumber(isQuoted: isQuoted, from: start)
    switch result {
    case .success(let number): return number
    case .failure(let reason): throw numberProblem(reason, from: start)
    }
  }

  /// Reads an exact number and gives it the unit that the caller expects.
  @inlinable
  public mutating func number<Unit: FixedUnit>(
    _ form: JSONNumberForm = .bare, as unit: Unit.Type = Unit.self
  ) throws(JSONProblem) -> Unit {
    Unit(try fixed(form))
  }

  /// Reads an exact number; nil for `null` and, where quotes are allowed, for the empty string.
  @inlinable
  public mutating func fixedIfPresent(
    _ form: JSONNumberForm = .bare
  ) throws(JSONProblem) -> Fixed? {
    if try takeAbsence(form) { return nil }
    return try fixed(form)
  }

  /// Reads an exact number with its unit; nil for `null` and, where quotes are allowed, for `""`.
  @inlinable
  public mutating func numberIfPresent<Unit: FixedUnit>(
    _ form: JSONNumberForm = .bare, as unit: Unit.Type = Unit.self
  ) throws(JSONProblem) -> Unit? {
    if try takeAbsence(form) { return nil }
    return Unit(try fixed(form))
  }

  /// Reads a whole number: `-?(0|[1-9]\d*)`, in the range of the type.
  @inlinable
  public mutating func integer<Integer: FixedWidthInteger>(
    _ form: JSONNumberForm = .bare, as type: Integer.Type = Integer.self
  ) throws(JSONProblem) -> Integer {
    let isQuoted = try openNumber(form)
    let start = position
    let magnitude = try digits()
    let isNegative = bytes[start] == UInt8(ascii: "-")
    if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
      throw problem(.notInRange, at: start)
    }
    try closeNumber(isQuoted: isQuoted, from: start)
    if !isNegative {
      guard let result = Integer(exactly: magnitude) else { throw problem(.notInRange, at: start) }
      return result
    }
    guard magnitude <= Int64.min.magnitude,
      let result = Integer(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    else { throw problem(.notInRange, at: start) }
    return result
  }

  /// Reads a moment in milliseconds since 1970 UTC; refuses what lies before 2009 or after 9999.
  @inlinable
  public mutating func timestamp(_ form: JSONNumberForm = .bare) throws(JSONProblem) -> Timestamp {
    let time = Timestamp(milliseconds: try integer(form))
    guard time >= .earliestPlausible, time <= .latestPlausible else {
      throw problem(.implausibleTime(time.milliseconds))
    }
    return time
  }

  /// Reads a moment; nil for `null` and, where quotes are allowed, for `""`.
  @inlinable
  public mutating func timestampIfPresent(
    _ form: JSONNumberForm = .bare
  ) throws(JSONProblem) -> Timestamp? {
    if try takeAbsence(form) { return nil }
    return try timestamp(form)
  }
}

extension JSONScanner {
  /// Moves to the first character of a number and returns whether a quote stands before it.
  @inlinable @inline(__always)
  mutating func openNumber(_ form: JSONNumberForm) throws(JSONProblem) -> Bool {
    let byte = try significantByte()
    if byte == UInt8(ascii: "\"") {
      guard form != .bare else { throw wrongKind(.number) }
      position &+= 1
      return true
    }
    guard form != .quoted else { throw wrongKind(.string) }
    guard byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") <= 9 else {
      throw wrongKind(.number)
    }
    return false
  }

  /// Checks what follows the digits of a number that began at `start`.
  @inlinable @inline(__always)
  mutating func closeNumber(isQuoted: Bool, from start: Int) throws(JSONProblem) {
    if isQuoted {
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw unclosed(from: start)
      }
      position &+= 1
    } else if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
      // A JSON number, but an exponent is no plain decimal number.
      throw numberProblem(.malformed(at: position), from: start)
    }
  }

  /// Returns the problem of a quoted number that does not end at a quote.
  @inline(never) @usableFromInline
  func unclosed(from start: Int) -> JSONProblem {
    guard position < bytes.count else { return problem(.ended) }
    return numberProblem(.malformed(at: position), from: start)
  }

  /// Returns the problem of a number that began at `start`, its offset counted from there.
  @inline(never) @usableFromInline
  func numberProblem(_ reason: NumberProblem, from start: Int) -> JSONProblem {
    guard case .malformed(let offset) = reason else { return problem(.number(reason), at: start) }
    if offset == start, offset < bytes.count, bytes[offset] == UInt8(ascii: "\"") {
      return problem(.number(.empty), at: start)
    }
    return problem(.number(.malformed(at: offset - start)), at: offset)
  }

  /// Reads `null`, or `""` where quotes are allowed, and returns whether one of them was there.
  @inlinable
  mutating func takeAbsence(_ form: JSONNumberForm) throws(JSONProblem) -> Bool {
    let byte = try significantByte()
    if byte == UInt8(ascii: "n") {
      try literal("null")
      return true
    }
    guard form != .bare, byte == UInt8(ascii: "\""), position &+ 1 < bytes.count,
      bytes[position &+ 1] == UInt8(ascii: "\"")
    else { return false }
    position &+= 2
    return true
  }

  /// Reads an optional minus and the digits of a whole number and returns the magnitude.
  @inlinable
  mutating func digits() throws(JSONProblem) -> UInt64 {
    let start = position
    if position < bytes.count, bytes[position] == UInt8(ascii: "-") { position &+= 1 }
    let first = position
    var magnitude: UInt64 = 0
    var isTooLarge = false
    while position < bytes.count {
      let digit = bytes[position] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      if position &- first < 19 {
        magnitude = magnitude &* 10 &+ UInt64(digit)
      } else {
        let (product, overflow) = magnitude.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(UInt64(digit))
        isTooLarge = isTooLarge || overflow || carry
        magnitude = sum
      }
      position &+= 1
    }
    guard position > first else { throw numberProblem(.malformed(at: position), from: start) }
    if position &- first > 1, bytes[first] == UInt8(ascii: "0") {
      throw numberProblem(.malformed(at: first &+ 1), from: start)
    }
    guard !isTooLarge else { throw problem(.notInRange, at: start) }
    return magnitude
  }
}
