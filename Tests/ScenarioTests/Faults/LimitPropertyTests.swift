import Foundation
import Testing
import Trading
import Units

/// No sequence of inputs through gate and engine breaks a limit at the exchange.
///
/// `LIMIT_SEED=7 swift test --filter LimitProperty` plays one seed, `LIMIT_SEEDS=500` so many.
@MainActor
struct LimitPropertyTests {
  private static func number(_ name: String) -> UInt64? {
    ProcessInfo.processInfo.environment[name].flatMap(UInt64.init)
  }

  private static var seeds: [UInt64] {
    if let seed = number("LIMIT_SEED") { return [seed] }
    return Array(1...max(1, number("LIMIT_SEEDS") ?? 2))
  }

  private static let length = 120

  @Test func `K06 K09 no sequence of inputs breaks a limit at the exchange`() {
    var arrivals = 0
    for seed in Self.seeds {
      let inputs = LimitInput.sequence(seed: seed, count: Self.length)
      let run = LimitRun(seed: seed)
      guard run.play(inputs) != nil else {
        arrivals += run.arrivals
        continue
      }
      let least = Shrinking.least(inputs) { LimitRun(seed: seed).play($0) != nil }
      let broken = LimitRun(seed: seed).play(least) ?? "not with the shrunk inputs"
      Issue.record(
        """
        LIMIT_SEED=\(seed) swift test --filter LimitProperty
        \(broken)
        with \(least.count) of \(inputs.count) inputs:
        \(least.map { "  \($0)" }.joined(separator: "\n"))
        """)
    }
    // A property of orders that never leave would be an empty one.
    #expect(arrivals > 3 * Self.seeds.count, "only \(arrivals) orders arrived")
    print("limits: \(Self.seeds.count) seeds, \(arrivals) opening orders arrived")
  }

  @Test func `inputs are shrunk to those that matter`() {
    let least = Shrinking.least(Array(1...50)) { $0.contains(3) && $0.contains(38) }
    #expect(least == [3, 38])
  }
}

/// Finds a short list that still fails.
enum Shrinking {
  /// Returns the inputs without what is not needed to fail: ever smaller pieces are left out.
  static func least<Input>(_ inputs: [Input], fails: ([Input]) -> Bool) -> [Input] {
    var inputs = inputs
    var piece = max(1, inputs.count / 2)
    while true {
      var start = 0
      while start < inputs.count {
        var fewer = inputs
        fewer.removeSubrange(start..<min(start + piece, inputs.count))
        if fails(fewer) { inputs = fewer } else { start += piece }
      }
      guard piece > 1 else { return inputs }
      piece /= 2
    }
  }
}
