import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct DayTests {
  private let start = Sample.start

  @Test func `the day is realized profit, unrealized change, fees and funding`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance(10_000)), at: start)
    let yesterday = start - .days(1)
    _ = book.apply(
      .positions([
        Sample.position("1", contracts: 10, entry: 60_000, mark: 61_000, opened: yesterday)
      ]), at: start)
    #expect(book.account.day.profit(unrealized: 10) == 0)
    _ = book.apply(
      .fill(Sample.fill("1", side: .sell, contracts: 5, fee: 1, realized: 7)), at: start)
    _ = book.apply(.fill(Sample.fill("0", fee: 9, realized: 90, at: yesterday)), at: start)
    _ = book.apply(.funding(Sample.btc, -2, at: start), at: start)
    #expect(book.account.day.profit(unrealized: 4) == Money(Fixed(7 - 1 - 2) + (4 - 10)))
    #expect(book.account.day.share(unrealized: 4) == "-0.0002")
  }

  @Test func `what was opened today is counted from zero`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.positions([Sample.position(entry: 60_000, mark: 61_000)]), at: start)
    #expect(book.account.day.profit(unrealized: 10) == 10)
    #expect(!book.account.day.isWholeDay)
  }

  @Test func `a new day starts at its offset and takes the figures of that moment`() {
    var book = AccountBook(dayOffset: .hours(2), at: start)
    #expect(book.account.day.startedAt == Timestamp(year: 2026, month: 3, day: 4, hour: 2))
    _ = book.apply(.balance(Sample.balance(500)), at: start)
    _ = book.apply(.positions([Sample.position(mark: 61_000)]), at: start)
    let early = book.turnDay(
      at: Timestamp(year: 2026, month: 3, day: 5, hour: 1, minute: 59), isCurrent: true)
    let due = book.turnDay(at: Timestamp(year: 2026, month: 3, day: 5, hour: 2), isCurrent: true)
    #expect([early, due] == [false, true])
    #expect(book.account.day.unrealizedAtStart == 10)
    #expect(book.account.day.equityAtStart == 500)
    #expect(book.account.day.isWholeDay)
  }

  @Test(arguments: [Price(61_000), 59_000])
  func `K05 what ended just before midnight and is told after it is no profit of the new day`(
    mark: Price
  ) throws {
    let midnight = Timestamp(year: 2026, month: 3, day: 5)
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance()), at: start)
    let held = Sample.position(entry: 60_000, mark: mark, opened: start)
    let known = midnight - .seconds(2)
    _ = book.apply(.positions([held]), at: known)
    let profit = held.unrealizedPnL
    #expect(!profit.isZero)
    _ = book.turnDay(at: midnight, isCurrent: true)
    #expect(book.account.day.profit(unrealized: profit) == 0)
    _ = book.apply(
      .fill(
        Sample.fill(
          "5", side: .sell, contracts: 10, fee: 0, realized: profit, at: midnight - .seconds(1))),
      at: midnight + .seconds(1))
    _ = book.apply(.positions([]), at: midnight + .seconds(1))
    #expect(book.account.day.profit(unrealized: 0) == 0)
    // A later run of the day counts from the same figures, and hears of that fill again.
    let written = book.takeUnwrittenDayStart(at: midnight + .seconds(2))
    var later = AccountBook(dayOffset: .zero, at: midnight + .hours(1))
    later.restoreDayStart(try #require(written))
    _ = later.apply(
      .fill(
        Sample.fill(
          "5", side: .sell, contracts: 10, fee: 0, realized: profit, at: midnight - .seconds(1))),
      at: midnight + .hours(1))
    _ = later.apply(.positions([]), at: midnight + .hours(1))
    #expect(later.account.day.profit(unrealized: 0) == 0)
  }

  @Test func `K05 what is told just before midnight and listed after it counts for one day`() {
    let midnight = Timestamp(year: 2026, month: 3, day: 5)
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance()), at: start)
    let held = Sample.position(entry: 60_000, mark: 61_000, opened: start)
    _ = book.apply(.positions([held]), at: midnight - .seconds(2))
    _ = book.apply(
      .fill(
        Sample.fill(
          "5", side: .sell, contracts: 10, fee: 0, realized: held.unrealizedPnL,
          at: midnight - .seconds(1))), at: midnight - .milliseconds(500))
    _ = book.turnDay(at: midnight, isCurrent: true)
    _ = book.apply(.positions([]), at: midnight + .seconds(1))
    #expect(book.account.day.profit(unrealized: 0) == 0)
  }

  @Test(arguments: [Money(30), -30])
  func `K05 of an unheard start a loss counts for the day and a profit does not`(realized: Money) {
    let midnight = Timestamp(year: 2026, month: 3, day: 5)
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance()), at: start)
    _ = book.apply(.positions([Sample.position(entry: 60_000, mark: 61_000)]), at: start)
    _ = book.turnDay(at: midnight, isCurrent: false)
    let told = midnight + .minutes(5)
    _ = book.apply(
      .fill(
        Sample.fill(
          "5", side: .sell, contracts: 10, fee: 0, realized: realized,
          at: midnight + .seconds(6))), at: told)
    _ = book.apply(.positions([]), at: told)
    #expect(book.account.day.profit(unrealized: 0) == min(0, realized))
  }

  @Test func `K05 a day that begins unheard counts from the next reading of the account`() {
    let midnight = Timestamp(year: 2026, month: 3, day: 5)
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance()), at: start)
    _ = book.apply(
      .positions([
        Sample.position(entry: 60_000, mark: 61_000),
        Sample.position("8", Sample.ether, contracts: 5, entry: 3_000, mark: 3_100, opened: start),
      ]), at: start)
    _ = book.turnDay(at: midnight, isCurrent: false)
    #expect(book.account.day.profit(unrealized: 0) == nil)
    #expect(book.account.day.equityAtStart == nil)
    let told = midnight + .minutes(5)
    let left = Sample.position(
      "8", Sample.ether, contracts: 5, entry: 3_000, mark: 3_050, opened: start)
    _ = book.apply(.balance(Sample.balance(10_100, at: told)), at: told)
    _ = book.apply(
      .fill(
        Sample.fill(
          "5", side: .sell, contracts: 10, fee: 1, realized: 100, at: midnight - .seconds(6))),
      at: told)
    _ = book.apply(.positions([left]), at: told)
    #expect(book.account.day.profit(unrealized: left.unrealizedPnL) == 0)
    #expect(book.account.day.equityAtStart == 10_100)
    #expect(!book.account.day.isWholeDay)
  }

  @Test func `K13 an account without money is no start of a day`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    book.restoreDayStart(EquityRecord(occasion: .dayStart, equity: 0, cash: 0, at: start))
    _ = book.apply(.balance(Sample.balance(0)), at: start)
    _ = book.apply(.positions([]), at: start)
    #expect(book.account.day.equityAtStart == nil)
    let none = book.takeUnwrittenDayStart(at: start)
    #expect(none == nil)
    _ = book.apply(.balance(Sample.balance(10_000)), at: start + .seconds(3))
    #expect(book.account.day.equityAtStart == 10_000)
    let written = book.takeUnwrittenDayStart(at: start + .seconds(3))
    #expect(written?.equity == 10_000)
  }

  @Test func `the start of the day is taken over from an earlier run of the same day`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    book.restoreDayStart(
      EquityRecord(occasion: .dayStart, equity: 1_010, cash: 1_000, at: start - .days(1)))
    #expect(book.account.day.equityAtStart == nil)
    book.restoreDayStart(
      EquityRecord(occasion: .dayStart, equity: 1_010, cash: 1_000, at: start - .hours(11)))
    #expect(book.account.day.equityAtStart == 1_010)
    #expect(book.account.day.unrealizedAtStart == 10)
  }
}
