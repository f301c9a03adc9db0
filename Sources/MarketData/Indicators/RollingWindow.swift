/// The last values of a series and their sum.
///
/// Nothing is ever subtracted: the sum is that of the values pushed since the ring last came round
/// plus that of the older ones still held, which is taken once per round for every place. A window
/// of zeros therefore sums to exactly zero, and one absurd value leaves no trace once it has gone.
public struct RollingSum: Sendable {
  /// How many values are summed.
  public let period: Int
  @usableFromInline var ring: [Double]
  @usableFromInline var head = 0
  /// The sum of what was pushed since the ring came round.
  @usableFromInline var fresh = 0.0
  /// For each place of the ring, the sum of the older values from there to the end; one zero more.
  @usableFromInline var rest: [Double]

  /// Makes an empty window; the period is above zero.
  @inlinable
  public init(period: Int) {
    precondition(period > 0, "a period is above zero")
    self.period = period
    ring = []
    ring.reserveCapacity(period)
    rest = Array(repeating: 0, count: period + 1)
  }

  /// The sum of the values that are held.
  @inlinable
  public var sum: Double { fresh + rest[head] }

  /// Whether as many values are held as the period asks for.
  @inlinable
  public var isFull: Bool { ring.count == period }

  /// Adds a value; the oldest one gives way. Returns the one that left, nil while filling.
  @inlinable @discardableResult
  public mutating func push(_ value: Double) -> Double? {
    guard isFull else {
      ring.append(value)
      fresh += value
      if isFull { comeRound() }
      return nil
    }
    let old = ring[head]
    ring[head] = value
    fresh += value
    head &+= 1
    if head == period { comeRound() }
    return old
  }

  /// Starts at the first place again, with everything that is held as older values.
  @inlinable
  mutating func comeRound() {
    head = 0
    fresh = 0
    var total = 0.0
    for place in (0..<period).reversed() {
      total += ring[place]
      rest[place] = total
    }
  }
}

/// The highest and the lowest of the last values of two series.
public struct RollingRange: Sendable {
  /// How many values are looked at.
  public let period: Int
  @usableFromInline var highs: [Double]
  @usableFromInline var lows: [Double]
  @usableFromInline var head = 0
  @usableFromInline var top = -Double.infinity
  @usableFromInline var bottom = Double.infinity

  /// Makes an empty window; the period is above zero.
  @inlinable
  public init(period: Int) {
    precondition(period > 0, "a period is above zero")
    self.period = period
    highs = []
    highs.reserveCapacity(period)
    lows = []
    lows.reserveCapacity(period)
  }

  /// Whether as many values are held as the period asks for.
  @inlinable
  public var isFull: Bool { highs.count == period }

  /// The highest value that is held; minus infinity when there is none.
  @inlinable
  public var highest: Double { top }

  /// The lowest value that is held; infinity when there is none.
  @inlinable
  public var lowest: Double { bottom }

  /// The distance between the two; zero where it is no more than rounding leaves of a window that
  /// did not move.
  @inlinable
  public var extent: Double {
    let extent = top - bottom
    return extent > 1e-11 * abs(top) ? extent : 0
  }

  /// Adds a high and a low; the oldest ones give way.
  @inlinable
  public mutating func push(high: Double, low: Double) {
    guard isFull else {
      highs.append(high)
      lows.append(low)
      top = max(top, high)
      bottom = min(bottom, low)
      return
    }
    let oldHigh = highs[head]
    let oldLow = lows[head]
    highs[head] = high
    lows[head] = low
    head &+= 1
    if head == period { head = 0 }
    // Only when the extreme itself leaves must the window be searched: rarely.
    if high >= top { top = high } else if oldHigh == top { top = Self.highest(of: highs) }
    if low <= bottom { bottom = low } else if oldLow == bottom { bottom = Self.lowest(of: lows) }
  }

  @inlinable
  static func highest(of values: [Double]) -> Double {
    var result = -Double.infinity
    for value in values where value > result { result = value }
    return result
  }

  @inlinable
  static func lowest(of values: [Double]) -> Double {
    var result = Double.infinity
    for value in values where value < result { result = value }
    return result
  }
}
