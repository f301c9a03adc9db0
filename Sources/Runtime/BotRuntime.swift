import Engine
import EventLoop
import Exchanges
import Journal
import Logging
import Risk
import Trading
import Units

/// Performs what the engine wants, and tells the engine what happened. It decides nothing.
public final class BotRuntime {
  /// Called after every event that the engine handled.
  public var onChange: (() -> Void)?
  /// Called with every sentence that people should know.
  public var onNotice: ((Notice) -> Void)?
  /// Called with every alert that is in the journal, and whether it is a repeat: for the channels
  /// that reach people who do not look at the screen.
  public var onAlert: ((AlertRecord, Bool) -> Void)?
  /// Called when an alert was acknowledged, by whomever.
  public var onAcknowledged: ((AlertID) -> Void)?
  /// Tells how the channels stand that carry alerts to people; nil where there are none.
  public var channels: (() -> [ChannelStatus])?
  /// How late the loop was at its worst when it was last looked, nil while it is in time.
  public var lateness: TimeSpan? {
    didSet { if lateness != oldValue { onChange?() } }
  }

  private var engine: TradingEngine
  private let exchange: any Exchange
  private let journal: any JournalWriting
  private let loop: any Loop
  let housekeeping: any Loop
  private var requests: RequestLog
  private let loggers: PartLoggers
  private var sequence: UInt64 = 0
  private var timers: [TimerID: TimerToken] = [:]
  private var recorder = EventBatchWriter()
  private var journalIsFailing = false
  private var unwritten = UnwrittenLines()
  /// Orders whose intent is on its way to the disk; a cancel that comes first takes them out.
  private var waiting: [ClientOrderID: RequestID] = [:]
  /// Requests that have left while the disk hung.
  private var hurried: Set<ClientOrderID> = []
  /// Alerts whose line is on its way to the disk, by their number.
  private var untold: Set<UInt64> = []
  private var tellCount: UInt64 = 0
  private var isStopping = false
  private(set) var isStopped = false
  /// Whether nothing is opened any more, for the program ends.
  private var opensNothing = false

  /// Joins the parts; nothing happens until ``start(_:)``.
  ///
  /// `loop` has the time that is traded in. `housekeeping` has the time of the machine, by which
  /// the journal is written; the two differ when a recording is replayed.
  public init(
    engine: TradingEngine, exchange: any Exchange, journal: any JournalWriting, loop: any Loop,
    housekeeping: (any Loop)? = nil, loggers: PartLoggers
  ) {
    self.engine = engine
    self.exchange = exchange
    self.journal = journal
    self.loop = loop
    self.housekeeping = housekeeping ?? loop
    self.loggers = loggers
    requests = RequestLog(loggers.exchange)
  }

  /// Gives the engine its first event and opens the exchange.
  public func start(_ recovery: Recovery) {
    handle(.started(recovery))
    exchange.connect { [weak self] event in self?.receive(event) }
    recordRegularly()
  }

  /// Lets no opening order leave from here on: the program ends. Exits, stops and cancels go on.
  public func openNothing() { opensNothing = true }

  /// Closes the exchange and writes what was collected; `done` follows when the journal has it.
  ///
  /// Fills that the exchange has not listed yet are waited for: they would be in the journal of the
  /// next start only. With `cancelsOrders` every order of ours is canceled before that; `done` gets
  /// those that are left. Both waits together take two seconds at most.
  public func stop(
    _ reason: String, cancelsOrders: Bool = false,
    done: @escaping @MainActor (OrdersLeft?) -> Void
  ) {
    guard !isStopping else { return }
    isStopping = true
    openNothing()
    if cancelsOrders { command(.cancelAll(nil), from: .engine) }
    let start = housekeeping.uptime.microseconds
    end(
      reason, cancelsOrders,
      by: MonotonicTime(microseconds: start + Self.endPatience * 1_000), done: done)
  }

  private func end(
    _ reason: String, _ cancelsOrders: Bool, by deadline: MonotonicTime,
    done: @escaping @MainActor (OrdersLeft?) -> Void
  ) {
    guard !isStopped else { return }
    let left = cancelsOrders ? OrdersLeft(snapshot()) : nil
    let isOwed = left?.orders.isEmpty == false || exchange.expectsFills
    if isOwed, housekeeping.uptime < deadline {
      housekeeping.schedule(after: Self.endLookInterval) { [weak self] in
        self?.end(reason, cancelsOrders, by: deadline, done: done)
      }
      return
    }
    if let sentence = left?.sentence { loggers.exchange.error("\(sentence)") }
    isStopped = true
    exchange.disconnect()
    for token in timers.values { loop.cancel(token) }
    timers.removeAll()
    let ending = Record.runEnded(snapshot().run, reason: reason, at: now)
    let rest = unwritten.take(at: now) + collected() + engine.unwritten
    journal.write(rest + [ending]) { [loggers] result in
      if case .failure(let problem) = result {
        loggers.journal.error(
          "the end of the run is not in the journal", metadata: ["reason": "\(problem)"])
      }
      done(left)
    }
  }

  /// Stops at once without closing or writing anything, as when the process is killed.
  public func abandon() {
    isStopped = true
    for token in timers.values { loop.cancel(token) }
    timers.removeAll()
  }

  /// A digest of the engine's whole state, for tests.
  var stateHash: UInt64 { engine.stateHash }

  /// Whether one of these requests waits for its answer.
  func isWaiting(for ids: Set<RequestID>) -> Bool { engine.isWaiting(for: ids) }

  /// Passes a command to the engine and returns why it was not done, nil when it was.
  @discardableResult
  public func command(_ command: Command, from source: CommandSource) -> String? {
    guard !isStopped else { return "the program has ended" }
    return handle(.command(command, source)).refusal(of: command, from: source)
  }

  /// Everything that a screen shows.
  public func snapshot() -> EngineSnapshot {
    var snapshot = engine.snapshot(at: now)
    if let channels { snapshot.channels = channels() }
    snapshot.lateness = lateness
    return snapshot
  }

  /// Raises the alarm that the loop is late.
  func tellLateness(_ lateness: TimeSpan) { handle(.loopLate(lateness)) }

  /// Says that ``channels`` tells something else than before.
  public func channelsChanged() { onChange?() }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func receive(_ event: ExchangeEvent) {
    switch event {
    case .market(let event): handle(.market(event))
    case .account(let event): handle(.account(event))
    case .outcome(let id, let outcome):
      handle(.outcome(id, outcome))
      requests.note(outcome, of: id)
    case .link(let name, let state):
      loggers.exchange.info("link", metadata: ["link": "\(name)", "state": "\(state)"])
      handle(.link(name, state))
    case .serverTime(let time, let sentAt, let receivedAt):
      handle(.serverTime(time, sentAt: sentAt, receivedAt: receivedAt))
    case .budget(let budgets): handle(.budget(budgets))
    case .protocolProblem(let text):
      loggers.exchange.warning("unusable message", metadata: ["reason": "\(text)"])
      handle(.protocolProblem(text))
    }
  }

  @discardableResult
  private func handle(_ event: Event) -> [Effect] {
    guard !isStopped else { return [] }
    sequence += 1
    let stamped = Stamped(event, sequence: sequence, at: now)
    recorder.add(stamped)
    let effects = engine.handle(stamped)
    for effect in effects { perform(effect) }
    if recorder.byteCount >= Self.recordingSize { flushRecording() }
    onChange?()
    return effects
  }

  private func perform(_ effect: Effect) {
    // What is asked for is logged after it was asked: the log must not stand in its way.
    defer { requests.note(effect) }
    switch effect {
    case .submit(let id, let order) where opensNothing && !order.request.reduceOnly:
      refuseAtEnd(id)
    case .submit(let id, let order):
      submit(
        order.record, .submit(order.request), as: id, evenUnjournaled: order.mayLeaveUnjournaled)
    case .resend(let id, let order): exchange.perform(.submit(order.request), as: id)
    case .protect(let id, let protection):
      submit(protection.record, .protect(protection.request), as: id, evenUnjournaled: true)
    case .cancel(let id, let instrument, let order): cancel(instrument, order, as: id)
    case .cancelTrigger(let id, let instrument, let order):
      exchange.perform(.cancelTrigger(instrument, order), as: id)
    case .setLeverage(let id, let instrument, let mode, let slot, let leverage):
      exchange.perform(.setLeverage(instrument, mode, slot, leverage), as: id)
    case .setPositionMode(let id, let mode): exchange.perform(.setPositionMode(mode), as: id)
    case .accountSnapshot(let id, let places):
      exchange.perform(.accountSnapshot(leveragesOf: places), as: id)
    case .orderStatus(let id, let instrument, let order):
      exchange.perform(.orderStatus(instrument, order), as: id)
    case .instruments(let id): exchange.perform(.instruments, as: id)
    case .tiers(let id, let instrument, let mode):
      exchange.perform(.tiers(instrument, mode), as: id)
    case .candles(let id, let instrument, let timeFrame, let before, let limit):
      exchange.perform(.candles(instrument, timeFrame, before: before, limit: limit), as: id)
    case .subscribe(let id, let topics): exchange.perform(.subscribe(topics), as: id)
    case .journal(let records): write(records)
    case .schedule(let timer, let moment): schedule(timer, at: moment)
    case .unschedule(let timer): timers.removeValue(forKey: timer).map(loop.cancel)
    case .notify(let notice):
      loggers.engine.log(level: notice.level.logLevel, "\(notice.text)")
      onNotice?(notice)
    case .alert(let alert, let isRepeat): tell(alert, isRepeat)
    case .alertAcknowledged(let id): onAcknowledged?(id)
    }
  }

  /// Shows an alert at once and hands it to the channels when the disk has it, so that a crash in
  /// between sends nothing that the next start would send again.
  private func tell(_ alert: AlertRecord, _ isRepeat: Bool) {
    loggers.alerts.log(
      level: alert.severity.noteLevel.logLevel, "\(alert.text)",
      metadata: [
        "alert.id": "\(alert.id)", "alert.repeat": "\(isRepeat)",
      ])
    onNotice?(
      Notice(
        .alert, level: alert.severity.noteLevel, text: "ALERT \(alert.id): \(alert.text)",
        instrument: alert.instrument, at: alert.at))
    guard onAlert != nil else { return }
    tellCount += 1
    let number = tellCount
    untold.insert(number)
    // The line is there already; writing it again changes nothing and comes after it.
    journal.write([.alert(alert)]) { [weak self] result in
      guard let self, !isStopped else { return }
      // A journal that fails must not keep an alert from anyone, and neither must one that hangs.
      if case .failure(let problem) = result { noteJournalFails(problem, nil) }
      if untold.remove(number) != nil { onAlert?(alert, isRepeat) }
    }
    loop.schedule(at: loop.now.advanced(byMilliseconds: Self.diskPatience)) { [weak self] in
      guard let self, !isStopped, untold.remove(number) != nil else { return }
      onAlert?(alert, isRepeat)
    }
  }

  /// Journals the intent first; the request leaves when the disk has it (I1).
  private func submit(
    _ record: IntentRecord, _ request: ExchangeRequest, as id: RequestID, evenUnjournaled: Bool
  ) {
    let client = record.clientOrderID
    waiting[client] = id
    if evenUnjournaled { hurry(client, request, as: id) }
    journal.write([.intent(record)]) { [weak self] result in
      guard let self, !isStopped else { return }
      if hurried.remove(client) != nil { return noteLate(client, result) }
      // A cancel has overtaken it: it was answered there, and the request must not leave.
      guard waiting[client] != nil else { return }
      switch result {
      case .success:
        noteJournalWorks()
        handle(.intentDurable(client))
        // The engine may have taken it back just now.
        guard waiting.removeValue(forKey: client) != nil else { return }
        // The program has begun to end since: nobody would watch what this opens.
        if opensNothing, case .submit(let order) = request, !order.reduceOnly {
          return refuseAtEnd(id)
        }
        exchange.perform(request, as: id)
      case .failure(let problem):
        waiting[client] = nil
        noteJournalFails(problem, client)
        if evenUnjournaled { exchange.perform(request, as: id) }
      }
    }
    // While the disk works.
    exchange.prepare(request)
  }

  /// Answers for an opening order that does not leave, for the program ends.
  private func refuseAtEnd(_ id: RequestID) {
    loop.post { [weak self] in
      self?.handle(.outcome(id, .notSent("the program is ending")))
    }
  }

  /// Lets a request that only reduces leave when the disk hangs: it must not keep anyone in risk.
  private func hurry(_ client: ClientOrderID, _ request: ExchangeRequest, as id: RequestID) {
    loop.schedule(at: loop.now.advanced(byMilliseconds: Self.diskPatience)) { [weak self] in
      guard let self, !isStopped, waiting[client] == id else { return }
      waiting[client] = nil
      hurried.insert(client)
      loggers.journal.warning(
        "the disk is slow: a request that only reduces leaves before its intent is there",
        metadata: ["order.client_id": "\(client)"])
      exchange.perform(request, as: id)
    }
  }

  /// The journal answers for a request that has left already.
  private func noteLate(_ client: ClientOrderID, _ result: Result<Void, JournalProblem>) {
    switch result {
    case .success:
      noteJournalWorks()
      handle(.intentDurable(client))
    case .failure(let problem): noteJournalFails(problem, client)
    }
  }

  /// Cancels at the exchange, or before the request has left where it still waits for the disk.
  private func cancel(_ instrument: InstrumentID, _ order: OrderReference, as id: RequestID) {
    guard case .client(let client) = order, let request = waiting.removeValue(forKey: client) else {
      return exchange.perform(.cancel(instrument, order), as: id)
    }
    loop.post { [weak self] in
      self?.handle(.outcome(request, .notSent("canceled before it left")))
      self?.handle(.outcome(id, .confirmed(.cancel)))
    }
  }

  private func write(_ records: [Record]) {
    guard !records.isEmpty else { return }
    journal.write(records) { [weak self] result in
      guard let self, !isStopped else { return }
      switch result {
      case .success: noteJournalWorks()
      case .failure(.recordRefused(let reason)): noteRefused(reason)
      case .failure(let problem):
        unwritten.keep(records)
        noteJournalFails(problem, nil)
      }
    }
  }

  /// A record was refused by the rules of the journal: the rest of it is written, and the journal
  /// goes on.
  private func noteRefused(_ reason: String) {
    loggers.journal.error("the journal refused a record", metadata: ["reason": "\(reason)"])
    onNotice?(
      Notice(
        .other, level: .alarm, text: "the journal refused a record: \(reason)", instrument: nil,
        at: now))
  }

  private func noteJournalWorks() {
    guard journalIsFailing else { return }
    journalIsFailing = false
    handle(.journalRecovered)
    write(unwritten.take(at: now))
  }

  private func noteJournalFails(_ problem: JournalProblem, _ client: ClientOrderID?) {
    loggers.journal.error("the journal cannot write", metadata: ["reason": "\(problem)"])
    // One event is enough for a store that fails on and on, except where an intent waits for it.
    guard !journalIsFailing || client != nil else { return }
    journalIsFailing = true
    handle(.journalFailed(client, "\(problem)"))
  }

  private func schedule(_ timer: TimerID, at moment: Timestamp) {
    timers[timer].map(loop.cancel)
    timers[timer] = loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
      guard let self else { return }
      timers[timer] = nil
      handle(.timer(timer))
    }
  }

  private func recordRegularly() {
    housekeeping.schedule(after: Self.recordingInterval) { [weak self] in
      guard let self, !isStopped else { return }
      flushRecording()
      recordRegularly()
    }
  }

  private func flushRecording() { write(collected()) }

  private func collected() -> [Record] {
    guard let batch = recorder.take() else { return [] }
    return [.events(batch)]
  }
}
