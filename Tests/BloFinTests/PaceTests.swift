import EventLoop
import Exchanges
import TestSupport
import Testing
import Trading
import Transport
import Units

@testable import BloFin

/// An exchange that notes when what arrives, and answers all of it in one way.
@MainActor private final class Meter: HTTPClient {
  private let loop: VirtualLoop
  private(set) var arrivals: [(at: Timestamp, path: String)] = []
  /// What comes back a tenth of a second later.
  var answer: HTTPResponse

  init(_ loop: VirtualLoop, _ answer: HTTPResponse) {
    self.loop = loop
    self.answer = answer
  }

  static func page(_ status: Int, _ headers: [HTTPHeader] = [], _ body: String) -> HTTPResponse {
    HTTPResponse(status: status, headers: headers, body: Array(body.utf8))
  }

  func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket {
    let path = request.address.target.split(separator: "?").first.map(String.init) ?? ""
    arrivals.append((Timestamp(milliseconds: loop.now.milliseconds), path))
    let answer = answer
    loop.schedule(after: 100) { done(.success(answer)) }
    return HTTPTicket(number: UInt64(arrivals.count))
  }

  func cancel(_ ticket: HTTPTicket) {}

  /// When calls of some kind arrived, in milliseconds after a moment.
  func times(of endpoint: Endpoint? = nil, since start: Timestamp) -> [Int64] {
    arrivals.filter { endpoint.map(\.path) == nil || $0.path == endpoint?.path }
      .map { ($0.at - start).milliseconds }
  }
}

/// How the adapter paces itself, all the way from a call to what arrives at the exchange.
@MainActor @Suite struct PaceTests {
  private let loop = VirtualLoop(startingAt: WallTime(milliseconds: 1_767_225_600_000))
  private let start = moment(1_767_225_600_000)
  private static let ban = "<html><title>Access denied</title></html>"

  private func calls(_ meter: Meter) throws -> RestCalls {
    RestCalls(
      http: meter, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
  }

  private func run(seconds: Int64) {
    loop.run(until: loop.now.advanced(byMilliseconds: seconds * 1_000))
  }

  @Test func `H06 a page of the firewall ends all polling for the time of the ban, and is told`()
    throws
  {
    let meter = Meter(loop, Meter.page(403, [], Self.ban))
    let calls = try calls(meter)
    var told: [LinkState] = []
    calls.observers = RestCalls.Observers(
      clockWasRead: { _, _, _ in }, linkChanged: { told.append($0) })
    for _ in 0..<295 {
      calls.read(.markPrice, lane: .ordinary) { _ in }
      calls.read(.positions, lane: .ordinary) { _ in }
      run(seconds: 1)
    }
    // What left before the first answer came, and nothing for five minutes after it.
    #expect(meter.times(since: start) == [0, 0])
    #expect(
      told == [
        .refused(
          "The firewall before BloFin refuses this address (HTTP status 403): the region, or too "
            + "many requests.")
      ])
    // When it is over the market is read again, and the link is told to be up.
    meter.answer = Meter.page(200, [], #"{"code":"0","msg":"success","data":[]}"#)
    run(seconds: 20)
    calls.read(.markPrice, lane: .ordinary) { _ in }
    run(seconds: 5)
    #expect(meter.times(since: start).filter { $0 > 0 }.allSatisfy { $0 >= 300_000 })
    #expect(meter.times(since: start).count > 2)
    #expect(told.last == .up)
  }

  @Test func `H06 what takes risk off still tries during a ban, ten seconds apart`() throws {
    let meter = Meter(loop, Meter.page(418, [], Self.ban))
    let calls = try calls(meter)
    for _ in 0..<60 {
      calls.write(.cancelOrder, [], lane: .riskReducing) { _ in }
      run(seconds: 1)
    }
    let times = meter.times(since: start)
    #expect((5...7).contains(times.count), "\(times)")
    // One more may be on its way before the first answer tells of the ban.
    #expect(zip(times.dropFirst(), times.dropFirst(2)).allSatisfy { $1 - $0 >= 10_000 }, "\(times)")
  }

  @Test func `O05 after too many requests nothing opens or polls for as long as was said`() throws {
    let meter = Meter(loop, Meter.page(429, [HTTPHeader("Retry-After", "40")], "slow down"))
    let calls = try calls(meter)
    var placed: [String] = []
    calls.write(.placeOrder, [1], lane: .ordinary) { verdict in
      if case .unknown(let reason) = verdict { placed.append(reason) }
    }
    run(seconds: 1)
    #expect(
      placed == ["BloFin says that there were too many requests (HTTP status 429)."])
    var unsent = 0
    for _ in 0..<35 {
      calls.write(.placeOrder, [2], lane: .ordinary) { if case .notSent = $0 { unsent += 1 } }
      calls.read(.orderDetail, lane: .ordinary) { _ in }
      run(seconds: 1)
    }
    #expect(meter.times(of: .placeOrder, since: start) == [0])
    #expect(meter.times(of: .orderDetail, since: start) == [])
    #expect(unsent == 35)
    calls.write(.cancelOrder, [], lane: .riskReducing) { _ in }
    #expect(meter.times(of: .cancelOrder, since: start) == [36_000])
  }

  @Test func `H05 a used-up limit holds signed calls back for its window, and no public ones`()
    throws
  {
    let refusal = Meter.page(429, [], #"{"code":"429","msg":"Too Many Requests"}"#)
    let success = Meter.page(200, [], #"{"code":"0","msg":"success","data":[]}"#)
    let meter = Meter(loop, refusal)
    let calls = try calls(meter)
    var came = 0
    calls.read(.orderDetail, lane: .ordinary) { if case .success = $0 { came += 1 } }
    run(seconds: 1)
    // Meanwhile what protects is asked for once a second, and its refusals put nothing off.
    calls.read(.protectionsPending, lane: .riskReducing) { if case .success = $0 { came += 1 } }
    meter.answer = success
    calls.read(.markPrice, lane: .ordinary) { if case .success = $0 { came += 1 } }
    meter.answer = refusal
    run(seconds: 8)
    meter.answer = success
    run(seconds: 3)
    #expect(meter.times(of: .orderDetail, since: start) == [0, 10_600])
    let asked = meter.times(of: .protectionsPending, since: start)
    #expect(asked.count >= 5, "\(asked)")
    #expect(zip(asked, asked.dropFirst()).allSatisfy { $1 - $0 >= 1_000 }, "\(asked)")
    #expect(meter.times(of: .markPrice, since: start) == [1_000])
    #expect(came == 3)
  }

  @Test func `R10 a public call that fails says nothing about the link that orders take`() throws {
    let meter = Meter(loop, Meter.page(200, [], #"{"code":"0","msg":"success","data":[]}"#))
    let calls = try calls(meter)
    var told: [LinkState] = []
    calls.observers = RestCalls.Observers(
      clockWasRead: { _, _, _ in }, linkChanged: { told.append($0) })
    calls.read(.positions, lane: .ordinary) { _ in }
    run(seconds: 1)
    meter.answer = Meter.page(500, [], "")
    calls.read(.markPrice, lane: .ordinary) { _ in }
    run(seconds: 20)
    #expect(told == [.up])
    calls.read(.positions, lane: .ordinary) { _ in }
    run(seconds: 1)
    #expect(told == [.up, .down("BloFin answered with HTTP status 500.")])
  }

  @Test func `H12 reads that wait for our own quota come, and none of them is lost`() throws {
    let meter = Meter(loop, Meter.page(200, [], #"{"code":"0","msg":"success","data":[]}"#))
    let calls = try calls(meter)
    var came = 0
    var failed = 0
    for _ in 0..<40 {
      calls.read(.positions, lane: .ordinary) {
        if case .success = $0 { came += 1 } else { failed += 1 }
      }
    }
    run(seconds: 12)
    #expect([came, failed] == [40, 0])
    #expect(meter.times(since: start).count { $0 == 10_500 } == 20)
  }

  @Test func `H12 of a thousand cancels and as many polls the cancels go first, within the limits`()
    throws
  {
    let meter = Meter(loop, Meter.page(200, [], #"{"code":"0","msg":"success","data":[]}"#))
    let calls = try calls(meter)
    for number in 0..<1_000 {
      calls.read(.positions, lane: .background) { _ in }
      calls.write(.cancelOrder, [UInt8(number % 256)], lane: .riskReducing) { _ in }
    }
    run(seconds: 120)
    let times = meter.times(since: start)
    for (window, limit) in [(10_000, 30), (60_000, 500)] as [(Int64, Int)] {
      let most = times.map { first in times.count { $0 >= first && $0 < first + window } }.max()
      #expect(most.map { $0 <= limit } == true, "\(most ?? 0) within \(window) ms")
    }
    // Polls leave what is kept for exits; of what waits, no poll leaves before a cancel.
    let cancels = meter.times(of: .cancelOrder, since: start)
    let polls = meter.times(of: .positions, since: start).filter { $0 > 0 }
    #expect(cancels.count { $0 == 0 } >= 20, "\(cancels)")
    // Behind the burst the next ones leave as soon as the window lets them.
    #expect(cancels.count { $0 > 10_000 && $0 < 11_000 } == 30, "\(cancels)")
    #expect(polls.allSatisfy { $0 > 20_000 }, "\(polls)")
  }
}
