// swift-tools-version: 6.2
import PackageDescription

let modules: Target.Dependency = .product(name: "PerpDeckModules", package: "perpdeck")

let package = Package(
  name: "perpdeck-benchmarks",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(name: "perpdeck", path: "../.."),
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "HotPaths",
      dependencies: [modules, .product(name: "Benchmark", package: "benchmark")],
      path: "Benchmarks/HotPaths",
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
    // A server that sends ticker messages as fast as a socket takes them.
    .target(
      name: "CBlast", path: "CBlast",
      linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    // The least that SQLite takes for a durable row.
    .target(
      name: "CPlainSQLite", path: "CPlainSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
    // The flow of orders on which engines are compared, through the book and the whole exchange.
    .target(name: "ExchangeFlow", dependencies: [modules], path: "ExchangeFlow"),
    // What needs sockets or a disk, and the table of everything.
    .executableTarget(
      name: "Figures", dependencies: [modules, "CBlast", "CPlainSQLite", "ExchangeFlow"],
      path: "Figures"),
    // The dashboard over a market of a known pace, for dashboard.py.
    .executableTarget(name: "ScreenFeed", dependencies: [modules], path: "ScreenFeed"),
    // Our side of the comparisons with peers.
    .executableTarget(
      name: "PeerRuns", dependencies: [modules, "ExchangeFlow"], path: "PeerRuns"),
  ]
)
