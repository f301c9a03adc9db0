import Trading
import Units

/// One side of a book: levels in one contiguous array, the best one last.
///
/// Changes happen near the best price, so the search and the shift of an insert start at the end.
public struct BookSide: Sendable, Hashable {
  /// Whether these are bids (the highest is best) or asks (the lowest is best).
  public let isBid: Bool
  /// The levels from the worst to the best.
  public private(set) var levels: [BookLevel] = []

  /// The most levels kept; the worst ones beyond are dropped.
  public static let depthLimit = 1_000

  /// Makes an empty side.
  public init(isBid: Bool) {
    self.isBid = isBid
  }

  /// The best level, nil when nothing rests.
  public var best: BookLevel? { levels.last }

  /// How many levels there are.
  public var count: Int { levels.count }

  /// The levels from the best to the worst.
  public var bestFirst: ReversedCollection<[BookLevel]> { levels.reversed() }

  /// Returns the contracts resting at a price, zero when nothing does.
  public func contracts(at price: Price) -> Contracts {
    let position = insertionPoint(price)
    guard position > 0, levels[position - 1].price == price else { return .zero }
    return levels[position - 1].contracts
  }

  /// Returns the contracts in the best `depth` levels.
  public func contracts(depth: Int) -> Contracts {
    levels.suffix(depth).reduce(.zero) { $0 + $1.contracts }
  }

  /// Sets, changes or (at zero contracts) removes one level.
  mutating func set(_ level: BookLevel) {
    let position = insertionPoint(level.price)
    if position > 0, levels[position - 1].price == level.price {
      if level.contracts.isZero {
        levels.remove(at: position - 1)
      } else {
        levels[position - 1] = level
      }
    } else if !level.contracts.isZero {
      levels.insert(level, at: position)
      if levels.count > Self.depthLimit { levels.removeFirst() }
    }
  }

  /// Replaces everything by levels given best first; false when they are not strictly in order.
  mutating func replace(bestFirst: [BookLevel]) -> Bool {
    var fresh: [BookLevel] = []
    fresh.reserveCapacity(min(bestFirst.count, Self.depthLimit))
    var previous: Price?
    for level in bestFirst {
      if let previous, !isBetter(previous, than: level.price) { return false }
      previous = level.price
      if !level.contracts.isZero, fresh.count < Self.depthLimit { fresh.append(level) }
    }
    fresh.reverse()
    levels = fresh
    return true
  }

  /// Returns how many levels are not better than the price: the price belongs right after them.
  @inline(__always)
  private func insertionPoint(_ price: Price) -> Int {
    var upper = levels.count
    // Most changes are within a few levels of the best; only the rest is worth halving.
    let linearEnd = max(0, upper - 12)
    while upper > linearEnd {
      if !isBetter(levels[upper - 1].price, than: price) { return upper }
      upper -= 1
    }
    var lower = 0
    while lower < upper {
      let middle = (lower + upper) / 2
      if isBetter(levels[middle].price, than: price) { upper = middle } else { lower = middle + 1 }
    }
    return lower
  }

  @inline(__always)
  private func isBetter(_ left: Price, than right: Price) -> Bool {
    isBid ? left > right : left < right
  }
}
