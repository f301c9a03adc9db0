import Units

/// What is about to be asked of the exchange, and why; written before the request leaves.
public struct IntentRecord: Sendable, Hashable {
  /// What is asked.
  public enum Action: Sendable, Hashable {
    /// A plain order.
    case order(OrderRequest)
    /// Protection on an open position.
    case protection(ProtectionRequest)
    /// A whole position at market.
    case closePosition(PositionKey, ClientOrderID)
  }

  /// What it is for.
  public enum Purpose: String, Sendable, Hashable, CaseIterable {
    /// It opens a position or adds to one.
    case open
    /// It makes a position smaller or closes it.
    case reduce
    /// It guards a position.
    case protect
  }

  /// What is asked.
  public let action: Action
  /// What it is for.
  public let purpose: Purpose
  /// Who wants it.
  public let source: CommandSource
  /// Why, in sentences, the most important first.
  public let reasons: [String]
  /// The numbers that the risk gate approved; nil where none were computed (reducing, protecting).
  public let figures: RiskFigures?
  /// The state of the bot at that moment.
  public let state: BotState
  /// The time of the event that led to it.
  public let at: Timestamp

  /// States an intent.
  public init(
    action: Action, purpose: Purpose, source: CommandSource, reasons: [String],
    figures: RiskFigures?, state: BotState, at: Timestamp
  ) {
    self.action = action
    self.purpose = purpose
    self.source = source
    self.reasons = reasons
    self.figures = figures
    self.state = state
    self.at = at
  }

  /// Our id of what is asked.
  public var clientOrderID: ClientOrderID {
    switch action {
    case .order(let request): request.clientOrderID
    case .protection(let request): request.clientOrderID
    case .closePosition(_, let clientOrderID): clientOrderID
    }
  }

  /// What is traded.
  public var instrument: InstrumentID {
    switch action {
    case .order(let request): request.instrument
    case .protection(let request): request.key.instrument
    case .closePosition(let key, _): key.instrument
    }
  }
}

/// The numbers that the risk gate approved an opening order with.
public struct RiskFigures: Sendable, Hashable {
  /// Cash plus unrealized profit and loss that the sizing used.
  public let equity: Money
  /// The price that the sizing used: the limit, or the market's for a market order.
  public let referencePrice: Price
  /// The value of the order at that price.
  public let notional: Money
  /// The collateral it takes.
  public let margin: Money
  /// Notional over margin.
  public let leverage: Leverage
  /// The loss if the stop fills where it stands, fees of both ways included; nil without a stop.
  public let lossAtStop: Money?
  /// That loss as a fraction of equity.
  public let riskFraction: Rate?
  /// Planned reward over risk, after rounding to ticks and lots; nil without a target.
  public let rewardToRisk: Rate?
  /// Where the exchange would liquidate; nil when there is no such price.
  public let liquidationPrice: Price?

  /// States the numbers.
  public init(
    equity: Money, referencePrice: Price, notional: Money, margin: Money, leverage: Leverage,
    lossAtStop: Money?, riskFraction: Rate?, rewardToRisk: Rate?, liquidationPrice: Price?
  ) {
    self.equity = equity
    self.referencePrice = referencePrice
    self.notional = notional
    self.margin = margin
    self.leverage = leverage
    self.lossAtStop = lossAtStop
    self.riskFraction = riskFraction
    self.rewardToRisk = rewardToRisk
    self.liquidationPrice = liquidationPrice
  }
}

/// What the bot may do; cancels and exits pass in every state.
public enum BotState: String, Sendable, Hashable, CaseIterable {
  /// Strategies may open.
  case running
  /// Each order of a strategy waits for a human key.
  case approval
  /// No new orders of strategies; protection goes on.
  case paused
  /// Only orders that reduce risk.
  case reducing
  /// Nothing new until a person says otherwise; outlives a restart.
  case halted
}

/// The bot went into a state.
public struct BotStateRecord: Sendable, Hashable {
  /// The new state.
  public let state: BotState
  /// Why, as a sentence.
  public let reason: String
  /// Who wanted it.
  public let source: CommandSource
  /// When.
  public let at: Timestamp

  /// States a change.
  public init(state: BotState, reason: String, source: CommandSource, at: Timestamp) {
    self.state = state
    self.reason = reason
    self.source = source
    self.at = at
  }
}

/// The risk gate said no.
public struct DenialRecord: Sendable, Hashable {
  /// The code of the reason, such as `stop.missing`.
  public let code: String
  /// The reason with its numbers, as a sentence.
  public let text: String
  /// What was wanted.
  public let intent: Intent
  /// Who wanted it.
  public let source: CommandSource
  /// When.
  public let at: Timestamp

  /// States a denial.
  public init(
    code: String, text: String, intent: Intent, source: CommandSource, at: Timestamp
  ) {
    self.code = code
    self.text = text
    self.intent = intent
    self.source = source
    self.at = at
  }
}
