import Units

/// Random shapes made of additions, multiplications and square roots only, which every machine
/// computes alike.
extension SeededRandom {
  /// Returns a number from zero up to, not including, one.
  mutating func unit() -> Double {
    Double(next() >> 11) * 0x1p-53
  }

  /// Returns a draw from nearly a normal distribution with mean zero and deviation one.
  ///
  /// Four uniform numbers less two (Irwin–Hall), scaled by √3; tails end at three and a half.
  mutating func normal() -> Double {
    (unit() + unit() + unit() + unit() - 2) * 1.732_050_807_568_877_2
  }

  /// Returns a normal draw whose deviation is now and then several times as large: fat tails.
  ///
  /// The mixture has deviation one and a kurtosis of about 11 (normal: 3).
  mutating func fatNormal() -> Double {
    let isWild = unit() < 0.04
    // 0.96 · 0.8² + 0.04 · 3.1² = 1.0
    return normal() * (isWild ? 3.1 : 0.8)
  }

  /// Returns a size with many small and few large values, mean about one, at most fifty.
  mutating func heavySize() -> Double {
    let draw = max(unit(), 0.0004)
    // Inverse square root of a uniform number: a Pareto tail of index two, half its mean.
    return 0.5 / draw.squareRoot()
  }

  /// Returns how many of something that happens `mean` times on average, for small means.
  mutating func count(mean: Double) -> Int {
    var count = Int(mean)
    if unit() < mean - Double(count) { count += 1 }
    // Two coins spread it without moving the mean.
    if unit() < 0.25 { count += 1 }
    if unit() < 0.25, count > 0 { count -= 1 }
    return count
  }
}

/// The clustering of volatility: a calm, a lively and a wild regime over a GARCH(1,1) variance.
struct VolatilityState: Sendable {
  /// Variance in units of the instrument's own, one on average within a regime.
  private var variance = 1.0
  private var regime = 1

  private static let levels = [0.55, 1.0, 1.9, 3.6]
  /// Chance per step to move up and down a regime; chosen so that regimes last minutes.
  private static let up = [0.0012, 0.0008, 0.0006, 0]
  private static let down = [0, 0.0010, 0.0024, 0.0060]

  /// The factor on the instrument's deviation that holds for the coming step.
  var factor: Double { Self.levels[regime] * variance.squareRoot() }

  /// Takes in a draw with deviation one, and lets the regime change.
  mutating func absorb(_ draw: Double, _ random: inout SeededRandom) {
    let shock = min(draw * draw, 40)
    variance = max(0.2, min(12, 0.04 + 0.06 * shock + 0.90 * variance))
    let chance = random.unit()
    if chance < Self.up[regime] {
      regime += 1
    } else if chance > 1 - Self.down[regime] {
      regime -= 1
    }
  }
}
