extension Fixed {
  /// Reads a decimal number: exactly `-?(0|[1-9]\d*)(\.\d+)?`, whole text, no exponent.
  ///
  /// Digits beyond the eighteenth place must be zeros. Nothing is rounded and no prefix is taken.
  public init(_ text: some StringProtocol) throws(NumberProblem) {
    var copy = String(text)
    let result = copy.withUTF8 { bytes in
      Fixed.parsing(UnsafeRawBufferPointer(bytes))
    }
    self = try result.get()
  }

  /// Reads a decimal number from ASCII bytes, by the rules of ``init(_:)-(StringProtocol)``.
  @inlinable
  public init(ascii bytes: UnsafeRawBufferPointer) throws(NumberProblem) {
    self = try Fixed.parsing(bytes).get()
  }

  /// Reads a decimal number from ASCII bytes; the result form for the hot path.
  @inlinable
  public static func parsing(_ bytes: UnsafeRawBufferPointer) -> Result<Fixed, NumberProblem> {
    guard bytes.count > 0 else { return .failure(.empty) }
    var index = 0
    let result = parsingPrefix(bytes, from: &index)
    return index == bytes.count ? result : .failure(.malformed(at: index))
  }

  /// Reads the decimal number that begins at `index` and moves `index` past it.
  ///
  /// Stops at the first byte that cannot continue the number, which the caller must judge. Too many
  /// places and too large a number are told after the last digit was passed; of a malformed number,
  /// `index` is left at the byte that does not fit.
  @inlinable
  public static func parsingPrefix(
    _ bytes: UnsafeRawBufferPointer, from index: inout Int
  ) -> Result<Fixed, NumberProblem> {
    let count = bytes.count
    let isNegative = index < count && bytes[index] == UInt8(ascii: "-")
    if isNegative { index &+= 1 }
    let wholeStart = index
    var whole: UInt64 = 0
    while index < count {
      let digit = bytes[index] &- UInt8(ascii: "0")
      guard digit <= 9 else { break }
      // Nineteen digits cannot overflow UInt64; longer ones take the careful path below.
      whole = whole &* 10 &+ UInt64(digit)
      index &+= 1
    }
    let wholeEnd = index
    let wholeDigits = wholeEnd &- wholeStart
    guard wholeDigits > 0 else { return .failure(.malformed(at: index)) }
    if wholeDigits > 1, bytes[wholeStart] == UInt8(ascii: "0") {
      index = wholeStart &+ 1
      return .failure(.malformed(at: index))
    }
    var fraction: UInt64 = 0
    var fractionDigits = 0
    if index < count, bytes[index] == UInt8(ascii: ".") {
      index &+= 1
      let fractionStart = index
      var hasTooManyPlaces = false
      while index < count {
        let digit = bytes[index] &- UInt8(ascii: "0")
        guard digit <= 9 else { break }
        if fractionDigits < places {
          fraction = fraction &* 10 &+ UInt64(digit)
          fractionDigits &+= 1
        } else if digit != 0 {
          hasTooManyPlaces = true
        }
        index &+= 1
      }
      guard index > fractionStart else { return .failure(.malformed(at: index)) }
      if hasTooManyPlaces { return .failure(.tooManyPlaces) }
    }
    if wholeDigits <= 18 {
      // Below 10¹⁸ the whole part cannot leave the range; two word products make the number.
      let whole = whole.multipliedFullWidth(by: unit)
      let part = fraction &* powerOfTen(places &- fractionDigits)
      let (low, carry) = whole.low.addingReportingOverflow(part)
      let high = whole.high &+ (carry ? 1 : 0)
      let raw = Int128(truncatingIfNeeded: UInt128(high) &<< 64 | UInt128(low))
      return .success(Fixed(raw: isNegative ? 0 &- raw : raw))
    }
    return parsingLong(
      bytes[wholeStart..<wholeEnd], isNegative: isNegative,
      fraction: UInt128(fraction &* powerOfTen(places &- fractionDigits)))
  }

  /// Assembles a number whose whole part has nineteen digits or more.
  @usableFromInline
  static func parsingLong(
    _ wholeDigits: Slice<UnsafeRawBufferPointer>, isNegative: Bool, fraction: UInt128
  ) -> Result<Fixed, NumberProblem> {
    // The largest whole part is 170141183460469231731, 21 digits.
    guard wholeDigits.count <= 21 else { return .failure(.outOfRange) }
    let whole = wholeDigits.reduce(into: UInt128(0)) {
      $0 = $0 * 10 + UInt128($1 &- UInt8(ascii: "0"))
    }
    let (scaled, overflow) = whole.multipliedReportingOverflow(by: UInt128(unit))
    let (magnitude, carry) = scaled.addingReportingOverflow(fraction)
    guard !overflow, !carry, magnitude <= UInt128(Int128.max) else { return .failure(.outOfRange) }
    let raw = Int128(truncatingIfNeeded: magnitude)
    return .success(Fixed(raw: isNegative ? -raw : raw))
  }

  /// Returns 10 to the power `exponent`, for 0 through 18.
  @inlinable
  public static func powerOfTen(_ exponent: Int) -> UInt64 {
    // A switch over constants becomes one table look-up; a loop showed in the parse time.
    switch exponent {
    case 0: 1
    case 1: 10
    case 2: 100
    case 3: 1_000
    case 4: 10_000
    case 5: 100_000
    case 6: 1_000_000
    case 7: 10_000_000
    case 8: 100_000_000
    case 9: 1_000_000_000
    case 10: 10_000_000_000
    case 11: 100_000_000_000
    case 12: 1_000_000_000_000
    case 13: 10_000_000_000_000
    case 14: 100_000_000_000_000
    case 15: 1_000_000_000_000_000
    case 16: 10_000_000_000_000_000
    case 17: 100_000_000_000_000_000
    case 18: 1_000_000_000_000_000_000
    default: preconditionFailure("a power of ten between 0 and 18 is held")
    }
  }
}

extension Fixed: CustomStringConvertible {
  /// The shortest exact text: no trailing zeros, no exponent.
  public var description: String {
    var bytes: [UInt8] = []
    append(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the shortest exact text to ASCII bytes.
  public func append(to bytes: inout [UInt8]) {
    append(to: &bytes, minimumPlaces: 0)
  }

  /// Appends the exact text with at least `minimumPlaces` decimals (0 through 18).
  public func append(to bytes: inout [UInt8], minimumPlaces: Int) {
    let (whole, fraction) = raw.magnitude.quotientAndRemainder(dividingBy: UInt128(Self.unit))
    if raw < 0 { bytes.append(UInt8(ascii: "-")) }
    Self.appendDigits(whole, to: &bytes)
    var remaining = UInt64(truncatingIfNeeded: fraction)
    guard remaining != 0 || minimumPlaces > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var place = Self.unit / 10
    var written = 0
    while remaining != 0 || written < minimumPlaces {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: remaining / place))
      remaining %= place
      place = max(place / 10, 1)
      written += 1
    }
  }

  private static func appendDigits(_ number: UInt128, to bytes: inout [UInt8]) {
    var rest = UInt64(clamping: number)
    precondition(UInt128(rest) == number || number <= UInt128(Int128.max), "whole part fits")
    if UInt128(rest) != number {
      // Above 1.8 × 10¹⁹: split once, the upper part has at most three digits.
      let (upper, lower) = number.quotientAndRemainder(dividingBy: UInt128(unit))
      appendDigits(upper, to: &bytes)
      let digits = String(UInt64(truncatingIfNeeded: lower)).utf8
      bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: places - digits.count))
      bytes.append(contentsOf: digits)
      return
    }
    let start = bytes.count
    repeat {
      bytes.append(UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10))
      rest /= 10
    } while rest != 0
    bytes[start...].reverse()
  }

  /// Returns the number with exactly `places` decimals (0 through 18), rounded as named.
  public func text(places: Int, _ rounding: Rounding) -> String {
    let step = Fixed(raw: Int128(Self.powerOfTen(18 - places)))
    var bytes: [UInt8] = []
    rounded(to: step, rounding).append(to: &bytes, minimumPlaces: places)
    return String(decoding: bytes, as: UTF8.self)
  }
}
