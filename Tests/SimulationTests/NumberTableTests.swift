import Testing
import Units

@testable import Simulation

@Suite struct NumberTableTests {
  @Test func `finds what was put in and not removed, seed 1 through 30`() {
    for seed in UInt64(1)...30 {
      var random = SeededRandom(seed: seed)
      var table = NumberTable()
      var plain: [UInt64: Int32] = [:]
      for step in 0..<2_000 {
        let number = 1_000_000_000_001 + UInt64(random.below(300))
        if plain[number] == nil {
          table.insert(number, at: Int32(step))
          plain[number] = Int32(step)
        } else if random.oneIn(2) {
          table.remove(number)
          plain[number] = nil
        }
        let asked = 1_000_000_000_001 + UInt64(random.below(300))
        if table.place(asked) != plain[asked] || table.count != plain.count {
          Issue.record("seed \(seed), step \(step): \(asked) is lost or invented")
          return
        }
      }
    }
  }

  @Test func `shares are cut toward zero as by a general division, seed 5`() {
    var random = SeededRandom(seed: 5)
    for _ in 0..<20_000 {
      let raw = Int128(random.next()) << Int128(random.below(58))
      let whole = Int64(random.within(1...(1 << 36)))
      let part = Int64(random.below(Int(whole) + 1))
      let (quotient, remainder) = raw.quotientAndRemainder(dividingBy: Int128(whole))
      let expected = quotient * Int128(part) + remainder * Int128(part) / Int128(whole)
      #expect(raw.share(part, of: whole) == expected)
      #expect((-raw).share(part, of: whole) == -expected)
      let word = random.next() | 1
      let (found, rest) = raw.dividedByWord(word)
      #expect(found == raw / Int128(word) && Int128(rest) == raw % Int128(word))
    }
  }

  @Test func `wide quotients times their divisors leave nothing over, seed 9`() {
    var random = SeededRandom(seed: 9)
    // Words of nothing but ones and zeros make the guessed digits wrong.
    func factor() -> UInt128 {
      var number: UInt128 = 0
      for _ in 0..<4 {
        let word = random.oneIn(3) ? 0xFFFF_FFFF : random.oneIn(3) ? 0 : random.next() >> 32
        number = number << 32 | UInt128(word)
      }
      return max(1, number >> UInt128(random.below(120)))
    }
    for _ in 0..<5_000 {
      let quotient = factor()
      let (one, other) = (factor(), factor())
      var divisor = WideNumber(one)
      divisor.multiply(by: other)
      var dividend = divisor
      dividend.multiply(by: quotient)
      #expect(dividend.divided(by: divisor) == quotient)
      let (product, overflows) = one.multipliedReportingOverflow(by: other)
      #expect(dividend.divided(by: WideNumber(quotient)) == (overflows ? nil : product))
      #expect(WideNumber(one).divided(by: WideNumber(other)) == one / other)
    }
  }
}
