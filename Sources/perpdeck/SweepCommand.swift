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
    abstract: "Backtest many settings of a strategy over all cores.",
    discussion: """
      Each combination is the same run as a single backtest of its settings. With --store results \
      are kept as they come, and a sweep that was stopped goes on where it was. The best of many \
      is the luckiest of many: the last line says how likely chance alone brings as much, for as \
      many as were tried here; test it on candles that the sweep has not seen.

      EXAMPLES
        perpdeck sweep --candles BTC_15m.csv --limits none --fast 5:29 --slow 30:225:5
        perpdeck sweep --candles BTC_15m.csv --limits none --random 100 --store sweep.csv
        perpdeck sweep --candles BTC_15m.csv --strategy confluence --vary threshold=60:80:10
      """)

  @OptionGroup var market: BacktestOptions

  @Option(help: "The strategy: ema-cross, supply-demand or confluence.")
  var strategy = StrategyOptions.Name.emaCross

  @Option(help: "ema-cross: candles of the fast average, first:last or first:last:step.")
  var fast = "5:29"

  @Option(help: "ema-cross: candles of the slow average, first:last or first:last:step.")
  var slow = "30:225:5"

  @Option(help: "ema-cross: the share of equity that is collateral of a position.")
  var share = "0.1"

  @Option(help: "ema-cross: the stop's distance as a fraction of the price; else none but margin.")
  var stop: String?

  @Option(help: "Another strategy's setting and its values, such as threshold=60:80:5.")
  var vary: [String] = []

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
    if let workers, workers < 1 || workers > 256 {
      throw ValidationError("--workers \(workers): allowed is 1 to 256")
    }
    if let random, random < 1 { throw ValidationError("--random \(random): allowed is 1 or more") }
    let grid = try grid()
    let count = min(grid.count, random ?? .max)
    guard count <= SweepGrid.runLimit else {
      throw ValidationError(
        "\(count) combinations: allowed are \(SweepGrid.runLimit); take larger steps, or draw some "
          + "with --random")
    }
    try checkAverages(grid)
    // What is allowed of a number is a range: where both ends of all are, everything between is.
    for place in [0, grid.count - 1] { _ = try options(grid, place) }
  }

  /// Throws where a combination's fast average is not shorter than its slow one.
  private func checkAverages(_ grid: SweepGrid) throws {
    guard strategy == .emaCross else { return }
    if let longest = grid.axes[0].values.last, let least = grid.axes[1].values.first,
      longest >= least
    {
      throw ValidationError(
        "--fast \(fast) --slow \(slow): fast is the shorter average, and \(longest) is not below "
          + "\(least); end --fast below \(least) or begin --slow above \(longest)")
    }
  }

  func run() throws {
    let grid = try grid()
    let first = try options(grid, 0)
    let base = try market.plan(named: strategy, hasStop: first.hasStop) { try first.make($0) }
    // Before the store is made: a combination that is not possible leaves nothing behind.
    let all = try variants(grid, base)
    let known: SweepStore?
    do throws(SweepStoreProblem) {
      known = try store.map { path throws(SweepStoreProblem) in
        try SweepStore(path: path, digest: base.digest(settings: fixedSettings(grid)))
      }
    } catch {
      throw ProgramFailure("\(error)")
    }
    let open = all.filter { known?.results[$0.name] == nil }
    let interrupt = Interrupt()
    defer { withExtendedLifetime(interrupt) {} }
    let clock = ContinuousClock()
    let started = clock.now
    let sweep = Sweep(open, workerCount: workers ?? Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))))
    let progress = Mutex((line: ProgressLine(total: open.count, isQuiet: json), done: 0))
    let found = sweep.results(shouldStop: { [flag = interrupt.flag] in flag.isSet }) { result in
      known?.append(result)
      progress.withLock {
        $0.done += 1
        $0.line.show($0.done)
      }
    }
    progress.withLock { $0.line.clear() }
    let parts = (clock.now - started).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    var results: [SweepResult] = []
    for variant in all {
      if let result = known?.results[variant.name] { results.append(result) }
    }
    results += found.compactMap { $0 }
    results.sort { ($0.finalEquity, $1.name) > ($1.finalEquity, $0.name) }
    try show(results, base, count: found.count { $0 != nil }, of: all.count, seconds)
    // The results are told; that the file lacks some of them is a failure all the same.
    if let problem = known?.problem { throw ProgramFailure(problem) }
  }

  private func show(
    _ results: [SweepResult], _ base: BacktestPlan, count: Int, of total: Int,
    _ seconds: Double
  ) throws {
    let trades = results.reduce(0) { $0 + $1.tradeCount }
    let isPartial = results.count < total
    let chance = Chance(ofBest: results)
    if json {
      for result in results {
        try ReportOutput.write(
          "{\"name\":\"\(result.name)\",\"trades\":\(result.tradeCount),"
            + "\"final_equity\":\(result.finalEquity),\"max_drawdown\":\(result.drawdown),"
            + "\(result.remarks.members)}")
      }
      try ReportOutput.write(
        "{\"pairs\":\(count),\"seconds\":\(seconds),\"pairs_per_s\":\(Double(count) / seconds),"
          + "\"trades\":\(trades),\"partial\":\(isPartial),\(chance.fields),"
          + "\(base.inputMembers)}")
      return
    }
    for line in base.inputLines { try ReportOutput.write(line) }
    for result in results.prefix(20) {
      try ReportOutput.write(
        "\(result.name)  \(result.finalEquity.value.text(places: 2, .nearestOrEven)) USDT, "
          + "\(result.tradeCount) trades\(result.remarks.text)")
    }
    if isPartial { try ReportOutput.write("PARTIAL: stopped before the end of the combinations") }
    try ReportOutput.write(
      "\(results.count) of \(total) combinations, \(trades) trades; \(count) run now")
    try ReportOutput.write("by chance: the best of \(results.count) \(chance.text)")
  }

  private func variants(_ grid: SweepGrid, _ base: BacktestPlan) throws -> [Sweep.Variant] {
    try grid.draw(random ?? grid.count, seed: seed).map { place in
      let make = try maker(grid, place)
      var plan = base
      for at in plan.strategies.indices {
        plan.strategies[at].strategy = try make(base.feeds[at].table.timeFrame)
      }
      return Sweep.Variant(name: name(grid, place), plan: plan)
    }
  }

  /// Makes the strategy of a combination for candles of a time frame.
  private func maker(
    _ grid: SweepGrid, _ place: Int
  ) throws -> (TimeFrame) throws -> any Strategy {
    guard strategy == .emaCross else { return try options(grid, place).make }
    // Reading options takes longer than a short run; the averages are numbers as they are.
    let values = grid.values(place)
    let made = EMACross(
      EMACross.Settings(
        fast: values[0], slow: values[1], marginShare: try Fraction.read(share, "--share"),
        stopDistance: try stop.flatMap { $0 == "off" ? nil : try Fraction.read($0, "--stop") }))
    return { _ in made }
  }

  private func name(_ grid: SweepGrid, _ place: Int) -> String {
    zip(grid.axes, grid.values(place)).map { "\($0.name)=\($1)" }.joined(separator: " ")
  }

  /// What is varied.
  private func grid() throws -> SweepGrid {
    var axes: [SweepGrid.Axis] = []
    switch strategy {
    case .emaCross:
      guard vary.isEmpty else {
        throw ValidationError("--vary: ema-cross takes its values with --fast and --slow")
      }
      axes = [try axis("fast", fast, "--fast \(fast)"), try axis("slow", slow, "--slow \(slow)")]
    case .supplyDemand, .confluence:
      guard !vary.isEmpty else {
        throw ValidationError(
          "--strategy \(strategy.rawValue): say what is tried, such as --vary "
            + (strategy == .confluence ? "threshold=60:80:5" : "confidence=50:70:10"))
      }
      for text in vary {
        let parts = text.split(separator: "=", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty,
          parts[0].utf8.allSatisfy({ (0x61...0x7A).contains($0) || $0 == UInt8(ascii: "-") }),
          !axes.contains(where: { $0.name == parts[0] })
        else {
          throw ValidationError(
            "--vary \(text): a setting and its values, each setting once, such as threshold=60:80")
        }
        axes.append(try axis(String(parts[0]), String(parts[1]), "--vary \(text)"))
      }
    }
    guard let grid = SweepGrid(axes) else {
      throw ValidationError("--vary: too many combinations; take larger steps")
    }
    return grid
  }

  private func axis(_ name: String, _ text: String, _ option: String) throws -> SweepGrid.Axis {
    guard let axis = SweepGrid.Axis(name: name, text: text) else {
      throw ValidationError(
        "\(option): first:last or first:last:step, such as 5:29, whole numbers from 1 on, the last "
          + "not before the first, at most \(SweepGrid.Axis.valueLimit) values")
    }
    return axis
  }

  /// The strategy of a combination, as if its values stood on the command line of a backtest.
  private func options(_ grid: SweepGrid, _ place: Int) throws -> StrategyOptions {
    var words = ["--strategy", strategy.rawValue]
    if strategy == .emaCross {
      words += ["--share", share]
      if let stop { words += ["--stop", stop] }
    }
    for (axis, value) in zip(grid.axes, grid.values(place)) {
      words += ["--\(axis.name)", "\(value)"]
    }
    do {
      return try StrategyOptions.parse(words)
    } catch {
      throw ValidationError(StrategyOptions.message(for: error))
    }
  }

  /// What a store's results belong to beside the plan.
  private func fixedSettings(_ grid: SweepGrid) -> String {
    let names = grid.axes.map(\.name).joined(separator: ",")
    let rest = strategy == .emaCross ? "share=\(share) stop=\(stop ?? "none")" : ""
    return "\(ProgramVersion.text) \(strategy.rawValue) \(names) \(rest)"
  }
}
