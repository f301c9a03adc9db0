import Foundation
import Units

@testable import ExchangeServer

/// A frame of a WebSocket.
enum TestFrame: Equatable {
  case text(String)
  case pong
  case close(code: Int)
}

/// A blocking WebSocket client, frames written by hand from RFC 6455.
final class TestStream {
  private let socket: TestSocket

  /// Connects to `/ws/public` or `/ws/private`.
  convenience init(port: Int, path: String) throws {
    try self.init(on: TestSocket(port: port), path: path)
  }

  /// Turns a connection into a stream.
  init(on socket: TestSocket, path: String) throws {
    self.socket = socket
    try socket.send(
      Array(
        """
        GET \(path) HTTP/1.1\r
        Host: 127.0.0.1\r
        Upgrade: websocket\r
        Connection: Upgrade\r
        Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
        Sec-WebSocket-Version: 13\r
        \r

        """.utf8))
    let head = try socket.readHead()
    guard head.hasPrefix("HTTP/1.1 101"), head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=") else {
      throw SocketProblem.unexpected(head)
    }
  }

  /// Sends a text message.
  func send(_ text: String) throws {
    try send(opcode: 1, Array(text.utf8))
  }

  /// Sends a frame.
  func send(opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true) throws {
    let mask: [UInt8] = [7, 77, 177, 207]
    var frame: [UInt8] = [(isFinal ? 0x80 : 0) | opcode]
    switch payload.count {
    case 0..<126: frame.append(0x80 | UInt8(payload.count))
    default:
      frame.append(0x80 | 126)
      frame.append(UInt8(payload.count >> 8 & 255))
      frame.append(UInt8(payload.count & 255))
    }
    frame += mask
    for (place, byte) in payload.enumerated() { frame.append(byte ^ mask[place % 4]) }
    try socket.send(frame)
  }

  /// Returns the next frame.
  func next() throws -> TestFrame {
    let head = try socket.read(2)
    guard head[1] & 0x80 == 0 else { throw SocketProblem.unexpected("a masked frame") }
    var length = Int(head[1])
    if length == 126 {
      length = try socket.read(2).reduce(0) { $0 << 8 | Int($1) }
    } else if length == 127 {
      length = try socket.read(8).reduce(0) { $0 << 8 | Int($1) }
    }
    let payload = try socket.read(length)
    switch head[0] {
    case 0x81: return .text(String(decoding: payload, as: UTF8.self))
    case 0x8A: return .pong
    case 0x88: return .close(code: payload.prefix(2).reduce(0) { $0 << 8 | Int($1) })
    default: throw SocketProblem.unexpected("frame \(head[0])")
    }
  }

  /// Returns the next text message.
  func text() throws -> String {
    guard case .text(let text) = try next() else { throw SocketProblem.unexpected("no text") }
    return text
  }

  /// Returns the next text message as a JSON object.
  func object() throws -> [String: Any] {
    let text = try text()
    let value = try JSONSerialization.jsonObject(with: Data(text.utf8))
    guard let object = value as? [String: Any] else { throw SocketProblem.unexpected(text) }
    return object
  }

  /// Returns every text up to the answer to a `ping`: afterwards nothing is on its way.
  func settled() throws -> [String] {
    try send("ping")
    var texts: [String] = []
    while true {
      let text = try text()
      if text == "pong" { return texts }
      texts.append(text)
    }
  }

  /// Logs in and returns the answer.
  func login(_ account: ServedAccount, at now: Timestamp, secret: String? = nil) throws -> String {
    let timestamp = String(now.milliseconds)
    let sign = TestClient.signature(
      of: "/users/self/verifyGET" + timestamp + "login\(timestamp)",
      secret: secret ?? account.secret)
    try send(
      #"{"op":"login","args":[{"apiKey":"\#(account.apiKey)","#
        + #""passphrase":"\#(account.passphrase)","timestamp":"\#(timestamp)","#
        + #""sign":"\#(sign)","nonce":"login\#(timestamp)"}]}"#)
    return try text()
  }
}
