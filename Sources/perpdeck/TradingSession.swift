import Dashboard
import Dispatch
import Engine
import EventLoop
import Exchanges
import Glibc
import Journal
import Logging
import Runtime
import Screen
import Settings
import Terminal
import Trading
import Units

/// One run of the dashboard, from the lock to the last line of the journal.
@MainActor
final class TradingSession {
  private let plan: SessionPlan
  private let loop: DispatchLoop
  private let lock: InstanceLock
  private let logFile: LogFile
  private let store: JournalStore
  private let runtime: BotRuntime
  private var terminal: CursesTerminal?
  private var host: DashboardHost?
  private var stops: StopSignals?

  /// Takes the lock, opens log and journal, and joins the engine to the exchange.
  ///
  /// `isFresh` says that the exchange remembers nothing of earlier runs, as on paper.
  init(
    _ plan: SessionPlan, loop: DispatchLoop, exchange: any Exchange, others: [InstrumentID],
    seed: UInt64, isFresh: Bool
  ) throws {
    self.plan = plan
    self.loop = loop
    try PrivateFolder.prepare(plan.places.folder)
    lock = try InstanceLock(path: plan.places.lock)
    logFile = try LogFile(path: plan.places.log)
    store = try JournalStore.open(
      path: plan.places.journal,
      stamp: JournalStamp(
        environment: plan.environment.rawValue, account: plan.account.name,
        exchange: plan.account.exchange), at: plan.startedAt)
    let engine = TradingEngine(
      plan.engineSettings(exchange: exchange.id, others: others), at: plan.startedAt)
    let file = logFile
    runtime = BotRuntime(
      engine: engine, exchange: exchange, journal: StoredJournal(store, loop: loop), loop: loop,
      logger: Logger(label: "runtime") { FileLogHandler(file: file, label: $0) })
    let recovery = try JournalRecovery.read(store, isFresh: isFresh)
    try begin(recovery, seed: seed)
  }

  /// Opens the screen and serves until the user quits.
  func run(_ options: SessionOptions, marketSource: String) throws -> Never {
    let terminal = CursesTerminal(terminalOptions(options)) { [weak self] event in
      self?.loop.postFromAnyThread { self?.take(event) }
    }
    self.terminal = terminal
    let abilities = try terminal.start()
    let isLive = plan.environment == .live
    let labels = DashboardLabels(
      marketSource: marketSource, account: plan.account.name,
      glyphs: Glyphset(isASCII: !abilities.isUnicode, isLive: isLive), isLive: isLive,
      bar: barStyle)
    host = DashboardHost(
      runtime: runtime, loop: loop, labels: labels, size: abilities.size,
      outlets: DashboardHost.Outlets(
        show: { terminal.show($0) }, quit: { [weak self] in self?.stop("quit at the keyboard") },
        suspend: { terminal.suspend() }))
    stops = StopSignals.onLoop { [weak self] in self?.stop("stopped by a signal") }
    loop.startProbing()
    loop.run()
  }

  private func begin(_ recovery: Recovery, seed: UInt64) throws {
    let record = Record.runStarted(
      RunRecord(
        id: plan.run, programVersion: ProgramVersion.text, seed: seed, settings: "",
        startedAt: plan.startedAt))
    // The journal must know the run before any order of it; nothing can trade before this.
    let (done, result) = (DispatchSemaphore(value: 0), ResultBox())
    store.write([record]) { written in
      result.set(written)
      done.signal()
    }
    done.wait()
    try result.get()
    runtime.start(recovery)
  }

  private var barStyle: Style {
    switch plan.environment {
    case .paper: Style(.text, on: .paper)
    case .demo: Style(.text, on: .demo)
    case .live: Style(.text, on: .live)
    }
  }

  private func terminalOptions(_ options: SessionOptions) -> TerminalOptions {
    let display = plan.settings.display
    return TerminalOptions(
      environment: ProcessEnvironment.all, color: options.color ?? display.color.level,
      scheme: display.scheme.palette, isLight: display.background.isLight,
      isASCII: options.ascii || display.glyphs == .ascii, usesMouse: display.mouse,
      log: logFile.descriptor, crashNote: "perpdeck crashed; the log is \(plan.places.log)\n")
  }

  private func take(_ event: TerminalEvent) {
    switch event {
    case .keys(let keys): host?.take(keys)
    case .resized(let size), .resumed(let size): host?.resize(size)
    case .suspendRequested: terminal?.suspend()
    case .closed: stop("the terminal was closed")
    }
  }

  /// Ends in order: screen, exchange, journal. Three seconds at most, whatever hangs.
  private func stop(_ reason: String) {
    guard let terminal else { return }
    self.terminal = nil
    host?.stop()
    terminal.stop()
    loop.schedule(after: 3_000) { exit(1) }
    runtime.stop(reason) { [store] in
      do throws(JournalProblem) {
        try store.close()
        exit(0)
      } catch {
        StandardError.write("perpdeck: \(error)")
        exit(1)
      }
    }
  }
}
