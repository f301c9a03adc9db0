import AccountData
import MarketData
import Risk
import Trading
import Units

/// The state of the engine and the few primitives by which its rules act: send, write, tell, wait.
struct EngineCore: Sendable {
  let settings: EngineSettings
  var sequence: UInt64 = 0
  var now: Timestamp
  var markets: Markets
  var book: AccountBook
  var gate: RiskGate
  var ids: ClientOrderIDSequence
  var requests = RequestLog()
  var requestCount: UInt64 = 0
  var links: [LinkStatus]
  var clock = ClockEstimate()
  var step = StartupStep.connecting
  var wasReady = false
  var trading: TradingState
  var journalIsDown = false
  var denials = RecentList<DenialRecord>(capacity: EngineCore.listCapacity)
  var notices = RecentList<Notice>(capacity: EngineCore.listCapacity)
  var budget: RequestBudget?
  var guards = PositionGuards()
  var questions = OpenQuestions()
  var flattening: [InstrumentID?] = []
  var effects: [Effect] = []

  /// The most denials and notices that are kept.
  static let listCapacity = 100

  init(_ settings: EngineSettings, at now: Timestamp) {
    self.settings = settings
    self.now = now
    markets = Markets(depth: settings.depth)
    book = AccountBook(dayOffset: settings.dayOffset, at: now)
    gate = RiskGate(limits: settings.limits)
    ids = ClientOrderIDSequence(run: settings.run)
    links = LinkName.allCases.map { LinkStatus(name: $0, state: .connecting, since: now) }
    trading = TradingState(mode: .running, reason: "", source: .engine, since: now)
  }

  /// The account as it stands.
  var account: Account { book.account }

  /// Gives a request its number, notes it and adds the effect that carries it.
  mutating func send(_ subject: RequestSubject, _ effect: (RequestID) -> Effect) {
    requestCount += 1
    let id = RequestID(requestCount)
    requests.add(id, subject, at: now)
    effects.append(effect(id))
  }

  /// Adds records that nothing waits for.
  mutating func journal(_ record: Record) {
    if case .journal(var records)? = effects.last {
      effects.removeLast()
      records.append(record)
      effects.append(.journal(records))
    } else {
      effects.append(.journal([record]))
    }
  }

  /// Tells people something, and the journal.
  mutating func notify(
    _ level: NoteRecord.Level, _ text: String, _ instrument: InstrumentID? = nil
  ) {
    let notice = Notice(level: level, text: text, instrument: instrument, at: now)
    notices.append(notice)
    journal(.note(NoteRecord(level: level, text: text, instrument: instrument, at: now)))
    effects.append(.notify(notice))
  }

  /// Asks to be told of a moment.
  mutating func schedule(_ timer: TimerID, in span: TimeSpan) {
    effects.append(.schedule(timer, at: now + span))
  }

  /// How a connection stands.
  func isUp(_ name: LinkName) -> Bool {
    links.contains { $0.name == name && $0.state == .up }
  }

  /// Whether enough is known to take new risk.
  var readiness: Readiness {
    if journalIsDown { return .journalDown }
    for name in [LinkName.privateStream, .publicStream] where !isUp(name) { return .linkDown(name) }
    for link in links where link.name == .requests {
      switch link.state {
      case .down, .refused: return .linkDown(.requests)
      case .up, .connecting: break
      }
    }
    guard step == .ready else { return wasReady ? .reconciling : .starting(step.text) }
    if let offset = clock.offset {
      let size = TimeSpan.milliseconds(abs(offset.milliseconds))
      if size > settings.limits.clockOffsetMaximum { return .clockOff(offset) }
    }
    return .ready
  }

  /// What the gate looks at.
  var context: RiskContext {
    RiskContext(
      account: account, markets: markets, readiness: readiness, state: trading.mode,
      fees: settings.fees, now: now)
  }

  /// Puts the bot into a state and writes it down.
  mutating func setState(_ mode: BotState, reason: String, source: CommandSource) {
    trading = TradingState(mode: mode, reason: reason, source: source, since: now)
    journal(
      .stateChanged(BotStateRecord(state: mode, reason: reason, source: source, at: now)))
  }
}
