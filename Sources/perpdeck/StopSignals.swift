import Dispatch
import Glibc

/// Watches the signals that ask the program to end; a second one ends it at once.
@MainActor
final class StopSignals {
  private var sources: [any DispatchSourceSignal] = []
  private var count = 0

  /// Calls `stop` on the main queue at the first of INT, TERM, HUP or QUIT; a HUP calls `hangUp`
  /// instead where there is one, each time.
  static func onLoop(
    hangUp: (@MainActor () -> Void)? = nil, _ stop: @escaping @MainActor () -> Void
  ) -> StopSignals {
    let watch = StopSignals()
    if let hangUp {
      signal(SIGHUP, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: SIGHUP, queue: .main)
      source.setEventHandler { MainActor.assumeIsolated { hangUp() } }
      source.activate()
      watch.sources.append(source)
    }
    for number in [SIGINT, SIGTERM, SIGQUIT] + (hangUp == nil ? [SIGHUP] : []) {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .main)
      source.setEventHandler { [weak watch] in
        MainActor.assumeIsolated {
          guard let watch else { return }
          watch.count += 1
          if watch.count > 1 { exit(128 + number) }
          stop()
        }
      }
      source.activate()
      watch.sources.append(source)
    }
    return watch
  }
}
