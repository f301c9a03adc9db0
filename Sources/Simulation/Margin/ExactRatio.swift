import Units

/// A product of exact numbers over another, divided once at the end.
///
/// Each factor may have eighteen places, so a product of three needs up to 54 and more bits than
/// `Int128` holds; the exchange's printed digits come out only when nothing is cut before the end.
struct ExactRatio {
  private var numerator: WideNumber
  private var denominator: WideNumber
  private var isNegative: Bool
  /// How many factors of 10¹⁸ the numerator has more than the denominator.
  private var surplus: Int

  /// Starts with a number over one.
  init(_ number: Fixed) {
    numerator = WideNumber(number.raw.magnitude)
    denominator = WideNumber(1)
    isNegative = number.isNegative
    surplus = 1
  }

  /// Multiplies by a number.
  func times(_ factor: Fixed) -> ExactRatio {
    var copy = self
    copy.numerator.multiply(by: factor.raw.magnitude)
    copy.isNegative = isNegative != factor.isNegative
    copy.surplus += 1
    return copy
  }

  /// Divides by a number other than zero.
  func over(_ divisor: Fixed) -> ExactRatio {
    precondition(!divisor.isZero, "a divisor is not zero")
    var copy = self
    copy.denominator.multiply(by: divisor.raw.magnitude)
    copy.isNegative = isNegative != divisor.isNegative
    copy.surplus -= 1
    return copy
  }

  /// The result cut toward zero at eighteen places; nil when it is out of range.
  var truncated: Fixed? {
    var top = numerator
    var bottom = denominator
    var rest = surplus
    while rest > 1 {
      bottom.multiply(by: UInt128(Fixed.unit))
      rest -= 1
    }
    while rest < 1 {
      top.multiply(by: UInt128(Fixed.unit))
      rest += 1
    }
    guard let quotient = top.divided(by: bottom), quotient <= UInt128(Int128.max) else {
      return nil
    }
    let value = Int128(truncatingIfNeeded: quotient)
    return Fixed(raw: isNegative ? -value : value)
  }
}

/// An unsigned number of any length in words of 32 bits, the lowest first. For a few formulas
/// outside the hot path; it is plain, not fast.
struct WideNumber {
  private var words: [UInt32]

  init(_ number: UInt128) {
    words = []
    var rest = number
    while rest != 0 {
      words.append(UInt32(truncatingIfNeeded: rest))
      rest >>= 32
    }
  }

  mutating func multiply(by factor: UInt128) {
    let other = WideNumber(factor).words
    var product = [UInt32](repeating: 0, count: words.count + other.count)
    for (place, word) in words.enumerated() {
      var carry: UInt64 = 0
      for (offset, otherWord) in other.enumerated() {
        let sum = UInt64(word) * UInt64(otherWord) + UInt64(product[place + offset]) + carry
        product[place + offset] = UInt32(truncatingIfNeeded: sum)
        carry = sum >> 32
      }
      product[place + other.count] = UInt32(truncatingIfNeeded: carry)
    }
    words = product
    trim()
  }

  /// Returns the quotient cut toward zero, nil when it needs more than 128 bits. The divisor is
  /// above zero.
  ///
  /// Source: D. E. Knuth, The Art of Computer Programming 2, 4.3.1, algorithm D.
  func divided(by divisor: WideNumber) -> UInt128? {
    guard let top = divisor.words.last else { preconditionFailure("a divisor is above zero") }
    guard words.count >= divisor.words.count else { return 0 }
    guard divisor.words.count > 1 else { return dividedByWord(UInt64(top)) }
    // The highest bit of the divisor is set, so that a guessed digit is at most two too large.
    let shift = UInt64(top.leadingZeroBitCount)
    let lower = divisor.shifted(by: shift, count: divisor.words.count)
    var rest = shifted(by: shift, count: words.count + 1)
    var quotient: UInt128 = 0
    for place in (0..<(rest.count - lower.count)).reversed() {
      let digit = Self.takeDigit(place, lower, from: &rest)
      guard quotient >> 96 == 0 else { return nil }
      quotient = quotient << 32 | UInt128(digit)
    }
    return quotient
  }

  private func dividedByWord(_ divisor: UInt64) -> UInt128? {
    var quotient: UInt128 = 0
    var remainder: UInt64 = 0
    for word in words.reversed() {
      let part = remainder << 32 | UInt64(word)
      guard quotient >> 96 == 0 else { return nil }
      quotient = quotient << 32 | UInt128(part / divisor)
      remainder = part % divisor
    }
    return quotient
  }

  /// Returns the digit of the quotient at a place and takes its share out of the rest.
  private static func takeDigit(
    _ place: Int, _ divisor: [UInt64], from rest: inout [UInt64]
  ) -> UInt64 {
    let count = divisor.count
    let part = rest[place + count] << 32 | rest[place + count - 1]
    var digit = part / divisor[count - 1]
    var remainder = part % divisor[count - 1]
    while digit >> 32 != 0
      || digit * divisor[count - 2] > remainder << 32 | rest[place + count - 2]
    {
      digit -= 1
      remainder += divisor[count - 1]
      if remainder >> 32 != 0 { break }
    }
    var borrow: UInt64 = 0
    for offset in 0..<count {
      let product = digit * divisor[offset] + borrow
      let low = product & 0xFFFF_FFFF
      borrow = product >> 32
      if rest[place + offset] < low { borrow += 1 }
      rest[place + offset] = (rest[place + offset] &- low) & 0xFFFF_FFFF
    }
    let isTooLarge = rest[place + count] < borrow
    rest[place + count] = (rest[place + count] &- borrow) & 0xFFFF_FFFF
    guard isTooLarge else { return digit }
    var carry: UInt64 = 0
    for offset in 0..<count {
      let sum = rest[place + offset] + divisor[offset] + carry
      rest[place + offset] = sum & 0xFFFF_FFFF
      carry = sum >> 32
    }
    rest[place + count] = (rest[place + count] + carry) & 0xFFFF_FFFF
    return digit - 1
  }

  /// Returns so many words of the number shifted up by less than a word.
  private func shifted(by shift: UInt64, count: Int) -> [UInt64] {
    var result = [UInt64](repeating: 0, count: count)
    var carry: UInt64 = 0
    for place in 0..<count {
      let word = place < words.count ? UInt64(words[place]) << shift : 0
      result[place] = (word & 0xFFFF_FFFF) | carry
      carry = word >> 32
    }
    return result
  }

  private mutating func trim() {
    while words.last == 0 { words.removeLast() }
  }
}
