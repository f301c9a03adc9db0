import Units

extension EMACross.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    .whole("fast", "candles of the fast average", 1...10_000, \.fast),
    .whole("slow", "candles of the slow average", 1...10_000, \.slow),
    .rate(
      "share", "the share of equity that is collateral of a position", "0.0001"...1,
      \.marginShare),
    .rateOrOff(
      "stop", "the stop's distance as a fraction of the price; off makes the collateral the stop",
      "0.0001"..."0.9", \.stopDistance),
  ]

  /// States the settings, told by named values.
  static func told(
    _ values: [(name: String, text: String)]
  ) throws(StrategySettingsProblem) -> Self {
    let settings = try Self().told(values, .emaCross)
    guard settings.fast < settings.slow else {
      throw .notAllowed(
        name: "fast", text: "\(settings.fast)", allowed: "below slow, which is \(settings.slow)")
    }
    return settings
  }
}
