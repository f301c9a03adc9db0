import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// The one path from nothing to ready, taken at every start and after every lost connection.
///
/// connecting -> instruments -> account -> resolving -> ready
enum StartupRules {
  /// Takes what an earlier run left.
  static func start(_ recovery: Recovery, _ core: inout EngineCore) {
    core.ids.skip(to: recovery.usedClientOrderIDs)
    if let state = recovery.state {
      core.trading = TradingState(
        mode: state.state, reason: state.reason, source: state.source, since: state.at)
    }
    for intent in recovery.openIntents {
      restore(intent, isLost: recovery.lostOrders.contains(intent.clientOrderID), &core)
    }
    if let dayStart = recovery.dayStart { core.book.restoreDayStart(dayStart) }
    core.breakers.restore(
      peak: recovery.peak?.equity, endedCycles: recovery.endedCycles,
      openCycles: recovery.openCycles, limits: core.gate.limits.day,
      dayStart: core.book.account.day.startedAt, at: core.now)
    core.restoredCycles = recovery.openCycles.map(\.id)
    core.book.restore(recovery.openCycles, fillsKnownTo: recovery.newestFill)
    core.book.holdEndings()
    for cycle in recovery.openCycles { core.guards.restore(cycle) }
    PlanRules.restore(recovery.openPlans, &core)
    StrategyRules.restore(recovery.endedCycles, &core)
    for known in recovery.strategies { StrategyRules.restore(known, &core) }
    AlertRules.start(recovery.alerts, &core)
    StrategyLimitRules.started(noted: recovery.strategies, &core)
    let nextDay =
      core.now.start(of: .days(1), offset: core.settings.dayOffset) + .days(1)
    core.effects.append(.schedule(.day, at: nextDay))
    if let interval = core.settings.timing.checkpointInterval {
      core.schedule(.checkpoint, in: interval)
    }
    advance(&core)
  }

  /// Takes an intent that had no proven end: an order is asked for, protection is expected.
  private static func restore(
    _ intent: IntentRecord, isLost: Bool, _ core: inout EngineCore
  ) {
    switch intent.action {
    case .order(let request):
      core.book.restore(request, source: intent.source, isLost: isLost, at: intent.at)
      if isLost {
        core.schedule(.lost(request.clientOrderID), in: core.settings.timing.lostWatch)
      } else {
        core.questions.ask(request.clientOrderID, at: core.now)
      }
      core.noteAttached(request, intent.source)
    case .protection(let request):
      core.noteProtection(request, intent.source)
      core.earlierProtections.append(request)
      if let stop = request.stopLoss {
        core.guards.update(request.key) { $0.setPlan(.stop(stop), isOwn: true) }
      }
    case .closePosition: break
    }
  }

  /// Takes the state of a connection.
  static func take(_ name: LinkName, _ state: LinkState, _ core: inout EngineCore) {
    let before = core.links[name.position]
    guard before.state != state else { return }
    core.links[name.position].move(to: state, at: core.now)
    if state == .up {
      advance(&core)
      if name == .publicStream { StrategyFeedRules.readPast(&core) }
      return
    }
    if before.state == .up { lose(name, &core) }
    if name == .privateStream { readUntold(&core) }
    if name != .requests, core.links[name.position].wasRefused, !before.wasRefused {
      // It does not come back within a moment, whatever it was before: once until it does.
      core.notify(.alarm, lossText(name, state))
    } else if before.state == .up {
      core.notify(.warning, lossText(name, state))
    }
  }

  /// Notes what is not told any more by a connection that was up.
  private static func lose(_ name: LinkName, _ core: inout EngineCore) {
    switch name {
    case .publicStream:
      StrategyFeedRules.lose(&core)
      EntryRules.pricesWereLost(&core)
      // Which books were lost the exchange says one by one: other connections may carry the rest.
      core.alerts.book.lose(at: core.now)
      core.alerts.marks.lose()
    case .privateStream:
      core.step = .connecting
      core.book.holdEndings()
      // Requests have a connection of their own: what is held is watched by them meanwhile.
      if core.accountReading.readAt != nil {
        core.schedule(.reconcile, in: reconcileInterval(core))
      }
    case .requests: break
    }
  }

  /// Begins to read by requests what a stream that does not come up at the start would tell: what
  /// is held and rests is watched and can be closed, as after a stream that was lost. Nothing is
  /// opened.
  private static func readUntold(_ core: inout EngineCore) {
    guard core.step == .connecting, isMissed(core) else { return }
    if core.markets.count == 0 {
      InstrumentRules.read(&core)
    } else if core.accountReading.readAt == nil, core.accountReading.failures == 0 {
      readAccount(&core)
    }
  }

  /// Whether the account stream is lost or was refused, and is not only on its way up.
  private static func isMissed(_ core: EngineCore) -> Bool {
    let link = core.links[LinkName.privateStream.position]
    return link.wasRefused || link.isLost(at: core.now)
  }

  /// The instruments were read, for the first time or again.
  static func instrumentsCame(isFirst: Bool, _ core: inout EngineCore) {
    guard core.markets.count > 0 else { return }
    switch core.step {
    case .instruments:
      subscribe(&core)
      enterAccount(&core)
    case .connecting:
      guard isFirst, isMissed(core) else { return }
      subscribe(&core)
      readUntold(&core)
    case .account, .resolving, .ready: break
    }
  }

  /// The account was read completely.
  static func accountCame(
    _ snapshot: AccountSnapshot, askedAt: Timestamp, _ core: inout EngineCore
  ) {
    let snapshot = LeverageRules.withoutOutdated(snapshot, askedAt: askedAt, core)
    for order in snapshot.orders { AccountRules.noteState(of: order, &core) }
    for trigger in snapshot.triggerOrders { AccountRules.noteState(of: trigger, &core) }
    let before = EntryTargetRules.shown(core)
    let result = core.book.reconcile(with: snapshot, requestedAt: askedAt, at: core.now)
    EntryTargetRules.takeMoves(since: before, &core)
    AccountRules.react(to: result.changes, &core)
    for adjustment in result.reconciliation.adjustments {
      core.notify(
        .warning,
        "\(adjustment.key.instrument) is \(adjustment.reported) contracts, expected "
          + "\(adjustment.expected): changed elsewhere",
        adjustment.key.instrument)
    }
    for reference in result.reconciliation.questions { QuestionRules.ask(reference, &core) }
    QuestionRules.askForCanceledElsewhere(&core)
    core.schedule(.reconcile, in: reconcileInterval(core))
    LeverageRules.accountCame(snapshot, &core)
    InstrumentRules.accountCame(&core)
    // What was asked before the stream came up has missed what happened in between.
    if core.step == .account, askedAt >= core.links[LinkName.privateStream.position].since {
      core.step = .resolving(0)
      core.schedule(.startup, in: resolvingPatience)
    }
    if core.step != .account {
      AccountRules.react(to: core.book.settleEndings(heardBefore: askedAt), &core)
    }
    ProtectionRules.earlierRunsEnded(snapshot, &core)
    ProtectionRules.forgetIdle(&core)
    ProtectionRules.accountWasRead(askedAt: askedAt, &core)
    if core.step == .ready { ProtectionRules.reviewAll(&core) }
    settle(&core)
    listen(&core)
  }

  /// What is held and what guards it was read ahead of the rest, which can be long in coming: a
  /// stop that is missing does not wait for it. New risk does.
  static func holdingsCame(
    _ event: AccountEvent, askedAt: Timestamp, _ core: inout EngineCore
  ) {
    let before = EntryTargetRules.shown(core)
    let changes = core.book.apply(event, at: core.now)
    EntryTargetRules.takeMoves(since: before, &core)
    AccountRules.react(to: changes, &core)
    core.accountReading.hasHoldings = true
    ProtectionRules.accountWasRead(askedAt: askedAt, &core)
    for held in core.account.positions.held { ProtectionRules.review(held.key, &core) }
  }

  /// How long to wait until the account is compared again: less while its stream is silent or gone
  /// and something is at stake.
  static func reconcileInterval(_ core: EngineCore) -> TimeSpan {
    let timing = core.settings.timing
    let isUntold =
      core.accountReading.isSilent || core.step == .connecting && hasStake(core)
    return isUntold
      ? min(timing.silentReconcileInterval, timing.reconcileInterval) : timing.reconcileInterval
  }

  /// Whether something is held or rests at the exchange.
  private static func hasStake(_ core: EngineCore) -> Bool {
    let account = core.book.account
    return !account.positions.held.isEmpty || !account.orders.open.isEmpty
  }

  /// Notices an account stream that says nothing while something is at stake (W16). Nothing may
  /// have happened there, and the account is read more often: only the journal is told.
  static func listen(_ core: inout EngineCore) {
    guard hasStake(core) else { return }
    let limit = core.settings.timing.privateSilence
    let link = core.links[LinkName.privateStream.position]
    let heard = max(link.messageAt ?? link.since, link.since)
    if core.isUp(.privateStream), core.now - heard >= limit, !core.accountReading.isSilent {
      core.accountReading.isSilent = true
      core.note(.notice, "the account stream is silent: the account is read more often")
      readAccount(&core)
      core.schedule(.reconcile, in: reconcileInterval(core))
    }
    core.schedule(.silence, in: limit)
  }

  /// Becomes ready when every order of unknown outcome has been asked for.
  ///
  /// One that the exchange does not know goes on being unknown until it is old enough to be lost
  /// (I4): it counts in full and blocks its own instrument (I3), and nothing else waits for it
  /// (R04). Neither does the start wait for long: the lists of the account showed what there is,
  /// and what the exchange lets us ask in ten seconds can be used up.
  static func settle(_ core: inout EngineCore, hasWaited: Bool = false) {
    guard case .resolving = core.step else { return }
    let open = core.account.orders.open.count { order in
      let question = order.clientOrderID.flatMap { core.questions[$0] }
      return order.state == .unknown && question?.absences ?? 0 == 0
    }
    guard open == 0 || hasWaited else {
      core.step = .resolving(open)
      return
    }
    core.effects.append(.unschedule(.startup))
    core.step = .ready
    if !core.wasReady {
      core.wasReady = true
      core.notify(.notice, "ready")
    }
    ProtectionRules.reviewAll(&core)
    CommandRules.goOnHalting(&core)
    CommandRules.goOnFlattening(&core)
    StrategyFeedRules.accountKnown(&core)
  }

  /// Tries the current step again.
  static func retry(_ core: inout EngineCore) {
    switch core.step {
    case .connecting:
      advance(&core)
      readUntold(&core)
    case .instruments: enterInstruments(&core)
    case .account: enterAccount(&core)
    case .resolving: settle(&core, hasWaited: true)
    case .ready: break
    }
  }

  /// How long the start waits for answers about orders of unknown outcome.
  private static let resolvingPatience = TimeSpan.seconds(2)

  /// A step's request failed; the step is tried again, after a while that is drawn unless stated.
  static func failed(_ core: inout EngineCore, wait: TimeSpan? = nil) {
    switch core.step {
    case .connecting, .instruments, .account:
      let first = core.settings.timing.startupRetry
      let usual = core.backoff(2, first: first, last: first + first)
      core.schedule(.startup, in: wait ?? usual)
    case .resolving, .ready: break
    }
  }

  private static func advance(_ core: inout EngineCore) {
    // Market data is asked for once the instruments are known; until then there may be no such
    // stream. New risk waits for it by its own condition.
    guard core.step == .connecting, core.isUp(.privateStream) else { return }
    // The stream shows its list of positions before what ended one of them.
    core.book.holdEndings()
    if core.markets.count == 0 {
      enterInstruments(&core)
    } else {
      enterAccount(&core)
      InstrumentRules.readAnew(&core)
    }
  }

  private static func enterInstruments(_ core: inout EngineCore) {
    core.step = .instruments
    InstrumentRules.read(&core)
  }

  private static func enterAccount(_ core: inout EngineCore) {
    core.step = .account
    readAccountAnew(&core)
  }

  /// Reads the whole account unless that is under way.
  static func readAccount(_ core: inout EngineCore) {
    guard !core.requests.isWaiting({ $0 == .accountSnapshot }) else { return }
    core.accountReading.isWantedAgain = false
    let places = LeverageRules.asked(core)
    core.send(.accountSnapshot) { .accountSnapshot($0, leveragesOf: places) }
  }

  /// Reads the whole account as it is from now on: a reading that is under way may have asked
  /// before what matters happened, and another one follows it.
  static func readAccountAnew(_ core: inout EngineCore) {
    if core.requests.isWaiting({ $0 == .accountSnapshot }) {
      core.accountReading.isWantedAgain = true
    } else {
      readAccount(&core)
    }
  }

  /// Chooses the streams and reads the margin tables.
  static func subscribe(_ core: inout EngineCore) {
    let subscriptions = core.settings.subscriptions
    core.send(.subscribe(subscriptions.count)) { .subscribe($0, subscriptions) }
    for pair in core.settings.pairs {
      guard core.markets[pair.instrument] != nil else {
        core.notify(.warning, "\(pair.instrument) is not listed", pair.instrument)
        continue
      }
      readTiers(pair.instrument, &core)
      readCandles(pair.instrument, &core)
    }
    StrategyFeedRules.readPast(&core)
  }

  /// Reads the candles that a limit looks at: what has gone by is not told by the stream.
  private static func readCandles(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard core.gate.limits.size.needCandles else { return }
    for timeFrame in core.settings.timeFrames {
      // A strategy waits for as many as there are, and one reading is for both.
      let isAwaited = core.desk.awaitsPast(of: instrument, timeFrame)
      let limit = isAwaited ? core.settings.depth.candles : 100
      core.send(.candles(instrument, timeFrame)) {
        .candles($0, instrument, timeFrame, before: nil, limit: limit)
      }
    }
  }

  /// Reads the margin table of a pair.
  static func readTiers(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard let pair = core.settings.pairs.first(where: { $0.instrument == instrument }) else {
      return
    }
    core.send(.tiers(instrument, pair.marginMode)) { .tiers($0, instrument, pair.marginMode) }
  }

  private static func lossText(_ name: LinkName, _ state: LinkState) -> String {
    switch state {
    case .connecting, .up: "\(name.sentenceWord) is connecting again"
    case .down(let reason): "\(name.sentenceWord) is down: \(reason)"
    case .refused(let reason): "\(name.sentenceWord) is refused: \(reason)"
    }
  }
}
