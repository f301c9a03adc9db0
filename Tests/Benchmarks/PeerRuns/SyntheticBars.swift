import Simulation

/// One-minute bars of a made-up market: the same bytes for the same count, on every machine.
///
/// A price walks by the sum of twelve even chances, which is nearly normal; nothing but additions,
/// multiplications and comparisons of doubles is in it.
struct SyntheticBars {
  private var state: UInt64 = 42
  /// The file: CSV as every contender reads it.
  private(set) var text: [UInt8] = Array("timestamp_ms,open,high,low,close,volume\n".utf8)

  /// How far a minute moves the price, as a fraction of it.
  private static let deviation = 0.0006

  /// Makes so many bars from 2020 on.
  init(_ count: Int) {
    text.reserveCapacity(60 * (count + 1))
    var price = 100.0
    for place in 0..<count {
      let open = price * (1 + 0.1 * Self.deviation * normal())
      let close = open * (1 + Self.deviation * normal())
      let high = max(open, close) * (1 + 0.4 * Self.deviation * abs(normal()))
      let low = min(open, close) * (1 - 0.4 * Self.deviation * abs(normal()))
      let volume = 10 + 90 * even() * even() + 200_000 * abs(close / open - 1)
      let ticks = [open, high, low, close].map { Int($0 * 1e4 + 0.5) }
      let top = max(ticks[1], ticks[0], ticks[3])
      let bottom = min(ticks[2], ticks[0], ticks[3])
      write(1_577_836_800_000 + 60_000 * place)
      for price in [ticks[0], top, bottom, ticks[3]] {
        text.append(UInt8(ascii: ","))
        write(price, places: 4)
      }
      text.append(UInt8(ascii: ","))
      write(Int(volume * 1e3 + 0.5), places: 3)
      text.append(UInt8(ascii: "\n"))
      price = max(Double(ticks[3]) / 1e4, 1)
    }
  }

  /// SplitMix64.
  private mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
    return word ^ (word >> 31)
  }

  private mutating func even() -> Double { Double(next() >> 11) * (1 / 9_007_199_254_740_992) }

  private mutating func normal() -> Double {
    var sum = 0.0
    for _ in 0..<12 { sum += even() }
    return sum - 6
  }

  private mutating func write(_ number: Int) { text += String(number).utf8 }

  private mutating func write(_ number: Int, places: Int) {
    let unit = places == 4 ? 10_000 : 1_000
    write(number / unit)
    text.append(UInt8(ascii: "."))
    text += String(number % unit + unit).utf8.dropFirst()
  }
}

extension SyntheticBars {
  /// The bars, read as a file of them is.
  var table: CandleTable { Self.read(text) }

  /// Reads what the bars say of themselves.
  static func read(_ text: [UInt8]) -> CandleTable {
    do throws(RecordingProblem) {
      return try CandleTable(content: text, name: "bars.csv")
    } catch {
      preconditionFailure("made-up bars are sound: \(error)")
    }
  }
}
