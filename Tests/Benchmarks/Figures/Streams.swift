import BloFin
import EventLoop
import Foundation
import Trading
import Transport
import Units

/// A server that was started for measuring.
struct StreamServer {
  let port: Int32
  /// How many pushes it sends to each client.
  let pushes: Int
  /// The certificate to trust, nil for a plain one.
  let certificate: String?
}

/// How fast one round went.
struct StreamRate {
  let perSecond: Double
  let perCPUSecond: Double
}

enum StreamFigures {
  static func figures(_ name: String, _ rates: [StreamRate], floor: Double) -> [Figure] {
    [
      Figure(
        name: name + ": receive and decode, one core", value: median(rates.map(\.perCPUSecond)),
        unit: "messages/s of CPU", limit: .atLeast(floor)),
      Figure(
        name: name + ": the same by the clock on the wall", value: median(rates.map(\.perSecond)),
        unit: "messages/s"),
    ]
  }
}

/// Receives tickers over a WebSocket and decodes them, as the adapter does, and takes the time.
@MainActor final class StreamMeter {
  private let loop: any Loop
  private var network: CurlMulti?
  private var connection: WebSocketConnection?
  private var decoder = StreamDecoder(catalog: InstrumentCatalog())
  private var count = 0
  private var last = Price.zero
  private var startedAt = 0.0
  private var startedCPU = 0.0
  private var rates: [StreamRate] = []

  private static let rounds = 7
  private static let btc = InstrumentID("BTC-USDT")
  private static let subscription =
    #"{"op":"subscribe","args":[{"channel":"tickers","instId":"BTC-USDT"}]}"#

  init(loop: any Loop) {
    self.loop = loop
  }

  /// Measures some rounds, one after the other.
  func measure(_ server: StreamServer, _ done: @escaping @MainActor ([StreamRate]) -> Void) {
    var options = NetworkOptions()
    options.trustedCertificates = server.certificate
    network = CurlMulti(loop: loop, options: options)
    rates = []
    round(server, done)
  }

  private func round(_ server: StreamServer, _ done: @escaping @MainActor ([StreamRate]) -> Void) {
    guard rates.count < Self.rounds else { return done(rates) }
    guard let network else { preconditionFailure("a round has a network") }
    count = 0
    decoder = StreamDecoder(catalog: InstrumentCatalog())
    decoder.setTopics([.ticker(Self.btc)])
    let scheme = server.certificate == nil ? "ws" : "wss"
    do {
      connection = WebSocketConnection(
        network: network, address: try WebAddress("\(scheme)://127.0.0.1:\(server.port)/")
      ) { [self] event in
        // Meter and connection hold each other until the round is over.
        take(event, server, done)
      }
    } catch {
      fail("\(error)")
    }
  }

  private func take(
    _ event: WebSocketEvent, _ server: StreamServer,
    _ done: @escaping @MainActor ([StreamRate]) -> Void
  ) {
    switch event {
    case .opened:
      do { try connection?.send(Self.subscription) } catch { fail("\(error)") }
    case .text(let bytes):
      do {
        switch try decoder.decode(bytes, at: Timestamp(milliseconds: loopNow)) {
        case .market(_, .ticker(let ticker)):
          if count == 0 {
            startedAt = seconds(CLOCK_MONOTONIC)
            startedCPU = seconds(CLOCK_PROCESS_CPUTIME_ID)
          }
          count += 1
          last = ticker.lastPrice
        case .ignored: finishRound(server, done)
        default: fail("an unexpected message")
        }
      } catch {
        fail("\(error)")
      }
    case .closed(let error): fail("\(error)")
    case .binary, .pong: fail("an unexpected message")
    }
  }

  /// The exchange's clock does not matter to a ticker; the adapter passes it with each message.
  private var loopNow: Int64 { 1_763_200_000_000 }

  private func finishRound(
    _ server: StreamServer, _ done: @escaping @MainActor ([StreamRate]) -> Void
  ) {
    let wall = seconds(CLOCK_MONOTONIC) - startedAt
    let cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - startedCPU
    guard count == server.pushes, last.isPositive else { return fail("\(count) messages came") }
    rates.append(
      StreamRate(perSecond: Double(count) / wall, perCPUSecond: Double(count) / cpu))
    connection?.disconnect()
    connection = nil
    loop.post { [weak self] in self?.round(server, done) }
  }

  private func fail(_ reason: String) {
    print("streams: \(reason)")
    exit(1)
  }
}
