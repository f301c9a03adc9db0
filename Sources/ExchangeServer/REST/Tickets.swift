import Simulation
import Trading
import Units

// From the fields of an order body to the venue's tickets. Source: BloFin reference 3.3.1, 3.3.3,
// 3.3.4 and 3.5. What only the venue can judge (steps, sizes, modes) is left to it.

extension OrderTicket {
  /// Reads the body of `trade/order`.
  init(_ parameters: Parameters, brokerID: String) throws(APIProblem) {
    let type = try OrderType(parameters)
    self.init(
      instrument: try parameters.requiredInstrument(),
      marginMode: try parameters.requiredWord("marginMode", MarginMode.init(word:)),
      slot: try parameters.word("positionSide", PositionSlot.init(word:)),
      side: try parameters.requiredWord("side", OrderSide.init(word:)),
      type: type, contracts: try parameters.positive("size"),
      reduceOnly: try parameters.flag("reduceOnly"), clientOrderID: try parameters.clientID(),
      takeProfit: try Trigger(parameters, prefix: "tp"),
      stopLoss: try Trigger(parameters, prefix: "sl"), brokerID: brokerID)
  }
}

extension OrderType {
  /// Reads `orderType` and `price`; the price of a market order is ignored.
  fileprivate init(_ parameters: Parameters) throws(APIProblem) {
    let word = try parameters.required("orderType")
    if word == "market" {
      self = .market
      return
    }
    let making: (Price) -> OrderType
    switch word {
    case "limit": making = OrderType.limit
    case "post_only": making = OrderType.postOnly
    case "fok": making = OrderType.fillOrKill
    case "ioc": making = OrderType.immediateOrCancel
    default: throw .wrong("orderType")
    }
    self = making(try parameters.positive("price"))
  }
}

extension TriggeredPrice {
  /// Reads an order price; `-1` is a market order.
  init(_ parameters: Parameters, _ name: String) throws(APIProblem) {
    if try parameters.text(name) == "-1" {
      self = .market
      return
    }
    self = .limit(try parameters.positive(name))
  }
}

extension Trigger {
  /// Reads one leg of protection (`tp` or `sl`); nil when it is not given. Both prices go together.
  init?(_ parameters: Parameters, prefix: String) throws(APIProblem) {
    let hasTrigger = try parameters.text("\(prefix)TriggerPrice") != nil
    let hasOrder = try parameters.text("\(prefix)OrderPrice") != nil
    guard hasTrigger || hasOrder else { return nil }
    self.init(
      triggerPrice: try parameters.positive("\(prefix)TriggerPrice"),
      source: try TriggerSource(parameters, "\(prefix)TriggerPriceType"),
      execution: try TriggeredPrice(parameters, "\(prefix)OrderPrice"))
  }
}

extension TriggerSource {
  /// Reads which price is watched, the last when nothing is said (152428 for an unknown word).
  init(_ parameters: Parameters, _ name: String) throws(APIProblem) {
    guard let word = try parameters.text(name) else {
      self = .last
      return
    }
    guard let source = TriggerSource(word: word) else {
      throw APIProblem(.triggerSourceNotTaken)
    }
    self = source
  }
}

extension TriggerSize {
  /// Reads `size`; `-1` is the whole position.
  fileprivate init(_ parameters: Parameters) throws(APIProblem) {
    if try parameters.text("size") == "-1" {
      self = .wholePosition
      return
    }
    self = .contracts(try parameters.positive("size"))
  }
}

extension AlgoTicket {
  /// Reads the body of `trade/order-tpsl`.
  init(protection parameters: Parameters, brokerID: String) throws(APIProblem) {
    let takeProfit = try Trigger(parameters, prefix: "tp")
    let stopLoss = try Trigger(parameters, prefix: "sl")
    guard takeProfit != nil || stopLoss != nil else {
      throw .oneRequired("tpTriggerPrice", "slTriggerPrice")
    }
    try self.init(
      parameters, kind: .protection(takeProfit: takeProfit, stopLoss: stopLoss),
      brokerID: brokerID)
  }

  /// Reads the body of `trade/order-algo`: a trigger order or a trailing stop.
  init(trigger parameters: Parameters, brokerID: String) throws(APIProblem) {
    switch try parameters.required("orderType") {
    case "trigger":
      let trigger = Trigger(
        triggerPrice: try parameters.positive("triggerPrice"),
        source: try TriggerSource(parameters, "triggerPriceType"),
        execution: try parameters.text("orderPrice") == nil
          ? .market : TriggeredPrice(parameters, "orderPrice"))
      let attached = try Self.attached(parameters)
      try self.init(
        parameters,
        kind: .trigger(trigger, takeProfit: attached.takeProfit, stopLoss: attached.stopLoss),
        brokerID: brokerID)
    case "trailing_stop":
      try self.init(
        parameters,
        kind: .trailing(
          try TrailingDistance(parameters), activation: try parameters.number("activePrice")),
        brokerID: brokerID)
    default: throw .wrong("orderType")
    }
  }

  private init(
    _ parameters: Parameters, kind: AlgoOrder.Kind, brokerID: String
  ) throws(APIProblem) {
    self.init(
      instrument: try parameters.requiredInstrument(),
      marginMode: try parameters.requiredWord("marginMode", MarginMode.init(word:)),
      slot: try parameters.word("positionSide", PositionSlot.init(word:)),
      side: try parameters.requiredWord("side", OrderSide.init(word:)),
      size: try TriggerSize(parameters), kind: kind,
      reduceOnly: try parameters.flag("reduceOnly"), clientOrderID: try parameters.clientID(),
      brokerID: brokerID)
  }

  /// Reads `attachAlgoOrders`: an array of one object with the legs of the protection.
  private static func attached(
    _ parameters: Parameters
  ) throws(APIProblem) -> (takeProfit: Trigger?, stopLoss: Trigger?) {
    guard let elements = try parameters.elements("attachAlgoOrders"), let first = elements.first
    else { return (nil, nil) }
    guard elements.count == 1, case .object(let members) = first else {
      throw .wrong("attachAlgoOrders")
    }
    let inner = Parameters(members)
    return (try Trigger(inner, prefix: "tp"), try Trigger(inner, prefix: "sl"))
  }
}

extension TrailingDistance {
  /// Reads `callbackRatio` or `callbackSpread`, exactly one of them (152422).
  fileprivate init(_ parameters: Parameters) throws(APIProblem) {
    let ratio: Rate? = try parameters.number("callbackRatio")
    let spread: Price? = try parameters.number("callbackSpread")
    switch (ratio, spread) {
    case (let ratio?, nil): self = .ratio(ratio)
    case (nil, let spread?): self = .spread(spread)
    case (nil, nil), (_?, _?):
      throw APIProblem(
        code: "152422",
        message: "Exactly one of callbackRatio and callbackSpread must be provided")
    }
  }
}
