import Glibc

/// A wall clock that cannot be stepped: the system's wall clock at its start, carried on by a clock
/// that never steps and that counts time asleep.
///
/// Timers and daily limits thus survive a clock that is set while the program runs. The time
/// service's gentle corrections are followed, for they bend both clocks alike.
nonisolated struct SteadyClock: Sendable {
  private let wallAtStart: Int64
  private let steadyAtStart: Int64

  init() {
    wallAtStart = Self.read(CLOCK_REALTIME)
    steadyAtStart = Self.read(CLOCK_BOOTTIME)
  }

  /// The present moment.
  var now: WallTime {
    WallTime(milliseconds: (wallAtStart + Self.read(CLOCK_BOOTTIME) - steadyAtStart) / 1_000)
  }

  /// The reading for latencies.
  var uptime: MonotonicTime { MonotonicTime(microseconds: Self.read(CLOCK_BOOTTIME)) }

  /// The milliseconds by which the system's wall clock was set forward (negative: back) since the
  /// start.
  var wallClockStep: Int64 {
    (Self.read(CLOCK_REALTIME) - wallAtStart - (Self.read(CLOCK_BOOTTIME) - steadyAtStart)) / 1_000
  }

  /// Reads a clock in microseconds.
  private static func read(_ clock: clockid_t) -> Int64 {
    var time = timespec()
    let result = clock_gettime(clock, &time)
    precondition(result == 0, "the system has no such clock")
    return Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1_000
  }
}
