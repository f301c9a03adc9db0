import AccountData
import Engine
import Runtime
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
}
