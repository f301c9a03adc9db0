import EventLoop
import Exchanges
import Foundation
import Testing
import Trading
import Transport
import Units

@testable import BloFin

/// A list of fills as the exchange keeps it, newest first, told a page at a time.
@MainActor private final class FillServer: HTTPClient {
  private let loop: StillLoop
  private(set) var rows: [Int]
  private(set) var pages = 0
  /// How many rows of a page the next one repeats.
  let overlap: Int
  /// How many new rows appear while the pages are read.
  var arriving = 0
  /// Which request is refused, counted from one.
  var refused: Int?

  init(_ loop: StillLoop, count: Int, overlap: Int) {
    self.loop = loop
    self.overlap = overlap
    rows = (1...max(count, 1)).reversed()
    if count == 0 { rows = [] }
  }

  func send(
    _ request: HTTPRequest,
    _ done: @escaping @MainActor (Result<HTTPResponse, TransportError>) -> Void
  ) -> HTTPTicket {
    let query = URLComponents(string: request.address.target)?.queryItems ?? []
    let after = query.first { $0.name == "after" }?.value.flatMap { Int($0) }
    pages += 1
    // What is older than the row that is named; a page boundary may repeat what was told.
    let limit = after.map { $0 + overlap } ?? .max
    let begin = query.first { $0.name == "begin" }?.value.flatMap { Int($0) } ?? 0
    let page = rows.filter { $0 < limit && Self.time(of: $0) >= begin }.prefix(100).map(Self.row)
      .joined(separator: ",")
    add(arriving)
    let body =
      pages == refused
      ? #"{"code":"152406","msg":"not from here","data":[]}"#
      : #"{"code":"0","msg":"success","data":[\#(page)]}"#
    loop.post {
      done(
        .success(
          HTTPResponse(
            status: 200, headers: [], body: Array(body.utf8), version: .http1, duration: 0)))
    }
    return HTTPTicket(number: UInt64(pages))
  }

  func cancel(_ ticket: HTTPTicket) {}

  /// So many new rows appear.
  func add(_ count: Int) {
    for _ in 0..<count { rows.insert((rows.first ?? 0) + 1, at: 0) }
  }

  private static func row(_ number: Int) -> String {
    """
    {"instId":"BTC-USDT","tradeId":"\(number)","orderId":"7","fillPrice":"60000","fillSize":"1",\
    "fillPnl":"0","positionSide":"net","side":"buy","fee":"0.01",\
    "ts":"\(time(of: number))"}
    """
  }

  private static func time(of number: Int) -> Int { 1_767_225_000_000 + number }
}

@MainActor @Suite struct `R11 a list in pages` {
  private func read(_ count: Int, overlap: Int, arriving: Int = 0) throws -> (
    fills: [Int], pages: Int
  ) {
    let loop = StillLoop()
    let server = FillServer(loop, count: count, overlap: overlap)
    server.arriving = arriving
    let calls = RestCalls(
      http: server, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
    var result: [Int]?
    let list = Lists.fills(catalog(instrument()), since: moment(1_767_000_000_000))
    calls.readAll(list, lane: .riskReducing) { answer in
      if case .success(let fills) = answer { result = fills.compactMap { Int($0.tradeID.text) } }
    }
    loop.run()
    return (try #require(result), server.pages)
  }

  @Test(arguments: [0, 1, 99, 100, 101, 200, 250, 1_234])
  func `is read to its end, whatever falls on a page boundary`(count: Int) throws {
    let (fills, pages) = try read(count, overlap: 0)
    #expect(fills == (count == 0 ? [] : (1...count).reversed()))
    #expect(pages == count / 100 + 1)
  }

  @Test(arguments: [1, 2, 50, 90])
  func `counts nothing twice that a page boundary repeats`(overlap: Int) throws {
    let (fills, _) = try read(250, overlap: overlap)
    #expect(fills == (1...250).reversed())
  }

  @Test func `loses nothing when new rows push the pages on`() throws {
    let (fills, _) = try read(250, overlap: 0, arriving: 7)
    #expect(fills == (1...250).reversed())
  }
}

@MainActor @Suite struct `R11 the fills of a busy account` {
  private let loop = StillLoop()
  private let old = moment(1_767_000_000_000)

  private func calls(_ server: FillServer) throws -> RestCalls {
    // As long as a page takes, so that the rate limit holds nothing back.
    loop.millisecondsPerLook = 500
    return RestCalls(
      http: server, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
  }

  /// Reads a history once; nil when it failed.
  private func read(_ history: FillHistory, at now: Timestamp) -> [Int]? {
    var result: [Int]?
    history.read(at: now) { answer in
      if case .success(let fills) = answer { result = fills.compactMap { Int($0.tradeID.text) } }
    }
    loop.run()
    return result
  }

  @Test func `are all read, however many there are`() throws {
    let server = FillServer(loop, count: 6_000, overlap: 0)
    let history = FillHistory(try calls(server), catalog(instrument()), since: old, at: old)
    #expect(read(history, at: old) == (1...6_000).reversed())
  }

  @Test func `are read on from where the last try failed, with those that came meanwhile`() throws {
    let server = FillServer(loop, count: 450, overlap: 0)
    server.refused = 4
    let began = moment(1_767_225_000_000 + 450) + FillHistory.overlap
    let history = FillHistory(try calls(server), catalog(instrument()), since: old, at: began)
    #expect(read(history, at: began) == nil)
    server.add(3)
    let fills = try #require(read(history, at: began + .seconds(10)))
    #expect(fills.sorted() == Array(1...453))
    // Three pages, the refusal, the other two, and one of what is new.
    #expect(server.pages == 7)
  }

  @Test(
    arguments: [(nil, 1_440), (10, 1_440), (2_880, 2_885), (400_000, 129_600)] as [(Int64?, Int64)])
  func `R09 are read since the newest one that is known, a day at least, 90 days at most`(
    known: Int64?, minutes: Int64
  ) {
    let now = moment(1_767_225_600_000)
    #expect(
      BloFinExchange.firstFills(now, known: known.map { now - .minutes($0) })
        == now - .minutes(minutes))
  }
}

@MainActor @Suite struct `A full quota` {
  @Test func `sends an opening at once or not at all, and still sends what reduces risk`() throws {
    let loop = StillLoop()
    let server = FillServer(loop, count: 0, overlap: 0)
    let calls = RestCalls(
      http: server, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
    var unsent = 0
    for _ in 0..<25 {
      calls.write(.placeOrder, [], lane: .ordinary) { if case .notSent = $0 { unsent += 1 } }
    }
    loop.run()
    #expect(server.pages == 20)
    loop.millisecondsPerLook = 1
    calls.write(.placeOrder, [], lane: .riskReducing) { if case .notSent = $0 { unsent += 1 } }
    loop.run()
    #expect(server.pages == 21)
    #expect(unsent == 5)
  }
  @Test func `lets an opening leave though the clock moves on between two looks`() throws {
    let loop = StillLoop()
    loop.millisecondsPerLook = 1
    let server = FillServer(loop, count: 0, overlap: 0)
    let calls = RestCalls(
      http: server, loop: loop, hosts: try BloFinHosts(.demo, loopback: "http://127.0.0.1:1"),
      signer: RequestSigner(try testCredentials(), nonceSeed: 1), random: SeededRandom(seed: 1))
    calls.write(.placeOrder, [], lane: .ordinary) { _ in }
    loop.run()
    #expect(server.pages == 1)
  }
}
