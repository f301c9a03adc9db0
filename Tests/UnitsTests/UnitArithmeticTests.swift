import Testing
import Units

/// The places where two units meet.
@Suite struct UnitArithmeticTests {
  @Test func `contracts and coins convert by the contract value`() {
    // BTC-USDT: one contract is 0.001 BTC.
    #expect(("12" as Contracts).baseAmount(contractValue: "0.001") == ("0.012" as BaseAmount))
    #expect(Contracts("0.0129", contractValue: "0.001", .towardZero) == ("12.9" as Contracts))
    #expect(
      Contracts("1", contractValue: "3", .towardZero) == ("0.333333333333333333" as Contracts))
    #expect(Contracts("1", contractValue: "3", .up) == ("0.333333333333333334" as Contracts))
  }

  @Test func `a price times an amount is money`() {
    #expect(("94321.5" as Price).notional(of: "0.012") == ("1131.858" as Money))
    #expect(("0.00000000001" as Price).notional(of: "0.00000001", .up) == "0.000000000000000001")
    #expect(("0.00000000001" as Price).notional(of: "0.00000001", .towardZero) == 0)
    #expect(
      ("100000000000" as Price).notionalIfInRange(of: "100000000000", .towardZero) == nil)
  }

  @Test func `money divided by leverage is margin and back`() {
    #expect(("1131.858" as Money).margin(at: "20", .up) == ("56.5929" as Money))
    #expect(("100" as Money).margin(at: "3", .up) == ("33.333333333333333334" as Money))
    #expect(("56.5929" as Money).notional(at: "20", .towardZero) == ("1131.858" as Money))
  }

  @Test func `money buys an amount at a price and an amount has a price`() {
    #expect(("100" as Money).baseAmount(at: "8", .towardZero) == ("12.5" as BaseAmount))
    #expect(("100" as Money).price(per: "8", .up) == ("12.5" as Price))
    #expect(("100" as Money).price(per: 0, .up) == nil)
  }

  @Test func `a unit scales by a rate and is a fraction of another of its kind`() {
    #expect(("1131.858" as Money).scaled(by: "0.0006", .up) == ("0.6791148" as Money))
    #expect(("5" as Money).fraction(of: "20", .towardZero) == ("0.25" as Rate))
    #expect(("5" as Money).fraction(of: 0, .towardZero) == nil)
  }

  @Test func `a unit reads text by the strict rules`() throws {
    #expect(try Price(text: "94321.5") == "94321.5")
    #expect(throws: NumberProblem.malformed(at: 1)) { try Price(text: "1e5") }
    #expect(throws: NumberProblem.empty) { try Contracts(text: "") }
  }
}
