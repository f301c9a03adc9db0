import Trading
import Units

/// A horizontal band of prices at which the market has turned: a support that it turned up from, or
/// a resistance that it turned down from (``LevelDetector``).
public struct Level: Sendable, Hashable {
  /// What it does to the price.
  public enum Role: String, Sendable, Hashable {
    /// The price turned up from it.
    case support
    /// The price turned down from it.
    case resistance

    /// The role that it takes when it is broken.
    public var opposite: Role { self == .support ? .resistance : .support }
  }

  /// What it does to the price now.
  public internal(set) var role: Role
  /// The lowest swing of it.
  public internal(set) var bottom: Price
  /// The highest swing of it.
  public internal(set) var top: Price
  /// When the candle of its first swing opened.
  public let beganAt: Timestamp
  /// How many swings have turned at it, in all its roles.
  public internal(set) var touchCount: Int
  /// When the candle opened that broke it last; nil when none did.
  public internal(set) var brokenAt: Timestamp?
  /// Whether a swing has turned at it since it has its role; false from a break on.
  public internal(set) var hasHeld: Bool
  /// How many candles have closed since its newest swing was known.
  public internal(set) var age: Int

  /// States a level.
  public init(
    _ role: Role, bottom: Price, top: Price, beganAt: Timestamp, touchCount: Int,
    brokenAt: Timestamp? = nil, hasHeld: Bool = true, age: Int = 0
  ) {
    self.role = role
    self.bottom = bottom
    self.top = top
    self.beganAt = beganAt
    self.touchCount = touchCount
    self.brokenAt = brokenAt
    self.hasHeld = hasHeld
    self.age = age
  }

  /// How much it is trusted, 0 through 1: a half for four touches or more, less for fewer; a half
  /// for a touch that is just known, going down evenly to nothing when it is forgotten. Half of all
  /// that while it has not held in its role.
  public var strength: Estimate {
    let touches = min(1, Estimate(touchCount) / 4)
    let freshness = 1 - Estimate(min(age, LevelDetector.life)) / Estimate(LevelDetector.life)
    return (touches + freshness) / (hasHeld ? 2 : 4)
  }

  /// How far a price is from it on the side that it is approached from: above a support, below a
  /// resistance; zero in it and beyond it.
  public func way(from price: Price) -> Price {
    switch role {
    case .support: max(.zero, price - top)
    case .resistance: max(.zero, bottom - price)
    }
  }

  /// The middle of the band.
  var middle: Estimate { (Estimate(bottom) + Estimate(top)) / 2 }

  /// Whether a swing at a price lies in it, or would stretch it to no more than a height.
  func admits(_ price: Price, height: Estimate) -> Bool {
    if price >= bottom && price <= top { return true }
    return Estimate(max(top, price) - min(bottom, price)) <= height
  }

  /// Whether a close is beyond it, by so much at least.
  func isBroken(by close: Price, reach: Estimate) -> Bool {
    let beyond = role == .support ? bottom - close : close - top
    return beyond.isPositive && Estimate(beyond) >= reach
  }

  /// Takes a swing that turned at it.
  mutating func touch(_ swing: MarketStructure.Swing) {
    bottom = min(bottom, swing.price)
    top = max(top, swing.price)
    touchCount += 1
    age = 0
    if brokenAt.map({ swing.openTime > $0 }) ?? true { hasHeld = true }
  }

  /// Takes the role that a break gives it.
  mutating func turnAround(at openTime: Timestamp) {
    role = role.opposite
    brokenAt = openTime
    hasHeld = false
  }
}

extension Sequence<Level> {
  /// The level of a role that a price is nearest to; of equally near ones the strongest, of these
  /// the first. Nil when there is none.
  public func nearest(_ role: Level.Role, to price: Price) -> Level? {
    var best: (level: Level, way: Price)?
    for level in self where level.role == role {
      let way = level.way(from: price)
      let isBetter =
        best.map { way < $0.way || way == $0.way && level.strength > $0.level.strength } ?? true
      if isBetter { best = (level, way) }
    }
    return best?.level
  }
}
