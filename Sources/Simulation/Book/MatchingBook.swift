import Trading

/// A book of one instrument in price-time priority, in whole ticks and lots.
///
/// Two kinds of orders rest in it: those of accounts, each with its owner, and the market source's
/// own liquidity, which has no owner and is restated level by level. Both stand in the same queues.
///
/// Queue model, named because no public feed shows a queue: what the source adds at a level joins
/// the queue at its end, and what it takes away without a trade leaves from the end, so that an
/// account's order moves forward by trades and by cancels only when nothing is left behind it.
public struct MatchingBook: Sendable {
  /// The owner of what the market source put there.
  static let market: Int32 = -1

  /// The best bid in ticks, −1 when there is none.
  public private(set) var bestBid: Int32 = -1
  /// The best ask in ticks, `Int32.max` when there is none.
  public private(set) var bestAsk: Int32 = .max
  private(set) var ladder = PriceLadder()
  private var nodes: ContiguousArray<RestingNode> = []
  private var firstFree: Int32 = -1
  /// How many orders of accounts rest.
  private(set) var ownedCount = 0

  /// Makes an empty book.
  public init() {}

  /// Returns what rests under a name.
  @inline(__always)
  func node(_ index: Int32) -> RestingNode { nodes[Int(index)] }

  /// Returns the lots that rest at a price.
  func lots(at ticks: Int32) -> Int64 {
    guard ticks >= 0, ticks <= PriceLadder.largestTicks, let slot = ladder.slot(ticks) else {
      return 0
    }
    return ladder.levels[slot].lots
  }

  /// Returns the lots of the market source that rest at a price.
  func marketLots(at ticks: Int32) -> Int64 {
    guard let slot = ladder.slot(ticks) else { return 0 }
    return ladder.levels[slot].marketLots
  }

  /// Returns the best price of a side in ticks; nil when nothing rests there.
  @inline(__always)
  func best(_ side: BookSide) -> Int32? {
    switch side {
    case .bids: bestBid >= 0 ? bestBid : nil
    case .asks: bestAsk != .max ? bestAsk : nil
    }
  }

  /// Returns the next used price of a side behind `ticks`; nil behind the last.
  func next(_ side: BookSide, behind ticks: Int32) -> Int32? {
    switch side {
    case .bids:
      let found = ladder.bidAtOrBelow(ticks - 1)
      return found >= 0 ? found : nil
    case .asks:
      let found = ladder.askAtOrAbove(ticks + 1)
      return found != .max ? found : nil
    }
  }

  /// Returns the first node of the queue at a used price.
  @inline(__always)
  func head(at ticks: Int32) -> Int32 {
    guard let slot = ladder.slot(ticks) else { return -1 }
    return ladder.levels[slot].head
  }

  /// Adds an order at the end of its price's queue and returns the name it has while it rests.
  ///
  /// It must not cross the other side: what can be taken is taken before.
  @inline(__always)
  mutating func rest(_ side: BookSide, ticks: Int32, lots: Int64, owner: Int32) -> Int32 {
    let node = takeNode()
    let slot = ladder.claimSlot(ticks)
    let tail = ladder.levels[slot].tail
    nodes[Int(node)] = RestingNode(
      next: -1, previous: tail, ticks: ticks, owner: owner, lots: lots, side: side)
    let isMarket = owner == Self.market
    if !isMarket { ownedCount += 1 }
    ladder.withLevel(slot) { level in
      if tail < 0 { level.head = node }
      level.tail = node
      level.lots += lots
      if isMarket { level.marketLots += lots }
    }
    if tail >= 0 {
      nodes[Int(tail)].next = node
    } else {
      ladder.markUsed(side, ticks, slot)
      switch side {
      case .bids: if ticks > bestBid { bestBid = ticks }
      case .asks: if ticks < bestAsk { bestAsk = ticks }
      }
    }
    return node
  }

  /// Takes lots out of a node, and the node out of the book when none are left.
  @inline(__always)
  mutating func reduce(_ index: Int32, by lots: Int64) {
    let node = nodes[Int(index)]
    guard let slot = ladder.slot(node.ticks) else {
      preconditionFailure("a resting node has a level")
    }
    let rest = node.lots - lots
    let isMarket = node.owner == Self.market
    ladder.withLevel(slot) { level in
      level.lots -= lots
      if isMarket { level.marketLots -= lots }
    }
    if rest > 0 {
      nodes[Int(index)].lots = rest
    } else {
      unlink(index, node, slot)
    }
  }

  /// Takes an order out of the book.
  @inline(__always)
  mutating func remove(_ index: Int32) {
    reduce(index, by: nodes[Int(index)].lots)
  }

  /// Adds lots to the last node of a level, which is the market source's; below zero takes away,
  /// never all.
  @inline(__always)
  mutating func grow(_ index: Int32, _ slot: Int, by lots: Int64) {
    nodes[Int(index)].lots += lots
    ladder.withLevel(slot) { level in
      level.lots += lots
      level.marketLots += lots
    }
  }

  @inline(__always)
  private mutating func unlink(_ index: Int32, _ node: RestingNode, _ slot: Int) {
    if node.previous >= 0 { nodes[Int(node.previous)].next = node.next }
    if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
    let isEmpty = ladder.withLevel(slot) { level in
      if node.previous < 0 { level.head = node.next }
      if node.next < 0 { level.tail = node.previous }
      return level.head < 0
    }
    if node.owner != Self.market { ownedCount -= 1 }
    nodes[Int(index)].next = firstFree
    nodes[Int(index)].lots = 0
    firstFree = index
    guard isEmpty else { return }
    ladder.markUnused(node.side, node.ticks, slot)
    switch node.side {
    case .bids: if node.ticks == bestBid { bestBid = ladder.bidAtOrBelow(node.ticks) }
    case .asks: if node.ticks == bestAsk { bestAsk = ladder.askAtOrAbove(node.ticks) }
    }
  }

  @inline(__always)
  private mutating func takeNode() -> Int32 {
    if firstFree >= 0 {
      let node = firstFree
      firstFree = nodes[Int(node)].next
      return node
    }
    nodes.append(RestingNode(next: -1, previous: -1, ticks: 0, owner: 0, lots: 0, side: .bids))
    return Int32(nodes.count - 1)
  }
}

/// An order or a piece of market liquidity in the queue of its price.
struct RestingNode: Sendable {
  /// The node behind it in the queue, −1 for the last; in the free list, the next free node.
  var next: Int32
  /// The node before it in the queue, −1 for the first.
  var previous: Int32
  /// Its price.
  var ticks: Int32
  /// Whose it is: a slot of the venue's orders, or ``MatchingBook/market``.
  var owner: Int32
  /// What is left of it; zero in the free list.
  var lots: Int64
  /// Where it rests.
  var side: BookSide
}
