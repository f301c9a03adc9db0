import EventLoop
import Testing

@testable import Transport

extension LiveLoop {
  /// The network's faults, H01 to H16: each is told for what it is, within its time.
  @MainActor struct HTTPFaultTests {
    let client = TestNetwork()

    @Test func `H02 a refused connection is told as such`() async throws {
      let closed = ClosedPort()
      let result = try await client.get("http://127.0.0.1:\(closed.port)/")
      #expect(result.error == .connectionRefused(host: "127.0.0.1:\(closed.port)"))
      #expect(result.error?.reach == .notSent)
      withExtendedLifetime(closed) {}
    }

    @Test func `H01 an unknown name is told as such`() async throws {
      // The top-level domain "invalid" never exists (RFC 2606).
      let result = try await client.get("https://exchange.invalid/")
      #expect(result.error == .nameNotFound(host: "exchange.invalid"))
      #expect(result.error?.reach == .notSent)
    }

    @Test func `H03 a server that never answers is given up at the deadline`() async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.answer("first")
        peer.waitForEnd()
      }
      // Made ready, so that the time is the request's alone.
      #expect(try await client.get("http://127.0.0.1:\(server.port)/").summary == "200 first")
      let begin = client.loop.uptime
      let result = try await client.get("http://127.0.0.1:\(server.port)/", deadline: 150)
      let passed = client.loop.uptime.microseconds(since: begin)
      #expect(
        result.error
          == .deadlinePassed(
            host: "127.0.0.1:\(server.port)", milliseconds: 150, reach: .maybeSent))
      #expect(passed >= 149_000)
    }

    @Test func `H03 a trickle of bytes does not put off the deadline`() async throws {
      let written = Shared(0)
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.answer("first")
        _ = peer.readRequest()
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n")
        // Each byte waits for nothing but the kernel: the stream never pauses.
        while written.value < 90_000, peer.write([65]) { written.update { $0 += 1 } }
        peer.waitForEnd()
      }
      let url = "http://127.0.0.1:\(server.port)/"
      // The server's thread may come late, and then nothing has trickled.
      for deadline in [300, 3_000, 30_000] as [Int64] where written.value == 0 {
        #expect(try await client.get(url).summary == "200 first")
        let result = try await client.get(url, deadline: deadline)
        #expect(
          result.error
            == .deadlinePassed(
              host: "127.0.0.1:\(server.port)", milliseconds: deadline, reach: .maybeSent))
      }
      #expect(written.value > 0)
    }

    @Test func `H04 a server mute after the greeting is given up in the connecting time`()
      async throws
    {
      let server = LoopbackServer { peer, _ in peer.waitForEnd() }
      let result = await client.send(
        HTTPRequest(
          .get, try WebAddress("https://127.0.0.1:\(server.port)/"), deadline: 10_000,
          connectDeadline: 150))
      #expect(
        result.error
          == .connectTimedOut(host: "127.0.0.1:\(server.port)", milliseconds: 150))
      #expect(result.error?.reach == .notSent)
    }

    @Test func `H04 a server that speaks no TLS is told as such`() async throws {
      let server = LoopbackServer { peer, _ in
        peer.write("HTTP/1.1 400 Bad Request\r\n\r\n")
        peer.waitForEnd()
      }
      let error = try await client.get("https://127.0.0.1:\(server.port)/").error
      guard case .secureConnectionFailed = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.reach == .notSent)
    }

    @Test func `a request under way does not hold up the loop`() async throws {
      let server = LoopbackServer { peer, _ in peer.waitForEnd() }
      let address = try WebAddress("http://127.0.0.1:\(server.port)/")
      let answers = Shared(0)
      let ticket = client.network.send(HTTPRequest(.get, address)) { _ in
        answers.update { $0 += 1 }
      }
      let loop = client.loop
      await withCheckedContinuation { done in loop.schedule(after: 5) { done.resume() } }
      #expect(answers.value == 0)
      client.network.cancel(ticket)
    }

    @Test func `tells of a failure that is known at once only after the call`() async throws {
      let network = client.network
      let address = try WebAddress("http://127.0.0.1:1/")
      let isInCall = Shared(true)
      await withCheckedContinuation { done in
        network.send(HTTPRequest(.get, address)) { _ in
          #expect(!isInCall.value)
          done.resume()
        }
        isInCall.update { $0 = false }
      }
    }

    @Test func `a network that is let go tells nothing any more`() async throws {
      let server = LoopbackServer { peer, _ in peer.waitForEnd() }
      let loop = DispatchLoop()
      var network: CurlMulti? = CurlMulti(loop: loop)
      network?.send(HTTPRequest(.get, try WebAddress("http://127.0.0.1:\(server.port)/"))) { _ in
        Issue.record("told after the end")
      }
      weak let watched = network
      network = nil
      #expect(watched == nil)
      await withCheckedContinuation { done in loop.schedule(after: 5) { done.resume() } }
    }

    @Test func `H02 a thousand refused connections come back, none is lost`() async throws {
      let closed = ClosedPort()
      let url = "http://localhost:\(closed.port)/"
      for _ in 0..<1_000 {
        let result = try await client.get(url, deadline: 30_000)
        #expect(result.error == .connectionRefused(host: "localhost:\(closed.port)"))
      }
      withExtendedLifetime(closed) {}
    }
  }
}
