import Foundation
import TestSupport
import Testing
import Units

/// Moments, periods and the UTC calendar.
@Suite struct TimestampTests {
  @Test(arguments: [
    (0, "1970-01-01 00:00:00.000"), (-1, "1969-12-31 23:59:59.999"),
    (951_782_400_000, "2000-02-29 00:00:00.000"), (951_868_799_999, "2000-02-29 23:59:59.999"),
    (951_868_800_000, "2000-03-01 00:00:00.000"), (1_709_164_800_000, "2024-02-29 00:00:00.000"),
    (1_709_251_200_000, "2024-03-01 00:00:00.000"), (1_740_787_199_999, "2025-02-28 23:59:59.999"),
    (1_740_787_200_000, "2025-03-01 00:00:00.000"), (4_107_542_400_000, "2100-03-01 00:00:00.000"),
    (4_107_542_399_999, "2100-02-28 23:59:59.999"), (1_763_200_000_113, "2025-11-15 09:46:40.113"),
    (-2_203_891_200_000, "1900-03-01 00:00:00.000"),
    (-2_203_891_200_001, "1900-02-28 23:59:59.999"),
    (1_230_768_000_000, "2009-01-01 00:00:00.000"),
    (253_402_300_799_999, "9999-12-31 23:59:59.999"),
    (-62_135_596_800_000, "0001-01-01 00:00:00.000"),
  ])
  func `prints as day and time in UTC`(_ milliseconds: Int64, _ text: String) {
    let moment = Timestamp(milliseconds: milliseconds)
    #expect(moment.isoText == text)
    #expect(moment.description == text)
    #expect("\(moment.dateText) \(moment.timeText)" == text.dropLast(4))
  }

  @Test func `every day of four centuries follows the one before`() {
    var fields = Timestamp(year: 1899, month: 12, day: 31).utc
    var moment = Timestamp(year: 1900, month: 1, day: 1)
    let end = Timestamp(year: 2301, month: 1, day: 1)
    while moment < end {
      let next = moment.utc
      let isLeap = fields.year % 4 == 0 && (fields.year % 100 != 0 || fields.year % 400 == 0)
      let lengths = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
      let isLastOfMonth = fields.day == lengths[fields.month - 1]
      let isLastOfYear = isLastOfMonth && fields.month == 12
      #expect(next.day == (isLastOfMonth ? 1 : fields.day + 1), "\(moment)")
      #expect(next.month == (isLastOfYear ? 1 : isLastOfMonth ? fields.month + 1 : fields.month))
      #expect(next.year == (isLastOfYear ? fields.year + 1 : fields.year))
      #expect(Timestamp(year: next.year, month: next.month, day: next.day) == moment)
      fields = next
      moment = moment + .days(1)
    }
  }

  @Test(arguments: Seeds.first(50))
  func `fields and moment are two forms of one thing`(_ seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    for _ in 0..<50 {
      let moment = Timestamp(
        milliseconds: Int64(random.within(-62_135_596_800_000...253_402_300_799_999)))
      let fields = moment.utc
      #expect(
        Timestamp(
          year: fields.year, month: fields.month, day: fields.day, hour: fields.hour,
          minute: fields.minute, second: fields.second, millisecond: fields.millisecond)
          == moment)
      // Foundation's calendar as an independent witness, in the years where both are Gregorian.
      if fields.year > 1600 {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(identifier: "UTC"))
        let date = Date(timeIntervalSince1970: Double(moment.milliseconds) / 1_000)
        let other = calendar.dateComponents([.year, .month, .day, .hour, .minute], from: date)
        #expect(
          [other.year, other.month, other.day, other.hour, other.minute]
            == [fields.year, fields.month, fields.day, fields.hour, fields.minute], "\(moment)")
      }
    }
  }

  @Test(
    arguments: [
      (0, 0), (1, 0), (86_399_999, 0), (86_400_000, 86_400_000), (-1, -86_400_000),
      (-86_400_000, -86_400_000), (-86_400_001, -172_800_000),
    ] as [(Int64, Int64)])
  func `a day starts at midnight UTC, before 1970 too`(_ moment: Int64, _ start: Int64) {
    #expect(
      Timestamp(milliseconds: moment).start(of: .days(1)) == Timestamp(milliseconds: start))
  }

  @Test func `a day with an offset starts at that hour`() {
    let offset = TimeSpan.hours(2)
    let boundary = Timestamp(year: 2026, month: 3, day: 31, hour: 2)
    #expect(boundary.start(of: .days(1), offset: offset) == boundary)
    #expect(
      (boundary - .milliseconds(1)).start(of: .days(1), offset: offset)
        == Timestamp(year: 2026, month: 3, day: 30, hour: 2))
  }

  @Test(arguments: Seeds.first(20))
  func `a period start is the last boundary at or before the moment`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    for _ in 0..<100 {
      let period = TimeSpan(milliseconds: Int64(random.within(1...900_000_000)))
      let offset = TimeSpan(milliseconds: Int64(random.within(-900_000_000...900_000_000)))
      let moment = Timestamp(milliseconds: Int64(random.within(-9_000_000_000...2_000_000_000_000)))
      let start = moment.start(of: period, offset: offset)
      #expect(start <= moment && moment < start + period)
      #expect((start.milliseconds - offset.milliseconds) % period.milliseconds == 0)
    }
  }

  @Test func `spans are named by their unit`() {
    #expect(TimeSpan.seconds(90) == .milliseconds(90_000))
    #expect(TimeSpan.minutes(2) + .seconds(1) == .milliseconds(121_000))
    #expect(TimeSpan.hours(24) == .days(1))
    #expect(Timestamp(milliseconds: 5_000) - Timestamp(milliseconds: 2_000) == .seconds(3))
    #expect(TimeSpan.seconds(1).description == "1000 ms")
  }
}
