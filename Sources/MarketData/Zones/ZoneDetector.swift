import Trading
import Units

/// Finds supply and demand zones, one closed candle after another.
///
/// A *base* is one to six candles in a row, each with a body of at most half the average true range
/// (14). It makes a zone when the next candle leaves it: a body of at least one average true range,
/// rising for demand and falling for supply, that closes beyond the base by at least that much. The
/// zone reaches from the far wick of the base to the near end of its bodies: for demand from the
/// lowest low to the highest of opens and closes. How the price came is read off the candle before
/// the base, or off the one that leaves where there is none. The average true range is that before
/// the leaving candle.
///
/// Base and leaving candle follow each other without a hole: a candle of which a part is missing,
/// or one that opens later than the time of one candle after the one before, ends the base. The
/// time of one candle is the least distance that two have had so far. An incomplete candle touches
/// and breaks zones; it neither makes one nor counts for the average true range.
///
/// A candle that reaches into a zone *touches* it, once until a candle stays out of it. A close
/// beyond the far end *breaks* it. The oldest zones give way at twenty of each kind.
public struct ZoneDetector: Sendable {
  /// The most candles of a base.
  public static let longestBase = 6
  /// The largest body of a candle in a base, in average true ranges.
  static let quietBody = 0.5
  /// The least body and way of the candle that leaves, in average true ranges.
  static let leavingReach = 1.0
  /// The most zones of each kind.
  static let capacity = 20

  /// The zones that are not broken, oldest first.
  public private(set) var zones: [Zone] = []
  private var range = ATR(14)
  /// The average true range after the last candle; nil during the warm-up of fourteen candles.
  private var reach: Double?
  private var base: [Candle] = []
  private var beforeBase: Candle?
  /// The candle before, when nothing of it is missing.
  private var previous: Candle?
  private var newestAt: Timestamp?
  /// The least distance of two candles; nil before the second.
  private var step: TimeSpan?

  /// Makes a detector that has seen nothing.
  public init() {}

  /// Takes a closed candle, of which a part may be missing; returns the zone that it proves, nil
  /// when it proves none.
  @discardableResult
  public mutating func update(_ candle: Candle, isComplete: Bool = true) -> Zone? {
    age(candle)
    if !follows(candle) || !isComplete {
      base.removeAll(keepingCapacity: true)
      previous = nil
    }
    guard isComplete else { return nil }
    let proven = reach.flatMap { zone(leftBy: candle, reach: $0) }
    if let proven { keep(proven) }
    extendBase(candle)
    reach = range.update(Bar(candle))
    previous = candle
    return proven
  }

  /// The zone of a kind that a price lies in, the youngest; nil when it lies in none.
  public func zone(_ kind: Zone.Kind, at price: Price) -> Zone? {
    zones.last { $0.kind == kind && $0.contains(price) }
  }

  /// Whether a candle opens where the one before ended.
  private mutating func follows(_ candle: Candle) -> Bool {
    defer { newestAt = candle.openTime }
    guard let newestAt else { return true }
    let distance = candle.openTime - newestAt
    guard distance > .zero else { return false }
    let least = step.map { min($0, distance) } ?? distance
    step = least
    return distance == least
  }

  /// Lets a candle touch and break what is there.
  private mutating func age(_ candle: Candle) {
    for place in zones.indices {
      let zone = zones[place]
      let isIn = candle.low <= zone.top && candle.high >= zone.bottom
      if isIn, !zone.isVisited { zones[place].touchCount += 1 }
      if !isIn, zone.isVisited { zones[place].state = .tested }
      zones[place].isVisited = isIn
      let isBeyond =
        zone.kind == .demand ? candle.close < zone.bottom : candle.close > zone.top
      if isBeyond { zones[place].state = .broken }
    }
    zones.removeAll { $0.state == .broken }
  }

  private func zone(leftBy candle: Candle, reach: Double) -> Zone? {
    guard let first = base.first, reach > 0 else { return nil }
    let bar = Bar(candle)
    guard abs(bar.close - bar.open) >= Self.leavingReach * reach else { return nil }
    var (low, high) = (first.low, first.high)
    var (bodyLow, bodyHigh) = (min(first.open, first.close), max(first.open, first.close))
    for member in base {
      low = min(low, member.low)
      high = max(high, member.high)
      bodyLow = min(bodyLow, min(member.open, member.close))
      bodyHigh = max(bodyHigh, max(member.open, member.close))
    }
    let cameDown = beforeBase.map { $0.close < $0.open } ?? (candle.close > candle.open)
    let left = (bar.close - Double(high)) / reach
    let fell = (Double(low) - bar.close) / reach
    if left >= Self.leavingReach, bar.close > bar.open {
      return Zone(
        kind: .demand, form: cameDown ? .dropBaseRally : .rallyBaseRally, top: bodyHigh,
        bottom: low, beganAt: first.openTime, provenAt: candle.openTime, baseCount: base.count,
        departure: left)
    }
    guard fell >= Self.leavingReach, bar.close < bar.open else { return nil }
    return Zone(
      kind: .supply, form: cameDown ? .dropBaseDrop : .rallyBaseDrop, top: high, bottom: bodyLow,
      beganAt: first.openTime, provenAt: candle.openTime, baseCount: base.count, departure: fell)
  }

  private mutating func keep(_ zone: Zone) {
    if zones.count(where: { $0.kind == zone.kind }) == Self.capacity,
      let oldest = zones.firstIndex(where: { $0.kind == zone.kind })
    {
      zones.remove(at: oldest)
    }
    zones.append(zone)
  }

  /// A quiet candle extends the base; any other ends it. Of a longer base the last part counts.
  private mutating func extendBase(_ candle: Candle) {
    let bar = Bar(candle)
    guard let reach, abs(bar.close - bar.open) <= Self.quietBody * reach else {
      base.removeAll(keepingCapacity: true)
      return
    }
    if base.isEmpty { beforeBase = previous }
    if base.count == Self.longestBase { beforeBase = base.removeFirst() }
    base.append(candle)
  }
}
