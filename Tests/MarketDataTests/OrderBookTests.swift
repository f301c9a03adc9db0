import MarketData
import TestSupport
import Testing
import Trading
import Units

@Suite struct OrderBookTests {
  private func synced(levels: Int = 3) -> OrderBook {
    var book = OrderBook()
    _ = book.apply(Sample.book(levels: levels, contracts: 10))
    return book
  }

  private func bids(_ book: OrderBook) -> [BookLevel] { Array(book.bids.bestFirst) }

  @Test func `a snapshot makes the book usable`() {
    let book = synced()
    #expect(book.state == .synced)
    #expect(
      bids(book) == [
        BookLevel(price: "59999.9", contracts: 10), BookLevel(price: "59999.8", contracts: 10),
        BookLevel(price: "59999.7", contracts: 10),
      ])
    #expect(book.asks.best == BookLevel(price: "60000.1", contracts: 10))
    #expect(book.spread == "0.2")
  }

  @Test func `a change in the chain inserts, replaces and removes levels`() {
    var book = synced()
    let change = book.apply(
      Sample.delta(
        bids: [("59999.95", 7), ("59999.8", 0), ("59999.7", 1), ("1", 2)], previous: 100,
        sequence: 105))
    #expect(change == .applied)
    #expect(
      bids(book) == [
        BookLevel(price: "59999.95", contracts: 7), BookLevel(price: "59999.9", contracts: 10),
        BookLevel(price: "59999.7", contracts: 1), BookLevel(price: "1", contracts: 2),
      ])
    #expect(book.sequence == 105)
  }

  @Test func `B01 a gap makes the book unsynced until the next snapshot`() {
    var book = synced()
    let lost = book.apply(Sample.delta(bids: [(59_000, 1)], previous: 101, sequence: 102))
    #expect(lost == .needsSnapshot)
    #expect(book.state == .unsynced(.gap(expected: 100, got: 101)))
    #expect(!book.isUsable && book.spread == nil)
    let later = book.apply(Sample.delta(previous: 102, sequence: 103))
    #expect(later == .needsSnapshot)
    let healed = book.apply(Sample.book(levels: 1, sequence: 200))
    #expect(healed == .applied)
    #expect(book.state == .synced)
  }

  @Test func `B02 repeats and older changes are ignored`() {
    var book = synced()
    let delta = Sample.delta(bids: [("59999.9", 3)], previous: 100, sequence: 110)
    _ = book.apply(delta)
    let after = book
    let repeated = book.apply(delta)
    let older = book.apply(Sample.delta(bids: [(1, 1)], previous: 90, sequence: 95))
    #expect(repeated == .ignored)
    #expect(older == .ignored)
    #expect(book == after)
  }

  @Test func `B03 a change before the snapshot is not applied and a snapshot replaces everything`()
  {
    var book = OrderBook()
    let early = book.apply(Sample.delta(bids: [(1, 1)], previous: 5, sequence: 6))
    #expect(early == .needsSnapshot)
    #expect(book.state == .waiting)
    _ = book.apply(Sample.book(levels: 5))
    _ = book.apply(Sample.book(middle: 50_000, levels: 1, sequence: 300))
    #expect(bids(book) == [BookLevel(price: "49999.9", contracts: 1_000)])
    #expect(book.asks.count == 1)
  }

  @Test func `B05 a crossed, locked or one-sided book is not usable`() {
    var crossed = synced()
    _ = crossed.apply(Sample.delta(bids: [("60000.1", 1)], previous: 100, sequence: 101))
    #expect(crossed.isCrossed && !crossed.isUsable && crossed.spread == nil)
    var oneSided = synced(levels: 1)
    _ = oneSided.apply(Sample.delta(asks: [("60000.1", 0)], previous: 100, sequence: 101))
    #expect(!oneSided.isCrossed && !oneSided.isUsable && oneSided.spread == nil)
  }

  @Test func `B06 deleting an unknown level is ignored and a negative size unsyncs`() {
    var book = synced()
    let before = bids(book)
    _ = book.apply(Sample.delta(bids: [("59990", 0)], previous: 100, sequence: 101))
    #expect(bids(book) == before)
    let bad = book.apply(Sample.delta(bids: [("59990", -1)], previous: 101, sequence: 102))
    #expect(bad == .needsSnapshot)
    #expect(book.state == .unsynced(.badLevel(BookLevel(price: 59_990, contracts: -1))))
  }

  @Test func `a snapshot out of order is refused`() {
    var book = OrderBook()
    let update = BookUpdate(
      instrument: Sample.btc, kind: .snapshot,
      bids: [BookLevel(price: 1, contracts: 1), BookLevel(price: 2, contracts: 1)], asks: [],
      sequence: 1, previousSequence: 0, exchangeTime: Sample.start)
    #expect(book.apply(update) == .needsSnapshot)
    #expect(book.state == .unsynced(.disorder))
  }

  @Test func `the worst levels beyond the limit are dropped`() {
    var book = OrderBook()
    _ = book.apply(Sample.book(levels: 1_200))
    #expect(book.bids.count == BookSide.depthLimit)
    #expect(book.bids.best?.price == "59999.9")
    _ = book.apply(Sample.delta(bids: [("59999.95", 1)], previous: 100, sequence: 101))
    #expect(book.bids.count == BookSide.depthLimit)
    #expect(book.bids.best?.price == "59999.95")
  }

  @Test func `imbalance compares the best levels`() {
    var book = synced(levels: 2)
    _ = book.apply(Sample.delta(bids: [("59999.9", 30)], previous: 100, sequence: 101))
    #expect(book.imbalance(depth: 1) == "0.5")
    #expect(book.imbalance(depth: 2) == Rate(Fixed(20).divided(by: 60, .towardZero)))
    #expect(OrderBook().imbalance(depth: 5) == nil)
  }

  @Test(arguments: [1, 2, 3, 4, 5, 6, 7, 8] as [UInt64])
  func `any chain of changes gives what a table of levels gives`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var book = OrderBook()
    _ = book.apply(Sample.book(levels: 40))
    var table: [Price: Contracts] = [:]
    for level in book.bids.levels { table[level.price] = level.contracts }
    var sequence: UInt64 = 100
    for _ in 0..<400 {
      let changes = (0..<random.within(1...10)).map { _ in
        (
          Price(Fixed(60_000) - Fixed(random.within(1...60)).multiplied(by: "0.1", .towardZero)),
          random.oneIn(3) ? Contracts.zero : Contracts(Fixed(random.within(1...9)))
        )
      }
      _ = book.apply(Sample.delta(bids: changes, previous: sequence, sequence: sequence + 3))
      sequence += 3
      for (price, contracts) in changes {
        table[price] = contracts.isZero ? nil : contracts
      }
      let expected = table.sorted { $0.key > $1.key }.map {
        BookLevel(price: $0.key, contracts: $0.value)
      }
      #expect(bids(book) == expected, "seed \(seed)")
    }
    for (price, contracts) in table { #expect(book.bids.contracts(at: price) == contracts) }
    #expect(book.bids.contracts(at: 1).isZero)
  }
}
