import EventLoop

/// A loop whose time only moves when it is told to: a double for tests.
///
/// Actions run in order of (due time, insertion number), which is the rule of every loop; an action
/// sees its own due time as ``now``. No clock is read.
@MainActor
public final class VirtualLoop: Loop {
  private struct Entry {
    let due: WallTime
    let number: UInt64
  }

  private var heap: [Entry] = []
  private var actions: [UInt64: @MainActor () -> Void] = [:]
  private var nextNumber: UInt64 = 1

  /// The present moment.
  public private(set) var now: WallTime

  /// The present moment for latencies: the same clock in microseconds.
  public var uptime: MonotonicTime {
    MonotonicTime(microseconds: now.milliseconds * 1_000)
  }

  /// Makes a loop that stands at a moment.
  public init(startingAt moment: WallTime) {
    now = moment
  }

  /// How many actions wait.
  public var waitingCount: Int { actions.count }

  /// When the earliest action is due; nil when none waits.
  public var nextDue: WallTime? {
    dropCanceled()
    return heap.first?.due
  }

  @discardableResult
  public func schedule(
    at moment: WallTime, _ action: @escaping @MainActor () -> Void
  ) -> TimerToken {
    let number = nextNumber
    nextNumber += 1
    actions[number] = action
    // What is due in the past runs now, after what already waits for now.
    insert(Entry(due: max(moment, now), number: number))
    return TimerToken(number: number)
  }

  public func post(_ action: @escaping @MainActor () -> Void) {
    schedule(at: now, action)
  }

  public func cancel(_ token: TimerToken) {
    actions[token.number] = nil
  }

  /// Runs the earliest action and moves time to it; returns false when none waits.
  @discardableResult
  public func runNext() -> Bool {
    dropCanceled()
    guard let first = heap.first, let action = actions.removeValue(forKey: first.number) else {
      return false
    }
    removeFirst()
    now = max(now, first.due)
    action()
    return true
  }

  /// Runs everything that is due up to a moment, in order, and moves time there.
  public func run(until moment: WallTime) {
    while let due = nextDue, due <= moment { runNext() }
    now = max(now, moment)
  }

  private func dropCanceled() {
    while let first = heap.first, actions[first.number] == nil { removeFirst() }
  }

  private func insert(_ entry: Entry) {
    heap.append(entry)
    var place = heap.count - 1
    while place > 0 {
      let parent = (place - 1) / 2
      guard isBefore(heap[place], heap[parent]) else { return }
      heap.swapAt(place, parent)
      place = parent
    }
  }

  private func removeFirst() {
    heap.swapAt(0, heap.count - 1)
    heap.removeLast()
    var place = 0
    while true {
      var least = place
      for child in [2 * place + 1, 2 * place + 2]
      where child < heap.count && isBefore(heap[child], heap[least]) {
        least = child
      }
      guard least != place else { return }
      heap.swapAt(place, least)
      place = least
    }
  }

  private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
    left.due != right.due ? left.due < right.due : left.number < right.number
  }
}
