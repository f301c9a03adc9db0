import Foundation
import Secrets
import Testing
import Trading

@testable import Settings

private let blofin = ExchangeID("blofin")

private func write(_ text: String, mode: Int = 0o600, to folder: String) throws -> String {
  let path = folder + "/.env"
  try Data(text.utf8).write(to: URL(fileURLWithPath: path))
  try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
  return path
}

private func complaint(_ path: String, _ environment: TradingEnvironment = .demo) -> String? {
  do throws(SettingsProblems) {
    _ = try SecretsFile(path: path, environment: environment)
    return nil
  } catch {
    return error.description
  }
}

@Test func `names, quotes, comments and export are understood`() throws {
  let path = try write(
    """
    # comment
    BLOFIN_DEMO_API_KEY=abc
    export BLOFIN_DEMO_API_SECRET="d e=f#"
      BLOFIN_DEMO_API_PASSPHRASE='x"y'\r

    PERPDECK_RISK_PRICE_COLLAR=1 %
    """, to: temporaryFolder())
  let variables = try SecretsFile(path: path, environment: .demo).variables
  #expect(
    variables.names == [
      "BLOFIN_DEMO_API_KEY", "BLOFIN_DEMO_API_PASSPHRASE", "BLOFIN_DEMO_API_SECRET",
      "PERPDECK_RISK_PRICE_COLLAR",
    ])
  #expect(variables.text("BLOFIN_DEMO_API_SECRET") == "d e=f#")
  #expect(variables.text("BLOFIN_DEMO_API_PASSPHRASE") == "x\"y")
  #expect(variables.place("BLOFIN_DEMO_API_KEY") == .line(file: path, line: 2, column: 1))
}

@Test func `a missing file has no variables`() throws {
  let path = try temporaryFolder() + "/.env"
  #expect(try SecretsFile(path: path, environment: .live).variables.names == [])
}

@Test(arguments: [0o640, 0o604, 0o660, 0o644, 0o777])
func `S01 a file that others may read is refused`(mode: Int) throws {
  let path = try write("A=1\n", mode: mode, to: temporaryFolder())
  #expect(complaint(path) == "\(path): others may read it; run chmod 600 \(path)")
}

/// Only root can give a file away.
@Test(.enabled(if: geteuid() == 0, "giving a file to another user needs root"))
func `S01 a file of another user is refused`() throws {
  let path = try write("A=1\n", to: temporaryFolder())
  try #require(chown(path, 65_534, 65_534) == 0)
  #expect(complaint(path) == "\(path): it belongs to another user")
}

@Test func `S01 a link is refused`() throws {
  let folder = try temporaryFolder()
  let target = try write("A=1\n", to: folder)
  let link = folder + "/link"
  try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
  #expect(complaint(link) == "\(link): it is a symbolic link")
}

@Test func `S01 for live a file in a git work tree is refused, for demo it is not`() throws {
  let folder = try temporaryFolder()
  try FileManager.default.createDirectory(
    atPath: folder + "/.git", withIntermediateDirectories: false)
  try FileManager.default.createDirectory(
    atPath: folder + "/deep/er", withIntermediateDirectories: true)
  let path = try write("A=1\n", to: folder + "/deep/er")
  let tree = try #require(realpath(folder, nil).map { String(cString: $0) })
  #expect(complaint(path, .demo) == nil)
  #expect(
    complaint(path, .live) == """
      \(path): it lies in the git work tree \(tree); for live, keep it elsewhere and name it with \
      --env-file
      """)
}

@Test func `S04 a complaint about a line never shows its value`() throws {
  let path = try write(
    """
    CANARY-secret-without-name
    BLOFIN_API_KEY="CANARY
    BLOFIN_API_KEY=CANARY-1
    BLOFIN_API_KEY=CANARY-2
    1X=CANARY
    A B=CANARY
    """, to: temporaryFolder())
  #expect(
    complaint(path) == """
      \(path):1:1: the line is not NAME=value
      \(path):2:1: the quotes around the value of BLOFIN_API_KEY do not match
      \(path):4:1: the key "BLOFIN_API_KEY" stands twice
      \(path):5:1: the line does not begin with a NAME=
      \(path):6:1: the line does not begin with a NAME=
      """)
}

@Test func `the process's variables are above those of the file and leave the process`() async {
  // In a process of its own: while other threads read them, variables must not change.
  await #expect(processExitsWith: .success) {
    let path = try write("BLOFIN_API_KEY=file\nBLOFIN_API_SECRET=file\n", to: temporaryFolder())
    // Whoever runs the tests may have keys of their own.
    unsetenv("BLOFIN_API_SECRET")
    setenv("BLOFIN_API_KEY", "CANARY-process", 1)
    setenv("PERPDECK_DATA", "/somewhere", 1)
    var variables = try SecretsFile(path: path, environment: .live).variables
    let process = Variables.takeFromProcess()
    variables.overlay(process)
    try #require(variables.text("BLOFIN_API_KEY") == "CANARY-process")
    try #require(variables.text("BLOFIN_API_SECRET") == "file")
    try #require(variables.place("BLOFIN_API_KEY") == .variable("BLOFIN_API_KEY"))
    try #require(getenv("BLOFIN_API_KEY") == nil)
    try #require(getenv("PERPDECK_DATA") == nil)
    try #require(getenv("PATH") != nil)
  }
}

@Test(arguments: [
  (TradingEnvironment.live, "main", "BLOFIN_API_"),
  (.live, "second", "BLOFIN_SECOND_API_"),
  (.demo, "main", "BLOFIN_DEMO_API_"),
  (.demo, "my-hedge", "BLOFIN_DEMO_MY_HEDGE_API_"),
])
func `each account has its variables in each environment`(
  environment: TradingEnvironment, account: String, start: String
) {
  let names = CredentialNames(exchange: blofin, environment: environment, account: account)
  #expect(names?.all == ["KEY", "SECRET", "PASSPHRASE"].map { start + $0 })
}

@Test func `no two accounts share a variable`() {
  var seen: [String: String] = [:]
  for environment in [TradingEnvironment.demo, .live] {
    for account in ["main", "second", "a", "demox", "x-demo", "api"] {
      let names = CredentialNames(exchange: blofin, environment: environment, account: account)
      for name in names?.all ?? [] {
        let owner = "\(environment) \(account)"
        #expect(seen[name] == nil, "\(name) belongs to \(seen[name] ?? "") and \(owner)")
        seen[name] = owner
      }
    }
  }
  #expect(seen.count == 36)
}

@Test func `paper needs no credentials`() throws {
  let found = try Credentials.find(
    exchange: blofin, environment: .paper, account: "main", in: Variables())
  #expect(found == nil)
  #expect(CredentialNames(exchange: blofin, environment: .paper, account: "main") == nil)
}

@Test func `missing and broken credentials are all named, without their values`() {
  var variables = Variables()
  variables.set("BLOFIN_DEMO_API_KEY", Secret(consuming: []), place: .variable("x"))
  variables.set(
    "BLOFIN_DEMO_API_SECRET", Secret(consuming: Array("CANARY with blank".utf8)),
    place: .variable("x"))
  let problems = #expect(throws: SettingsProblems.self) {
    try Credentials.find(exchange: blofin, environment: .demo, account: "main", in: variables)
  }
  #expect(
    problems?.description == """
      variable BLOFIN_DEMO_API_KEY: is empty
      variable BLOFIN_DEMO_API_SECRET: holds a blank or a letter that no key has; was it copied \
      whole?
      variable BLOFIN_DEMO_API_PASSPHRASE: is missing; demo trading of the account main needs it, \
      in the environment or in .env (see .env.example)
      """)
}

@Test func `S06 credentials and variables show nothing`() throws {
  var variables = Variables()
  for name in ["BLOFIN_API_KEY", "BLOFIN_API_SECRET", "BLOFIN_API_PASSPHRASE"] {
    variables.set(name, Secret(consuming: Array("CANARY-\(name)".utf8)), place: .variable(name))
  }
  let credentials = try Credentials.find(
    exchange: blofin, environment: .live, account: "main", in: variables)
  var text = "\(String(describing: credentials)) \(String(reflecting: variables))"
  dump(credentials, to: &text)
  dump(variables, to: &text)
  #expect(!text.contains("CANARY"))
  #expect(credentials?.passphrase.withBytes { $0.count } == 28)
}
