import AccountData
import Engine
import Runtime
import Simulation
import Testing
import Trading
import Units

/// What the program does between the wish to end and its end.
@MainActor
struct EndingTests {
  @Test func `P01 an end opens nothing any more and still closes`() throws {
    let desk = FaultDesk(seed: 5)
    desk.start()
    let (long, key) = try desk.openLong()
    desk.runtime.openNothing()
    desk.command(.open(long))
    desk.run(2_000)
    #expect(desk.snapshot.orders.isEmpty)
    #expect(desk.snapshot.positions.map(\.contracts) == [10])
    desk.command(.close(ClosingIntent(key: key)))
    desk.run(2_000)
    #expect(desk.snapshot.positions.isEmpty)
  }

  @Test func `P01 an opening whose intent is on its way to the disk does not leave at an end`()
    throws
  {
    let desk = FaultDesk(seed: 5)
    desk.start()
    let (long, key) = try desk.openLong()
    desk.journal.delay = 300
    desk.command(.open(long))
    desk.run(100)
    #expect(desk.snapshot.orders.map(\.state) == [.sent])
    desk.runtime.openNothing()
    desk.run(2_000)
    #expect(desk.snapshot.orders.isEmpty)
    #expect(desk.snapshot.positions.map(\.contracts) == [10])
    // An exit whose intent takes as long leaves.
    desk.command(.close(ClosingIntent(key: key)))
    desk.run(2_000)
    #expect(desk.snapshot.positions.isEmpty)
  }

  /// A desk with a limit order that rests.
  private func deskWithRestingOrder() throws -> FaultDesk {
    let desk = FaultDesk(seed: 5)
    desk.start()
    desk.command(.open(try #require(SagaKillTests.wish(desk.snapshot, .long, offset: 100))))
    desk.run(2_000)
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    return desk
  }

  /// Whether the last line of the journal is the end of the run.
  private func hasEnd(_ desk: FaultDesk) -> Bool {
    if case .runEnded? = desk.journal.records.last { true } else { false }
  }

  @Test func `P01 an end that cancels waits until nothing of ours lives`() throws {
    let desk = try deskWithRestingOrder()
    var left: [OrdersLeft?] = []
    desk.runtime.stop("test", cancelsOrders: true) { left.append($0) }
    desk.run(2_000)
    #expect(left.map { $0?.orders } == [[]])
    #expect(left.map { $0?.sentence } == [nil])
    #expect(hasEnd(desk))
    #expect(desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max)).isEmpty)
  }

  @Test func `P01 an order that cannot be canceled at the end is named, and the journal closed`()
    throws
  {
    let desk = try deskWithRestingOrder()
    let order = try #require(desk.snapshot.orders.first)
    let price = try #require(order.type.limitPrice)
    let id = try #require(order.exchangeOrderID)
    desk.exchange.script = [.refuse]
    var left: [OrdersLeft?] = []
    desk.runtime.stop("test", cancelsOrders: true) { left.append($0) }
    desk.run(1_900)
    #expect(left.isEmpty)
    desk.run(200)
    #expect(
      left.map { $0?.sentence } == [
        "1 of our orders could not be canceled before the end and may still live at the exchange: "
          + "\(order.instrument) buy 10 at \(price) (\(id)). Cancel them there, or start again and "
          + "use perpdeck cancel-all."
      ])
    #expect(hasEnd(desk))
    #expect(desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max)).count == 1)
  }

  @Test func `an end that keeps orders waits for none`() throws {
    let desk = try deskWithRestingOrder()
    var ends = 0
    desk.runtime.stop("test") { left in
      #expect(left == nil)
      ends += 1
    }
    desk.run(100)
    #expect(ends == 1)
    #expect(desk.venue.openOrders(of: desk.account, HistoryPage(limit: .max)).count == 1)
  }
}
