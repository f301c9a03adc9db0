import EventLoop
import Simulation
import TestSupport
import Testing

@MainActor @Suite struct VirtualLoopTests {
  @Test func `actions run by time and then by insertion, each at its own moment`() {
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: 100))
    var log: [String] = []
    func note(_ name: String) { log.append("\(name) at \(loop.now.milliseconds)") }
    loop.schedule(after: 50) { note("late") }
    loop.schedule(at: WallTime(milliseconds: 120)) {
      note("first")
      loop.post { note("posted") }
    }
    loop.schedule(at: WallTime(milliseconds: 120)) { note("second") }
    loop.schedule(at: WallTime(milliseconds: 7)) { note("overdue") }
    let canceled = loop.schedule(after: 10) { note("canceled") }
    loop.cancel(canceled)
    loop.run(until: WallTime(milliseconds: 130))
    #expect(
      log == ["overdue at 100", "first at 120", "second at 120", "posted at 120"])
    #expect(loop.now.milliseconds == 130)
    loop.run(until: WallTime(milliseconds: 1_000))
    #expect(log.last == "late at 150")
    #expect(loop.waitingCount == 0)
  }

  @Test func `a paced loop begins at its own moment and runs at its own speed`() {
    let base = VirtualLoop(startingAt: WallTime(milliseconds: 5_000))
    let paced = PacedLoop(over: base, from: WallTime(milliseconds: 1_000_000), speed: 600)
    var fired: Int64?
    paced.schedule(after: 60_000) { fired = paced.now.milliseconds }
    base.run(until: WallTime(milliseconds: 5_099))
    #expect(fired == nil)
    base.run(until: WallTime(milliseconds: 5_100))
    #expect(fired == 1_060_000)
  }
}
