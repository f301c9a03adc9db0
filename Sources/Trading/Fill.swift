import Units

/// What was traded: one match of one order. Keyed by (instrument, trade id).
public struct Fill: Sendable, Hashable {
  /// The exchange's id of the match.
  public let tradeID: TradeID
  /// The order that filled.
  public let exchangeOrderID: ExchangeOrderID
  /// Our id of the order, nil where the exchange does not say.
  public let clientOrderID: ClientOrderID?
  /// What was traded.
  public let instrument: InstrumentID
  /// What the order did.
  public let side: OrderSide
  /// Which position it worked on.
  public let slot: PositionSlot
  /// The price of the match.
  public let price: Price
  /// How much was traded.
  public let contracts: Contracts
  /// The fee; positive is a cost.
  public let fee: Money
  /// The price profit that the match realized, before fees; zero when it opened.
  public let realizedPnL: Money
  /// When it happened at the exchange.
  public let exchangeTime: Timestamp

  /// States a fill.
  public init(
    tradeID: TradeID, exchangeOrderID: ExchangeOrderID, clientOrderID: ClientOrderID?,
    instrument: InstrumentID, side: OrderSide, slot: PositionSlot, price: Price,
    contracts: Contracts, fee: Money, realizedPnL: Money, exchangeTime: Timestamp
  ) {
    self.tradeID = tradeID
    self.exchangeOrderID = exchangeOrderID
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.slot = slot
    self.price = price
    self.contracts = contracts
    self.fee = fee
    self.realizedPnL = realizedPnL
    self.exchangeTime = exchangeTime
  }
}
