import Simulation
import Testing
import Trading
import Units

@Suite struct VenueRunTests {
  /// A run of random books, orders, marks and money, drawn from a seed.
  private func run(seed: UInt64, steps: Int) throws -> VenueRun {
    var random = SeededRandom(seed: seed)
    var run = VenueRun(
      try #require(
        SimulatedVenue(listings: BuiltInListings.all, startingAt: TestVenue.start)))
    let market = try #require(run.venue.market(TestVenue.bitcoin))
    run.take(.openAccount(deposit: 10_000), at: TestVenue.start)
    let account = try #require(run.venue.accountIDs.first)
    var price: Int32 = 600_000
    for step in 0..<steps {
      let now = TestVenue.start + .seconds(Int64(step) * 300)
      price += Int32(random.within(-400...400))
      let levels = (Int32(0)..<5).flatMap { level in
        [
          DepthChange(side: .buy, ticks: price - level, lots: Int64(random.within(1...500))),
          DepthChange(side: .sell, ticks: price + 1 + level, lots: Int64(random.within(1...500))),
        ]
      }
      run.take(.depth(market, levels, replacing: true), at: now)
      let mark = Price(Fixed(raw: Int128(price) * 100_000_000_000_000_000))
      run.take(.mark(market, mark, index: mark), at: now)
      let side: OrderSide = random.oneIn(2) ? .buy : .sell
      let limit = mark + Price(Fixed(random.within(-30...30)))
      run.take(
        .place(
          account,
          .order(side, Contracts(Fixed(random.within(1...80))), .limit(limit), mode: .cross)),
        at: now)
      run.take(.trade(market, side, ticks: price, lots: Int64(random.within(1...900))), at: now)
      if random.oneIn(9) { run.take(.settleFunding(market), at: now) }
      if random.oneIn(9) { run.take(.adjust(account, .futures, 50), at: now) }
    }
    return run
  }

  @Test func `a run that is repeated goes through the same states`() throws {
    let first = try run(seed: 11, steps: 60)
    #expect(first.firstDifference() == nil)
    #expect(Set(first.entries.map(\.stateHash)).count > 200)
  }

  @Test func `the same seed gives the same entries, another seed others`() throws {
    let first = try run(seed: 3, steps: 40)
    let second = try run(seed: 3, steps: 40)
    let third = try run(seed: 4, steps: 40)
    #expect(first.entries == second.entries)
    #expect(first.entries.last?.stateHash != third.entries.last?.stateHash)
  }

  @Test func `the hash sees one lot in one queue`() throws {
    var first = try TestVenue()
    var second = try TestVenue()
    #expect(first.venue.stateHash == second.venue.stateHash)
    try first.place(.order(.buy, 1, .limit("59990"), id: "a"))
    try second.place(.order(.buy, "1.1", .limit("59990"), id: "a"))
    #expect(first.venue.stateHash != second.venue.stateHash)
  }
}
