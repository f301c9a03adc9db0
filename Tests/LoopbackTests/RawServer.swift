import Foundation
import Glibc
import Synchronization

@testable import Transport

/// A server down to the bytes, for what a real exchange never sends. Each connection is served on a
/// thread of its own.
final class RawServer: Sendable {
  let port: Int
  private let listener: Int32
  private let isStopped = Atomic<Bool>(false)

  /// Starts to serve on a free port of 127.0.0.1.
  init(_ serve: @escaping @Sendable (Peer) -> Void) {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, size) == 0 && listen(listener, 16) == 0
          && getsockname(listener, $0, &size) == 0
      }
    }
    precondition(isBound, "no loopback port to be had")
    self.listener = listener
    port = Int(UInt16(bigEndian: address.sin_port))
    Thread.detachNewThread {
      // Closed by whom it is used: its number belongs to nobody else before this thread has ended.
      defer { close(listener) }
      while true {
        let descriptor = accept(listener, nil, nil)
        guard descriptor >= 0 else { return }
        Thread.detachNewThread {
          serve(Peer(descriptor: descriptor))
          close(descriptor)
        }
      }
    }
  }

  deinit {
    stop()
  }

  /// Takes no more connections.
  func stop() {
    guard !isStopped.exchange(true, ordering: .relaxed) else { return }
    shutdown(listener, Int32(SHUT_RDWR))
  }

  /// The other end of a connection.
  struct Peer {
    let descriptor: Int32

    /// Reads up to the empty line after a request's header lines.
    func readHead() -> String? {
      var bytes: [UInt8] = []
      var byte: UInt8 = 0
      while bytes.count < 65_536, read(descriptor, &byte, 1) == 1 {
        bytes.append(byte)
        if bytes.suffix(4) == [13, 10, 13, 10] { return String(decoding: bytes, as: UTF8.self) }
      }
      return nil
    }

    /// Reads a byte; nil when the other end is gone.
    func readByte() -> UInt8? {
      var byte: UInt8 = 0
      return read(descriptor, &byte, 1) == 1 ? byte : nil
    }

    /// Writes a frame of text.
    func write(frame text: String) {
      let payload = Array(text.utf8)
      let count = payload.count
      write(
        [0x81] + (count < 126 ? [UInt8(count)] : [126, UInt8(count >> 8), UInt8(count & 255)])
          + payload)
    }

    /// Agrees to a stream.
    func upgrade(_ head: String) -> Bool {
      let line = head.split(separator: "\r\n").first { $0.hasPrefix("Sec-WebSocket-Key: ") }
      guard let key = line?.dropFirst(19) else { return false }
      let suffix = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
      return write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
          + "Sec-WebSocket-Accept: \(Base64.text(Cryptography.sha1(Array((key + suffix).utf8))))"
          + "\r\n\r\n")
    }

    @discardableResult
    func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Writes all bytes; false when the other end is gone.
    @discardableResult
    func write(_ bytes: [UInt8]) -> Bool {
      var sent = 0
      while sent < bytes.count {
        let count = bytes.withUnsafeBytes {
          send(descriptor, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        }
        guard count > 0 else { return false }
        sent += count
      }
      return true
    }
  }
}
