import CTestTLS
import Foundation
import Glibc
import Synchronization

/// A server on a free loopback port, written by hand down to the bytes: it does what a test says,
/// however wrong. Each connection is served on a thread of its own.
final class LoopbackServer: Sendable {
  let port: UInt16
  private let listener: Int32
  private let accepted = Atomic<Int>(0)

  /// Starts to serve, encrypted when there is an identity to show; the closure gets each connection
  /// and its number, beginning with 1.
  init(_ identity: TestIdentity? = nil, _ serve: @escaping @Sendable (Peer, Int) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    self.listener = listener
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let bound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 64) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    precondition(bound, "no loopback port to be had")
    port = UInt16(bigEndian: address.sin_port)
    Thread.detachNewThread { [listener, self] in
      // Closed by whom it is used: its number belongs to nobody else before this thread has ended.
      defer { close(listener) }
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        let number = accepted.add(1, ordering: .relaxed).newValue
        Thread.detachNewThread {
          let peer = Peer(descriptor)
          if identity.map(peer.encrypt) ?? true { serve(peer, number) }
          peer.close()
        }
      }
    }
  }

  /// How many connections came.
  var connections: Int { accepted.load(ordering: .relaxed) }

  /// Takes no more connections.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }

  /// The other end of a connection. Reads give up after some seconds, so that no thread stays.
  final class Peer: Sendable {
    private let descriptor: Int32
    private let rest = Mutex<[UInt8]>([])
    private let isClosed = Atomic<Bool>(false)
    /// The address of the encrypted connection, zero for a plain one.
    private let secure = Atomic<UInt>(0)

    init(_ descriptor: Int32) {
      self.descriptor = descriptor
      var limit = timeval(tv_sec: 20, tv_usec: 0)
      setsockopt(
        descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      setsockopt(
        descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
      var yes: Int32 = 1
      setsockopt(
        descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
    }

    /// Shakes hands as a TLS server; tells whether the client was content.
    func encrypt(_ identity: TestIdentity) -> Bool {
      guard let connection = ctest_accept(identity.server, descriptor) else { return false }
      secure.store(UInt(bitPattern: connection), ordering: .relaxed)
      return true
    }

    /// Reads so many bytes; nil when the connection ends before.
    func read(_ count: Int) -> [UInt8]? {
      rest.withLock { rest in
        while rest.count < count {
          guard fill(&rest) else { return nil }
        }
        defer { rest.removeFirst(count) }
        return Array(rest.prefix(count))
      }
    }

    /// Reads a line without its end; nil when there is no more.
    func readLine() -> String? {
      var line: [UInt8] = []
      while let byte = read(1)?[0] {
        if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
        if byte != UInt8(ascii: "\r") { line.append(byte) }
      }
      return nil
    }

    /// Reads a request's head with the empty line, then its body; nil when there is no more.
    func readRequest() -> (head: String, body: [UInt8])? {
      let end = Array("\r\n\r\n".utf8)
      let head: String? = rest.withLock { rest in
        var start = 0
        while true {
          while start + 4 <= rest.count {
            if rest[start..<start + 4].elementsEqual(end) {
              defer { rest.removeFirst(start + 4) }
              return String(decoding: rest.prefix(start + 4), as: UTF8.self)
            }
            start += 1
          }
          guard fill(&rest) else { return nil }
        }
      }
      guard let head else { return nil }
      let length = head.split(separator: "\r\n").lazy
        .filter { $0.lowercased().hasPrefix("content-length:") }
        .compactMap { Int($0.dropFirst(15).drop { $0 == " " }) }.first
      guard let length else { return (head, []) }
      guard let body = read(length) else { return nil }
      return (head, body)
    }

    /// Waits until the other side ends the connection; tells whether it did.
    @discardableResult
    func waitForEnd() -> Bool {
      var bytes = [UInt8](repeating: 0, count: 4_096)
      while true {
        let count = receive(&bytes)
        if count <= 0 { return count == 0 || errno == ECONNRESET }
      }
    }

    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes { bytes in
          guard let connection else {
            return send(
              descriptor, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
          }
          return Int(ctest_write(connection, bytes.baseAddress! + sent, Int32(bytes.count - sent)))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Answers a request with a status and a body.
    @discardableResult
    func answer(_ body: String, status: String = "200 OK", headers: String = "") -> Bool {
      write(
        "HTTP/1.1 \(status)\r\nContent-Length: \(body.utf8.count)\r\n\(headers)\r\n\(body)")
    }

    /// Ends the connection properly.
    func close() {
      guard !isClosed.exchange(true, ordering: .relaxed) else { return }
      if let connection { ctest_close(connection) }
      Glibc.close(descriptor)
    }

    /// Ends the connection with a reset.
    func reset() {
      var now = linger(l_onoff: 1, l_linger: 0)
      setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &now, socklen_t(MemoryLayout<linger>.size))
      close()
    }

    private var connection: UnsafeMutableRawPointer? {
      UnsafeMutableRawPointer(bitPattern: secure.load(ordering: .relaxed))
    }

    private func receive(_ room: inout [UInt8]) -> Int {
      guard let connection else { return recv(descriptor, &room, room.count, 0) }
      return Int(ctest_read(connection, &room, Int32(room.count)))
    }

    private func fill(_ rest: inout [UInt8]) -> Bool {
      var bytes = [UInt8](repeating: 0, count: 65_536)
      let count = receive(&bytes)
      guard count > 0 else { return false }
      rest += bytes.prefix(count)
      return true
    }
  }
}

/// A count or a list that server threads and tests share.
final class Shared<Value: Sendable>: Sendable {
  private let mutex: Mutex<Value>

  init(_ value: Value) { mutex = Mutex(value) }

  var value: Value { mutex.withLock { $0 } }

  func update(_ change: @Sendable (inout Value) -> Void) { mutex.withLock { change(&$0) } }
}
