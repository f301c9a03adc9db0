import EventLoop
import Exchanges
import Foundation
import Secrets
import Synchronization
import Testing
import Trading
import Transport
import Units

@testable import BloFin
@testable import ExchangeServer

/// The adapter against the served exchange. In each suite one test follows the other: each has a
/// server of its own, whose ten markets move by the wall clock, and too many of them side by side
/// take each other's time.
enum OverLoopback {}

/// What a test waited for and did not get.
struct NeverCame: Error, CustomStringConvertible {
  let description: String
}

/// The adapter on a real loop, joined to a real server by loopback sockets.
///
/// Everything that the adapter delivers is kept; a test asks for the first event of a kind and
/// waits for it if it has not come yet.
@MainActor final class Desk {
  static let btc = InstrumentID("BTC-USDT")
  static let eth = InstrumentID("ETH-USDT")

  let exchange: BloFinExchange
  private(set) var events: [ExchangeEvent] = []
  private let loop = DispatchLoop()
  private let served: ServedDesk?
  private var waiter: CheckedContinuation<Bool, Never>?
  private var nextRequest: UInt64 = 1
  private var nextOrder = 1

  /// What a test waits at most, in milliseconds. Nothing here takes a tenth of it on a machine at
  /// rest.
  private static let patience: Int64 = 120_000
  /// What the adapter waits for an answer, in milliseconds: no test waits for it to run out, and on
  /// a busy machine the exchange's usual patience would.
  private static let answerWithin: Int64 = 60_000

  /// Starts a server of its own and connects to it.
  ///
  /// The closure sets what the client believes about its key, which may be wrong.
  static func open(_ change: (inout ServedAccount) -> Void = { _ in }) async throws -> Desk {
    let served = try await ServedDesk.start()
    var account = served.account
    change(&account)
    return try Desk(served, port: served.port, account)
  }

  /// Connects to something that is no exchange.
  convenience init(port: Int) throws {
    try self.init(nil, port: port, .test())
  }

  private init(_ served: ServedDesk?, port: Int, _ account: ServedAccount) throws {
    self.served = served
    func secret(_ text: String) -> Secret { Secret(consuming: Array(text.utf8)) }
    exchange = try BloFinExchange(
      network: CurlMulti(loop: loop), loop: loop,
      hosts: BloFinHosts(.demo, loopback: "http://127.0.0.1:\(port)"),
      credentials: BloFinCredentials(
        environment: .demo, key: secret(account.apiKey), secret: secret(account.secret),
        passphrase: secret(account.passphrase)), seed: UInt64.random(in: 0...UInt64.max),
      answerWithin: Self.answerWithin)
    exchange.connect { [weak self] in self?.take($0) }
  }

  isolated deinit {
    exchange.disconnect()
  }

  /// Sends a request and returns its outcome.
  func ask(_ request: ExchangeRequest) async throws -> Outcome {
    let id = RequestID(nextRequest)
    nextRequest += 1
    let start = events.count
    exchange.perform(request, as: id)
    return try await first("an outcome of \(request)", after: start) {
      if case .outcome(id, let outcome) = $0 { outcome } else { nil }
    }
  }

  /// Sends requests in one turn and returns their outcomes.
  func ask(_ requests: [ExchangeRequest]) async throws -> [Outcome] {
    let start = events.count
    let ids = requests.map { request in
      let id = RequestID(nextRequest)
      nextRequest += 1
      exchange.perform(request, as: id)
      return id
    }
    var outcomes: [Outcome] = []
    for id in ids {
      outcomes.append(
        try await first("an outcome of \(id)", after: start) {
          if case .outcome(id, let outcome) = $0 { outcome } else { nil }
        })
    }
    return outcomes
  }

  /// Returns the first event after a place that the closure makes something of.
  func first<Value>(
    _ what: String, after start: Int = 0, _ pick: (ExchangeEvent) -> Value?
  ) async throws -> Value {
    var index = start
    while true {
      while index < events.count {
        if let value = pick(events[index]) { return value }
        index += 1
      }
      guard await anotherEvent() else { throw NeverCame(description: "\(what) never came") }
    }
  }

  /// Waits for a state of a connection.
  func wait(
    for name: LinkName, after start: Int = 0, _ isRight: (LinkState) -> Bool
  ) async throws -> LinkState {
    try await first("that state of \(name)", after: start) {
      if case .link(name, let state) = $0, isRight(state) { state } else { nil }
    }
  }

  /// Reads the instruments, as every session does first, and subscribes.
  func begin(_ subscriptions: [MarketSubscription] = []) async throws {
    #expect(try await ask(.instruments) == .confirmed(.done))
    if !subscriptions.isEmpty {
      #expect(try await ask(.subscribe(subscriptions)) == .confirmed(.done))
    }
  }

  /// Reads the account.
  func snapshot(leveragesOf places: [LeveragePlace] = []) async throws -> AccountSnapshot {
    let outcome = try await ask(.accountSnapshot(leveragesOf: places))
    guard case .confirmed(.account(let snapshot)) = outcome else {
      throw NeverCame(description: "a snapshot: \(outcome)")
    }
    return snapshot
  }

  /// A client order id that was not used before.
  func orderID() -> ClientOrderID {
    defer { nextOrder += 1 }
    return ClientOrderID(trusted: "t\(nextOrder)")
  }

  /// The last price of an instrument.
  func lastPrice(_ instrument: InstrumentID = btc) async throws -> Price {
    let start = events.count
    #expect(try await ask(.subscribe([.ticker(instrument)])) == .confirmed(.done))
    return try await first("a ticker", after: start) {
      if case .market(.ticker(let ticker)) = $0 { ticker.lastPrice } else { nil }
    }
  }

  /// Adds a rule to the server's faults.
  func fault(_ rule: String) async throws { try await post("/__sim/fault", rule) }

  /// Makes something happen at the server at once.
  func act(_ act: String) async throws { try await post("/__sim/act", act) }

  /// How often the server saw a call.
  func calls(to path: String) async throws -> Int {
    let body = try await door("GET", "/__sim/calls", nil)
    let text = String(decoding: body, as: UTF8.self)
    return text.components(separatedBy: "\"path\":\"\(path)\"").count - 1
  }

  /// What was told about messages that could not be used.
  var problems: [String] {
    events.compactMap { if case .protocolProblem(let text) = $0 { text } else { nil } }
  }

  private func post(_ path: String, _ body: String) async throws {
    let answer = String(decoding: try await door("POST", path, body), as: UTF8.self)
    guard answer.hasPrefix(#"{"code":"0""#) else {
      throw NeverCame(description: "\(body) is not understood: \(answer)")
    }
  }

  /// Calls the door for faults, by a connection of its own.
  private func door(_ method: String, _ path: String, _ body: String?) async throws -> [UInt8] {
    guard let served else { throw NeverCame(description: "a server of ours") }
    let network = CurlMulti(loop: loop)
    let request = HTTPRequest(
      method == "GET" ? .get : .post,
      try WebAddress("http://127.0.0.1:\(served.port)\(path)"),
      headers: [HTTPHeader("Content-Type", "application/json")], body: Array((body ?? "").utf8))
    let result = await withCheckedContinuation { continuation in
      network.send(request) { continuation.resume(returning: $0) }
    }
    return try result.get().body
  }

  private func take(_ event: ExchangeEvent) {
    events.append(event)
    wake(true)
  }

  private func anotherEvent() async -> Bool {
    let timer = loop.schedule(after: Self.patience) { [weak self] in self?.wake(false) }
    defer { loop.cancel(timer) }
    return await withCheckedContinuation { waiter = $0 }
  }

  private func wake(_ isEvent: Bool) {
    waiter?.resume(returning: isEvent)
    waiter = nil
  }
}

/// A server that ends with the test.
private final class ServedDesk {
  let port: Int
  let account = ServedAccount.test()
  private let server: ExchangeServer

  /// The market that a few tests begin with: making up its past takes longer than most of them, and
  /// so would catching up with the clock, later.
  private static let market = Mutex<(market: OpenedMarket, madeAt: Timestamp)?>(nil)

  private static func openedMarket() throws -> OpenedMarket {
    try market.withLock { kept in
      let now = readWallClock()
      if let kept, now - kept.madeAt < .seconds(10) { return kept.market }
      let made = try OpenedMarket(ServerConfiguration(seed: 7), at: now)
      kept = (made, now)
      return made
    }
  }

  /// Opens a server away from the main thread, on which all tests of the network wait.
  static func start() async throws -> sending ServedDesk { try ServedDesk() }

  private init() throws {
    server = ExchangeServer(
      configuration: ServerConfiguration(
        seed: 7, accounts: [account], strictness: .lenient, hasFaultDoor: true),
      market: try Self.openedMarket())
    port = try server.start()
  }

  deinit {
    server.stop()
  }
}
