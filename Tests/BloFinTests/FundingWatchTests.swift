import Testing
import Trading
import Units

@testable import BloFin

@Suite struct FundingWatchTests {
  private let start = Timestamp(year: 2026, month: 3, day: 4, hour: 7) + .minutes(30)
  private let eight = Timestamp(year: 2026, month: 3, day: 4, hour: 8)

  private func row(_ id: String, _ amount: Money, at time: Timestamp) -> Bill {
    Bill(id: id, kind: .funding, instrument: "BTC-USDT", amount: amount, time: time)
  }

  @Test func `funding is read once after each full hour, from the start on`() {
    var watch = FundingWatch()
    #expect(watch.due(at: start) == nil)
    #expect(watch.due(at: start + .minutes(10)) == nil)
    #expect(watch.due(at: eight + .seconds(30)) == nil)
    #expect(watch.due(at: eight + .minutes(2)) == start)
    #expect(watch.due(at: eight + .minutes(3)) == nil)
    _ = watch.answered([])
    #expect(watch.due(at: eight + .minutes(5)) == nil)
    #expect(watch.due(at: eight + .minutes(62)) == start)
    _ = watch.answered([])
    #expect(watch.due(at: eight + .minutes(122)) == eight)
  }

  @Test func `what could not be read is read again`() {
    var watch = FundingWatch()
    _ = watch.due(at: start)
    #expect(watch.due(at: eight + .minutes(2)) == start)
    #expect(watch.answered(nil) == [])
    #expect(watch.due(at: eight + .minutes(3)) == start)
  }

  @Test func `a list that the exchange does not have is not asked for again`() {
    var watch = FundingWatch()
    _ = watch.due(at: start)
    _ = watch.due(at: eight + .minutes(2))
    watch.giveUp()
    _ = watch.answered(nil)
    #expect(watch.due(at: eight + .minutes(63)) == nil)
    #expect(Endpoint.fundingFees.isOptional)
  }

  @Test func `a settlement is told once, with both sides of a hedge, and none from before`() {
    var watch = FundingWatch()
    _ = watch.due(at: start)
    _ = watch.due(at: eight + .minutes(2))
    let told = watch.answered([
      row("2", "-0.5", at: eight), row("3", "0.2", at: eight),
      row("1", "-9", at: start - .minutes(30)),
    ])
    let sum = FundingWatch.Payment(instrument: "BTC-USDT", amount: "-0.3", settledAt: eight)
    #expect(told == [sum])
  }

  @Test func `R09 X03 what was settled while the program was down is read at its start`() {
    var watch = FundingWatch()
    watch.resume(from: start - .days(2))
    #expect(watch.due(at: start) == start - .days(2))
    let told = watch.answered([
      row("2", "-0.5", at: eight - .hours(8)), row("1", "-0.3", at: eight - .hours(16)),
      row("0", "-9", at: start - .days(2) - .minutes(1)),
    ])
    #expect(told.map(\.amount) == ["-0.3", "-0.5"])
    // From here on it goes by the hours, as ever.
    #expect(watch.due(at: start + .minutes(10)) == nil)
    #expect(watch.due(at: eight + .minutes(2)) == eight - .hours(2))
  }

  @Test func `X03 R09 of the last hour before a restart only what the journal lacks is told`() {
    var watch = FundingWatch()
    let known = FundingRecord(
      instrument: "BTC-USDT", amount: "-0.5", settledAt: eight, at: eight + .minutes(1))
    watch.resume(from: eight - .minutes(59), known: [known])
    #expect(watch.due(at: eight + .minutes(63)) == eight - .minutes(59))
    let late = Bill(
      id: "4", kind: .funding, instrument: "ETH-USDT", amount: "-0.2", time: eight)
    #expect(
      watch.answered([row("3", "-0.5", at: eight), late])
        == [FundingWatch.Payment(instrument: "ETH-USDT", amount: "-0.2", settledAt: eight)])
  }

  @Test func `X03 the exchange is not asked for what it does not keep`() {
    var watch = FundingWatch()
    watch.resume(from: start - .days(60))
    #expect(watch.due(at: start) == start - .days(7))
  }

  @Test func `X03 nothing is asked for when nothing can have been settled since`() {
    var watch = FundingWatch()
    watch.resume(from: start - .minutes(10))
    #expect(watch.due(at: start) == nil)
  }
}
