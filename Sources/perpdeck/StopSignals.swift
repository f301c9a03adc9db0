import EventLoop
import Glibc

/// Watches the signals that ask the program to end; a second one ends it at once.
@MainActor
final class StopSignals {
  private var watches: [SignalWatch] = []
  private var count = 0
  private var heard = 0
  private let listening: @MainActor () -> Void

  private init(_ listening: @escaping @MainActor () -> Void) { self.listening = listening }

  /// Calls `stop` on the main queue at the first of INT, TERM, HUP or QUIT; a HUP calls `hangUp`
  /// instead where there is one, each time.
  ///
  /// A signal that comes before the main queue runs is lost: `listening` is called when none is any
  /// more.
  static func onLoop(
    hangUp: (@MainActor () -> Void)? = nil, listening: @escaping @MainActor () -> Void = {},
    _ stop: @escaping @MainActor () -> Void
  ) -> StopSignals {
    let watch = StopSignals(listening)
    if let hangUp { watch.hear(SIGHUP, hangUp) }
    for number in [SIGINT, SIGTERM, SIGQUIT] + (hangUp == nil ? [SIGHUP] : []) {
      watch.hear(number) { [weak watch] in
        guard let watch else { return }
        watch.count += 1
        if watch.count > 1 { exit(128 + number) }
        stop()
      }
    }
    return watch
  }

  private func hear(_ number: Int32, _ react: @escaping @MainActor () -> Void) {
    watches.append(SignalWatch(number, listening: { [weak self] in self?.countOne() }, react))
  }

  private func countOne() {
    heard += 1
    if heard == watches.count { listening() }
  }
}
