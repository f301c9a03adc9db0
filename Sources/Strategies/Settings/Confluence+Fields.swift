import Trading
import Units

extension Confluence.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    weight("trend", "averages", \.weights.trend),
    weight("momentum", "MACD's histogram", \.weights.momentum),
    weight("flow", "money flow", \.weights.flow),
    weight("strength", "RSI", \.weights.strength),
    weight("zone", "zones at the price", \.weights.zone),
    weight("structure", "market structure", \.weights.structure),
    weight("profile", "volume profile", \.weights.profile),
    weight("wave", "wave trend", \.weights.wave),
    weight("divergence", "divergences from the RSI", \.weights.divergence),
    weight("level", "support and resistance", \.weights.level),
    weight("session", "volume profiles of the day and the one before", \.weights.session),
    weight("bands", "count of momentum readings for either side", \.weights.bands),
    .whole(
      "profileCandles", "how many candles the volume profile is made of", 10...1_000,
      \.profileCandles),
    .whole("threshold", "the least agreement in percent", 1...100, \.thresholdPercent),
    .rate(
      "rewardToRisk", "the profit at the target over the loss at the stop", "0.1"...100,
      \.rewardToRisk),
    .rate(
      "risk", "the share of equity that is lost at the stop in full agreement",
      "0.0001"...1, \.riskShareMaximum),
  ]

  private static func weight(
    _ name: String, _ meaning: String, _ path: any WritableKeyPath<Self, Int> & Sendable
  ) -> SettingField<Self> {
    .whole("\(name)Weight", "how much counts what is told by the \(meaning)", 0...1_000, path)
  }

  /// States the settings for candles of a length, told by named values.
  static func told(
    _ values: [(name: String, text: String)], fedBy feed: TimeFrame
  ) throws(StrategySettingsProblem) -> Self {
    var standard = Self()
    standard.timeFrame = feed
    let settings = try standard.told(values, .confluence)
    guard settings.weights.areUsable else { throw .noWeight }
    let session = settings.weights.session
    guard session == 0 || feed.span <= .days(1) else {
      throw .notAllowed(
        name: "sessionWeight", text: "\(session)",
        allowed: "0 with candles of \(feed.rawValue), for a day has no profile of its own there; "
          + "feed candles of up to 1d")
    }
    return settings
  }
}
