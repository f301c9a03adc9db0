// swift-tools-version: 6.2
import PackageDescription

// The modules that read what a person types, over the project's own sources, so that every one of
// them is built with the fuzzer's counters. Without `--sanitize=fuzzer` the programs have no main
// and do not link: they are a package of their own.
let settings: [SwiftSetting] = [
  .swiftLanguageMode(.v6),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
]
let ordered: Target.Dependency = .product(name: "OrderedCollections", package: "swift-collections")

func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

func fuzzer(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies,
    swiftSettings: settings + [.unsafeFlags(["-parse-as-library"])])
}

let package = Package(
  name: "perpdeck-fuzz",
  dependencies: [.package(url: "https://github.com/apple/swift-collections", from: "1.6.0")],
  targets: [
    module("Units"),
    module("Trading", ["Units"]),
    module("MarketData", ["Trading", "Units", ordered]),
    module("AccountData", ["Trading", "Units", ordered]),
    module("Risk", ["AccountData", "MarketData", "Trading", "Units"]),
    module("Strategies", ["AccountData", "MarketData", "Trading", "Units"]),
    module("Alerts", ["AccountData", "MarketData", "Trading", "Units"]),
    module(
      "Engine",
      ["Alerts", "Strategies", "Risk", "AccountData", "MarketData", "Trading", "Units", ordered]),
    module("Screen"),
    module(
      "Dashboard",
      ["Engine", "Alerts", "Risk", "AccountData", "MarketData", "Trading", "Units", "Screen"]),
    fuzzer("FuzzLine", ["Dashboard"]),
    fuzzer("FuzzKeys", ["Screen"]),
    fuzzer("FuzzAlerts", ["Alerts", "Trading", "Units"]),
  ]
)
