/// The mean of the last values, and bands so many standard deviations above and below it.
///
/// The deviation is that of the whole window (divided by the period). Warm-up: period − 1 values.
/// Source: TA-Lib, `ta_BBANDS`; John Bollinger, "Bollinger on Bollinger Bands", 2001.
public struct BollingerBands: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The mean.
    public let middle: Double
    /// How far each band is from the mean.
    public let reach: Double

    /// The mean plus the reach.
    @inlinable
    public var upper: Double { middle + reach }

    /// The mean minus the reach.
    @inlinable
    public var lower: Double { middle - reach }

    @inlinable
    init(middle: Double, reach: Double) {
      self.middle = middle
      self.reach = reach
    }
  }

  // The order matters: what is loaded in pairs must not stand beside what was just stored.
  @usableFromInline let period: Int
  @usableFromInline let share: Double
  @usableFromInline let deviations: Double
  // Sums of distances from `base`, a value near the window's mean: squares of prices themselves
  // would leave few digits for the deviation.
  @usableFromInline var base = 0.0
  @usableFromInline var sum = 0.0
  @usableFromInline var squares = 0.0
  @usableFromInline var head = 0
  @usableFromInline var ring: [Double]

  /// Makes bands over so many values, above zero, so many deviations away.
  @inlinable
  public init(_ period: Int = 20, deviations: Double = 2) {
    precondition(period > 0, "a period is above zero")
    self.period = period
    self.deviations = deviations
    share = 1 / Double(period)
    ring = []
    ring.reserveCapacity(period)
  }

  @inlinable
  public var warmUp: Int { period - 1 }

  @inlinable @inline(__always)
  public mutating func update(_ value: Double) -> Value? {
    guard ring.count == period else { return fill(value) }
    let old = ring[head] - base
    let new = value - base
    ring[head] = value
    head &+= 1
    guard head < period else { return comeRound() }
    let sum = sum + (new - old)
    let squares = squares + (new - old) * (new + old)
    self.sum = sum
    self.squares = squares
    return bands(sum, squares)
  }

  @inlinable @inline(__always)
  func bands(_ sum: Double, _ squares: Double) -> Value {
    let mean = sum * share
    let variance = squares * share - mean * mean
    return Value(middle: base + mean, reach: deviations * max(variance, 0).squareRoot())
  }

  @usableFromInline
  mutating func fill(_ value: Double) -> Value? {
    ring.append(value)
    return ring.count == period ? comeRound() : nil
  }

  /// Starts at the first place again, with sums that are taken anew.
  @usableFromInline
  mutating func comeRound() -> Value {
    head = 0
    var total = 0.0
    for value in ring { total += value }
    base = total * share
    var sum = 0.0
    var squares = 0.0
    for value in ring {
      let distance = value - base
      sum += distance
      squares += distance * distance
    }
    self.sum = sum
    self.squares = squares
    return bands(sum, squares)
  }
}
