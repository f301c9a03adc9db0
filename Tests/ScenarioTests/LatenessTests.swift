import Engine
import Runtime
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
}
