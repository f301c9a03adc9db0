/// A moment split into the fields of the UTC calendar.
public struct CalendarFields: Sendable, Hashable {
  /// The year, such as 2026.
  public let year: Int
  /// The month, 1 through 12.
  public let month: Int
  /// The day of the month, 1 through 31.
  public let day: Int
  /// The hour, 0 through 23.
  public let hour: Int
  /// The minute, 0 through 59.
  public let minute: Int
  /// The second, 0 through 59.
  public let second: Int
  /// The millisecond, 0 through 999.
  public let millisecond: Int
}

extension Timestamp {
  /// The moment in the fields of the UTC calendar.
  ///
  /// Source: days-to-civil of Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms".
  public var utc: CalendarFields {
    let dayLength: Int64 = 86_400_000
    let midnight = start(of: .days(1))
    let inDay = Int(milliseconds - midnight.milliseconds)
    let shifted = midnight.milliseconds / dayLength + 719_468
    let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
    let dayOfEra = shifted - era * 146_097
    let yearOfEra =
      (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
    let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
    let shiftedMonth = (5 * dayOfYear + 2) / 153
    let day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
    let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
    let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
    return CalendarFields(
      year: Int(year), month: Int(month), day: Int(day), hour: inDay / 3_600_000,
      minute: inDay / 60_000 % 60, second: inDay / 1_000 % 60, millisecond: inDay % 1_000)
  }

  /// Makes a moment from fields of the UTC calendar.
  ///
  /// Source: civil-to-days of the same paper. Fields are taken as given, not checked.
  public init(
    year: Int, month: Int, day: Int, hour: Int = 0, minute: Int = 0, second: Int = 0,
    millisecond: Int = 0
  ) {
    let shiftedYear = Int64(month <= 2 ? year - 1 : year)
    let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
    let yearOfEra = shiftedYear - era * 400
    let dayOfYear = Int64((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1)
    let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
    let days = era * 146_097 + dayOfEra - 719_468
    let inDay = Int64(hour) * 3_600_000 + Int64(minute) * 60_000 + Int64(second) * 1_000
    self.init(milliseconds: days * 86_400_000 + inDay + Int64(millisecond))
  }

  /// The day and time in UTC, such as `2026-03-31 23:45:00.123`.
  public var isoText: String { "\(dateText) \(timeText).\(padded(utc.millisecond, 3))" }

  /// The day in UTC, such as `2026-03-31`.
  public var dateText: String {
    let fields = utc
    return "\(padded(fields.year, 4))-\(padded(fields.month, 2))-\(padded(fields.day, 2))"
  }

  /// The time of day in UTC, such as `23:45:00`.
  public var timeText: String {
    let fields = utc
    return "\(padded(fields.hour, 2)):\(padded(fields.minute, 2)):\(padded(fields.second, 2))"
  }

  private func padded(_ number: Int, _ width: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, width - digits.count)) + digits
  }
}

extension Timestamp: CustomStringConvertible {
  public var description: String { isoText }
}

extension TimeSpan: CustomStringConvertible {
  public var description: String { "\(milliseconds) ms" }
}
