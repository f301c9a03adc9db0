import Units

/// What the journal of the former runs says at start, before the exchange is asked.
///
/// The exchange is the truth for orders and positions; the journal is the truth for what was
/// intended, why, and for the state of the bot.
public struct RecoveredState: Sendable, Hashable {
  /// The last run, nil in an empty journal.
  public var lastRun: RunRecord?
  /// When the last run ended in order; nil when it was killed.
  public var lastRunEndedAt: Timestamp?
  /// The last state that the bot went into, nil when it never changed.
  public var botState: BotStateRecord?
  /// Every order and trigger that may still be alive, oldest first.
  public var openOrders: [RecoveredOrder]
  /// Every life of a position that was open, oldest first.
  public var openCycles: [PositionCycle]
  /// The newest lives of positions that ended, oldest first.
  public var endedCycles: [PositionCycle]
  /// Actions of several steps that were not at their end, oldest first.
  public var openPlans: [PlanRecord]
  /// The last beginning of a trading day.
  public var dayStart: EquityRecord?
  /// The last highest equity.
  public var peak: EquityRecord?
  /// The exchange's time of the newest fill that is kept, nil when there is none.
  public var newestFill: Timestamp?
  /// The funding of the last hour that has any, which the exchange may not have told whole.
  public var newestFundings: [FundingRecord]
  /// What was left of alerts.
  public var alerts: AlertRecovery
  /// The states that people or limits gave to strategies, one for each name.
  public var strategies: [StrategyStateNote]

  /// States what was found.
  public init(
    lastRun: RunRecord? = nil, lastRunEndedAt: Timestamp? = nil, botState: BotStateRecord? = nil,
    openOrders: [RecoveredOrder] = [], openCycles: [PositionCycle] = [],
    endedCycles: [PositionCycle] = [], openPlans: [PlanRecord] = [], dayStart: EquityRecord? = nil,
    peak: EquityRecord? = nil, newestFill: Timestamp? = nil,
    newestFundings: [FundingRecord] = [], alerts: AlertRecovery = AlertRecovery(),
    strategies: [StrategyStateNote] = []
  ) {
    self.lastRun = lastRun
    self.lastRunEndedAt = lastRunEndedAt
    self.botState = botState
    self.openOrders = openOrders
    self.openCycles = openCycles
    self.endedCycles = endedCycles
    self.openPlans = openPlans
    self.dayStart = dayStart
    self.peak = peak
    self.newestFill = newestFill
    self.newestFundings = newestFundings
    self.alerts = alerts
    self.strategies = strategies
  }
}

/// An order or a trigger that was not final when it was last heard of.
public struct RecoveredOrder: Sendable, Hashable {
  /// Where it stood.
  public enum State: Sendable, Hashable {
    /// A plain order.
    case order(OrderState)
    /// A trigger order.
    case trigger(TriggerChange.State)
  }

  /// Our id, nil for an external one.
  public let clientOrderID: ClientOrderID?
  /// The exchange's id, nil when it was never learned.
  public let exchangeOrderID: ExchangeOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// What it does; nil for the closing of a whole position, whose side the exchange chooses.
  public let side: OrderSide?
  /// Where it stood. `unknown` also stands for an intent without any later word: whether its
  /// request left before the program was killed cannot be told.
  public let state: State
  /// How much had filled.
  public let filledContracts: Contracts
  /// When it was last heard of.
  public let lastAt: Timestamp
  /// What was asked and why; nil for an external one.
  public let intent: IntentRecord?

  /// States what was found.
  public init(
    clientOrderID: ClientOrderID?, exchangeOrderID: ExchangeOrderID?, instrument: InstrumentID,
    side: OrderSide?, state: State, filledContracts: Contracts, lastAt: Timestamp,
    intent: IntentRecord?
  ) {
    self.clientOrderID = clientOrderID
    self.exchangeOrderID = exchangeOrderID
    self.instrument = instrument
    self.side = side
    self.state = state
    self.filledContracts = filledContracts
    self.lastAt = lastAt
    self.intent = intent
  }
}
