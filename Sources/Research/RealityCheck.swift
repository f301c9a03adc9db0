import Units

/// How often chance alone brings as much as the best of several series brought.
///
/// Assumed is that no series has a mean above zero. From each series its own mean is taken, series
/// of the same length are drawn from what is left, and the best sum of each draw is compared with
/// the best sum that was found: its p-value is one more than the draws that reach it over one more
/// than all draws. All series are drawn at the same places, so that series that go together count
/// as little more than one. The more are tried, the more the best of a draw reaches.
///
/// Neighbors are drawn together, for what follows each other is not independent: a draw goes on
/// with the next value, or, once in the cube root of how many there are, anywhere else; behind the
/// last value comes the first. Of more than 500 values neighbors are summed up to 500 groups first,
/// which bounds the time to a million additions for each series. The smallest p-value is 1/1001;
/// with another seed one of 0.05 is off by at most 0.014 in 95 of 100 cases.
///
/// Series that lose much and vary much raise the p-value of the best one; they never lower it.
///
/// Source: White, "A Reality Check for Data Snooping", Econometrica 68, 2000, with the draws of
/// Politis and Romano, "The Stationary Bootstrap", 1994.
public struct RealityCheck: Sendable {
  /// How many series are drawn of each.
  public static let drawCount = 1_000
  /// The most groups of neighbors.
  static let groupLimit = 500

  private let valueCount: Int
  private let groupCount: Int
  /// How often a group is in a draw: in all draws the first group, then the second.
  private let counts: [Double]
  private var bestOfDraws: [Double]
  private var best: Best?

  private struct Best: Sendable {
    let sum: Double
    /// What binary rounding may take from a sum of a draw.
    let slack: Double
    let isFlat: Bool
  }

  /// Draws for series of so many values, at least one.
  public init(valueCount: Int, seed: UInt64 = 1) {
    precondition(valueCount > 0, "a series has values")
    self.valueCount = valueCount
    groupCount = min(valueCount, Self.groupLimit)
    let length = BootstrapInterval.blockLength(groupCount)
    var counts = [Double](repeating: 0, count: groupCount * Self.drawCount)
    var random = SeededRandom(seed: seed)
    for draw in 0..<Self.drawCount {
      var group = random.below(groupCount)
      for _ in 0..<groupCount {
        counts[group * Self.drawCount + draw] += 1
        group += 1
        if random.oneIn(length) {
          group = random.below(groupCount)
        } else if group == groupCount {
          group = 0
        }
      }
    }
    self.counts = counts
    bestOfDraws = Array(repeating: -.infinity, count: Self.drawCount)
  }

  /// Takes one more series that was tried; as many values as were announced.
  public mutating func add(_ values: [Double]) {
    precondition(values.count == valueCount, "all series have the same length")
    var sum = 0.0
    var scale = 0.0
    for value in values {
      sum += value
      scale += abs(value)
    }
    let mean = sum / Double(valueCount)
    var spread = 0.0
    var sums = [Double](repeating: 0, count: Self.drawCount)
    for group in 0..<groupCount {
      var deviation = 0.0
      let end = (group + 1) * valueCount / groupCount
      for place in group * valueCount / groupCount..<end { deviation += values[place] - mean }
      spread += abs(deviation)
      let first = group * Self.drawCount
      for draw in sums.indices { sums[draw] += deviation * counts[first + draw] }
    }
    for draw in sums.indices where sums[draw] > bestOfDraws[draw] {
      bestOfDraws[draw] = sums[draw]
    }
    guard best.map({ sum > $0.sum }) ?? true else { return }
    best = Best(sum: sum, slack: 1e-11 * scale, isFlat: spread <= 1e-11 * scale)
  }

  /// The p-value, above 0 up to 1; nil without a series, and where the best one does not vary.
  public var probability: Double? {
    guard let best, !best.isFlat else { return nil }
    let count = bestOfDraws.count { $0 >= best.sum - best.slack }
    return Double(1 + count) / Double(1 + Self.drawCount)
  }
}
