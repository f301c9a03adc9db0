import EventLoop

/// A loop that does what is posted when it is told to; its time stands still until it is set.
@MainActor final class StillLoop: Loop {
  /// By how many milliseconds the clock moves on whenever somebody looks at it.
  var millisecondsPerLook: Int64 = 0
  private var moment = WallTime(milliseconds: 1_767_225_600_000)
  var now: WallTime {
    moment = moment.advanced(byMilliseconds: millisecondsPerLook)
    return moment
  }
  let uptime = MonotonicTime(microseconds: 0)
  private var posted: [@MainActor () -> Void] = []
  private var count: UInt64 = 0

  func schedule(at moment: WallTime, _ action: @escaping @MainActor () -> Void) -> TimerToken {
    count += 1
    return TimerToken(number: count)
  }

  func post(_ action: @escaping @MainActor () -> Void) { posted.append(action) }

  func cancel(_ token: TimerToken) {}

  /// Moves the clock on.
  func pass(milliseconds: Int64) { moment = moment.advanced(byMilliseconds: milliseconds) }

  func run() {
    while !posted.isEmpty { posted.removeFirst()() }
  }
}
