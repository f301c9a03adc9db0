import EventLoop
import Glibc

/// Tells systemd how the program fares: that it is ready, that its loop turns, that it ends.
///
/// Without `NOTIFY_SOCKET` nothing is told. Source: sd_notify(3).
@MainActor
final class SystemdNotice {
  private let loop: DispatchLoop
  private let state: @MainActor () -> String
  private let address: String?
  /// Milliseconds between two signs of life: half of what the manager waits for.
  private let interval: Int64
  private var hasEnded = false

  /// The pace of the state where no watchdog asks for signs of life.
  private static let usualInterval: Int64 = 10_000

  /// Reads where to tell it; `state` is shown beside the service.
  init(loop: DispatchLoop, state: @escaping @MainActor () -> String) {
    self.loop = loop
    self.state = state
    let environment = ProcessEnvironment.all
    address = environment["NOTIFY_SOCKET"]
    let microseconds = environment["WATCHDOG_USEC"].flatMap { Int64($0) } ?? 0
    interval = microseconds > 0 ? max(100, microseconds / 2_000) : Self.usualInterval
  }

  /// Tells that commands are taken, and from now on that the loop turns.
  func begin() {
    tell("READY=1\nSTATUS=\(state())")
    live()
  }

  /// Tells that the program ends.
  func end() {
    hasEnded = true
    tell("STOPPING=1")
  }

  private func live() {
    guard address != nil else { return }
    loop.schedule(after: interval) { [weak self] in
      guard let self, !hasEnded else { return }
      tell("WATCHDOG=1\nSTATUS=\(state())")
      live()
    }
  }

  private func tell(_ text: String) {
    guard let address, let first = address.utf8.first else { return }
    var place = sockaddr_un()
    var bytes = Array(address.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: place.sun_path) else { return }
    // A name that begins with @ is of no file system: its first byte is zero.
    if first == UInt8(ascii: "@") { bytes[0] = 0 }
    place.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &place.sun_path) { $0.copyBytes(from: bytes) }
    let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | O_CLOEXEC | O_NONBLOCK, 0)
    guard descriptor >= 0 else { return }
    defer { close(descriptor) }
    let size = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
    let message = Array(text.utf8)
    withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
        _ = sendto(descriptor, message, message.count, Int32(MSG_NOSIGNAL), generic, size)
      }
    }
  }
}
