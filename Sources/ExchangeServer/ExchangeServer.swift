import Glibc
import NIOCore
import NIOPosix
import Simulation
import Units

/// BloFin's REST and WebSocket protocol on loopback, with a simulated exchange behind it.
///
/// The exchange lives on one thread of its own; this object is used from the thread that made it.
public final class ExchangeServer {
  private let configuration: ServerConfiguration
  private let prepared: OpenedMarket?
  private var running: Running?

  private struct Running {
    let group: MultiThreadedEventLoopGroup
    let loop: any EventLoop
    let listener: any Channel
    let exchange: NIOLoopBound<ServedExchange>
    let clock: NIOLoopBound<ManualClock>?
    let port: Int
    let marketLabel: String
  }

  /// How often the clock is turned: ten times as often as books are published.
  static let turnInterval = TimeAmount.milliseconds(10)

  /// Prepares a server; nothing is opened before ``start()``.
  public init(configuration: ServerConfiguration = ServerConfiguration()) {
    self.configuration = configuration
    prepared = nil
  }

  /// Prepares a server that begins with a market that is open already.
  init(configuration: ServerConfiguration, market: OpenedMarket) {
    self.configuration = configuration
    prepared = market
  }

  deinit {
    stop()
  }

  /// Opens the port on 127.0.0.1 and the exchange, and returns the port.
  public func start() throws(ServerProblem) -> Int {
    guard running == nil else { throw .alreadyStarted }
    guard (0...65_535).contains(configuration.port) else {
      throw .portOutOfRange(port: configuration.port)
    }
    var keys: Set<String> = []
    for account in configuration.accounts where !keys.insert(account.apiKey).inserted {
      throw .duplicateKey(account.apiKey)
    }
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    do throws(ServerProblem) {
      let started = try open(on: group)
      running = started
      return started.port
    } catch {
      Self.shutDown(group)
      throw error
    }
  }

  /// What states the prices of a started server, such as `built-in market, seed 1`.
  public var marketLabel: String {
    guard let running else { preconditionFailure("only a started server has a market") }
    return running.marketLabel
  }

  /// Closes the port and every connection; afterwards the server can be started anew.
  public func stop() {
    guard let running else { return }
    self.running = nil
    let exchange = running.exchange
    let closing = running.loop.submit { exchange.value.hangUpStreams() }
    waitForEnd(of: closing)
    waitForEnd(of: running.listener.close())
    Self.shutDown(running.group)
  }

  /// Lets so much time pass on a manual clock: the market moves, and what is due happens and is
  /// sent.
  func advance(by span: TimeSpan) {
    guard let running, let clock = running.clock else {
      preconditionFailure("only a started server with a manual clock is advanced")
    }
    let exchange = running.exchange
    waitForEnd(
      of: running.loop.submit {
        clock.value.now = clock.value.now + span
        exchange.value.turn()
      })
  }

  /// Reads something of the exchange on its own thread.
  func inspecting<Value: Sendable>(_ body: @escaping @Sendable (ServedExchange) -> Value) -> Value {
    guard let running else { preconditionFailure("only a started server is inspected") }
    let exchange = running.exchange
    switch Self.result({ try running.loop.submit { body(exchange.value) }.wait() }) {
    case .success(let value): return value
    case .failure(let problem):
      preconditionFailure("the loop of a started server runs: \(problem)")
    }
  }

  private func open(on group: MultiThreadedEventLoopGroup) throws(ServerProblem) -> Running {
    let loop = group.next()
    let configuration = configuration
    let market = try openedMarket()
    let record = try Self.record(configuration)
    let made = Self.result {
      try loop.submit {
        let clock: ManualClock?
        switch configuration.pace {
        case .manual(let start): clock = ManualClock(now: start)
        case .wallClock: clock = nil
        }
        let exchange = ServedExchange(
          configuration: configuration, market: market,
          recorder: record.map { RunRecorder(path: $0.path, descriptor: $0.descriptor) },
          clock: clock.map { clock in { clock.now } } ?? readWallClock)
        return (
          NIOLoopBound(exchange, eventLoop: loop), clock.map { NIOLoopBound($0, eventLoop: loop) }
        )
      }.wait()
    }
    let (exchange, clock) = try made.mapError { Self.problem($0, port: configuration.port) }.get()
    let bound = Self.result {
      try Listener.bind(port: configuration.port, group: group, exchange: exchange).wait()
    }
    let listener = try bound.mapError { Self.problem($0, port: configuration.port) }.get()
    if clock == nil {
      loop.scheduleRepeatedTask(initialDelay: Self.turnInterval, delay: Self.turnInterval) { _ in
        exchange.value.turn()
      }
    }
    return Running(
      group: group, loop: loop, listener: listener, exchange: exchange, clock: clock,
      port: listener.localAddress?.port ?? configuration.port, marketLabel: market.source.label)
  }

  /// Makes the file that the run is recorded to; nil when it is not.
  private static func record(
    _ configuration: ServerConfiguration
  ) throws(ServerProblem) -> (path: String, descriptor: Int32)? {
    guard let path = configuration.recordPath else { return nil }
    return (path, try RunRecorder.makeFile(path))
  }

  private func openedMarket() throws(ServerProblem) -> OpenedMarket {
    if let prepared { return prepared }
    return try OpenedMarket(configuration, at: configuration.pace.start)
  }

  private static func result<Value>(_ body: () throws -> Value) -> Result<Value, any Error> {
    Result(catching: body)
  }

  private static func problem(_ error: any Error, port: Int) -> ServerProblem {
    guard let system = error as? IOError else {
      return .cannotListen(port: port, reason: "\(error)")
    }
    return system.errnoCode == EADDRINUSE
      ? .portInUse(port: port) : .cannotListen(port: port, reason: system.description)
  }

  /// Waits for something that ends; how it ends does not matter when everything is being closed.
  private func waitForEnd(of future: EventLoopFuture<Void>) {
    let ended = Self.result { try future.wait() }
    switch ended {
    case .success, .failure: return
    }
  }

  private static func shutDown(_ group: MultiThreadedEventLoopGroup) {
    switch result({ try group.syncShutdownGracefully() }) {
    case .success: return
    case .failure(let problem): preconditionFailure("the server's thread ends: \(problem)")
    }
  }
}

extension ServerConfiguration.Pace {
  /// The present moment of the server's clock when it starts.
  fileprivate var start: Timestamp {
    switch self {
    case .manual(let start): start
    case .wallClock: readWallClock()
    }
  }
}

/// A clock that moves only when it is told.
final class ManualClock {
  /// The present moment.
  var now: Timestamp

  /// Starts the clock at a moment.
  init(now: Timestamp) {
    self.now = now
  }
}

extension ServerConfiguration {
  /// Returns what the command prints at its start: the address and the keys, `name: value` lines.
  public func announcement(port: Int) -> String {
    var lines = ["address: 127.0.0.1:\(port)"]
    for account in accounts {
      lines.append("API key: \(account.apiKey)")
      lines.append("secret: \(account.secret)")
      lines.append("passphrase: \(account.passphrase)")
    }
    return lines.joined(separator: "\n")
  }
}
