import Trading
import Units

/// From the venue's rows to the trading vocabulary.
extension Order {
  init(_ row: VenueOrder) {
    self.init(
      exchangeOrderID: ExchangeOrderID(name: row.number.name), clientOrderID: row.clientOrderID,
      instrument: row.instrument, side: row.side, slot: row.slot, marginMode: row.marginMode,
      type: row.type, contracts: row.contracts, reduceOnly: row.reduceOnly,
      leverage: row.leverage, state: OrderState(row.state), filledContracts: row.filledContracts,
      averagePrice: row.averagePrice, fee: row.fee, realizedPnL: row.realizedPnL,
      category: row.category, takeProfit: row.takeProfit, stopLoss: row.stopLoss,
      createdAt: row.createdAt, updatedAt: row.updatedAt)
  }
}

extension OrderState {
  init(_ state: VenueOrderState) {
    switch state {
    case .live: self = .live
    case .partiallyFilled: self = .partiallyFilled
    case .filled: self = .filled
    case .canceled, .partiallyCanceled: self = .canceled
    }
  }
}

extension Fill {
  init(_ fill: VenueFill) {
    self.init(
      tradeID: TradeID(name: fill.number.name),
      exchangeOrderID: ExchangeOrderID(name: fill.order.name),
      clientOrderID: fill.clientOrderID, instrument: fill.instrument, side: fill.side,
      slot: fill.slot, price: fill.price, contracts: fill.contracts, fee: fill.fee,
      realizedPnL: fill.realizedPnL, exchangeTime: fill.time)
  }
}

extension TriggerOrder {
  init(_ row: AlgoOrder) {
    let kind: Kind
    switch row.kind {
    case .protection(let takeProfit, let stopLoss):
      kind = .protection(takeProfit: takeProfit, stopLoss: stopLoss)
    case .trigger(let trigger, _, _): kind = .entry(trigger)
    case .trailing(.ratio(let ratio), let activation):
      kind = .trailing(callbackRatio: ratio, callbackDistance: nil, activation: activation)
    case .trailing(.spread(let spread), let activation):
      kind = .trailing(callbackRatio: nil, callbackDistance: spread, activation: activation)
    }
    self.init(
      exchangeOrderID: ExchangeOrderID(name: row.number.name), clientOrderID: row.clientOrderID,
      instrument: row.instrument, side: row.side, slot: row.slot, marginMode: row.marginMode,
      size: row.size, kind: kind, reduceOnly: row.reduceOnly, state: State(row.state),
      createdAt: row.createdAt)
  }
}

extension TriggerOrder.State {
  init(_ state: AlgoOrder.State) {
    switch state {
    case .live: self = .live
    case .effective: self = .triggered
    case .canceled: self = .canceled
    case .orderFailed: self = .failed
    }
  }
}

extension Position {
  init(_ position: VenuePosition) {
    self.init(
      positionID: PositionID(name: position.number.name), key: position.key, side: position.side,
      contracts: position.contracts, availableContracts: position.availableContracts,
      entryPrice: position.entryPrice, markPrice: position.markPrice,
      margin: position.isolatedMargin ?? position.initialMargin ?? .zero,
      maintenanceMargin: position.maintenanceMargin, marginRatio: position.marginRatio,
      liquidationPrice: position.liquidationPrice, unrealizedPnL: position.unrealizedPnL,
      leverage: position.leverage, createdAt: position.createdAt, updatedAt: position.updatedAt)
  }
}

extension Balance {
  init(_ balance: VenueBalance) {
    self.init(
      equity: balance.equity, cash: balance.cash, availableMargin: balance.available,
      orderMargin: balance.orderFrozen, isolatedEquity: balance.isolatedEquity,
      exchangeTime: balance.time)
  }
}

extension Candle {
  init(_ candle: VenueCandle) {
    self.init(
      openTime: candle.openTime, open: candle.open, high: candle.high, low: candle.low,
      close: candle.close, volume: candle.baseVolume, isClosed: candle.isClosed)
  }
}

extension Refusal {
  init(_ refusal: VenueRefusal) {
    let advice: Advice
    switch refusal {
    case .nothingToCancel, .nothingToAmend, .duplicateClientOrderID, .positionClosed,
      .reduceOnlyWithoutPosition:
      advice = .queryState
    case .internalError: advice = .waitAndRetry
    case .notSupported: advice = .stopTrading
    default: advice = .fixRequest
    }
    self.init(code: String(refusal.code), message: refusal.text, advice: advice)
  }
}

extension OrderTicket {
  init(_ request: OrderRequest) {
    self.init(
      instrument: request.instrument, marginMode: request.marginMode, slot: request.slot,
      side: request.side, type: request.type, contracts: request.contracts,
      reduceOnly: request.reduceOnly, clientOrderID: request.clientOrderID,
      takeProfit: request.takeProfit, stopLoss: request.stopLoss)
  }
}

extension AlgoTicket {
  init(_ request: ProtectionRequest) {
    self.init(
      instrument: request.key.instrument, marginMode: request.key.marginMode,
      slot: request.key.slot, side: request.side, size: request.size,
      kind: .protection(takeProfit: request.takeProfit, stopLoss: request.stopLoss),
      reduceOnly: true, clientOrderID: request.clientOrderID)
  }
}
