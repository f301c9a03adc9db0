import Dashboard
import Dispatch
import Engine
import EventLoop
import Exchanges
import Glibc
import Journal
import Logging
import Risk
import Runtime
import Screen
import Secrets
import Settings
import Simulation
import Terminal
import Trading
import Units

/// One run of the dashboard, from the lock to the last line of the journal.
@MainActor
final class TradingSession {
  let plan: SessionPlan
  let loop: DispatchLoop
  /// The time that is traded in: the loop's own, or that of a recording.
  private let time: any Loop
  private let lock: InstanceLock
  let logFile: LogFile
  let store: JournalStore
  let runtime: BotRuntime
  private let logger: Logger
  private let keymap: Keymap
  private let templates: [OrderTemplate]
  /// What an earlier run left in the journal.
  let found: JournalRecovery
  /// What is said when the screen opens.
  private var opening: [String] = []
  private var screen: SessionScreen?
  /// Whether there is no screen but the one that a second process lends.
  private var isHeadless = false
  private var marketSource = ""
  private var plain: PlainHost?
  private var isStopping = false
  private var stops: StopSignals?
  /// The keys that requests are signed with; those of the last reload.
  var credentials: Credentials?
  /// What is done with keys; nil where there are none, as on paper.
  var keys: SessionKeys?
  private var control: ControlSocket?
  private var alerts: AlertHerald?
  private var bot: BotDesk?
  private var manager: SystemdNotice?
  private(set) var care: (journal: JournalCare, clock: ClockCare, lateness: LatenessWatch)?

  /// Takes the lock, opens log and journal, and joins the engine to the exchange.
  ///
  /// `time` is the time that the exchange and the engine live in. `listed` are the instruments of a
  /// simulated exchange, all of which are watched; nil where only those of the settings are.
  /// `isFresh` says that the exchange remembers nothing of earlier runs, as on paper; `isPlain`
  /// that no screen is needed.
  init(
    _ plan: SessionPlan, loop: DispatchLoop, time: any Loop, exchange: any Exchange,
    listed: [InstrumentID]?, seed: UInt64, isFresh: Bool, isPlain: Bool
  ) throws {
    self.plan = plan
    self.loop = loop
    self.time = time
    let (launch, places) = (plan.launch, plan.launch.places)
    credentials = launch.credentials
    // Whoever reads what is told may be gone; the positions are not (P03).
    signal(SIGPIPE, SIG_IGN)
    try OpenFiles.check()
    // Nothing is opened, and no run is in the journal, where no dashboard can be.
    for (file, name) in [(STDIN_FILENO, "standard input"), (STDOUT_FILENO, "standard output")]
    where !isPlain && isatty(file) == 0 { throw TerminalError.notATerminal(name) }
    keymap = try launch.settings.keymap()
    templates = try launch.settings.orderTemplates()
    try PrivateFolder.prepare(places.folder)
    lock = try InstanceLock(path: places.lock)
    logFile = try LogFile(path: places.log, rotation: launch.settings.log.rotation)
    store = try JournalStore.open(
      path: places.journal,
      stamp: JournalStamp(
        environment: launch.environment.rawValue, account: launch.account.name,
        exchange: launch.account.exchange), at: plan.startedAt)
    store.keep(toBytes: launch.settings.log.journalMegabytes << 20)
    let settings = plan.engineSettings(exchange: exchange.id, listed: listed)
    let engine = TradingEngine(
      settings, strategies: try plan.strategies(settings.pairs),
      at: Timestamp(milliseconds: time.now.milliseconds))
    logFile.setCleaner(Redactor(launch.secrets).clean)
    let loggers = launch.settings.log.loggers(to: logFile, run: plan.run)
    logger = loggers.session
    logger.info(
      "started",
      metadata: [
        "run": "\(plan.run)", "version": "\(ProgramVersion.text)",
        "mode": "\(launch.environment.rawValue)", "account": "\(launch.account.name)",
      ])
    for warning in launch.warnings { logger.warning("\(warning)") }
    runtime = BotRuntime(
      engine: engine, exchange: exchange, journal: StoredJournal(store, loop: loop), loop: time,
      housekeeping: loop, loggers: loggers)
    found = try JournalRecovery(
      store, isFresh: isFresh, at: Timestamp(milliseconds: time.now.milliseconds))
    try begin(seed: seed)
  }

  /// Opens the screen, or begins to tell in lines, and serves until the user quits.
  func run(_ options: SessionOptions, marketSource: String) throws -> Never {
    self.marketSource = marketSource
    if options.headless { try runHeadless(marketSource) }
    if options.plain { try runPlain(marketSource) }
    try openScreen(terminalOptions(options))
    try serve(labels(marketSource, isASCII: true))
  }

  private func openScreen(_ options: TerminalOptions) throws(TerminalError) {
    screen = try SessionScreen(
      options, isLent: isHeadless, runtime: runtime, loop: loop,
      framesPerSecond: plan.launch.settings.display.framesPerSecond,
      labels: { labels(marketSource, isASCII: $0) },
      wishes: SessionScreen.Wishes(
        leave: { [weak self] reason in self?.leave(reason) },
        reload: { [weak self] loosens in _ = self?.reload(from: loosens ? .keyboard : .engine) },
        stand: { [weak self] begins in self?.stand(begins) }))
  }

  /// Takes the terminal that a second process lends, or gives it back; returns what to answer.
  private func lend(_ line: String) -> String {
    guard isHeadless else {
      return "error: this perpdeck has a screen of its own; attach is for one run with --headless"
    }
    switch line {
    case ScreenLoan.isAttached: return screen == nil ? "no" : "yes"
    case ScreenLoan.detach:
      closeScreen()
      return "detached"
    default: break
    }
    guard screen == nil else {
      return "error: a screen is attached already; q on it detaches it"
    }
    guard let loan = ScreenLoan(line: line) else { return "error: that is no terminal" }
    do throws(TerminalError) {
      try openScreen(terminalOptions(loan))
    } catch {
      return "error: \(error)"
    }
    logger.info("a screen was attached", metadata: ["terminal": "\(loan.device)"])
    return "attached \(getpid())"
  }

  /// Gives back a terminal that was lent; the run goes on.
  private func closeScreen() {
    guard let screen else { return }
    screen.close()
    self.screen = nil
    logger.info("the screen was detached")
  }

  /// The user wants to leave, or the terminal has gone: a screen that was lent is given back, one
  /// of our own ends the run.
  private func leave(_ reason: String) {
    if isHeadless { closeScreen() } else { stop(reason) }
  }

  /// Serves without a screen; a service manager is told when it is ready and that it lives.
  private func runHeadless(_ marketSource: String) throws -> Never {
    isHeadless = true
    JobControl.leaveTerminal()
    manager = SystemdNotice(loop: loop) { [runtime] in
      let snapshot = runtime.snapshot()
      return "\(snapshot.modeWord) \(snapshot.trading.mode.rawValue), \(snapshot.step.text)"
    }
    try serve(labels(marketSource, isASCII: true))
  }

  private func runPlain(_ marketSource: String) throws -> Never {
    let output = PlainOutput()
    let host = PlainHost(
      runtime: runtime, loop: loop, labels: labels(marketSource, isASCII: true),
      write: { output.write($0) }, quit: { [weak self] in self?.stop("quit by a command") },
      reload: { [weak self] loosens in _ = self?.reload(from: loosens ? .keyboard : .engine) })
    plain = host
    LineInput.read(
      STDIN_FILENO, loop: loop, take: { host.take(line: $0) },
      end: { [weak self] in self?.stop("the input has ended") })
    try serve(labels(marketSource, isASCII: true))
  }

  private func serve(_ lineLabels: DashboardLabels) throws -> Never {
    startAlerts()
    let desk = ControlDesk(runtime, account: plan.launch.account.name, labels: lineLabels)
    control = try ControlSocket(path: plan.launch.places.socket) { [weak self] line, reply in
      if line == "text reload" {
        return reply(self?.reload(from: .control) ?? "error: it is ending")
      }
      if line.hasPrefix(ScreenLoan.attach) || line == ScreenLoan.detach {
        return reply(self?.lend(line) ?? "error: it is ending")
      }
      desk.answer(line, then: reply)
    }
    // Without a terminal a hang-up can only be meant: settings have changed.
    let reload =
      manager == nil ? nil : { @MainActor [weak self] in _ = self?.reload(from: .engine) }
    stops = StopSignals.onLoop(hangUp: reload) { [weak self] in
      self?.stop("stopped by a signal")
    }
    manager?.begin()
    for text in opening { say(text, .warning) }
    let journal = JournalCare(store, loop: loop) { [weak self] in self?.say($0, $1) }
    let clock = ClockCare(loop: loop) { [weak self] in self?.say($0, $1) }
    let lateness = LatenessWatch(runtime, loop: loop) { [loop] in loop.takeWorstLateness() }
    lateness.onStandstill = { [weak self] in self?.tellStandstill(from: $0, to: $1) }
    care = (journal, clock, lateness)
    journal.begin()
    clock.begin()
    loop.startProbing()
    lateness.begin()
    loop.run()
  }

  /// Opens the channels of alerts; what cannot work is said and keeps nothing from starting.
  private func startAlerts() {
    var attract: (@MainActor (TerminalAttention) -> Void)?
    if let screen { attract = { (attention: TerminalAttention) in screen.attract(attention) } }
    let service = AlertHerald(
      plan.launch, word: plan.launch.environment.screenWord, loop: loop,
      attract: attract)
    alerts = service
    service.onProblem { [weak self] text in self?.say(text, .warning) }
    runtime.onAlert = { alert, isRepeat in service.tell(alert, isRepeat: isRepeat) }
    runtime.onAcknowledged = { id in service.acknowledged(id) }
    runtime.channels = { service.statuses }
    service.onChange { [weak self] in self?.runtime.channelsChanged() }
    opening += service.problems
    do throws(ProgramFailure) {
      bot = try BotDesk(
        plan.launch, runtime: runtime, store: store, http: service.network, loop: loop)
    } catch {
      opening.append("\(error) Commands of Telegram are not read.")
    }
    bot?.onProblem = { [weak self] text in self?.say(text, .warning) }
    bot?.start()
  }

  private func labels(_ marketSource: String, isASCII: Bool) -> DashboardLabels {
    let isLive = plan.launch.environment == .live
    return DashboardLabels(
      marketSource: marketSource, account: plan.launch.account.name,
      glyphs: Glyphset(isASCII: isASCII, isLive: isLive), isLive: isLive, bar: barStyle,
      keymap: keymap, templates: templates, isLent: isHeadless, cancelsAtExit: cancelsAtExit)
  }

  /// Tells what a recording leaves out, and when it has ended.
  func announce(_ recording: Recording) {
    let gaps = recording.gaps
    if let first = gaps.first {
      let count = gaps.reduce(0) { $0 + $1.count }
      opening.append(
        "The recording lacks \(count) candles in \(gaps.count) places, first at "
          + "\(first.from.isoText): the price stands still there.")
    }
    time.schedule(at: WallTime(milliseconds: recording.endTime.milliseconds)) { [weak self] in
      self?.say("The recording has ended: prices do not move any more.", .warning)
    }
  }

  /// Shows a sentence of the program's own and logs it.
  func say(_ text: String, _ level: NoteRecord.Level) {
    logger.log(level: level == .alarm ? .error : level == .warning ? .warning : .info, "\(text)")
    plain?.tell(text)
    screen?.show(
      Notice(
        .other, level: level, text: text, instrument: nil,
        at: Timestamp(milliseconds: time.now.milliseconds)))
  }

  /// Reads settings and keys again and takes the limits and a new key of the same account; all else
  /// holds from the next start.
  ///
  /// Tightening is for everyone, loosening for a person alone: the engine sees to that.
  private func reload(from source: CommandSource) -> String {
    do throws(SettingsProblems) {
      let launch = try plan.launch.again()
      let limits = SessionPlan(
        launch, startedAt: WallTime(milliseconds: plan.startedAt.milliseconds), speed: plan.speed
      ).limits
      let looser = source.isPerson ? [] : limits.looser(than: runtime.snapshot().limits)
      runtime.command(.setLimits(limits), from: source)
      // Which ones wait the engine has told; the message line has no room for all of it.
      let what =
        looser.isEmpty ? "the limits were read again" : "looser limits wait for :reload loosen"
      let text = "\(what)\(takeKey(of: launch)); other settings hold from the next start"
      say(text, looser.isEmpty ? .notice : .warning)
      return text
    } catch {
      let text = "the settings were not taken: \(error)"
      say(text, .warning)
      return "error: \(text)"
    }
  }

  private func begin(seed: UInt64) throws {
    let record = Record.runStarted(
      RunRecord(
        id: plan.run, programVersion: ProgramVersion.text, seed: seed, settings: "",
        startedAt: plan.startedAt))
    // The journal must know the run before any order of it; nothing can trade before this.
    let (done, result) = (DispatchSemaphore(value: 0), ResultBox())
    store.write([record] + found.endings) { written in
      result.set(written)
      done.signal()
    }
    done.wait()
    try result.get()
    runtime.start(found.recovery)
  }

  private var barStyle: Style {
    switch plan.launch.environment {
    case .paper: Style(.text, on: .paper)
    case .demo: Style(.text, on: .demo)
    case .live: Style(.text, on: .live)
    }
  }

  private var cancelsAtExit: Bool { plan.launch.settings.risk.ordersAtExit == .cancel }

  private func terminalOptions(_ options: SessionOptions) -> TerminalOptions {
    let display = plan.launch.settings.display
    return TerminalOptions(
      environment: ProcessEnvironment.all, color: options.color ?? display.color.level,
      scheme: display.scheme.palette, isLight: display.background.isLight,
      isASCII: options.ascii || display.glyphs == .ascii, usesMouse: display.mouse,
      log: logFile.descriptor, crashNote: "perpdeck crashed; the log is \(plan.launch.places.log)\n"
    )
  }

  /// Those of a terminal that was lent; what the process writes elsewhere stays where it is.
  private func terminalOptions(_ loan: ScreenLoan) -> TerminalOptions {
    let display = plan.launch.settings.display
    return TerminalOptions(
      environment: loan.environment, color: display.color.level, scheme: display.scheme.palette,
      isLight: display.background.isLight, isASCII: loan.isASCII || display.glyphs == .ascii,
      usesMouse: display.mouse, device: loan.device, log: nil,
      crashNote: "perpdeck crashed; the log is \(plan.launch.places.log)\n")
  }

  /// How long the end may take, whatever hangs, in milliseconds.
  private static let longestEnd: Int64 = 3_000

  /// Ends in order: screen, exchange, journal. With a problem the exit code is 1, and no order is
  /// canceled.
  func stop(_ reason: String, problem: String? = nil) {
    guard !isStopping else { return }
    isStopping = true
    logger.info("ending", metadata: ["reason": "\(reason)"])
    runtime.openNothing()
    manager?.end()
    control?.close()
    alerts?.stop()
    bot?.stop()
    plain?.stop()
    screen?.close()
    let cancels = problem == nil && cancelsAtExit
    loop.schedule(after: Self.longestEnd) { [runtime] in
      if cancels { _ = Self.tell(OrdersLeft(runtime.snapshot())) }
      StandardError.write(
        "perpdeck: The end took longer than \(Self.longestEnd / 1_000) s, so the journal was not "
          + "closed. What it has is safe; the next start reads the rest from the exchange.")
      exit(1)
    }
    // The journal is closed behind the exchange, once what was canceled is gone.
    runtime.stop(reason, cancelsOrders: cancels) { [store] left in
      let isWhole = left.map(Self.tell) ?? true
      do throws(JournalProblem) {
        try store.close()
        if let problem { StandardError.write("perpdeck: \(problem)") }
        exit(isWhole && problem == nil ? 0 : 1)
      } catch {
        StandardError.write("perpdeck: \(error)")
        exit(1)
      }
    }
  }

  /// Says which orders were to be canceled and live; false where there are any.
  private static func tell(_ left: OrdersLeft) -> Bool {
    guard let sentence = left.sentence else { return true }
    StandardError.write("perpdeck: \(sentence)")
    return false
  }
}
