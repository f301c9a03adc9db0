import Glibc

/// A path as the system wants it.
nonisolated public struct SocketAddress {
  private var address = sockaddr_un()

  /// Wraps a path; nil when it is longer than the system takes.
  public init?(path: String) {
    let bytes = Array(path.utf8)
    guard bytes.count < MemoryLayout.size(ofValue: address.sun_path) else { return nil }
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
  }

  /// Gives a socket this name; `errno` says why it failed.
  mutating func bind(_ descriptor: Int32) -> Bool {
    call { Glibc.bind(descriptor, $0, $1) == 0 }
  }

  /// Connects a socket to this name; `errno` says why it failed.
  public mutating func connect(_ descriptor: Int32) -> Bool {
    call { Glibc.connect(descriptor, $0, $1) == 0 }
  }

  private mutating func call(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool) -> Bool {
    withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}
