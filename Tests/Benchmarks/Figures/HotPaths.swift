import Foundation

/// What the benchmark tool measured, read from its JMH export.
enum HotPaths {
  private struct Result: Decodable {
    let benchmark: String
    let secondaryMetrics: [String: Metric]
  }

  private struct Metric: Decodable {
    let scorePercentiles: [String: Double]
  }

  /// What each must keep to, in nanoseconds.
  private static let limits: [String: Double] = [
    "wire: decode a ticker push": 1_000,
    "wire: decode and apply a 10-level book change": 3_000,
    "wire: build and sign an order": 3_000,
    // Twenty thousand messages a second in a tenth of a core.
    "alerts: a ticker beside 10,000 rules": 5_000,
    "engine: a ticker of a market without orders": 5_000,
    "engine: a mark price of a market that is held": 5_000,
    // Two events: the wish, and the answer to the order.
    "engine: an opening approved, and its refusal": 10_000,
    "engine: an opening that the gate refuses": 5_000,
  ]

  /// Returns the medians in nanoseconds.
  static func figures(file: String) throws -> [Figure] {
    let data = try Data(contentsOf: URL(fileURLWithPath: file))
    let figures = try JSONDecoder().decode([Result].self, from: data).map { result in
      // The export writes a benchmark's name behind the package's and the target's.
      let name = result.benchmark.split(separator: ".", maxSplits: 3).last.map(String.init)
      guard let name = name?.replacingOccurrences(of: "_", with: " "),
        let metric = result.secondaryMetrics.first(where: { $0.key.hasPrefix("Time") })?.value,
        // Microseconds of a thousand repetitions are nanoseconds of one.
        let median = metric.scorePercentiles["50.0"]
      else { throw CocoaError(.fileReadCorruptFile) }
      return Figure(
        name: name, value: median, unit: "ns", limit: limits[name].map(Figure.Limit.atMost))
    }.sorted { $0.name < $1.name }
    return figures + alerts(figures)
  }

  /// What ten thousand rules cost beyond the bare pipeline: twenty thousand messages a second in a
  /// tenth of a core are five microseconds each.
  private static func alerts(_ figures: [Figure]) -> [Figure] {
    func value(_ name: String) -> Double? { figures.first { $0.name == name }?.value }
    guard let bare = value("engine: 50 markets and no rule"),
      let full = value("engine: 50 markets and 10,000 rules")
    else { return [] }
    return [
      Figure(
        name: "alerts: 10,000 rules beyond the bare pipeline", value: full - bare, unit: "ns",
        limit: .atMost(5_000))
    ]
  }
}
