import Testing
import Trading
import Units

@testable import Simulation

/// What keeps fills honest: depth that nobody sees, and time on the way.
@Suite struct RealismTests {
  @Test func `a market order larger than the visible book ends with it`() throws {
    var test = try TestVenue()
    let number = try test.place(.order(.buy, 150))
    let order = try test.order(number)
    #expect(order.state == .partiallyCanceled)
    #expect(order.filledContracts == 100)
  }

  @Test func `behind the visible book a market order fills at half its density, further away`()
    throws
  {
    var rules = VenueRules()
    rules.beyondBook = .thinned(by: 2)
    var test = try TestVenue(rules: rules)
    let number = try test.place(.order(.buy, 150))
    let order = try test.order(number)
    #expect(order.state == .filled)
    #expect(order.filledContracts == 150)
    // Ten levels of 100 lots: 111 lots a tick, 55 when half as dense. The 500 lots that are left
    // need ten ticks behind 60,001.0, and their middle is five ticks away.
    let fills = test.venue.fills(of: test.account, order: number, HistoryPage())
    let last = try #require(fills.first)
    #expect(last.price == "60001.5")
    #expect(last.contracts == 50)
  }

  @Test func `delays are fixed, between two bounds or drawn from a record, the same by the seed`() {
    func drawn(_ way: LatencyModel.Way, seed: UInt64) -> [TimeSpan] {
      var model = LatencyModel(outward: way, inward: .fixed(.zero), seed: seed)
      return (0..<200).map { _ in model.drawOutward() }
    }
    #expect(
      drawn(.fixed(.milliseconds(30)), seed: 1)
        == Array(repeating: TimeSpan.milliseconds(30), count: 200))
    let between = drawn(.between(.milliseconds(5), .milliseconds(9)), seed: 1)
    #expect(Set(between) == Set((5...9).map { TimeSpan.milliseconds($0) }))
    let record = [TimeSpan.milliseconds(8), .milliseconds(12), .milliseconds(250)]
    let recorded = drawn(.recorded(record), seed: 2)
    #expect(Set(recorded) == Set(record))
    #expect(recorded == drawn(.recorded(record), seed: 2))
    #expect(recorded != drawn(.recorded(record), seed: 3))
  }
}
