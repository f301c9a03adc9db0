import Glibc

/// Why a test's connection failed.
enum SocketProblem: Error {
  case system(String, Int32)
  case closed
  case unexpected(String)
}

/// A blocking TCP connection to a server on loopback, written without the server's libraries.
final class TestSocket {
  private let descriptor: Int32
  private var received: [UInt8] = []

  /// Connects; reads give up after half a minute, which a busy machine may need.
  init(port: Int) throws {
    descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard descriptor >= 0 else { throw SocketProblem.system("socket", errno) }
    var limit = timeval(tv_sec: 30, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard result == 0 else { throw SocketProblem.system("connect", errno) }
  }

  deinit {
    close(descriptor)
  }

  /// Sends every byte.
  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes[sent...].withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { throw SocketProblem.system("send", errno) }
      sent += count
    }
  }

  /// Returns the next `count` bytes.
  func read(_ count: Int) throws -> [UInt8] {
    while received.count < count { try receive() }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  /// Returns the bytes up to and with an empty line.
  func readHead() throws -> String {
    let end = Array("\r\n\r\n".utf8)
    while true {
      if let place = received.firstRange(of: end) {
        defer { received.removeFirst(place.upperBound) }
        return String(decoding: received[..<place.upperBound], as: UTF8.self)
      }
      try receive()
    }
  }

  /// Returns everything up to the end of the connection.
  func readToEnd() throws -> [UInt8] {
    do {
      while true { try receive() }
    } catch SocketProblem.closed {
      defer { received.removeAll() }
      return received
    }
  }

  private func receive() throws {
    var room = [UInt8](repeating: 0, count: 65_536)
    let count = recv(descriptor, &room, room.count, 0)
    guard count != 0 else { throw SocketProblem.closed }
    guard count > 0 else { throw SocketProblem.system("recv", errno) }
    received.append(contentsOf: room[..<count])
  }
}
