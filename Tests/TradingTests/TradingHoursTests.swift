import Testing
import Trading
import Units

@Suite struct TradingHoursTests {
  @Test(arguments: [
    (Timestamp(year: 1970, month: 1, day: 1), Weekday.thursday),
    (Timestamp(year: 2026, month: 3, day: 4), .wednesday),
    (Timestamp(year: 2028, month: 2, day: 29), .tuesday),
    (Timestamp(year: 2038, month: 1, day: 19), .tuesday),
    (Timestamp(year: 2026, month: 3, day: 29), .sunday),
  ])
  func `C05 the day of the week is that of UTC, on leap days and past 2038`(
    moment: Timestamp, day: Weekday
  ) {
    #expect(Weekday(of: moment) == day)
    #expect(Weekday(of: moment + .hours(24) - .milliseconds(1)) == day)
  }

  @Test func `a window is open from its first minute to its last`() {
    var hours = TradingHours.always
    hours[.wednesday] = DayWindow(from: TimeOfDay(minutes: 480), to: TimeOfDay(minutes: 1_020))
    hours[.thursday] = nil
    let day = Timestamp(year: 2026, month: 3, day: 4)
    let moments: [TimeSpan] = [
      .hours(8) - .milliseconds(1), .hours(8), .hours(17) - .milliseconds(1), .hours(17),
      .hours(30), .hours(48),
    ]
    #expect(moments.map { hours.isOpen(at: day + $0) } == [false, true, true, false, false, true])
  }
}
