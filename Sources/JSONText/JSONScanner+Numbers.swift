import Units

extension JSONScanner {
  /// Reads an exact number: `-?(0|[1-9]\d*)(\.\d+)?`, no exponent, nothing beside it.
  public mutating func fixed(_ form: JSONNumberForm = .bare) throws(JSONProblem) -> Fixed {
    let isQuoted = try openNumber(form)
    let start = position
    let prefix = FixedPrefix(base, count: count, from: start)
    position = prefix.end
    guard prefix.status == .complete else { try failNumber(prefix.status, from: start) }
    try closeNumber(isQuoted: isQuoted, from: start)
    return prefix.number
  }

  /// Reads an exact number and gives it the unit that the caller expects.
  @inlinable
  public mutating func number<Unit: FixedUnit>(
    _ form: JSONNumberForm = .bare, as unit: Unit.Type = Unit.self
  ) throws(JSONProblem) -> Unit {
    Unit(try fixed(form))
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
    let isNegative = base[start] == UInt8(ascii: "-")
    let magnitude = try magnitude(from: isNegative ? start &+ 1 : start)
    try closeNumber(isQuoted: isQuoted, from: start)
    if !isNegative {
      guard let result = Integer(exactly: magnitude) else { try fail(.notInRange, at: start) }
      return result
    }
    guard magnitude <= Int64.min.magnitude,
      let result = Integer(exactly: Int64(truncatingIfNeeded: 0 &- magnitude))
    else { try fail(.notInRange, at: start) }
    return result
  }

  /// Reads a moment in milliseconds since 1970 UTC; refuses what lies before 2009 or after 9999.
  @inlinable
  public mutating func timestamp(_ form: JSONNumberForm = .bare) throws(JSONProblem) -> Timestamp {
    let time = Timestamp(milliseconds: try integer(form))
    guard time >= .earliestPlausible, time <= .latestPlausible else {
      try fail(.implausibleTime(time.milliseconds))
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
    if byte == UInt8(ascii: "\""), form != .bare {
      position &+= 1
      guard position < count else { try fail(.ended) }
      return true
    }
    guard form != .quoted, byte == UInt8(ascii: "-") || byte &- UInt8(ascii: "0") <= 9 else {
      try failWrongKind(form == .quoted ? .string : .number)
    }
    return false
  }

  /// Checks what follows the digits of a number that began at `start`.
  @inlinable @inline(__always)
  mutating func closeNumber(isQuoted: Bool, from start: Int) throws(JSONProblem) {
    if isQuoted {
      guard position < count, base[position] == UInt8(ascii: "\"") else {
        try failNumber(.malformed, from: start)
      }
      position &+= 1
    } else if position < count, base[position] | 0x20 == UInt8(ascii: "e") {
      // A JSON number, but an exponent is no plain decimal number.
      try failNumber(.malformed, from: start)
    }
  }

  /// Refuses a number that began at `start`; a malformed one is at fault at the position.
  @inline(never) @usableFromInline
  func failNumber(_ status: FixedPrefix.Status, from start: Int) throws(JSONProblem) -> Never {
    switch status {
    case .tooManyPlaces: try fail(.number(.tooManyPlaces), at: start)
    case .outOfRange: try fail(.number(.outOfRange), at: start)
    case .malformed, .complete:
      guard position < count else { try fail(.ended) }
      if position == start, base[position] == UInt8(ascii: "\"") { try fail(.number(.empty)) }
      try fail(.number(.malformed(at: position &- start)))
    }
  }

  /// Reads `null`, or `""` where quotes are allowed, and returns whether one of them was there.
  @inlinable
  mutating func takeAbsence(_ form: JSONNumberForm) throws(JSONProblem) -> Bool {
    let byte = try significantByte()
    if byte == UInt8(ascii: "n") {
      try literal("null")
      return true
    }
    guard form != .bare, byte == UInt8(ascii: "\""), position &+ 1 < count,
      base[position &+ 1] == UInt8(ascii: "\"")
    else { return false }
    position &+= 2
    return true
  }

  /// Reads the digits of a whole number that begin at `first`, after its sign.
  @usableFromInline
  mutating func magnitude(from first: Int) throws(JSONProblem) -> UInt64 {
    let start = position
    let digits = DecimalDigits.scan(base, count: count, from: first)
    let length = digits.end &- first
    guard length > 0, length == 1 || base[first] != UInt8(ascii: "0") else {
      position = length > 0 ? first &+ 1 : first
      try failNumber(.malformed, from: start)
    }
    if digits.end < count, base[digits.end] == UInt8(ascii: ".") { try fail(.notInRange) }
    position = digits.end
    guard length > 19 else { return digits.value }
    guard length == 20 else { try fail(.notInRange, at: start) }
    // Twenty digits: 2⁶⁴ has as many. Nineteen are exact; the last is added with care.
    let upper = DecimalDigits.scan(base, count: digits.end &- 1, from: first).value
    let (product, overflow) = upper.multipliedReportingOverflow(by: 10)
    let last = UInt64(base[digits.end &- 1] &- UInt8(ascii: "0"))
    let (sum, carry) = product.addingReportingOverflow(last)
    guard !overflow, !carry else { try fail(.notInRange, at: start) }
    return sum
  }
}
