import JSONText
import Trading
import Transport
import Units

/// Reads plain orders, as five REST lists and the stream give them with small differences.
nonisolated enum OrderRows {
  /// Reads an order; nil for an instrument that is not traded here.
  ///
  /// Source: BloFin REST, GET Active Orders, GET Order Detail, GET Order History, and WebSocket,
  /// Orders Channel. An unknown side or type fails the message: nothing may be guessed. Of an
  /// unknown state the word is kept, for the order is there and is told of by it (O20).
  static func order(
    _ json: inout JSONScanner, _ catalog: InstrumentCatalog
  ) throws(JSONProblem) -> Order? {
    var row = Row()
    try json.beginObject()
    while let key = try json.nextKey() { try row.read(key, &json) }
    return try row.order(json, catalog)
  }

  private struct Row {
    var id: ExchangeOrderID?
    var clientID: ClientOrderID?
    var instrument: InstrumentID?
    var marginMode: MarginMode?
    var slot: PositionSlot?
    var side: OrderSide?
    var type: String?
    var price: Price?
    var size: Contracts?
    var reduceOnly: Bool?
    var leverage: Leverage?
    var state: String?
    var filled: Contracts?
    var average: Price?
    var fee: Money?
    var pnl: Money?
    var category: String?
    var created: Timestamp?
    var updated: Timestamp?
    var takeProfit = TriggerRow()
    var stopLoss = TriggerRow()

    mutating func read(_ key: JSONString, _ json: inout JSONScanner) throws(JSONProblem) {
      switch key {
      case "orderId": id = try json.nameIfAny()
      case "clientOrderId": clientID = try json.nameIfAny()
      case "instId": instrument = try json.nameIfAny()
      case "marginMode": marginMode = try json.marginMode()
      case "positionSide": slot = try json.positionSlot()
      case "side": side = try json.orderSide()
      case "orderType": type = try json.textIfAny()
      case "price": price = try json.priceIfAny(.unknown)
      case "size": size = try json.contracts(.unknown)
      case "reduceOnly": reduceOnly = try json.flagIfAny()
      case "leverage": leverage = try json.leverageIfAny()
      case "state": state = try json.textIfAny()
      case "filledSize": filled = try json.contractsOrNone(.unknown)
      case "averagePrice": average = try json.priceIfAny(.unknown)
      case "fee": fee = try json.moneyIfAny()
      case "pnl": pnl = try json.moneyIfAny()
      case "orderCategory": category = try json.textIfAny()
      case "createTime": created = try json.timestampIfPresent(.either)
      case "updateTime": updated = try json.timestampIfPresent(.either)
      case "tpTriggerPrice": takeProfit.price = try json.priceIfAny(.unknown)
      case "tpTriggerPriceType": takeProfit.source = try json.textIfAny()
      case "tpOrderPrice": takeProfit.execution = try json.textIfAny()
      case "slTriggerPrice": stopLoss.price = try json.priceIfAny(.unknown)
      case "slTriggerPriceType": stopLoss.source = try json.textIfAny()
      case "slOrderPrice": stopLoss.execution = try json.textIfAny()
      default: try json.skip()
      }
    }

    func order(
      _ json: borrowing JSONScanner, _ catalog: InstrumentCatalog
    ) throws(JSONProblem) -> Order? {
      let instrument = try json.require(self.instrument, "instId")
      guard Translation.isTraded(instrument) else { return nil }
      let bounds = catalog.bounds(of: instrument)
      let size = try json.require(self.size, "size")
      let filled = try json.require(self.filled, "filledSize")
      let word = try json.require(self.type, "orderType")
      guard let type = Translation.orderType(word, price: price) else {
        throw json.problem(.unknownValue(word))
      }
      guard size <= bounds.contracts, filled <= bounds.contracts,
        max(type.limitPrice ?? .zero, average ?? .zero) <= bounds.price
      else { throw json.problem(.number(.outOfRange)) }
      let created = try json.require(self.created, "createTime")
      let stateWord = try json.require(self.state, "state")
      let state = Translation.orderState(stateWord)
      return Order(
        exchangeOrderID: try json.require(id, "orderId"),
        clientOrderID: clientID, instrument: instrument,
        side: try json.require(side, "side"), slot: try json.require(slot, "positionSide"),
        marginMode: try json.require(marginMode, "marginMode"), type: type, contracts: size,
        reduceOnly: try json.require(reduceOnly, "reduceOnly"), leverage: leverage,
        state: state ?? .unknown, filledContracts: filled, averagePrice: average,
        // Nothing stated is nothing paid and nothing realized so far.
        fee: fee ?? .zero, realizedPnL: pnl ?? .zero,
        category: Translation.category(category), takeProfit: try takeProfit.trigger(json),
        stopLoss: try stopLoss.trigger(json), createdAt: created, updatedAt: updated ?? created,
        unknownState: state == nil ? PlainText.clean(stateWord) : nil)
    }
  }
}

/// The fields of one trigger: where it fires, which price is watched, what follows.
nonisolated struct TriggerRow {
  var price: Price?
  var source: String?
  var execution: String?

  /// Returns the trigger; nil where no price is set.
  ///
  /// The documentation shows `null` as the order price where −1 (market) was meant.
  func trigger(_ json: borrowing JSONScanner) throws(JSONProblem) -> Trigger? {
    guard let price else { return nil }
    guard let source = Translation.triggerSource(source) else {
      throw json.problem(.unknownValue(source ?? "nothing as the trigger's price type"))
    }
    guard let execution, !execution.hasPrefix("-") else {
      return Trigger(triggerPrice: price, source: source, execution: .market)
    }
    let limit: Price
    do {
      limit = try Price(text: execution)
    } catch {
      throw json.problem(.number(error))
    }
    guard !limit.isZero else { return Trigger(triggerPrice: price, source: source) }
    guard limit <= InstrumentBounds.highestPrice else {
      throw json.problem(.number(.outOfRange))
    }
    return Trigger(triggerPrice: price, source: source, execution: .limit(limit))
  }
}

/// Reads trigger orders: protection (TP/SL), entry triggers and trailing stops.
nonisolated enum TriggerRows {
  /// Reads a trigger order; nil for an instrument that is not traded here.
  ///
  /// Source: BloFin REST, GET Active TPSL Orders and Active Algo Orders; WebSocket, Algo Orders
  /// Channel, which carries all kinds with the same number in `tpslId` and `algoId`.
  static func order(
    _ json: inout JSONScanner, _ catalog: InstrumentCatalog
  ) throws(JSONProblem) -> TriggerOrder? {
    var row = Row()
    try json.beginObject()
    while let key = try json.nextKey() { try row.read(key, &json) }
    return try row.order(json, catalog)
  }

  private struct Row {
    var protectionID: ExchangeOrderID?
    var triggerID: ExchangeOrderID?
    var clientID: ClientOrderID?
    var instrument: InstrumentID?
    var marginMode: MarginMode?
    var slot: PositionSlot?
    var side: OrderSide?
    var type: String?
    var size: String?
    var reduceOnly: Bool?
    var state: String?
    var created: Timestamp?
    var takeProfit = TriggerRow()
    var stopLoss = TriggerRow()
    var entry = TriggerRow()
    var callbackRatio: Rate?
    var callbackSpread: Price?
    var activation: Price?

    mutating func read(_ key: JSONString, _ json: inout JSONScanner) throws(JSONProblem) {
      switch key {
      case "tpslId": protectionID = try json.nameIfAny()
      case "algoId": triggerID = try json.nameIfAny()
      case "clientOrderId": clientID = try json.nameIfAny()
      case "instId": instrument = try json.nameIfAny()
      case "marginMode": marginMode = try json.marginMode()
      case "positionSide": slot = try json.positionSlot()
      case "side": side = try json.orderSide()
      case "orderType": type = try json.textIfAny()
      case "size": size = try json.textIfAny()
      case "reduceOnly": reduceOnly = try json.flagIfAny()
      case "state": state = try json.textIfAny()
      case "createTime": created = try json.timestampIfPresent(.either)
      case "tpTriggerPrice": takeProfit.price = try json.priceIfAny(.unknown)
      case "tpTriggerPriceType": takeProfit.source = try json.textIfAny()
      case "tpOrderPrice": takeProfit.execution = try json.textIfAny()
      case "slTriggerPrice": stopLoss.price = try json.priceIfAny(.unknown)
      case "slTriggerPriceType": stopLoss.source = try json.textIfAny()
      case "slOrderPrice": stopLoss.execution = try json.textIfAny()
      case "triggerPrice": entry.price = try json.priceIfAny(.unknown)
      case "triggerPriceType": entry.source = try json.textIfAny()
      case "orderPrice": entry.execution = try json.textIfAny()
      case "callbackRatio": callbackRatio = try json.rateIfAny()
      case "callbackSpread": callbackSpread = try json.priceIfAny(.unknown)
      case "activePrice": activation = try json.priceIfAny(.unknown)
      default: try json.skip()
      }
    }

    func order(
      _ json: borrowing JSONScanner, _ catalog: InstrumentCatalog
    ) throws(JSONProblem) -> TriggerOrder? {
      let instrument = try json.require(self.instrument, "instId")
      guard Translation.isTraded(instrument) else { return nil }
      let stateWord = try json.require(self.state, "state")
      let state = Translation.triggerState(stateWord)
      return TriggerOrder(
        exchangeOrderID: try json.require(protectionID ?? triggerID, "tpslId or algoId"),
        clientOrderID: clientID, instrument: instrument,
        side: try json.require(side, "side"), slot: try json.require(slot, "positionSide"),
        marginMode: try json.require(marginMode, "marginMode"),
        size: try triggerSize(json, catalog.bounds(of: instrument)), kind: try kind(json),
        // One row of the documentation does not say; what does not say may open.
        reduceOnly: reduceOnly == true,
        state: state ?? .unknown,
        createdAt: try json.require(created, "createTime"),
        unknownState: state == nil ? PlainText.clean(stateWord) : nil)
    }

    /// The lists of protection have no order type; the stream calls it `conditional`.
    private func kind(_ json: borrowing JSONScanner) throws(JSONProblem) -> TriggerOrder.Kind {
      switch type {
      case nil, "conditional":
        let protection = (try takeProfit.trigger(json), try stopLoss.trigger(json))
        guard protection.0 != nil || protection.1 != nil else {
          throw json.problem(.missing("tpTriggerPrice or slTriggerPrice"))
        }
        return .protection(takeProfit: protection.0, stopLoss: protection.1)
      case "trigger": return .entry(try json.require(try entry.trigger(json), "triggerPrice"))
      case "trailing_stop":
        return .trailing(
          callbackRatio: callbackRatio, callbackDistance: callbackSpread, activation: activation)
      case let other?: throw json.problem(.unknownValue(other))
      }
    }

    /// The request's −1 for the whole position comes back as an empty text.
    private func triggerSize(
      _ json: borrowing JSONScanner, _ bounds: InstrumentBounds
    ) throws(JSONProblem) -> TriggerSize {
      guard let size, size != Translation.wholePosition else { return .wholePosition }
      let contracts: Contracts
      do {
        contracts = try Contracts(text: size)
      } catch {
        throw json.problem(.number(error))
      }
      guard contracts.isPositive, contracts <= bounds.contracts else {
        throw json.problem(.number(.outOfRange))
      }
      return .contracts(contracts)
    }
  }
}
