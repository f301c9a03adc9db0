import Simulation
import Testing
import Trading
import Units

/// A market in which nothing happens.
private struct SilentMarket: MarketSource {
  let label = "silent market"
  let listings = BuiltInListings.all
  let nextTime: Timestamp? = nil

  func start(in venue: inout SimulatedVenue, at time: Timestamp) {}
  func step(_ venue: inout SimulatedVenue) {}
}

@Suite struct ProtectionTests {
  private func liveProtection(_ test: TestVenue) -> [AlgoOrder] {
    test.venue.openAlgos(of: test.account, protection: true, HistoryPage())
  }

  @Test func `attached protection wakes with the fill, grows with it and dies unfilled`() throws {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 10, .limit("60000"), stopLoss: "59000"))
    #expect(liveProtection(test).isEmpty)
    try test.trade(.sell, "60000", lots: 130)
    #expect(liveProtection(test).map(\.size) == [.contracts(3)])
    try test.trade(.sell, "60000", lots: 20)
    let protection = try #require(liveProtection(test).first)
    #expect(protection.size == .contracts(5))
    #expect(protection.attachedTo == number)
    #expect(protection.side == .sell)
    #expect(protection.reduceOnly)
    let other = try test.place(.order(.buy, 1, .limit("59500"), stopLoss: "59000"))
    try test.venue.cancel(.number(other), for: test.account, at: test.now)
    #expect(liveProtection(test).count == 1)
  }

  @Test func `a stop loss sends a reduce-only market order when the last price reaches it`() throws
  {
    var test = try TestVenue()
    try test.place(.order(.buy, 10, takeProfit: "61000", stopLoss: "59000"))
    try test.setBook(TestVenue.bitcoin, bid: "59000", ask: "59000.1", lots: 100)
    try test.trade(.sell, "59000.1", lots: 1)
    #expect(test.positions.count == 1)
    try test.trade(.sell, "59000", lots: 1)
    #expect(test.positions.isEmpty)
    let fired = try #require(
      test.venue.algoHistory(of: test.account, protection: true, HistoryPage()).first)
    #expect(fired.state == .effective)
    #expect(fired.firedLeg == .stopLoss)
    #expect(fired.actualContracts == 10)
    let sent = try #require(fired.sentOrder)
    let order = try test.order(sent)
    #expect(order.category == .stopLoss)
    #expect(order.reduceOnly)
    #expect(order.parentAlgo == fired.number)
    #expect(liveProtection(test).isEmpty)
  }

  @Test func `a take profit fires above and takes its stop with it`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10, takeProfit: "60500", stopLoss: "59000"))
    try test.setBook(TestVenue.bitcoin, bid: "60510", ask: "60510.1", lots: 100)
    try test.trade(.buy, "60510", lots: 1)
    #expect(test.positions.isEmpty)
    let fired = try #require(
      test.venue.algoHistory(of: test.account, protection: true, HistoryPage()).first)
    #expect(fired.firedLeg == .takeProfit)
    #expect(liveProtection(test).isEmpty)
  }

  @Test func `protection goes with its position`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10, stopLoss: "59000"))
    try test.place(.order(.sell, 10, reduceOnly: true))
    #expect(liveProtection(test).isEmpty)
    let ended = try #require(
      test.venue.algoHistory(of: test.account, protection: true, HistoryPage()).first)
    #expect(ended.state == .canceled)
    #expect(ended.cancelSource == .system)
  }

  @Test func `a position that follows in the same batch keeps its stop`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 1, stopLoss: "58000"))
    let answers = try test.venue.placeBatch(
      [.order(.sell, 1, reduceOnly: true), .order(.buy, 2, stopLoss: "59000")],
      for: test.account, at: test.now)
    let second = try answers[1].get().number
    #expect(test.positions.map(\.contracts) == [2])
    #expect(liveProtection(test).map(\.attachedTo) == [second])
    #expect(liveProtection(test).map(\.size) == [.contracts(2)])
  }

  @Test func `a stop waits while its instrument is suspended and fires when it trades again`()
    throws
  {
    var test = try TestVenue()
    let market = try #require(test.venue.market(TestVenue.bitcoin))
    try test.place(.order(.buy, 10, stopLoss: "59000"))
    test.venue.setStatus(.suspended, of: market)
    try test.setBook(TestVenue.bitcoin, bid: "58900", ask: "58900.1", lots: 100)
    try test.trade(.sell, "58900", lots: 1)
    #expect(test.positions.map(\.contracts) == [10])
    #expect(liveProtection(test).map(\.state) == [.live])
    test.venue.setStatus(.live, of: market)
    #expect(test.positions.isEmpty)
    let fired = try #require(
      test.venue.algoHistory(of: test.account, protection: true, HistoryPage()).first)
    #expect(fired.state == .effective)
  }

  @Test func `a stop waits out a maintenance (X04)`() throws {
    var test = try TestVenue()
    try test.place(.order(.buy, 10, stopLoss: "59000"))
    let plan = FaultPlan([
      FaultPlan.Fault(at: test.now + .seconds(1), to: test.account, .maintenance(.minutes(1)))
    ])
    var market = FaultedMarket(SilentMarket(), plan)
    market.run(&test.venue, until: test.now + .seconds(2))
    test.now = test.now + .seconds(2)
    try test.setBook(TestVenue.bitcoin, bid: "58900", ask: "58900.1", lots: 100)
    try test.trade(.sell, "58900", lots: 1)
    #expect(liveProtection(test).map(\.state) == [.live])
    market.run(&test.venue, until: test.now + .minutes(2))
    #expect(test.positions.isEmpty)
  }
}
