import EventLoop

/// The client that the Autobahn test suite examines: it echoes every message of every case.
///
/// Autobahn's server tells the number of cases at `/getCaseCount`, runs case N with whoever
/// connects
/// to `/runCase?case=N&agent=A`, and writes its report at `/updateReports?agent=A`.
public final class WebSocketEcho {
  private let network: CurlMulti
  private let server: WebAddress
  private let agent: String
  private let done: @MainActor (Result<Int, TransportError>) -> Void
  private var connection: WebSocketConnection?
  private var caseCount: Int?
  private var current = 0

  private init(
    _ network: CurlMulti, _ server: WebAddress, _ agent: String,
    _ done: @escaping @MainActor (Result<Int, TransportError>) -> Void
  ) {
    self.network = network
    self.server = server
    self.agent = agent
    self.done = done
  }

  /// Runs all cases of the suite's server at an address such as `ws://127.0.0.1:9001`.
  ///
  /// `done` gets the number of cases run, or what kept them from being run. The agent is the name
  /// in the report.
  public static func run(
    network: CurlMulti, server: WebAddress, agent: String,
    done: @escaping @MainActor (Result<Int, TransportError>) -> Void
  ) {
    // The echo keeps itself until it is done: each connection's sink holds it.
    let echo = WebSocketEcho(network, server, agent, done)
    echo.connect("/getCaseCount") { event in
      if case .text(let bytes) = event {
        echo.caseCount = Int(String(decoding: bytes, as: UTF8.self))
      }
    } then: { error in
      guard echo.caseCount != nil else { return echo.finish(.failure(error)) }
      echo.runNext()
    }
  }

  private func runNext() {
    guard let caseCount else { return }
    current += 1
    guard current <= caseCount else {
      connect("/updateReports?agent=\(agent)") { _ in
      } then: { _ in
        self.finish(.success(caseCount))
      }
      return
    }
    connect("/runCase?case=\(current)&agent=\(agent)") { event in
      self.echo(event)
    } then: { _ in
      self.runNext()
    }
  }

  private func echo(_ event: WebSocketEvent) {
    do {
      switch event {
      case .text(let bytes): try connection?.send(bytes, isText: true)
      case .binary(let bytes): try connection?.send(bytes, isText: false)
      case .opened, .pong, .closed: return
      }
    } catch {
      connection?.close(code: 1_011, reason: "the echo did not fit")
    }
  }

  private func connect(
    _ target: String, _ take: @escaping @MainActor (WebSocketEvent) -> Void,
    then next: @escaping @MainActor (TransportError) -> Void
  ) {
    var options = WebSocketOptions()
    options.sendQueueLimit = 2 * options.messageLimit
    do {
      connection = WebSocketConnection(
        network: network, address: try server.withTarget(target), options: options
      ) { event in
        if case .closed(let error) = event { next(error) } else { take(event) }
      }
    } catch {
      finish(.failure(error))
    }
  }

  private func finish(_ result: Result<Int, TransportError>) {
    connection = nil
    done(result)
  }
}
