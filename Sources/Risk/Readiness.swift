import AccountData
import MarketData
import Trading
import Units

/// Whether the program knows enough to take new risk.
public enum Readiness: Sendable, Hashable {
  /// Everything is in place.
  case ready
  /// Still starting; the text names the step.
  case starting(String)
  /// Our picture of the account is being compared with the exchange's.
  case reconciling
  /// A connection that trading needs is down.
  case linkDown(LinkName)
  /// Our clock and the exchange's differ by more than the limit.
  case clockOff(TimeSpan)
  /// The journal cannot be written.
  case journalDown
  /// The position mode is another than at the start or asked for since; a person has to look.
  case positionModeChanged(PositionMode)
  /// The account could not be read for so long.
  case accountUnread(TimeSpan)
  /// The rules of the instruments were not read since the connection was lost.
  case rulesUnread
}

/// Everything that the gate looks at besides the wish itself; a value, so a preview sees the same.
public struct RiskContext: Sendable {
  /// The account.
  public let account: Account
  /// The markets.
  public let markets: Markets
  /// Whether enough is known.
  public let readiness: Readiness
  /// What the bot may do.
  public let state: BotState
  /// What the exchange charges.
  public let fees: FeeSchedule
  /// What the day, the peak and the last trades say.
  public let breakers: CircuitBreakers
  /// What is being flattened: instruments, or nil for all of them.
  public let flattening: [InstrumentID?]
  /// The leverages that were set; nothing is opened with another one.
  public let meantLeverages: [LeverageSetting]
  /// Instruments whose contract changed while something is open in them.
  public let disturbed: [InstrumentID]
  /// The moment of the decision.
  public let now: Timestamp
  /// The exchange's clock against ours, by which what it states is old or new.
  public let clock: ExchangeClock

  /// States what is known.
  public init(
    account: Account, markets: Markets, readiness: Readiness, state: BotState, fees: FeeSchedule,
    breakers: CircuitBreakers, flattening: [InstrumentID?], meantLeverages: [LeverageSetting],
    disturbed: [InstrumentID], now: Timestamp, clock: ExchangeClock
  ) {
    self.account = account
    self.markets = markets
    self.readiness = readiness
    self.state = state
    self.fees = fees
    self.breakers = breakers
    self.flattening = flattening
    self.meantLeverages = meantLeverages
    self.disturbed = disturbed
    self.now = now
    self.clock = clock
  }

  /// Returns what would be known with a position closed at its mark price.
  public func closing(_ key: PositionKey) -> RiskContext {
    RiskContext(
      account: account.without(key), markets: markets, readiness: readiness, state: state,
      fees: fees, breakers: breakers, flattening: flattening, meantLeverages: meantLeverages,
      disturbed: disturbed, now: now, clock: clock)
  }
}
