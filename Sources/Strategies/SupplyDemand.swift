import MarketData
import Trading
import Units

/// Buys at demand and sells at supply: zones of a coarse time frame, entries on a fine one, in the
/// direction of a still coarser one.
///
/// A long is wished for when a candle of entries has closed rising, has reached into a demand zone
/// and closed above the zone's lower end, and every filter holds:
///
/// - there is no position, and enough candles have closed since the last one was opened,
/// - the last candle of the trend's frame closed above the exponential average of twenty,
/// - the zone is trusted enough, and this is not one visit too many,
/// - the relative strength (14) is low, and the MACD's histogram above that of the candle before,
/// - the candle's volume is at least the wished part of the mean of twenty,
/// - the hour at which it would enter, that of the candle's close, is in the session.
///
/// The stop lies beyond the zone by a quarter of the average true range (14), the target so far
/// that the ratio holds after costs. Shorts mirror that. A candle that closed where it opened is no
/// signal.
///
/// Where it is fed candles finer than those of entries and the market is volatile, each fine candle
/// is a candle of entries, measured by the figures of its own time frame.
public struct SupplyDemand: Strategy {
  /// What it was told.
  public let settings: Settings
  private var detector = ZoneDetector()
  private var zoneRoll: CandleRollUp?
  private var trendRoll: CandleRollUp?
  private var entryRoll: CandleRollUp?
  private var trend: CoarseTrend?
  /// The figures of the entry frame, and of the candles that are fed where these are finer.
  private var series = EntrySeries()
  private var fastSeries = EntrySeries()
  /// The average true range of the entry frame over the price; nil during the warm-up.
  private var rangeShare: Estimate?
  private var seenCount = 0
  private var look: Look?

  /// Makes a strategy that has seen nothing; the settings' time frames fit together.
  public init(_ settings: Settings = Settings()) {
    precondition(settings.framesFit, "each time frame is a multiple of the next finer one")
    self.settings = settings
    zoneRoll = CandleRollUp(from: settings.feedFrame, to: settings.zoneFrame)
    entryRoll = CandleRollUp(from: settings.feedFrame, to: settings.entryFrame)
    trend = settings.trendFrame.map { CoarseTrend($0) }
    trendRoll = settings.trendFrame.flatMap { CandleRollUp(from: settings.feedFrame, to: $0) }
  }

  public var requiredTimeFrame: TimeFrame? { settings.feedFrame }

  /// As many candles as the slowest part needs, and those of the coarse candle with whose middle
  /// the series may begin. The first zone needs the warm-up of its average true range, a base and
  /// the candle that leaves.
  public var warmUp: Int {
    func count(_ candles: Int, _ frame: TimeFrame) -> Int {
      candles * Int(frame.span.milliseconds / settings.feedFrame.span.milliseconds)
    }
    let trend = settings.trendFrame.map { count(CoarseTrend.period + 1, $0) } ?? 0
    return max(count(18, settings.zoneFrame), count(EntrySeries.warmUp, settings.entryFrame), trend)
  }

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard timeFrame == settings.feedFrame else { return [] }
    if seenCount < Int.max { seenCount += 1 }
    let entry = figures(candle)
    let zones = detector.zones
    roll(candle)
    guard let entry else { return [] }
    return wishes(entry, zones, context)
  }

  public func why() -> Explanation {
    guard let look else {
      return Explanation(
        goal: "enter at a zone",
        conditions: [
          Explanation.Condition(
            "warm-up over", value: "no, \(seenCount) of about \(warmUp) candles", isMet: false)
        ])
    }
    return Explanation(
      goal: "enter at a zone", conditions: look.conditions(settings), notes: look.notes(settings))
  }

  /// A candle that may be entered at.
  private struct Entry {
    let candle: Candle
    let frame: TimeFrame
    let figures: EntrySeries.Figures
  }

  /// Brings the figures up to date and returns the candle of entries that has closed; nil when none
  /// has, when a part of it is missing, or during the warm-up.
  private mutating func figures(_ candle: Candle) -> Entry? {
    guard let update = entryRoll?.apply(candle) else {
      let figures = measured(candle)
      return figures.map { Entry(candle: candle, frame: settings.entryFrame, figures: $0) }
    }
    if let late = update.late { _ = measured(late.candle) }
    let closed = update.current.candle.isClosed ? update.current : nil
    let calm = closed.flatMap { measured($0.candle) }
    let quick = fastSeries.update(candle)
    if isFast {
      return quick.map { Entry(candle: candle, frame: settings.feedFrame, figures: $0) }
    }
    guard let closed, closed.isComplete, let calm else { return nil }
    return Entry(candle: closed.candle, frame: settings.entryFrame, figures: calm)
  }

  /// Takes a closed candle of the entry frame.
  private mutating func measured(_ candle: Candle) -> EntrySeries.Figures? {
    let figures = series.update(candle)
    let close = Estimate(candle.close)
    rangeShare = figures.flatMap { close > 0 ? $0.range / close : nil }
    return figures
  }

  /// Whether the market is volatile enough for entries on the candles that are fed.
  private var isFast: Bool {
    guard let least = settings.fastFrom, let rangeShare else { return false }
    return rangeShare >= Estimate(least)
  }

  /// Brings zones and trend up to date.
  private mutating func roll(_ candle: Candle) {
    zoneRoll?.apply(candle)?.forEachClosed {
      detector.update($0.candle, isComplete: $0.isComplete)
    }
    trendRoll?.apply(candle)?.forEachClosed { trend?.update($0.candle) }
  }

  /// `zones` are those before the candle: what it proves cannot be touched by it.
  private mutating func wishes(
    _ entry: Entry, _ zones: [Zone], _ context: StrategyContext
  ) -> [Wish] {
    let side = Look.side(of: entry.candle)
    let zone = side.flatMap { Look.zone($0, touchedBy: entry.candle, zones) }
    let stop = side.flatMap { side in
      zone.flatMap { Look.stop(side, $0, range: entry.figures.range, context) }
    }
    let wish = side.flatMap { side in
      zone.flatMap { zone in
        stop.flatMap { stop in
          OpeningWish(
            side, stop: stop, rewardToRisk: settings.rewardToRisk, riskShare: settings.riskShare,
            reason:
              "\(zone.kind.rawValue) zone \(zone.bottom) to \(zone.top), \(zone.form.rawValue)",
            context)
        }
      }
    }
    let now = Look(
      candle: entry.candle, frame: entry.frame, figures: entry.figures, side: side, zone: zone,
      stop: stop, wish: wish, trend: trend, rangeShare: rangeShare, context: context)
    look = now
    // Hardly any candle touches a zone: the others need no conditions in words.
    guard let wish, context.held == nil, now.conditions(settings).allSatisfy(\.isMet) else {
      return []
    }
    return [.open(wish)]
  }
}
