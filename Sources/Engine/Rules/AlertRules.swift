import AccountData
import Alerts
import MarketData
import Trading
import Units

/// How alerts meet the engine: they look at what it looks at, and never decide anything.
enum AlertRules {
  /// Takes what earlier runs left and adds the rules of the configuration that are new.
  static func start(_ recovery: AlertRecovery, _ core: inout EngineCore) {
    if let last = recovery.lastRule { core.alerts.book.skip(to: last) }
    let topics = topics(of: recovery, core)
    for var alert in recovery.alerts {
      alert.topic = topics[alert.id.rule]
      core.alerts.keep(alert)
    }
    if core.alerts.waitingCount > 0 { core.alerts.toldAt = core.now }
    // By their words, made once: there may be ten thousand.
    var wanted: [(definition: String, rule: AlertRule)] = []
    for text in core.settings.alerts.rules {
      switch read(text, core) {
      case .success(let rule): wanted.append((rule.definition, rule))
      case .failure(let problem):
        core.notify(.warning, "alert of the configuration: \(problem.sentence)")
      }
    }
    let configured = Set(wanted.map(\.definition))
    var known: Set<String> = []
    for record in recovery.rules {
      guard case .success(let rule) = read(record.text, core) else {
        if record.phase.isActive {
          core.notify(.warning, "alert \(record.id) means nothing any more: \(record.text)")
        }
        continue
      }
      if record.isConfigured {
        // What was taken out of the configuration is not looked at any more.
        let definition = rule.definition
        guard configured.contains(definition) else { continue }
        // Whoever took it away meant that run: what the configuration names stands at every start.
        if record.phase != .removed { known.insert(definition) }
      }
      core.alerts.book.restore(record, rule)
    }
    for (definition, rule) in wanted where known.insert(definition).inserted {
      _ = core.alerts.book.add(rule, isConfigured: true, at: core.now)
    }
    // What was only taken back changed nothing that would make the view anew.
    if !core.alerts.book.isEmpty { core.alerts.change() }
  }

  /// Takes a message of the market, after the markets took it.
  static func take(_ event: MarketEvent, _ change: Markets.Change, _ core: inout EngineCore) {
    core.alerts.book.take(event, at: core.now)
    switch event {
    case .mark(let mark):
      core.alerts.marks.take(mark.instrument, at: core.now)
      guard
        core.book.account.positions.held.contains(where: { $0.key.instrument == mark.instrument })
      else { return }
      readPosition(mark.instrument, &core)
    case .candles(let instrument, let timeFrame, _): readCandles(instrument, timeFrame, &core)
    case .candle(let instrument, let timeFrame, _):
      if case .candleClosed = change { readCandles(instrument, timeFrame, &core) }
    case .step(let step):
      if case .candleClosed = change { readCandles(step.instrument, step.timeFrame, &core) }
    case .instruments, .tiers, .ticker, .book, .bookGap, .trade, .funding: break
    }
  }

  /// Takes a change of the account.
  static func take(_ change: AccountChange, _ core: inout EngineCore) {
    switch change {
    case .fill(let fill):
      happened(
        .fill, fill.instrument,
        "filled: \(fill.side.rawValue) \(fill.contracts) contracts of \(fill.instrument) at "
          + "\(fill.price) USDT", &core)
    case .order(let change): tell(change, &core)
    case .positionOpened(let key):
      guard let held = core.account.positions[key] else { return }
      let report = held.report
      opened(key, report.side, report.contracts, report.entryPrice, &core)
    case .positionClosed(let cycle, _): tell(cycle, &core)
    case .positionPassed(let cycle):
      opened(cycle.key, cycle.side, cycle.peakContracts, cycle.entryPrice, &core)
    case .balance, .positionGone, .positionChanged, .trigger, .positionMode, .leverage, .funding:
      break
    }
  }

  /// Does what was asked of alerts; returns why not when it was not done.
  static func perform(
    _ command: Command, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    switch command {
    case .addAlert(let text):
      switch read(text, core) {
      case .failure(let problem): return problem.description
      case .success(let rule): return add(rule, text, &core)
      }
    case .removeAlert(let id): return remove(id, &core)
    case .acknowledge(let id): return acknowledge(id, source, &core)
    case .testAlert(let severity):
      core.alerts.testCount += 1
      let count = UInt64(max(0, core.now.milliseconds)) + core.alerts.testCount
      tell(
        AlertRecord(
          id: AlertID(rule: testRule, count: count), severity: severity,
          text: "this is a test of the alert channels", topic: .test, instrument: nil,
          at: core.now), &core)
      return nil
    default: preconditionFailure("only what concerns alerts comes here")
    }
  }

  /// What changes with time alone, what must be told again, and what ends.
  static func tick(_ core: inout EngineCore) {
    core.alerts.isTicking = false
    core.alerts.book.pass(to: core.now)
    guard core.alerts.waitingCount > 0, let toldAt = core.alerts.toldAt,
      core.now - toldAt >= core.settings.alerts.repeatInterval
    else { return }
    core.alerts.toldAt = core.now
    for alert in core.alerts.recent where alert.isWaiting {
      core.effects.append(.alert(alert, isRepeat: true))
    }
  }

  /// Reads what the event may have changed and tells what fired.
  static func finish(after event: Event, _ core: inout EngineCore) {
    switch event {
    case .account, .outcome, .link, .command, .timer, .journalFailed, .journalRecovered,
      .serverTime, .started:
      AlertReadings.read(&core)
    case .market(.mark):
      // A price moves what the account is worth only where something is held.
      if !core.book.account.positions.held.isEmpty { AlertReadings.readProgram(&core) }
    case .market, .protocolProblem, .intentDurable, .budget, .loopLate: break
    }
    if core.alerts.book.hasNews { flush(&core) }
    let isAsked = if case .command = event { true } else { false }
    core.alerts.renewView(at: core.now, force: isAsked)
    guard !core.alerts.isTicking,
      core.alerts.waitingCount > 0 || core.alerts.book.needsClock
        || AlertReadings.waitsForLinks(core)
    else { return }
    core.alerts.isTicking = true
    core.schedule(.alerts, in: AlertDesk.tick)
  }

  /// The number under which tries of the channels are told; no rule has it.
  private static let testRule = AlertRuleID(9_999_999)

  /// What the alerts are about whose rules are known; the journal keeps only the rules.
  private static func topics(
    of recovery: AlertRecovery, _ core: EngineCore
  ) -> [AlertRuleID: AlertTopic] {
    var topics: [AlertRuleID: AlertTopic] = [testRule: .test]
    let told = Set(recovery.alerts.map(\.id.rule))
    for record in recovery.rules where told.contains(record.id) {
      guard case .success(let rule) = read(record.text, core) else { continue }
      topics[record.id] = rule.condition.topic
    }
    return topics
  }

  private static func read(
    _ text: String, _ core: EngineCore
  ) -> Result<AlertRule, ExpressionProblem> {
    Result { () throws(ExpressionProblem) in
      try AlertRule(
        text, vocabulary: core.alerts.book.vocabulary, defaults: core.alerts.book.defaults,
        now: core.now)
    }
  }

  /// Adds a rule and says so, in the words in which it was asked for.
  private static func add(
    _ rule: AlertRule, _ words: String, _ core: inout EngineCore
  ) -> String? {
    if let same = core.alerts.book.rule(rule.text) { return "alert \(same) is the same" }
    guard let id = core.alerts.book.add(rule, at: core.now) else {
      return "there are \(AlertBook.ruleLimit) alerts already; remove some"
    }
    AlertReadings.seed(rule, &core)
    core.alerts.book.review(id, at: core.now)
    // One that fires at once tells enough by that.
    guard let entry = core.alerts.book.entry(id), entry.firedCount == 0 else { return nil }
    let waits = entry.isTrueAlready ? ", \(AlertEntry.trueAlready)" : ""
    core.notify(.notice, "alert \(id) set\(waits): \(words)")
    return nil
  }

  /// Takes a rule away and says so: one of the configuration comes back with the next start.
  private static func remove(_ id: AlertRuleID, _ core: inout EngineCore) -> String? {
    guard let entry = core.alerts.book.entry(id), core.alerts.book.remove(id) else {
      return "there is no alert \(id)"
    }
    if entry.isConfigured {
      core.notify(
        .warning,
        "alert \(id) of the configuration is off until the next start: \(entry.text)")
    } else {
      core.notify(.notice, "alert \(id) removed: \(entry.text)")
    }
    return nil
  }

  private static func acknowledge(
    _ id: AlertID?, _ source: CommandSource, _ core: inout EngineCore
  ) -> String? {
    var count = 0
    for place in core.alerts.recent.indices {
      let alert = core.alerts.recent[place]
      guard id == alert.id || id == nil && alert.isWaiting, alert.acknowledgedAt == nil else {
        continue
      }
      core.alerts.recent[place].acknowledgedAt = core.now
      core.alerts.recent[place].acknowledgedBy = source
      core.journal(.alertAcknowledged(alert.id, source, at: core.now))
      core.effects.append(.alertAcknowledged(alert.id))
      count += 1
    }
    core.alerts.countWaiting()
    core.alerts.change()
    if count > 0 { return nil }
    return id.map { "no alert \($0) waits" } ?? "no alert waits to be acknowledged"
  }

  private static func flush(_ core: inout EngineCore) {
    let news = core.alerts.book.take(at: core.now)
    if !news.changes.isEmpty { core.alerts.change() }
    for change in news.changes { core.journal(.alertRule(change)) }
    for firing in news.firings { tell(firing.record { AlertWords.of($0, core) }, &core) }
  }

  private static func tell(_ alert: AlertRecord, _ core: inout EngineCore) {
    core.alerts.keep(alert)
    if alert.isWaiting { core.alerts.toldAt = core.now }
    core.journal(.alert(alert))
    core.effects.append(.alert(alert, isRepeat: false))
  }

  private static func happened(
    _ event: AlertEvent, _ instrument: InstrumentID, _ text: String, _ core: inout EngineCore
  ) {
    core.alerts.book.happened(event, instrument, text, at: core.now)
  }

  private static func tell(_ change: Orders.Change, _ core: inout EngineCore) {
    let order = change.order
    guard change.stateBefore != order.state else { return }
    let what = AlertWords.of(order)
    if order.state == .rejected {
      happened(
        .refused, order.instrument, "refused: \(what): \(order.problem ?? "no reason given")",
        &core)
    }
    happened(.order, order.instrument, "order \(AlertWords.of(order.state)): \(what)", &core)
  }

  private static func opened(
    _ key: PositionKey, _ side: PositionSide, _ contracts: Contracts, _ price: Price,
    _ core: inout EngineCore
  ) {
    happened(
      .opened, key.instrument,
      "opened: \(side.rawValue) \(contracts) contracts of \(key.instrument) at \(price) USDT",
      &core)
  }

  private static func tell(_ cycle: PositionCycle, _ core: inout EngineCore) {
    let instrument = cycle.key.instrument
    let what = AlertWords.of(cycle)
    switch cycle.ending {
    case .stopLoss: happened(.stop, instrument, "stop hit: \(what)", &core)
    case .takeProfit: happened(.target, instrument, "target hit: \(what)", &core)
    case .liquidation: happened(.liquidation, instrument, "LIQUIDATED: \(what)", &core)
    case .autoDeleveraging:
      happened(.liquidation, instrument, "deleveraged by the exchange: \(what)", &core)
    case .manual, .strategy, .external, .unexplained, .accountEnded, nil: break
    }
    happened(.closed, instrument, "closed: \(what)", &core)
  }

  private static func readCandles(
    _ instrument: InstrumentID, _ timeFrame: TimeFrame, _ core: inout EngineCore
  ) {
    guard let series = core.markets[instrument]?.series(timeFrame) else { return }
    core.alerts.book.candleClosed(instrument, series, at: core.now)
  }

  /// Reads the position in an instrument for the rules that look at it.
  static func readPosition(_ instrument: InstrumentID, _ core: inout EngineCore) {
    guard core.alerts.book.looksAtPosition(in: instrument) else { return }
    core.alerts.book.setPosition(
      AlertReadings.position(instrument, core), in: instrument,
      isPriced: core.alerts.marks.holds(instrument), at: core.now)
  }
}
