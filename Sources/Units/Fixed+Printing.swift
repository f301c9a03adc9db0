extension Fixed: CustomStringConvertible {
  /// The shortest exact text: no trailing zeros, no exponent.
  public var description: String {
    String(unsafeUninitializedCapacity: Self.longestText) { buffer in
      guard let start = buffer.baseAddress else { return 0 }
      return write(to: start)
    }
  }

  /// How many bytes the longest text takes: a sign, 21 digits, a point and eighteen places.
  public static let longestText = 41

  /// Appends the shortest exact text to ASCII bytes.
  public func append(to bytes: inout [UInt8]) {
    append(to: &bytes, minimumPlaces: 0)
  }

  /// Appends the exact text with at least `minimumPlaces` decimals (0 through 18).
  public func append(to bytes: inout [UInt8], minimumPlaces: Int) {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: Self.longestText) { buffer in
      guard let start = buffer.baseAddress else { return }
      let count = write(to: start, minimumPlaces: minimumPlaces)
      bytes.append(contentsOf: UnsafeBufferPointer(start: start, count: count))
    }
  }

  /// Writes the exact text with at least `minimumPlaces` decimals (0 through 18) and returns its
  /// length. There must be room for ``longestText`` bytes.
  public func write(to text: UnsafeMutablePointer<UInt8>, minimumPlaces: Int = 0) -> Int {
    let magnitude = raw.magnitude
    let upper = UInt64(truncatingIfNeeded: magnitude &>> 64)
    var end = 0
    if raw < 0 {
      text[0] = UInt8(ascii: "-")
      end = 1
    }
    var fraction: UInt64
    if upper < Self.unit {
      let lower = UInt64(truncatingIfNeeded: magnitude)
      let (whole, rest) = Self.unit.dividingFullWidth((upper, lower))
      end += Self.write(whole, to: text + end)
      fraction = rest
    } else {
      // From 1.8 × 10¹⁹ the whole part is longer than a word: its last eighteen digits apart.
      let (whole, rest) = magnitude.quotientAndRemainder(dividingBy: UInt128(Self.unit))
      let (head, tail) = whole.quotientAndRemainder(dividingBy: UInt128(Self.unit))
      end += Self.write(UInt64(truncatingIfNeeded: head), to: text + end)
      Self.write(UInt64(truncatingIfNeeded: tail), digits: Self.places, to: text + end)
      end += Self.places
      fraction = UInt64(truncatingIfNeeded: rest)
    }
    guard fraction != 0 || minimumPlaces > 0 else { return end }
    text[end] = UInt8(ascii: ".")
    end += 1
    var shownPlaces = Self.places
    if shownPlaces - 9 >= minimumPlaces, fraction % 1_000_000_000 == 0 {
      fraction /= 1_000_000_000
      shownPlaces -= 9
    }
    while shownPlaces > minimumPlaces, fraction % 10 == 0 {
      fraction /= 10
      shownPlaces -= 1
    }
    Self.write(fraction, digits: shownPlaces, to: text + end)
    return end + shownPlaces
  }

  /// Returns the number with exactly `places` decimals (0 through 18), rounded as named.
  public func text(places: Int, _ rounding: Rounding) -> String {
    let step = Fixed(raw: Int128(Self.powerOfTen(18 - places)))
    var bytes: [UInt8] = []
    rounded(to: step, rounding).append(to: &bytes, minimumPlaces: places)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Returns the number of a gain or a loss with `places` decimals (0 through 18): rounded down, so
  /// that no loss is told smaller and no gain larger than it is, wherever it is told.
  public func resultText(places: Int = 2) -> String { text(places: places, .down) }

  /// Returns the number of what was lost, paid or used up, as a positive number with `places`
  /// decimals (0 through 18): rounded up, as the same loss with its sign is.
  public func costText(places: Int = 2) -> String { text(places: places, .up) }

  /// Writes a whole number and returns how many digits it has.
  private static func write(_ number: UInt64, to text: UnsafeMutablePointer<UInt8>) -> Int {
    var digits = 1
    var rest = number
    while rest >= 10 {
      rest /= 10
      digits += 1
    }
    write(number, digits: digits, to: text)
    return digits
  }

  /// Writes the last `digits` digits of a number, with leading zeros.
  private static func write(
    _ number: UInt64, digits: Int, to text: UnsafeMutablePointer<UInt8>
  ) {
    var rest = number
    var index = digits
    while index > 0 {
      index -= 1
      text[index] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
      rest /= 10
    }
  }
}
