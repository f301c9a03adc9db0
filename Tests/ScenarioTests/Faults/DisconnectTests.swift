import Engine
import Exchanges
import Simulation
import Testing
import Trading
import Units

/// The exchange ends every stream once a day, whatever is under way.
@MainActor
struct DisconnectTests {
  @Test(arguments: [ScriptedFault.nothing, .applyThenDrop, .slow])
  func `W07 a disconnect with an order in flight loses no fill and sends nothing twice`(
    fault: ScriptedFault
  ) throws {
    let desk = FaultDesk(seed: 11)
    desk.start()
    let wish = try #require(SagaKillTests.wish(desk.snapshot, .long))
    var sent: [ClientOrderID] = []
    desk.exchange.onRequest = { request in
      guard case .submit(let order) = request else { return }
      sent.append(order.clientOrderID)
      if sent.count == 1 { desk.exchange.script = [fault] }
    }
    // The order reaches the exchange, and the stream that would tell of its fill is gone.
    desk.exchange.onArrival = { request in
      if case .submit = request, sent.count == 1 { desk.exchange.cut() }
    }
    desk.command(.open(wish))
    desk.run(60_000)
    #expect(sent.count == 1)
    #expect(desk.snapshot.positions.map(\.contracts) == [10])
    let fills = desk.venue.fills(of: desk.account, HistoryPage(limit: 100)).map(\.number.text)
    #expect(!fills.isEmpty)
    #expect(desk.journal.fills.sorted() == fills.sorted())
    var oracle = StormOracle(exchange: desk.exchange, journal: desk.journal)
    oracle.checkCalm(desk.snapshot)
    #expect(oracle.broken == [])
  }
}
