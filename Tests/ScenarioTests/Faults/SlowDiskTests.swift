import AccountData
import Engine
import Testing
import Trading
import Units

/// A disk that hangs, which is no disk that fails: what opens waits for it, what reduces does not.
@MainActor
struct SlowDiskTests {
  @Test func `an exit leaves though the disk hangs, an entry waits and is taken back`() throws {
    let desk = FaultDesk(seed: 3)
    desk.start()
    let (long, key) = try desk.openLong()
    desk.journal.delay = 20_000
    desk.command(.close(ClosingIntent(key: key)))
    desk.run(3_000)
    #expect(desk.snapshot.positions.isEmpty)
    desk.command(.open(long))
    desk.run(3_000)
    #expect(desk.snapshot.orders.map(\.state) == [.sent])
    #expect(desk.snapshot.positions.isEmpty)
    // Both answers come at last; nothing is sent twice, and what the entry was decided on is past.
    desk.journal.delay = 0
    desk.run(30_000)
    #expect(desk.snapshot.orders.isEmpty)
    #expect(desk.snapshot.positions.isEmpty)
    desk.command(.open(long))
    desk.run(3_000)
    #expect(desk.snapshot.positions.map(\.contracts) == [10])
  }
}
