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
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ]
)
