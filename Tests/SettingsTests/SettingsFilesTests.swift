import Foundation
import Strategies
import Testing
import Trading
import Units

@testable import Settings

private let samples = repository.appendingPathComponent("Tests/Settings")

private func names(_ folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: samples.appendingPathComponent(folder).path)
    .filter { $0.hasSuffix(".yaml") }.map { String($0.dropLast(5)) }.sorted()
}

/// Loads a sample; what stands before the first dot of its name is the file it stands for.
private func loadSample(_ path: String) throws -> Result<BotSettings, SettingsProblems> {
  let url = samples.appendingPathComponent(path + ".yaml")
  let folder = try temporaryFolder()
  let file = url.lastPathComponent.split(separator: ".")[0]
  try FileManager.default.copyItem(atPath: url.path, toPath: "\(folder)/\(file).yaml")
  return Result { () throws(SettingsProblems) in try SettingsLoader(folder: folder).load() }
}

@Test(arguments: try names("invalid"))
func `D09 a mistake is refused with its place and what to do`(name: String) throws {
  let complaint: String
  switch try loadSample("invalid/" + name) {
  case .success: complaint = "accepted\n"
  case .failure(let problems): complaint = problems.description + "\n"
  }
  let golden = samples.appendingPathComponent("invalid/\(name).txt")
  if ProcessInfo.processInfo.environment["GOLDEN"] == "record" {
    try complaint.write(to: golden, atomically: true, encoding: .utf8)
  }
  #expect(try String(contentsOf: golden, encoding: .utf8) == complaint)
  #expect(complaint != "accepted\n")
}

@Test func `every mistake has its file and every expected complaint its mistake`() throws {
  let all = try FileManager.default.contentsOfDirectory(
    atPath: samples.appendingPathComponent("invalid").path)
  let expected = all.filter { $0.hasSuffix(".txt") }.map { String($0.dropLast(4)) }.sorted()
  #expect(try names("invalid") == expected)
  #expect(expected.count >= 40)
}

@Test func `a file states only what differs from the defaults`() throws {
  var expected = BotSettings()
  expected.risk.riskPerTrade = "0.005"
  expected.risk.leverageMaximum = 5
  expected.risk.dailyLossMoneyMaximum = "250.5"
  expected.risk.marketAgeMaximum = .milliseconds(1_500)
  expected.risk.tradingHours[.saturday] = nil
  expected.risk.tradingHours[.sunday] = DayWindow(
    from: TimeOfDay(minutes: 1_110), to: TimeOfDay(minutes: 1_440))
  #expect(try loadSample("valid/risk.partial").get() == expected)
}

@Test func `accounts and pairs replace the default ones`() throws {
  let accounts = try loadSample("valid/accounts.two").get().accounts
  #expect(accounts.selected == "second")
  #expect(
    accounts.list == [
      AccountSettings(name: "main"),
      AccountSettings(name: "second", stopPolicy: .liquidationIsStop),
    ])
  let pairs = try loadSample("valid/pairs.one").get().pairs
  #expect(
    pairs.list == [PairSettings(instrument: InstrumentID("XRP-USDT"), marginMode: .cross)])
  #expect(pairs.timeFrames == [.fiveMinutes])
}

@Test func `strategies have a kind, a market, candles, a state and values of their kind`() throws {
  let list = try loadSample("valid/strategies.two").get().strategies.list
  #expect(list.map(\.name) == ["btc-zones", "eth-cross"])
  #expect(list.map(\.kind) == [.supplyDemand, .emaCross])
  #expect(list.map(\.instrument) == ["BTC-USDT", "ETH-USDT"])
  #expect(list.map(\.timeFrame) == [.fifteenMinutes, .oneHour])
  #expect(list.map(\.state) == [.running, .approval])
  #expect(
    list.map { $0.values.map { "\($0.name)=\($0.text)" } } == [
      ["confidence=70", "risk=0.005"], ["stop=0.02"],
    ])
}

@Test func `a strategy has limits of its own in the words of the account's, or none`() throws {
  var limits = StrategyLimitSettings()
  limits.riskPerTradeMaximum = "0.005"
  limits.notionalPerPairMaximum = "1.5"
  limits.notionalPerPairMoneyMaximum = 2_000
  limits.dailyLossMaximum = "0.01"
  limits.dailyLossMoneyMaximum = 100
  limits.tradesPerDayMaximum = 5
  limits.stopOutsInARowMaximum = 2
  limits.afterStopOuts = .paused
  let list = try loadSample("valid/strategies.limits").get().strategies.list
  #expect(list.map(\.limits) == [limits, StrategyLimitSettings()])
}

@Test func `an empty file, a comment and a file from Windows are fine`() throws {
  var windows = BotSettings()
  windows.display.mouse = true
  windows.display.scheme = .blueOrange
  #expect(try loadSample("valid/display.empty").get() == BotSettings())
  #expect(try loadSample("valid/risk.comment").get() == BotSettings())
  #expect(try loadSample("valid/display.windows").get() == windows)
}

@Test func `the files in config state every setting with its default`() throws {
  let folder = repository.appendingPathComponent("config").path
  #expect(try SettingsLoader(folder: folder).load() == BotSettings())
  for file in SettingsFile.allCases {
    let text = try String(contentsOfFile: "\(folder)/\(file.name)", encoding: .utf8)
    let findings = SettingsMap.Findings()
    _ = SettingsLoader.read([:], findings)
    for path in findings.knownPaths where path.hasPrefix(file.rawValue + ".") {
      let key = path.split(separator: ".").last.map(String.init) ?? path
      #expect(text.contains("\(key):"), "\(file.name) does not state \(path)")
    }
  }
}

@Test func `without files the defaults hold`() throws {
  #expect(try SettingsLoader(folder: nil).load() == BotSettings())
  #expect(try SettingsLoader(folder: temporaryFolder()).load() == BotSettings())
}

@Test func `a file of settings with a wrong name is a mistake, not a default`() throws {
  let folder = try temporaryFolder()
  for name in ["risk.yml", "Alerts.yaml", "startegies.yaml", "other.yaml", "notes.txt", ".x.yml"] {
    try Data("dailyLossMaximum: 1 %\n".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }
  let problems = #expect(throws: SettingsProblems.self) {
    try SettingsLoader(folder: folder).load()
  }
  #expect(
    problems?.description == """
      Alerts.yaml: this is no file of settings; did you mean alerts.yaml?
      risk.yml: this is no file of settings; did you mean risk.yaml?
      startegies.yaml: this is no file of settings; did you mean strategies.yaml?
      """)
}

@Test func `what is no file of settings is named`() throws {
  let folder = try temporaryFolder()
  try FileManager.default.createDirectory(
    atPath: folder + "/risk.yaml", withIntermediateDirectories: false)
  try Data(count: SettingsText.sizeLimit + 1).write(
    to: URL(fileURLWithPath: folder + "/pairs.yaml"))
  let problems = #expect(throws: SettingsProblems.self) {
    try SettingsLoader(folder: folder).load()
  }
  #expect(
    problems?.description == """
      risk.yaml: it is not a regular file
      pairs.yaml: 262145 bytes is larger than a settings file may be (262144)
      """)
}

@Test func `an alias bomb is refused before the parser sees it`() {
  var text = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
  for level in 1...9 {
    let references = Array(repeating: "*a\(level - 1)", count: 9).joined(separator: ", ")
    text += "a\(level): &a\(level) [\(references)]\n"
  }
  #expect(
    complaints(["risk": text]) == "risk.yaml:1:5: anchors and aliases are not used in settings")
}
