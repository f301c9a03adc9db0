import Units

extension EMACross.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    .whole("fast", "candles of the fast average", 1...10_000, \.fast),
    .whole("slow", "candles of the slow average", 1...10_000, \.slow),
    .rate("share", "the share of equity that is collateral of a position", 0...1, \.marginShare),
    .rateOrOff(
      "stop", "the stop's distance as a fraction of the price; off makes the collateral the stop",
      0...1, \.stopDistance),
  ]
}
