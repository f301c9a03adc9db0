import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// Everything a screen shows, as one value; taking it copies nothing but references.
///
/// Derived figures are computed when they are asked for, so a panel that is not drawn costs
/// nothing.
public struct EngineSnapshot: Sendable {
  /// The number of the last event that is in.
  public let sequence: UInt64
  /// When it was taken.
  public let at: Timestamp
  /// The word for the mode: PAPER, DEMO, LIVE, BACKTEST.
  public let modeWord: String
  /// The exchange.
  public let exchange: ExchangeID
  /// The run.
  public let run: RunID
  /// The connections.
  public let links: [LinkStatus]
  /// How far the exchange's clock is ahead of ours.
  public let clock: ClockEstimate
  /// How far the start has come.
  public let step: StartupStep
  /// Whether new risk may be taken, and if not, what is missing.
  public let readiness: Readiness
  /// What the bot may do.
  public let trading: TradingState
  /// The instruments to trade and watch, in the order of the configuration.
  public let pairs: [PairPlan]
  /// The time frames whose candles are kept up to date.
  public let timeFrames: [TimeFrame]
  /// Every market, in the exchange's order.
  public let markets: Markets
  /// The account.
  public let account: Account
  /// The requests with their outcomes.
  public let requests: RequestLog
  /// The newest denials, oldest first.
  public let denials: RecentList<DenialRecord>
  /// The newest notices, oldest first.
  public let notices: RecentList<Notice>
  /// What the rate governor has left, a line for each scope; empty before it said so and where the
  /// exchange meters nothing.
  public let budgets: [RequestBudget]
  /// How the comparison of the account with the exchange's goes.
  public let accountReading: AccountReading
  /// What the peak, the day and the last trades say about new risk.
  public let breakers: CircuitBreakers
  /// The actions of several steps that go on, oldest first.
  public let plans: [PlanLine]
  /// Openings of strategies that wait for a person, oldest first.
  public let proposals: [Proposal]
  /// The limits in force.
  public let limits: RiskLimits
  /// What the exchange charges.
  public let fees: FeeSchedule
  /// The alert rules and what fired.
  public let alerts: AlertsView
  /// How the channels stand that carry alerts to people. The engine does not know them: who sends
  /// puts it here, for the screen.
  public var channels: [ChannelStatus] = []
  /// How late the program's loop is, nil while it is in time; put here like ``channels``.
  public var lateness: TimeSpan?
  private let desk: StrategyDesk
  private let gate: RiskGate
  private let guards: PositionGuards
  private let meantLeverages: [LeverageSetting]
  private let disturbed: [InstrumentID]
  private let flattening: [InstrumentID?]

  init(_ core: EngineCore, at now: Timestamp) {
    sequence = core.sequence
    at = now
    modeWord = core.settings.modeWord
    exchange = core.settings.exchange
    run = core.settings.run
    links = core.links
    clock = core.clock
    step = core.step
    readiness = core.readiness
    trading = core.trading
    pairs = core.settings.pairs
    timeFrames = core.settings.timeFrames
    markets = core.markets
    account = core.account
    requests = core.requests
    denials = core.denials
    notices = core.notices
    budgets = core.budgets
    accountReading = core.accountReading
    breakers = core.breakers
    plans = core.plans.map(PlanLine.init)
    proposals = core.proposals.filter { $0.until > now }
    limits = core.gate.limits
    fees = core.settings.fees
    alerts = core.alerts.view
    desk = core.desk
    gate = core.gate
    guards = core.guards
    meantLeverages = core.meantLeverages
    disturbed = core.rules.disturbed
    flattening = core.flattening
  }

  /// Returns what an opening order would be and cost, and why the gate would deny it; `replacing`
  /// is an order that is canceled before it is sent, `closing` a position that is closed before.
  public func preview(
    _ intent: OpeningIntent, replacing: ClientOrderID? = nil, closing: PositionKey? = nil,
    source: CommandSource = .keyboard, at now: Timestamp
  ) -> OrderPreview {
    var account = account
    var replaced: TrackedOrder?
    if let replacing {
      replaced = account.orders[replacing]
      account = account.without(replacing)
    }
    var context = context(account, at: now)
    if let closing { context = context.closing(closing) }
    return gate.preview(intent, source: source, replacing: replaced, in: context)
  }

  /// Returns which of several openings would be denied first, counted from zero, and why; nil when
  /// none would. Each is looked at with those before it under way, as they are sent; `closing` is a
  /// position that is closed before.
  public func firstDenial(
    of intents: [OpeningIntent], closing: PositionKey? = nil, source: CommandSource = .keyboard,
    at now: Timestamp
  ) -> (place: Int, denial: Denial)? {
    var gate = gate
    var account = account
    // Of a run that there is not: none of these ids is that of an order.
    var ids = ClientOrderIDSequence(run: RunID("preview"))
    for (place, intent) in intents.enumerated() {
      var context = context(account, at: now)
      if let closing { context = context.closing(closing) }
      switch gate.open(intent, source: source, reasons: [], ids: &ids, in: context) {
      case .success(let order):
        account = account.with(order.request, source: source, at: now)
      case .failure(let denial): return (place, denial)
      }
    }
    return nil
  }

  /// Returns what an order that waits for a price would be and cost once it is filled there, as far
  /// as that is known now.
  public func ghost(
    _ intent: OpeningIntent, filledAt price: Price, at now: Timestamp
  ) -> OrderPreview {
    gate.figures(of: intent, filledAt: price, in: context(account, at: now))
  }

  /// Returns how many contracts would be sent to close a share of a position, or why none.
  public func closing(_ intent: ClosingIntent, at now: Timestamp) -> Result<Contracts, Denial> {
    // The orders are only looked at: their ids are never sent.
    var ids = ClientOrderIDSequence(run: run)
    return gate.close(
      intent, source: .keyboard, reasons: [], ids: &ids, in: context(account, at: now)
    ).map { $0.reduce(.zero) { $0 + $1.request.contracts } }
  }

  /// Returns what of a position can still be closed, with fills that no report shows yet and less
  /// what is being closed at market; zero where nothing is held.
  public func closableContracts(_ key: PositionKey, at now: Timestamp) -> Contracts {
    context(account, at: now).closableContracts(key)
  }

  /// Returns why a stop or a target of a position would be denied; nil where it would be placed.
  public func denial(
    ofProtecting key: PositionKey, stopLoss: Trigger?, takeProfit: Trigger?,
    source: CommandSource = .keyboard, at now: Timestamp
  ) -> Denial? {
    // The order is only looked at: its id is never sent.
    var ids = ClientOrderIDSequence(run: run)
    let result = gate.protect(
      key, stopLoss: stopLoss, takeProfit: takeProfit, source: source, reasons: [], ids: &ids,
      in: context(account, at: now))
    guard case .failure(let denial) = result else { return nil }
    return denial
  }

  private func context(_ account: Account, at now: Timestamp) -> RiskContext {
    RiskContext(
      account: account, markets: markets, readiness: readiness, state: trading.mode, fees: fees,
      breakers: breakers, flattening: flattening, meantLeverages: meantLeverages,
      disturbed: disturbed, now: now, clock: exchangeClock)
  }

  /// The exchange's clock against ours, by which what it states is old or new.
  public var exchangeClock: ExchangeClock {
    clock.exchangeClock(unmeasured: limits.clockOffsetMaximum)
  }

  /// The positions with everything that is computed from them, ordered by instrument.
  public var positions: [PositionFigures] {
    account.positions.held.map { held in
      PositionFigures(
        held, market: markets[held.key.instrument],
        protection: guards.protection(of: held, account),
        fees: fees)
    }
  }

  /// The strategies with what they wait for, in the order in which they were given.
  public var strategies: [StrategyLine] {
    let context = limits.strategies.isEmpty ? nil : context(account, at: at)
    return desk.slots.map { StrategyLine($0, limits, in: context) }
  }

  /// Whether the exchange told what is held since the start; before, nothing says that it is flat
  /// (R10).
  public var positionsAreKnown: Bool { account.positionsReceivedAt != nil }

  /// Whether every list of orders was read since the start: positions and stops are told earlier.
  public var ordersAreKnown: Bool { accountReading.readAt != nil }

  /// Where every breaker stands against its limit.
  public var breakerReadings: [BreakerReading] {
    breakers.readings(limits.day, account, markets, at: at)
  }

  /// The open orders, those of unknown outcome first, then by age, the oldest first.
  public var orders: [TrackedOrder] {
    account.orders.open.filter(\.isInDoubt) + account.orders.open.filter { !$0.isInDoubt }
  }

  /// The unrealized profit of all positions at the newest mark prices.
  public var unrealizedPnL: Money { positions.reduce(.zero) { $0 + $1.unrealizedPnL } }

  /// The equity at the newest mark prices; nil before the first balance.
  public var equity: Money? { equity(unrealized: unrealizedPnL) }

  /// The equity with so much unrealized; nil before the first balance.
  public func equity(unrealized: Money) -> Money? {
    account.balance.map { $0.value.cash + unrealized }
  }

  /// Today's profit and loss, nil before the first reports.
  public var dayProfit: Money? { account.day.profit(unrealized: unrealizedPnL) }

  /// Today's profit and loss as a share of the equity at the start of the day.
  public var dayShare: Rate? { account.day.share(unrealized: unrealizedPnL) }
}

extension TrackedOrder {
  /// Whether its outcome is not known.
  public var isInDoubt: Bool { state == .unknown || state == .lost }
}
