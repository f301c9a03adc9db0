import AccountData
import Alerts
import MarketData
import Risk
import Strategies
import Trading
import Units

/// The one reducer of the program: an event in, effects out. It is a value; it never reads a clock,
/// draws a random number, opens a file or knows which mode it is in.
///
/// The same events in the same order give the same effects and the same ``stateHash``.
public struct TradingEngine: Sendable {
  private(set) var core: EngineCore

  /// Makes an engine of which nothing has happened yet; the first event is ``Event/started(_:)``.
  public init(
    _ settings: EngineSettings, strategies: [StrategyPlan] = [], at now: Timestamp
  ) {
    core = EngineCore(settings, strategies: strategies, at: now)
  }

  /// Takes an event and returns what is to be done, in order.
  public mutating func handle(_ event: Stamped<Event>) -> [Effect] {
    handle(event.value, sequence: event.sequence, at: event.at)
  }

  /// Whether one of these requests waits for its answer.
  public func isWaiting(for ids: Set<RequestID>) -> Bool {
    core.requests.waiting.contains { ids.contains($0.id) }
  }

  /// Writes from here on only what reports of trades are made of: fills, lives of positions that
  /// ended, funding, denials. For runs whose journal nobody keeps; nothing else is different.
  public mutating func journalTradesOnly() { core.journalsEverything = false }

  /// Writes everything again.
  public mutating func journalEverything() { core.journalsEverything = true }

  /// Takes an event with its number and moment and returns what is to be done, in order.
  public mutating func handle(
    _ event: Event, sequence: UInt64, at moment: Timestamp
  ) -> [Effect] {
    begin(sequence, moment)
    switch event {
    case .market(let market): MarketRules.take(market, &core)
    case .account(let account): AccountRules.take(account, &core)
    case .outcome(let id, let outcome): OutcomeRules.take(id, outcome, &core)
    case .link(let name, let state): StartupRules.take(name, state, &core)
    case .serverTime(let server, let sentAt, let receivedAt):
      core.clock.add(server, sentAt: sentAt, receivedAt: receivedAt)
    case .protocolProblem(let text):
      core.notify(.warning, text)
      // What could not be read may have been about an order (O20): look at the account.
      if core.step == .ready { StartupRules.readAccount(&core) }
    case .command(let command, let source): CommandRules.take(command, source, &core)
    case .timer(let timer): TimerRules.take(timer, &core)
    case .intentDurable(let id): JournalRules.durable(id, &core)
    case .journalFailed(let id, let text): JournalRules.failed(id, text, &core)
    case .journalRecovered: JournalRules.recovered(&core)
    case .started(let recovery): StartupRules.start(recovery, &core)
    case .budget(let budgets): core.budgets = budgets
    case .loopLate(let lateness):
      core.notify(
        .alarm,
        "perpdeck is \(lateness.milliseconds) ms late: it takes prices, fills and keys that much "
          + "after they come. Look what keeps this machine busy")
    }
    if !core.plans.isEmpty { PlanRules.advance(after: event, &core) }
    if !core.alerts.isIdle { AlertRules.finish(after: event, &core) }
    return finish()
  }

  /// Takes a step of a market that is known by candles alone: the same as ``handle(_:)`` does with
  /// it, for those who have millions of them and no event around them.
  public mutating func handle(
    _ step: CandleStep, sequence: UInt64, at moment: Timestamp
  ) -> [Effect] {
    begin(sequence, moment)
    MarketRules.take(step, &core)
    if !core.plans.isEmpty { PlanRules.advance(after: .market(.step(step)), &core) }
    if !core.alerts.isIdle { AlertRules.finish(after: .market(.step(step)), &core) }
    return finish()
  }

  /// Takes as many steps of a market that is known by candles alone as bring nothing but prices,
  /// and returns how many.
  ///
  /// It is the same as ``handle(_:sequence:at:)`` does with them one by one, in which nothing was
  /// to be done. The steps are numbered on from that of the last event.
  public mutating func pass(_ stretch: CandleStretch) -> Int {
    let count = QuietRules.pass(stretch, &core)
    core.sequence += UInt64(count)
    return count
  }

  @inline(__always)
  private mutating func begin(_ sequence: UInt64, _ moment: Timestamp) {
    precondition(sequence > core.sequence, "events are numbered upward")
    core.sequence = sequence
    core.now = moment
  }

  /// Hands over what is to be done.
  @inline(__always)
  private mutating func finish() -> [Effect] {
    if core.wantsCheckpoint { writeCheckpoint() }
    guard !core.effects.isEmpty else { return [] }
    var effects: [Effect] = []
    swap(&effects, &core.effects)
    return effects
  }

  private mutating func writeCheckpoint() {
    core.wantsCheckpoint = false
    var effects: [Effect] = []
    swap(&effects, &core.effects)
    let checkpoint = StateCheckpoint(sequence: core.sequence, hash: stateHash, at: core.now)
    swap(&effects, &core.effects)
    core.journal(.checkpoint(checkpoint))
  }

  /// Returns what a screen shows. Cheap, but it makes the next change of each shared list copy it:
  /// take it at frame rate, not per event.
  public func snapshot(at now: Timestamp) -> EngineSnapshot {
    EngineSnapshot(core, at: now)
  }

  /// Returns why each strategy does what it does now, by its name and the instrument it trades.
  public func explanations() -> [(name: String, instrument: InstrumentID, explanation: Explanation)]
  {
    core.desk.slots.map { ($0.plan.name, $0.plan.instrument, $0.plan.strategy.why()) }
  }

  /// What is written a little later than it happened, for a program that ends before.
  public var unwritten: [Record] { core.unwrittenPeak.map { [.equity($0)] } ?? [] }

  /// The number of the last event.
  public var sequence: UInt64 { core.sequence }
}
