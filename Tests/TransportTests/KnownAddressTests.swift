import EventLoop
import Glibc
import Testing

@testable import Transport

extension LiveLoop {
  /// H01, H16: a host that was reached once is reached without the name service, and by the address
  /// that works.
  @MainActor struct KnownAddressTests {
    let client = TestNetwork(NetworkOptions(trustedCertificates: TestIdentity.trusted))
    // Names under "localhost" are this machine for libcurl; "invalid" never exists (RFC 2606,
    // RFC 6761): asking for it is a name service that fails.
    let identity = TestIdentity(names: "DNS:exchange.localhost,DNS:exchange.invalid")

    private func name(_ host: String, _ server: LoopbackServer) throws -> KnownAddresses.Name {
      try #require(KnownAddresses.Name(try WebAddress("https://\(host):\(server.port)/")))
    }

    @Test func `H01 the address of a name that was reached is remembered`() async throws {
      let server = LoopbackServer(identity) { peer, _ in
        while peer.readRequest() != nil { peer.answer("hello") }
      }
      let name = try name("exchange.localhost", server)
      #expect(client.network.known.address(of: name) == nil)
      let result = try await client.get("https://exchange.localhost:\(server.port)/")
      #expect(result.summary == "200 hello")
      #expect(client.network.known.address(of: name) == "127.0.0.1")
      #expect(
        client.network.known.entry(for: name)
          == "+exchange.localhost:\(server.port):[127.0.0.1]")
    }

    @Test func `H01 when the name service fails, a request goes to the last address, once`()
      async throws
    {
      let server = LoopbackServer(identity) { peer, _ in
        while let request = peer.readRequest() { peer.answer("\(request.body.count)") }
      }
      client.network.known.note(try name("exchange.invalid", server), at: "127.0.0.1")
      let result = try await client.post("https://exchange.invalid:\(server.port)/", "order")
      #expect(result.summary == "200 5")
      #expect(server.connections == 1)
    }

    @Test func `H01 when the name service fails, a stream goes to the last address`()
      async throws
    {
      let server = LoopbackServer(identity) { peer, _ in
        peer.upgrade()
        peer.write(ServerFrame.text("hello"))
        peer.waitForEnd()
      }
      client.network.known.note(try name("exchange.invalid", server), at: "127.0.0.1")
      let listener = Listener()
      try listener.connect(client, "wss://exchange.invalid:\(server.port)/")
      await listener.wait(for: 2)
      #expect(listener.heard == ["opened", "hello"])
    }

    @Test func `H01 the last address of a host that is another's now is told as such`()
      async throws
    {
      let server = LoopbackServer(TestIdentity(names: "DNS:other.example")) { _, _ in }
      client.network.known.note(try name("exchange.invalid", server), at: "127.0.0.1")
      let result = try await client.get("https://exchange.invalid:\(server.port)/")
      #expect(
        result.error == .certificateForOtherHost(host: "exchange.invalid:\(server.port)"))
      #expect(result.error?.reach == .notSent)
    }

    @Test func `H01 an address in numbers is not looked up`() throws {
      for text in ["https://127.0.0.1/", "https://[::1]:8443/", "https://localhost/"] {
        #expect(KnownAddresses.Name(try WebAddress(text)) == nil, "\(text)")
      }
    }

    @Test func `H16 an IPv6 path that is dead costs less than a second`() async throws {
      let server = LoopbackServer(identity) { peer, _ in
        while peer.readRequest() != nil { peer.answer("hello") }
      }
      // Without IPv6 the path is dead by itself.
      let deaf = DeafPort(server.port)
      defer { deaf?.stop() }
      // The machine may stand still for a while, but not each time.
      var spent: [Int64] = []
      while spent.count < 20, (spent.min() ?? .max) >= 1_000_000 {
        let client = TestNetwork(NetworkOptions(trustedCertificates: TestIdentity.trusted))
        // Both addresses, as a name service would give them.
        client.network.known.note(
          try name("exchange.invalid", server), at: "::1],[127.0.0.1")
        let begin = client.loop.uptime
        let result = try await client.get("https://exchange.invalid:\(server.port)/")
        spent.append(client.loop.uptime.microseconds(since: begin))
        #expect(result.summary == "200 hello")
      }
      #expect(spent.contains { $0 < 1_000_000 }, "\(spent)")
    }
  }
}

/// A port of IPv6 whose queue is full: whoever knocks hears nothing, as from a dead path.
private struct DeafPort {
  private let sockets: [Int32]

  /// Nil where this machine has no IPv6.
  init?(_ port: UInt16) {
    let kind = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue)
    let sockets = (0..<4).map { _ in socket(AF_INET6, kind, 0) }
    var address = sockaddr_in6()
    address.sin6_family = sa_family_t(AF_INET6)
    address.sin6_port = port.bigEndian
    address.sin6_addr = in6addr_loopback
    let size = socklen_t(MemoryLayout<sockaddr_in6>.size)
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { plain in
        guard bind(sockets[0], plain, size) == 0, listen(sockets[0], 0) == 0 else { return false }
        for other in sockets.dropFirst() { _ = connect(other, plain, size) }
        return true
      }
    }
    self.sockets = sockets
    guard isBound else {
      stop()
      return nil
    }
  }

  func stop() { for socket in sockets { close(socket) } }
}
