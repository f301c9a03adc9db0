import MarketData
import Trading
import Units

/// Buys at demand and sells at supply: zones of a coarse time frame, entries on a fine one.
///
/// A long is wished for when a fine candle has reached into a demand zone and closed rising above
/// the zone's lower end, and every filter holds: the zone is trusted enough and not worn out, the
/// relative strength is low, the volume is above its mean, the hour is in the session, and enough
/// candles have passed since the last entry. The stop lies beyond the zone by a part of the average
/// true range, the target so many times as far away. Shorts mirror that.
public struct SupplyDemand: Strategy {
  /// What it is told.
  public struct Settings: Sendable, Hashable {
    /// The time frame of zones; a multiple of that of entries.
    public var zoneFrame: TimeFrame
    /// The time frame of entries.
    public var entryFrame: TimeFrame
    /// The least confidence of a zone, 0 through 1, in hundredths.
    public var confidenceMinimum: Int
    /// The most touches that a zone may have had, the present one included.
    public var touchLimit: Int
    /// The highest relative strength of a long, 0 through 100; a short mirrors it.
    public var strengthLimit: Int
    /// The least volume of the candle over its mean of twenty, in hundredths; zero asks nothing.
    public var volumeMinimum: Int
    /// The first hour of the day at which it enters, UTC.
    public var sessionStart: Int
    /// The hour of the day up to which it enters, UTC; 24 is the end of the day.
    public var sessionEnd: Int
    /// How many candles of entries must pass between two entries.
    public var cooldown: Int
    /// The target's distance over the stop's.
    public var rewardToRisk: Rate
    /// The share of equity that is lost at the stop.
    public var riskShare: Rate

    /// States the settings; the session's hours are in order.
    public init(
      zoneFrame: TimeFrame = .oneHour, entryFrame: TimeFrame = .fifteenMinutes,
      confidenceMinimum: Int = 60, touchLimit: Int = 2, strengthLimit: Int = 45,
      volumeMinimum: Int = 0, sessionStart: Int = 0, sessionEnd: Int = 24, cooldown: Int = 4,
      rewardToRisk: Rate = "2.2", riskShare: Rate = "0.01"
    ) {
      precondition(sessionStart < sessionEnd, "a session has a length")
      self.zoneFrame = zoneFrame
      self.entryFrame = entryFrame
      self.confidenceMinimum = confidenceMinimum
      self.touchLimit = touchLimit
      self.strengthLimit = strengthLimit
      self.volumeMinimum = volumeMinimum
      self.sessionStart = sessionStart
      self.sessionEnd = sessionEnd
      self.cooldown = cooldown
      self.rewardToRisk = rewardToRisk
      self.riskShare = riskShare
    }

    /// States the standard settings for entries on candles of a length: zones of the first time
    /// frame that is at least four times as long and a multiple; nil when there is none.
    public init?(for entryFrame: TimeFrame) {
      let zoneFrame = TimeFrame.allCases.first {
        $0.span.milliseconds >= 4 * entryFrame.span.milliseconds
          && $0.span.milliseconds % entryFrame.span.milliseconds == 0
      }
      guard let zoneFrame else { return nil }
      self.init(zoneFrame: zoneFrame, entryFrame: entryFrame)
    }
  }

  /// What it was told.
  public let settings: Settings
  private var detector = ZoneDetector()
  private var rollUp: CandleRollUp?
  private var strength = RSI(14)
  private var range = ATR(14)
  private var meanVolume = SMA(20)
  private var sinceEntry = Int.max
  private var last: [Explanation.Condition] = []

  /// Makes a strategy that has seen nothing.
  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    rollUp = CandleRollUp(from: settings.entryFrame, to: settings.zoneFrame)
  }

  public var requiredTimeFrame: TimeFrame? { settings.entryFrame }

  /// As many candles as the first zone needs: the warm-up of its average true range, a base, the
  /// candle that leaves, and the part of a candle of zones with which the series may begin.
  public var warmUp: Int {
    let share = settings.zoneFrame.span.milliseconds / settings.entryFrame.span.milliseconds
    return Int(share) * 18
  }

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard timeFrame == settings.entryFrame else { return [] }
    if sinceEntry < Int.max { sinceEntry += 1 }
    let bar = Bar(candle)
    let figures = (strength.update(bar.close), range.update(bar), meanVolume.update(bar.volume))
    let side: PositionSide = candle.close > candle.open ? .long : .short
    let zone = zone(side == .long ? .demand : .supply, touchedBy: candle)
    rollUp?.apply(candle)?.forEachClosed {
      detector.update($0.candle, isComplete: $0.isComplete)
    }
    guard let rsi = figures.0, let reach = figures.1, let mean = figures.2 else {
      last = [Explanation.Condition("warm-up over", value: "no", isMet: false)]
      return []
    }
    last = conditions(
      side, zone, candle, strength: rsi, volume: mean > 0 ? bar.volume / mean : 0, context)
    guard last.allSatisfy(\.isMet), let zone else { return [] }
    guard let wish = wish(side, zone, reach: reach, context) else { return [] }
    sinceEntry = 0
    return [.open(wish)]
  }

  public func why() -> Explanation {
    Explanation(goal: "enter at a zone", conditions: last)
  }

  /// Stop beyond the zone by a quarter of the average true range, target by the wished multiple.
  private func wish(
    _ side: PositionSide, _ zone: Zone, reach: Estimate, _ context: StrategyContext
  ) -> OpeningWish? {
    guard let room = Price(rounding: reach / 4, to: context.tickSize, .up) else { return nil }
    let stop = side == .long ? zone.bottom - room : zone.top + room
    return OpeningWish(
      side, stop: stop, rewardToRisk: settings.rewardToRisk, riskShare: settings.riskShare,
      reason: "\(zone.kind.rawValue) zone \(zone.bottom) to \(zone.top), \(zone.form.rawValue)",
      context)
  }

  /// The youngest zone that a candle reached into without closing beyond it.
  private func zone(_ kind: Zone.Kind, touchedBy candle: Candle) -> Zone? {
    detector.zones.last { zone in
      guard zone.kind == kind, zone.provenAt < candle.openTime else { return false }
      return kind == .demand
        ? candle.low <= zone.top && candle.close > zone.bottom
        : candle.high >= zone.bottom && candle.close < zone.top
    }
  }

  private func conditions(
    _ side: PositionSide, _ zone: Zone?, _ candle: Candle, strength: Estimate,
    volume: Estimate, _ context: StrategyContext
  ) -> [Explanation.Condition] {
    let kind = side == .long ? "demand" : "supply"
    let hour = candle.openTime.utc.hour
    let isWeak =
      side == .long
      ? strength <= .init(settings.strengthLimit)
      : strength >= .init(100 - settings.strengthLimit)
    let trust = zone.map { Int(($0.confidence * 100).rounded(.down)) }
    return [
      Explanation.Condition(
        "no position", value: context.held.map(\.rawValue) ?? "none", isMet: context.held == nil),
      Explanation.Condition(
        "a \(kind) zone is touched",
        value: zone.map { "\($0.form.rawValue) \($0.bottom) to \($0.top)" } ?? "none",
        isMet: zone != nil),
      Explanation.Condition(
        "confidence from \(settings.confidenceMinimum) %",
        value: trust.map { "\($0) %" } ?? "none",
        isMet: trust.map { $0 >= settings.confidenceMinimum } ?? false),
      Explanation.Condition(
        "at most \(settings.touchLimit) touches",
        value: zone.map { "\($0.touchCount + 1)" } ?? "none",
        isMet: zone.map { $0.touchCount < settings.touchLimit } ?? false),
      Explanation.Condition(
        side == .long
          ? "RSI up to \(settings.strengthLimit)" : "RSI from \(100 - settings.strengthLimit)",
        value: "\(Int(strength.rounded()))", isMet: isWeak),
      Explanation.Condition(
        "volume from \(settings.volumeMinimum) % of its mean",
        value: "\(Int((volume * 100).rounded())) %",
        isMet: volume * 100 >= .init(settings.volumeMinimum)),
      Explanation.Condition(
        "hours \(settings.sessionStart) to \(settings.sessionEnd) UTC", value: "\(hour)",
        isMet: hour >= settings.sessionStart && hour < settings.sessionEnd),
      Explanation.Condition(
        "\(settings.cooldown) candles since the last entry",
        value: sinceEntry == .max ? "none yet" : "\(sinceEntry)",
        isMet: sinceEntry > settings.cooldown),
    ]
  }
}
