import Foundation
import Secrets
import Testing
import Trading
import Units

@testable import Settings

@Test func `the program carries the files of config as they are`() throws {
  for (name, bytes) in DefaultFiles.all {
    let url = repository.appendingPathComponent("config/\(name)")
    #expect(Data(bytes) == (try Data(contentsOf: url)), "\(name)")
  }
  let example = repository.appendingPathComponent(".env.example")
  #expect(Data(DefaultFiles.secretsExample) == (try Data(contentsOf: example)))
}

@Test func `every setting is told with its value and where it comes from`() throws {
  let folder = try temporaryFolder()
  try Data("leverageMaximum: 7x\npriceCollar: 1 %\n".utf8).write(
    to: URL(fileURLWithPath: folder + "/risk.yaml"))
  let rows = SettingsLoader(
    folder: folder,
    overrides: [
      SettingOverride(path: "risk.priceCollar", text: "3 %", place: .option("--set"))
    ]
  ).stated()
  func told(_ path: String) -> [String]? {
    rows.first { $0.path == path }.map { [$0.text ?? "-", $0.origin?.description ?? "default"] }
  }
  #expect(told("risk.leverageMaximum") == ["7x", "risk.yaml:1:18"])
  #expect(told("risk.priceCollar") == ["3 %", "option --set"])
  #expect(told("risk.riskPerTrade") == ["1 %", "default"])
  #expect(told("risk.tradingHours.sun") == ["00:00-24:00", "default"])
  #expect(told("pairs.pairs[1].instrument") == ["ETH-USDT", "default"])
  #expect(told("pairs.timeFrames") == ["[1m, 15m, 1h, 4h]", "default"])
  #expect(rows.filter { $0.path.hasPrefix("risk.") && $0.text == nil } == [])
}

@Test func `a list in a file takes the place of the whole default list`() throws {
  let folder = try temporaryFolder()
  try Data("pairs:\n  - instrument: XRP-USDT\n    leverage: 3x\n".utf8).write(
    to: URL(fileURLWithPath: folder + "/pairs.yaml"))
  let rows = SettingsLoader(folder: folder).stated().filter { $0.path.hasPrefix("pairs.pairs") }
  #expect(
    rows.map { "\($0.path) \($0.text ?? "-")" } == [
      "pairs.pairs[0].instrument XRP-USDT", "pairs.pairs[0].leverage 3x",
      "pairs.pairs[0].marginMode -",
    ])
}

/// A schema as far as these tests look into it.
private struct Schema: Decodable {
  let properties: [String: Property]
  let additionalProperties: Bool

  struct Property: Decodable {
    let type: String?
    let pattern: String?
    let minimum: Double?
    let maximum: Double?
    let properties: [String: Property]?
    let items: Items?
    let anyOf: [Choice]?
  }

  struct Items: Decodable {
    let properties: [String: Property]?
  }

  struct Choice: Decodable {
    let pattern: String?
    let const: String?
  }
}

/// Returns the paths of single settings among properties.
private func names(_ properties: [String: Schema.Property], below path: String) -> [String] {
  properties.flatMap { key, property in
    let inner = property.properties ?? property.items?.properties ?? [:]
    let place = "\(path).\(key)"
    return inner.isEmpty
      ? [place] : names(inner, below: property.items == nil ? place : place + "[]")
  }
}

@Test func `the schemas are JSON and name every setting that is read`() throws {
  let findings = SettingsMap.Findings()
  _ = SettingsLoader.read(SettingsSchema.texts, findings)
  for (name, text) in SettingsSchema.all {
    let schema = try JSONDecoder().decode(Schema.self, from: Data(text.utf8))
    let file = name.split(separator: ".")[0]
    let named = Set(names(schema.properties, below: "\(file)"))
    let known = Set(findings.knownPaths.filter { $0.hasPrefix(file + ".") })
    #expect(known.subtracting(named) == [])
    #expect(schema.additionalProperties == false)
  }
}

@Test func `a pattern of the schema takes what the program takes and refuses what it refuses`()
  throws
{
  let text = try #require(SettingsSchema.all.first { $0.name == "risk.schema.json" }?.text)
  let schema = try JSONDecoder().decode(Schema.self, from: Data(text.utf8))
  let percent = try #require(schema.properties["riskPerTrade"]?.pattern)
  let money = try #require(
    schema.properties["dailyLossMoneyMaximum"]?.anyOf?.compactMap(\.pattern).first)
  let span = try #require(schema.properties["marketAgeMaximum"]?.pattern)
  func takes(_ pattern: String, _ text: String) -> Bool {
    text.range(of: pattern, options: .regularExpression) != nil
  }
  #expect(["1 %", "0.5%", "2 %"].filter { !takes(percent, $0) } == [])
  #expect(["1", "1 percent", "%", "-1 %", "1 % "].filter { takes(percent, $0) } == [])
  #expect(["300 USDT", "0.5USDT"].filter { !takes(money, $0) } == [])
  #expect(["300", "300 EUR"].filter { takes(money, $0) } == [])
  #expect(["250 ms", "5 s", "15 min", "1 h"].filter { !takes(span, $0) } == [])
  #expect(["5", "5 m", "5 seconds"].filter { takes(span, $0) } == [])
  #expect(schema.properties["openPositionsMaximum"]?.minimum == 1)
  #expect(schema.properties["openPositionsMaximum"]?.maximum == 100)
}

private let secretSamples = repository.appendingPathComponent("Tests/Settings/env")

private func secretNames() throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: secretSamples.path)
    .filter { $0.hasSuffix(".env") }.map { String($0.dropLast(4)) }.sorted()
}

@Test(arguments: try secretNames())
func `S01 a mistake in the file with the keys is told without its values`(name: String) throws {
  let folder = try temporaryFolder()
  let path = folder + "/keys.env"
  try FileManager.default.copyItem(
    atPath: secretSamples.appendingPathComponent(name + ".env").path, toPath: path)
  try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  let complaint: String
  do throws(SettingsProblems) {
    let launch = try Launch(
      LaunchRequest(
        environment: .demo, configFolder: folder, dataFolder: "/d", secretsFile: path),
      process: Variables())
    complaint = launch.warnings.map { "warning: \($0)\n" }.joined()
  } catch {
    complaint = error.description + "\n"
  }
  let told = complaint.split(separator: folder + "/", omittingEmptySubsequences: false)
    .joined()
  let golden = secretSamples.appendingPathComponent(name + ".txt")
  if ProcessInfo.processInfo.environment["GOLDEN"] == "record" {
    try told.write(to: golden, atomically: true, encoding: .utf8)
  }
  #expect(try String(contentsOf: golden, encoding: .utf8) == told)
  #expect(!told.isEmpty)
  #expect(!told.contains("CANARY"))
}
