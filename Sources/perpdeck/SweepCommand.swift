import ArgumentParser
import Glibc
import Research
import Simulation
import Strategies
import Synchronization
import Trading
import Units

/// Runs many backtests with other settings.
struct SweepCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sweep",
    abstract: "Backtest many settings of the crossover strategy over all cores.",
    discussion: """
      Each combination is the same run as a single backtest of its settings. With --store results
      are kept as they come, and a sweep that was stopped goes on where it was. The best of many is
      the luckiest of many: test it on candles that the sweep has not seen.

      EXAMPLES
        perpdeck sweep --candles BTC_15m.csv --limits none --fast 5:29 --slow 30:225:5
        perpdeck sweep --candles BTC_15m.csv --limits none --random 100 --store sweep.csv
      """)

  @OptionGroup var market: BacktestOptions

  @Option(help: "Candles of the fast average: first:last or first:last:step.")
  var fast = "5:29"

  @Option(help: "Candles of the slow average: first:last or first:last:step.")
  var slow = "30:225:5"

  @Option(help: "The share of equity that is collateral of a position.")
  var share = "0.1"

  @Option(help: "The stop's distance as a fraction of the price; else none but margin.")
  var stop: String?

  @Option(help: "How many run at once; by default one for each core.")
  var workers: Int?

  @Option(help: "Try only so many combinations, drawn at random.")
  var random: Int?

  @Option(help: "The seed of the draw.")
  var seed: UInt64 = 1

  @Option(help: "Keep results in this file and skip those that it has.")
  var store: String?

  @Flag(help: "Print the results as JSON lines.")
  var json = false

  func validate() throws {
    _ = try Self.range(fast, "--fast")
    _ = try Self.range(slow, "--slow")
    _ = try settings(12, 26)
    if let workers, workers < 1 || workers > 256 {
      throw ValidationError("--workers \(workers): allowed is 1 to 256")
    }
    if let random, random < 1 { throw ValidationError("--random \(random): allowed is 1 or more") }
  }

  func run() throws {
    let known = try store.map { try SweepStore(path: $0) }
    let all = try variants()
    let open = all.filter { known?.results[$0.name] == nil }
    let interrupt = Interrupt()
    defer { withExtendedLifetime(interrupt) {} }
    let clock = ContinuousClock()
    let started = clock.now
    let sweep = Sweep(open, workerCount: workers ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let found = sweep.results(shouldStop: { [flag = interrupt.flag] in flag.isSet }) { result in
      known?.append(result)
    }
    let parts = (clock.now - started).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    var results: [SweepResult] = []
    for variant in all {
      if let result = known?.results[variant.name] { results.append(result) }
    }
    results += found.compactMap { $0 }
    results.sort { ($0.finalEquity, $1.name) > ($1.finalEquity, $0.name) }
    show(results, count: found.count { $0 != nil }, of: all.count, seconds)
  }

  private func show(_ results: [SweepResult], count: Int, of total: Int, _ seconds: Double) {
    let trades = results.reduce(0) { $0 + $1.tradeCount }
    if json {
      for result in results {
        StandardOutput.write(
          "{\"name\":\"\(result.name)\",\"trades\":\(result.tradeCount),"
            + "\"final_equity\":\(result.finalEquity),\"max_drawdown\":\(result.drawdown)}")
      }
      StandardOutput.write(
        "{\"pairs\":\(count),\"seconds\":\(seconds),\"pairs_per_s\":\(Double(count) / seconds),"
          + "\"trades\":\(trades)}")
      return
    }
    for result in results.prefix(20) {
      StandardOutput.write(
        "\(result.name)  \(result.finalEquity.value.text(places: 2, .nearestOrEven)) USDT, "
          + "\(result.tradeCount) trades")
    }
    StandardOutput.write(
      "\(results.count) of \(total) combinations, \(trades) trades; \(count) run now")
  }

  private func variants() throws -> [Sweep.Variant] {
    let fastPeriods = try Self.range(fast, "--fast")
    let slowPeriods = try Self.range(slow, "--slow")
    let base = try market.plan(named: .emaCross, hasStop: stop != nil) { _ in
      EMACross(try settings(12, 26))
    }
    var variants: [Sweep.Variant] = []
    for fast in fastPeriods {
      for slow in slowPeriods {
        var plan = base
        for place in plan.strategies.indices {
          plan.strategies[place].strategy = EMACross(try settings(fast, slow))
        }
        variants.append(Sweep.Variant(name: "fast=\(fast) slow=\(slow)", plan: plan))
      }
    }
    guard let random, random < variants.count else { return variants }
    var chance = SeededRandom(seed: seed)
    for place in 0..<random {
      variants.swapAt(place, place + chance.below(variants.count - place))
    }
    return Array(variants.prefix(random))
  }

  private func settings(_ fast: Int, _ slow: Int) throws -> EMACross.Settings {
    EMACross.Settings(
      fast: fast, slow: slow, marginShare: try Fraction.read(share, "--share"),
      stopDistance: try stop.map { try Fraction.read($0, "--stop") })
  }

  private static func range(_ text: String, _ option: String) throws -> [Int] {
    let parts = text.split(separator: ":").map { Int($0) }
    let numbers = parts.compactMap { $0 }
    guard numbers.count == parts.count, (1...3).contains(numbers.count), numbers[0] > 0 else {
      throw ValidationError("\(option) \(text): first:last or first:last:step, such as 5:29")
    }
    let last = numbers.count > 1 ? numbers[1] : numbers[0]
    let step = numbers.count > 2 ? numbers[2] : 1
    guard last >= numbers[0], step > 0, (last - numbers[0]) / step < 10_000 else {
      throw ValidationError("\(option) \(text): the last is not before the first, steps above zero")
    }
    return Array(stride(from: numbers[0], through: last, by: step))
  }
}
