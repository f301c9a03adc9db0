import Foundation

/// Does the work that peers do too, and prints what it took and found as one JSON line.
///
/// usage: PeerRuns WORK COUNT
@main
struct PeerRuns {
  private static let works: [String: @Sendable (Int) -> Report] = [
    "matching": Matching.alone,
    "flow": Matching.wholeExchange,
    "resting": Matching.resting,
    "backtest": Backtests.single,
    "file": Backtests.fromFile,
    "reading": Backtests.reading,
    "sweep": Backtests.sweep,
    "indicators": Indicators.together,
  ].merging(Indicators.alone) { first, _ in first }

  static func main() {
    let arguments = CommandLine.arguments
    // The bars alone, for those who read a file.
    if arguments.count == 3, arguments[1] == "bars", let count = Int(arguments[2]), count > 0 {
      return FileHandle.standardOutput.write(Data(SyntheticBars(count).text))
    }
    guard arguments.count == 3, let work = works[arguments[1]], let count = Int(arguments[2]),
      count > 0
    else {
      print("usage: PeerRuns bars|\(works.keys.sorted().joined(separator: "|")) COUNT")
      exit(64)
    }
    print(work(count).line)
  }
}

/// What a work took and found.
struct Report {
  let operations: Int
  let seconds: Double
  let found: [(name: String, value: Int)]

  /// The report as JSON.
  var line: String {
    let findings = found.map { ", \"\($0.name)\": \($0.value)" }.joined()
    return "{\"operations\": \(operations), \"seconds\": \(seconds)\(findings)}"
  }
}

/// Returns how many seconds a body takes, by the clock of the wall.
func measure(_ body: () -> Void) -> Double {
  let clock = ContinuousClock()
  let taken = clock.measure(body)
  return Double(taken.components.seconds) + Double(taken.components.attoseconds) * 1e-18
}

/// Returns the middle of several measurements.
func medianSeconds(of count: Int, _ body: () -> Double) -> Double {
  (0..<count).map { _ in body() }.sorted()[count / 2]
}
