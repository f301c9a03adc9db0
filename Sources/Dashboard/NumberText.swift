import Trading
import Units

/// Numbers as people read them: grouped, with fixed decimals, the sign where it matters.
enum NumberText {
  /// Returns an amount of money with two decimals, rounded toward zero: `1,234.50`.
  static func money(_ money: Money, places: Int = 2) -> String {
    grouped(money.value.text(places: places, .towardZero))
  }

  /// Returns a gain or loss with its sign: `+12.30`, `-4.00`, `0.00`; rounded down, so that no loss
  /// is told smaller and no gain larger than it is.
  static func signed(_ money: Money, places: Int = 2) -> String {
    signed(money.value, money.value.resultText(places: places))
  }

  /// Returns a number of times the risk with its sign: `+1.25 R`; rounded down, as money is.
  static func multiple(_ number: Fixed) -> String {
    signed(number, number.resultText()) + " R"
  }

  /// Returns a number with its sign and fixed decimals, rounded toward zero; what rounds to zero
  /// has no sign.
  static func signed(_ number: Fixed, places: Int) -> String {
    signed(number, number.text(places: places, .towardZero))
  }

  private static func signed(_ number: Fixed, _ text: String) -> String {
    guard text.contains(where: { ("1"..."9").contains($0) }) else {
      return text.hasPrefix("-") ? String(text.dropFirst()) : text
    }
    return number.isPositive ? "+" + grouped(text) : grouped(text)
  }

  /// Returns a rate as percent with its sign: `+1.25%`; rounded down, as money is.
  static func signedPercent(_ rate: Rate, places: Int = 2) -> String {
    let percent = rate.value.times(100)
    return signed(percent, percent.resultText(places: places)) + "%"
  }

  /// Returns a rate as percent: `1.25%`.
  static func percent(_ rate: Rate, places: Int = 2) -> String {
    rate.value.times(100).text(places: places, .towardZero) + "%"
  }

  /// Returns how much of something is used, as percent: `1.25%`; rounded up, as a loss is.
  static func usedPercent(_ rate: Rate, places: Int = 2) -> String {
    rate.value.times(100).costText(places: places) + "%"
  }

  /// Returns a price with the decimals of its instrument.
  static func price(_ price: Price, _ instrument: Instrument) -> String {
    grouped(price.value.text(places: decimals(of: instrument.tickSize.value), .towardZero))
  }

  /// How many decimals a step has, without writing it: a screen asks for it hundreds of times.
  private static func decimals(of step: Fixed) -> Int {
    guard step.raw > 0, step.raw <= Int128(UInt64.max) else {
      return step.isZero ? 0 : 18 - zeros(step.raw)
    }
    var rest = UInt64(step.raw)
    var places = 18
    while places > 0, rest.isMultiple(of: 10) {
      rest /= 10
      places -= 1
    }
    return places
  }

  /// How many zeros a large number ends in, at most 18.
  private static func zeros(_ number: Int128) -> Int {
    var rest = number
    var count = 0
    while count < 18, rest % 10 == 0 {
      rest /= 10
      count += 1
    }
    return count
  }

  /// Returns a price as it is, grouped.
  static func price(_ price: Price) -> String { grouped(price.description) }

  /// Returns a size in contracts with the decimals of its instrument.
  static func contracts(_ contracts: Contracts, _ instrument: Instrument) -> String {
    grouped(contracts.value.text(places: decimals(of: instrument.lotSize.value), .towardZero))
  }

  /// Returns a large number in at most six columns: `1.23M`.
  static func compact(_ number: Fixed) -> String {
    let steps: [(limit: Fixed, letter: String)] = [
      (1_000_000_000_000, "T"), (1_000_000_000, "B"), (1_000_000, "M"), (10_000, "k"),
    ]
    for step in steps where number.magnitude >= step.limit {
      let divisor = step.letter == "k" ? Fixed(1_000) : step.limit
      let scaled = number.divided(by: divisor, .towardZero)
      return scaled.text(places: scaled.magnitude >= 100 ? 1 : 2, .towardZero) + step.letter
    }
    return number.text(places: number.magnitude >= 100 ? 0 : 2, .towardZero)
  }

  /// Returns a stretch of time in its largest fitting unit: `2s`, `14s`, `3m`, `5h`, `2d`. Parts of
  /// a second are left out: an age that flickers says less than one that stands still.
  static func age(_ span: TimeSpan) -> String {
    let milliseconds = max(0, span.milliseconds)
    switch milliseconds {
    case ..<120_000: return "\(milliseconds / 1_000)s"
    case ..<7_200_000: return "\(milliseconds / 60_000)m"
    case ..<172_800_000: return "\(milliseconds / 3_600_000)h"
    default: return "\(milliseconds / 86_400_000)d"
    }
  }

  /// Puts a comma between each three digits before the decimal point.
  static func grouped(_ text: String) -> String {
    var text = text
    return text.withUTF8 { bytes in
      let first = bytes.first == UInt8(ascii: "-") ? 1 : 0
      let point = bytes.firstIndex(of: UInt8(ascii: ".")) ?? bytes.count
      let commas = max(0, point - first - 1) / 3
      guard commas > 0 else { return String(decoding: bytes, as: UTF8.self) }
      return String(unsafeUninitializedCapacity: bytes.count + commas) { room in
        var end = 0
        for index in bytes.indices {
          if index > first, index < point, (point - index).isMultiple(of: 3) {
            room[end] = UInt8(ascii: ",")
            end += 1
          }
          room[end] = bytes[index]
          end += 1
        }
        return end
      }
    }
  }
}
