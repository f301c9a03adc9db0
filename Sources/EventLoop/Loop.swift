/// The one place where things happen: it tells the time and calls actions, one at a time.
///
/// Two loops exist: ``DispatchLoop`` on the main queue, and a virtual one for tests and backtests.
/// Both call scheduled actions in order of (due time, insertion number), so that actions due at the
/// same moment run in the order in which they were scheduled. An action is never called from within
/// the call that scheduled it.
@MainActor public protocol Loop: AnyObject {
  /// The present moment by the wall clock; it never goes backward.
  var now: WallTime { get }

  /// The present moment by the clock for latencies.
  var uptime: MonotonicTime { get }

  /// Whether another thread has brought something that waits to be called, such as the journal's
  /// word that an order may leave; who reads a flood makes room for it.
  var isAwaited: Bool { get }

  /// Calls the action once, at the given moment or as soon after it as the loop is free.
  ///
  /// A moment in the past means: as soon as the loop is free.
  @discardableResult
  func schedule(at moment: WallTime, _ action: @escaping @MainActor () -> Void) -> TimerToken

  /// Calls the action once, after everything that the loop has already been given for now.
  func post(_ action: @escaping @MainActor () -> Void)

  /// Forgets a scheduled action; does nothing when it has been called or canceled before.
  func cancel(_ token: TimerToken)
}

extension Loop {
  /// No: nothing comes from other threads.
  public var isAwaited: Bool { false }

  /// Calls the action once, so many milliseconds from now; zero or less means as soon as possible.
  @discardableResult
  public func schedule(
    after milliseconds: Int64, _ action: @escaping @MainActor () -> Void
  ) -> TimerToken {
    schedule(at: now.advanced(byMilliseconds: max(0, milliseconds)), action)
  }
}
