import Dispatch
import Glibc
import Synchronization
import Transport

/// Whether a host can be reached: its name is known and it takes connections.
enum Reachability {
  /// Returns what stands in the way, as the end of a sentence; nil when nothing does.
  ///
  /// Waits in a thread of its own, which is left behind when a name service hangs.
  static func problem(of address: WebAddress, within milliseconds: Int) -> String? {
    let (box, done) = (Box(), DispatchSemaphore(value: 0))
    let (host, port) = (address.host, address.port)
    DispatchQueue.global().async {
      let problem = connect(host, port, milliseconds)
      box.value.withLock { $0 = problem }
      done.signal()
    }
    guard done.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else {
      return "\(host) did not answer within \(Double(milliseconds) / 1_000) s"
    }
    return box.value.withLock { $0 }
  }

  /// Carries the answer between the threads.
  private final class Box: Sendable {
    let value = Mutex<String?>(nil)
  }

  private static func connect(_ host: String, _ port: UInt16, _ milliseconds: Int) -> String? {
    var hints = addrinfo()
    hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let code = getaddrinfo(host, String(port), &hints, &list)
    guard code == 0 else {
      return "the name \(host) is not known here (\(String(cString: gai_strerror(code))))"
    }
    defer { freeaddrinfo(list) }
    var problem = "\(host) has no address"
    var next = list
    while let one = next?.pointee {
      guard let found = connect(one, milliseconds) else { return nil }
      problem = "\(host), port \(port): \(found)"
      next = one.ai_next
    }
    return problem
  }

  /// Returns why no connection comes about.
  private static func connect(_ address: addrinfo, _ milliseconds: Int) -> String? {
    let descriptor = socket(
      address.ai_family, address.ai_socktype | O_CLOEXEC | O_NONBLOCK, address.ai_protocol)
    guard descriptor >= 0 else { return String(cString: strerror(errno)) }
    defer { close(descriptor) }
    if Glibc.connect(descriptor, address.ai_addr, address.ai_addrlen) == 0 { return nil }
    guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
    var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    guard poll(&watched, 1, Int32(clamping: milliseconds)) > 0 else { return "no answer" }
    var problem: Int32 = 0
    var size = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &size)
    return problem == 0 ? nil : String(cString: strerror(problem))
  }
}
