import EventLoop
import Testing

@testable import Transport

extension LiveLoop {
  /// No request goes out twice, whatever the connection does.
  @MainActor struct HTTPOnceTests {
    let client = TestNetwork()

    /// A server that answers the first request of its first connection, then does something else.
    func server(
      _ seen: Shared<[String]>, then: @escaping @Sendable (LoopbackServer.Peer) -> Void
    ) -> LoopbackServer {
      LoopbackServer { peer, number in
        while let (head, body) = peer.readRequest() {
          let method = head.prefix { $0 != " " }
          seen.update { $0.append("\(method) \(String(decoding: body, as: UTF8.self))") }
          if number == 1, seen.value.count > 1 { return then(peer) }
          peer.answer("done")
        }
      }
    }

    @Test(arguments: [HTTPRequest.Method.post, .get, .put, .delete], [true, false])
    func `O01 H10 a kept connection that drops before the answer gets no second request`(
      _ method: HTTPRequest.Method, _ isReset: Bool
    ) async throws {
      let seen = Shared<[String]>([])
      let server = server(seen) { peer in isReset ? peer.reset() : peer.close() }
      let url = "http://127.0.0.1:\(server.port)/order"
      #expect(try await client.post(url, "first").summary == "200 done")
      let body = method == .get ? "" : "second"
      let result = await client.send(
        HTTPRequest(method, try WebAddress(url), body: Array(body.utf8)))
      guard case .connectionLost(_, _, .maybeSent) = result.error else {
        Issue.record("\(result.summary)")
        return
      }
      #expect(seen.value == ["POST first", "\(method.rawValue) \(body)"])
      #expect(server.connections <= 2)
      // The network goes on.
      #expect(try await client.post(url, "third").summary == "200 done")
      #expect(seen.value.last == "POST third")
    }

    @Test func `O01 an answer cut short gets no second request`() async throws {
      let seen = Shared<[String]>([])
      let server = server(seen) { peer in peer.write("HTTP/1.1 200 OK\r\nContent-Le") }
      let url = "http://127.0.0.1:\(server.port)/order"
      _ = try await client.post(url, "first")
      #expect(try await client.post(url, "second").error?.reach == .maybeSent)
      #expect(seen.value == ["POST first", "POST second"])
    }

    @Test func `H10 a connection that the server closed while idle is not used again`() async throws
    {
      let seen = Shared<[String]>([])
      let server = LoopbackServer { peer, number in
        guard let (_, body) = peer.readRequest() else { return }
        seen.update { $0.append(String(decoding: body, as: UTF8.self)) }
        peer.answer("\(number)")
        peer.close()
        seen.update { $0.append("closed") }
      }
      let url = "http://127.0.0.1:\(server.port)/order"
      #expect(try await client.post(url, "first").summary == "200 1")
      // Goes on when the server has closed; the loop runs meanwhile.
      while seen.value.count < 2 { await Task.yield() }
      #expect(try await client.post(url, "second").summary == "200 2")
      #expect(seen.value.prefix(3) == ["first", "closed", "second"])
    }

    @Test func `a large body that the server does not take is sent once`() async throws {
      let seen = Shared<[String]>([])
      let server = server(seen) { peer in peer.reset() }
      let url = "http://127.0.0.1:\(server.port)/order"
      _ = try await client.post(url, "first")
      let big = String(repeating: "x", count: 4 << 20)
      let result = try await client.post(url, big)
      #expect(result.error?.reach == .maybeSent)
      #expect(seen.value.count == 2)
    }

    @Test(arguments: HTTP2Server.Fault.ending)
    func `O01 over HTTP2 no request is sent twice`(_ fault: HTTP2Server.Fault) async throws {
      let server = HTTP2Server(fault: fault)
      let client = TestNetwork(NetworkOptions(trustedCertificates: TestIdentity.trusted))
      let url = "https://127.0.0.1:\(server.port)/order"
      let first = try await client.post(url, "first").get()
      #expect(first.status == 200)
      #expect(first.version == .http2)
      let result = try await client.post(url, "second")
      #expect(result.error?.reach == .maybeSent, "\(result.summary)")
      #expect(server.requests == ["first", "second"])
      // The network goes on.
      #expect(try await client.post(url, "third").get().status == 200)
      #expect(server.requests == ["first", "second", "third"])
    }

    @Test func `H03 over HTTP2 a stalled connection is not given further requests`() async throws {
      let server = HTTP2Server(fault: .silence)
      let client = TestNetwork(NetworkOptions(trustedCertificates: TestIdentity.trusted))
      let address = try WebAddress("https://127.0.0.1:\(server.port)/order")
      func post(_ body: String, deadline: Int64 = 10_000) async -> String {
        await client.send(
          HTTPRequest(.post, address, body: Array(body.utf8), deadline: deadline)
        ).summary
      }
      #expect(await post("first") == "200 ")
      #expect(await post("second", deadline: 150).hasPrefix("No whole answer"))
      // Read in its own time, which may be later than that of the next.
      let begin = client.loop.uptime
      while server.requests.count < 2, client.loop.uptime.microseconds(since: begin) < 30_000_000 {
        await Task.yield()
      }
      #expect(await post("third") == "200 ")
      #expect(await post("fourth") == "200 ")
      #expect(server.requests == ["first", "second", "third", "fourth"])
    }
  }
}
