import Trading

/// What one order did when it met the book.
public struct MatchCount: Sendable, Hashable {
  /// How many matches it made.
  public var trades: Int
  /// How many lots they traded.
  public var lots: Int64

  /// States both.
  public init(trades: Int = 0, lots: Int64 = 0) {
    self.trades = trades
    self.lots = lots
  }
}

/// Pure matching, without accounts: what exchanges measure.
extension MatchingBook {
  /// Takes what an order can take at its price or better and lets the rest stay in the book.
  ///
  /// Returns the name of what rests, −1 when nothing does. `owner` is zero or above.
  @discardableResult
  public mutating func submit(
    _ side: OrderSide, ticks: Int32, lots: Int64, owner: Int32, counting count: inout MatchCount
  ) -> Int32 {
    let left = take(side, ticks: ticks, lots: lots, counting: &count)
    guard left > 0 else { return -1 }
    return rest(side == .buy ? .bids : .asks, ticks: ticks, lots: left, owner: owner)
  }

  /// Takes what an order can take at its price or better; the rest is canceled at once.
  public mutating func sweep(
    _ side: OrderSide, ticks: Int32, lots: Int64, counting count: inout MatchCount
  ) {
    _ = take(side, ticks: ticks, lots: lots, counting: &count)
  }

  /// Returns what is left of an order that has taken what it can.
  @inline(__always)
  private mutating func take(
    _ side: OrderSide, ticks: Int32, lots: Int64, counting count: inout MatchCount
  ) -> Int64 {
    var left = lots
    switch side {
    case .buy: while left > 0, bestAsk <= ticks { takeFirst(bestAsk, &left, &count) }
    case .sell: while left > 0, bestBid >= ticks { takeFirst(bestBid, &left, &count) }
    }
    return left
  }

  /// Cancels what rests under a name that ``submit(_:ticks:lots:owner:counting:)`` gave to `owner`;
  /// does nothing and returns false when it is not there any more.
  @discardableResult
  public mutating func cancel(_ name: Int32, owner: Int32) -> Bool {
    guard name >= 0 else { return false }
    let resting = node(name)
    guard resting.lots > 0, resting.owner == owner else { return false }
    remove(name)
    return true
  }

  @inline(__always)
  private mutating func takeFirst(_ ticks: Int32, _ left: inout Int64, _ count: inout MatchCount) {
    let first = head(at: ticks)
    let size = min(node(first).lots, left)
    reduce(first, by: size)
    left -= size
    count.trades += 1
    count.lots += size
  }
}
