import Units

/// Names one position of an account: an instrument can hold several.
public struct PositionKey: Sendable, Hashable {
  /// What is held.
  public let instrument: InstrumentID
  /// Which of the instrument's positions.
  public let slot: PositionSlot
  /// Where its collateral comes from.
  public let marginMode: MarginMode

  /// Names a position.
  public init(instrument: InstrumentID, slot: PositionSlot, marginMode: MarginMode) {
    self.instrument = instrument
    self.slot = slot
    self.marginMode = marginMode
  }
}

/// An open position, as the exchange reports it.
public struct Position: Sendable, Hashable {
  /// The exchange's id.
  public let positionID: PositionID
  /// Which position.
  public let key: PositionKey
  /// Which way it is held.
  public let side: PositionSide
  /// How much is held, above zero whatever the side.
  public let contracts: Contracts
  /// How much of it can still be closed, nil where it is not reported.
  public let availableContracts: Contracts?
  /// The mean price of what is held.
  public let entryPrice: Price
  /// The mark price that the figures below use.
  public let markPrice: Price
  /// The collateral in it: isolated margin, or the initial margin of a cross position.
  public let margin: Money
  /// The collateral that must remain.
  public let maintenanceMargin: Money
  /// Collateral over what must remain, a multiple; liquidation at 1 or below. Nil if not reported.
  public let marginRatio: Rate?
  /// Where the exchange would liquidate; nil when there is no such price.
  public let liquidationPrice: Price?
  /// Profit or loss at mark, before fees.
  public let unrealizedPnL: Money
  /// Notional over margin.
  public let leverage: Leverage
  /// When it was opened.
  public let createdAt: Timestamp
  /// When it last changed.
  public let updatedAt: Timestamp

  /// States a position.
  public init(
    positionID: PositionID, key: PositionKey, side: PositionSide, contracts: Contracts,
    availableContracts: Contracts?, entryPrice: Price, markPrice: Price, margin: Money,
    maintenanceMargin: Money, marginRatio: Rate?, liquidationPrice: Price?, unrealizedPnL: Money,
    leverage: Leverage, createdAt: Timestamp, updatedAt: Timestamp
  ) {
    self.positionID = positionID
    self.key = key
    self.side = side
    self.contracts = contracts
    self.availableContracts = availableContracts
    self.entryPrice = entryPrice
    self.markPrice = markPrice
    self.margin = margin
    self.maintenanceMargin = maintenanceMargin
    self.marginRatio = marginRatio
    self.liquidationPrice = liquidationPrice
    self.unrealizedPnL = unrealizedPnL
    self.leverage = leverage
    self.createdAt = createdAt
    self.updatedAt = updatedAt
  }

  /// What is held.
  public var instrument: InstrumentID { key.instrument }
}

/// The money of an account, in its settlement currency (USDT).
public struct Balance: Sendable, Hashable {
  /// Cash plus all unrealized profit and loss.
  public let equity: Money
  /// Cash: deposits, realized profit, fees and funding; does not move with the price.
  public let cash: Money
  /// What new positions may use.
  public let availableMargin: Money
  /// Margin reserved by open orders.
  public let orderMargin: Money
  /// Collateral inside isolated positions with their unrealized profit.
  public let isolatedEquity: Money
  /// When the exchange stated it.
  public let exchangeTime: Timestamp

  /// States a balance.
  public init(
    equity: Money, cash: Money, availableMargin: Money, orderMargin: Money, isolatedEquity: Money,
    exchangeTime: Timestamp
  ) {
    self.equity = equity
    self.cash = cash
    self.availableMargin = availableMargin
    self.orderMargin = orderMargin
    self.isolatedEquity = isolatedEquity
    self.exchangeTime = exchangeTime
  }
}
