import MarketData
import Trading
import Units

extension SupplyDemand {
  /// What was looked at when a candle of entries closed.
  struct Look: Sendable {
    let candle: Candle
    let frame: TimeFrame
    let figures: EntrySeries.Figures
    /// The side that the candle points to; nil when it closed where it opened.
    let side: PositionSide?
    let zone: Zone?
    /// The stop that is asked for; nil without a zone.
    let stop: Price?
    let wish: OpeningWish?
    let trend: CoarseTrend?
    let rangeShare: Estimate?
    let context: StrategyContext
  }
}

extension SupplyDemand.Look {
  /// The side that a candle points to; nil when it closed where it opened.
  static func side(of candle: Candle) -> PositionSide? {
    candle.close > candle.open ? .long : candle.close < candle.open ? .short : nil
  }

  /// The youngest zone that a candle reached into without closing beyond it.
  static func zone(_ side: PositionSide, touchedBy candle: Candle, _ zones: [Zone]) -> Zone? {
    zones.last { zone in
      guard zone.provenAt < candle.openTime else { return false }
      switch zone.kind {
      case .demand: return side == .long && candle.low <= zone.top && candle.close > zone.bottom
      case .supply: return side == .short && candle.high >= zone.bottom && candle.close < zone.top
      }
    }
  }

  /// The stop beyond a zone by a quarter of the average true range; nil without a range.
  static func stop(
    _ side: PositionSide, _ zone: Zone, range: Estimate, _ context: StrategyContext
  ) -> Price? {
    guard let room = Price(rounding: range / 4, to: context.tickSize, .up) else { return nil }
    return side == .long ? zone.bottom - room : zone.top + room
  }

  /// The conditions in the order in which they are looked at; those of a side only with a side.
  func conditions(_ settings: SupplyDemand.Settings) -> [Explanation.Condition] {
    let direction = Explanation.Condition(
      "closed rising or falling", value: "from \(candle.open) to \(candle.close)",
      isMet: side != nil)
    let general = [free, session(settings), pause(settings)]
    guard let side else { return [direction] + general }
    let trend = trend.map { trendCondition($0, side) }
    let momentum = settings.asksForMomentum ? momentum(side) : nil
    return [direction, general[0], touched(side)] + [trend].compactMap { $0 }
      + [confidence(settings), touches(settings), strength(side, settings)]
      + [momentum].compactMap { $0 } + [volume(settings), general[1], general[2]]
      + (zone == nil ? [] : [OpeningWish.condition(wish, stop: stop, context)])
  }

  /// Which candles are those of entries, where there is a choice.
  func notes(_ settings: SupplyDemand.Settings) -> [String] {
    guard let least = settings.fastFrom else { return [] }
    let share = rangeShare.map { "\(($0 * 100).shown) %" } ?? "—"
    return [
      "entries on \(frame.rawValue): the range of \(settings.entryFrame.rawValue) is \(share) of "
        + "the price, on \(settings.feedFrame.rawValue) from \((Estimate(least) * 100).shown) %"
    ]
  }

  private var free: Explanation.Condition {
    Explanation.Condition(
      "no position", value: context.held.map(\.rawValue) ?? "none", isMet: context.held == nil)
  }

  private func touched(_ side: PositionSide) -> Explanation.Condition {
    Explanation.Condition(
      "a \(side == .long ? "demand" : "supply") zone is touched",
      value: zone.map { "\($0.form.rawValue) \($0.bottom) to \($0.top)" } ?? "none",
      isMet: zone != nil)
  }

  private func trendCondition(
    _ trend: CoarseTrend, _ side: PositionSide
  ) -> Explanation.Condition {
    let value = trend.close.flatMap { close in
      trend.mean.map { "close \(close.shown), EMA(\(CoarseTrend.period)) \($0.shown)" }
    }
    return Explanation.Condition(
      "\(trend.timeFrame.rawValue) trend is \(side == .long ? "up" : "down")",
      value: value ?? "not known yet", isMet: trend.side == side)
  }

  private func confidence(_ settings: SupplyDemand.Settings) -> Explanation.Condition {
    let trust = zone.map { Int(($0.confidence * 100).rounded(.down)) }
    return Explanation.Condition(
      "confidence from \(settings.confidenceMinimum) %", value: trust.map { "\($0) %" } ?? "none",
      isMet: trust.map { $0 >= settings.confidenceMinimum } ?? false)
  }

  private func touches(_ settings: SupplyDemand.Settings) -> Explanation.Condition {
    // The present visit is among those that are counted once a coarse candle has closed in it.
    let count = zone.map { $0.touchCount + ($0.isVisited ? 0 : 1) }
    return Explanation.Condition(
      "at most \(settings.touchLimit) touches", value: count.map { "\($0)" } ?? "none",
      isMet: count.map { $0 <= settings.touchLimit } ?? false)
  }

  private func strength(
    _ side: PositionSide, _ settings: SupplyDemand.Settings
  ) -> Explanation.Condition {
    let limit = side == .long ? settings.strengthLimit : 100 - settings.strengthLimit
    let isWeak =
      side == .long
      ? figures.strength <= Estimate(limit) : figures.strength >= Estimate(limit)
    return Explanation.Condition(
      side == .long ? "RSI up to \(limit)" : "RSI from \(limit)",
      value: figures.strength.shownWhole(beside: limit, isMet: isWeak), isMet: isWeak)
  }

  private func momentum(_ side: PositionSide) -> Explanation.Condition {
    let text = "momentum turns \(side == .long ? "up" : "down")"
    guard let now = figures.momentum, let before = figures.momentumBefore else {
      return Explanation.Condition(text, value: "not known yet", isMet: false)
    }
    let noise = 1e-12 * Estimate(candle.close)
    return Explanation.Condition(
      text, value: "MACD histogram \(now.shown) after \(before.shown)",
      isMet: side == .long ? now - before > noise : before - now > noise)
  }

  private func volume(_ settings: SupplyDemand.Settings) -> Explanation.Condition {
    let percent = figures.volume * 100
    let isEnough = percent >= Estimate(settings.volumeMinimum)
    return Explanation.Condition(
      "volume from \(settings.volumeMinimum) % of its mean",
      value: "\(percent.shownWhole(beside: settings.volumeMinimum, isMet: isEnough)) %",
      isMet: isEnough)
  }

  /// The hour at which it would enter is that of the close.
  private func session(_ settings: SupplyDemand.Settings) -> Explanation.Condition {
    let hour = (candle.openTime + frame.span).utc.hour
    return Explanation.Condition(
      "hours \(settings.sessionStart) to \(settings.sessionEnd) UTC", value: "\(hour)",
      isMet: settings.isInSession(hour: hour))
  }

  private func pause(_ settings: SupplyDemand.Settings) -> Explanation.Condition {
    let entryFrame = settings.entryFrame
    let closedAt = candle.openTime + frame.span
    // The candle that ends when it is entered does not count, wherever in the next one that was.
    let count = context.enteredAt.map {
      (closedAt - entryFrame.openTime(of: $0)).milliseconds / entryFrame.span.milliseconds
    }
    return Explanation.Condition(
      "\(settings.cooldown) candles since the last entry",
      value: count.map { "\($0)" } ?? "none yet",
      isMet: count.map { $0 > Int64(settings.cooldown) } ?? true)
  }
}
