import Testing

@testable import Transport

struct WebSocketHandshakeTests {
  /// The example of RFC 6455, section 1.3: its nonce and the answer to it.
  let nonce = Array("the sample nonce".utf8)
  let accept = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="

  func handshake(_ headers: [HTTPHeader] = []) throws -> WebSocketHandshake {
    WebSocketHandshake(
      address: try WebAddress("wss://host:8443/ws/public?v=1"), headers: headers,
      userAgent: "perpdeck", nonce: nonce)
  }

  func read(_ text: String, _ headers: [HTTPHeader] = []) throws -> WebSocketHandshake.Progress {
    let handshake = try handshake(headers)
    return try Array(text.utf8).withUnsafeBytes { bytes throws(TransportError) in
      try handshake.read(bytes)
    }
  }

  func answer(_ extra: String = "", accept: String? = nil) -> String {
    "HTTP/1.1 101 Switching Protocols\r\nupgrade: WebSocket\r\nConnection: keep-alive, Upgrade\r\n"
      + "Sec-WebSocket-Accept: \(accept ?? self.accept)\r\n\(extra)\r\n"
  }

  @Test func `asks as RFC 6455 wants it`() throws {
    let request = try handshake([HTTPHeader("X-Extra", "1")]).request
    #expect(
      String(decoding: request, as: UTF8.self)
        == "GET /ws/public?v=1 HTTP/1.1\r\nHost: host:8443\r\nUpgrade: websocket\r\n"
        + "Connection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        + "Sec-WebSocket-Version: 13\r\nUser-Agent: perpdeck\r\nX-Extra: 1\r\n\r\n")
  }

  @Test func `accepts the right answer, whatever follows`() throws {
    let whole = answer()
    #expect(try read(whole + "\u{1}\u{2}") == .accepted(headSize: whole.utf8.count))
  }

  @Test func `waits for every part of an answer`() throws {
    let whole = answer()
    for count in 0..<whole.utf8.count {
      let part = String(decoding: whole.utf8.prefix(count), as: UTF8.self)
      #expect(try read(part) == .needsMore, "after \(count) bytes")
    }
  }

  @Test(
    arguments: [
      (
        "HTTP/1.1 403 Forbidden\r\nServer: cloudflare\r\n\r\n<html>\n<b>Blocked</b>", 403, nil,
        "<html> <b>Blocked</b>"
      ),
      ("HTTP/1.1 429 Too Many\r\nRetry-After: 7\r\n\r\n", 429, "7", ""),
      ("HTTP/1.1 301 Moved\r\nLocation: https://elsewhere/\r\n\r\n", 301, nil, ""),
      ("HTTP/1.0 200 OK\r\n\r\nhello", 200, nil, "hello"),
      (
        "HTTP/1.1 426 Upgrade Required\r\nRetry-After:  in\tan hour \r\n\r\n", 426, "in an hour", ""
      ),
    ] as [(String, Int, String?, String)])
  func `W14 tells a refusal`(_ text: String, status: Int, after: String?, words: String) {
    #expect(
      throws: TransportError.upgradeRefused(
        host: "host:8443", status: status, retryAfter: after, date: nil, answer: words)
    ) { try read(text) }
  }

  @Test func `H05 tells both dates of a refusal as they came`() {
    let text =
      "HTTP/1.1 503 Busy\r\nDate: Wed, 21 Oct 2026 07:28:00 GMT\r\n"
      + "retry-after: Wed, 21 Oct 2026 07:28:40 GMT\r\n\r\n"
    #expect(
      throws: TransportError.upgradeRefused(
        host: "host:8443", status: 503, retryAfter: "Wed, 21 Oct 2026 07:28:40 GMT",
        date: "Wed, 21 Oct 2026 07:28:00 GMT", answer: "")
    ) { try read(text) }
  }

  @Test func `refuses answers that do not fit the question`() {
    let wrong = [
      answer(accept: "AAAAAAAAAAAAAAAAAAAAAAAAAAA="), answer(accept: ""),
      answer("Sec-WebSocket-Accept: \(accept)\r\n"),
      answer("Sec-WebSocket-Protocol: chat\r\n"),
      "HTTP/1.1 101 Switching Protocols\r\nSec-WebSocket-Accept: \(accept)\r\n\r\n",
      "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc Odd\r\n\r\n", "\r\n\r\n",
      "HTTP/1.1 101 OK\r\nX: " + String(repeating: "x", count: 20_000),
    ]
    for text in wrong {
      #expect("\(text.prefix(80))") {
        try read(text)
      } throws: { error in
        if case TransportError.answerUnreadable? = error as? TransportError { true } else { false }
      }
    }
  }

  @Test func `W13 deflate is not offered, and a server that uses it all the same is refused`()
    throws
  {
    let request = String(decoding: try handshake().request, as: UTF8.self)
    #expect(!request.contains("Sec-WebSocket-Extensions"))
    for extensions in ["permessage-deflate", "permessage-deflate; server_max_window_bits=10", "x"] {
      #expect("\(extensions)") {
        try read(answer("Sec-WebSocket-Extensions: \(extensions)\r\n"))
      } throws: { error in
        if case TransportError.answerUnreadable? = error as? TransportError { true } else { false }
      }
    }
  }

  @Test func `accepts a subprotocol that was offered`() throws {
    let whole = answer("Sec-WebSocket-Protocol: chat\r\n")
    let offer = [HTTPHeader("Sec-WebSocket-Protocol", "other, chat")]
    #expect(try read(whole, offer) == .accepted(headSize: whole.utf8.count))
  }
}
