import Dispatch
import Synchronization

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
  /// Whether the main queue holds a turn of this loop.
  private var isTurnPosted = false
  /// How many actions of other threads wait.
  private nonisolated let brought = Atomic(0)

  /// The most milliseconds between two looks at the timers while the loop probes.
  ///
  /// It also bounds how late a timer can be after the machine has been asleep, for Dispatch timers
  /// do not count that time.
  private static let probeInterval: Int64 = 250

  /// Makes a loop on the main queue; it works as soon as that queue is served.
  public init() {
    timer = DispatchSource.makeTimerSource(flags: .strict, queue: .main)
    timer.setEventHandler { [weak self] in
      MainActor.assumeIsolated { self?.timerFired() }
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
    brought.add(1, ordering: .relaxed)
    DispatchQueue.main.async { [self] in
      brought.subtract(1, ordering: .relaxed)
      MainActor.assumeIsolated(action)
    }
  }

  /// Whether something from another thread waits.
  public var isAwaited: Bool { brought.load(ordering: .relaxed) > 0 }

  /// Forgets a scheduled action; does nothing when it has been called or canceled before.
  public func cancel(_ token: TimerToken) {
    timers.remove(token)
  }

  /// Keeps the loop's thread from sleeping while the condition holds, for so many microseconds at
  /// most.
  ///
  /// What is waited for so long is met sooner: to wake a thread takes up to a fifth of a
  /// millisecond where its core has gone to sleep as well, and it then begins with cold caches.
  public func stayAwake(
    atMost duration: Int64, while isWaiting: @escaping @MainActor () -> Bool
  ) {
    let end = MonotonicTime(microseconds: uptime.microseconds + duration)
    turnAwake(until: end, isWaiting)
  }

  private func turnAwake(until end: MonotonicTime, _ isWaiting: @escaping @MainActor () -> Bool) {
    guard uptime < end, isWaiting() else { return }
    post { [weak self] in self?.turnAwake(until: end, isWaiting) }
  }

  /// Starts to measure the loop's lateness a few times a second; see ``lateness``.
  public func startProbing() {
    guard !isProbing else { return }
    isProbing = true
    arm()
  }

  /// Returns the worst lateness in milliseconds since the last call, and starts anew.
  public func takeWorstLateness() -> Int64 {
    latenessMeter.takeWorst()
  }

  /// Serves the main queue for ever; the program ends by `exit` in an action.
  public nonisolated func run() -> Never {
    dispatchMain()
  }

  /// Calls the actions that are due.
  ///
  /// Actions that these schedule wait for the next turn, so that a chain of immediate actions
  /// cannot starve the rest of the main queue.
  private func callDueActions() {
    let limit = timers.upcomingNumber
    while let (due, action) = timers.takeDue(by: now, insertedBefore: limit) {
      latenessMeter.note(now.milliseconds - due.milliseconds)
      action()
    }
    arm()
  }

  /// Calls what is due when the timer says so.
  private func timerFired() {
    if isProbing, let armedFor { latenessMeter.note(now.milliseconds - armedFor.milliseconds) }
    armedFor = nil
    callDueActions()
  }

  /// Has the next actions called at their moment.
  ///
  /// What is due already comes after what the main queue holds, without the timer: to go by the
  /// timer costs two changes of thread. While the loop probes, it looks at its timers after
  /// ``probeInterval`` at the latest.
  private func arm() {
    let now = now
    var next = timers.earliestDue()
    if let due = next, due <= now {
      callSoon()
      return
    }
    if isProbing {
      let probe = now.advanced(byMilliseconds: Self.probeInterval)
      next = next.map { min($0, probe) } ?? probe
    }
    guard let due = next else { return }
    if let armedFor, armedFor <= due { return }
    armedFor = due
    let (span, overflow) = due.milliseconds.subtractingReportingOverflow(now.milliseconds)
    let wait = overflow ? Self.longestWait : min(max(0, span), Self.longestWait)
    // Half a millisecond more, for `now` is rounded down and would call the timer early by that.
    timer.schedule(
      deadline: .now() + .microseconds(Int(wait) * 1_000 + 500), repeating: .never,
      leeway: .nanoseconds(0))
  }

  private func callSoon() {
    guard !isTurnPosted else { return }
    isTurnPosted = true
    DispatchQueue.main.async { [weak self] in
      MainActor.assumeIsolated {
        guard let self else { return }
        self.isTurnPosted = false
        self.callDueActions()
      }
    }
  }

  /// The longest time in milliseconds to wait for one timer: a day; then it is looked at again.
  private static let longestWait: Int64 = 86_400_000
}
