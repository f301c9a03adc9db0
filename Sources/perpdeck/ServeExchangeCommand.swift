import ArgumentParser
import Dispatch
import ExchangeServer
import Glibc
import Trading
import Units

/// Serves the simulated exchange on loopback.
struct ServeExchangeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-exchange",
    abstract: "Serve the simulated exchange on 127.0.0.1: BloFin's REST and WebSocket protocol.",
    discussion: """
      Prints the address and a test key, then serves until Ctrl-C. Nothing is written to disk.

      EXAMPLES
        perpdeck serve-exchange --port 8700
        perpdeck serve-exchange --candles btc-1m.csv.gz --instrument BTC-USDT --speed 60
      """)

  @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
  var port = 8700

  @Option(help: "The seed of the built-in market.")
  var seed: UInt64 = 1

  @Option(help: "A candle file to serve instead of the built-in market, plain or gzip.")
  var candles: String?

  @Option(help: "The instrument that the candle file is for.")
  var instrument = "BTC-USDT"

  @Option(help: "How many times as fast as the wall clock the market moves, 1 or more.")
  var speed = 1

  @Option(help: "The test account's cash in USDT.")
  var balance = "10000"

  @Flag(help: "No rate limits, no nonce memory, histories at once.")
  var lenient = false

  @Flag(help: "Open the door for fault injection: POST /__sim/...")
  var faults = false

  func run() throws {
    try MainActor.assumeIsolated { try serve() }
  }

  @MainActor private func serve() throws {
    let balance = try MoneyArgument.read(self.balance, "--balance")
    guard (1...100_000).contains(speed) else {
      throw ValidationError("--speed \(speed): allowed is 1 to 100000")
    }
    let account = ServedAccount.test(startingBalance: balance)
    let server = ExchangeServer(
      configuration: ServerConfiguration(
        port: port, seed: seed,
        market: candles.map { .candles(path: $0, InstrumentID(instrument)) } ?? .builtIn,
        accounts: [account], pace: .wallClock(speed: speed),
        strictness: lenient ? .lenient : .exchange, hasFaultDoor: faults))
    let opened = try server.start()
    StandardOutput.write(
      """
      Simulated BloFin on http://127.0.0.1:\(opened) and ws://127.0.0.1:\(opened)/ws/public|private
      API key     \(account.apiKey)
      secret      \(account.secret)
      passphrase  \(account.passphrase)
      Ctrl-C stops it.
      """)
    let stops = StopSignals.onLoop {
      server.stop()
      Glibc.exit(0)
    }
    withExtendedLifetime(stops) { dispatchMain() }
  }
}
