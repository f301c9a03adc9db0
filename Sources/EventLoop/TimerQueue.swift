/// Scheduled actions in order of (due time, insertion number): a binary heap with late removal.
///
/// Canceling forgets the action at once and leaves its heap entry to be skipped later; the heap is
/// rebuilt when more than half of it is such entries.
struct TimerQueue {
  private nonisolated struct Entry {
    let due: WallTime
    let number: UInt64

    func isBefore(_ other: Entry) -> Bool {
      due != other.due ? due < other.due : number < other.number
    }
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: @MainActor () -> Void] = [:]
  private var nextNumber: UInt64 = 1

  /// The smallest heap for which a rebuild is worth its cost.
  private static let rebuildFloor = 64

  /// The number of actions that are still to be called.
  var count: Int { actions.count }

  /// The insertion number that the next action will get.
  var upcomingNumber: UInt64 { nextNumber }

  /// Adds an action due at a moment and returns its token.
  mutating func insert(_ due: WallTime, _ action: @escaping @MainActor () -> Void) -> TimerToken {
    let number = nextNumber
    nextNumber += 1
    actions[number] = action
    heap.append(Entry(due: due, number: number))
    siftUp(heap.count - 1)
    return TimerToken(number: number)
  }

  /// Forgets an action.
  mutating func remove(_ token: TimerToken) {
    guard actions.removeValue(forKey: token.number) != nil else { return }
    if heap.count > Self.rebuildFloor, heap.count > 2 * actions.count { rebuild() }
  }

  /// Returns the moment at which the earliest action is due, or nil when there is none.
  mutating func earliestDue() -> WallTime? {
    dropForgotten()
    return heap.first?.due
  }

  /// Takes out the earliest action that is due by a moment and was inserted before a number.
  mutating func takeDue(
    by moment: WallTime, insertedBefore limit: UInt64
  ) -> (due: WallTime, action: @MainActor () -> Void)? {
    dropForgotten()
    guard let first = heap.first, first.due <= moment, first.number < limit,
      let action = actions.removeValue(forKey: first.number)
    else { return nil }
    removeFirst()
    return (first.due, action)
  }

  private mutating func dropForgotten() {
    while let first = heap.first, actions[first.number] == nil { removeFirst() }
  }

  private mutating func rebuild() {
    heap.removeAll { actions[$0.number] == nil }
    heap.sort { $0.isBefore($1) }
  }

  private mutating func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    siftDown(0)
  }

  private mutating func siftUp(_ start: Int) {
    var index = start
    while index > 0 {
      let parent = (index - 1) / 2
      guard heap[index].isBefore(heap[parent]) else { return }
      heap.swapAt(index, parent)
      index = parent
    }
  }

  private mutating func siftDown(_ start: Int) {
    var index = start
    while true {
      var smallest = index
      for child in [2 * index + 1, 2 * index + 2]
      where child < heap.count && heap[child].isBefore(heap[smallest]) {
        smallest = child
      }
      guard smallest != index else { return }
      heap.swapAt(index, smallest)
      index = smallest
    }
  }
}
