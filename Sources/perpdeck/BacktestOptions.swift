import ArgumentParser
import Research
import Risk
import Simulation
import Strategies
import Trading
import Units

/// What is replayed and what it costs, on the command line.
struct BacktestOptions: ParsableArguments {
  @Option(help: "A file of candles; can be given several times.")
  var candles: [String] = []

  @Option(help: "The instrument of each file, in the same order; by default from the file's name.")
  var instrument: [String] = []

  @Option(help: "A file of funding settlements for each file of candles, in the same order.")
  var funding: [String] = []

  @Option(help: "Replay from this day on, such as 2024-01-31.")
  var from: String?

  @Option(help: "Replay up to and without this day.")
  var to: String?

  @Option(help: "The fee of a fill as a fraction of its value.")
  var fees = "0.0006"

  @Option(help: "How far from the price orders fill, as a fraction of it.")
  var slippage = "0.0002"

  @Option(
    help: "Milliseconds from us to the exchange: 80, 40..120, or a file of such numbers.")
  var latency = "0"

  @Option(help: "The cash at the start in USDT.")
  var balance = "10000"

  @Option(help: "The leverage.")
  var leverage = 1

  @OptionGroup var gate: GateOptions

  @Option(help: "A size step in coins instead of the instrument's own rules, for comparisons.")
  var lot: String?

  func validate() throws {
    guard !candles.isEmpty else { throw ValidationError("--candles: name at least one file") }
    guard instrument.isEmpty || instrument.count == candles.count else {
      throw ValidationError("--instrument: one for each --candles, or none")
    }
    guard funding.isEmpty || funding.count == candles.count else {
      throw ValidationError("--funding: one for each --candles, or none")
    }
    _ = try LatencyArgument.read(latency, seed: 0)
    guard leverage >= 1, leverage <= 150 else {
      throw ValidationError("--leverage \(leverage): allowed is 1 to 150")
    }
    _ = try Fraction.read(fees, "--fees")
    _ = try Fraction.read(slippage, "--slippage")
    _ = try MoneyArgument.read(balance, "--balance")
    _ = try day(from, "--from")
    _ = try day(to, "--to")
  }

  /// Reads the files and makes the plan; one strategy for each market, made for its time frame.
  ///
  /// `hasStop` is off where nothing but the collateral ends a position that goes wrong.
  func plan(
    named name: StrategyOptions.Name, hasStop: Bool, _ make: (TimeFrame) throws -> any Strategy
  ) throws -> BacktestPlan {
    let (feeds, settlements) = try feeds()
    let taker = try Fraction.read(fees, "--fees")
    let rules = try gate.rules(leverage: leverage)
    guard hasStop || rules.limits.liquidationMayBeStop else {
      throw ProgramFailure(
        "\(name.rawValue) without a stop: the account's policy is stop-required. Name a stop, "
          + "as in --stop 0.02, or compare without limits: --limits none.")
    }
    return BacktestPlan(
      feeds: feeds,
      strategies: try feeds.map { feed in
        StrategyPlan(
          name: name.rawValue, instrument: feed.listing.id, marginMode: .isolated,
          timeFrames: [feed.table.timeFrame], strategy: try make(feed.table.timeFrame))
      },
      limits: rules.limits, dayOffset: rules.dayOffset,
      fees: FeeSchedule(takerFeeRate: taker, makerFeeRate: taker),
      slippage: try Fraction.read(slippage, "--slippage"),
      latency: try LatencyArgument.read(latency, seed: 1),
      deposit: try MoneyArgument.read(balance, "--balance"),
      leverage: Leverage(Fixed(leverage)), funding: settlements)
  }

  private func feeds() throws -> ([CandleFeed], [InstrumentID: [FundingPoint]]) {
    let (start, end) = (try day(from, "--from"), try day(to, "--to"))
    let step = try lot.map { Contracts((try Fraction.read($0, "--lot")).value) }
    var feeds: [CandleFeed] = []
    var settlements: [InstrumentID: [FundingPoint]] = [:]
    for (place, path) in candles.enumerated() {
      let id = try name(place, path)
      do throws(RecordingProblem) {
        let table = try CandleTable(path: path)
        if !funding.isEmpty { settlements[id] = try FundingFile.read(path: funding[place]) }
        guard
          let limited = start == nil && end == nil ? table : table.limited(from: start, until: end)
        else { throw .empty(file: table.name) }
        feeds.append(CandleFeed(id, limited, lot: step))
      } catch {
        throw ProgramFailure("\(error)")
      }
    }
    guard Set(feeds.map(\.listing.id)).count == feeds.count else {
      throw ProgramFailure("--candles: each file must be of another instrument")
    }
    return (feeds, settlements)
  }

  private func name(_ place: Int, _ path: String) throws -> InstrumentID {
    if !instrument.isEmpty { return try InstrumentID(typed: instrument[place]) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Recording.instrument(ofFileNamed: name) ?? InstrumentID("TEST-USDT")
  }

  private func day(_ text: String?, _ option: String) throws -> Timestamp? {
    guard let text else { return nil }
    let parts = text.split(separator: "-").compactMap { Int($0) }
    guard parts.count == 3, text.utf8.count == 10, parts[0] >= 2_009, parts[0] <= 2_100,
      (1...12).contains(parts[1]), (1...31).contains(parts[2])
    else { throw ValidationError("\(option) \(text): a day, such as 2024-01-31") }
    return Timestamp(year: parts[0], month: parts[1], day: parts[2])
  }
}

/// A fraction among the arguments.
enum Fraction {
  /// Returns the number, from zero up to one, or throws what is wrong with it.
  static func read(_ text: String, _ option: String) throws -> Rate {
    let rate: Rate
    do {
      rate = try Rate(text: text)
    } catch {
      throw ValidationError("\(option) \(text): \(error); an example is 0.0006")
    }
    guard !rate.isNegative, rate <= 1 else {
      throw ValidationError("\(option) \(text): allowed is 0 up to 1")
    }
    return rate
  }
}
