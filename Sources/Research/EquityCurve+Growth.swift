import Glibc

extension EquityCurve {
  /// The most stretches of ``growth(from:)``.
  static let growthLimit = 250

  /// Returns by how much the logarithm of the equity grew over each of at most 250 stretches with
  /// as many points each, from the equity at the start on, which is above zero; empty without a
  /// point. The curve has been ended. Less than a thousandth of the start counts as that.
  func growth(from start: Double) -> [Float] {
    let count = min(Self.growthLimit, points.count)
    let least = start / 1_000
    var before = log(start)
    return (0..<count).map { stretch in
      let last = (stretch + 1) * points.count / count - 1
      let level = log(max(least, points[last].equity))
      defer { before = level }
      return Float(level - before)
    }
  }
}
