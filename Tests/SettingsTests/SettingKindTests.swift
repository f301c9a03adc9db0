import TestSupport
import Testing
import Trading
import Units

@testable import Settings

private func read<Value>(_ kind: SettingKind<Value>, _ text: String) -> Value? {
  do throws(SettingTextProblem) { return try kind.read(text) } catch { return nil }
}

@Test(
  arguments: [
    ("1 %", "0.01"), ("1%", "0.01"), ("0.05 %", "0.0005"), ("100 %", "1"),
    ("0.0000000000000001 %", "0.000000000000000001"),
  ] as [(String, Rate)])
func `a percentage is exact`(text: String, rate: Rate) {
  #expect(read(.percent(0...1, example: "0.5"), text) == rate)
}

@Test(arguments: [
  "1", "0.01", "%", " %", "1  %", "1\t%", "+1 %", "01 %", ".5 %", "1. %", "1e1 %", "1,5 %", "１ %",
  "NaN %", "0x1 %", "1 % ", " 1 %", "1 %%", "0.00000000000000001 %",
])
func `what only looks like a percentage is refused`(text: String) {
  #expect(read(.percent(0...1, example: "0.5"), text) == nil)
}

@Test(
  arguments: [
    ("250 ms", 250), ("5 s", 5_000), ("5s", 5_000), ("1.5 s", 1_500), ("0.25 min", 15_000),
    ("2 h", 7_200_000), ("0 s", 0),
  ] as [(String, Int64)])
func `a time is exact to the millisecond`(text: String, milliseconds: Int64) {
  #expect(
    read(.span(.zero ... .hours(24), example: .zero), text)
      == TimeSpan(milliseconds: milliseconds))
}

@Test(arguments: ["5", "5 sec", "0.0001 s", "-1 s", "5 S", "1 h 30 min", "99999999999999999999 h"])
func `what only looks like a time is refused`(text: String) {
  #expect(read(.span(.zero ... .hours(24), example: .zero), text) == nil)
}

@Test(arguments: ["2.5", "+2", "02", "2 ", "", "two", "9223372036854775808"])
func `what only looks like a count is refused`(text: String) {
  #expect(read(.count(0...Int.max, example: 1), text) == nil)
}

@Test(arguments: ["yes", "no", "on", "off", "True", "1", "y"])
func `YAML's other spellings of a flag are refused`(text: String) {
  #expect(read(.flag, text) == nil)
}

@Test(arguments: [
  ("BTC-USDT", true), ("1000PEPE-USDT", true), ("btc-usdt", false), ("BTC", false),
  ("BTC-USDT-PERP", false), ("-USDT", false), ("BTC-", false), ("BTC_USDT", false),
  ("ＢＴＣ-USDT", false),
])
func `an instrument is written as the exchange writes it`(text: String, isFine: Bool) {
  #expect((read(.instrument, text) != nil) == isFine)
}

@Test func `what is printed is read back`() {
  var random = SeededRandom(seed: 20_260_331)
  for _ in 0..<2_000 {
    let rate = Rate(Fixed(raw: Int128(random.next() >> 4)))
    #expect(
      read(.percent(0...1_000_000, example: 1), percentText(rate)) == rate, "seed \(random.seed)")
    let span = TimeSpan(milliseconds: Int64(random.below(86_400_000)))
    #expect(read(.span(.zero ... .hours(24), example: .zero), spanText(span)) == span)
    let minutes = random.below(1_441)
    let time = TimeOfDay(minutes: minutes)
    #expect(read(.timeOfDay, time.description) == time)
    let leverage = Leverage(Fixed(random.within(1...150)))
    #expect(read(.leverage(1...150, example: 1), leverageText(leverage)) == leverage)
  }
}

@Test(
  arguments: [
    ("leverageMaximun", "leverageMaximum"), ("LEVERAGEMAXIMUM", "leverageMaximum"),
    ("priceColar", "priceCollar"), ("pirceCollar", "priceCollar"), ("wholly", nil), ("", nil),
    ("color", nil),
  ] as [(String, String?)])
func `the nearest name is suggested when it is near`(text: String, nearest: String?) {
  #expect(nearestName(to: text, among: ["leverageMaximum", "priceCollar", "dayStart"]) == nearest)
}
