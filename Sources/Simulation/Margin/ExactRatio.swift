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

  /// Returns the quotient cut toward zero, nil when it needs more than 128 bits.
  func divided(by divisor: WideNumber) -> UInt128? {
    var remainder = WideNumber(0)
    var quotient: UInt128 = 0
    for place in stride(from: words.count * 32 - 1, through: 0, by: -1) {
      remainder.shiftLeft(adding: words[place / 32] >> UInt32(place % 32) & 1)
      guard quotient >> 127 == 0 else { return nil }
      quotient <<= 1
      if !remainder.isLess(than: divisor) {
        remainder.subtract(divisor)
        quotient |= 1
      }
    }
    return quotient
  }

  private mutating func shiftLeft(adding bit: UInt32) {
    var carry = bit
    for place in words.indices {
      let next = words[place] >> 31
      words[place] = words[place] << 1 | carry
      carry = next
    }
    if carry != 0 { words.append(carry) }
  }

  private func isLess(than other: WideNumber) -> Bool {
    if words.count != other.words.count { return words.count < other.words.count }
    for place in words.indices.reversed() where words[place] != other.words[place] {
      return words[place] < other.words[place]
    }
    return false
  }

  private mutating func subtract(_ other: WideNumber) {
    var borrow: Int64 = 0
    for place in words.indices {
      let taken = place < other.words.count ? Int64(other.words[place]) : 0
      var difference = Int64(words[place]) - taken - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += 1 << 32 }
      words[place] = UInt32(difference)
    }
    trim()
  }

  private mutating func trim() {
    while words.last == 0 { words.removeLast() }
  }
}
