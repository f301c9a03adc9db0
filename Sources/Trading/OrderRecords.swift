import Units

/// An order is in a new state.
public struct OrderChange: Sendable, Hashable {
  /// Our id, nil for an external order.
  public let clientOrderID: ClientOrderID?
  /// The exchange's id, nil as long as it is not known. One of the two ids is always there.
  public let exchangeOrderID: ExchangeOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// What it does.
  public let side: OrderSide
  /// The new state.
  public let state: OrderState
  /// How much has filled by now.
  public let filledContracts: Contracts
  /// The mean price of what has filled, nil when nothing has.
  public let averagePrice: Price?
  /// What led to it, as a sentence: the exchange's refusal, a lost answer, a cancel.
  public let cause: String
  /// When.
  public let at: Timestamp

  /// States a change; traps when both ids are missing.
  public init(
    clientOrderID: ClientOrderID?, exchangeOrderID: ExchangeOrderID?, instrument: InstrumentID,
    side: OrderSide, state: OrderState, filledContracts: Contracts, averagePrice: Price?,
    cause: String, at: Timestamp
  ) {
    precondition(
      clientOrderID != nil || exchangeOrderID != nil, "an order is known by at least one id")
    self.clientOrderID = clientOrderID
    self.exchangeOrderID = exchangeOrderID
    self.instrument = instrument
    self.side = side
    self.state = state
    self.filledContracts = filledContracts
    self.averagePrice = averagePrice
    self.cause = cause
    self.at = at
  }
}

/// A trigger order is in a new state.
public struct TriggerChange: Sendable, Hashable {
  /// Where a trigger order stands, from our side as well as from the exchange's.
  public enum State: String, Sendable, Hashable, CaseIterable {
    /// The request has left; no word yet.
    case sent
    /// Sent, and the answer was lost.
    case unknown
    /// The exchange refused it.
    case rejected
    /// Waiting at the exchange.
    case live
    /// Fired; an order followed.
    case triggered
    /// Taken back.
    case canceled
    /// Fired, and the order was refused.
    case failed

    /// Whether it can never fire again.
    public var isFinal: Bool {
      switch self {
      case .sent, .unknown, .live: false
      case .rejected, .triggered, .canceled, .failed: true
      }
    }
  }

  /// Our id, nil for an external one.
  public let clientOrderID: ClientOrderID?
  /// The exchange's id, nil as long as it is not known. One of the two ids is always there.
  public let exchangeOrderID: ExchangeOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// What the order that follows does.
  public let side: OrderSide
  /// The new state.
  public let state: State
  /// Its take profit, nil when it has none.
  public let takeProfit: Trigger?
  /// Its stop loss, nil when it has none.
  public let stopLoss: Trigger?
  /// What led to it, as a sentence.
  public let cause: String
  /// When.
  public let at: Timestamp

  /// States a change; traps when both ids are missing.
  public init(
    clientOrderID: ClientOrderID?, exchangeOrderID: ExchangeOrderID?, instrument: InstrumentID,
    side: OrderSide, state: State, takeProfit: Trigger?, stopLoss: Trigger?, cause: String,
    at: Timestamp
  ) {
    precondition(
      clientOrderID != nil || exchangeOrderID != nil, "a trigger is known by at least one id")
    self.clientOrderID = clientOrderID
    self.exchangeOrderID = exchangeOrderID
    self.instrument = instrument
    self.side = side
    self.state = state
    self.takeProfit = takeProfit
    self.stopLoss = stopLoss
    self.cause = cause
    self.at = at
  }
}

/// A request that left for the exchange, and what became of it.
public struct AnswerRecord: Sendable, Hashable {
  /// What the answer proves.
  public enum Result: String, Sendable, Hashable, CaseIterable {
    /// The exchange did it.
    case confirmed
    /// The exchange said no.
    case refused
    /// It may or may not have been done.
    case unknown
    /// It certainly did not reach the exchange.
    case notSent
  }

  /// The number of the request within the run.
  public let id: RequestID
  /// What it asked, as a word: `submit`, `cancel`, `setLeverage`, ...
  public let kind: String
  /// Which instrument, nil where it was about the account.
  public let instrument: InstrumentID?
  /// Our id of the order it was about, nil where it was about none.
  public let clientOrderID: ClientOrderID?
  /// When it was asked for.
  public let sentAt: Timestamp
  /// What the answer proves.
  public let result: Result
  /// The exchange's code, nil where there is none.
  public let code: String?
  /// The exchange's words or our reason, nil where there is nothing to say.
  public let message: String?
  /// When the answer came.
  public let at: Timestamp

  /// States a request with the answer that an outcome gives.
  public init(
    id: RequestID, kind: String, instrument: InstrumentID?, clientOrderID: ClientOrderID?,
    sentAt: Timestamp, outcome: Outcome, at: Timestamp
  ) {
    self.id = id
    self.kind = kind
    self.instrument = instrument
    self.clientOrderID = clientOrderID
    self.sentAt = sentAt
    self.at = at
    switch outcome {
    case .confirmed: (result, code, message) = (.confirmed, nil, nil)
    case .refused(let refusal): (result, code, message) = (.refused, refusal.code, refusal.message)
    case .unknown(let reason): (result, code, message) = (.unknown, nil, reason)
    case .notSent(let reason): (result, code, message) = (.notSent, nil, reason)
    }
  }
}
