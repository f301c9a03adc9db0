/// Directional movement: how much of the range went up and how much went down.
///
/// Warm-up: `period` bars. Source: TA-Lib, `ta_PLUS_DI`, `ta_MINUS_DI`, `ta_DX`; Wilder, 1978.
public struct DirectionalIndex: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    @usableFromInline let up: Double
    @usableFromInline let down: Double
    @usableFromInline let range: Double
    /// The distance of the two directions as a percentage of their sum. Where there was no movement
    /// at all it stays what it was.
    public let dx: Double

    /// Upward movement as a percentage of the range.
    @inlinable
    public var plus: Double { range > 0 ? 100 * up / range : 0 }

    /// Downward movement as a percentage of the range.
    @inlinable
    public var minus: Double { range > 0 ? 100 * down / range : 0 }

    @inlinable
    init(up: Double, down: Double, range: Double, dx: Double) {
      self.up = up
      self.down = down
      self.range = range
      self.dx = dx
    }
  }

  /// How many bars are averaged.
  public let period: Int
  @usableFromInline let keep: Double
  @usableFromInline var count = 0
  @usableFromInline var previous = Bar(open: 0, high: 0, low: 0, close: 0, volume: 0)
  @usableFromInline var up = 0.0
  @usableFromInline var down = 0.0
  @usableFromInline var range = 0.0
  @usableFromInline var dx = 0.0
  /// Whether the last bar left any direction to measure.
  @usableFromInline var hasDirection = false

  /// Makes an index over so many bars, above one; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    precondition(period > 1, "a direction needs two bars")
    self.period = period
    keep = (Double(period) - 1) / Double(period)
  }

  @inlinable
  public var warmUp: Int { period }

  @inlinable @inline(__always)
  public mutating func update(_ bar: Bar) -> Value? {
    let rise = (bar.high - previous.high).upward
    let fall = (previous.low - bar.low).upward
    let newUp = rise.counting(rise > fall)
    let newDown = fall.counting(fall > rise)
    let newRange = bar.trueRange(after: previous.close)
    previous = bar
    if count < period {
      // Wilder's first sums hold period − 1 changes; the first bar has none.
      if count > 0 {
        up += newUp
        down += newDown
        range += newRange
      }
      count &+= 1
      return nil
    }
    up = up * keep + newUp
    down = down * keep + newDown
    range = range * keep + newRange
    let movement = up + down
    hasDirection = movement > 0
    if hasDirection { dx = 100 * abs(up - down) / movement }
    return Value(up: up, down: down, range: range, dx: dx)
  }
}

/// The average directional index: how strong a trend is, whichever way it goes, 0 through 100.
///
/// Warm-up: 2 × period − 1 bars. Source: TA-Lib, `ta_ADX`; Wilder, 1978.
public struct ADX: Indicator {
  /// The figures of one moment.
  public struct Value: Sendable, Hashable {
    /// The strength of the trend.
    public let strength: Double
    /// Its two directions.
    public let direction: DirectionalIndex.Value

    @inlinable
    init(strength: Double, direction: DirectionalIndex.Value) {
      self.strength = strength
      self.direction = direction
    }
  }

  @usableFromInline var index: DirectionalIndex
  @usableFromInline let keep: Double
  @usableFromInline let take: Double
  @usableFromInline var count = 0
  @usableFromInline var value = 0.0

  /// Makes an index over so many bars, above one; 14 is usual.
  @inlinable
  public init(_ period: Int = 14) {
    index = DirectionalIndex(period)
    take = 1 / Double(period)
    keep = (Double(period) - 1) / Double(period)
  }

  @inlinable
  public var warmUp: Int { 2 * index.period - 1 }

  @inlinable @inline(__always)
  public mutating func update(_ bar: Bar) -> Value? {
    guard let direction = index.update(bar) else { return nil }
    if count == index.period {
      // A bar without direction says nothing about the strength.
      if index.hasDirection { value = value * keep + direction.dx * take }
    } else {
      if index.hasDirection { value += direction.dx }
      count &+= 1
      guard count == index.period else { return nil }
      value *= take
    }
    return Value(strength: value, direction: direction)
  }
}
