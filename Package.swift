// swift-tools-version: 6.2
import PackageDescription

/// Rules every target obeys: Swift 6 mode, warnings are errors, imports are explicit.
let strict: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]

/// A pure target: values in, values out; no Foundation, no I/O, no isolation.
func pure(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

/// A rim target that lives on the loop: everything in it is on the main actor unless it says otherwise.
func onLoop(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies,
    swiftSettings: strict + [.defaultIsolation(MainActor.self)])
}

/// A rim target that is not bound to the loop.
func rim(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .testTarget(name: name, dependencies: dependencies, swiftSettings: strict)
}

let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let sqlite: Target.Dependency = .product(name: "GRDBSQLite", package: "GRDB.swift")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let arguments: Target.Dependency = .product(
  name: "ArgumentParser", package: "swift-argument-parser")
let nio: [Target.Dependency] = ["NIOCore", "NIOPosix", "NIOHTTP1", "NIOWebSocket"].map {
  .product(name: $0, package: "swift-nio")
}

let package = Package(
  name: "perpdeck",
  products: [
    .executable(name: "perpdeck", targets: ["perpdeck"]),
    // For the benchmarks in Tests/Benchmarks, which are a package of their own.
    .library(
      name: "PerpDeckModules",
      targets: [
        "Units", "JSONText", "Trading", "MarketData", "AccountData", "Risk", "Strategies",
        "Alerts", "Engine", "Research", "Screen",
        "Dashboard", "Terminal", "EventLoop", "Secrets", "Transport", "Exchanges", "BloFin",
        "Simulation",
        "Journal",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
  ],
  targets: [
    // C libraries.
    .target(
      name: "CCurl", linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("ssl")]),
    .target(
      name: "CNCurses", cSettings: [.define("NCURSES_WIDECHAR", to: "1")],
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    .systemLibrary(
      name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CDisk"),
    .systemLibrary(name: "CWslay", providers: [.apt(["libwslay-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),

    // Pure.
    pure("Units"),
    pure("JSONText", ["Units"]),
    pure("Trading", ["Units"]),
    pure("MarketData", ["Trading", "Units", ordered]),
    pure("AccountData", ["Trading", "Units", ordered]),
    pure("Risk", ["AccountData", "MarketData", "Trading", "Units"]),
    pure("Strategies", ["AccountData", "MarketData", "Trading", "Units"]),
    pure("Alerts", ["AccountData", "MarketData", "Trading", "Units"]),
    pure(
      "Engine",
      ["Alerts", "Strategies", "Risk", "AccountData", "MarketData", "Trading", "Units", ordered]),
    pure("Screen"),
    pure(
      "Dashboard",
      ["Engine", "Alerts", "Risk", "AccountData", "MarketData", "Trading", "Units", "Screen"]),

    // Rim.
    rim("Secrets", []),
    onLoop("EventLoop", []),
    onLoop("Transport", ["EventLoop", "Secrets", "CCurl", "CWslay", "COpenSSL"]),
    rim("Exchanges", ["Trading", "Units"]),
    rim("CandleCache", ["Exchanges", "EventLoop", "Trading", "Units"]),
    onLoop(
      "BloFin",
      ["Exchanges", "Transport", "EventLoop", "Secrets", "JSONText", "Trading", "Units"]),
    rim(
      "Simulation", ["Exchanges", "EventLoop", "JSONText", "Trading", "Units", "CZlib", ordered]),
    rim(
      "ExchangeServer",
      ["Simulation", "Exchanges", "Transport", "Secrets", "JSONText", "Trading", "Units", ordered]
        + nio),
    rim(
      "Research",
      [
        "Engine", "Simulation", "Exchanges", "Strategies", "Risk", "AccountData", "MarketData",
        "JSONText", "Trading", "Units",
      ]),
    rim("Journal", ["Trading", "Units", "CDisk", grdb, sqlite]),
    // The commented defaults are part of the program, for `perpdeck config init`.
    .target(
      name: "Settings",
      dependencies: ["Alerts", "Secrets", "Strategies", "Trading", "Units", yams],
      resources: [
        "accounts.yaml", "alerts.yaml", "display.yaml", "env.example", "keys.yaml", "log.yaml",
        "pairs.yaml", "risk.yaml", "strategies.yaml", "templates.yaml",
      ].map { .embedInCode("Resources/\($0)") },
      swiftSettings: strict),
    rim("Terminal", ["Screen", "CNCurses"]),
    onLoop(
      "Notify", ["Transport", "EventLoop", "Secrets", "JSONText", "Trading", "Units"]),
    onLoop(
      "Runtime",
      [
        "Engine", "Alerts", "Risk", "AccountData", "MarketData", "Dashboard", "Exchanges",
        "Journal",
        "EventLoop", "JSONText", "Screen", "Strategies", "Trading", "Units", logging,
      ]),
    .executableTarget(
      name: "perpdeck",
      dependencies: [
        "Runtime", "Notify", "Alerts", "Research", "Strategies", "Engine", "Risk", "AccountData",
        "MarketData",
        "Dashboard", "Exchanges", "CandleCache", "BloFin", "Simulation", "ExchangeServer",
        "Journal", "Settings",
        "Terminal", "Screen",
        "EventLoop", "Transport", "Secrets", "JSONText", "Trading", "Units", arguments, logging,
      ],
      swiftSettings: strict),

    // Tests.
    .target(
      name: "TestSupport", dependencies: ["EventLoop", "Trading", "Units"],
      path: "Tests/TestSupport",
      swiftSettings: strict),
    .target(
      name: "CTestTLS", path: "Tests/CTestTLS",
      linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    tests("UnitsTests", ["Units", "TestSupport"]),
    tests("MarketDataTests", ["MarketData", "Trading", "Units", "TestSupport"]),
    tests("AccountDataTests", ["AccountData", "Trading", "Units", "TestSupport"]),
    tests(
      "RiskTests", ["Risk", "AccountData", "MarketData", "Trading", "Units", "TestSupport"]),
    tests(
      "EngineTests",
      [
        "Engine", "Alerts", "Risk", "AccountData", "MarketData", "Strategies", "Trading", "Units",
        "TestSupport",
      ]),
    .testTarget(
      name: "AlertsTests",
      dependencies: ["Alerts", "MarketData", "Trading", "Units", "TestSupport"],
      exclude: ["Corpus"], swiftSettings: strict),
    tests("EventLoopTests", ["EventLoop"]),
    tests(
      "NotifyTests",
      ["Notify", "Transport", "EventLoop", "Secrets", "Trading", "Units", "TestSupport"]),
    tests(
      "ExchangeServerTests",
      [
        "ExchangeServer", "Simulation", "Transport", "Secrets", "Trading", "Units", ordered,
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOEmbedded", package: "swift-nio"),
      ]),
    tests("JSONTextTests", ["JSONText", "Units", "TestSupport"]),
    tests("TransportTests", ["Transport", "EventLoop", "Secrets", "CTestTLS"]),
    tests(
      "LoopbackTests",
      [
        "BloFin", "ExchangeServer", "Exchanges", "Transport", "EventLoop", "Secrets", "MarketData",
        "Trading", "Units",
      ]),
    tests("TidyTests", []),
    tests("TradingTests", ["Trading", "Units", "TestSupport"]),
    tests(
      "ScenarioTests",
      [
        "Runtime", "Dashboard", "Engine", "Risk", "MarketData", "AccountData", "Simulation",
        "Exchanges", "Journal", "EventLoop", "Screen", "Research", "Strategies", "Trading", "Units",
        "TestSupport", logging,
      ]),
    tests("SimulationTests", ["Simulation", "EventLoop", "Trading", "Units", "TestSupport"]),
    tests("StrategiesTests", ["Strategies", "MarketData", "Trading", "Units", "TestSupport"]),
    tests(
      "ResearchTests",
      [
        "Research", "Engine", "Simulation", "Exchanges", "Strategies", "Risk", "AccountData",
        "MarketData", "EventLoop", "Trading", "Units", "TestSupport",
      ]),
    tests("SecretsTests", ["Secrets"]),
    .testTarget(
      name: "JournalTests", dependencies: ["Journal", "Trading", "Units", "TestSupport", grdb],
      exclude: ["Schemas"], swiftSettings: strict),
    tests(
      "SettingsTests",
      ["Settings", "Secrets", "Strategies", "Trading", "Units", "TestSupport"]),
    tests("ExchangesTests", ["Exchanges", "Trading", "Units"]),
    tests(
      "CandleCacheTests",
      [
        "CandleCache", "Simulation", "Exchanges", "EventLoop", "Trading", "Units", "TestSupport",
      ]),
    tests(
      "DashboardTests",
      [
        "Dashboard", "Engine", "Strategies", "Risk", "AccountData", "MarketData", "Terminal",
        "Screen", "Trading", "Units", "TestSupport",
      ]),
    tests("ScreenTests", ["Screen", "TestSupport", "Units"]),
    tests("TerminalTests", ["Terminal", "Screen", "TestSupport", "Units"]),
    tests(
      "BloFinTests",
      [
        "BloFin", "Exchanges", "Transport", "EventLoop", "Secrets", "JSONText", "Trading", "Units",
        "TestSupport",
      ]),
  ]
)
