import ArgumentParser
import BloFin
import EventLoop
import Exchanges
import Settings
import Simulation
import Trading
import Units

/// Trades on paper: the simulated exchange, the wall clock or that of a recording.
struct PaperCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paper",
    abstract: "Trade on paper: simulated fills, no key, no network.",
    discussion: """
      Prices come from the built-in market, from a candle file that is replayed, or with \
      --market live from BloFin's public streams, which need no key. The account starts anew with \
      every run; the journal keeps what was done.

      Of a live market only the prices are used: no order leaves this program. Orders fill from \
      the live books, resting ones in their place of the queue. While a book is stale or has a gap \
      nothing is filled. Without a network --market live ends at once with exit code 1.

      A candle file is CSV with the header timestamp_ms,open,high,low,close,volume, plain or gzip. \
      Inside a candle the price takes the path that is worst for whoever holds a position.

      EXAMPLES
        perpdeck paper
        perpdeck paper --seed 7 --balance 2500
        perpdeck paper --candles BTCUSDT_1m.csv.gz --speed 600
        perpdeck paper --latency 40..120
        perpdeck paper --market live
        perpdeck paper --market live --server http://127.0.0.1:8700
      """)

  @Option(help: "Whose prices: built-in or live.")
  var market = MarketChoice.builtIn

  @Option(help: "With --market live: an exchange on this machine instead of BloFin's own.")
  var server: String?

  @Option(help: "The seed of the built-in market; the same seed gives the same prices.")
  var seed: UInt64?

  @Option(help: "A candle file to replay instead of the built-in market.")
  var candles: String?

  @Option(help: "The instrument of the candle file; by default the one that its name begins with.")
  var instrument: String?

  @Option(help: "How many times as fast as the clock a recording is replayed: 0.1 to 10000.")
  var speed: Double?

  @Option(
    help: "Milliseconds to the exchange and back, each way: 80, 40..120, or a file of such numbers."
  )
  var latency = "0"

  @Option(help: "The cash at the start in USDT.")
  var balance = "10000"

  @OptionGroup var session: SessionOptions

  func validate() throws {
    _ = try MoneyArgument.read(balance, "--balance")
    _ = try LatencyArgument.read(latency, seed: 0)
    if let speed, !(0.1...10_000).contains(speed) {
      throw ValidationError("--speed \(speed): allowed is 0.1 to 10000")
    }
    if candles == nil, speed != nil {
      throw ValidationError("--speed is for a recording: name its file with --candles")
    }
    if candles == nil, instrument != nil {
      throw ValidationError("--instrument is for a recording: name its file with --candles")
    }
    try validateMarket()
    if candles != nil, seed != nil {
      throw ValidationError("--seed is for the built-in market and --candles for a recording")
    }
  }

  private func validateMarket() throws {
    guard market == .live else {
      guard server == nil else {
        throw ValidationError("--server is for a live market: add --market live")
      }
      return
    }
    for (name, isGiven) in [("--seed", seed != nil), ("--candles", candles != nil)] where isGiven {
      throw ValidationError("\(name) and --market live exclude each other")
    }
  }

  func run() throws {
    let deposit = try MoneyArgument.read(balance, "--balance")
    try MainActor.assumeIsolated {
      switch market {
      case .live:
        try LivePaper.run(
          deposit, server: server, latency: LatencyArgument.read(latency, seed: 0), session)
      case .builtIn:
        if let candles { try replay(candles, deposit) } else { try serve(deposit) }
      }
    }
  }

  @MainActor private func serve(_ deposit: Money) throws {
    let loop = DispatchLoop()
    let plan = SessionPlan(try session.launch(.paper), startedAt: loop.now)
    let seed = seed ?? UInt64(bitPattern: plan.startedAt.milliseconds)
    let source = BuiltInMarket(seed: seed)
    let exchange = SimulatedExchange(
      id: plan.launch.account.exchange, source: source, deposit: deposit,
      latency: try LatencyArgument.read(latency, seed: seed), loop: loop)
    let running = try TradingSession(
      plan, loop: loop, time: loop, exchange: paced(exchange, loop),
      listed: source.listings.map(\.instrument.id), seed: seed, isFresh: true,
      isPlain: session.needsNoTerminal)
    try running.run(session, marketSource: exchange.label)
  }

  @MainActor private func replay(_ path: String, _ deposit: Money) throws {
    let speed = speed ?? 1
    let recording = try recording(path)
    let loop = DispatchLoop()
    let plan = SessionPlan(
      try session.launch(.paper, market: .recording), startedAt: loop.now, speed: speed)
    let time = PacedLoop(
      over: loop, from: WallTime(milliseconds: recording.startTime.milliseconds), speed: speed)
    let exchange = SimulatedExchange(
      id: plan.launch.account.exchange, source: recording, deposit: deposit,
      rules: VenueRules(accountTradesReachTape: false),
      latency: try LatencyArgument.read(latency, seed: 0), loop: time)
    let running = try TradingSession(
      plan, loop: loop, time: time, exchange: paced(exchange, time),
      listed: recording.listings.map(\.instrument.id), seed: 0, isFresh: true,
      isPlain: session.needsNoTerminal)
    running.announce(recording)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    let factor = speed == speed.rounded() ? "\(Int(speed))" : "\(speed)"
    try running.run(session, marketSource: "recording \(name) \(factor)x")
  }

  /// Paper is metered as the exchange is: what would be held back there is held back here.
  @MainActor private func paced(_ exchange: SimulatedExchange, _ loop: any Loop) -> PacedExchange {
    PacedExchange(exchange, quotas: RequestQuota.blofin, accountScope: .user, loop: loop)
  }

  private func recording(_ path: String) throws -> Recording {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    guard
      let instrument = try instrument.map({ try InstrumentID(typed: $0) })
        ?? Recording.instrument(ofFileNamed: name)
    else {
      throw ProgramFailure(
        "--candles \(path): the file's name begins with no known coin. "
          + "Say what it is of, as in --instrument BTC-USDT.")
    }
    do throws(RecordingProblem) {
      return try Recording([(instrument: instrument, file: CandleFile(path: path))])
    } catch {
      throw ProgramFailure("--candles: \(error)")
    }
  }
}

/// Whose prices a paper session without a recording trades at.
enum MarketChoice: String, CaseIterable, ExpressibleByArgument {
  case builtIn = "built-in"
  case live
}

/// How long requests and answers are on their way, among the arguments.
enum LatencyArgument {
  /// Returns the model, or throws what is wrong with it.
  static func read(_ text: String, seed: UInt64) throws -> LatencyModel {
    do throws(LatencyProblem) {
      return try LatencyModel(text: text, seed: seed)
    } catch {
      throw ValidationError("--latency \(error)")
    }
  }
}

/// The time frame of candles, among the arguments.
enum FrameArgument {
  /// Returns the time frame, or throws which ones there are.
  static func read(_ text: String) throws -> TimeFrame {
    guard let known = TimeFrame(rawValue: text) else {
      let words = TimeFrame.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("--frame \(text): is not one of \(words)")
    }
    return known
  }
}

/// An amount of money among the arguments.
enum MoneyArgument {
  /// The largest amount that an account can start with, in USDT.
  static let largest: Money = 1_000_000_000

  /// Returns the amount, or throws what is wrong with it.
  static func read(_ text: String, _ option: String) throws -> Money {
    let amount: Money
    do {
      amount = try Money(text: text)
    } catch {
      throw ValidationError("\(option) \(text): \(error); an example is 10000")
    }
    guard amount.isPositive, amount <= largest else {
      throw ValidationError("\(option) \(text): allowed is above 0 up to \(largest) USDT")
    }
    return amount
  }
}
