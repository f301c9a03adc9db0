import Foundation
import Trading
import Units

/// A recorded market with orders of one account, from the rules and in plain arrays.
///
/// Every price has a list of pieces, oldest first; a piece is the market's or one of our orders.
struct PlainMarket {
  struct Wish {
    let side: OrderSide
    let ticks: Int32
    let lots: Int64
    let rests: Bool
    let cancels: Bool
  }

  struct Fill: Equatable {
    let order: Int
    let ticks: Int32
    let lots: Int64
    let isMaker: Bool
  }

  struct Piece {
    /// Nil for the market's own liquidity.
    let order: Int?
    var lots: Int64
  }

  struct Level {
    let ticks: Int32
    var queue: [Piece]
  }

  enum Event {
    case level(OrderSide, Int32, Int64)
    case trade(OrderSide, Int32, Int64)
    case clear
  }

  static let tick: Int128 = 100_000_000_000_000_000
  static let lot: Int128 = 100_000_000_000_000_000

  private let events: [(time: Int64, event: Event)]
  private var next = 0
  /// Prices with their queues, the best first.
  private var bids: [Level] = []
  private var asks: [Level] = []
  private var orderCount = 0
  private(set) var fills: [Fill] = []
  private(set) var crossedCount = 0

  init(_ events: [(time: Int64, event: Event)]) {
    self.events = events
  }

  mutating func run(until time: Int64) {
    while next < events.count, events[next].time <= time {
      switch events[next].event {
      case .clear:
        precondition(orderCount == 0, "the file states the whole book once")
        bids = []
        asks = []
      case .level(let side, let ticks, let lots): state(side, ticks, lots)
      case .trade(let taker, let ticks, let lots): trade(taker, ticks, lots)
      }
      next += 1
    }
    if let bid = bestBid, let ask = bestAsk, bid >= ask { crossedCount += 1 }
  }

  private var bestBid: Int32? { bids.first?.ticks }
  private var bestAsk: Int32? { asks.first?.ticks }

  /// Draws what is placed next, from the touch.
  func wish(_ random: inout SeededRandom) -> Wish {
    let side: OrderSide = random.oneIn(2) ? .buy : .sell
    let touch = (side == .buy ? bestBid : bestAsk) ?? 0
    let sign: Int32 = side == .buy ? 1 : -1
    let kind = random.below(10)
    let lots = Int64(random.within(1...4_000))
    let cancels = random.oneIn(3)
    switch kind {
    // Joins the queue at the touch, or rests a little behind it.
    case 0...3: return Wish(side: side, ticks: touch, lots: lots, rests: true, cancels: cancels)
    case 4...6:
      let ticks = touch - sign * Int32(random.within(1...120))
      return Wish(side: side, ticks: ticks, lots: lots, rests: true, cancels: cancels)
    // Crosses: takes and rests, or takes and is gone.
    default:
      let ticks = touch + sign * Int32(random.within(1...60))
      return Wish(side: side, ticks: ticks, lots: lots * 8, rests: kind < 9, cancels: cancels)
    }
  }

  mutating func place(_ wish: Wish) {
    let order = orderCount
    orderCount += 1
    var left = wish.lots
    while left > 0, let best = wish.side == .buy ? bestAsk : bestBid,
      wish.side == .buy ? best <= wish.ticks : best >= wish.ticks
    {
      var queue = queue(wish.side.opposite, best)
      let size = min(left, queue[0].lots)
      left -= size
      queue[0].lots -= size
      // Our own orders can meet: the maker is told first.
      if let maker = queue[0].order {
        fills.append(Fill(order: maker, ticks: best, lots: size, isMaker: true))
      }
      fills.append(Fill(order: order, ticks: best, lots: size, isMaker: false))
      if queue[0].lots == 0 { queue.removeFirst() }
      set(wish.side.opposite, best, queue)
    }
    if left > 0, wish.rests {
      let queue = queue(wish.side, wish.ticks)
      set(wish.side, wish.ticks, queue + [Piece(order: order, lots: left)])
    }
  }

  mutating func cancel(_ order: Int) {
    for side in [OrderSide.buy, .sell] {
      for level in side == .buy ? bids : asks {
        guard level.queue.contains(where: { $0.order == order }) else { continue }
        set(side, level.ticks, level.queue.filter { $0.order != order })
      }
    }
  }

  /// Returns where a price is or would be.
  private func place(_ side: OrderSide, _ ticks: Int32) -> Int {
    let levels = side == .buy ? bids : asks
    var low = 0
    var high = levels.count
    while low < high {
      let middle = (low + high) / 2
      let isBetter = side == .buy ? levels[middle].ticks > ticks : levels[middle].ticks < ticks
      if isBetter { low = middle + 1 } else { high = middle }
    }
    return low
  }

  private func queue(_ side: OrderSide, _ ticks: Int32) -> [Piece] {
    let levels = side == .buy ? bids : asks
    let place = place(side, ticks)
    return place < levels.count && levels[place].ticks == ticks ? levels[place].queue : []
  }

  private mutating func set(_ side: OrderSide, _ ticks: Int32, _ queue: [Piece]) {
    let place = place(side, ticks)
    if side == .buy {
      Self.set(&bids, place, ticks, queue)
    } else {
      Self.set(&asks, place, ticks, queue)
    }
  }

  private static func set(
    _ levels: inout [Level], _ place: Int, _ ticks: Int32, _ queue: [Piece]
  ) {
    let isThere = place < levels.count && levels[place].ticks == ticks
    if isThere, queue.isEmpty {
      levels.remove(at: place)
    } else if isThere {
      levels[place].queue = queue
    } else if !queue.isEmpty {
      levels.insert(Level(ticks: ticks, queue: queue), at: place)
    }
  }

  /// The market shows so many lots at a price.
  private mutating func state(_ side: OrderSide, _ ticks: Int32, _ lots: Int64) {
    var lots = lots
    if lots > 0 { lots -= meet(side, ticks, lots) }
    var queue = queue(side, ticks)
    var present = queue.reduce(0) { $0 + ($1.order == nil ? $1.lots : 0) }
    if lots > present {
      if let last = queue.indices.last, queue[last].order == nil {
        queue[last].lots += lots - present
      } else {
        queue.append(Piece(order: nil, lots: lots - present))
      }
    }
    // What goes without a trade goes from the end.
    for place in queue.indices.reversed() where queue[place].order == nil && present > lots {
      let size = min(queue[place].lots, present - lots)
      queue[place].lots -= size
      present -= size
    }
    set(side, ticks, queue.filter { $0.lots > 0 })
  }

  /// Liquidity that comes through our orders fills them at their prices, the best first; the
  /// market's own on that side is stale and goes. Returns what our orders took.
  private mutating func meet(_ side: OrderSide, _ ticks: Int32, _ lots: Int64) -> Int64 {
    var left = lots
    let other = side.opposite
    let crossed = (other == .buy ? bids : asks)
      .prefix { side == .buy ? $0.ticks <= ticks : $0.ticks >= ticks }.map(\.ticks)
    for price in crossed {
      var queue = queue(other, price)
      for place in queue.indices {
        guard let order = queue[place].order, left > 0 else { continue }
        let size = min(left, queue[place].lots)
        left -= size
        queue[place].lots -= size
        fills.append(Fill(order: order, ticks: price, lots: size, isMaker: true))
      }
      set(other, price, queue.filter { $0.order != nil && $0.lots > 0 })
    }
    return lots - left
  }

  /// A trade fills our orders at better prices first, then walks the queue at its own.
  private mutating func trade(_ taker: OrderSide, _ ticks: Int32, _ lots: Int64) {
    let side = taker.opposite
    var left = lots
    let better = (side == .buy ? bids : asks)
      .prefix { side == .buy ? $0.ticks > ticks : $0.ticks < ticks }.map(\.ticks)
    for price in better {
      var queue = queue(side, price)
      for place in queue.indices {
        guard let order = queue[place].order, left > 0 else { continue }
        let size = min(left, queue[place].lots)
        left -= size
        queue[place].lots -= size
        fills.append(Fill(order: order, ticks: price, lots: size, isMaker: true))
      }
      set(side, price, queue.filter { $0.lots > 0 })
    }
    var queue = queue(side, ticks)
    for place in queue.indices where left > 0 {
      let size = min(left, queue[place].lots)
      left -= size
      queue[place].lots -= size
      if let order = queue[place].order {
        fills.append(Fill(order: order, ticks: ticks, lots: size, isMaker: true))
      }
    }
    set(side, ticks, queue.filter { $0.lots > 0 })
  }
}
