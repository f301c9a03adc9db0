import Trading
import Units

/// The fields of `trade/order`. Source: BloFin reference 3.3.1.
public struct OrderTicket: Sendable, Hashable {
  /// What is traded.
  public var instrument: InstrumentID
  /// Where the collateral comes from; decides which position it works on.
  public var marginMode: MarginMode
  /// Which position it works on; nil when not given, which only one-way mode takes.
  public var slot: PositionSlot?
  /// What it does.
  public var side: OrderSide
  /// How it meets the book.
  public var type: OrderType
  /// Its size.
  public var contracts: Contracts
  /// Whether it may only make a position smaller.
  public var reduceOnly: Bool
  /// The client's id.
  public var clientOrderID: ClientOrderID?
  /// Closes with a profit once the entry has filled.
  public var takeProfit: Trigger?
  /// Closes with a loss once the entry has filled.
  public var stopLoss: Trigger?
  /// The broker, empty for none.
  public var brokerID: String

  /// States an order.
  public init(
    instrument: InstrumentID, marginMode: MarginMode, slot: PositionSlot? = nil, side: OrderSide,
    type: OrderType, contracts: Contracts, reduceOnly: Bool = false,
    clientOrderID: ClientOrderID? = nil, takeProfit: Trigger? = nil, stopLoss: Trigger? = nil,
    brokerID: String = ""
  ) {
    self.instrument = instrument
    self.marginMode = marginMode
    self.slot = slot
    self.side = side
    self.type = type
    self.contracts = contracts
    self.reduceOnly = reduceOnly
    self.clientOrderID = clientOrderID
    self.takeProfit = takeProfit
    self.stopLoss = stopLoss
    self.brokerID = brokerID
  }

  /// Whether nothing hangs on the order but itself.
  var isPlain: Bool {
    clientOrderID == nil && takeProfit == nil && stopLoss == nil && brokerID.isEmpty
  }
}

/// The fields of `trade/order-tpsl`, `trade/order-algo` and trailing stops.
///
/// Source: BloFin reference 3.3.3, 3.3.4, 3.5.
public struct AlgoTicket: Sendable, Hashable {
  /// What is traded.
  public var instrument: InstrumentID
  /// Where the collateral comes from.
  public var marginMode: MarginMode
  /// Which position it works on; nil when not given, which only one-way mode takes.
  public var slot: PositionSlot?
  /// What the order that follows does.
  public var side: OrderSide
  /// How much it trades (`-1` on the wire is the whole position).
  public var size: TriggerSize
  /// What waits.
  public var kind: AlgoOrder.Kind
  /// Whether the order that follows may only make a position smaller.
  public var reduceOnly: Bool
  /// The client's id.
  public var clientOrderID: ClientOrderID?
  /// The broker, empty for none.
  public var brokerID: String

  /// States a TP/SL, trigger or trailing order.
  public init(
    instrument: InstrumentID, marginMode: MarginMode, slot: PositionSlot? = nil, side: OrderSide,
    size: TriggerSize, kind: AlgoOrder.Kind, reduceOnly: Bool = false,
    clientOrderID: ClientOrderID? = nil, brokerID: String = ""
  ) {
    self.instrument = instrument
    self.marginMode = marginMode
    self.slot = slot
    self.side = side
    self.size = size
    self.kind = kind
    self.reduceOnly = reduceOnly
    self.clientOrderID = clientOrderID
    self.brokerID = brokerID
  }
}

/// Names an order by the venue's number or the client's id.
public enum OrderName: Sendable, Hashable {
  /// By the venue's number.
  case number(OrderNumber)
  /// By the client's id.
  case client(ClientOrderID)
}

/// Names a TP/SL or trigger order by the venue's number or the client's id.
public enum AlgoName: Sendable, Hashable {
  /// By the venue's number.
  case number(AlgoNumber)
  /// By the client's id.
  case client(ClientOrderID)
}

/// The positive answer to placing or canceling an order: accepted, which is not filled.
public struct OrderAcknowledgement: Sendable, Hashable {
  /// The venue's number.
  public let number: OrderNumber
  /// The client's id, nil where it gave none.
  public let clientOrderID: ClientOrderID?
}

/// The positive answer to placing or canceling a TP/SL or trigger order.
public struct AlgoAcknowledgement: Sendable, Hashable {
  /// The venue's number.
  public let number: AlgoNumber
  /// The client's id, nil where it gave none.
  public let clientOrderID: ClientOrderID?
}
