import Testing

@testable import Transport

extension LiveLoop {
  /// H04: encryption either is right or there is no connection; each wrong says what it is.
  @MainActor struct SecureTests {
    let client = TestNetwork(NetworkOptions(trustedCertificates: TestIdentity.trusted))

    /// Asks a server with an identity and returns what came, and the host as errors name it.
    func ask(
      _ identity: TestIdentity, by client: TestNetwork? = nil
    ) async throws -> (result: Result<HTTPResponse, TransportError>, host: String) {
      let server = LoopbackServer(identity) { peer, _ in
        while peer.readRequest() != nil { peer.answer("hello") }
      }
      let host = "localhost:\(server.port)"
      return (try await (client ?? self.client).get("https://\(host)/"), host)
    }

    @Test func `H04 takes a certificate that is right`() async throws {
      let result = try await ask(TestIdentity()).result
      #expect(result.summary == "200 hello")
    }

    @Test func `H04 refuses a certificate that nobody trusted has signed`() async throws {
      let (own, ownHost) = try await ask(TestIdentity(isSelfSigned: true))
      // The system does not know the authority of the tests.
      let (unknown, unknownHost) = try await ask(TestIdentity(), by: TestNetwork())
      for (result, host) in [(own, ownHost), (unknown, unknownHost)] {
        guard case .certificateUntrusted(host, _) = result.error else {
          Issue.record("\(result.summary)")
          continue
        }
        #expect(result.error?.reach == .notSent)
      }
    }

    @Test func `H04 refuses the certificate of another host`() async throws {
      let (result, host) = try await ask(TestIdentity(names: "DNS:exchange.example"))
      #expect(result.error == .certificateForOtherHost(host: host))
      #expect(result.error?.reach == .notSent)
    }

    @Test(arguments: [-20..<(-10), 10..<20])
    func `H04 refuses a certificate whose time is over or to come`(_ days: Range<Int>) async throws
    {
      let (result, host) = try await ask(TestIdentity(days: days))
      #expect(result.error == .certificateOutOfDate(host: host))
      #expect(result.error?.reach == .notSent)
    }

    @Test func `H04 refuses old protocols`() async throws {
      // TLS 1.1.
      let (result, host) = try await ask(TestIdentity(greatestVersion: 0x0302))
      guard case .secureConnectionFailed(host, _) = result.error else {
        Issue.record("\(result.summary)")
        return
      }
      #expect(result.error?.reach == .notSent)
    }

    @Test func `H04 a stream is refused for the same reasons`() async throws {
      let server = LoopbackServer(TestIdentity(names: "DNS:exchange.example")) { _, _ in }
      let listener = Listener()
      try listener.connect(client, "wss://localhost:\(server.port)/")
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "closed: The certificate shown is not for localhost:\(server.port): "
            + "somebody may be in between."
        ])
    }

    @Test func `an encrypted stream carries messages both ways`() async throws {
      let server = LoopbackServer(TestIdentity()) { peer, _ in
        peer.upgrade()
        while let (first, payload) = peer.readFrame() {
          peer.write(ServerFrame.bytes(first, payload))
          if first == 0x88 { return }
        }
      }
      let listener = Listener()
      try listener.connect(client, "wss://localhost:\(server.port)/")
      await listener.wait(for: 1)
      let stream = try #require(listener.stream)
      // More than OpenSSL and the kernel take at once, so that writes block and go on.
      let long = String(repeating: "x", count: 700_000)
      for text in ["one", long, "three", ""] { try stream.send(text) }
      await listener.wait(for: 5)
      stream.close()
      await listener.waitForEnd()
      #expect(
        listener.heard == [
          "opened", "one", "700000 bytes", "three", "",
          "closed: The stream to localhost:\(server.port) was closed by us.",
        ])
    }

    // Again and again: what is read between two looks at the socket depends on the moment.
    @Test(arguments: 1...20)
    func `W17 an encrypted flood comes whole, record by record`(_ time: Int) async throws {
      let server = LoopbackServer(TestIdentity()) { peer, _ in
        peer.upgrade()
        for number in 0..<5_000 { peer.write(ServerFrame.text("tick \(number)")) }
        peer.waitForEnd()
      }
      let listener = Listener()
      try listener.connect(client, "wss://localhost:\(server.port)/")
      await listener.wait(for: 5_001)
      let isWhole = listener.heard.dropFirst().elementsEqual((0..<5_000).map { "tick \($0)" })
      #expect(isWhole, "flood \(time): \(listener.heard.count) were heard")
    }

    @Test func `what came before the end of an encrypted stream is told before the end`()
      async throws
    {
      let server = LoopbackServer(TestIdentity()) { peer, _ in
        peer.upgrade()
        for number in 0..<100 { peer.write(ServerFrame.text("tick \(number)")) }
      }
      let listener = Listener()
      try listener.connect(client, "wss://localhost:\(server.port)/")
      await listener.waitForEnd()
      #expect(listener.heard.count == 102)
      #expect(listener.heard.dropFirst().prefix(100) == (0..<100).map { "tick \($0)" }[...])
      #expect(
        listener.heard.last?.hasPrefix("closed: The connection to localhost:\(server.port)")
          == true)
    }
  }
}
