import Foundation
import Secrets
import Testing
import Trading
import Units

@testable import Settings

private func process(_ values: [String: String]) -> Variables {
  var variables = Variables()
  for (name, value) in values {
    variables.set(name, Secret(consuming: Array(value.utf8)), place: .variable(name))
  }
  return variables
}

/// A folder with settings and keys, and what asks for it.
private func request(
  _ environment: TradingEnvironment, files: [String: String] = [:], env: String = "",
  settings: [String] = []
) throws -> LaunchRequest {
  let folder = try temporaryFolder()
  for (name, text) in files {
    try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(name).yaml"))
  }
  let path = folder + "/keys.env"
  try Data(env.utf8).write(to: URL(fileURLWithPath: path))
  try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  return LaunchRequest(
    environment: environment, configFolder: folder, dataFolder: "/d", secretsFile: path,
    settings: settings)
}

private func complaint(_ request: LaunchRequest, _ variables: Variables = Variables()) -> String? {
  do throws(SettingsProblems) {
    _ = try Launch(request, process: variables)
    return nil
  } catch {
    return error.description
  }
}

@Test func `command line, variables of the process, those of the file and YAML, in this order`()
  throws
{
  let files = [
    "risk": "leverageMaximum: 2x\npriceCollar: 1.2 %\nriskPerTrade: 0.2 %\ndrawdownMaximum: 20 %\n"
  ]
  let env = """
    PERPDECK_RISK_LEVERAGE_MAXIMUM=3x
    PERPDECK_RISK_PRICE_COLLAR=1.3 %
    PERPDECK_RISK_RISK_PER_TRADE=0.3 %
    """
  let launch = try Launch(
    request(.paper, files: files, env: env, settings: ["risk.leverageMaximum=5x"]),
    process: process([
      "PERPDECK_RISK_LEVERAGE_MAXIMUM": "4x", "PERPDECK_RISK_PRICE_COLLAR": "1.4 %",
    ]))
  #expect(launch.settings.risk.leverageMaximum == 5)
  #expect(launch.settings.risk.priceCollar == "0.014")
  #expect(launch.settings.risk.riskPerTrade == "0.003")
  #expect(launch.settings.risk.drawdownMaximum == "0.2")
  #expect(launch.places.journal == "/d/paper/main/journal.sqlite")
  #expect(launch.credentials == nil)
}

@Test func `the credentials are those of the account and the environment`() throws {
  let files = ["accounts": "selected: second\naccounts:\n  - name: main\n  - name: second\n"]
  let env = """
    BLOFIN_DEMO_SECOND_API_KEY=demo-second
    BLOFIN_DEMO_SECOND_API_SECRET=s
    BLOFIN_DEMO_SECOND_API_PASSPHRASE=p
    BLOFIN_API_KEY=live-main
    """
  let launch = try Launch(request(.demo, files: files, env: env), process: Variables())
  #expect(launch.account.name == "second")
  #expect(
    launch.credentials?.key.withBytes { String(decoding: $0, as: UTF8.self) } == "demo-second")
  #expect(launch.places.folder == "/d/demo/second")
  #expect(launch.warnings == [])
}

@Test func `X12 a key of one environment never serves in another`() throws {
  let env = "BLOFIN_DEMO_API_KEY=k\nBLOFIN_DEMO_API_SECRET=s\nBLOFIN_DEMO_API_PASSPHRASE=p\n"
  #expect(
    try complaint(request(.live, env: env)) == """
      variable BLOFIN_API_KEY: is missing; live trading of the account main needs it, \
      in the environment or in .env (see .env.example)
      variable BLOFIN_API_SECRET: is missing; live trading of the account main needs it, \
      in the environment or in .env (see .env.example)
      variable BLOFIN_API_PASSPHRASE: is missing; live trading of the account main needs it, \
      in the environment or in .env (see .env.example)
      """)
}

@Test func `a mistyped name of a key is pointed out`() throws {
  let env = "BLOFIN_DEMO_APIKEY=CANARY\n"
  let launch = try Launch(request(.paper, env: env), process: Variables())
  #expect(
    launch.warnings.map(\.complaint.description) == [
      "unknown key \"BLOFIN_DEMO_APIKEY\"; did you mean BLOFIN_DEMO_API_KEY?"
    ])
}

@Test func `mistakes of files, variables and options are shown together`() throws {
  let request = try request(
    .paper, files: ["risk": "riskPerTrade: 9 %\n"], settings: ["leverage", "risk.mouse=true"])
  #expect(
    complaint(request, process(["PERPDECK_RISK_LEVERAGE_MAX": "5x", "PERPDECK_DATA": "/x"])) == """
      option --set leverage: expected a setting and its value: risk.leverageMaximum=5x
      risk.yaml:1:15: riskPerTrade: 9 % is above 2 %; expected a percentage from 0.01 % to 2 \
      %, such \
      as 1 %
      variable PERPDECK_RISK_LEVERAGE_MAX: unknown key "risk.leverageMax"; did you mean \
      risk.leverageMaximum?
      option --set risk.mouse=true: unknown key "risk.mouse"; the files in config/ state every key
      """)
}

@Test func `S01 an unsafe file of keys stops demo and live, and paper leaves it unread`() throws {
  for environment in TradingEnvironment.allCases {
    let request = try request(
      environment, env: "PERPDECK_RISK_LEVERAGE_MAXIMUM=3x\nBLOFIN_API_KEY=CANARY\n")
    let path = try #require(request.secretsFile)
    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
    let words = "\(path): others may read it; run chmod 600 \(path)"
    if environment == .paper {
      let launch = try Launch(request, process: Variables())
      #expect(launch.warnings.map(\.description) == [words])
      #expect(launch.settings == BotSettings())
    } else {
      #expect(complaint(request)?.hasPrefix(words + "\n") == true)
    }
  }
}

@Test func `a folder, a file or an account that is not there is refused`() throws {
  var request = try request(.paper)
  request.configFolder = "/nowhere/config"
  request.secretsFile = "/nowhere/.env"
  request.account = "ghost"
  #expect(
    complaint(request) == """
      option --config: there is no folder /nowhere/config
      option --env-file: there is no file /nowhere/.env
      option --account ghost: there is no such account; there is main
      """)
}
