import Units

/// A time of day in UTC, in whole minutes; 24:00 is the end of the day.
public struct TimeOfDay: Sendable, Hashable, Comparable {
  /// Minutes since 00:00 UTC, 0 through 1440.
  public let minutes: Int

  /// States a time of day; traps outside of the day.
  public init(minutes: Int) {
    precondition((0...1_440).contains(minutes), "a day has 1440 minutes")
    self.minutes = minutes
  }

  /// The time since 00:00 UTC.
  public var span: TimeSpan { .minutes(Int64(minutes)) }

  public static func < (left: TimeOfDay, right: TimeOfDay) -> Bool { left.minutes < right.minutes }
}

extension TimeOfDay: CustomStringConvertible {
  public var description: String {
    let (hour, minute) = minutes.quotientAndRemainder(dividingBy: 60)
    return "\(hour < 10 ? "0" : "")\(hour):\(minute < 10 ? "0" : "")\(minute)"
  }
}

/// A day of the week, in UTC.
public enum Weekday: String, Sendable, Hashable, CaseIterable {
  case monday = "mon"
  case tuesday = "tue"
  case wednesday = "wed"
  case thursday = "thu"
  case friday = "fri"
  case saturday = "sat"
  case sunday = "sun"
}

/// A part of a day in UTC: from a time to a later one.
public struct DayWindow: Sendable, Hashable {
  /// The first moment.
  public let from: TimeOfDay
  /// The moment after the last one, later than `from`.
  public let to: TimeOfDay

  /// States a part of a day; traps unless it ends later than it begins.
  public init(from: TimeOfDay, to: TimeOfDay) {
    precondition(from < to, "a window ends later than it begins")
    self.from = from
    self.to = to
  }

  /// The whole day.
  public static var wholeDay: DayWindow {
    DayWindow(from: TimeOfDay(minutes: 0), to: TimeOfDay(minutes: 1_440))
  }
}

/// When strategies may open, by the day of the week in UTC.
public struct TradingHours: Sendable, Hashable {
  private var windows: [DayWindow?]

  /// Every day, all day.
  public static var always: TradingHours {
    TradingHours(windows: Array(repeating: .wholeDay, count: Weekday.allCases.count))
  }

  /// The window of a day, nil when strategies do not open on it.
  public subscript(_ day: Weekday) -> DayWindow? {
    get { windows[day.index] }
    set { windows[day.index] = newValue }
  }

  /// Whether a moment lies within the window of its day in UTC.
  public func isOpen(at moment: Timestamp) -> Bool {
    guard let window = self[Weekday(of: moment)] else { return false }
    let sinceMidnight = moment - moment.start(of: .days(1))
    return sinceMidnight >= window.from.span && sinceMidnight < window.to.span
  }
}

extension Weekday {
  /// The day of the week of a moment in UTC.
  public init(of moment: Timestamp) {
    let day = moment.start(of: .days(1)).milliseconds / TimeSpan.days(1).milliseconds
    // 1970-01-01, day zero, was a Thursday: three places after Monday.
    let place = Int((day + 3) % 7)
    self = Self.allCases[place < 0 ? place + 7 : place]
  }

  /// The place in the week, Monday being zero.
  fileprivate var index: Int {
    switch self {
    case .monday: 0
    case .tuesday: 1
    case .wednesday: 2
    case .thursday: 3
    case .friday: 4
    case .saturday: 5
    case .sunday: 6
    }
  }
}

/// What happens when too many stops were hit in a row.
public enum StopOutReaction: String, Sendable, Hashable, CaseIterable {
  /// Each order of a strategy waits for a human key.
  case approval
  /// Nothing new until a person says otherwise.
  case halt
}
