import Dispatch
import Glibc

/// Watches the signals that ask the program to end; a second one ends it at once.
@MainActor
final class StopSignals {
  private var sources: [any DispatchSourceSignal] = []
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
    for source in watch.sources { source.activate() }
    return watch
  }

  private func hear(_ number: Int32, _ react: @escaping @MainActor () -> Void) {
    signal(number, SIG_IGN)
    let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
    source.setEventHandler { MainActor.assumeIsolated { react() } }
    source.setRegistrationHandler { [weak self] in MainActor.assumeIsolated { self?.countOne() } }
    sources.append(source)
  }

  private func countOne() {
    heard += 1
    if heard == sources.count { listening() }
  }
}
