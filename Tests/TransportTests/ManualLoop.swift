import Dispatch
import Testing

@testable import EventLoop

/// A loop whose time stands still until a test moves it, over the live main queue: sockets work as
/// ever, and what waits for a time waits for the test.
@MainActor final class ManualLoop: Loop {
  private(set) var now = WallTime(milliseconds: 1_000_000)
  private var timers = TimerQueue()

  var uptime: MonotonicTime { MonotonicTime(microseconds: now.milliseconds * 1_000) }

  func schedule(at moment: WallTime, _ action: @escaping @MainActor () -> Void) -> TimerToken {
    let token = timers.insert(moment, action)
    if moment <= now { post { self.callDue() } }
    return token
  }

  func post(_ action: @escaping @MainActor () -> Void) {
    DispatchQueue.main.async { MainActor.assumeIsolated(action) }
  }

  func cancel(_ token: TimerToken) {
    timers.remove(token)
  }

  /// Moves time and calls what becomes due, in order.
  func advance(byMilliseconds span: Int64) {
    let goal = now.advanced(byMilliseconds: span)
    while let due = timers.earliestDue(), due <= goal {
      now = max(now, due)
      callDue()
    }
    now = goal
  }

  private func callDue() {
    let limit = timers.upcomingNumber
    while let (_, action) = timers.takeDue(by: now, insertedBefore: limit) { action() }
  }
}

/// The tests that need the live loop, one after the other: they share the main actor, and a test
/// that
/// waits for real time must not wait for the others.
@MainActor @Suite(.serialized) struct LiveLoop {}
