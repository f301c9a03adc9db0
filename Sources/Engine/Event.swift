import AccountData
import Trading
import Units

/// A value with its place in the order of all events and the moment at which it happened.
///
/// The moment is the engine's only clock.
@frozen
public struct Stamped<Value> {
  /// Its number; each event of a run has the next one.
  public let sequence: UInt64
  /// When it reached the loop.
  public let at: Timestamp
  /// What happened.
  public let value: Value

  /// Stamps a value.
  @inlinable
  public init(_ value: Value, sequence: UInt64, at: Timestamp) {
    self.value = value
    self.sequence = sequence
    self.at = at
  }
}

extension Stamped: Sendable where Value: Sendable {}
extension Stamped: Equatable where Value: Equatable {}

/// Everything that can happen to the engine. It knows nothing else of the world.
public enum Event: Sendable, Hashable {
  /// The program started; always the first event.
  indirect case started(Recovery)
  /// An exchange told something about its markets.
  case market(MarketEvent)
  /// An exchange told something about the account.
  case account(AccountEvent)
  /// The answer to a request.
  case outcome(RequestID, Outcome)
  /// A connection changed its state.
  case link(LinkName, LinkState)
  /// The exchange's clock was read: its time, and when the reading left and came back on ours.
  case serverTime(Timestamp, sentAt: Timestamp, receivedAt: Timestamp)
  /// A message of the exchange could not be used.
  case protocolProblem(String)
  /// Someone wants something.
  indirect case command(Command, CommandSource)
  /// A moment that was asked for by ``Effect/schedule(_:at:)`` has come.
  case timer(TimerID)
  /// The intent with this id is in the journal and survives a loss of power.
  case intentDurable(ClientOrderID)
  /// The journal could not write; nil when it was not an intent. An opening order with that id was
  /// not sent and never will be.
  case journalFailed(ClientOrderID?, String)
  /// The journal writes again.
  case journalRecovered
  /// What the rate governor has left, one line for each scope that the exchange meters.
  case budget([RequestBudget])
  /// The program's loop calls its timers so much too late that somebody must know.
  case loopLate(TimeSpan)
}

/// The name of a moment that the engine asked to be told of; asking again under the same name
/// replaces the former moment.
public enum TimerID: Sendable, Hashable {
  /// Compare the account with the exchange's.
  case reconcile
  /// Try the current step of the start again.
  case startup
  /// Ask for an order whose outcome is not known.
  case order(ClientOrderID)
  /// Look whether a position has its stop.
  case protection(PositionKey)
  /// A new day for the daily figures begins.
  case day
  /// Look for positions that are still to be flattened.
  case flatten
  /// Stop watching for an order that was found nowhere.
  case lost(ClientOrderID)
  /// Read the margin table of an instrument again.
  case tiers(InstrumentID)
  /// Read the rules of the instruments again.
  case instruments
  /// Choose the streams again.
  case subscribe
  /// Read the past candles of an instrument for its strategies again.
  case candles(InstrumentID)
  /// Look again whether a breaker is crossed.
  case breakers
  /// Look whether the account stream has gone silent.
  case silence
  /// Go on with the actions of several steps.
  case plans
  /// Write the digest of the state into the journal.
  case checkpoint
  /// Look at what alerts read that changes with time alone.
  case alerts
}

/// What an earlier run left in the journal; empty at the very first start.
public struct Recovery: Sendable, Hashable {
  /// Intents without a proven end, oldest first, with the time at which they were journaled.
  public let openIntents: [IntentRecord]
  /// The last state of the bot, nil when there was none: a halt outlives a restart (I10).
  public let state: BotStateRecord?
  /// The equity when the current day began, nil when it was not taken down.
  public let dayStart: EquityRecord?
  /// The highest equity, nil when it was not taken down.
  public let peak: EquityRecord?
  /// Lives of positions that were open, oldest first.
  public let openCycles: [PositionCycle]
  /// The newest lives of positions that ended, oldest first.
  public let endedCycles: [PositionCycle]
  /// Actions of several steps that were not at their end, oldest first.
  public let openPlans: [PlanRecord]
  /// How many client order ids the journal knows of this run; zero for a fresh run.
  public let usedClientOrderIDs: UInt64
  /// What was left of alerts.
  public let alerts: AlertRecovery
  /// Those of the open intents whose orders were found nowhere: they are watched, not asked for.
  public let lostOrders: [ClientOrderID]
  /// When the newest fill in the journal happened, by the exchange's clock; nil without any.
  public let newestFill: Timestamp?
  /// The states that people or limits gave to strategies, which hold until people say otherwise.
  public let strategies: [StrategyStateNote]

  /// States what was left.
  public init(
    openIntents: [IntentRecord] = [], state: BotStateRecord? = nil, dayStart: EquityRecord? = nil,
    peak: EquityRecord? = nil, openCycles: [PositionCycle] = [],
    endedCycles: [PositionCycle] = [], openPlans: [PlanRecord] = [],
    usedClientOrderIDs: UInt64 = 0, alerts: AlertRecovery = AlertRecovery(),
    lostOrders: [ClientOrderID] = [], newestFill: Timestamp? = nil,
    strategies: [StrategyStateNote] = []
  ) {
    self.openIntents = openIntents
    self.state = state
    self.dayStart = dayStart
    self.peak = peak
    self.openCycles = openCycles
    self.endedCycles = endedCycles
    self.openPlans = openPlans
    self.usedClientOrderIDs = usedClientOrderIDs
    self.alerts = alerts
    self.lostOrders = lostOrders
    self.newestFill = newestFill
    self.strategies = strategies
  }
}
