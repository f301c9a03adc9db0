import Dispatch

/// The live loop: the main queue.
///
/// All scheduled actions share one Dispatch timer, set to the earliest of them, so that their order
/// is the order of the virtual loop. The loop measures its own lateness by a probe.
@MainActor public final class DispatchLoop: Loop {
  private let clock = SteadyClock()
  private var timers = TimerQueue()
  private let timer: any DispatchSourceTimer
  private var armedFor: WallTime?
  private var latenessMeter = LatenessMeter()
  private var isProbing = false

  /// Milliseconds between two probes of the loop's lateness.
  ///
  /// It also bounds how late a timer can be after the machine has been asleep, for Dispatch timers
  /// do not count that time.
  private static let probeInterval: Int64 = 250

  /// Makes a loop on the main queue; it works as soon as that queue is served.
  public init() {
    timer = DispatchSource.makeTimerSource(flags: .strict, queue: .main)
    timer.setEventHandler { [weak self] in
      MainActor.assumeIsolated { self?.callDueActions() }
    }
    timer.activate()
  }

  isolated deinit {
    timer.cancel()
  }

  /// The present moment: the wall clock at the start, carried on steadily.
  public var now: WallTime { clock.now }

  /// The present moment by the clock for latencies.
  public var uptime: MonotonicTime { clock.uptime }

  /// The milliseconds by which somebody set the system's clock since the start; negative is back.
  public var wallClockStep: Int64 { clock.wallClockStep }

  /// How late the loop called its timers, in milliseconds.
  public var lateness: LatenessMeter { latenessMeter }

  /// Calls the action once, at the given moment or as soon after it as the loop is free.
  @discardableResult
  public func schedule(
    at moment: WallTime, _ action: @escaping @MainActor () -> Void
  ) -> TimerToken {
    let token = timers.insert(moment, action)
    arm()
    return token
  }

  /// Calls the action once, after everything that the main queue already holds.
  public func post(_ action: @escaping @MainActor () -> Void) {
    DispatchQueue.main.async { MainActor.assumeIsolated(action) }
  }

  /// Does what `post` does, from any thread.
  public nonisolated func postFromAnyThread(_ action: @escaping @MainActor () -> Void) {
    DispatchQueue.main.async { MainActor.assumeIsolated(action) }
  }

  /// Forgets a scheduled action; does nothing when it has been called or canceled before.
  public func cancel(_ token: TimerToken) {
    timers.remove(token)
  }

  /// Starts to measure the loop's lateness a few times a second; see ``lateness``.
  public func startProbing() {
    guard !isProbing else { return }
    isProbing = true
    probe()
  }

  /// Returns the worst lateness in milliseconds since the last call, and starts anew.
  public func takeWorstLateness() -> Int64 {
    latenessMeter.takeWorst()
  }

  /// Serves the main queue for ever; the program ends by `exit` in an action.
  public nonisolated func run() -> Never {
    dispatchMain()
  }

  private func probe() {
    schedule(after: Self.probeInterval) { [weak self] in self?.probe() }
  }

  /// Calls the actions that are due.
  ///
  /// Actions that these schedule wait for the next turn, so that a chain of immediate actions
  /// cannot starve the rest of the main queue.
  private func callDueActions() {
    armedFor = nil
    let limit = timers.upcomingNumber
    while let (due, action) = timers.takeDue(by: now, insertedBefore: limit) {
      latenessMeter.note(now.milliseconds - due.milliseconds)
      action()
    }
    arm()
  }

  private func arm() {
    guard let due = timers.earliestDue() else { return }
    if let armedFor, armedFor <= due { return }
    armedFor = due
    let (span, overflow) = due.milliseconds.subtractingReportingOverflow(now.milliseconds)
    let wait = overflow ? Self.longestWait : min(max(0, span), Self.longestWait)
    // Half a millisecond more, for `now` is rounded down and would call the timer early by that.
    let extra = wait == 0 ? 0 : 500
    timer.schedule(
      deadline: .now() + .microseconds(Int(wait) * 1_000 + extra), repeating: .never,
      leeway: .nanoseconds(0))
  }

  /// The longest time in milliseconds to wait for one timer: a day; then it is looked at again.
  private static let longestWait: Int64 = 86_400_000
}
