import Dispatch
import Glibc

/// Calls an action on the loop each time a signal arrives, for as long as the watch is kept.
///
/// The signal's own effect is switched off for the rest of the process's life.
@MainActor public final class SignalWatch {
  private let source: any DispatchSourceSignal

  /// Watches for a signal such as `SIGTERM`; `listening` is called once no such signal is lost any
  /// more.
  public init(
    _ number: Int32, listening: @escaping @MainActor () -> Void = {},
    _ action: @escaping @MainActor () -> Void
  ) {
    signal(number, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: number, queue: .main)
    source.setEventHandler { MainActor.assumeIsolated(action) }
    source.setRegistrationHandler { MainActor.assumeIsolated(listening) }
    source.activate()
  }

  isolated deinit {
    source.cancel()
  }
}

/// Calls an action on the loop whenever a file descriptor can be read, for as long as it is kept.
///
/// Meant for descriptors that live long: Dispatch unregisters in its own time, so a descriptor
/// number that is closed and used again at once can lose its events. What comes and goes (sockets)
/// belongs under one epoll descriptor.
@MainActor public final class ReadWatch {
  private let source: any DispatchSourceRead

  /// Watches a descriptor; `closed` is called when the watch has let go of it and it may be closed.
  public init(
    fileDescriptor: Int32, whenReleased closed: @escaping @Sendable () -> Void = {},
    _ action: @escaping @MainActor () -> Void
  ) {
    source = DispatchSource.makeReadSource(fileDescriptor: fileDescriptor, queue: .main)
    source.setEventHandler { MainActor.assumeIsolated(action) }
    source.setCancelHandler(handler: closed)
    source.activate()
  }

  isolated deinit {
    source.cancel()
  }
}
