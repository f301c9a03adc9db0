import MarketData
import Trading
import Units

/// Enters when enough analysers agree: each gives a score from −1 (short) through 1 (long), the
/// weighted mean must reach the threshold.
///
/// The analysers, each defined at its type:
///
/// - *trend* (``TrendAnalyser``): the fast exponential average against the slow one,
/// - *momentum* (``MomentumAnalyser``): the MACD's histogram,
/// - *flow* (``FlowAnalyser``): Chaikin's money flow,
/// - *strength* (``StrengthAnalyser``): the RSI's distance from its middle,
/// - *zone* (``ZoneAnalyser``): demand and supply zones at the price,
/// - *structure* (``StructureAnalyser``): the newest break, and discount or premium,
/// - *profile* (``ProfileAnalyser``): the price against the value area,
/// - *wave* (``WaveAnalyser``): crossings of the wave trend, oversold or overbought,
/// - *divergence* (``DivergenceAnalyser``): price and RSI drawing different pictures,
/// - *level* (``LevelAnalyser``): support and resistance at the price,
/// - *session* (``SessionAnalyser``): the price against the value areas of the day and the one
///   before,
/// - *bands* (``BandsAnalyser``): how many of twelve momentum readings speak for either side.
///
/// The last three have no weight unless one is stated. An analyser without a weight is not fed.
///
/// The stop is two average true ranges (14) away, the target so far that the ratio holds after
/// costs, the size grows with the agreement up to the cap. Nothing is decided before every
/// analyser that has a weight is warm.
public struct Confluence: Strategy {
  /// An analyser with what it counts.
  private struct Part: Sendable {
    let name: String
    let weight: Int
    var analyser: any Analyser
  }

  /// What an analyser said.
  private struct Score: Sendable {
    let name: String
    let weight: Int
    let score: Estimate

    /// What it brings for the long side.
    var brought: Estimate { score * Estimate(weight) }
  }

  /// What was looked at when a candle closed.
  private struct Look: Sendable {
    /// The weighted mean, −1 through 1.
    let agreement: Estimate
    let stop: Price?
    let wish: OpeningWish?
    let context: StrategyContext

    /// The size of the agreement in hundredths, rounded down.
    var percent: Int { Int((abs(agreement) * 100 + 1e-9).rounded(.down)) }
  }

  /// What it was told.
  public let settings: Settings
  private var parts: [Part]
  private var range = ATR(14)
  private var seenCount = 0
  private var look: Look?

  /// Makes a strategy that has seen nothing.
  public init(_ settings: Settings = Settings()) {
    precondition(settings.weights.areUsable, "no weight is below zero, and one is above")
    self.settings = settings
    let weights = settings.weights
    let all: [Part] = [
      Part(name: "trend", weight: weights.trend, analyser: TrendAnalyser()),
      Part(name: "momentum", weight: weights.momentum, analyser: MomentumAnalyser()),
      Part(name: "flow", weight: weights.flow, analyser: FlowAnalyser()),
      Part(name: "strength", weight: weights.strength, analyser: StrengthAnalyser()),
      Part(name: "zone", weight: weights.zone, analyser: ZoneAnalyser()),
      Part(name: "structure", weight: weights.structure, analyser: StructureAnalyser()),
      Part(
        name: "profile", weight: weights.profile,
        analyser: ProfileAnalyser(settings.profileCandles)),
      Part(name: "wave", weight: weights.wave, analyser: WaveAnalyser()),
      Part(name: "divergence", weight: weights.divergence, analyser: DivergenceAnalyser()),
      Part(name: "level", weight: weights.level, analyser: LevelAnalyser()),
      Part(
        name: "session", weight: weights.session, analyser: SessionAnalyser(settings.timeFrame)),
      Part(name: "bands", weight: weights.bands, analyser: BandsAnalyser()),
    ]
    parts = all.filter { $0.weight > 0 }
  }

  public var requiredTimeFrame: TimeFrame? { settings.timeFrame }

  /// As many candles as the slowest analyser that has a weight needs.
  public var warmUp: Int { max(range.warmUp + 1, parts.map(\.analyser.warmUp).max() ?? 0) }

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard timeFrame == settings.timeFrame else { return [] }
    if seenCount < Int.max { seenCount += 1 }
    let bar = Bar(candle)
    for place in parts.indices { parts[place].analyser.update(candle, bar) }
    guard let reach = range.update(bar), let scores = scores(at: context.price) else { return [] }
    let sum = scores.reduce(0) { $0 + $1.brought }
    let now = looked(
      agreement: sum / Estimate(settings.weights.total), scores, reach: reach, context)
    look = now
    guard let wish = now.wish, context.held == nil, now.percent >= settings.thresholdPercent else {
      return []
    }
    return [.open(wish)]
  }

  public func why() -> Explanation {
    let goal = "enter when the analysers agree"
    guard let look else {
      return Explanation(
        goal: goal,
        conditions: [
          Explanation.Condition(
            "warm-up over", value: "no, \(seenCount) of \(warmUp) candles", isMet: false)
        ])
    }
    let held = look.context.held
    let side = look.agreement > 0 ? " long" : look.agreement < 0 ? " short" : ""
    return Explanation(
      goal: goal,
      conditions: [
        Explanation.Condition(
          "no position", value: held.map(\.rawValue) ?? "none", isMet: held == nil),
        Explanation.Condition(
          "agreement from \(settings.thresholdPercent) %", value: "\(look.percent) %\(side)",
          isMet: look.percent >= settings.thresholdPercent),
        OpeningWish.condition(look.wish, stop: look.stop, look.context),
      ], notes: notes(at: look.context.price))
  }

  /// What each analyser says, with live values.
  private func notes(at price: Price) -> [String] {
    parts.map { part in
      let score = part.analyser.score(at: price)?.shownPercent ?? "—"
      return "\(part.name) \(score) of weight \(part.weight): \(part.analyser.facts(at: price))"
    }
  }

  /// What the analysers say; nil while one of them is not warm.
  private func scores(at price: Price) -> [Score]? {
    var scores: [Score] = []
    scores.reserveCapacity(parts.count)
    for part in parts {
      guard let score = part.analyser.score(at: price) else { return nil }
      scores.append(Score(name: part.name, weight: part.weight, score: score))
    }
    return scores
  }

  private func looked(
    agreement: Estimate, _ scores: [Score], reach: Estimate, _ context: StrategyContext
  ) -> Look {
    let room = Price(rounding: 2 * reach, to: context.tickSize, .up)
    guard let room, agreement != 0 else {
      return Look(agreement: agreement, stop: nil, wish: nil, context: context)
    }
    let side: PositionSide = agreement > 0 ? .long : .short
    let stop = side == .long ? context.price - room : context.price + room
    let look = Look(agreement: agreement, stop: stop, wish: nil, context: context)
    let share = settings.riskShareMaximum.scaled(
      by: Rate(Fixed(min(100, look.percent)).divided(by: 100, .down)), .down)
    let wish = OpeningWish(
      side, stop: stop, rewardToRisk: settings.rewardToRisk, riskShare: share,
      reason: reason(look.percent, side, scores), context)
    return Look(agreement: agreement, stop: stop, wish: wish, context: context)
  }

  /// Why it would enter, for the journal: first what brings most for the side, its weight counted;
  /// nothing below the threshold, where nobody reads it.
  private func reason(_ percent: Int, _ side: PositionSide, _ scores: [Score]) -> String {
    guard percent >= settings.thresholdPercent else { return "" }
    let sign: Estimate = side == .long ? 1 : -1
    let ordered = scores.enumerated().sorted { left, right in
      let brought = (left.element.brought * sign, right.element.brought * sign)
      return brought.0 == brought.1 ? left.offset < right.offset : brought.0 > brought.1
    }
    let parts = ordered.map(\.element).map { "\($0.name) \(Int(($0.score * 100).rounded()))" }
    return "agreement \(percent) %: \(parts.joined(separator: ", "))"
  }
}
