import JSONText
import Trading
import Units

/// Reads balances, positions and fills.
nonisolated enum AccountRows {
  /// Reads the balance object. Source: BloFin REST, GET Futures Account Balance, and WebSocket.
  ///
  /// Only currencies with a balance are listed: an account without USDT has none.
  static func balance(_ json: inout JSONScanner) throws(JSONProblem) -> Balance {
    var usdt: BalanceRow?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "ts": time = try json.timestampIfPresent(.either)
      case "details":
        if try json.takeNull() { continue }
        try json.beginArray()
        while try json.nextElement() {
          let row = try BalanceRow(&json)
          if row.currency == "USDT" { usdt = row }
        }
      default: try json.skip()
      }
    }
    let stated = try json.require(time ?? usdt?.time, "ts")
    guard let usdt else {
      return Balance(
        equity: 0, cash: 0, availableMargin: 0, orderMargin: 0, isolatedEquity: 0,
        exchangeTime: stated)
    }
    return Balance(
      equity: try json.require(usdt.equity, "equity"),
      cash: try json.require(usdt.balance, "balance"),
      availableMargin: try json.require(usdt.available, "available"),
      orderMargin: try json.require(usdt.orderFrozen, "orderFrozen"),
      isolatedEquity: try json.require(usdt.isolatedEquity, "isolatedEquity"),
      exchangeTime: stated)
  }

  private struct BalanceRow {
    var currency: String?
    var equity: Money?
    var balance: Money?
    var available: Money?
    var orderFrozen: Money?
    var isolatedEquity: Money?
    var time: Timestamp?

    init(_ json: inout JSONScanner) throws(JSONProblem) {
      try json.beginObject()
      while let key = try json.nextKey() {
        switch key {
        case "currency": currency = try json.textIfAny()
        case "equity": equity = try json.moneyIfAny()
        case "balance": balance = try json.moneyIfAny()
        case "available": available = try json.moneyIfAny()
        case "orderFrozen": orderFrozen = try json.moneyIfAny()
        case "isolatedEquity": isolatedEquity = try json.moneyIfAny()
        case "ts": time = try json.timestampIfPresent(.either)
        default: try json.skip()
        }
      }
    }
  }

  /// Reads a position; nil for a row of an instrument that is not traded here or of nothing held.
  ///
  /// Source: BloFin REST, GET Positions, and WebSocket, Positions Channel.
  static func position(
    _ json: inout JSONScanner, _ catalog: InstrumentCatalog
  ) throws(JSONProblem) -> Position? {
    var row = PositionRow()
    try json.beginObject()
    while let key = try json.nextKey() { try row.read(key, &json) }
    let instrument = try json.require(row.instrument, "instId")
    guard Translation.isTraded(instrument) else { return nil }
    let signed = try json.require(row.signed, "positions")
    let bounds = catalog.bounds(of: instrument)
    guard signed.magnitude <= bounds.contracts else {
      throw json.problem(.unknownValue(signed.description))
    }
    guard !signed.isZero else { return nil }
    let slot = try json.require(row.slot, "positionSide")
    let mode = try json.require(row.marginMode, "marginMode")
    let side: PositionSide =
      switch slot {
      // Signed in one-way mode: below zero is short. Positive in hedge mode.
      case .net: signed.isNegative ? .short : .long
      case .long: .long
      case .short: .short
      }
    let entry = try json.require(row.entry, "averagePrice")
    let mark = try json.require(row.mark, "markPrice")
    guard max(entry, mark) <= bounds.price else { throw json.problem(.number(.outOfRange)) }
    let created = try json.require(row.created, "createTime")
    return Position(
      positionID: try json.require(row.id, "positionId"),
      key: PositionKey(instrument: instrument, slot: slot, marginMode: mode), side: side,
      contracts: signed.magnitude, availableContracts: row.available?.magnitude,
      entryPrice: entry, markPrice: mark,
      margin: try json.require(
        mode == .isolated ? row.margin : row.initialMargin,
        mode == .isolated ? "margin" : "initialMargin"),
      maintenanceMargin: try json.require(row.maintenanceMargin, "maintenanceMargin"),
      marginRatio: row.marginRatio,
      // A short with much collateral is liquidated at a price that no market reaches: nowhere.
      liquidationPrice: row.liquidation.flatMap {
        $0.isPositive && $0 <= bounds.price ? $0 : nil
      },
      unrealizedPnL: try json.require(row.unrealized, "unrealizedPnl"),
      leverage: try json.require(row.leverage, "leverage"), createdAt: created,
      updatedAt: row.updated ?? created)
  }

  private struct PositionRow {
    var id: PositionID?
    var instrument: InstrumentID?
    var marginMode: MarginMode?
    var slot: PositionSlot?
    var signed: Contracts?
    var available: Contracts?
    var entry: Price?
    var mark: Price?
    var margin: Money?
    var initialMargin: Money?
    var maintenanceMargin: Money?
    var marginRatio: Rate?
    var liquidation: Price?
    var unrealized: Money?
    var leverage: Leverage?
    var created: Timestamp?
    var updated: Timestamp?

    mutating func read(
      _ key: JSONString, _ json: inout JSONScanner
    ) throws(JSONProblem) {
      switch key {
      case "positionId": id = try json.nameIfAny()
      case "instId": instrument = try json.nameIfAny()
      case "marginMode": marginMode = try json.marginMode()
      case "positionSide": slot = try json.positionSlot()
      case "positions": signed = try json.signedContracts(.unknown)
      case "availablePositions": available = try json.numberIfPresent(.either)
      case "averagePrice": entry = try json.price(.unknown)
      case "markPrice": mark = try json.price(.unknown)
      case "margin": margin = try json.moneyIfAny()
      case "initialMargin": initialMargin = try json.moneyIfAny()
      case "maintenanceMargin": maintenanceMargin = try json.moneyIfAny()
      case "marginRatio": marginRatio = try json.rateIfAny()
      case "liquidationPrice": liquidation = try json.rateIfAny().map { Price($0.value) }
      case "unrealizedPnl": unrealized = try json.moneyIfAny()
      case "leverage": leverage = try json.leverageIfAny()
      case "createTime": created = try json.timestampIfPresent(.either)
      case "updateTime": updated = try json.timestampIfPresent(.either)
      default: try json.skip()
      }
    }
  }

  /// Reads a fill; nil for an instrument that is not traded here.
  ///
  /// Source: BloFin REST, GET Trade History (fills-history). There is no client order id in it.
  static func fill(
    _ json: inout JSONScanner, _ catalog: InstrumentCatalog
  ) throws(JSONProblem) -> Fill? {
    var trade: TradeID?
    var order: ExchangeOrderID?
    var instrument: InstrumentID?
    var side: OrderSide?
    var slot: PositionSlot?
    var price: Price?
    var contracts: Contracts?
    var fee: Money?
    var realized: Money?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "tradeId": trade = try json.nameIfAny()
      case "orderId": order = try json.nameIfAny()
      case "instId": instrument = try json.nameIfAny()
      case "side": side = try json.orderSide()
      case "positionSide": slot = try json.positionSlot()
      case "fillPrice": price = try json.price(.unknown)
      case "fillSize": contracts = try json.contracts(.unknown)
      case "fee": fee = try json.moneyIfAny()
      case "fillPnl": realized = try json.moneyIfAny()
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    let id = try json.require(instrument, "instId")
    guard Translation.isTraded(id) else { return nil }
    let bounds = catalog.bounds(of: id)
    let fill = Fill(
      tradeID: try json.require(trade, "tradeId"),
      exchangeOrderID: try json.require(order, "orderId"), clientOrderID: nil,
      instrument: id, side: try json.require(side, "side"),
      slot: try json.require(slot, "positionSide"),
      price: try json.require(price, "fillPrice"),
      contracts: try json.require(contracts, "fillSize"), fee: try json.require(fee, "fee"),
      realizedPnL: try json.require(realized, "fillPnl"),
      exchangeTime: try json.require(time, "ts"))
    guard fill.price <= bounds.price, fill.contracts <= bounds.contracts,
      fill.contracts.isPositive
    else { throw json.problem(.number(.outOfRange)) }
    return fill
  }
}

nonisolated extension JSONScanner {
  /// Reads a margin mode; an unknown word fails the message.
  mutating func marginMode() throws(JSONProblem) -> MarginMode {
    let word = try string()
    switch word {
    case "isolated": return .isolated
    case "cross": return .cross
    default: throw problem(.unknownValue(String(word)))
    }
  }

  /// Reads which position is meant; an unknown word fails the message.
  mutating func positionSlot() throws(JSONProblem) -> PositionSlot {
    let word = try string()
    switch word {
    case "net": return .net
    case "long": return .long
    case "short": return .short
    default: throw problem(.unknownValue(String(word)))
    }
  }
}
