import Foundation
import OrderedCollections
import Testing
import Units

@testable import ExchangeServer

@Suite struct StreamTests {
  @Test func `ping is answered with pong, both bare text`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send("ping")
    #expect(try stream.next() == .text("pong"))
  }

  @Test func `a ping frame is answered with a pong frame`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(opcode: 9, Array("x".utf8))
    #expect(try stream.next() == .pong)
  }

  @Test func `a message in fragments is read whole`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(opcode: 1, Array("pi".utf8), isFinal: false)
    try stream.send(opcode: 0, Array("ng".utf8))
    #expect(try stream.next() == .text("pong"))
  }

  @Test func `each argument has its own acknowledgement`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(
      #"{"op":"subscribe","args":[{"channel":"trades","instId":"BTC-USDT"},"#
        + #"{"channel":"trades","instId":"ETH-USDT"}]}"#)
    #expect(
      try stream.text()
        == #"{"event":"subscribe","arg":{"channel":"trades","instId":"BTC-USDT"}}"#)
    #expect(
      try stream.text()
        == #"{"event":"subscribe","arg":{"channel":"trades","instId":"ETH-USDT"}}"#)
    try stream.send(
      #"{"op":"unsubscribe","args":[{"channel":"trades","instId":"BTC-USDT"}]}"#)
    #expect(
      try stream.text()
        == #"{"event":"unsubscribe","arg":{"channel":"trades","instId":"BTC-USDT"}}"#)
  }

  @Test(arguments: [
    #"{"op":"subscribe","args":[{"channel":"nosuch","instId":"BTC-USDT"}]}"#,
    #"{"op":"subscribe","args":[{"channel":"tickers","instId":"NO-USDT"}]}"#,
    #"{"op":"subscribe","args":[{"channel":"orders"}]}"#,
    #"{"op":"unsubscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}"#,
  ])
  func `a topic that there is not is refused with the request repeated`(
    _ request: String
  ) throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(request)
    let answer = try stream.object()
    #expect(answer["event"] as? String == "error")
    #expect(answer["code"] as? String == "60012")
    let message = try #require(answer["msg"] as? String)
    #expect(message.hasPrefix("Invalid request: "))
    let repeated = try JSONSerialization.jsonObject(
      with: Data(message.dropFirst("Invalid request: ".count).utf8))
    let sent = try JSONSerialization.jsonObject(with: Data(request.utf8))
    #expect(repeated as? NSDictionary == sent as? NSDictionary)
  }

  @Test(arguments: ["{", "[]", "7", #"{"op":"subscribe"}"#, #"{"op":"dance","args":[{}]}"#, "PING"])
  func `what is not understood is refused and the stream stays`(_ request: String) throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(request)
    let answer = try stream.object()
    #expect(answer["code"] as? String == "60012")
    #expect(answer["msg"] as? String == "Invalid request: \(request)")
    try stream.send("ping")
    #expect(try stream.text() == "pong")
  }

  @Test func `one bad topic leaves the others (W05)`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    try stream.send(
      #"{"op":"subscribe","args":[{"channel":"trades","instId":"NO-USDT"},"#
        + #"{"channel":"trades","instId":"BTC-USDT"}]}"#)
    #expect(try stream.object()["code"] as? String == "60012")
    #expect(try stream.object()["event"] as? String == "subscribe")
  }

  @Test func `arguments of 4096 bytes are refused, fewer are taken`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    let argument = #"{"channel":"trades","instId":"BTC-USDT"}"#
    func request(_ count: Int) -> String {
      let list = [String](repeating: argument, count: count).joined(separator: ",")
      return #"{"op":"subscribe","args":[\#(list)]}"#
    }
    // 41 bytes each with a comma, and two brackets: 99 make 4,060, 100 make 4,101.
    try stream.send(request(100))
    #expect(try stream.object()["code"] as? String == "60012")
    try stream.send(request(99))
    for _ in 0..<99 { #expect(try stream.object()["event"] as? String == "subscribe") }
  }

  @Test func `a login under a wrong secret fails and the stream stays`() throws {
    let server = try TestServer()
    let stream = try TestStream(port: server.port, path: "/ws/private")
    let failed = #"{"event":"error","code":"60009","msg":"Login failed."}"#
    #expect(try stream.login(server.account, at: TestServer.start, secret: "wrong") == failed)
    let stale = TestServer.start - .seconds(61)
    #expect(try stream.login(server.account, at: stale) == failed)
    let good = #"{"event":"login","code":"0","msg":""}"#
    #expect(try stream.login(server.account, at: TestServer.start) == good)
  }

  @Test func `a private topic needs a login`() throws {
    let server = try TestServer()
    let stream = try TestStream(port: server.port, path: "/ws/private")
    try stream.send(#"{"op":"subscribe","args":[{"channel":"orders"}]}"#)
    #expect(try stream.object()["code"] as? String == "60012")
  }

  @Test func `a silent stream is closed after thirty seconds`() throws {
    let server = try TestServer()
    let stream = try server.marketStream()
    server.advance(by: .milliseconds(29_999))
    try stream.send("ping")
    #expect(try stream.text() == "pong")
    server.advance(by: .milliseconds(29_999))
    #expect(server.inspecting { $0.streams.count } == 1)
    server.advance(by: .milliseconds(1))
    #expect(try stream.next() == .close(code: 1001))
    #expect(server.inspecting { $0.streams.count } == 0)
  }

  @Test func `an upgrade elsewhere is refused as an unknown path`() throws {
    let server = try TestServer()
    #expect(throws: SocketProblem.self) {
      _ = try TestStream(port: server.port, path: "/ws/elsewhere")
    }
  }

  @Test func `connections of one address keep a second apart`() throws {
    let server = try TestServer { $0.strictness.connectionSpacing = .seconds(1) }
    _ = try server.marketStream()
    #expect(throws: SocketProblem.self) { _ = try server.marketStream() }
    server.advance(by: .seconds(1))
    _ = try server.marketStream()
  }

  @Test func `a binary frame and an oversized frame end the connection`() throws {
    let server = try TestServer()
    let binary = try server.marketStream()
    try binary.send(opcode: 2, [1, 2, 3])
    #expect(try binary.next() == .close(code: 1003))
    let text = try server.marketStream()
    try text.send(opcode: 1, [0xC3, 0x28])
    #expect(try text.next() == .close(code: 1007))
  }

  @Test func `a stream too many is refused with status 429`() throws {
    let server = try TestServer { $0.strictness.streamLimit = 2 }
    let open = [try server.marketStream(), try server.accountStream()]
    do {
      _ = try server.marketStream()
      Issue.record("a third stream opened")
    } catch SocketProblem.unexpected(let head) {
      #expect(head.hasPrefix("HTTP/1.1 429"))
    }
    #expect(open.count == server.inspecting { $0.streams.count })
  }

  @Test func `two hundred clients get the same pushes`() throws {
    let server = try TestServer()
    let streams = try (0..<200).map { _ in try server.marketStream() }
    for stream in streams {
      try stream.send(#"{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT"}]}"#)
    }
    let first = try streams.map { try $0.settled() }
    #expect(Set(first).count == 1)
    for _ in 0..<5 { server.advance(by: .milliseconds(200)) }
    let later = try streams.map { try $0.settled() }
    #expect(Set(later).count == 1)
    #expect(later[0].count >= 2)
  }

  @Test func `a client that does not read is dropped, one that reads is not (W10)`() throws {
    let server = try TestServer { $0.hasFaultDoor = true }
    server.advance(by: .seconds(10))
    let subscription = #"{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}"#
    let reading = try server.marketStream()
    let sleeping = try server.marketStream()
    for stream in [reading, sleeping] {
      try stream.send(subscription)
      _ = try stream.settled()
    }
    // Ten megabytes fit into the buffers of the system; thirty do not.
    let body = String(repeating: "x", count: 100_000)
    _ = try server.client.request(
      "POST", "/__sim/fault", headers: [],
      body: #"{"match":"stream tickers","count":0,"do":"garbage","body":"\#(body)"}"#)
    // The market's own ticker, which came before the rule.
    _ = try reading.settled()
    for _ in 0..<30 {
      _ = try server.client.request(
        "POST", "/__sim/act", headers: [],
        body: #"{"do":"flood","instId":"BTC-USDT","count":10}"#)
      #expect(try reading.settled() == [String](repeating: body, count: 10))
    }
    #expect(server.inspecting { $0.streams.count } == 1)
    withExtendedLifetime(sleeping) {}
  }
}
