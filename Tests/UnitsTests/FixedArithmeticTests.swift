import TestSupport
import Testing
import Units

/// Full-width products and quotients against long multiplication and division.
///
/// Examples are looped over inside a test: four numbers as the arguments of one test crash in the
/// runtime of Swift 6.3.1, which misplaces sixteen-byte values of asynchronous calls.
@Suite struct FixedArithmeticTests {
  @Test(arguments: Rounding.allCases)
  func `products and quotients of the corners are exact or nil`(_ rounding: Rounding) {
    for left in Operands.corners {
      for right in Operands.corners {
        #expect(
          left.multipliedIfInRange(by: right, rounding)
            == Reference.product(left, right, rounding), "\(left) × \(right)")
        #expect(
          left.dividedIfPossible(by: right, rounding)
            == Reference.quotient(left, right, rounding), "\(left) ÷ \(right)")
      }
    }
  }

  @Test(arguments: Seeds.first(40))
  func `products, quotients and steps are exact or nil`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<20 {
      let left = Operands.draw(&random)
      let right = Operands.draw(&random)
      for rounding in Rounding.allCases {
        #expect(
          left.multipliedIfInRange(by: right, rounding)
            == Reference.product(left, right, rounding), "\(left) × \(right) \(rounding)")
        #expect(
          left.dividedIfPossible(by: right, rounding)
            == Reference.quotient(left, right, rounding), "\(left) ÷ \(right) \(rounding)")
        let step = right.magnitude
        if step.isPositive, let expected = Reference.step(left, to: step, rounding) {
          #expect(left.rounded(to: step, rounding) == expected, "\(left) to \(step) \(rounding)")
        }
      }
    }
  }

  @Test func `a product is rounded in the named direction`() {
    let examples: [(Fixed, Fixed, Rounding, Fixed)] = [
      ("0.5", "0.000000000000000001", .nearestOrEven, "0"),
      ("0.5", "0.000000000000000003", .nearestOrEven, "0.000000000000000002"),
      ("-0.5", "0.000000000000000003", .nearestOrEven, "-0.000000000000000002"),
      ("-0.5", "0.000000000000000001", .down, "-0.000000000000000001"),
      ("-0.5", "0.000000000000000001", .up, "0"),
      ("0.5", "0.000000000000000001", .up, "0.000000000000000001"),
      ("0.5", "0.000000000000000001", .down, "0"),
      ("-0.5", "0.000000000000000001", .towardZero, "0"),
      ("-0.5", "0.000000000000000001", .awayFromZero, "-0.000000000000000001"),
      ("94321.5", "0.012", .towardZero, "1131.858"),
    ]
    for (left, right, rounding, expected) in examples {
      #expect(left.multiplied(by: right, rounding) == expected)
      #expect(right.multiplied(by: left, rounding) == expected)
    }
  }

  @Test func `a quotient is rounded in the named direction`() {
    let examples: [(Fixed, Fixed, Rounding, Fixed)] = [
      ("1", "3", .towardZero, "0.333333333333333333"), ("1", "3", .up, "0.333333333333333334"),
      ("-1", "3", .up, "-0.333333333333333333"), ("-1", "3", .down, "-0.333333333333333334"),
      ("2", "3", .nearestOrEven, "0.666666666666666667"),
      ("0.000000000000000001", "2", .nearestOrEven, "0"),
      ("0.000000000000000003", "2", .nearestOrEven, "0.000000000000000002"),
      ("7", "-2", .down, "-3.5"),
    ]
    for (left, right, rounding, expected) in examples {
      #expect(left.divided(by: right, rounding) == expected)
    }
  }

  @Test func `a number moves to a step in the named direction`() {
    let examples: [(Fixed, Fixed, Rounding, Fixed)] = [
      ("94321.55", "0.1", .down, "94321.5"), ("94321.55", "0.1", .up, "94321.6"),
      ("94321.55", "0.1", .nearestOrEven, "94321.6"),
      ("94321.45", "0.1", .nearestOrEven, "94321.4"),
      ("-94321.55", "0.1", .down, "-94321.6"), ("-94321.55", "0.1", .up, "-94321.5"),
      ("-94321.55", "0.1", .towardZero, "-94321.5"),
      ("-94321.55", "0.1", .awayFromZero, "-94321.6"),
      ("7", "5", .towardZero, "5"), ("7", "5", .awayFromZero, "10"), ("5", "5", .awayFromZero, "5"),
      ("0.3", "0.7", .towardZero, "0"), ("0.3", "0.7", .up, "0.7"), ("0", "0.5", .up, "0"),
    ]
    for (number, step, rounding, expected) in examples {
      #expect(number.rounded(to: step, rounding) == expected)
      #expect(expected.isMultiple(of: step))
      #expect(number.isMultiple(of: step) == (number == expected))
    }
  }

  @Test func `a product or quotient out of range is nil, never wrapped`() {
    let largest = Fixed(raw: .max)
    #expect(largest.multipliedIfInRange(by: 1, .up) == largest)
    #expect(largest.multipliedIfInRange(by: "1.000000000000000001", .towardZero) == nil)
    #expect(largest.multipliedIfInRange(by: largest, .towardZero) == nil)
    #expect(largest.dividedIfPossible(by: "0.999999999999999999", .towardZero) == nil)
    #expect(largest.dividedIfPossible(by: .leastPositive, .towardZero) == nil)
    #expect(Fixed.one.dividedIfPossible(by: .zero, .towardZero) == nil)
    #expect(Fixed.zero.dividedIfPossible(by: .zero, .towardZero) == nil)
  }

  @Test func `a sum out of range and a division by zero stop the program`() async {
    await #expect(processExitsWith: .failure) { _ = Fixed(raw: .max) + .leastPositive }
    await #expect(processExitsWith: .failure) { _ = Fixed.one.divided(by: .zero, .down) }
    await #expect(processExitsWith: .failure) { _ = Fixed.one.rounded(to: .zero, .down) }
  }

  @Test func `numbers are ordered by value`() {
    let ordered: [Fixed] = [
      Fixed(raw: -Int128.max), "-2", "-1.5", "-0.000000000000000001", "0",
      "0.000000000000000001", "0.5", "1", "10", Fixed(raw: .max),
    ]
    for (i, left) in ordered.enumerated() {
      for (j, right) in ordered.enumerated() {
        #expect((left < right) == (i < j))
        #expect((left == right) == (i == j))
      }
    }
  }
}
