import Simulation
import Testing
import Trading
import Units

/// What orders hold back, and what a change of leverage may ask of an account.
@Suite struct OrderMarginTests {
  private func setLeverage(
    _ leverage: Leverage, _ mode: MarginMode, _ test: inout TestVenue
  ) throws {
    try test.venue.setLeverage(
      leverage, of: TestVenue.bitcoin, mode, nil, for: test.account, at: test.now)
  }

  @Test func `a lower leverage is refused when resting orders would hold back what is not there`()
    throws
  {
    var test = try TestVenue(deposit: 100)
    try setLeverage(10, .isolated, &test)
    try test.place(.order(.buy, 10, .limit("59900")))
    let before = test.balance
    #expect(throws: VenueRefusal.insufficientMargin) { try setLeverage(1, .isolated, &test) }
    #expect(test.balance == before)
    // 599 / 7 + 599 × 0.0006
    try setLeverage(7, .isolated, &test)
    #expect(test.balance.orderFrozen == "85.930828571428571429")
  }

  @Test func `a lower leverage is refused when cross positions would need what is not there`()
    throws
  {
    var test = try TestVenue(deposit: 1_000)
    try setLeverage(20, .cross, &test)
    try test.place(.order(.buy, 100, mode: .cross))
    #expect(throws: VenueRefusal.insufficientMargin) { try setLeverage(1, .cross, &test) }
    #expect(test.positions.map(\.leverage) == [20])
    // Less than nothing is free; what frees margin is taken, what binds more is not.
    try test.mark("52500")
    #expect(test.balance.available == 0)
    #expect(throws: VenueRefusal.insufficientMargin) { try setLeverage(19, .cross, &test) }
    try setLeverage(21, .cross, &test)
    #expect(test.positions.map(\.leverage) == [21])
  }

  @Test func `the closing part of a flipping order fills without using up its reservation`() throws
  {
    var test = try TestVenue()
    try test.place(.order(.buy, 5))
    let number = try test.place(.order(.sell, 10, .limit("60300")))
    // Five contracts open: 301.5 / 3 + 301.5 × 0.0006
    #expect(test.balance.orderFrozen == "100.6809")
    try test.trade(.buy, "60300", lots: 50)
    #expect(test.positions.isEmpty)
    #expect(try test.order(number).filledContracts == 5)
    #expect(test.balance.orderFrozen == "100.6809")
    try test.trade(.buy, "60300", lots: 20)
    #expect(test.positions.map(\.contracts) == [2])
    #expect(test.balance.orderFrozen == "60.40854")
    try test.trade(.buy, "60300", lots: 30)
    #expect(test.balance.orderFrozen == 0)
  }

  @Test func `a sell below the bid holds back what it fills at`() throws {
    // 600 / 3 + 600 × 0.0006 at the bid; 198.69 would do at the limit.
    var test = try TestVenue(deposit: "200.35")
    #expect(throws: VenueRefusal.insufficientMargin) {
      try test.place(.order(.sell, 10, .limit("59500")))
    }
    test = try TestVenue(deposit: "200.36")
    try test.place(.order(.sell, 10, .limit("59500")))
    #expect(test.positions.map(\.entryPrice) == ["60000"])
    #expect(test.balance.available == 0)
  }

  @Test func `resting orders count when the tier caps the leverage`() throws {
    var test = try TestVenue(deposit: 100_000)
    // The first row takes 2,500 contracts at 150, the third 12,500 at 60.
    try setLeverage(150, .isolated, &test)
    let first = try test.place(.order(.buy, 2_000, .limit("59990")))
    #expect(throws: VenueRefusal.parameterWrong("size")) {
      try test.place(.order(.buy, 501, .limit("59980")))
    }
    try test.place(.order(.sell, 2_500, .limit("60300")))
    try test.trade(.sell, "59990", lots: 20_000)
    #expect(try test.order(first).state == .filled)
    #expect(throws: VenueRefusal.parameterWrong("size")) {
      try test.place(.order(.buy, 501, .limit("59980")))
    }
    let rest = try test.place(.order(.buy, 500, .limit("59980")))
    try test.venue.cancel(.number(rest), for: test.account, at: test.now)
    try test.place(.order(.buy, 500, .limit("59980")))
  }

  @Test func `a leverage above the row that resting orders would reach is refused`() throws {
    var test = try TestVenue(deposit: 100_000)
    try setLeverage(60, .isolated, &test)
    let number = try test.place(.order(.buy, 9_000, .limit("59400")))
    #expect(throws: VenueRefusal.parameterWrong("leverage")) {
      try setLeverage(61, .isolated, &test)
    }
    try test.venue.cancel(.number(number), for: test.account, at: test.now)
    try setLeverage(150, .isolated, &test)
  }

  @Test func `fill or kill passes what a reducing order of another may no longer trade`() throws {
    var test = try TestVenue()
    let other = test.venue.openAccount(deposit: 1_000, at: test.now)
    try test.venue.place(.order(.buy, 5), for: other, at: test.now)
    try test.setBook(TestVenue.bitcoin, bid: "60000", ask: "60001", lots: 100)
    for _ in 0..<2 {
      try test.venue.place(
        .order(.sell, 5, .limit("60000.5"), reduceOnly: true), for: other, at: test.now)
    }
    let killed = try test.place(.order(.buy, 10, .fillOrKill("60000.5")))
    #expect(try test.order(killed).state == .canceled)
    #expect(try test.order(killed).filledContracts == 0)
    #expect(test.positions.isEmpty)
    let filled = try test.place(.order(.buy, 10, .fillOrKill("60001")))
    #expect(try test.order(filled).state == .filled)
    // Five of the other account's at 60,000.5 and five of the market's at 60,001.
    #expect(try test.order(filled).averagePrice == "60000.75")
  }
}
