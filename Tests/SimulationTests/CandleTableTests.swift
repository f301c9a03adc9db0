import Simulation
import TestSupport
import Testing
import Trading
import Units

struct CandleTableTests {
  @Test func `the fast reader reads what the strict one reads`() throws {
    var random = SeededRandom(seed: 11)
    for round in 0..<300 {
      let places = random.within(0...7)
      var text = "timestamp_ms,open,high,low,close,volume\n"
      for row in 0..<random.within(2...6) {
        let low = random.within(1...99_999)
        let high = low + random.within(0...99_999)
        let (open, close) = (random.within(low...high), random.within(low...high))
        let prices = [open, high, low, close].map { number($0, places, &random) }
        let volume = number(random.within(0...999_999_999_999), random.within(0...11), &random)
        let time = 1_577_836_800_000 + 60_000 * row
        text += "\(time),\(prices.joined(separator: ",")),\(volume)\n"
      }
      let bytes = Array(text.utf8)
      let strict = try CandleTable(CandleFile(content: bytes, name: "f.csv"))
      let fast = try CandleTable(content: bytes, name: "f.csv")
      #expect(fast.rows == strict.rows, "round \(round)\n\(text)")
      #expect(fast.tick == strict.tick, "round \(round)\n\(text)")
      #expect(fast.gaps == strict.gaps, "round \(round)\n\(text)")
    }
  }

  @Test func `a byte that is wrong anywhere is no silent number`() throws {
    let rows = [1_577_836_800_000, 1_577_836_860_000, 1_577_836_920_000].map {
      "\($0),100.5,101.25,99.125,100.0625,12345678.5\n"
    }
    let text = Array(("timestamp_ms,open,high,low,close,volume\n" + rows.joined()).utf8)
    let sound = try CandleTable(content: text, name: "f.csv")
    for place in text.indices.dropFirst(40) {
      for byte in Array(" -+:/x\u{0}e".utf8) where text[place] != byte {
        var broken = text
        broken[place] = byte
        guard let table = try? CandleTable(content: broken, name: "f.csv") else { continue }
        Issue.record("\(String(decoding: broken, as: UTF8.self)) gives \(table.rows)")
      }
    }
    #expect(sound.rows.count == 3)
  }

  /// A number with so many places, sometimes with zeros at its end.
  private func number(_ value: Int, _ places: Int, _ random: inout SeededRandom) -> String {
    guard places > 0 else { return "\(value)" }
    var unit = 1
    for _ in 0..<places { unit *= 10 }
    let fraction = "\(value % unit + unit)".dropFirst()
    let zeros = String(repeating: "0", count: random.below(2) * random.below(3))
    return "\(value / unit).\(fraction)\(zeros)"
  }
}
