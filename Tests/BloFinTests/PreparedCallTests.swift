import EventLoop
import Exchanges
import Testing
import Trading
import Transport
import Units

@testable import BloFin

/// A server that keeps what was made ready for it and what came, and takes everything.
@MainActor private final class NotingServer: HTTPClient {
  private let loop: StillLoop
  private(set) var prepared: [HTTPRequest] = []
  private(set) var sent: [HTTPRequest] = []

  init(_ loop: StillLoop) { self.loop = loop }

  func prepare(_ request: HTTPRequest) { prepared.append(request) }

  func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket {
    sent.append(request)
    let body = Array(#"{"code":"0","msg":"success","data":[]}"#.utf8)
    loop.post { done(.success(HTTPResponse(status: 200, body: body))) }
    return HTTPTicket(number: UInt64(sent.count))
  }

  func cancel(_ ticket: HTTPTicket) {}
}

@MainActor @Suite struct `A call made ready while the disk works` {
  private let loop = StillLoop()
  private let server: NotingServer
  private let calls: RestCalls
  private let body = Array("{}".utf8)

  init() throws {
    server = NotingServer(loop)
    calls = RestCalls(
      http: server, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
  }

  private func place(_ body: [UInt8]) {
    calls.write(.placeOrder, body, lane: .ordinary) { _ in }
    loop.run()
  }

  @Test func `leaves as it was signed, once`() {
    calls.prepare(.placeOrder, body)
    #expect(server.sent == [])
    place(body)
    place(body)
    #expect(server.prepared.count == 1)
    #expect(server.sent.first == server.prepared.first)
    #expect(server.sent.count == 2)
    #expect(server.sent.last?.headers != server.prepared.first?.headers)
  }

  @Test func `is not taken for another order or another call`() {
    calls.prepare(.placeOrder, body)
    place(Array("{ }".utf8))
    calls.write(.placeProtection, body, lane: .riskReducing) { _ in }
    loop.run()
    #expect(server.sent.count == 2)
    #expect(!server.sent.contains(server.prepared[0]))
  }

  @Test func `is signed anew where the disk took longer than a second`() {
    calls.prepare(.placeOrder, body)
    loop.pass(milliseconds: 1_001)
    place(body)
    #expect(server.sent.count == 1)
    #expect(!server.sent.contains(server.prepared[0]))
  }

  @Test func `is signed anew with a key that has replaced the old one`() {
    calls.prepare(.placeOrder, body)
    calls.forgetPrepared()
    place(body)
    #expect(server.sent.count == 1)
    #expect(!server.sent.contains(server.prepared[0]))
  }

  @Test func `is one of four at most, of which the oldest goes`() {
    let bodies = (0..<5).map { Array("\($0)".utf8) }
    for body in bodies { calls.prepare(.placeOrder, body) }
    for body in bodies { place(body) }
    #expect(server.sent.map { server.prepared.contains($0) } == [false, true, true, true, true])
  }
}
