import ArgumentParser
import Dispatch
import Engine
import Glibc
import Research
import Simulation
import Strategies
import Synchronization
import Trading
import Units

/// Replays candles through the live engine.
struct BacktestCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backtest",
    abstract: "Test a strategy on recorded candles, through the live engine and its risk gate.",
    discussion: """
      Files are CSV or gzip with the header timestamp_ms,open,high,low,close,volume. Ctrl-C ends \
      the run and reports what was done.

      EXAMPLES
        perpdeck backtest --strategy confluence --candles BTCUSDT_15m.csv.gz
        perpdeck backtest --strategy confluence --candles BTC.csv --funding BTC_rates.csv
        perpdeck backtest --limits none --candles BTC.csv --from 2024-01-01 --html r.html
        perpdeck backtest --strategy confluence --candles BTC.csv --monte-carlo 1000
        perpdeck backtest --fast 9 --slow 50 --limits none --candles BTC.csv --json
      """)

  @OptionGroup var market: BacktestOptions
  @OptionGroup var choice: StrategyOptions

  @Flag(help: "Print the report as JSON.")
  var json = false

  @Flag(help: "Do not look whether decisions rest on candles that had not closed yet.")
  var noLookAhead = false

  @Option(help: "Draw the trades in so many other orders: how deep could they have fallen?")
  var monteCarlo: Int?

  @Option(help: "Run on the candles in so many other orders, day by day: what would chance earn?")
  var candleOrders: Int?

  @Option(help: "Write the trades as CSV into this file.")
  var trades: String?

  @Option(help: "Write the report as a web page into this file.")
  var html: String?

  func validate() throws {
    if let monteCarlo, !(100...100_000).contains(monteCarlo) {
      throw ValidationError("--monte-carlo \(monteCarlo): allowed is 100 to 100000")
    }
    if let candleOrders, !(MonteCarlo.drawMinimum...10_000).contains(candleOrders) {
      throw ValidationError(
        "--candle-orders \(candleOrders): allowed is \(MonteCarlo.drawMinimum) to 10000")
    }
  }

  func run() throws {
    let files = [
      trades.map { OutputFile(option: "--trades", path: $0) },
      html.map { OutputFile(option: "--html", path: $0) },
    ].compactMap { $0 }
    try OutputFile.check(files, inputs: market.inputs)
    let clock = ContinuousClock()
    let started = clock.now
    let plan = try market.plan(
      named: choice.strategy, hasStop: choice.hasStop
    ) { try choice.make($0) }
    let loaded = clock.now
    var run = BacktestRun(plan)
    let interrupt = Interrupt()
    var progress = ProgressLine(total: run.exchange.candleCount, isQuiet: json)
    while !interrupt.isRaised, run.advance(turns: 50_000) {
      progress.show(run.ledger.candleCount)
    }
    progress.clear()
    let finished = clock.now
    var report = BacktestReport(run)
    if !noLookAhead, !report.isPartial {
      let look = LookAhead(plan) { feeds in
        try market.strategies(named: choice.strategy, for: feeds) { try choice.make($0) }
      }
      report.lookAhead = try look.outcome(of: run.ledger.decisions)
    }
    if let monteCarlo {
      report.tradeOrders = MonteCarlo.orders(
        of: report.trades, deposit: plan.deposit, draws: monteCarlo)
    }
    report.candleOrdersAsked = candleOrders
    if let candleOrders, !report.isPartial {
      var drawing = ProgressLine(total: candleOrders, isQuiet: json)
      defer { drawing.clear() }
      report.candleOrders = MonteCarlo.candleRuns(
        of: plan, stretch: .days(1), draws: candleOrders,
        workerCount: Int(sysconf(Int32(_SC_NPROCESSORS_ONLN))),
        shouldStop: { [flag = interrupt.flag] in flag.isSet }, isDone: { drawing.show($0) })
    }
    // The report first: a file that cannot be written any more costs only itself.
    if json {
      try ReportOutput.write(
        report.json(
          seconds: Self.seconds(finished - loaded), loadSeconds: Self.seconds(loaded - started)))
    } else {
      try show(report, run)
    }
    for file in files {
      try file.write(file.option == "--html" ? report.html : report.tradesCSV)
    }
  }

  private func show(_ report: BacktestReport, _ run: BacktestRun) throws {
    for line in report.lines() { try ReportOutput.write(line) }
    if monteCarlo != nil, report.tradeOrders == nil {
      try ReportOutput.write(
        "- no other orders were drawn: there are fewer than \(MonteCarlo.tradeMinimum) trades")
    }
    for (name, instrument, explanation) in run.engine.explanations() {
      try ReportOutput.write("")
      try ReportOutput.write("why \(name) on \(instrument), at the end")
      for line in explanation.lines { try ReportOutput.write("  \(line)") }
    }
  }

  private static func seconds(_ duration: Duration) -> Double {
    let parts = duration.components
    return Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
  }
}

/// Notices Ctrl-C, so that a long run can end in order.
final class Interrupt {
  /// What the handler of the signal may touch.
  final class Flag: Sendable {
    fileprivate let isRaised = Atomic<Bool>(false)

    /// Whether the signal came.
    var isSet: Bool { isRaised.load(ordering: .relaxed) }
  }

  /// What threads may look at.
  let flag = Flag()
  private let source: any DispatchSourceSignal

  /// Starts to watch; the second Ctrl-C ends the program as usual.
  init() {
    signal(SIGINT, SIG_IGN)
    source = DispatchSource.makeSignalSource(signal: SIGINT, queue: .global())
    source.setEventHandler { @Sendable [flag] in
      flag.isRaised.store(true, ordering: .relaxed)
      signal(SIGINT, SIG_DFL)
    }
    source.activate()
  }

  /// Whether it came.
  var isRaised: Bool { flag.isSet }
}

/// How far a run has come and how long it still takes, on one line of a terminal.
struct ProgressLine {
  private let total: Int
  private let isShown: Bool
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var next: ContinuousClock.Instant

  /// Begins to count; nothing is shown where nobody looks.
  init(total: Int, isQuiet: Bool) {
    self.total = total
    isShown = !isQuiet && isatty(2) == 1
    start = clock.now
    next = start + .milliseconds(500)
  }

  /// Shows how far it has come, four times a second.
  mutating func show(_ done: Int) {
    guard isShown, clock.now >= next, done > 0 else { return }
    next = clock.now + .milliseconds(250)
    let parts = (clock.now - start).components
    let seconds = Double(parts.seconds) + Double(parts.attoseconds) * 1e-18
    let left = seconds * Double(total - done) / Double(done)
    write("\r\(done * 100 / max(1, total)) %, \(Int(left.rounded(.up))) s left   ")
  }

  /// Removes the line.
  func clear() {
    if isShown { write("\r\u{1B}[K") }
  }

  private func write(_ text: String) {
    var text = text
    _ = text.withUTF8 { Glibc.write(2, $0.baseAddress, $0.count) }
  }
}
