/// Price and oscillator drawing different pictures at two turning points.
public struct Divergence: Sendable, Hashable {
  /// What it points to.
  public enum Kind: Sendable, Hashable, CaseIterable {
    /// A lower low in the price, a higher low in the oscillator: the fall is tiring.
    case bullish
    /// A higher low in the price, a lower low in the oscillator: the rise goes on.
    case hiddenBullish
    /// A higher high in the price, a lower high in the oscillator: the rise is tiring.
    case bearish
    /// A lower high in the price, a higher high in the oscillator: the fall goes on.
    case hiddenBearish
  }

  /// A turning point of the oscillator.
  public struct Pivot: Sendable, Hashable {
    /// The number of its bar, counted from zero.
    public let bar: Int
    /// The price there: the bar's high at a top, its low at a bottom.
    public let price: Double
    /// The oscillator there.
    public let oscillator: Double

    @inlinable
    init(bar: Int, price: Double, oscillator: Double) {
      self.bar = bar
      self.price = price
      self.oscillator = oscillator
    }
  }

  /// What it points to.
  public let kind: Kind
  /// The turning point before.
  public let first: Pivot
  /// The turning point that completes it.
  public let second: Pivot

  @inlinable
  init(_ kind: Kind, first: Pivot, second: Pivot) {
    self.kind = kind
    self.first = first
    self.second = second
  }
}

/// Finds divergences between the price and an oscillator.
///
/// A top of the oscillator is a value above each of the `wing` values on both sides, a bottom one
/// below them; it is known `wing` bars later, and that is when a divergence comes out. It is
/// compared with the turning point of the same sort before, unless that is more than `reach` bars
/// away. Source: VuManChu Cipher B, "Divergences" (five-bar fractals, wing 2).
public struct DivergenceDetector: Indicator {
  /// One bar's extremes and the oscillator's value at its close.
  public struct Input: Sendable, Hashable {
    /// The highest price.
    public let high: Double
    /// The lowest price.
    public let low: Double
    /// The oscillator.
    public let oscillator: Double

    /// States all three.
    @inlinable
    public init(high: Double, low: Double, oscillator: Double) {
      self.high = high
      self.low = low
      self.oscillator = oscillator
    }
  }

  @usableFromInline let wing: Int
  @usableFromInline let reach: Int
  @usableFromInline let topLevel: Double
  @usableFromInline let bottomLevel: Double
  @usableFromInline var ring: [Input] = []
  @usableFromInline var count = 0
  @usableFromInline var top: Divergence.Pivot?
  @usableFromInline var bottom: Divergence.Pivot?

  /// Makes a detector. Only tops at or above `topLevel` and bottoms at or below `bottomLevel`
  /// count; by default all do.
  @inlinable
  public init(
    wing: Int = 2, reach: Int = 60, topLevel: Double = -.infinity, bottomLevel: Double = .infinity
  ) {
    precondition(wing > 0 && reach > wing, "a turning point has sides and reaches beyond them")
    self.wing = wing
    self.reach = reach
    self.topLevel = topLevel
    self.bottomLevel = bottomLevel
    ring.reserveCapacity(2 * wing + 1)
  }

  @inlinable
  public var warmUp: Int { 2 * wing }

  /// Takes the next bar and returns what it completes: nothing, one divergence or, rarely, two.
  public mutating func update(_ input: Input) -> [Divergence]? {
    let width = 2 * wing + 1
    if ring.count < width { ring.append(input) } else { ring[count % width] = input }
    count += 1
    guard count >= width else { return nil }
    let bar = count - 1 - wing
    let middle = ring[bar % width]
    var isTop = middle.oscillator >= topLevel
    var isBottom = middle.oscillator <= bottomLevel
    for other in count - width..<count where other != bar {
      let value = ring[other % width].oscillator
      if value >= middle.oscillator { isTop = false }
      if value <= middle.oscillator { isBottom = false }
    }
    var found: [Divergence] = []
    if isTop {
      let pivot = Divergence.Pivot(bar: bar, price: middle.high, oscillator: middle.oscillator)
      if let kind = compare(top, pivot, .bearish, .hiddenBearish), let top {
        found.append(Divergence(kind, first: top, second: pivot))
      }
      top = pivot
    }
    if isBottom {
      let pivot = Divergence.Pivot(bar: bar, price: middle.low, oscillator: middle.oscillator)
      if let kind = compare(bottom, pivot, .hiddenBullish, .bullish), let bottom {
        found.append(Divergence(kind, first: bottom, second: pivot))
      }
      bottom = pivot
    }
    return found
  }

  /// Returns which kind two turning points make: `rising` for a price that rose against a falling
  /// oscillator, `falling` for the opposite, nil when both went the same way or too far apart.
  private func compare(
    _ first: Divergence.Pivot?, _ second: Divergence.Pivot, _ rising: Divergence.Kind,
    _ falling: Divergence.Kind
  ) -> Divergence.Kind? {
    guard let first, second.bar - first.bar <= reach else { return nil }
    if second.price > first.price, second.oscillator < first.oscillator { return rising }
    if second.price < first.price, second.oscillator > first.oscillator { return falling }
    return nil
  }
}
