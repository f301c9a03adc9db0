import EventLoop

/// A loop in another time: it begins at a chosen moment and runs so many times as fast as the loop
/// below it. A recording is replayed on one, so that everything lives in the recording's time.
@MainActor
public final class PacedLoop: Loop {
  private let base: any Loop
  private let origin: WallTime
  private let baseOrigin: WallTime

  /// How many milliseconds pass here for one below, above zero.
  public let speed: Double

  /// Makes a loop that stands at `origin` now.
  public init(over base: any Loop, from origin: WallTime, speed: Double) {
    precondition(speed > 0 && speed.isFinite, "time goes forward")
    self.base = base
    self.origin = origin
    self.speed = speed
    baseOrigin = base.now
  }

  public var now: WallTime {
    let passed = Double(base.now.milliseconds - baseOrigin.milliseconds)
    return origin.advanced(byMilliseconds: Int64(passed * speed))
  }

  /// Latencies are measured by the loop below: they are real.
  public var uptime: MonotonicTime { base.uptime }

  @discardableResult
  public func schedule(
    at moment: WallTime, _ action: @escaping @MainActor () -> Void
  ) -> TimerToken {
    let ahead = Double(moment.milliseconds - origin.milliseconds) / speed
    // Beyond a century the moment is "never"; the conversion must not overflow.
    let wait = min(max(ahead, -1), 3.2e12)
    return base.schedule(
      at: baseOrigin.advanced(byMilliseconds: Int64(wait.rounded(.up))), action)
  }

  public func post(_ action: @escaping @MainActor () -> Void) {
    base.post(action)
  }

  public func cancel(_ token: TimerToken) {
    base.cancel(token)
  }
}
