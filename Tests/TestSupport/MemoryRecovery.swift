import Trading
import Units

/// What a journal that holds these records says at the next start: the meaning of
/// `JournalReading.recoveredState`, for records in memory.
public struct MemoryRecovery {
  /// Intents without a proven end, oldest first.
  public private(set) var openIntents: [IntentRecord] = []
  /// The last state of the bot.
  public private(set) var state: BotStateRecord?
  /// The last start of a day.
  public private(set) var dayStart: EquityRecord?
  /// The last peak.
  public private(set) var peak: EquityRecord?
  /// Lives of positions that are open.
  public private(set) var openCycles: [PositionCycle] = []
  /// Lives of positions that ended.
  public private(set) var endedCycles: [PositionCycle] = []
  /// Actions of several steps that go on.
  public private(set) var openPlans: [PlanRecord] = []
  /// Orders that were found nowhere and have no end.
  public private(set) var lostOrders: [ClientOrderID] = []
  /// When the newest fill happened, by the exchange's clock.
  public private(set) var newestFill: Timestamp?
  /// What was left of alerts.
  public private(set) var alerts = AlertRecovery()
  /// The last state that a person gave to each strategy.
  public private(set) var strategies: [StrategyStateNote] = []

  /// Reads the records in order.
  public init(_ records: [Record]) {
    for record in records { take(record) }
  }

  private mutating func take(_ record: Record) {
    switch record {
    case .intent(let intent): openIntents.append(intent)
    case .orderChanged(let change):
      if let id = change.clientOrderID {
        lostOrders.removeAll { $0 == id }
        if change.state == .lost { lostOrders.append(id) }
      }
      if change.state.isFinal { forget(change.clientOrderID) }
    case .triggerChanged(let change):
      if change.state.isFinal { forget(change.clientOrderID) }
    case .stateChanged(let change): state = change
    case .command(let command):
      guard let note = command.strategyState else { break }
      strategies.removeAll { $0.name == note.name }
      strategies.append(note)
    case .equity(let point):
      switch point.occasion {
      case .dayStart: dayStart = point
      case .peak: peak = point
      case .curve: break
      }
    case .positionCycle(let cycle, _):
      openCycles.removeAll { $0.id == cycle.id }
      if cycle.closedAt == nil { openCycles.append(cycle) } else { endedCycles.append(cycle) }
    case .plan(let plan):
      openPlans.removeAll { $0.id == plan.id }
      if plan.state == .open { openPlans.append(plan) }
    case .alertRule(let rule):
      alerts.rules.removeAll { $0.id == rule.id }
      if rule.phase.isActive || rule.isConfigured { alerts.rules.append(rule) }
      alerts.lastRule = max(alerts.lastRule ?? rule.id, rule.id)
    case .alert(let alert): alerts.alerts.append(alert)
    case .alertAcknowledged(let id, let source, let at):
      for place in alerts.alerts.indices where alerts.alerts[place].id == id {
        alerts.alerts[place].acknowledgedAt = at
        alerts.alerts[place].acknowledgedBy = source
      }
    case .fill(let fill, _):
      newestFill = newestFill.map { max($0, fill.exchangeTime) } ?? fill.exchangeTime
    case .runStarted, .runEnded, .denial, .requestAnswered, .funding, .note,
      .events, .checkpoint:
      break
    }
  }

  private mutating func forget(_ id: ClientOrderID?) {
    openIntents.removeAll { $0.clientOrderID == id }
  }
}
