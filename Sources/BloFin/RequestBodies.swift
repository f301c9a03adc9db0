import Exchanges
import JSONText
import Trading
import Units

/// Writes the bodies of the calls that change something. All numbers are sent as texts.
public nonisolated struct RequestBodies: Sendable {
  /// Sent with every order by a key that was bound to a broker.
  let brokerID: String?

  /// Makes a writer; `brokerID` is nil for a key that was not bound to a broker.
  public init(brokerID: String?) {
    self.brokerID = brokerID
  }

  /// The body of an order. Source: BloFin REST, Place Order.
  public func order(_ request: OrderRequest) -> [UInt8] {
    body { json in
      json.member("instId", request.instrument.text)
      json.member("marginMode", Translation.word(request.marginMode))
      json.member("positionSide", Translation.word(request.slot))
      json.member("side", Translation.word(request.side))
      json.member("orderType", Translation.word(request.type))
      if let price = request.type.limitPrice { json.member("price", quoted: price) }
      json.member("size", quoted: request.contracts)
      // A text by the documentation; the exchange takes the word too.
      json.member("reduceOnly", request.reduceOnly ? "true" : "false")
      json.member("clientOrderId", request.clientOrderID.text)
      Self.protection(&json, request.takeProfit, request.stopLoss)
      broker(&json)
    }
  }

  /// The body of protection on a position. Source: BloFin REST, Place TPSL Order.
  func protection(_ request: ProtectionRequest) -> [UInt8] {
    body { json in
      json.member("instId", request.key.instrument.text)
      json.member("marginMode", Translation.word(request.key.marginMode))
      json.member("positionSide", Translation.word(request.key.slot))
      json.member("side", Translation.word(request.side))
      switch request.size {
      case .wholePosition: json.member("size", Translation.wholePosition)
      case .contracts(let contracts): json.member("size", quoted: contracts)
      }
      json.member("reduceOnly", "true")
      json.member("clientOrderId", request.clientOrderID.text)
      Self.protection(&json, request.takeProfit, request.stopLoss)
      broker(&json)
    }
  }

  /// The body that closes a position. Source: BloFin REST, Close Position.
  ///
  /// The answer names no order: our id is the only way to find it.
  func closePosition(_ key: PositionKey, _ id: ClientOrderID) -> [UInt8] {
    body { json in
      json.member("instId", key.instrument.text)
      json.member("marginMode", Translation.word(key.marginMode))
      json.member("positionSide", Translation.word(key.slot))
      json.member("clientOrderId", id.text)
      broker(&json)
    }
  }

  /// The body that cancels an order: an object. Source: BloFin REST, Cancel Order.
  func cancelOrder(_ instrument: InstrumentID, _ reference: OrderReference) -> [UInt8] {
    body { json in
      json.member("instId", instrument.text)
      switch reference {
      case .client(let id): json.member("clientOrderId", id.text)
      case .exchange(let id): json.member("orderId", id.text)
      }
    }
  }

  /// The body that cancels protection: an array of one. Source: BloFin REST, Cancel TPSL Order.
  func cancelProtection(_ instrument: InstrumentID, _ id: ExchangeOrderID) -> [UInt8] {
    var json = JSONWriter()
    json.beginArray()
    json.beginObject()
    json.member("instId", instrument.text)
    json.member("tpslId", id.text)
    json.endObject()
    json.endArray()
    return json.bytes
  }

  /// The body that cancels an entry trigger: an object. Source: BloFin REST, Cancel Algo Order.
  func cancelTrigger(_ instrument: InstrumentID, _ id: ExchangeOrderID) -> [UInt8] {
    body { json in
      json.member("instId", instrument.text)
      json.member("algoId", id.text)
    }
  }

  /// The body that sets the leverage. Source: BloFin REST, Set Leverage.
  ///
  /// The side matters for isolated margin in hedge mode only.
  func setLeverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot, _ leverage: Leverage
  ) -> [UInt8] {
    body { json in
      json.member("instId", instrument.text)
      json.member("leverage", quoted: leverage)
      json.member("marginMode", Translation.word(mode))
      if slot != .net, mode == .isolated {
        json.member("positionSide", Translation.word(slot))
      }
    }
  }

  /// The body that sets the position mode. Source: BloFin REST, Set Position Mode.
  func setPositionMode(_ mode: PositionMode) -> [UInt8] {
    body { json in json.member("positionMode", Translation.word(mode)) }
  }

  private func body(_ members: (inout JSONWriter) -> Void) -> [UInt8] {
    var json = JSONWriter(capacity: 384)
    json.beginObject()
    members(&json)
    json.endObject()
    return json.bytes
  }

  private func broker(_ json: inout JSONWriter) {
    if let brokerID { json.member("brokerId", brokerID) }
  }

  /// A trigger price and an order price always go together; −1 is a market order.
  private static func protection(
    _ json: inout JSONWriter, _ takeProfit: Trigger?, _ stopLoss: Trigger?
  ) {
    if let takeProfit {
      json.member("tpTriggerPrice", quoted: takeProfit.triggerPrice)
      json.member("tpOrderPrice", orderPrice(takeProfit))
      json.member("tpTriggerPriceType", Translation.word(takeProfit.source))
    }
    if let stopLoss {
      json.member("slTriggerPrice", quoted: stopLoss.triggerPrice)
      json.member("slOrderPrice", orderPrice(stopLoss))
      json.member("slTriggerPriceType", Translation.word(stopLoss.source))
    }
  }

  private static func orderPrice(_ trigger: Trigger) -> String {
    switch trigger.execution {
    case .market: Translation.marketPrice
    case .limit(let price): price.description
    }
  }
}
