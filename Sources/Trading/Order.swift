import Units

/// Why an order exists, in the exchange's terms.
public enum OrderCategory: Sendable, Hashable {
  /// Placed by someone.
  case normal
  /// Sent by a take profit.
  case takeProfit
  /// Sent by a stop loss.
  case stopLoss
  /// Sent by the exchange to liquidate a part.
  case partialLiquidation
  /// Sent by the exchange to liquidate everything.
  case fullLiquidation
  /// Sent by the exchange to deleverage a counterparty.
  case autoDeleveraging
  /// Something we do not know, in the exchange's words.
  case other(String)
}

/// An order alive or ended at an exchange, as the exchange reports it.
public struct Order: Sendable, Hashable {
  /// The exchange's id.
  public let exchangeOrderID: ExchangeOrderID
  /// Our id, nil for an order that carries none.
  public let clientOrderID: ClientOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// What it does.
  public let side: OrderSide
  /// Which position it works on.
  public let slot: PositionSlot
  /// Where its collateral comes from.
  public let marginMode: MarginMode
  /// How it meets the book.
  public let type: OrderType
  /// Its size.
  public let contracts: Contracts
  /// Whether it may only make a position smaller.
  public let reduceOnly: Bool
  /// The leverage in force at placement, nil where it is not reported.
  public let leverage: Leverage?
  /// Where it stands. Only states that an exchange can report occur here, and unknown where its
  /// word for it is none that is known.
  public var state: OrderState
  /// The exchange's word for an unknown state, without control characters; nil for a known one.
  public let unknownState: String?
  /// How much has filled.
  public var filledContracts: Contracts
  /// The mean price of what has filled, nil when nothing has.
  public var averagePrice: Price?
  /// Fees so far; positive is a cost.
  public var fee: Money
  /// Price profit so far, before fees.
  public var realizedPnL: Money
  /// Why it exists.
  public let category: OrderCategory
  /// Its attached take profit.
  public let takeProfit: Trigger?
  /// Its attached stop loss.
  public let stopLoss: Trigger?
  /// When the exchange took it.
  public let createdAt: Timestamp
  /// When the exchange last changed it.
  public var updatedAt: Timestamp

  /// States an order.
  public init(
    exchangeOrderID: ExchangeOrderID, clientOrderID: ClientOrderID?, instrument: InstrumentID,
    side: OrderSide, slot: PositionSlot, marginMode: MarginMode, type: OrderType,
    contracts: Contracts, reduceOnly: Bool, leverage: Leverage?, state: OrderState,
    filledContracts: Contracts, averagePrice: Price?, fee: Money, realizedPnL: Money,
    category: OrderCategory, takeProfit: Trigger?, stopLoss: Trigger?, createdAt: Timestamp,
    updatedAt: Timestamp, unknownState: String? = nil
  ) {
    self.exchangeOrderID = exchangeOrderID
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.slot = slot
    self.marginMode = marginMode
    self.type = type
    self.contracts = contracts
    self.reduceOnly = reduceOnly
    self.leverage = leverage
    self.state = state
    self.unknownState = unknownState
    self.filledContracts = filledContracts
    self.averagePrice = averagePrice
    self.fee = fee
    self.realizedPnL = realizedPnL
    self.category = category
    self.takeProfit = takeProfit
    self.stopLoss = stopLoss
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }
}

/// How much a trigger order trades when it fires.
public enum TriggerSize: Sendable, Hashable {
  /// Whatever the position then holds.
  case wholePosition
  /// So many contracts.
  case contracts(Contracts)
}

/// An order that waits at the exchange for a price: protection (TP/SL) or an entry trigger.
public struct TriggerOrder: Sendable, Hashable {
  /// What waits.
  public enum Kind: Sendable, Hashable {
    /// Takes profit or stops a loss on a position, or both; one cancels the other.
    case protection(takeProfit: Trigger?, stopLoss: Trigger?)
    /// Sends an order when the price is reached.
    case entry(Trigger)
    /// Follows the price at a distance. `distance` is nil when a ratio is used.
    case trailing(callbackRatio: Rate?, callbackDistance: Price?, activation: Price?)
  }

  /// Where it stands.
  public enum State: String, Sendable, Hashable {
    /// Waiting.
    case live
    /// Fired; an order followed.
    case triggered
    /// Taken back.
    case canceled
    /// Fired, and the order was refused.
    case failed
    /// The exchange's word for it is none that is known.
    case unknown
  }

  /// The exchange's id. TP/SL and trigger orders share one number space.
  public let exchangeOrderID: ExchangeOrderID
  /// Our id, nil when it carries none.
  public let clientOrderID: ClientOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// What the order that follows does.
  public let side: OrderSide
  /// Which position it works on.
  public let slot: PositionSlot
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// How much it trades.
  public let size: TriggerSize
  /// What waits.
  public let kind: Kind
  /// Whether the order that follows may only make a position smaller.
  public let reduceOnly: Bool
  /// Where it stands.
  public var state: State
  /// The exchange's word for an unknown state, without control characters; nil for a known one.
  public let unknownState: String?
  /// When the exchange took it.
  public let createdAt: Timestamp

  /// States a trigger order.
  public init(
    exchangeOrderID: ExchangeOrderID, clientOrderID: ClientOrderID?, instrument: InstrumentID,
    side: OrderSide, slot: PositionSlot, marginMode: MarginMode, size: TriggerSize, kind: Kind,
    reduceOnly: Bool, state: State, createdAt: Timestamp, unknownState: String? = nil
  ) {
    self.exchangeOrderID = exchangeOrderID
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.slot = slot
    self.marginMode = marginMode
    self.size = size
    self.kind = kind
    self.reduceOnly = reduceOnly
    self.state = state
    self.unknownState = unknownState
    self.createdAt = createdAt
  }

  /// The stop loss of a protection order, nil for anything else.
  public var stopLoss: Trigger? {
    if case .protection(_, let stopLoss) = kind { stopLoss } else { nil }
  }

  /// The take profit of a protection order, nil for anything else.
  public var takeProfit: Trigger? {
    if case .protection(let takeProfit, _) = kind { takeProfit } else { nil }
  }
}
