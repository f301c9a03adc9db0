import MarketData
import Trading
import Units

/// Enters when enough analysers agree: each gives a score from −1 (short) through 1 (long), the
/// weighted mean must reach the threshold.
///
/// The analysers: *trend*, the fast exponential average (50) above the slow one (200); *momentum*,
/// the sign of the MACD's histogram; *flow*, Chaikin's money flow over 20 candles, full at a tenth;
/// *strength*, the distance of the RSI (14) from its middle, full at twenty; *zone*, whether the
/// price stands in a demand or a supply zone, by its confidence. The stop is two average true
/// ranges away, the size grows with the agreement up to the cap.
public struct Confluence: Strategy {
  /// What it is told.
  public struct Settings: Sendable, Hashable {
    /// The time frame.
    public var timeFrame: TimeFrame
    /// The weights of trend, momentum, flow, strength and zone, in this order; not all zero.
    public var weights: Weights
    /// The least agreement, 0 through 1, in hundredths.
    public var thresholdPercent: Int
    /// The target's distance over the stop's.
    public var rewardToRisk: Rate
    /// The share of equity that is lost at the stop in full agreement.
    public var riskShareMaximum: Rate

    /// States the settings.
    public init(
      timeFrame: TimeFrame = .fifteenMinutes, weights: Weights = Weights(),
      thresholdPercent: Int = 70, rewardToRisk: Rate = "2.2", riskShareMaximum: Rate = "0.01"
    ) {
      self.timeFrame = timeFrame
      self.weights = weights
      self.thresholdPercent = thresholdPercent
      self.rewardToRisk = rewardToRisk
      self.riskShareMaximum = riskShareMaximum
    }
  }

  /// How much each analyser counts; none below zero, one above.
  public struct Weights: Sendable, Hashable {
    /// The averages.
    public var trend: Int
    /// The MACD.
    public var momentum: Int
    /// The money flow.
    public var flow: Int
    /// The relative strength.
    public var strength: Int
    /// The zones.
    public var zone: Int

    /// States the weights.
    public init(
      trend: Int = 30, momentum: Int = 25, flow: Int = 20, strength: Int = 15, zone: Int = 10
    ) {
      precondition(
        min(trend, momentum, flow, strength) >= 0 && zone >= 0
          && trend + momentum + flow + strength + zone > 0, "weights are not all zero")
      self.trend = trend
      self.momentum = momentum
      self.flow = flow
      self.strength = strength
      self.zone = zone
    }

    /// Their sum.
    var total: Int { trend + momentum + flow + strength + zone }
  }

  /// What it was told.
  public let settings: Settings
  private var fast = EMA(50)
  private var slow = EMA(200)
  private var momentum = MACD()
  private var flow = ChaikinMoneyFlow(20)
  private var strength = RSI(14)
  private var range = ATR(14)
  private var detector = ZoneDetector()
  private var last: [Explanation.Condition] = []

  /// Makes a strategy that has seen nothing.
  public init(_ settings: Settings = Settings()) {
    self.settings = settings
  }

  public var requiredTimeFrame: TimeFrame? { settings.timeFrame }

  /// As many candles as the slow average stands for.
  public var warmUp: Int { slow.warmUp + 1 }

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard timeFrame == settings.timeFrame else { return [] }
    let bar = Bar(candle)
    detector.update(candle)
    let averages = (fast.update(bar.close), slow.update(bar.close))
    let figures = (momentum.update(bar.close), flow.update(bar), strength.update(bar.close))
    guard let reach = range.update(bar), let quick = averages.0, let calm = averages.1,
      let macd = figures.0, let money = figures.1, let rsi = figures.2
    else {
      last = [Explanation.Condition("warm-up over", value: "no", isMet: false)]
      return []
    }
    let scores: [(name: String, weight: Int, score: Estimate)] = [
      ("trend", settings.weights.trend, quick > calm ? 1 : quick < calm ? -1 : 0),
      ("momentum", settings.weights.momentum, macd.histogram > 0 ? 1 : -1),
      ("flow", settings.weights.flow, Self.bounded(money * 10)),
      ("strength", settings.weights.strength, Self.bounded((rsi - 50) / 20)),
      ("zone", settings.weights.zone, zoneScore(context.price)),
    ]
    let sum = scores.reduce(0) { $0 + $1.score * Estimate($1.weight) }
    let agreement = sum / Estimate(settings.weights.total)
    return wishes(agreement, scores, reach: reach, context)
  }

  public func why() -> Explanation {
    Explanation(goal: "enter when the analysers agree", conditions: last)
  }

  private mutating func wishes(
    _ agreement: Estimate, _ scores: [(name: String, weight: Int, score: Estimate)],
    reach: Estimate, _ context: StrategyContext
  ) -> [Wish] {
    let percent = Int((abs(agreement) * 100).rounded(.down))
    let parts = scores.map { "\($0.name) \(Int(($0.score * 100).rounded()))" }
      .joined(separator: ", ")
    last = [
      Explanation.Condition(
        "no position", value: context.held.map(\.rawValue) ?? "none", isMet: context.held == nil),
      Explanation.Condition(
        "agreement from \(settings.thresholdPercent) %", value: "\(percent) % (\(parts))",
        isMet: percent >= settings.thresholdPercent),
    ]
    guard last.allSatisfy(\.isMet),
      let room = Price(rounding: 2 * reach, to: context.tickSize, .up)
    else { return [] }
    let side: PositionSide = agreement > 0 ? .long : .short
    let share = settings.riskShareMaximum.scaled(
      by: Rate(Fixed(min(100, percent)).divided(by: 100, .down)), .down)
    let wish = OpeningWish(
      side, stop: side == .long ? context.price - room : context.price + room,
      rewardToRisk: settings.rewardToRisk, riskShare: share,
      reason: "agreement \(percent) %: \(parts)", context)
    return wish.map { [.open($0)] } ?? []
  }

  private func zoneScore(_ price: Price) -> Estimate {
    if let zone = detector.zone(.demand, at: price) { return zone.confidence }
    if let zone = detector.zone(.supply, at: price) { return -zone.confidence }
    return 0
  }

  private static func bounded(_ score: Estimate) -> Estimate { max(-1, min(1, score)) }
}
