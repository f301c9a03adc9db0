import Units

extension Confluence.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    .whole("threshold", "the least agreement in percent", 1...100, \.thresholdPercent),
    .rate(
      "rewardToRisk", "the profit at the target over the loss at the stop", "0.1"...100,
      \.rewardToRisk),
    .rate(
      "risk", "the share of equity that is lost at the stop in full agreement", 0...1,
      \.riskShareMaximum),
  ]
}
