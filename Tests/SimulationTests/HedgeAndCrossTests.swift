import Simulation
import Testing
import Trading
import Units

@Suite struct HedgeAndCrossTests {
  @Test func `hedge mode keeps a long and a short side by side`() throws {
    var test = try TestVenue(mode: .hedge)
    try test.place(.order(.buy, 5, slot: .long))
    try test.place(.order(.sell, 3, slot: .short))
    #expect(test.positions.map(\.side) == [.long, .short])
    #expect(test.positions.map(\.contracts) == [5, 3])
    try test.place(.order(.sell, 2, slot: .long))
    #expect(test.positions.map(\.contracts) == [3, 3])
  }

  @Test func `in hedge mode a close is cut to the position and needs one`() throws {
    var test = try TestVenue(mode: .hedge)
    #expect(throws: VenueRefusal.reduceOnlyWithoutPosition) {
      try test.place(.order(.sell, 2, slot: .long))
    }
    try test.place(.order(.buy, 5, slot: .long))
    try test.place(.order(.sell, 50, slot: .long))
    #expect(test.positions.isEmpty)
  }

  @Test func `hedge mode asks for a position side`() throws {
    var test = try TestVenue(mode: .hedge)
    #expect(throws: VenueRefusal.parameterMissing("positionSide")) {
      try test.place(.order(.buy, 5))
    }
    #expect(throws: VenueRefusal.positionModeMismatch) {
      try test.place(.order(.buy, 5, slot: .net))
    }
  }

  @Test func `a cross position moves its initial margin with the mark`() throws {
    var test = try TestVenue(deposit: 1_000)
    try test.venue.setLeverage(
      5, of: TestVenue.bitcoin, .cross, nil, for: test.account, at: test.now)
    try test.setBook(TestVenue.bitcoin, bid: "59999.9", ask: "60000", lots: 1_000)
    try test.place(.order(.buy, 20, mode: .cross))
    try test.mark("60500")
    let position = try #require(test.positions.first)
    // Appendix B, case C, with W 999.28 = 1,000 − 0.72.
    #expect(position.initialMargin == 242)
    #expect(position.isolatedMargin == nil)
    #expect(position.unrealizedPnL == 10)
    #expect(position.marginRatio == "231.698806244260789715")
    #expect(position.liquidationPrice == "10072.260136491368928141")
    #expect(test.balance.equity == "1009.28")
    #expect(test.balance.available == "767.28")
    #expect(test.balance.frozen == 0)
  }

  @Test func `cross and isolated positions of one instrument stand side by side`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 5))
    try test.place(.order(.sell, 3, mode: .cross))
    #expect(test.positions.map(\.key.marginMode) == [.isolated, .cross])
  }

  @Test func `modes change only when nothing is open`() throws {
    var test = try TestVenue()
    let order = try test.place(.order(.buy, 1, .limit("59000")))
    #expect(throws: VenueRefusal.closeFirst) {
      try test.venue.setPositionMode(.hedge, of: test.account, at: test.now)
    }
    #expect(throws: VenueRefusal.closeFirst) {
      try test.venue.setMarginMode(.isolated, of: test.account, at: test.now)
    }
    try test.venue.cancel(.number(order), for: test.account, at: test.now)
    try test.venue.setPositionMode(.hedge, of: test.account, at: test.now)
    #expect(test.venue.positionMode(of: test.account) == .hedge)
  }

  @Test func `leverage carries positions and reservations over`() throws {
    var test = try TestVenue(deposit: 1_000)
    try test.place(.order(.buy, 10))
    try test.place(.order(.buy, 10, .limit("59900")))
    try test.venue.setLeverage(
      10, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    #expect(test.positions.first?.isolatedMargin == "60.0001")
    #expect(test.balance.orderFrozen == "60.2594")
    #expect(throws: VenueRefusal.insufficientMargin) {
      try test.venue.setLeverage(
        1, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    }
    #expect(test.positions.first?.leverage == 10)
    #expect(test.balance.orderFrozen == "60.2594")
  }

  @Test func `pending cross orders block the leverage of their instrument`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 1, .limit("59000"), mode: .cross))
    #expect(throws: VenueRefusal.pendingCrossOrders) {
      try test.venue.setLeverage(
        10, of: TestVenue.bitcoin, .cross, nil, for: test.account, at: test.now)
    }
    #expect(throws: VenueRefusal.parameterWrong("leverage")) {
      try test.venue.setLeverage(
        151, of: TestVenue.bitcoin, .isolated, nil, for: test.account, at: test.now)
    }
  }

  @Test func `funding is paid by longs to shorts at mark and shows in the ledger`() throws {
    var test = try TestVenue(mode: .hedge)
    try test.place(.order(.buy, 10, slot: .long))
    try test.place(.order(.sell, 4, slot: .short))
    let market = try #require(test.venue.market(TestVenue.bitcoin))
    test.venue.applyFundingRate("0.0001", to: market, at: test.now)
    let cash = test.balance.cash
    let due = test.venue.fundingRate(of: market).nextFundingTime
    #expect(due == TestVenue.start + .hours(8))
    test.venue.advance(to: due - .milliseconds(1))
    #expect(test.balance.cash == cash)
    test.venue.advance(to: due)
    // 0.01 × 60,000 × 0.0001 paid, 0.004 × 60,000 × 0.0001 received.
    #expect(test.balance.cash == cash - "0.06" + "0.024")
    let rows = test.venue.ledger(of: test.account, kind: .funding, HistoryPage())
    #expect(rows.map(\.amount) == ["0.024", "-0.06"])
    #expect(test.venue.fundingHistory(of: market, limit: 10).map(\.rate) == ["0.0001"])
    #expect(test.venue.fundingRate(of: market).nextFundingTime == due + .hours(8))
  }

  @Test func `the recorded row of a closed position is met`() throws {
    var test = try TestVenue(deposit: 1_000)
    try test.venue.setLeverage(
      50, of: TestVenue.bitcoin, .cross, nil, for: test.account, at: test.now)
    try test.setBook(TestVenue.bitcoin, bid: "81550", ask: "81550.1", lots: 100)
    try test.place(.order(.buy, "0.6", mode: .cross))
    try test.place(.order(.sell, "0.6", mode: .cross, reduceOnly: true))
    let row = try #require(
      test.venue.positionHistory(of: test.account, HistoryPage()).first)
    #expect(row.closedBaseAmount == "0.0006")
    #expect(row.openPrice == "81550.1")
    #expect(row.closePrice == 81550)
    #expect(row.fee == "-0.058716036")
    #expect(row.realizedPnL == "-0.058776036")
    #expect(row.realizedPnLRatio == "-0.060061275216094155")
    #expect(row.state == .closed)
  }
}
