import Trading
import Units

extension SupplyDemand.Settings: TellableSettings {
  static let fields: [SettingField<Self>] = [
    .frame(
      "entryFrame", "the candles of entries, a multiple of those that it is fed", \.entryFrame),
    .frame("zoneFrame", "the candles of zones, a longer multiple of those of entries", \.zoneFrame),
    .frameOrOff(
      "trendFrame", "the candles whose trend an entry follows, a longer multiple of those of zones",
      \.trendFrame),
    .rateOrOff(
      "fastFrom",
      "the average true range of entries over the price from which the candles that it is fed "
        + "are those of entries", "0.0001"...1, \.fastFrom),
    .whole("confidence", "the least confidence in a zone in percent", 0...100, \.confidenceMinimum),
    .whole("touches", "the most visits of a zone, the present one included", 1...100, \.touchLimit),
    .whole("strength", "the highest RSI of a long; a short mirrors it", 1...100, \.strengthLimit),
    .toggle("momentum", "whether the MACD's histogram must move the way", \.asksForMomentum),
    .whole(
      "volume", "the least volume of the candle in percent of its mean of twenty", 0...10_000,
      \.volumeMinimum),
    SettingField(
      name: "session",
      meaning: "the hours of the day, UTC, from and up to which it enters, over midnight where the "
        + "first is the later one",
      allowed: "two unequal hours of 0 to 24, such as 7-16 or 22-4",
      read: { text, settings in
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let start = SettingField<Self>.whole(parts[0]),
          let end = SettingField<Self>.whole(parts[1]), start != end, start <= 23, end <= 24
        else { return false }
        (settings.sessionStart, settings.sessionEnd) = (start, end)
        return true
      }, text: { "\($0.sessionStart)-\($0.sessionEnd)" }),
    .whole(
      "cooldown", "the candles of entries that must close after an entry before the next",
      0...100_000, \.cooldown),
    .rate(
      "rewardToRisk", "the profit at the target over the loss at the stop, after costs",
      "0.1"...100,
      \.rewardToRisk),
    .rate("risk", "the share of equity that is lost at the stop", "0.0001"...1, \.riskShare),
  ]

  /// States the settings of candles of a length that is fed, told by named values; what follows
  /// from the length follows from that of entries where these are longer.
  static func told(
    _ values: [(name: String, text: String)], fedBy feed: TimeFrame
  ) throws(StrategySettingsProblem) -> Self {
    let kind = StrategySettings.Kind.supplyDemand
    func named(_ name: String) -> TimeFrame? {
      values.first { $0.name == name }.flatMap { TimeFrame(rawValue: $0.text) }
    }
    let isFast = values.contains { $0.name == "fastFrom" && $0.text != "off" }
    let entry = named("entryFrame") ?? (isFast ? feed.first(atLeast: 3) : nil) ?? feed
    guard var standard = Self(for: entry, feedFrame: feed) else {
      throw .candlesTooLong(kind, entry)
    }
    if let zones = named("zoneFrame") { standard.trendFrame = zones.first(atLeast: 4) }
    let settings = try standard.told(values, kind)
    guard settings.framesFit else {
      throw .framesDoNotFit(
        feed: feed, entry: settings.entryFrame, zone: settings.zoneFrame,
        trend: settings.trendFrame)
    }
    guard settings.fastFrom == nil || settings.entryFrame != feed else {
      throw .notAllowed(
        name: "fastFrom", text: values.first { $0.name == "fastFrom" }?.text ?? "",
        allowed: "off where the candles that it is fed are those of entries; feed shorter ones")
    }
    return settings
  }
}
