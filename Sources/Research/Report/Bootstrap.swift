import Units

/// How sure a mean is: the middle 95 % of the means of series drawn from the series itself.
///
/// Neighbors are drawn together in blocks, because trades that follow each other are not
/// independent: as long as the cube root of how many there are, and at most 500 of them. Source:
/// Künsch, "The Jackknife and the Bootstrap for General Stationary Observations", 1989
/// (non-overlapping blocks, their length of the order of the cube root).
public struct BootstrapInterval: Sendable, Hashable {
  /// The mean of the series.
  public let mean: Double
  /// The lower end.
  public let lower: Double
  /// The upper end.
  public let upper: Double

  /// How many series are drawn.
  static let drawCount = 1_000
  /// The most blocks.
  static let blockLimit = 500

  /// Draws; nil for fewer than ten values, of which nothing can be said.
  public init?(_ values: [Double], seed: UInt64 = 1) {
    guard values.count >= 10 else { return nil }
    let length = Self.blockLength(values.count)
    var sums: [Double] = []
    var sizes: [Double] = []
    var total = 0.0
    for start in stride(from: 0, to: values.count, by: length) {
      let block = values[start..<min(start + length, values.count)]
      var sum = 0.0
      for value in block { sum += value }
      total += sum
      sums.append(sum)
      sizes.append(Double(block.count))
    }
    var random = SeededRandom(seed: seed)
    var means: [Double] = []
    means.reserveCapacity(Self.drawCount)
    for _ in 0..<Self.drawCount {
      var sum = 0.0
      var size = 0.0
      for _ in sums.indices {
        let place = random.below(sums.count)
        sum += sums[place]
        size += sizes[place]
      }
      means.append(sum / size)
    }
    means.sort()
    mean = total / Double(values.count)
    lower = means[Self.drawCount * 25 / 1_000]
    upper = means[Self.drawCount * 975 / 1_000 - 1]
  }

  /// How many neighbors are drawn together.
  static func blockLength(_ count: Int) -> Int {
    var root = 1
    while (root + 1) * (root + 1) * (root + 1) <= count { root += 1 }
    return max(root, (count + blockLimit - 1) / blockLimit)
  }
}
