import Units

/// How an order meets the book. A price is part of every kind that needs one.
public enum OrderType: Sendable, Hashable {
  /// Takes what the book offers.
  case market
  /// Fills at the price or better, rests otherwise.
  case limit(Price)
  /// Rests at the price; refused or canceled if it would take.
  case postOnly(Price)
  /// Fills completely at once at the price or better, or not at all.
  case fillOrKill(Price)
  /// Fills what it can at once at the price or better; the rest is canceled.
  case immediateOrCancel(Price)

  /// The limit price, nil for a market order.
  public var limitPrice: Price? {
    switch self {
    case .market: nil
    case .limit(let price), .postOnly(let price), .fillOrKill(let price),
      .immediateOrCancel(let price):
      price
    }
  }

  /// The word of the kind, without the price, as the journal and reports for programs say it.
  public var code: String {
    switch self {
    case .market: "market"
    case .limit: "limit"
    case .postOnly: "postOnly"
    case .fillOrKill: "fillOrKill"
    case .immediateOrCancel: "immediateOrCancel"
    }
  }

  /// Whether what does not fill at once waits in the book.
  public var mayRest: Bool {
    switch self {
    case .limit, .postOnly: true
    case .market, .fillOrKill, .immediateOrCancel: false
    }
  }
}

/// Which price sets a trigger off.
public enum TriggerSource: String, Sendable, Hashable {
  /// The last traded price.
  case last
  /// The mark price.
  case mark
  /// The index price.
  case index
}

/// What happens when a trigger is reached.
public enum TriggeredPrice: Sendable, Hashable {
  /// A market order is sent.
  case market
  /// A limit order at the price is sent.
  case limit(Price)
}

/// One leg of protection: where it triggers and how it then executes.
public struct Trigger: Sendable, Hashable {
  /// The price that sets it off.
  public let triggerPrice: Price
  /// Which price is watched.
  public let source: TriggerSource
  /// How it then executes.
  public let execution: TriggeredPrice

  /// States a trigger; by default the last price is watched and a market order follows.
  public init(
    triggerPrice: Price, source: TriggerSource = .last, execution: TriggeredPrice = .market
  ) {
    self.triggerPrice = triggerPrice
    self.source = source
    self.execution = execution
  }
}

/// An order that is asked for: what goes to an exchange, before any answer.
public struct OrderRequest: Sendable, Hashable {
  /// Our id, written to the journal before the request leaves.
  public let clientOrderID: ClientOrderID
  /// What is traded.
  public let instrument: InstrumentID
  /// What the order does.
  public let side: OrderSide
  /// Which position it works on.
  public let slot: PositionSlot
  /// Where its collateral comes from.
  public let marginMode: MarginMode
  /// How it meets the book.
  public let type: OrderType
  /// Its size, above zero.
  public let contracts: Contracts
  /// Whether it may only make a position smaller.
  public let reduceOnly: Bool
  /// Closes with a profit once the entry has filled.
  public let takeProfit: Trigger?
  /// Closes with a loss once the entry has filled.
  public let stopLoss: Trigger?

  /// States an order.
  public init(
    clientOrderID: ClientOrderID, instrument: InstrumentID, side: OrderSide,
    slot: PositionSlot = .net, marginMode: MarginMode, type: OrderType, contracts: Contracts,
    reduceOnly: Bool, takeProfit: Trigger? = nil, stopLoss: Trigger? = nil
  ) {
    self.clientOrderID = clientOrderID
    self.instrument = instrument
    self.side = side
    self.slot = slot
    self.marginMode = marginMode
    self.type = type
    self.contracts = contracts
    self.reduceOnly = reduceOnly
    self.takeProfit = takeProfit
    self.stopLoss = stopLoss
  }
}
