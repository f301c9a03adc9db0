import Units

/// A whole number of any size, by the schoolbook: slow, and independent of what it checks.
struct BigNumber: Equatable, Comparable {
  /// Decimal digits, least significant first, without leading zeros; none for zero.
  private var digits: [UInt8]

  init(_ number: UInt128) {
    digits = []
    var rest = number
    while rest > 0 {
      digits.append(UInt8(rest % 10))
      rest /= 10
    }
  }

  private init(digits: [UInt8]) {
    self.digits = digits
    while self.digits.last == 0 { self.digits.removeLast() }
  }

  var isZero: Bool { digits.isEmpty }
  var isOdd: Bool { (digits.first ?? 0) % 2 == 1 }

  /// Nil when the number needs more than 128 bits.
  var value: UInt128? {
    var result: UInt128 = 0
    for digit in digits.reversed() {
      let (product, overflow) = result.multipliedReportingOverflow(by: 10)
      let (sum, carry) = product.addingReportingOverflow(UInt128(digit))
      if overflow || carry { return nil }
      result = sum
    }
    return result
  }

  static func < (left: BigNumber, right: BigNumber) -> Bool {
    guard left.digits.count == right.digits.count else {
      return left.digits.count < right.digits.count
    }
    for (a, b) in zip(left.digits.reversed(), right.digits.reversed()) where a != b { return a < b }
    return false
  }

  static func + (left: BigNumber, right: BigNumber) -> BigNumber {
    var result: [UInt8] = []
    var carry: UInt8 = 0
    for index in 0..<max(left.digits.count, right.digits.count) {
      let sum = carry + left.digit(index) + right.digit(index)
      result.append(sum % 10)
      carry = sum / 10
    }
    return BigNumber(digits: result + [carry])
  }

  /// `right` must not be larger.
  static func - (left: BigNumber, right: BigNumber) -> BigNumber {
    var result: [UInt8] = []
    var borrow: UInt8 = 0
    for index in left.digits.indices {
      let subtrahend = right.digit(index) + borrow
      let digit = left.digits[index]
      borrow = digit < subtrahend ? 1 : 0
      result.append(digit + borrow * 10 - subtrahend)
    }
    return BigNumber(digits: result)
  }

  static func * (left: BigNumber, right: BigNumber) -> BigNumber {
    var result = [Int](repeating: 0, count: left.digits.count + right.digits.count + 1)
    for (i, a) in left.digits.enumerated() {
      for (j, b) in right.digits.enumerated() { result[i + j] += Int(a) * Int(b) }
    }
    var carry = 0
    for index in result.indices {
      let sum = result[index] + carry
      result[index] = sum % 10
      carry = sum / 10
    }
    return BigNumber(digits: result.map { UInt8($0) })
  }

  /// Long division, digit by digit; the divisor must not be zero.
  func divided(by divisor: BigNumber) -> (quotient: BigNumber, remainder: BigNumber) {
    var quotient: [UInt8] = []
    var remainder = BigNumber(0)
    for digit in digits.reversed() {
      remainder = BigNumber(digits: [digit] + remainder.digits)
      var count: UInt8 = 0
      while !(remainder < divisor) {
        remainder = remainder - divisor
        count += 1
      }
      quotient.append(count)
    }
    return (BigNumber(digits: quotient.reversed()), remainder)
  }

  private func digit(_ index: Int) -> UInt8 { index < digits.count ? digits[index] : 0 }
}

/// What the exact arithmetic must give, from the definition.
enum Reference {
  static let unit = BigNumber(1_000_000_000_000_000_000)

  static func product(_ left: Fixed, _ right: Fixed, _ rounding: Rounding) -> Fixed? {
    rounded(
      BigNumber(left.raw.magnitude) * BigNumber(right.raw.magnitude), by: unit,
      isNegative: (left.raw < 0) != (right.raw < 0), rounding)
  }

  static func quotient(_ left: Fixed, _ right: Fixed, _ rounding: Rounding) -> Fixed? {
    guard right.raw != 0 else { return nil }
    return rounded(
      BigNumber(left.raw.magnitude) * unit, by: BigNumber(right.raw.magnitude),
      isNegative: (left.raw < 0) != (right.raw < 0), rounding)
  }

  /// The multiple of `step` next to `number`; nil when it is out of range.
  static func step(_ number: Fixed, to step: Fixed, _ rounding: Rounding) -> Fixed? {
    guard
      let count = rounded(
        BigNumber(number.raw.magnitude), by: BigNumber(step.raw.magnitude),
        isNegative: number.raw < 0, rounding)
    else { return nil }
    let product = BigNumber(count.raw.magnitude) * BigNumber(step.raw.magnitude)
    guard let magnitude = product.value, magnitude <= UInt128(Int128.max) else { return nil }
    return Fixed(raw: count.raw < 0 ? -Int128(magnitude) : Int128(magnitude))
  }

  /// The whole number next to dividend / divisor in the named direction.
  private static func rounded(
    _ dividend: BigNumber, by divisor: BigNumber, isNegative: Bool, _ rounding: Rounding
  ) -> Fixed? {
    var (quotient, remainder) = dividend.divided(by: divisor)
    let twice = remainder + remainder
    let grows =
      switch rounding {
      case .towardZero: false
      case .awayFromZero: !remainder.isZero
      case .down: !remainder.isZero && isNegative
      case .up: !remainder.isZero && !isNegative
      case .nearestOrEven: divisor < twice || (twice == divisor && quotient.isOdd)
      }
    if grows { quotient = quotient + BigNumber(1) }
    guard let magnitude = quotient.value, magnitude <= UInt128(Int128.max) else { return nil }
    return Fixed(raw: isNegative ? -Int128(magnitude) : Int128(magnitude))
  }

  /// The text by division with remainder, one digit at a time.
  static func text(_ number: Fixed, minimumPlaces: Int) -> String {
    let magnitude = number.raw.magnitude
    let whole = String(magnitude / 1_000_000_000_000_000_000)
    var fraction = String(magnitude % 1_000_000_000_000_000_000)
    fraction = String(repeating: "0", count: 18 - fraction.utf8.count) + fraction
    while fraction.utf8.count > minimumPlaces, fraction.hasSuffix("0") { fraction.removeLast() }
    return (number.raw < 0 ? "-" : "") + whole + (fraction.isEmpty ? "" : "." + fraction)
  }
}

/// Operands that find the corners.
enum Operands {
  static let corners: [Fixed] = {
    let unit: Int128 = 1_000_000_000_000_000_000
    let magnitudes: [Int128] = [
      0, 1, 2, 3, 5, 7, 10, 999, unit / 2, unit / 2 - 1, unit / 2 + 1, unit - 1, unit, unit + 1,
      3 * unit / 2, 2 * unit, 5 * unit / 2, unit * unit / 10, unit * unit, Int128(UInt64.max),
      Int128(UInt64.max) + 1, Int128.max / 2, Int128.max / 2 + 1, Int128.max - 1, Int128.max,
    ]
    return magnitudes.flatMap { [Fixed(raw: $0), Fixed(raw: -$0)] }
  }()

  /// Draws a number of any length and sign; often one with few places, now and then a corner.
  static func draw(_ random: inout SeededRandom) -> Fixed {
    if random.oneIn(8) { return corners[random.below(corners.count)] }
    let bits = Int128(truncatingIfNeeded: random.next()) << 64 | Int128(random.next())
    let number = bits >> Int128(1 + random.below(127))
    guard random.oneIn(2) else { return Fixed(raw: number) }
    let step = Int128(Fixed.powerOfTen(random.below(19)))
    return Fixed(raw: number - number % step)
  }
}
