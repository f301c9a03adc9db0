import Dashboard
import Engine
import EventLoop
import Runtime
import Screen
import TestSupport
import Testing
import Trading
import Units

/// What is told when the loop falls behind.
@MainActor
struct LatenessTests {
  @Test func `a late loop turns the status line at once and raises one alarm for each spell`() {
    let desk = FaultDesk(seed: 3)
    desk.start()
    // The first is of the start.
    let calm: [Int64] = Array(repeating: 20, count: 10)
    var worst: [Int64] = [900, 250, 251, 20, 400, 500] + calm + [1_000, 1_300, 30]
    let looks = worst.count - 1
    let watch = LatenessWatch(desk.runtime, loop: desk.loop) {
      worst.isEmpty ? 0 : worst.removeFirst()
    }
    watch.begin()
    let shown = (0..<looks).map { _ in
      desk.run(1_000)
      return desk.snapshot.lateness?.milliseconds
    }
    let none: [Int64?] = Array(repeating: nil, count: calm.count)
    let wanted: [Int64?] = [nil, 251, nil, 400, 500] + none + [1_000, 1_300, nil]
    #expect(shown == wanted)
    let rest =
      "it takes prices, fills and keys that much after they come. Look what keeps this "
      + "machine busy"
    let told = desk.snapshot.notices.filter { $0.text.hasPrefix("perpdeck is") }
    #expect(told.map(\.text) == [400, 1_000].map { "perpdeck is \($0) ms late: \(rest)" })
    #expect(told.map(\.level) == [.alarm, .alarm])
  }

  @Test func `that a person stopped the program is told as that, and is no lateness`() {
    let desk = FaultDesk(seed: 3)
    desk.start()
    var worst: [Int64] = [0, 20, 20, 4_000, 20, 2_000]
    let watch = LatenessWatch(desk.runtime, loop: desk.loop) { worst.removeFirst() }
    var stood: [[Int64]] = []
    watch.onStandstill = { stood.append([$0.milliseconds, $1.milliseconds]) }
    watch.begin()
    desk.run(1_000)
    let stopped = desk.loop.now.milliseconds
    watch.stands()
    desk.run(1_000)
    watch.goesOn()
    desk.run(2_000)
    #expect(stood == [[stopped, stopped + 2_000]])
    #expect(desk.snapshot.lateness == nil)
    func alarms() -> Int { desk.snapshot.notices.count { $0.text.hasPrefix("perpdeck is") } }
    #expect(alarms() == 0)
    // The next delay is one.
    desk.run(1_000)
    #expect(alarms() == 1)
    #expect(stood.count == 1)
  }

  @Test func `a stop that was announced and did not come is forgotten`() {
    let desk = FaultDesk(seed: 3)
    desk.start()
    var worst: [Int64] = [0, 20, 20, 20, 4_000]
    let watch = LatenessWatch(desk.runtime, loop: desk.loop) { worst.removeFirst() }
    var stood = 0
    watch.onStandstill = { _, _ in stood += 1 }
    watch.begin()
    watch.stands()
    desk.run(4_000)
    #expect(stood == 0)
    #expect(desk.snapshot.notices.count { $0.text.hasPrefix("perpdeck is") } == 1)
  }

  @Test func `what was armed before the program was stopped is not armed after it`() {
    let story = Story()
    story.wait(3_000)
    story.press(.character("a"))
    #expect(story.rows(with: " ARMED ").count == 1)
    story.host?.resume(Size(width: 120, height: 40))
    story.wait(500)
    #expect(story.rows(with: " ARMED ").isEmpty)
  }
}
