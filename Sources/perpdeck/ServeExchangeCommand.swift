import ArgumentParser
import Dispatch
import ExchangeServer
import Glibc
import Simulation
import Trading
import Units

/// Serves the simulated exchange on loopback.
struct ServeExchangeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve-exchange",
    abstract: "Serve the simulated exchange on 127.0.0.1: BloFin's REST and WebSocket protocol.",
    discussion: """
      Prints `name: value` lines with the address and a test key, then serves until \
      Ctrl-C. Nothing is written to disk but what --record asks for.

      EXAMPLES
        perpdeck serve-exchange --port 8700
        perpdeck serve-exchange --candles BTCUSDT_1m.csv.gz --speed 60
        perpdeck serve-exchange --faults plan.jsonl --seed 7
        perpdeck serve-exchange --record run.jsonl
        perpdeck serve-exchange --replay run.jsonl

      FAULTS
      \(FaultScript.guide)
      """)

  @Option(help: "The port on 127.0.0.1; 0 takes a free one.")
  var port = 8700

  @Option(help: "The seed of the built-in market.")
  var seed: UInt64 = 1

  @Option(help: "A candle file to serve instead of the built-in market, plain or gzip.")
  var candles: String?

  @Option(help: "The instrument of the candle file; left out: what the file's name begins with.")
  var instrument: String?

  @Option(help: "How many times as fast as the wall clock the market moves, 1 or more.")
  var speed = 1

  @Option(help: "The cash of a test account in USDT.")
  var balance = "10000"

  @Option(help: "How many test accounts there are, each with a key of its own.")
  var accounts = 1

  @Flag(help: "No rate limits, no nonce memory, histories at once.")
  var lenient = false

  @Option(help: "A fault plan, see FAULTS; its chance follows the seed.")
  var faults: String?

  @Flag(help: "Open the door for faults while it runs: POST /__sim/...")
  var faultDoor = false

  @Option(help: "Record what clients and faults do, with the state's hash after each step.")
  var record: String?

  @Option(help: "Serve nothing: do a recorded run again and say whether every state is the same.")
  var replay: String?

  func run() throws {
    if let replay { return try doAgain(replay) }
    try MainActor.assumeIsolated { try serve() }
  }

  @MainActor private func serve() throws {
    let configuration = try configuration()
    let server = ExchangeServer(configuration: configuration)
    let opened = try server.start()
    let stops = StopSignals.onLoop(
      listening: {
        // Not before: who reads the address may stop it at once.
        StandardOutput.write(
          """
          Simulated BloFin, \(server.marketLabel). Ctrl-C stops it.
          \(configuration.announcement(port: opened))
          """)
      },
      {
        server.stop()
        Glibc.exit(0)
      })
    withExtendedLifetime(stops) { dispatchMain() }
  }

  /// Does a recorded run again; ends with 1 where it goes another way.
  private func doAgain(_ path: String) throws {
    let replay = try RunReplay(path: path)
    if let difference = replay.difference {
      StandardOutput.write(
        """
        Line \(difference.line), \(difference.step): the state is \
        \(hexadecimal(difference.found)), recorded is \(hexadecimal(difference.recorded)).
        """)
      throw ExitCode.failure
    }
    let end = replay.isCut ? " The record ends in the middle of a line." : ""
    StandardOutput.write("\(replay.steps) steps, every state the same.\(end)")
  }

  private func hexadecimal(_ hash: UInt64) -> String { String(hash, radix: 16) }

  private func configuration() throws -> ServerConfiguration {
    let balance = try MoneyArgument.read(self.balance, "--balance")
    guard (1...100_000).contains(speed) else {
      throw ValidationError("--speed \(speed): allowed is 1 to 100000")
    }
    guard (1...100).contains(accounts) else {
      throw ValidationError("--accounts \(accounts): allowed is 1 to 100")
    }
    return ServerConfiguration(
      port: port, seed: seed, market: try market(),
      accounts: ServedAccount.tests(accounts, startingBalance: balance),
      pace: .wallClock(speed: speed),
      strictness: lenient ? .lenient : .exchange, hasFaultDoor: faultDoor,
      faultScript: try faults.map { path in try FaultScript(path: path) }, recordPath: record)
  }

  private func market() throws -> ServerConfiguration.MarketChoice {
    guard let candles else {
      guard instrument == nil else {
        throw ValidationError("--instrument: only with --candles")
      }
      return .builtIn
    }
    let name = candles.split(separator: "/").last.map(String.init) ?? candles
    guard
      let instrument = try instrument.map({ try InstrumentID(typed: $0) })
        ?? Recording.instrument(ofFileNamed: name)
    else {
      throw ValidationError("--candles \(name): say with --instrument what it is for")
    }
    return .candles(path: candles, instrument)
  }
}
