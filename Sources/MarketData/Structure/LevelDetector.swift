import Trading
import Units

/// Finds support and resistance, one closed candle after another.
///
/// *Swing*: as ``MarketStructure`` defines it. It counts from the candle on that confirms it,
/// `reach` candles after its turn, and once the average true range (14) is known; what is told
/// never rests on a later candle.
///
/// *Level*: the band from the lowest to the highest of the swings that turned at it. A swing high
/// belongs to a resistance, a swing low to a support: to one that it lies in, or that it stretches
/// to a height of no more than half the average true range of the confirming candle; of several to
/// the one whose middle is nearest, then to the oldest. One that belongs to none begins a level of
/// its own. It is told of from its second swing, its second *touch*, on.
///
/// *Break*: a close at least a quarter of the average true range beyond the far end of a level. It
/// turns the level around: a broken resistance is a support, a broken support a resistance. It has
/// *held* in its new role when a swing of that role whose candle opened after the one that broke it
/// belongs to it. A level that is broken again before it has held is gone.
///
/// A level without a new touch for 500 candles is gone. At most fifty are kept, those of one swing
/// included: when one more begins, the one goes whose last touch is the oldest, those of one swing
/// first. An update looks at each of them once.
/// Source: R. D. Edwards and J. Magee, "Technical Analysis of Stock Trends", chapter "Support and
/// Resistance" (the turning of roles, the count of touches); the thresholds are this program's.
public struct LevelDetector: Sendable {
  /// The greatest height that a swing stretches a level to, in average true ranges.
  public static let greatestHeight: Estimate = 0.5
  /// How far beyond a level a close breaks it, in average true ranges.
  public static let breakReach: Estimate = 0.25
  /// How many swings make a level.
  public static let leastTouches = 2
  /// How many candles a level lasts without a touch.
  public static let life = 500
  /// The most levels that are kept, those of one swing included.
  public static let capacity = 50

  /// How many candles on each side make a swing.
  public let reach: Int
  /// The average true range after the last candle; nil during the warm-up of fourteen candles.
  public private(set) var averageTrueRange: Estimate?
  private var range = ATR(14)
  private var recent: RecentList<Candle>
  /// Those of one swing too, oldest first.
  private var kept: [Level] = []

  /// Makes a detector that has seen nothing; `reach` is above zero.
  public init(reach: Int = 3) {
    precondition(reach > 0, "a swing has candles on both sides")
    self.reach = reach
    recent = RecentList(capacity: 2 * reach + 1)
  }

  /// The levels with two touches or more, oldest first.
  public var levels: [Level] { kept.filter { $0.touchCount >= Self.leastTouches } }

  /// Takes a candle that has closed.
  public mutating func update(_ candle: Candle) {
    recent.append(candle)
    averageTrueRange = range.update(Bar(candle))
    guard let averageTrueRange else { return }
    age(candle, averageTrueRange)
    let found = recent.confirmedSwings(reach: reach)
    if let high = found.high { take(high, .resistance, averageTrueRange) }
    if let low = found.low { take(low, .support, averageTrueRange) }
  }

  /// Lets a candle break and end what is there.
  private mutating func age(_ candle: Candle, _ range: Estimate) {
    let beyond = Self.breakReach * range
    for place in kept.indices.reversed() {
      kept[place].age += 1
      let isBroken = kept[place].isBroken(by: candle.close, reach: beyond)
      if kept[place].age > Self.life || isBroken && !kept[place].hasHeld {
        kept.remove(at: place)
      } else if isBroken {
        kept[place].turnAround(at: candle.openTime)
      }
    }
  }

  private mutating func take(
    _ swing: MarketStructure.Swing, _ role: Level.Role, _ range: Estimate
  ) {
    var nearest: (place: Int, way: Estimate)?
    for place in kept.indices
    where kept[place].role == role
      && kept[place].admits(swing.price, height: Self.greatestHeight * range)
    {
      let way = abs(Estimate(swing.price) - kept[place].middle)
      if nearest.map({ way < $0.way }) ?? true { nearest = (place, way) }
    }
    if let nearest {
      kept[nearest.place].touch(swing)
      return
    }
    if kept.count == Self.capacity { removeOne() }
    kept.append(
      Level(
        role, bottom: swing.price, top: swing.price, beganAt: swing.openTime, touchCount: 1))
  }

  /// Makes room for a level.
  private mutating func removeOne() {
    func rank(_ level: Level) -> (Int, Int) {
      (level.touchCount < Self.leastTouches ? 1 : 0, level.age)
    }
    guard let place = kept.indices.max(by: { rank(kept[$0]) < rank(kept[$1]) }) else { return }
    kept.remove(at: place)
  }
}
