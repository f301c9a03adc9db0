import MarketData
import Testing

@testable import Strategies

struct ShownTests {
  @Test(
    arguments: [
      (0, "0"), (8.7751e-6, "0.0000087751"), (-4.1236e-9, "-0.0000000041236"),
      (1.23456789e-9, "0.00000000123457"), (1e-18, "0.000000000000000001"), (4e-19, "0"),
      (0.012_345_678_91, "0.01234568"), (12.345_678, "12.3457"), (1_234.567_8, "1234.57"),
      (.infinity, "—"), (.nan, "—"),
    ] as [(Estimate, String)])
  func `an estimate has the digits that tell it apart, however small`(
    number: Estimate, shown: String
  ) {
    #expect(number.shown == shown)
  }

  @Test func `two averages of a coin far below one are two texts`() {
    let fast: Estimate = 0.000_008_121
    let slow: Estimate = 0.000_008_118
    #expect(fast.shown != slow.shown)
  }
}
