import Testing

@testable import EventLoop

@MainActor struct TimerQueueTests {
  /// Takes everything due out of a queue and returns the names noted by its actions.
  func drain(_ queue: inout TimerQueue, by moment: Int64, into notes: Notes) -> [String] {
    let limit = queue.upcomingNumber
    while let (_, action) = queue.takeDue(
      by: WallTime(milliseconds: moment), insertedBefore: limit)
    {
      action()
    }
    return notes.take()
  }

  @Test func `gives actions in order of due time, then of insertion`() {
    var queue = TimerQueue()
    let notes = Notes()
    for (due, name) in [(30, "c"), (10, "a1"), (20, "b"), (10, "a2"), (10, "a3")]
      as [(Int64, String)]
    {
      _ = queue.insert(WallTime(milliseconds: due)) { notes.add(name) }
    }
    #expect(drain(&queue, by: 20, into: notes) == ["a1", "a2", "a3", "b"])
    #expect(queue.earliestDue() == WallTime(milliseconds: 30))
    #expect(drain(&queue, by: 30, into: notes) == ["c"])
    #expect(queue.earliestDue() == nil)
  }

  @Test func `keeps actions inserted while draining for the next turn`() {
    var queue = TimerQueue()
    let notes = Notes()
    _ = queue.insert(WallTime(milliseconds: 1)) { notes.add("old") }
    let limit = queue.upcomingNumber
    _ = queue.insert(WallTime(milliseconds: 0)) { notes.add("new") }
    let blocked = queue.takeDue(by: WallTime(milliseconds: 5), insertedBefore: limit)
    #expect(blocked == nil)
    #expect(drain(&queue, by: 5, into: notes) == ["new", "old"])
  }

  @Test func `forgets canceled actions and stays small`() {
    var queue = TimerQueue()
    let notes = Notes()
    var kept: [String] = []
    for round in 0..<10_000 {
      let due = Int64((round * 7_919) % 1_000)
      let token = queue.insert(WallTime(milliseconds: due)) { notes.add("\(due)") }
      if round % 100 == 0 { kept.append("\(due)") } else { queue.remove(token) }
      queue.remove(TimerToken(number: 999_999))
    }
    #expect(queue.count == 100)
    let expected = kept.compactMap { Int($0) }.sorted().map { "\($0)" }
    #expect(drain(&queue, by: 1_000, into: notes) == expected)
  }
}

/// Names in the order in which they were added.
@MainActor final class Notes {
  private var names: [String] = []

  func add(_ name: String) { names.append(name) }

  func take() -> [String] {
    defer { names = [] }
    return names
  }
}
