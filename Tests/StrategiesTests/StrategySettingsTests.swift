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

  @Test func `what is wrong is one sentence that says what is allowed`() {
    let told = [
      problem("ema-corss", []), problem("ema-cross", [("fats", "9")]),
      problem("ema-cross", [("fast", "0")]), problem("ema-cross", [("fast", "9.5")]),
      problem("ema-cross", [("fast", "9"), ("fast", "9")]),
      problem("confluence", [("rewardToRisk", "x")]),
      problem("supply-demand", [], .threeDays),
    ]
    #expect(
      told == [
        "ema-corss is no strategy: there are ema-cross, supply-demand, confluence",
        "ema-cross has no fats: there are fast, slow, share, stop",
        "fast 0: allowed is 1 to 10000", "fast 9.5: allowed is 1 to 10000",
        "fast is said twice: say it once", "rewardToRisk x: allowed is 0.1 to 100",
        "supply-demand: candles of 3d are too long: no time frame is four times as long; "
          + "allowed is up to 1d",
      ])
  }

  @Test(arguments: StrategySettings.Kind.allCases)
  func `every documented standard value is allowed`(kind: StrategySettings.Kind) throws {
    let values = StrategySettings.settings(of: kind).map { ($0.name, $0.standard) }
    #expect(problem(kind.rawValue, values) == nil)
    #expect(!values.isEmpty)
  }
}
