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

  @Option(
    help: "Replay candles of this length, made of those of each file where these are shorter.")
  var frame: String?

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

  @Option(help: "The leverage, up to what the instrument allows.")
  var leverage = 1

  @OptionGroup var gate: GateOptions

  @Option(
    help: "A size step in coins and leverage up to 50 instead of the instrument's own rules.")
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
    _ = try timeFrame()
    guard leverage >= 1, leverage <= 150 else {
      throw ValidationError("--leverage \(leverage): allowed is 1 to 150")
    }
    _ = try cost(fees, "--fees")
    _ = try cost(slippage, "--slippage")
    _ = try MoneyArgument.read(balance, "--balance")
    _ = try step()
    for name in instrument { _ = try Self.instrument(named: name) }
    if let start = try day(from, "--from"), let end = try day(to, "--to"), start >= end {
      throw ValidationError(
        "--from \(from ?? "") --to \(to ?? ""): the first day is before the last, which is not "
          + "replayed")
    }
  }

  /// The files that are read.
  var inputs: [String] { candles + funding + [latency] }

  /// Reads the files and makes the plan; one strategy for each market, made for its time frame.
  ///
  /// `hasStop` is off where nothing but the collateral ends a position that goes wrong.
  func plan(
    named name: StrategyOptions.Name, hasStop: Bool, _ make: (TimeFrame) throws -> any Strategy
  ) throws -> BacktestPlan {
    let (feeds, settlements) = try feeds()
    for feed in feeds where Leverage(Fixed(leverage)) > feed.listing.instrument.maximumLeverage {
      throw ProgramFailure(
        Self.tooHigh(leverage, of: feed))
    }
    let taker = try cost(fees, "--fees")
    let rules = try gate.rules(leverage: leverage)
    guard hasStop || rules.limits.liquidationMayBeStop else {
      throw ProgramFailure(
        "\(name.rawValue) without a stop: the account's policy is stop-required. Name a stop, "
          + "as in --stop 0.02, or compare without limits: --limits none.")
    }
    return BacktestPlan(
      feeds: feeds,
      strategies: try strategies(named: name, for: feeds, make),
      limits: rules.limits, dayOffset: rules.dayOffset,
      fees: FeeSchedule(takerFeeRate: taker, makerFeeRate: taker),
      slippage: try cost(slippage, "--slippage"),
      latency: try LatencyArgument.read(latency, seed: 1),
      deposit: try MoneyArgument.read(balance, "--balance"),
      leverage: Leverage(Fixed(leverage)), funding: settlements)
  }

  /// Makes one strategy for each market, for its time frame.
  func strategies(
    named name: StrategyOptions.Name, for feeds: [CandleFeed],
    _ make: (TimeFrame) throws -> any Strategy
  ) throws -> [StrategyPlan] {
    try feeds.map { feed in
      StrategyPlan(
        name: name.rawValue, instrument: feed.listing.id, marginMode: .isolated,
        timeFrames: [feed.table.timeFrame], strategy: try make(feed.table.timeFrame))
    }
  }

  /// Why a leverage that an instrument does not allow is refused: the exchange would lower it.
  private static func tooHigh(_ leverage: Int, of feed: CandleFeed) -> String {
    let name = feed.listing.id
    let most = feed.listing.instrument.maximumLeverage
    let why =
      switch feed.rules {
      case .listed: "\(name) allows at most \(most)"
      case .generic: "\(name) is not among the built-in instruments and allows at most \(most)"
      case .unbound: "with --lot at most \(most) is allowed"
      }
    return "--leverage \(leverage): \(why); name a lower one, such as --leverage \(most)."
  }

  private func feeds() throws -> ([CandleFeed], [InstrumentID: [FundingPoint]]) {
    let (start, end) = (try day(from, "--from"), try day(to, "--to"))
    let step = try step()
    let coarse = try timeFrame()
    var feeds: [CandleFeed] = []
    var settlements: [InstrumentID: [FundingPoint]] = [:]
    for (place, path) in candles.enumerated() {
      let id = try name(place, path)
      if let other = feeds.first(where: { $0.listing.id == id }) {
        throw ProgramFailure(
          "--candles: \(other.table.name) and \(path) are both taken for \(id); "
            + "say of which instrument each is with --instrument, once for each file.")
      }
      do throws(RecordingProblem) {
        var table = try CandleTable(path: path)
        if let coarse { table = try table.rolledUp(to: coarse) }
        guard table.rows.count > 1 else { throw .oneCandle(file: table.name) }
        if !funding.isEmpty { settlements[id] = try FundingFile.read(path: funding[place]) }
        guard let limited = table.limited(from: start, until: end) else {
          throw .outside(
            file: table.name, first: table.startTime, end: table.endTime)
        }
        guard CandleFeed.canCount(id, limited, lot: step) else {
          throw .steps(file: table.name, tick: table.tick, lot: step)
        }
        feeds.append(CandleFeed(id, limited, lot: step))
      } catch {
        throw ProgramFailure("\(error)")
      }
    }
    return (feeds, settlements)
  }

  private func name(_ place: Int, _ path: String) throws -> InstrumentID {
    if !instrument.isEmpty { return try Self.instrument(named: instrument[place]) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Recording.instrument(ofFileNamed: name) ?? "TEST-USDT"
  }

  /// Returns an instrument that was typed, in capitals.
  private static func instrument(named text: String) throws -> InstrumentID {
    let capitals = text.uppercased()
    let isSound = capitals.utf8.allSatisfy {
      (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || $0 == UInt8(ascii: "-")
    }
    guard isSound, capitals.utf8.first != UInt8(ascii: "-"), !capitals.isEmpty,
      let id = InstrumentID(capitals)
    else {
      throw ValidationError(
        "--instrument '\(text.unicodeScalars.map { $0.isPrintable ? "\($0)" : "?" }.joined())': "
          + "letters, digits and -, at most 32, such as BTC-USDT")
    }
    return id
  }

  /// What a fill costs as a fraction of its value; a tenth is far beyond any exchange, and mostly
  /// percent taken for a fraction.
  private func cost(_ text: String, _ option: String) throws -> Rate {
    let rate = try Fraction.read(text, option)
    guard rate <= "0.1" else {
      throw ValidationError(
        "\(option) \(text): allowed is 0 up to 0.1; it is a fraction, 0.0006 is 0.06 %")
    }
    return rate
  }

  private func timeFrame() throws -> TimeFrame? { try frame.map(FrameArgument.read) }

  private func step() throws -> Contracts? {
    guard let lot else { return nil }
    let step: Contracts
    do {
      step = try Contracts(text: lot)
    } catch {
      throw ValidationError("--lot \(lot): \(error); an example is 0.0001")
    }
    guard step.isPositive, step <= 1_000_000 else {
      throw ValidationError("--lot \(lot): allowed is above 0 up to 1000000 coins")
    }
    return step
  }

  private func day(_ text: String?, _ option: String) throws -> Timestamp? {
    guard let text else { return nil }
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int(part) : nil
    }
    guard parts.map(\.utf8.count) == [4, 2, 2], numbers.count == 3,
      (2_009...2_100).contains(numbers[0]), (1...12).contains(numbers[1]),
      (1...31).contains(numbers[2])
    else { throw ValidationError("\(option) \(text): a day, such as 2024-01-31") }
    let day = Timestamp(year: numbers[0], month: numbers[1], day: numbers[2])
    guard day.utc.day == numbers[2] else {
      throw ValidationError("\(option) \(text): there is no such day; an example is 2024-01-31")
    }
    return day
  }
}

extension Unicode.Scalar {
  /// Whether it can stand in a message: no control character.
  fileprivate var isPrintable: Bool {
    value >= 0x20 && value != 0x7F && !(0x80...0x9F).contains(value)
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
