import Strategies
import Testing
import Trading
import Units

/// Strategies made of words.
struct StrategySettingsTests {
  private func problem(
    _ kind: String, _ values: [(name: String, text: String)],
    _ timeFrame: TimeFrame = .fifteenMinutes
  ) -> String? {
    do throws(StrategySettingsProblem) {
      _ = try StrategySettings.make(kind: kind, values: values, timeFrame: timeFrame)
      return nil
    } catch {
      return "\(error)"
    }
  }

  @Test func `named values make the strategy they name and leave the others standard`() throws {
    let made = try StrategySettings.make(
      kind: "ema-cross", values: [("slow", "50"), ("fast", "9"), ("stop", "0.02")],
      timeFrame: .oneHour)
    let cross = try #require(made as? EMACross)
    #expect(cross.settings == EMACross.Settings(fast: 9, slow: 50, stopDistance: "0.02"))
    #expect(cross.requiredTimeFrame == nil)
    #expect(cross.warmUp == 51)
  }

  @Test func `the length of the candles is that of entries, and zones are four times as long`()
    throws
  {
    let made = try StrategySettings.make(
      kind: "supply-demand", values: [("touches", "3")], timeFrame: .fiveMinutes)
    let zones = try #require(made as? SupplyDemand)
    #expect(zones.settings.entryFrame == .fiveMinutes)
    #expect(zones.settings.zoneFrame == .thirtyMinutes)
    #expect(zones.settings.touchLimit == 3)
    #expect(zones.requiredTimeFrame == .fiveMinutes)
  }

  @Test func `entries on the fed candles while volatile are else on those three times as long`()
    throws
  {
    let made = try StrategySettings.make(
      kind: "supply-demand", values: [("fastFrom", "0.004"), ("session", "7-16")],
      timeFrame: .fiveMinutes)
    let zones = try #require(made as? SupplyDemand)
    #expect(
      zones.settings
        == SupplyDemand.Settings(
          zoneFrame: .oneHour, entryFrame: .fifteenMinutes, feedFrame: .fiveMinutes,
          trendFrame: .fourHours, fastFrom: "0.004", sessionStart: 7, sessionEnd: 16))
    #expect(zones.requiredTimeFrame == .fiveMinutes)
    #expect(zones.warmUp == 21 * 48)
  }

  @Test func `what is wrong is one sentence that says what is allowed`() {
    let told = [
      problem("ema-corss", []), problem("ema-cross", [("fats", "9")]),
      problem("ema-cross", [("fast", "0")]), problem("ema-cross", [("fast", "9.5")]),
      problem("ema-cross", [("fast", "9"), ("fast", "9")]),
      problem("confluence", [("rewardToRisk", "x")]),
      problem("supply-demand", [], .threeDays),
      problem("supply-demand", [("session", "7-7")]),
      problem("supply-demand", [("trendFrame", "90m")]),
      problem("supply-demand", [("zoneFrame", "15m")]),
      problem("supply-demand", [("fastFrom", "0.004"), ("entryFrame", "15m")]),
      problem(
        "confluence",
        StrategySettings.settings(of: .confluence).filter { $0.name.hasSuffix("Weight") }
          .map { ($0.name, "0") }),
    ]
    #expect(
      told == [
        "ema-corss is no strategy: there are ema-cross, supply-demand, confluence",
        "ema-cross has no fats: there are fast, slow, share, stop",
        "fast 0: allowed is 1 to 10000", "fast 9.5: allowed is 1 to 10000",
        "fast is said twice: say it once", "rewardToRisk x: allowed is 0.1 to 100",
        "supply-demand: candles of 3d are too long: no time frame is four times as long; "
          + "allowed is up to 1d",
        "session 7-7: allowed is two unequal hours of 0 to 24, such as 7-16 or 22-4",
        "trendFrame 90m: allowed is 1m, 3m, 5m, 15m, 30m, 1h, 2h, 4h, 6h, 8h, 12h, 1d, 3d, 1w, "
          + "or off",
        "candles of 15m, entryFrame 15m, zoneFrame 15m, trendFrame 1h do not fit: each must be a "
          + "multiple of the one before, those of zones longer than entryFrame, trendFrame longer "
          + "than zoneFrame or off",
        "fastFrom 0.004: allowed is off where the candles that it is fed are those of entries; "
          + "feed shorter ones",
        "all weights are 0: at least one must be above it",
      ])
  }

  @Test(arguments: TimeFrame.allCases)
  func `each weight is refused for a time frame or counts once its warm-up is over`(
    timeFrame: TimeFrame
  ) throws {
    let weights = StrategySettings.settings(of: .confluence).map(\.name)
      .filter { $0.hasSuffix("Weight") }
    for weight in weights {
      let values = weights.map { ($0, $0 == weight ? "7" : "0") }
      if weight == "sessionWeight", [.threeDays, .oneWeek].contains(timeFrame) {
        #expect(
          problem("confluence", values, timeFrame)
            == "sessionWeight 7: allowed is 0 with candles of \(timeFrame.rawValue), for a day has "
            + "no profile of its own there; feed candles of up to 1d")
        continue
      }
      var strategy = try StrategySettings.make(
        kind: "confluence", values: values, timeFrame: timeFrame)
      var drawing = Drawing(timeFrame)
      drawing.draw(
        (0..<2 * strategy.warmUp).map {
          $0 % 2 == 0 ? (1_000, 1_006, 999, 1_005) : (1_005, 1_006, 999, 1_000)
        })
      _ = strategy.take(drawing.candles, of: timeFrame)
      #expect(strategy.line("warm-up over") == nil, "\(weight)")
    }
  }

  @Test func `a value with which nothing could be traded is none`() {
    let stop = "allowed is 0.0001 to 0.9, or off"
    let share = "allowed is 0.0001 to 1"
    for text in ["0", "1", "-0.02"] {
      #expect(problem("ema-cross", [("stop", text)]) == "stop \(text): \(stop)")
    }
    for text in ["0", "1.1", "-0.1"] {
      #expect(problem("ema-cross", [("share", text)]) == "share \(text): \(share)")
      #expect(problem("supply-demand", [("risk", text)]) == "risk \(text): \(share)")
      #expect(problem("confluence", [("risk", text)]) == "risk \(text): \(share)")
    }
    #expect(problem("supply-demand", [("strength", "0")]) == "strength 0: allowed is 1 to 100")
    #expect(
      problem("supply-demand", [("fastFrom", "0")])
        == "fastFrom 0: allowed is 0.0001 to 1, or off")
  }

  @Test(arguments: [("26", "26"), ("30", "26")])
  func `a fast average that is not shorter than the slow one is none`(fast: String, slow: String) {
    #expect(
      problem("ema-cross", [("fast", fast), ("slow", slow)])
        == "fast \(fast): allowed is below slow, which is \(slow)")
  }

  @Test(arguments: StrategySettings.Kind.allCases)
  func `every documented standard value is allowed`(kind: StrategySettings.Kind) throws {
    let values = StrategySettings.settings(of: kind).map { ($0.name, $0.standard) }
    #expect(problem(kind.rawValue, values) == nil)
    #expect(!values.isEmpty)
  }
}
