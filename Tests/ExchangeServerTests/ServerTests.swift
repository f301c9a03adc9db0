import Foundation
import NIOCore
import NIOEmbedded
import Testing
import Units

@testable import ExchangeServer

/// The server as a whole: its port, its start and end, many clients at once.
@Suite struct ServerTests {
  @Test func `a port in use is told in a sentence`() throws {
    let first = try TestServer()
    #expect(throws: ServerProblem.portInUse(port: first.port)) {
      _ = try TestServer { $0.port = first.port }
    }
    #expect(
      ServerProblem.portInUse(port: 8_700).description
        == "Port 8700 is in use by another program; choose another one or 0 for any free port.")
  }

  @Test func `a port that there is not and a key given twice are told`() {
    #expect(throws: ServerProblem.portOutOfRange(port: 65_536)) {
      _ = try TestServer { $0.port = 65_536 }
    }
    #expect(throws: ServerProblem.duplicateKey(ServedAccount.test().apiKey)) {
      _ = try TestServer { $0.accounts = [.test(), .test()] }
    }
  }

  @Test func `a connection that ends without becoming a stream is let go`() throws {
    let channel = EmbeddedChannel()
    let exchange = ServedExchange(
      configuration: ServerConfiguration(pace: .manual(start: TestServer.start)),
      market: try TestServer.openedMarket(), clock: { TestServer.start })
    try Listener.configure(
      channel, exchange: NIOLoopBound(exchange, eventLoop: channel.eventLoop))
    weak let connection = try channel.pipeline.syncOperations.handler(type: RESTChannel.self)
    #expect(connection != nil)
    _ = try channel.finish()
    #expect(connection == nil)
  }

  @Test func `a stopped server can be started anew and lets its port go`() throws {
    let server = ExchangeServer(
      configuration: ServerConfiguration(
        pace: .manual(start: TestServer.start), strictness: .lenient),
      market: try TestServer.openedMarket())
    let port = try server.start()
    #expect(throws: ServerProblem.alreadyStarted) { _ = try server.start() }
    let stream = try TestStream(port: port, path: "/ws/public")
    server.stop()
    #expect(throws: SocketProblem.self) { _ = try stream.next() }
    #expect(throws: SocketProblem.self) { _ = try TestSocket(port: port) }
    _ = try server.start()
    server.stop()
  }

  @Test func `a stream can begin on a connection that has carried calls`() throws {
    let server = try TestServer()
    let socket = try TestSocket(port: server.port)
    try socket.send(
      Array("GET /api/v1/market/mark-price?instId=BTC-USDT HTTP/1.1\r\nHost: x\r\n\r\n".utf8))
    let head = try socket.readHead().lowercased()
    let start = try #require(head.range(of: "content-length: "))
    _ = try socket.read(try #require(Int(head[start.upperBound...].prefix { $0.isNumber })))
    let stream = try TestStream(on: socket, path: "/ws/public")
    #expect(try stream.settled() == [])
  }

  @Test func `pipelined calls are answered in their order`() throws {
    let server = try TestServer()
    let socket = try TestSocket(port: server.port)
    let names = ["BTC", "ETH", "SOL", "XRP"]
    let calls = names.map {
      "GET /api/v1/market/mark-price?instId=\($0)-USDT HTTP/1.1\r\nHost: x\r\n\r\n"
    }
    try socket.send(Array(calls.joined().utf8))
    for name in names {
      let head = try socket.readHead().lowercased()
      let start = try #require(head.range(of: "content-length: "))
      let body = try socket.read(
        try #require(Int(head[start.upperBound...].prefix { $0.isNumber })))
      #expect(String(decoding: body, as: UTF8.self).contains("\"\(name)-USDT\""))
    }
  }

  @Test func `two hundred connections are served at once`() throws {
    let server = try TestServer()
    let streams = try (0..<200).map { _ in try server.marketStream() }
    for stream in streams {
      try stream.send(#"{"op":"subscribe","args":[{"channel":"books5","instId":"BTC-USDT"}]}"#)
    }
    for stream in streams { #expect(try stream.settled().count == 2) }
    for _ in 0..<2 { server.advance(by: .milliseconds(200)) }
    for stream in streams { #expect(try stream.settled().count >= 1) }
  }

  @Test func `streams above the limit are refused`() throws {
    let server = try TestServer { $0.strictness.streamLimit = 2 }
    let streams = try (0..<2).map { _ in try server.marketStream() }
    #expect(throws: SocketProblem.self) { _ = try server.marketStream() }
    #expect(try streams[0].settled() == [])
  }

  @Test(arguments: [
    "GARBAGE\r\n\r\n", "GET / HTTP/9.9\r\n\r\n", "GET /\u{0} HTTP/1.1\r\n\r\n",
    "POST /api/v1/trade/order HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    "POST /x HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ])
  func `a malformed request ends its connection and nothing else (H08, S16)`(
    _ request: String
  ) throws {
    let server = try TestServer()
    let socket = try TestSocket(port: server.port)
    try socket.send(Array(request.utf8))
    let answer = String(decoding: try socket.readToEnd(), as: UTF8.self)
    #expect(answer.isEmpty || answer.hasPrefix("HTTP/1.1 400"))
    #expect(try server.client.get("/api/v1/market/instruments").status == 200)
  }

  @Test func `a body above the bound is refused`() throws {
    let server = try TestServer()
    let answer = try server.client.post(
      "/api/v1/trade/order", String(repeating: "x", count: 300 * 1024))
    #expect(answer.status == 413)
  }

  @Test func `the announcement names address and keys`() {
    let account = ServedAccount.test()
    #expect(
      ServerConfiguration().announcement(port: 8_700)
        == """
        address: 127.0.0.1:8700
        API key: \(account.apiKey)
        secret: \(account.secret)
        passphrase: \(account.passphrase)
        """)
  }

  @Test(arguments: [
    ("GET", "Upgrade", "Sec-WebSocket-Version: 13\r\n"),
    (
      "GET", "Upgrade",
      "Sec-WebSocket-Version: 12\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ),
    (
      "POST", "Upgrade",
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ),
    (
      "GET", "keep-alive",
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    ),
  ])
  func `a handshake that cannot be answered is refused (S16)`(
    _ method: String, _ connection: String, _ headers: String
  ) throws {
    let server = try TestServer()
    let socket = try TestSocket(port: server.port)
    try socket.send(
      Array(
        ("\(method) /ws/public HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\n"
          + "Connection: \(connection)\r\n" + headers + "\r\n").utf8))
    let answer = String(decoding: try socket.readToEnd(), as: UTF8.self)
    #expect(answer.hasPrefix("HTTP/1.1 400"))
  }
}
