import Trading
import Units

/// The length of a venue's candle. Source: BloFin reference 3.1.8 (`1m` … `1M`).
///
/// Unlike ``TimeFrame`` it has the calendar month. Where three-day and month bars start is not
/// documented: three days are counted from 1970, months by the UTC calendar [?].
public enum CandleBar: Int, Sendable, Hashable, CaseIterable {
  case oneMinute, threeMinutes, fiveMinutes, fifteenMinutes, thirtyMinutes
  case oneHour, twoHours, fourHours, sixHours, eightHours, twelveHours
  case oneDay, threeDays, oneWeek, oneMonth

  /// Takes over a time frame of the trading vocabulary.
  public init(_ frame: TimeFrame) {
    switch frame {
    case .oneMinute: self = .oneMinute
    case .threeMinutes: self = .threeMinutes
    case .fiveMinutes: self = .fiveMinutes
    case .fifteenMinutes: self = .fifteenMinutes
    case .thirtyMinutes: self = .thirtyMinutes
    case .oneHour: self = .oneHour
    case .twoHours: self = .twoHours
    case .fourHours: self = .fourHours
    case .sixHours: self = .sixHours
    case .eightHours: self = .eightHours
    case .twelveHours: self = .twelveHours
    case .oneDay: self = .oneDay
    case .threeDays: self = .threeDays
    case .oneWeek: self = .oneWeek
    }
  }

  /// The time frame of the trading vocabulary, nil for the month.
  public var timeFrame: TimeFrame? {
    switch self {
    case .oneMinute: .oneMinute
    case .threeMinutes: .threeMinutes
    case .fiveMinutes: .fiveMinutes
    case .fifteenMinutes: .fifteenMinutes
    case .thirtyMinutes: .thirtyMinutes
    case .oneHour: .oneHour
    case .twoHours: .twoHours
    case .fourHours: .fourHours
    case .sixHours: .sixHours
    case .eightHours: .eightHours
    case .twelveHours: .twelveHours
    case .oneDay: .oneDay
    case .threeDays: .threeDays
    case .oneWeek: .oneWeek
    case .oneMonth: nil
    }
  }

  /// Returns when the bar that holds a moment opened.
  public func openTime(of moment: Timestamp) -> Timestamp {
    guard let frame = timeFrame else {
      let fields = moment.utc
      return Timestamp(year: fields.year, month: fields.month, day: 1)
    }
    return frame.openTime(of: moment)
  }

  /// Returns when the bar that opened at a moment ends.
  public func endTime(openTime: Timestamp) -> Timestamp {
    guard let frame = timeFrame else {
      let fields = openTime.utc
      return fields.month == 12
        ? Timestamp(year: fields.year + 1, month: 1, day: 1)
        : Timestamp(year: fields.year, month: fields.month + 1, day: 1)
    }
    return openTime + frame.span
  }
}

/// Which price a candle is of.
public enum CandleSource: Sendable, Hashable, CaseIterable {
  /// Trades.
  case last
  /// The mark price; no volume.
  case mark
  /// The index price; no volume.
  case index
}

/// A candle with the three volumes that the exchange gives. Source: BloFin reference 3.1.8.
public struct VenueCandle: Sendable, Hashable {
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
  /// Contracts traded.
  public let contracts: Contracts
  /// Coins traded.
  public let baseVolume: BaseAmount
  /// Money traded.
  public let quoteVolume: Money
  /// Whether it will not change any more.
  public let isClosed: Bool
}
