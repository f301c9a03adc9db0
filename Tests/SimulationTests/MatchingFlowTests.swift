import Simulation
import Testing
import Trading
import Units

/// A seeded flow of orders on which matching engines are compared: three in ten operations cancel
/// one of the last 400, one in ten sweeps with a limit 200 ticks away and cancels its rest, the
/// others rest near the price or cross it slightly.
struct MatchingFlow {
  enum Operation {
    case limit(OrderSide, ticks: Int32, lots: Int64)
    case sweep(OrderSide, ticks: Int32, lots: Int64)
    /// Cancels what an earlier operation has left in the book.
    case cancel(Int)
  }

  let operations: [Operation]

  init(count: Int, seed: UInt64 = 42) {
    var random = SeededRandom(seed: seed)
    var middle: Int32 = 10_000
    operations = (0..<count).map { place in
      let bits = random.next()
      let side: OrderSide = (bits >> 8) & 1 == 1 ? .buy : .sell
      let lots = Int64(1 + (bits >> 16) % 50)
      let offset = Int32((bits >> 24) % 21)
      if place.isMultiple(of: 64) { middle += Int32((bits >> 40) % 3) - 1 }
      let kind = bits % 100
      if kind < 30, place > 100 {
        return .cancel(max(0, place - 1 - Int((bits >> 32) % 400)))
      }
      let sign: Int32 = side == .buy ? 1 : -1
      return kind < 40
        ? .sweep(side, ticks: middle + sign * 200, lots: lots)
        : .limit(side, ticks: middle + sign * (4 - offset), lots: lots)
    }
  }

  /// Sends the flow through a book; `each` is called after every operation.
  func run(_ book: inout MatchingBook, each: (MatchingBook) -> Void = { _ in }) -> MatchCount {
    var count = MatchCount()
    var names = [Int32](repeating: -1, count: operations.count)
    for (place, operation) in operations.enumerated() {
      let owner = Int32(place)
      switch operation {
      case .limit(let side, let ticks, let lots):
        names[place] = book.submit(
          side, ticks: ticks, lots: lots, owner: owner, counting: &count)
      case .sweep(let side, let ticks, let lots):
        book.sweep(side, ticks: ticks, lots: lots, counting: &count)
      case .cancel(let earlier): book.cancel(names[earlier], owner: Int32(earlier))
      }
      each(book)
    }
    return count
  }
}

@Suite struct MatchingFlowTests {
  @Test func `the flow trades what every other engine trades on it`() {
    var book = MatchingBook()
    let count = MatchingFlow(count: 100_000).run(&book)
    #expect(count == MatchCount(trades: 43_562, lots: 565_773))
  }

  @Test func `the book never crosses on the flow and is the same on every run`() {
    var crossed = 0
    var first = MatchingBook()
    let one = MatchingFlow(count: 20_000, seed: 7).run(&first) { book in
      if book.bestBid >= 0, book.bestAsk != .max, book.bestBid >= book.bestAsk { crossed += 1 }
    }
    var second = MatchingBook()
    let other = MatchingFlow(count: 20_000, seed: 7).run(&second)
    #expect(crossed == 0)
    #expect(one == other)
    #expect(first.bestBid == second.bestBid && first.bestAsk == second.bestAsk)
  }

  @Test func `matches order by order like queues in plain arrays, seed 1 through 20`() {
    for seed in UInt64(1)...20 {
      let flow = MatchingFlow(count: 1_500, seed: seed)
      var book = MatchingBook()
      #expect(flow.run(&book) == PlainQueues.run(flow), "seed \(seed)")
    }
  }
}

/// The rules of price-time priority in plain arrays, slow and obvious.
private struct PlainQueues {
  struct Resting {
    let name: Int
    let ticks: Int32
    var lots: Int64
  }

  var bids: [Resting] = []
  var asks: [Resting] = []
  var count = MatchCount()

  static func run(_ flow: MatchingFlow) -> MatchCount {
    var queues = PlainQueues()
    for (place, operation) in flow.operations.enumerated() {
      switch operation {
      case .limit(let side, let ticks, let lots):
        let left = queues.take(side, ticks, lots)
        guard left > 0 else { continue }
        let resting = Resting(name: place, ticks: ticks, lots: left)
        if side == .buy { queues.bids.append(resting) } else { queues.asks.append(resting) }
      case .sweep(let side, let ticks, let lots): _ = queues.take(side, ticks, lots)
      case .cancel(let earlier):
        queues.bids.removeAll { $0.name == earlier }
        queues.asks.removeAll { $0.name == earlier }
      }
    }
    return queues.count
  }

  /// Takes from the best price, of equal ones from the oldest; returns what is left.
  private mutating func take(_ side: OrderSide, _ ticks: Int32, _ lots: Int64) -> Int64 {
    var left = lots
    while left > 0 {
      let others = side == .buy ? asks : bids
      let inReach = others.indices.filter {
        side == .buy ? others[$0].ticks <= ticks : others[$0].ticks >= ticks
      }
      let best = inReach.min { one, other in
        let (first, second) = (others[one].ticks, others[other].ticks)
        return first == second ? one < other : side == .buy ? first < second : first > second
      }
      guard let best else { return left }
      let size = min(left, others[best].lots)
      left -= size
      count.trades += 1
      count.lots += size
      if side == .buy {
        asks[best].lots -= size
        if asks[best].lots == 0 { asks.remove(at: best) }
      } else {
        bids[best].lots -= size
        if bids[best].lots == 0 { bids.remove(at: best) }
      }
    }
    return left
  }
}
