import ArgumentParser
import Research
import Risk
import Simulation
import Strategies
import Trading
import Units

/// The crossover strategy's settings on the command line.
struct CrossOptions: ParsableArguments {
  @Option(help: "The strategy: ema-cross.")
  var strategy = "ema-cross"

  @Option(help: "Candles of the fast average.")
  var fast = 12

  @Option(help: "Candles of the slow average.")
  var slow = 26

  @Option(help: "The share of equity that is collateral of a position.")
  var share = "0.1"

  @Option(
    help: "The stop's distance as a fraction of the price; without it the collateral is at risk.")
  var stop: String?

  func validate() throws {
    guard strategy == "ema-cross" else {
      throw ValidationError("--strategy \(strategy): allowed is ema-cross")
    }
    for (name, period) in [("--fast", fast), ("--slow", slow)] where period < 1 {
      throw ValidationError("\(name) \(period): allowed is 1 or more")
    }
    _ = try settings()
  }

  /// What the strategy is told.
  func settings() throws -> EMACross.Settings {
    EMACross.Settings(
      fast: fast, slow: slow, marginShare: try Fraction.read(share, "--share"),
      stopDistance: try stop.map { try Fraction.read($0, "--stop") })
  }
}

extension CrossOptions {
  /// Makes the strategy; the options were validated before.
  func make() throws -> any Strategy { EMACross(try settings()) }
}

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

  @Option(help: "Milliseconds from us to the exchange.")
  var latency = 0

  @Option(help: "The cash at the start in USDT.")
  var balance = "10000"

  @Option(help: "The leverage.")
  var leverage = 1

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
    guard latency >= 0, latency <= 3_600_000 else {
      throw ValidationError("--latency \(latency): allowed is 0 to 3600000")
    }
    guard leverage >= 1, leverage <= 150 else {
      throw ValidationError("--leverage \(leverage): allowed is 1 to 150")
    }
    _ = try Fraction.read(fees, "--fees")
    _ = try Fraction.read(slippage, "--slippage")
    _ = try MoneyArgument.read(balance, "--balance")
    _ = try day(from, "--from")
    _ = try day(to, "--to")
  }

  /// Reads the files and makes the plan; one strategy for each market.
  func plan(_ cross: CrossOptions) throws -> BacktestPlan {
    let (feeds, settlements) = try feeds()
    let taker = try Fraction.read(fees, "--fees")
    return BacktestPlan(
      feeds: feeds,
      strategies: try feeds.map { feed in
        StrategyPlan(
          name: cross.strategy, instrument: feed.listing.id, marginMode: .isolated,
          timeFrames: [feed.table.timeFrame], strategy: try cross.make())
      },
      limits: limits, fees: FeeSchedule(takerFeeRate: taker, makerFeeRate: taker),
      slippage: try Fraction.read(slippage, "--slippage"),
      latency: .milliseconds(Int64(latency)),
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
    if !instrument.isEmpty { return InstrumentID(instrument[place]) }
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Recording.instrument(ofFileNamed: name) ?? InstrumentID("TEST-USDT")
  }

  /// The gate's limits in a backtest: the product's own risk per trade and reward, room for the
  /// sizes that the command line asks for.
  private var limits: RiskLimits {
    RiskLimits(
      riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.1", rewardToRiskMinimum: 0,
      notionalPerPairMaximum: 10, notionalTotalMaximum: 20, marginUsedMaximum: 1,
      leverageMaximum: Leverage(Fixed(leverage)), openPositionsMaximum: 20,
      ordersPerMinuteMaximum: 60, priceCollar: "0.05", priceDivergenceMaximum: "0.05",
      slippageAllowance: "0.001", liquidationDistanceMinimum: "0.001", liquidationMayBeStop: true,
      marketAgeMaximum: .seconds(10), balanceAgeMaximum: .seconds(60),
      clockOffsetMaximum: .seconds(1), marginPerTrade: 1,
      duplicateWindow: .zero,
      day: DayLimits(
        lossMaximum: 1, lossMoneyMaximum: nil, drawdownMaximum: 1, stopOutsInARowMaximum: 1_000_000,
        afterStopOuts: .approval, tradesPerDayMaximum: 1_000_000, cooldownAfterStop: .zero,
        cooldownAfterWin: .zero, tradingHours: .always))
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
