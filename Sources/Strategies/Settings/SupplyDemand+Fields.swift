import Units

extension SupplyDemand.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    .whole("confidence", "the least confidence in a zone in percent", 0...100, \.confidenceMinimum),
    .whole("touches", "the most visits of a zone, the present one included", 1...100, \.touchLimit),
    .whole("strength", "the highest RSI of a long; a short mirrors it", 0...100, \.strengthLimit),
    .whole(
      "volume", "the least volume of the candle in percent of its mean of twenty", 0...10_000,
      \.volumeMinimum),
    .whole(
      "cooldown", "the candles that must pass after an entry before the next", 0...100_000,
      \.cooldown),
    .rate(
      "rewardToRisk", "the profit at the target over the loss at the stop", "0.1"...100,
      \.rewardToRisk),
    .rate("risk", "the share of equity that is lost at the stop", 0...1, \.riskShare),
  ]
}
