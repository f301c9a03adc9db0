import MarketData
import TestSupport
import Testing
import Trading
import Units

@Suite struct BookWalkTests {
  private var book: OrderBook {
    var book = OrderBook()
    _ = book.apply(
      BookUpdate(
        instrument: Sample.btc, kind: .snapshot,
        bids: [BookLevel(price: 99, contracts: 4), BookLevel(price: 98, contracts: 6)],
        asks: [BookLevel(price: 100, contracts: 3), BookLevel(price: 103, contracts: 6)],
        sequence: 1, previousSequence: 0, exchangeTime: Sample.start))
    return book
  }

  @Test func `a buy walks the asks and its mean is rounded up`() throws {
    let walk = try #require(book.walk(.buy, 7))
    #expect(walk.filledContracts == 7 && walk.missingContracts.isZero)
    #expect(walk.averagePrice == Price(Fixed(712).divided(by: 7, .up)))
    #expect(walk.worstPrice == 103)
    #expect(walk.levelCount == 2)
    let slip = (walk.averagePrice.value - 100).divided(by: 100, .up)
    #expect(walk.slippage == Rate(slip))
  }

  @Test func `a sell walks the bids and its mean is rounded down`() throws {
    let walk = try #require(book.walk(.sell, 7))
    #expect(walk.averagePrice == Price(Fixed(99 * 4 + 98 * 3).divided(by: 7, .down)))
    #expect(walk.worstPrice == 98)
  }

  @Test func `what the book does not offer is missing`() throws {
    let walk = try #require(book.walk(.buy, 20))
    #expect(walk.filledContracts == 9 && walk.missingContracts == 11)
    #expect(walk.averagePrice == 102)
  }

  @Test func `an empty side, a size of zero and sums out of range give nothing`() {
    #expect(OrderBook().walk(.buy, 1) == nil)
    #expect(book.walk(.buy, 0) == nil)
    var huge = OrderBook()
    _ = huge.apply(
      BookUpdate(
        instrument: Sample.btc, kind: .snapshot, bids: [],
        asks: [BookLevel(price: "100000000000", contracts: "100000000000")], sequence: 1,
        previousSequence: 0, exchangeTime: Sample.start))
    #expect(huge.walk(.buy, "100000000000") == nil)
  }
}
