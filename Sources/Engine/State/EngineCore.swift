import AccountData
import Alerts
import MarketData
import Risk
import Strategies
import Trading
import Units

/// The state of the engine and the few primitives by which its rules act: send, write, tell, wait.
struct EngineCore: Sendable {
  let settings: EngineSettings
  var sequence: UInt64 = 0
  let startedAt: Timestamp
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
  /// Protection that earlier runs asked for and that no word was heard of.
  var earlierProtections: [ProtectionRequest] = []
  var journalIsDown = false
  var journalDownSince: Timestamp?
  var denials = RecentList<DenialRecord>(capacity: EngineCore.listCapacity)
  var notices = RecentList<Notice>(capacity: EngineCore.listCapacity)
  var budgets: [RequestBudget] = []
  var breakers = CircuitBreakers()
  var breakerIsDue = false
  /// The lives of positions that an earlier run left open.
  var restoredCycles: [CycleID] = []
  var peakWrittenAt: Timestamp?
  /// A peak that came too soon after the last one in the journal; it is written a little later.
  var unwrittenPeak: EquityRecord?
  var random: SeededRandom
  var accountReading = AccountReading()
  /// The mode of the first reading of the account, or the one that was asked for since.
  var positionModeMeant: PositionMode?
  var leverages = LeverageWatch()
  var rules = RulesReading()
  /// Orders of which people were told that their state is not known.
  var oddOrders: [ExchangeOrderID] = []
  var plans: [ActionPlan] = []
  /// The actions and the protections that ended of late, as the journal was told, which may have
  /// lost it.
  var endedPlans = RecentList<PlanRecord>(capacity: PlanRules.endedCapacity)
  var planCount: UInt64 = 0
  var proposals: [Proposal] = []
  var proposalCount: UInt64 = 0
  var guards = PositionGuards()
  /// Who asked for openings of late.
  var wishes = WishLog()
  var questions = OpenQuestions()
  var flattening: [InstrumentID?] = []
  /// Protection of positions that are gone, canceled until the exchange lists it no more.
  var sweeps: [ExchangeOrderID] = []
  var wantsCheckpoint = false
  /// Whether everything is written; else only what reports of trades are made of.
  var journalsEverything = true
  var desk: StrategyDesk
  var alerts: AlertDesk
  var effects: [Effect] = []

  /// How long an answer of a person may take; what was proposed is not queued to fire later.
  static let proposalLife = TimeSpan.seconds(60)
  /// The most proposals that wait for a person.
  static let proposalLimit = 20
  /// The most denials and notices that are kept.
  static let listCapacity = 100

  init(_ settings: EngineSettings, strategies: [StrategyPlan], at now: Timestamp) {
    self.settings = settings
    startedAt = now
    desk = StrategyDesk(strategies)
    alerts = AlertDesk(settings)
    self.now = now
    markets = Markets(
      depth: settings.depth, jumpLimit: settings.limits.priceDivergenceMaximum)
    book = AccountBook(dayOffset: settings.dayOffset, at: now)
    gate = RiskGate(limits: settings.limits)
    ids = ClientOrderIDSequence(run: settings.run)
    random = SeededRandom(seed: settings.seed)
    links = LinkName.allCases.map { LinkStatus(name: $0, state: .connecting, since: now) }
    trading = TradingState(mode: .running, reason: "", source: .engine, since: now)
  }

  /// The account as it stands; lent, for it holds a dozen lists.
  var account: Account {
    _read { yield book.account }
  }

  /// Gives a request its number, notes it and adds the effect that carries it.
  mutating func send(_ subject: RequestSubject, _ effect: (RequestID) -> Effect) {
    requestCount += 1
    let id = RequestID(requestCount)
    requests.add(id, subject, at: now)
    effects.append(effect(id))
  }

  /// Notes what is attached to an entry, so that it is known for ours when it is shown.
  mutating func noteAttached(_ request: OrderRequest, _ source: CommandSource) {
    guard request.stopLoss != nil || request.takeProfit != nil else { return }
    book.noteProtection(
      OwnProtection(
        key: PositionKey(
          instrument: request.instrument, slot: request.slot, marginMode: request.marginMode),
        clientOrderID: nil, stopPrice: request.stopLoss?.triggerPrice,
        targetPrice: request.takeProfit?.triggerPrice, source: source))
  }

  /// Notes protection that is asked for.
  mutating func noteProtection(_ request: ProtectionRequest, _ source: CommandSource) {
    book.noteProtection(
      OwnProtection(
        key: request.key, clientOrderID: request.clientOrderID,
        stopPrice: request.stopLoss?.triggerPrice, targetPrice: request.takeProfit?.triggerPrice,
        source: source))
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

  /// Tells the journal alone something.
  mutating func note(
    _ level: NoteRecord.Level, _ text: String, _ instrument: InstrumentID? = nil
  ) {
    journal(.note(NoteRecord(level: level, text: text, instrument: instrument, at: now)))
  }

  /// Tells people something, and the journal.
  mutating func notify(
    _ level: NoteRecord.Level, _ text: String, _ instrument: InstrumentID? = nil
  ) {
    let notice = Notice(.other, level: level, text: text, instrument: instrument, at: now)
    notices.append(notice)
    note(level, text, instrument)
    effects.append(.notify(notice))
    guard level == .alarm else { return }
    let name = instrument.map { text.contains($0.text) ? "" : "\($0): " } ?? ""
    alerts.book.happened(.trouble, instrument, name + text, at: now)
  }

  /// Asks to be told of a moment.
  mutating func schedule(_ timer: TimerID, in span: TimeSpan) {
    effects.append(.schedule(timer, at: now + span))
  }

  /// Returns the wait before the next attempt: doubling from `first` to `last`, of which a half is
  /// drawn, so that many clients do not knock together.
  mutating func backoff(_ attempts: Int, first: TimeSpan, last: TimeSpan) -> TimeSpan {
    var delay = first
    for _ in 1..<max(1, attempts) where delay < last { delay = delay + delay }
    let whole = min(delay, last).milliseconds
    return .milliseconds(whole / 2 + Int64(random.below(Int(whole - whole / 2) + 1)))
  }

  /// How a connection stands.
  func isUp(_ name: LinkName) -> Bool {
    links.contains { $0.name == name && $0.state == .up }
  }

  /// Whether enough is known to take new risk.
  var readiness: Readiness {
    if journalIsDown { return .journalDown }
    for name in [LinkName.privateStream, .publicStream] where !isUp(name) {
      // What was never connected is not down, unless it was refused: it is on its way.
      let link = links[name.position]
      let isFirst = !wasReady && link.state == .connecting && !link.wasRefused
      return isFirst ? .starting(step.text) : .linkDown(name)
    }
    for link in links where link.name == .requests {
      switch link.state {
      case .down, .refused: return .linkDown(.requests)
      case .up, .connecting: break
      }
    }
    guard step == .ready else { return wasReady ? .reconciling : .starting(step.text) }
    if let meant = positionModeMeant, let mode = book.account.positionMode, mode != meant {
      return .positionModeChanged(mode)
    }
    if let readAt = accountReading.readAt, accountReading.failures > 0,
      now - readAt > Self.unreadLimit(settings.timing)
    {
      return .accountUnread(now - readAt)
    }
    if rules.isDoubted { return .rulesUnread }
    if let offset = clock.offset {
      let size = TimeSpan.milliseconds(abs(offset.milliseconds))
      if size > gate.limits.clockOffsetMaximum { return .clockOff(offset) }
    }
    return .ready
  }

  /// What the gate looks at.
  var context: RiskContext {
    RiskContext(
      account: account, markets: markets, readiness: readiness, state: trading.mode,
      fees: settings.fees, breakers: breakers, flattening: flattening,
      meantLeverages: meantLeverages, disturbed: rules.disturbed, now: now,
      clock: clock.exchangeClock(unmeasured: gate.limits.clockOffsetMaximum))
  }

  /// How old the last reading of the account may be before nothing new is opened.
  static func unreadLimit(_ timing: EngineTiming) -> TimeSpan {
    timing.reconcileInterval + timing.reconcileInterval
  }

  /// Puts the bot into a state and writes it down.
  mutating func setState(_ mode: BotState, reason: String, source: CommandSource) {
    trading = TradingState(mode: mode, reason: reason, source: source, since: now)
    if mode == .halted {
      let text = reason.hasPrefix("halted") ? reason : "halted: \(reason)"
      alerts.book.happened(.halt, nil, text, at: now)
    }
    writeState()
  }

  /// Writes down the state that the bot is in.
  mutating func writeState() {
    journal(
      .stateChanged(
        BotStateRecord(
          state: trading.mode, reason: trading.reason, source: trading.source, at: now)))
  }
}
