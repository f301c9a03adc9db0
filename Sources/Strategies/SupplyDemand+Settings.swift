import MarketData
import Trading
import Units

extension SupplyDemand {
  /// What it is told.
  public struct Settings: Sendable, Hashable {
    /// The time frame of zones; a multiple of that of entries.
    public var zoneFrame: TimeFrame
    /// The time frame of entries; a multiple of that of the candles it is fed.
    public var entryFrame: TimeFrame
    /// The time frame of the candles it is fed, from which all others are rolled up.
    public var feedFrame: TimeFrame
    /// The time frame whose trend an entry must follow, a multiple of that of zones; nil asks for
    /// no trend.
    public var trendFrame: TimeFrame?
    /// The average true range (14) of the entry frame as a fraction of the price from which it
    /// enters on the candles it is fed instead of on those of the entry frame; nil never does.
    public var fastFrom: Rate?
    /// The least confidence of a zone, 0 through 1, in hundredths.
    public var confidenceMinimum: Int
    /// The most touches that a zone may have had, the present one included.
    public var touchLimit: Int
    /// The highest relative strength of a long, 0 through 100; a short mirrors it.
    public var strengthLimit: Int
    /// Whether the MACD's histogram must have moved the way of the entry since the candle before.
    public var asksForMomentum: Bool
    /// The least volume of the candle over the mean of twenty, its own included, in hundredths;
    /// zero asks nothing.
    public var volumeMinimum: Int
    /// The first hour of the day at which it enters, UTC, 0 through 23.
    public var sessionStart: Int
    /// The hour of the day up to which it enters, UTC; 24 is the end of the day. Where it comes
    /// before the first hour, the session goes on over midnight.
    public var sessionEnd: Int
    /// How many candles of the entry frame must close after an entry before the one that may be the
    /// next.
    public var cooldown: Int
    /// The profit at the target over the loss at the stop, both after costs.
    public var rewardToRisk: Rate
    /// The share of equity that is lost at the stop.
    public var riskShare: Rate

    /// States the settings; the session's two hours are not equal. Without a `feedFrame` it is fed
    /// the candles of its entries.
    public init(
      zoneFrame: TimeFrame = .oneHour, entryFrame: TimeFrame = .fifteenMinutes,
      feedFrame: TimeFrame? = nil, trendFrame: TimeFrame? = .fourHours, fastFrom: Rate? = nil,
      confidenceMinimum: Int = 60, touchLimit: Int = 2, strengthLimit: Int = 45,
      asksForMomentum: Bool = true, volumeMinimum: Int = 0, sessionStart: Int = 0,
      sessionEnd: Int = 24, cooldown: Int = 4, rewardToRisk: Rate = "2.2", riskShare: Rate = "0.01"
    ) {
      precondition(sessionStart != sessionEnd, "a session has a length")
      self.zoneFrame = zoneFrame
      self.entryFrame = entryFrame
      self.feedFrame = feedFrame ?? entryFrame
      self.trendFrame = trendFrame
      self.fastFrom = fastFrom
      self.confidenceMinimum = confidenceMinimum
      self.touchLimit = touchLimit
      self.strengthLimit = strengthLimit
      self.asksForMomentum = asksForMomentum
      self.volumeMinimum = volumeMinimum
      self.sessionStart = sessionStart
      self.sessionEnd = sessionEnd
      self.cooldown = cooldown
      self.rewardToRisk = rewardToRisk
      self.riskShare = riskShare
    }

    /// Whether it enters in an hour of the day, UTC, 0 through 23.
    func isInSession(hour: Int) -> Bool {
      sessionStart < sessionEnd
        ? hour >= sessionStart && hour < sessionEnd
        : hour >= sessionStart || hour < sessionEnd
    }

    /// States the standard settings for entries on candles of a length: zones of the first time
    /// frame that is at least four times as long and a multiple, the trend of the first that is as
    /// much longer than that of zones, none where there is none. Nil without a frame for zones.
    public init?(for entryFrame: TimeFrame, feedFrame: TimeFrame? = nil) {
      guard let zoneFrame = entryFrame.first(atLeast: 4) else { return nil }
      self.init(
        zoneFrame: zoneFrame, entryFrame: entryFrame, feedFrame: feedFrame,
        trendFrame: zoneFrame.first(atLeast: 4))
    }

    /// Whether candles of every time frame can be rolled up: zones are longer than entries, entries
    /// not shorter than what is fed, the trend longer than zones, and each is a multiple of the
    /// one before.
    public var framesFit: Bool {
      let isTrendFit = trendFrame.map { $0.span > zoneFrame.span && $0.isMultiple(of: zoneFrame) }
      return zoneFrame.span > entryFrame.span && zoneFrame.isMultiple(of: entryFrame)
        && entryFrame.isMultiple(of: feedFrame) && isTrendFit ?? true
    }
  }
}

extension TimeFrame {
  /// Returns the first frame that is at least so many times as long and a multiple; nil when none
  /// is.
  func first(atLeast times: Int64) -> TimeFrame? {
    TimeFrame.allCases.first {
      $0.span.milliseconds >= times * span.milliseconds && $0.isMultiple(of: self)
    }
  }
}
