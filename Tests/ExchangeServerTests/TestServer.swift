import Foundation
import Testing
import Trading
import Units

@testable import ExchangeServer

/// A server with a manual clock, and a client of its one account.
final class TestServer {
  /// When every test begins: 2026-01-01 00:00 UTC.
  static let start = Timestamp(milliseconds: 1_767_225_600_000)

  private static let configuration = ServerConfiguration(
    seed: 7, pace: .manual(start: start), strictness: .lenient)

  /// The market that every test begins with: its past takes longer to make up than most tests.
  private static let market = Result { () throws(ServerProblem) in
    try OpenedMarket(configuration, at: start)
  }

  /// Returns the market that every test begins with.
  static func openedMarket() throws -> OpenedMarket { try market.get() }

  let account: ServedAccount
  let port: Int
  let client: TestClient
  private let server: ExchangeServer

  init(_ change: (inout ServerConfiguration) -> Void = { _ in }) throws {
    var configuration = Self.configuration
    change(&configuration)
    account = configuration.accounts[0]
    server = ExchangeServer(configuration: configuration, market: try Self.market.get())
    port = try server.start()
    client = TestClient(port: port, account: account, now: Self.start)
  }

  deinit {
    server.stop()
  }

  /// Lets time pass on the server and in the client's signatures.
  func advance(by span: TimeSpan) {
    server.advance(by: span)
    client.now = client.now + span
  }

  func inspecting<Value: Sendable>(_ body: @escaping @Sendable (ServedExchange) -> Value) -> Value {
    server.inspecting(body)
  }

  /// Opens a public stream.
  func marketStream() throws -> TestStream { try TestStream(port: port, path: "/ws/public") }

  /// Opens a private stream and logs in.
  func accountStream() throws -> TestStream {
    let stream = try TestStream(port: port, path: "/ws/private")
    let answer = try stream.login(account, at: client.now)
    guard answer == #"{"event":"login","code":"0","msg":""}"# else {
      throw SocketProblem.unexpected(answer)
    }
    return stream
  }

  /// The best bid and ask of an instrument, as texts.
  func best(_ instrument: String) throws -> (bid: Fixed, ask: Fixed) {
    let row = try client.get("/api/v1/market/books?instId=\(instrument)").rows[0]
    guard let bids = row["bids"] as? [[String]], let asks = row["asks"] as? [[String]] else {
      throw SocketProblem.unexpected("\(row)")
    }
    return (try Fixed(bids[0][0]), try Fixed(asks[0][0]))
  }
}

/// Returns the names of the members of the first object in a text that begins with `start`, in
/// order.
func memberNames(of json: String, from start: String = "{") throws -> [String] {
  var names: [String] = []
  guard let place = json.range(of: start) else { throw SocketProblem.unexpected(json) }
  var depth = 0
  var text: [Character]?
  var last = ""
  var isEscaped = false
  for character in json[place.lowerBound...] {
    if let collected = text {
      if isEscaped {
        isEscaped = false
        text = collected + [character]
      } else if character == "\\" {
        isEscaped = true
      } else if character == "\"" {
        last = String(collected)
        text = nil
      } else {
        text = collected + [character]
      }
      continue
    }
    switch character {
    case "\"": text = []
    case "{", "[": depth += 1
    case "}", "]":
      depth -= 1
      if depth == 0 { return names }
    case ":": if depth == 1 { names.append(last) }
    default: break
    }
  }
  return names
}
