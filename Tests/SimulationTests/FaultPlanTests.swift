import Simulation
import Testing
import Trading
import Units

@Suite struct FaultPlanTests {
  /// A venue with a resting order of ten contracts and a long of five.
  private func venue() throws -> (TestVenue, OrderNumber) {
    var test = try TestVenue()
    try test.place(.order(.buy, 5))
    let order = try test.place(.order(.buy, 10, .limit("59900")))
    return (test, order)
  }

  private func suffer(_ test: inout TestVenue, _ verb: FaultPlan.Verb) -> Bool {
    test.venue.suffer(FaultPlan.Fault(at: test.now, to: test.account, verb), at: test.now)
  }

  @Test func `a part of a resting order fills at its own price (O15)`() throws {
    var (test, order) = try venue()
    #expect(suffer(&test, .partialFill("0.3")))
    let row = try test.order(order)
    #expect(row.filledContracts == 3 && row.averagePrice == "59900")
    #expect(row.state == .partiallyFilled)
  }

  @Test func `orders, closes and cancels by hand (R06, R07)`() throws {
    var (test, order) = try venue()
    #expect(suffer(&test, .externalOrder(.order(.buy, 2))))
    #expect(test.positions.map(\.contracts) == [7])
    #expect(suffer(&test, .externalCancel))
    #expect(try test.order(order).state == .canceled)
    #expect(!suffer(&test, .externalCancel))
    #expect(suffer(&test, .externalClose))
    #expect(test.positions.isEmpty)
    #expect(!suffer(&test, .externalClose))
  }

  @Test func `liquidation and deleveraging on command (X01, X02)`() throws {
    var (test, _) = try venue()
    #expect(suffer(&test, .deleverage("0.4")))
    #expect(test.positions.map(\.contracts) == [3])
    #expect(suffer(&test, .liquidate))
    #expect(test.positions.isEmpty)
    #expect(!suffer(&test, .liquidate))
  }

  @Test func `funding settles out of turn (X03)`() throws {
    var (test, _) = try venue()
    let before = test.balance.cash
    #expect(suffer(&test, .funding(TestVenue.bitcoin, "0.001")))
    // Five contracts of a thousandth of a coin at 60,000.
    #expect(test.balance.cash == before - "0.3")
  }

  @Test func `maintenance refuses orders, cancels them and ends (X04, X05)`() throws {
    var test = try TestVenue()
    let order = try test.place(.order(.buy, 10, .limit("59900")))
    let plan = FaultPlan([
      FaultPlan.Fault(at: test.now + .seconds(1), to: test.account, .maintenance(.minutes(20)))
    ])
    var market = FaultedMarket(BuiltInMarket(seed: 1, hasPast: false), plan)
    test.now = test.now + .minutes(1)
    market.run(&test.venue, until: test.now)
    #expect(try test.order(order).state == .canceled)
    #expect(throws: VenueRefusal.internalError) { try test.place(.order(.buy, 1)) }
    test.now = test.now + .minutes(20)
    market.run(&test.venue, until: test.now)
    #expect(throws: Never.self) { try test.place(.order(.buy, 1)) }
  }

  @Test func `a drawn plan gives the same storm every time and breaks no sum`() throws {
    func storm(_ seed: UInt64) throws -> UInt64 {
      let start = TestVenue.start
      var source: any MarketSource = BuiltInMarket(
        seed: seed, stepInterval: .seconds(10), hasPast: false)
      var venue = try #require(
        SimulatedVenue(listings: source.listings, startingAt: start))
      let account = venue.openAccount(deposit: 10_000, at: start)
      let plan = FaultPlan.drawn(
        seed: seed, count: 200, from: start, until: start + .hours(2), account: account,
        instrument: TestVenue.bitcoin)
      var market = FaultedMarket(source, plan)
      source = market
      market.start(in: &venue, at: start)
      var random = SeededRandom(seed: seed)
      for minute in Int64(1)...120 {
        let now = start + .minutes(minute)
        market.run(&venue, until: now)
        let ticket = OrderTicket.order(random.oneIn(2) ? .buy : .sell, 3, mode: .cross)
        _ = try? venue.place(ticket, for: account, at: now)
        let totals = venue.totals(of: account)
        let balance = venue.balance(of: account)
        #expect(totals.cash == balance.cash, "seed \(seed), minute \(minute)")
        _ = venue.takeOutputs()
      }
      return venue.stateHash
    }
    for seed in UInt64(1)...3 { #expect(try storm(seed) == storm(seed)) }
  }
}
