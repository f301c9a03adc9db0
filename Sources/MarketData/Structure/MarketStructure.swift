import Trading
import Units

/// The structure of a series of closed candles: swings, breaks, order blocks, gaps, the range that
/// is dealt in. One candle after the other goes in; what is told never changes afterwards.
///
/// *Swing*: a high above the highs of the `reach` candles before it and not below those of the
/// `reach` candles after it; it is known when the last of these has closed. Lows mirror that.
///
/// *Break*: the first close beyond the newest swing high or below the newest swing low. A swing
/// that was not broken before a newer one of its kind was known is never broken. Against the
/// direction of the break before it, a break is a change of character, otherwise a break of
/// structure.
///
/// *Order block*: the last candle against the direction of a break, among those from the swing to
/// the break, if the break closed at least one average true range (14) beyond its far end. Touched
/// when a later candle reaches into it, gone when one closes beyond its other end.
///
/// *Fair-value gap*: three candles of which the third does not touch the first, at least a tenth of
/// the average true range apart. Filled when a later candle reaches its far side.
public struct MarketStructure: Sendable {
  /// Up or down.
  public enum Direction: String, Sendable, Hashable {
    case up
    case down
  }

  /// A turning point.
  public struct Swing: Sendable, Hashable {
    /// Whether it is a high.
    public let isHigh: Bool
    /// The price of the turn.
    public let price: Price
    /// When the candle of the turn opened.
    public let openTime: Timestamp

    /// States a turning point.
    public init(isHigh: Bool, price: Price, openTime: Timestamp) {
      self.isHigh = isHigh
      self.price = price
      self.openTime = openTime
    }
  }

  /// A close beyond a swing.
  public struct Break: Sendable, Hashable {
    /// Which way.
    public let direction: Direction
    /// Whether it is against the break before it.
    public let isChangeOfCharacter: Bool
    /// The swing that was broken.
    public let swing: Swing
    /// When the candle that broke it opened.
    public let openTime: Timestamp

    /// States a break.
    public init(
      direction: Direction, isChangeOfCharacter: Bool, swing: Swing, openTime: Timestamp
    ) {
      self.direction = direction
      self.isChangeOfCharacter = isChangeOfCharacter
      self.swing = swing
      self.openTime = openTime
    }
  }

  /// A stretch of prices where a move began or that a move left out.
  public struct Area: Sendable, Hashable {
    /// Which move it belongs to.
    public let direction: Direction
    /// The lower end.
    public let bottom: Price
    /// The upper end.
    public let top: Price
    /// When its candle opened; the middle one of a gap.
    public let openTime: Timestamp
    /// Whether a later candle reached into it.
    public internal(set) var isTouched = false

    /// States an area that was not touched.
    public init(direction: Direction, bottom: Price, top: Price, openTime: Timestamp) {
      self.direction = direction
      self.bottom = bottom
      self.top = top
      self.openTime = openTime
    }
  }

  /// Something that a candle told.
  public enum Event: Sendable, Hashable {
    /// A turn is known.
    case swing(Swing)
    /// A swing was broken.
    case broke(Break)
    /// An order block was left behind.
    case orderBlock(Area)
    /// A gap was left behind.
    case gap(Area)
  }

  /// The most areas of each kind that are kept; the oldest give way.
  public static let areaLimit = 50
  /// How far a break must be beyond an order block, in average true ranges.
  public static let blockReach: Estimate = 1
  /// The least height of a gap in average true ranges.
  public static let gapMinimum: Estimate = 0.1

  /// How many candles on each side make a swing.
  public let reach: Int
  /// The newest swing high, broken or not; nil before the first.
  public private(set) var high: Swing?
  /// The newest swing low, broken or not; nil before the first.
  public private(set) var low: Swing?
  /// The direction of the newest break; nil before the first.
  public private(set) var direction: Direction?
  /// The order blocks that no candle closed beyond, oldest first.
  public private(set) var orderBlocks: [Area] = []
  /// The gaps that are not filled, oldest first.
  public private(set) var gaps: [Area] = []
  private var openHigh: Swing?
  private var openLow: Swing?
  private var recent: RecentList<Candle>
  private var range = ATR(14)
  private var rangeValue: Estimate?

  /// Makes an analyser that has seen nothing; `reach` is above zero.
  public init(reach: Int = 3) {
    precondition(reach > 0, "a swing has candles on both sides")
    self.reach = reach
    recent = RecentList(capacity: max(2 * reach + 1, 200))
  }

  /// Takes a candle that has closed and returns what it told, in order.
  public mutating func update(_ candle: Candle) -> [Event] {
    var events: [Event] = []
    age(candle)
    recent.append(candle)
    rangeValue = range.update(Bar(candle))
    if let broken = breakUp(candle) { note(broken, candle, &events) }
    if let broken = breakDown(candle) { note(broken, candle, &events) }
    if let gap = newGap() {
      Self.keep(gap, in: &gaps)
      events.append(.gap(gap))
    }
    noteSwings(&events)
    return events
  }

  /// Where a price stands between the newest swing low (0) and swing high (1): below a half is the
  /// discount, above it the premium. Nil before both are known or when they are not in order.
  public func position(of price: Price) -> Estimate? {
    guard let high, let low, high.price > low.price else { return nil }
    return Estimate(price - low.price) / Estimate(high.price - low.price)
  }

  private mutating func note(_ broken: Break, _ candle: Candle, _ events: inout [Event]) {
    direction = broken.direction
    events.append(.broke(broken))
    guard let block = block(of: broken, candle) else { return }
    Self.keep(block, in: &orderBlocks)
    events.append(.orderBlock(block))
  }

  private mutating func breakUp(_ candle: Candle) -> Break? {
    guard let swing = openHigh, candle.close > swing.price else { return nil }
    openHigh = nil
    return Break(
      direction: .up, isChangeOfCharacter: direction == .down, swing: swing,
      openTime: candle.openTime)
  }

  private mutating func breakDown(_ candle: Candle) -> Break? {
    guard let swing = openLow, candle.close < swing.price else { return nil }
    openLow = nil
    return Break(
      direction: .down, isChangeOfCharacter: direction == .up, swing: swing,
      openTime: candle.openTime)
  }

  private func block(of broken: Break, _ candle: Candle) -> Area? {
    guard let rangeValue else { return nil }
    for place in recent.indices.dropLast().reversed() {
      let other = recent[place]
      guard other.openTime >= broken.swing.openTime else { return nil }
      switch broken.direction {
      case .up where other.close < other.open:
        guard Estimate(candle.close - other.high) >= Self.blockReach * rangeValue else {
          return nil
        }
        return Area(
          direction: .up, bottom: other.low, top: other.high, openTime: other.openTime)
      case .down where other.close > other.open:
        guard Estimate(other.low - candle.close) >= Self.blockReach * rangeValue else {
          return nil
        }
        return Area(
          direction: .down, bottom: other.low, top: other.high, openTime: other.openTime)
      case .up, .down: continue
      }
    }
    return nil
  }

  private func newGap() -> Area? {
    guard recent.count >= 3, let rangeValue else { return nil }
    let first = recent[recent.count - 3]
    let middle = recent[recent.count - 2]
    let third = recent[recent.count - 1]
    let least = Self.gapMinimum * rangeValue
    if third.low > first.high, Estimate(third.low - first.high) >= least {
      return Area(
        direction: .up, bottom: first.high, top: third.low, openTime: middle.openTime)
    }
    if third.high < first.low, Estimate(first.low - third.high) >= least {
      return Area(
        direction: .down, bottom: third.high, top: first.low, openTime: middle.openTime)
    }
    return nil
  }

  private mutating func noteSwings(_ events: inout [Event]) {
    let found = recent.confirmedSwings(reach: reach)
    if let swing = found.high {
      high = swing
      openHigh = swing
      events.append(.swing(swing))
    }
    if let swing = found.low {
      low = swing
      openLow = swing
      events.append(.swing(swing))
    }
  }

  /// Lets a candle touch and end what earlier candles left behind.
  private mutating func age(_ candle: Candle) {
    for place in orderBlocks.indices where orderBlocks[place].isReached(by: candle) {
      orderBlocks[place].isTouched = true
    }
    orderBlocks.removeAll { block in
      block.direction == .up ? candle.close < block.bottom : candle.close > block.top
    }
    for place in gaps.indices where gaps[place].isReached(by: candle) {
      gaps[place].isTouched = true
    }
    gaps.removeAll { gap in
      gap.direction == .up ? candle.low <= gap.bottom : candle.high >= gap.top
    }
  }

  private static func keep(_ area: Area, in areas: inout [Area]) {
    if areas.count == areaLimit { areas.removeFirst() }
    areas.append(area)
  }
}

extension MarketStructure.Area {
  /// Whether a candle reaches into it from the side that price left it on.
  fileprivate func isReached(by candle: Candle) -> Bool {
    direction == .up ? candle.low <= top : candle.high >= bottom
  }
}
