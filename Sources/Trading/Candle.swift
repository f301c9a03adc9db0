import Units

/// The length of a candle.
public enum TimeFrame: String, Sendable, Hashable, CaseIterable {
  case oneMinute = "1m"
  case threeMinutes = "3m"
  case fiveMinutes = "5m"
  case fifteenMinutes = "15m"
  case thirtyMinutes = "30m"
  case oneHour = "1h"
  case twoHours = "2h"
  case fourHours = "4h"
  case sixHours = "6h"
  case eightHours = "8h"
  case twelveHours = "12h"
  case oneDay = "1d"
  case threeDays = "3d"
  case oneWeek = "1w"

  /// The length; every frame here has a fixed one (a calendar month has not).
  public var span: TimeSpan {
    switch self {
    case .oneMinute: .minutes(1)
    case .threeMinutes: .minutes(3)
    case .fiveMinutes: .minutes(5)
    case .fifteenMinutes: .minutes(15)
    case .thirtyMinutes: .minutes(30)
    case .oneHour: .hours(1)
    case .twoHours: .hours(2)
    case .fourHours: .hours(4)
    case .sixHours: .hours(6)
    case .eightHours: .hours(8)
    case .twelveHours: .hours(12)
    case .oneDay: .days(1)
    case .threeDays: .days(3)
    case .oneWeek: .days(7)
    }
  }

  /// Returns the open time of the candle that holds a moment.
  ///
  /// Weeks open on Monday 00:00 UTC: 1970-01-01 was a Thursday, so the boundary is moved four days.
  public func openTime(of moment: Timestamp) -> Timestamp {
    moment.start(of: span, offset: self == .oneWeek ? .days(4) : .zero)
  }
}

/// Open, high, low and close of one time frame, and what was traded in it.
public struct Candle: Sendable, Hashable {
  /// When it opened.
  public let openTime: Timestamp
  /// The first price.
  public let open: Price
  /// The highest price.
  public let high: Price
  /// The lowest price.
  public let low: Price
  /// The last price.
  public let close: Price
  /// Coins traded.
  public let volume: BaseAmount
  /// Whether it will not change any more.
  public let isClosed: Bool

  /// States a candle.
  @inlinable
  public init(
    openTime: Timestamp, open: Price, high: Price, low: Price, close: Price, volume: BaseAmount,
    isClosed: Bool
  ) {
    self.openTime = openTime
    self.open = open
    self.high = high
    self.low = low
    self.close = close
    self.volume = volume
    self.isClosed = isClosed
  }

  /// Whether the highest and lowest price enclose the others and all are above zero.
  public var isConsistent: Bool {
    low.isPositive && low <= open && low <= close && high >= open && high >= close
      && !volume.isNegative
  }
}
