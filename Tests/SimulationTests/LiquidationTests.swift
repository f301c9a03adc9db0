import Simulation
import TestSupport
import Testing
import Trading
import Units

@Suite struct LiquidationTests {
  @Test func `an isolated long is liquidated exactly at the price that it showed`() throws {
    var test = try TestVenue()
    try test.venue.setLeverage(
      50, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    try test.place(.order(.buy, 10))
    let position = try #require(test.positions.first)
    let price = try #require(position.liquidationPrice)
    let margin = try #require(position.isolatedMargin)
    let cash = test.balance.cash
    try test.mark(price + Price(Fixed.leastPositive))
    #expect(test.positions.count == 1)
    try test.mark(price)
    #expect(test.positions.isEmpty)
    // The whole margin is lost, the fee being a part of it, and not a digit more.
    #expect(test.balance.cash == cash - margin)
    let order = try #require(
      test.venue.orderHistory(of: test.account, HistoryPage()).first)
    #expect(order.category == .fullLiquidation)
    #expect(order.fee.isPositive)
    let record = try #require(
      test.venue.positionHistory(of: test.account, HistoryPage()).first)
    #expect(record.state == .liquidated)
    #expect(record.liquidatedBaseAmount == "0.01")
  }

  @Test func `an isolated short is liquidated from its price on`() throws {
    var test = try TestVenue()
    try test.venue.setLeverage(
      20, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    try test.place(.order(.sell, 10))
    let price = try #require(test.positions.first?.liquidationPrice)
    // Shown cut toward zero, which for a short is just before the price itself.
    try test.mark(price - Price(Fixed.leastPositive))
    #expect(test.positions.count == 1)
    try test.mark(price + Price(Fixed.leastPositive))
    #expect(test.positions.isEmpty)
  }

  @Test func `a large position is first cut down to the row of tiers below`() throws {
    var test = try TestVenue(deposit: 20_000_000)
    try test.venue.setLeverage(
      40, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    try test.setBook(TestVenue.bitcoin, bid: "60000", ask: "60000.1", lots: 1_000_000)
    try test.place(.order(.buy, 4_000))
    let price = try #require(test.positions.first?.liquidationPrice)
    try test.mark(price)
    let rest = try #require(test.positions.first)
    #expect(rest.contracts == 2_500)
    let order = try #require(
      test.venue.orderHistory(of: test.account, HistoryPage()).first)
    #expect(order.category == .partialLiquidation)
    #expect(order.contracts == 1_500)
    let record = try #require(
      test.venue.positionHistory(of: test.account, HistoryPage()).first)
    #expect(record.state == .partiallyLiquidated)
  }

  @Test func `a cross pool goes as a whole, its orders first, and never ends below zero`() throws {
    var test = try TestVenue(deposit: 100)
    try test.venue.setLeverage(
      20, of: TestVenue.bitcoin, .cross, nil, for: test.account, at: test.now)
    try test.venue.setLeverage(
      20, of: TestVenue.ether, .cross, nil, for: test.account, at: test.now)
    try test.place(.order(.buy, 15, mode: .cross))
    try test.place(.order(.buy, 5, .market, TestVenue.ether, mode: .cross))
    let resting = try test.place(.order(.buy, 1, .limit("59000"), mode: .cross))
    try test.mark("50000")
    #expect(test.positions.isEmpty)
    #expect(test.balance.cash == 0)
    #expect(try test.order(resting).cancelSource == .system)
    let totals = test.venue.totals(of: test.account)
    #expect(totals.insurance.isPositive)
    #expect(totals.cash == test.balance.cash)
  }

  @Test func `an isolated position does not touch the rest of the account`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10))
    try test.place(.order(.buy, 10, .market, TestVenue.ether))
    try test.mark("1000")
    #expect(test.positions.map(\.key.instrument) == [TestVenue.ether])
  }

  @Test func `liquidation and deleveraging can be commanded`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10))
    let key = try #require(test.positions.first?.key)
    try test.venue.deleverage(key, by: 4, of: test.account, at: test.now)
    #expect(test.positions.map(\.contracts) == [6])
    try test.venue.liquidate(key, of: test.account, at: test.now)
    #expect(test.positions.isEmpty)
    let categories = test.venue.orderHistory(of: test.account, HistoryPage()).map(\.category)
    #expect(categories == [.fullLiquidation, .autoDeleveraging, .normal])
    #expect(throws: VenueRefusal.positionClosed) {
      try test.venue.liquidate(key, of: test.account, at: test.now)
    }
  }
}
