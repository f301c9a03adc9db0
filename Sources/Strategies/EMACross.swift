import MarketData
import Trading
import Units

/// The reference example: always in the market, on the side of the fast average.
///
/// Both averages start as the first close. When they have crossed, and as many candles as the slow
/// one stands for have gone before, the position is closed and one of the other side opened. One
/// that is still on the wrong side at a later candle is closed then, and none opened.
public struct EMACross: Strategy {
  /// What it is told.
  public struct Settings: Sendable, Hashable {
    /// How many closes the fast average stands for.
    public var fast: Int
    /// How many closes the slow average stands for.
    public var slow: Int
    /// The share of equity that is collateral of a position.
    public var marginShare: Rate
    /// How far the stop is from the entry, as a fraction of it; nil makes the collateral the stop.
    public var stopDistance: Rate?

    /// States the settings; both periods are above zero.
    public init(
      fast: Int = 12, slow: Int = 26, marginShare: Rate = "0.1", stopDistance: Rate? = nil
    ) {
      precondition(fast > 0 && slow > 0, "a period is above zero")
      self.fast = fast
      self.slow = slow
      self.marginShare = marginShare
      self.stopDistance = stopDistance
    }
  }

  /// What it was told.
  public let settings: Settings
  private var fast: EMA
  private var slow: EMA
  private var fastValue = 0.0
  private var slowValue = 0.0
  private var seenCount = 0
  private var side: PositionSide?
  /// Which candle was at the newest crossing that counts, the first one being 1; nil before it.
  private var crossedAt: Int?
  /// What was held at the newest candle.
  private var held: PositionSide?

  /// Makes a strategy that has seen nothing.
  public init(_ settings: Settings = Settings()) {
    self.settings = settings
    fast = EMA(settings.fast, startsAtFirstValue: true)
    slow = EMA(settings.slow, startsAtFirstValue: true)
  }

  public var hasStop: Bool { settings.stopDistance != nil }

  public var hasTarget: Bool { false }

  /// More candles than the slow average stands for.
  public var warmUp: Int { settings.slow + 1 }

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    let close = Estimate(candle.close)
    guard let fastValue = fast.update(close), let slowValue = slow.update(close) else { return [] }
    self.fastValue = fastValue
    self.slowValue = slowValue
    seenCount &+= 1
    held = context.held
    let before = side
    if fastValue > slowValue { side = .long } else if fastValue < slowValue { side = .short }
    guard side != before, before != nil, let wanted = side, seenCount > settings.slow else {
      return context.held == nil ? [] : overdue(context)
    }
    crossedAt = seenCount
    return wishes(wanted, context)
  }

  public mutating func pass(_ candles: CandleStretch, held position: PositionSide?) -> Int {
    // Before the first crossing can count, and at it, the wishes are asked for; and while a
    // position is on the wrong side.
    guard seenCount > settings.slow, let held = side, position != held.opposite else { return 0 }
    var quick = fast
    var calm = slow
    for place in 0..<candles.count {
      let close = candles.close(place)
      guard let quickValue = quick.update(close), let calmValue = calm.update(close),
        held == .long ? quickValue >= calmValue : quickValue <= calmValue
      else { return place }
      fast = quick
      slow = calm
      fastValue = quickValue
      slowValue = calmValue
      seenCount &+= 1
      self.held = position
    }
    return candles.count
  }

  /// The close of what is still on the wrong side: it was not done, or not asked for, at the
  /// crossing.
  private func overdue(_ context: StrategyContext) -> [Wish] {
    guard let side, context.held == side.opposite, seenCount > settings.slow else { return [] }
    return [.close(reason: reason(side))]
  }

  private func reason(_ side: PositionSide) -> String {
    side == .long ? "fast average above slow" : "fast average below slow"
  }

  private func wishes(_ side: PositionSide, _ context: StrategyContext) -> [Wish] {
    guard context.held != side else { return [] }
    let reason = reason(side)
    let opening = Wish.open(
      OpeningWish(
        side: side, size: .marginShare(settings.marginShare), stop: stop(side, context),
        reason: reason))
    return context.held == nil ? [opening] : [.close(reason: reason), opening]
  }

  private func stop(_ side: PositionSide, _ context: StrategyContext) -> StopPlan {
    guard let distance = settings.stopDistance else { return .liquidation }
    let price =
      side == .long
      ? context.price.scaled(by: 1 - distance, .up).rounded(to: context.tickSize, .up)
      : context.price.scaled(by: 1 + distance, .down).rounded(to: context.tickSize, .down)
    return .stop(Trigger(triggerPrice: price, source: .last, execution: .market))
  }

  private var crossing: String {
    guard let crossedAt else { return "no" }
    return crossedAt == seenCount ? "now" : "\(seenCount - crossedAt) candles ago"
  }

  private var heldWords: String {
    guard let held else { return "none held" }
    return "\(held.rawValue) held" + (held == side?.opposite ? ", to be closed" : "")
  }

  public func why() -> Explanation {
    let isWarm = seenCount > settings.slow
    return Explanation(
      goal: "hold the side of the fast average",
      conditions: [
        Explanation.Condition(
          "more than \(settings.slow) candles", value: "\(seenCount)", isMet: isWarm),
        Explanation.Condition(
          "averages apart",
          value: "EMA(\(settings.fast)) \(fastValue.shown), "
            + "EMA(\(settings.slow)) \(slowValue.shown)", isMet: fastValue != slowValue),
        Explanation.Condition(
          "crossed since the warm-up", value: crossing, isMet: crossedAt != nil),
        Explanation.Condition(
          "held, or crossed at this candle",
          value: heldWords,
          isMet: crossedAt == seenCount || held != nil && held == side),
      ])
  }
}
