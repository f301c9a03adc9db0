import CCurl
import EventLoop
import Glibc

/// What became possible on a socket.
nonisolated struct Readiness: Sendable {
  let canRead: Bool
  let canWrite: Bool
  /// An error or the end is waiting; the next read or write tells which.
  let hasFailed: Bool
}

/// All sockets of the program under one epoll descriptor, which the loop watches.
///
/// A Dispatch source per socket loses events: libcurl closes sockets whose numbers are used again
/// at once, while Dispatch still unregisters the old one. Registration with epoll is synchronous.
final class Reactor {
  private let epoll: Int32
  private var watch: ReadWatch?
  private var handlers: [UInt64: @MainActor (Readiness) -> Void] = [:]
  private var nextKey: UInt64 = 1
  private var keys = [UInt64](repeating: 0, count: Reactor.room)
  private var events = [UInt32](repeating: 0, count: Reactor.room)

  /// The most events taken at once; what is left comes with the next turn of the loop.
  private static let room = 64

  init() {
    let epoll = ccurl_epoll_create()
    precondition(epoll >= 0, "the system gives no epoll descriptor (errno \(errno))")
    self.epoll = epoll
    watch = ReadWatch(fileDescriptor: epoll, whenReleased: { close(epoll) }) { [weak self] in
      self?.drain()
    }
  }

  /// Starts to watch a socket and returns the key of the registration.
  ///
  /// With `onlyChanges` the handler is called when something becomes possible, not for as long as
  /// it is: it must then read until there is nothing more.
  func add(
    _ socket: Int32, reading: Bool = true, writing: Bool = true, onlyChanges: Bool = false,
    _ handler: @escaping @MainActor (Readiness) -> Void
  ) -> UInt64 {
    let key = nextKey
    nextKey += 1
    let mask = Self.mask(reading, writing) | (onlyChanges ? ccurl_epoll_edge : 0)
    let result = ccurl_epoll_add(epoll, socket, mask, key)
    precondition(result == 0, "the socket cannot be watched (errno \(errno))")
    handlers[key] = handler
    return key
  }

  /// Changes what a registered socket is watched for.
  func change(_ key: UInt64, _ socket: Int32, reading: Bool, writing: Bool) {
    let result = ccurl_epoll_change(epoll, socket, Self.mask(reading, writing), key)
    precondition(result == 0, "the socket is not watched (errno \(errno))")
  }

  /// Ends a registration; events of it that are already taken are dropped.
  func remove(_ key: UInt64, _ socket: Int32) {
    guard handlers.removeValue(forKey: key) != nil else { return }
    // It fails for a socket that is closed already; epoll has forgotten it then.
    _ = ccurl_epoll_remove(epoll, socket)
  }

  private func drain() {
    let count = ccurl_epoll_take(epoll, &keys, &events, Int32(Self.room))
    guard count > 0 else { return }
    for index in 0..<Int(count) {
      guard let handler = handlers[keys[index]] else { continue }
      let mask = events[index]
      handler(
        Readiness(
          canRead: mask & ccurl_epoll_in != 0, canWrite: mask & ccurl_epoll_out != 0,
          hasFailed: mask & (ccurl_epoll_error | ccurl_epoll_hangup) != 0))
    }
  }

  private static func mask(_ reading: Bool, _ writing: Bool) -> UInt32 {
    (reading ? ccurl_epoll_in : 0) | (writing ? ccurl_epoll_out : 0)
  }
}
