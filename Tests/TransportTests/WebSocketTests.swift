import EventLoop
import Testing

@testable import Transport

extension LiveLoop {
  @MainActor struct WebSocketTests {
    let client = TestNetwork()
    let listener = Listener()

    @Test func `opens, sends, hears and is closed`() async throws {
      let asked = Shared("")
      let server = LoopbackServer { peer, _ in
        let head = peer.upgrade()
        asked.update { $0 = head ?? "" }
        while let (first, payload) = peer.readFrame() {
          if first == 0x88 {
            peer.write(ServerFrame.bytes(0x88, payload))
            return
          }
          peer.write(ServerFrame.bytes(first, payload))
        }
      }
      listener.react = { stream, event in
        if case .opened = event { try? stream.send("one") }
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/ws/public")
      await listener.wait(for: 2)
      let stream = try #require(listener.stream)
      try stream.send(String(repeating: "x", count: 70_000))
      let bytes: [UInt8] = [1, 2, 3]
      try bytes.withUnsafeBytes { try stream.send($0, isText: false) }
      await listener.wait(for: 4)
      stream.close()
      #expect(throws: TransportError.notOpen(host: "127.0.0.1:\(server.port)")) {
        try stream.send("late")
      }
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "opened", "one", "70000 bytes", "binary 3",
          "closed: The stream to 127.0.0.1:\(server.port) was closed by us.",
        ])
      #expect(
        asked.value.hasPrefix("GET /ws/public HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"))
    }

    @Test func `hears what comes in one piece with the upgrade`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade(alsoSend: ServerFrame.text("first") + ServerFrame.text("second"))
        peer.waitForEnd()
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 3)
      #expect(listener.heard == ["opened", "first", "second"])
    }

    @Test(arguments: [1_000, 1_001, 1_008, 1_011, 1_012] as [UInt16])
    func `W01 tells the close code of the other side`(_ code: UInt16) async throws {
      let answered = Shared<[UInt8]>([])
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        let code = [UInt8(code >> 8), UInt8(code & 0xFF)]
        peer.write(ServerFrame.bytes(0x88, code + Array("bye\u{7}".utf8)))
        let payload = peer.readFrame()?.payload
        answered.update { $0 = payload ?? [] }
      }
      var options = WebSocketOptions()
      // Until the server, whose thread may come late, has read our answer.
      options.closeLimit = 60_000
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/", options)
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "opened", "closed: 127.0.0.1:\(server.port) closed the stream (code \(code), bye?).",
        ])
      #expect(answered.value.prefix(2) == [UInt8(code >> 8), UInt8(code & 0xFF)])
    }

    @Test(arguments: [true, false])
    func `W01 W09 tells an end without a close frame`(_ isReset: Bool) async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        _ = peer.readFrame()
        if isReset { peer.reset() }
      }
      listener.react = { stream, event in
        if case .opened = event { try? stream.send("go") }
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.waitForEnd()
      #expect(listener.heard.count == 2)
      #expect(
        listener.heard[1].hasPrefix("closed: The connection to 127.0.0.1:\(server.port) was lost"))
    }

    @Test func `W09 tells an end within the handshake`() async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.write("HTTP/1.1 101 Swit")
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "closed: The connection to 127.0.0.1:\(server.port) was lost (the other side ended it)."
        ])
    }

    @Test func `W14 tells a refused upgrade with status and words`() async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.answer("<html>\n<h1>Blocked</h1>\u{1B}[2J", status: "403 Forbidden")
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "closed: 127.0.0.1:\(server.port) refused the stream with HTTP status 403: the region or "
            + "the IP address is refused. It said: <html> <h1>Blocked</h1>?[2J"
        ])
    }

    @Test func `W11 hears the same byte by byte`() async throws {
      let frames: [[UInt8]] = [
        ServerFrame.text("one"), ServerFrame.bytes(0x01, Array("t".utf8)),
        ServerFrame.bytes(0x89, []), ServerFrame.bytes(0x80, Array("wo".utf8)),
        ServerFrame.text(String(repeating: "y", count: 300)),
      ]
      let pong = Shared<UInt8>(0)
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        for byte in frames.joined() { peer.write([byte]) }
        let first = peer.readFrame()?.first
        pong.update { $0 = first ?? 0 }
        peer.write(ServerFrame.text("end"))
        peer.waitForEnd()
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 5)
      #expect(listener.heard == ["opened", "one", "two", "300 bytes", "end"])
      #expect(pong.value == 0x8A)
    }

    @Test(arguments: ServerFrame.violations)
    func `W12 ends the connection with the right code over`(
      _ violation: ServerFrame.Violation
    ) async throws {
      let code = Shared<[UInt8]>([])
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        peer.write(ServerFrame.text("before") + violation.bytes + ServerFrame.text("after"))
        guard let (first, payload) = peer.readFrame(), first == 0x88 else { return }
        code.update { $0 = payload }
      }
      var options = WebSocketOptions()
      options.messageLimit = 1 << 20
      // Until the server, whose thread may come late, has read our answer.
      options.closeLimit = 60_000
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/", options)
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "opened", "before",
          "closed: 127.0.0.1:\(server.port) broke the WebSocket protocol: "
            + "closed with code \(violation.code).",
        ])
      #expect(code.value.prefix(2) == [UInt8(violation.code >> 8), UInt8(violation.code & 0xFF)])
    }

    @Test func `large messages go out whole though the server is slow to read`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        var sum = 0
        for _ in 0..<6 {
          guard let (_, payload) = peer.readFrame() else { return }
          sum += payload.count
        }
        peer.write(ServerFrame.text("\(sum)"))
        peer.waitForEnd()
      }
      var options = WebSocketOptions()
      options.sendQueueLimit = 64 << 20
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/", options)
      await listener.wait(for: 1)
      let message = String(repeating: "x", count: 1 << 20)
      for _ in 0..<6 { try listener.stream?.send(message) }
      await listener.wait(for: 2)
      #expect(listener.heard == ["opened", "\(6 << 20)"])
    }

    @Test func `W17 a flood leaves timers their turn`() async throws {
      let flood = Array([[UInt8]](repeating: ServerFrame.text("tick"), count: 50_000).joined())
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        peer.write(flood)
        peer.write(ServerFrame.text("end"))
        peer.waitForEnd()
      }
      let loop = client.loop
      var turns = 0
      var ticks = 0
      listener.react = { stream, event in
        guard case .text(let bytes) = event, bytes.count == 4 else { return }
        if ticks == 0 {
          @MainActor func again() {
            turns += 1
            if ticks < 50_000 { loop.schedule(after: 0, again) }
          }
          loop.schedule(after: 0, again)
        }
        ticks += 1
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 50_002)
      #expect(ticks == 50_000)
      #expect(listener.heard.last == "end")
      #expect(turns >= 20)
    }

    @Test func `a connection that is let go is closed at once and tells nothing`() async throws {
      let ended = Shared(false)
      let server = LoopbackServer { peer, _ in
        peer.upgrade()
        let isEnded = peer.waitForEnd()
        ended.update { $0 = isEnded }
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 1)
      weak let watched = listener.stream
      listener.drop()
      #expect(watched == nil)
      while !ended.value { await Task.yield() }
      #expect(listener.heard == ["opened"])
    }

    @Test func `tells nothing after it was ended from within an event`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.upgrade(alsoSend: ServerFrame.text("a") + ServerFrame.text("b"))
        peer.waitForEnd()
      }
      let listener = listener
      listener.react = { stream, event in
        guard case .text = event else { return }
        stream.disconnect()
        listener.drop()
      }
      try listener.connect(client, "ws://127.0.0.1:\(server.port)/")
      await listener.wait(for: 2)
      let loop = client.loop
      await withCheckedContinuation { done in loop.schedule(after: 5) { done.resume() } }
      #expect(listener.heard == ["opened", "a"])
    }

    @Test func `refuses addresses and headers that do not fit`() async throws {
      try listener.connect(client, "http://127.0.0.1:1/")
      await listener.waitForEnd()
      let second = Listener()
      var options = WebSocketOptions()
      options.headers = [HTTPHeader("X-A", "b\r\nX-C: d")]
      try second.connect(client, "ws://127.0.0.1:1/", options)
      await second.waitForEnd()
      #expect(
        listener.heard + second.heard == [
          "closed: \"127.0.0.1:1\" cannot be used: a stream goes to ws or wss.",
          "closed: \"X-A\" cannot be used: it is not a header to set.",
        ])
    }
  }
}
