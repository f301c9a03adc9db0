import EventLoop
import Units

/// Looks each second how late the loop was: a delay turns the status line at once, and one that
/// lasts or is long is told, once for each spell.
///
/// On a loop that is late prices, fills and keys are taken later than the screen says.
public final class LatenessWatch {
  private let runtime: BotRuntime
  private let loop: any Loop
  private let takeWorst: () -> Int64
  private var lateLooks = 0
  private var quietLooks = 0
  private var isTold = false
  /// Since when the process may stand still because a person stopped it.
  private var stoppedAt: WallTime?
  /// How many looks after the last word of it may still find the delay: none is taken while the
  /// process stands, and what was announced need not come.
  private var looksLeft = 0
  /// Told when the process stood still because a person stopped it: from when to when.
  public var onStandstill: ((WallTime, WallTime) -> Void)?

  /// Milliseconds between two looks.
  private static let interval: Int64 = 1_000
  /// More milliseconds than these are late.
  private static let tolerance: Int64 = 250
  /// So many milliseconds are told though they were late once only, which less is not: a machine
  /// that wrote to its disk or paged once needs nobody.
  private static let long: Int64 = 1_000
  /// After so many looks in time the next delay is a new spell.
  private static let calm = 10

  /// Takes whose screen and alerts tell of it; `takeWorst` returns the worst lateness in
  /// milliseconds since it was last called.
  public init(_ runtime: BotRuntime, loop: any Loop, takeWorst: @escaping () -> Int64) {
    self.runtime = runtime
    self.loop = loop
    self.takeWorst = takeWorst
  }

  /// Begins; how late the loop was before is not looked at, for a start takes its time.
  public func begin() {
    _ = takeWorst()
    lookSoon()
  }

  /// Says that a person stops the process now: that delay is no lateness.
  public func stands() { (stoppedAt, looksLeft) = (loop.now, Self.looksAfterStop) }

  /// Says that the process goes on.
  public func goesOn() {
    if stoppedAt != nil { looksLeft = Self.looksAfterStop }
  }

  /// The delay shows at the first look or, where that came before the loop was measured, the
  /// second.
  private static let looksAfterStop = 2

  private func lookSoon() {
    loop.schedule(after: Self.interval) { [weak self] in self?.look() }
  }

  private func look() {
    lookSoon()
    let worst = takeWorst()
    if let stoppedAt, isStandstill(worst) {
      runtime.lateness = nil
      onStandstill?(stoppedAt, loop.now)
      return
    }
    guard worst > Self.tolerance else {
      quietLooks += 1
      if quietLooks >= Self.calm { (lateLooks, isTold) = (0, false) }
      runtime.lateness = nil
      return
    }
    quietLooks = 0
    lateLooks += 1
    let lateness = TimeSpan.milliseconds(worst)
    runtime.lateness = lateness
    guard !isTold, lateLooks > 1 || worst >= Self.long else { return }
    isTold = true
    runtime.tellLateness(lateness)
  }

  /// Whether a delay is that of a stop, which counts once.
  private func isStandstill(_ worst: Int64) -> Bool {
    looksLeft -= 1
    if worst > Self.tolerance || looksLeft <= 0 { stoppedAt = nil }
    return worst > Self.tolerance
  }
}
