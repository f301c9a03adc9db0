import EventLoop
import Testing

@testable import Transport

/// One network on the live loop, with answers to await.
@MainActor final class TestNetwork {
  let loop = DispatchLoop()
  let network: CurlMulti

  init(_ options: NetworkOptions = NetworkOptions()) {
    network = CurlMulti(loop: loop, options: options)
  }

  func send(_ request: HTTPRequest) async -> Result<HTTPResponse, TransportError> {
    await withCheckedContinuation { continuation in
      network.send(request) { continuation.resume(returning: $0) }
    }
  }

  func get(
    _ address: String, deadline: Int64 = 10_000, answerLimit: Int = 8 << 20
  ) async throws -> Result<HTTPResponse, TransportError> {
    await send(
      HTTPRequest(
        .get, try WebAddress(address), deadline: deadline, answerLimit: answerLimit))
  }

  func post(_ address: String, _ body: String) async throws -> Result<HTTPResponse, TransportError>
  {
    await send(HTTPRequest(.post, try WebAddress(address), body: Array(body.utf8)))
  }
}

extension Result where Success == HTTPResponse, Failure == TransportError {
  /// The status and the body as text, or the error's text.
  var summary: String {
    switch self {
    case .success(let answer):
      "\(answer.status) \(String(decoding: answer.body, as: UTF8.self))"
    case .failure(let error): "\(error)"
    }
  }

  var error: TransportError? {
    if case .failure(let error) = self { error } else { nil }
  }
}

extension LiveLoop {
  @MainActor struct HTTPTests {
    let client = TestNetwork()

    @Test func `brings status, headers and body`() async throws {
      let server = LoopbackServer { peer, _ in
        let head = peer.readRequest()?.head ?? ""
        peer.answer(head, status: "418 Teapot", headers: "X-One:  a b \r\nx-two: c\r\nX-None:\r\n")
      }
      let result = try await client.get("http://127.0.0.1:\(server.port)/a/../b?x=%20&y")
      let answer = try result.get()
      #expect(answer.status == 418)
      #expect(answer.header("x-one") == "a b")
      #expect(answer.header("X-TWO") == "c")
      #expect(answer.header("x-none") == "")
      #expect(answer.header("x-three") == nil)
      #expect(answer.version == .http1)
      #expect(
        String(decoding: answer.body, as: UTF8.self)
          == "GET /a/../b?x=%20&y HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
          + "User-Agent: perpdeck\r\nAccept: */*\r\nAccept-Encoding: gzip\r\n\r\n")
    }

    @Test(arguments: [HTTPRequest.Method.post, .put, .delete])
    func `sends a body and headers as they are`(_ method: HTTPRequest.Method) async throws {
      let server = LoopbackServer { peer, _ in
        guard let (head, body) = peer.readRequest() else { return }
        peer.answer(head + String(decoding: body, as: UTF8.self))
      }
      let request = HTTPRequest(
        method, try WebAddress("http://127.0.0.1:\(server.port)/order"),
        headers: [
          HTTPHeader("ACCESS-KEY", "k"), HTTPHeader("Content-Type", "application/json"),
          HTTPHeader("X-Empty", ""),
        ], body: Array(#"{"size":"0.1"}"#.utf8))
      let result = await client.send(request)
      #expect(
        result.summary
          == "200 \(method.rawValue) /order HTTP/1.1\r\nHost: 127.0.0.1:\(server.port)\r\n"
          + "User-Agent: perpdeck\r\nAccept: */*\r\nAccept-Encoding: gzip\r\nACCESS-KEY: k\r\n"
          + "Content-Type: application/json\r\nX-Empty:\r\nContent-Length: 14\r\n\r\n"
          + #"{"size":"0.1"}"#)
    }

    @Test func `sends a request that was made ready as it is, and each as often as it is sent`()
      async throws
    {
      let server = LoopbackServer { peer, _ in
        while let (head, body) = peer.readRequest() {
          let method = head.split(separator: " ").first ?? ""
          peer.answer(method + String(decoding: body, as: UTF8.self))
        }
      }
      let address = try WebAddress("http://127.0.0.1:\(server.port)/order")
      let requests = (1...6).map { HTTPRequest(.post, address, body: Array("order \($0)".utf8)) }
      for request in requests { client.network.prepare(request) }
      #expect(client.network.requestCount == 0)
      for (number, request) in zip(1..., requests) {
        #expect(await client.send(request).summary == "200 POSTorder \(number)")
      }
      #expect(await client.send(requests[0]).summary == "200 POSTorder 1")
    }

    @Test func `keeps the connection between requests`() async throws {
      let server = LoopbackServer { peer, number in
        while peer.readRequest() != nil { peer.answer("\(number)") }
      }
      for _ in 0..<3 {
        #expect(try await client.get("http://127.0.0.1:\(server.port)/").summary == "200 1")
      }
      #expect(server.connections == 1)
    }

    @Test func `answers many requests at once`() async throws {
      let server = LoopbackServer { peer, _ in
        while let (_, body) = peer.readRequest() {
          peer.answer(String(decoding: body, as: UTF8.self))
        }
      }
      let (network, port) = (client.network, server.port)
      let sums = Shared(0)
      let told = Shared(0)
      await withCheckedContinuation { done in
        for number in 1...200 {
          guard let address = try? WebAddress("http://127.0.0.1:\(port)/") else { return }
          let body = Array("\(number)".utf8)
          network.send(HTTPRequest(.post, address, body: body)) { result in
            if case .success(let answer) = result, answer.body == body { sums.update { $0 += 1 } }
            told.update { $0 += 1 }
            if told.value == 200 { done.resume() }
          }
        }
      }
      #expect(sums.value == 200)
      #expect(server.connections <= 16)
    }

    @Test func `H11 does not follow a redirect`() async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.answer("gone", status: "302 Found", headers: "Location: http://127.0.0.1:1/\r\n")
      }
      #expect(try await client.get("http://127.0.0.1:\(server.port)/").summary == "302 gone")
    }

    @Test func `H08 brings HTML, an empty body and strange bytes as they are`() async throws {
      let server = LoopbackServer { peer, _ in
        for body in ["<html>Blocked</html>", "", "\u{FEFF}{}"] {
          guard peer.readRequest() != nil else { return }
          peer.answer(body)
        }
      }
      let url = "http://127.0.0.1:\(server.port)/"
      #expect(try await client.get(url).summary == "200 <html>Blocked</html>")
      #expect(try await client.get(url).summary == "200 ")
      #expect(try await client.get(url).summary == "200 \u{FEFF}{}")
    }

    @Test(arguments: [true, false])
    func `H08 reads no more of a 100 MB body than its limit`(_ isAnnounced: Bool) async throws {
      let sent = Shared(0)
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.write(
          isAnnounced
            ? "HTTP/1.1 200 OK\r\nContent-Length: 104857600\r\n\r\n" : "HTTP/1.1 200 OK\r\n\r\n")
        let piece = [UInt8](repeating: 65, count: 1 << 16)
        while sent.value < 100 << 20, peer.write(piece) { sent.update { $0 += 1 << 16 } }
      }
      let result = try await client.get("http://127.0.0.1:\(server.port)/")
      #expect(
        result.error == .answerTooLarge(host: "127.0.0.1:\(server.port)", limit: 8 << 20))
      #expect(sent.value < 100 << 20)
    }

    @Test func `H08 counts a gzip bomb by what it becomes`() async throws {
      // 1 MiB of zeros, by zlib at its best.
      let bomb = try #require(gzipOfZeros(1 << 20))
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.write(
          "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: \(bomb.count)\r\n\r\n")
        peer.write(bomb)
      }
      let url = "http://127.0.0.1:\(server.port)/"
      #expect(bomb.count < 2_000)
      #expect(try await client.get(url).get().body == [UInt8](repeating: 0, count: 1 << 20))
      #expect(
        try await client.get(url, answerLimit: 100_000).error
          == .answerTooLarge(host: "127.0.0.1:\(server.port)", limit: 100_000))
    }

    @Test(
      arguments: [
        "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nnope",
        "hello\r\n\r\n", "HTTP/9.9 200 OK\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nhello",
      ])
    func `H08 tells an answer that is none`(_ answer: String) async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.write(answer)
      }
      let error = try await client.get("http://127.0.0.1:\(server.port)/").error
      guard case .answerUnreadable = error else {
        Issue.record("\(String(describing: error))")
        return
      }
      #expect(error?.reach == .maybeSent)
    }

    @Test func `H09 a body cut short is a lost connection`() async throws {
      let server = LoopbackServer { peer, _ in
        _ = peer.readRequest()
        peer.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello")
      }
      let error = try await client.get("http://127.0.0.1:\(server.port)/").error
      guard case .connectionLost(_, _, .maybeSent) = error else {
        Issue.record("\(String(describing: error))")
        return
      }
    }

    @Test func `H09 an answer that nobody asked for is not taken for the next one's`() async throws
    {
      let server = LoopbackServer { peer, number in
        while peer.readRequest() != nil {
          peer.write(
            "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nown \(number)"
              + "HTTP/1.1 200 OK\r\nContent-Length: 7\r\n\r\nforeign")
        }
      }
      for number in 1...3 {
        #expect(
          try await client.get("http://127.0.0.1:\(server.port)/").summary == "200 own \(number)")
      }
      // What came too much stands in the connection: it is not used again.
      #expect(server.connections == 3)
    }

    @Test func `H09 joins chunks, wherever they are split`() async throws {
      let server = LoopbackServer { peer, _ in
        while peer.readRequest() != nil {
          let answer =
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            + "3\r\n{\"p\r\n6\r\n\":1.5}\r\n0\r\n\r\n"
          for byte in answer.utf8 { peer.write([byte]) }
        }
      }
      #expect(
        try await client.get("http://127.0.0.1:\(server.port)/").summary == #"200 {"p":1.5}"#)
    }

    @Test func `refuses what is not fit to be sent, before it is sent`() async throws {
      let address = try WebAddress("http://127.0.0.1:1/")
      for header in [
        HTTPHeader("X-A", "b\r\nX-C: d"), HTTPHeader("X A", "b"), HTTPHeader("Host", "other"),
        HTTPHeader("", "b"), HTTPHeader("Content-Length", "3"),
      ] {
        let result = await client.send(HTTPRequest(.get, address, headers: [header]))
        guard case .badRequest = result.error else {
          Issue.record("\(result.summary)")
          continue
        }
      }
      let stream = await client.send(HTTPRequest(.get, try WebAddress("ws://127.0.0.1:1/")))
      #expect(stream.error?.reach == .notSent)
    }

    @Test func `refuses more requests than may be under way`() async throws {
      let server = LoopbackServer { peer, _ in peer.waitForEnd() }
      let small = TestNetwork(NetworkOptions(requestsUnderWay: 1))
      let address = try WebAddress("http://127.0.0.1:\(server.port)/")
      let first = small.network.send(HTTPRequest(.get, address)) { _ in
        Issue.record("a request that was given up was told of")
      }
      #expect(await small.send(HTTPRequest(.get, address)).error == .tooManyRequests(limit: 1))
      small.network.cancel(first)
      #expect(small.network.requestCount == 0)
    }
  }
}
