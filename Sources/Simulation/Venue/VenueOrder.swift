import Trading
import Units

/// A plain order of an account in any state, as the venue's order lists and pushes show it.
///
/// Source: BloFin reference 3.4.2, 3.4.4 and 4.5 (`orders`).
public struct VenueOrder: Sendable, Hashable {
  /// The venue's number.
  public let number: OrderNumber
  /// What is traded.
  public let instrument: InstrumentID
  /// Nil for a plain order, so that copying one counts no reference.
  fileprivate let terms: Shared<OrderTerms>?
  /// How it meets the book.
  public let type: OrderType
  private let wholeLeverage: Int32
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// Which position it works on.
  public let slot: PositionSlot
  /// What it does.
  public let side: OrderSide
  /// Whether it may only make a position smaller.
  public let reduceOnly: Bool
  /// Where it stands.
  public internal(set) var state: VenueOrderState
  /// Who ended it.
  public internal(set) var cancelSource: CancelSource
  /// Its size. A reduce-only order that was larger than the position has the position's size.
  public let contracts: Contracts
  /// How much has filled.
  public internal(set) var filledContracts: Contracts
  /// Coins that have filled: filled contracts × contract value.
  public internal(set) var filledBaseAmount: BaseAmount
  /// What has filled at the prices of its fills.
  public internal(set) var filledNotional: Money
  /// Fees so far; positive is a cost.
  public internal(set) var fee: Money
  /// The price profit of its closing fills, before fees.
  public internal(set) var realizedPnL: Money
  /// When the venue took it.
  public let createdAt: Timestamp
  /// When it last changed.
  public internal(set) var updatedAt: Timestamp

  /// States an order of which nothing has filled.
  init(
    number: OrderNumber, instrument: InstrumentID, terms: Shared<OrderTerms>?, type: OrderType,
    wholeLeverage: Int32, marginMode: MarginMode, slot: PositionSlot, side: OrderSide,
    contracts: Contracts, reduceOnly: Bool, createdAt: Timestamp
  ) {
    self.number = number
    self.instrument = instrument
    self.terms = terms
    self.type = type
    self.wholeLeverage = wholeLeverage
    self.marginMode = marginMode
    self.slot = slot
    self.side = side
    self.reduceOnly = reduceOnly
    state = .live
    cancelSource = .notCanceled
    self.contracts = contracts
    filledContracts = .zero
    filledBaseAmount = .zero
    filledNotional = .zero
    fee = .zero
    realizedPnL = .zero
    self.createdAt = createdAt
    updatedAt = createdAt
  }

  /// The client's id, nil where it gave none.
  public var clientOrderID: ClientOrderID? { terms?.value.clientOrderID }
  /// The leverage in force at placement.
  public var leverage: Leverage { Leverage(Fixed(Int(wholeLeverage))) }
  /// Why it exists.
  public var category: OrderCategory { terms?.value.category ?? .normal }
  /// Its attached take profit.
  public var takeProfit: Trigger? { terms?.value.takeProfit }
  /// Its attached stop loss.
  public var stopLoss: Trigger? { terms?.value.stopLoss }
  /// The TP/SL or trigger order that it was born from.
  public var parentAlgo: AlgoNumber? { terms?.value.parentAlgo }
  /// The client's id of that TP/SL or trigger order.
  public var parentClientOrderID: ClientOrderID? { terms?.value.parentClientOrderID }
  /// The broker that its request named, empty for none.
  public var brokerID: String { terms?.value.brokerID ?? "" }

  /// The mean price of what has filled, truncated at 18 places; nil when nothing has.
  public var averagePrice: Price? {
    filledNotional.price(per: filledBaseAmount, .towardZero)
  }

  /// What has not filled.
  public var remainingContracts: Contracts { contracts - filledContracts }

  /// Whether the order carries protection of its own (`pre_tp_sl` in the `orders` channel).
  public var hasAttachedProtection: Bool { takeProfit != nil || stopLoss != nil }
}

/// Where a plain order stands at the venue. Source: BloFin reference 6.1.
public enum VenueOrderState: Sendable, Hashable, CaseIterable {
  /// Resting, nothing filled.
  case live
  /// Resting, a part filled.
  case partiallyFilled
  /// Filled whole.
  case filled
  /// Ended with nothing filled.
  case canceled
  /// Ended with a part filled.
  case partiallyCanceled

  /// Whether the order can never trade again.
  public var isFinal: Bool {
    switch self {
    case .live, .partiallyFilled: false
    case .filled, .canceled, .partiallyCanceled: true
    }
  }
}

/// Who ended an order. Source: BloFin reference 3.4.4, 7 (`cancelSource`, an open set).
public enum CancelSource: Sendable, Hashable, CaseIterable {
  /// Nobody: it lives or has filled.
  case notCanceled
  /// A request of the account's own client.
  case user
  /// The venue: time in force, post-only that would take, position gone, liquidation.
  case system
}

/// One fill of one order. Source: BloFin reference 3.4.5.
public struct VenueFill: Sendable, Hashable {
  /// The venue's number of the fill.
  public let number: FillNumber
  /// The order that filled.
  public let order: OrderNumber
  /// What was traded.
  public let instrument: InstrumentID
  fileprivate let terms: Shared<OrderTerms>?
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// Which position it worked on.
  public let slot: PositionSlot
  /// What the order did.
  public let side: OrderSide
  /// Whether the order rested and was taken.
  public let isMaker: Bool
  /// The price of the match.
  public let price: Price
  /// How much was traded.
  public let contracts: Contracts
  /// The price profit that it realized, before fees; zero when it opened.
  public let realizedPnL: Money
  /// The fee; positive is a cost.
  public let fee: Money
  /// When it happened.
  public let time: Timestamp

  /// The client's id of the order, nil where it gave none.
  public var clientOrderID: ClientOrderID? { terms?.value.clientOrderID }
  /// The broker that the order named, empty for none.
  public var brokerID: String { terms?.value.brokerID ?? "" }
}

extension VenueOrder {
  /// Returns one fill of this order.
  func fill(
    _ number: FillNumber, price: Price, contracts: Contracts, realizedPnL: Money, fee: Money,
    isMaker: Bool, at time: Timestamp
  ) -> VenueFill {
    VenueFill(
      number: number, order: self.number, instrument: instrument, terms: terms,
      marginMode: marginMode, slot: slot, side: side, isMaker: isMaker, price: price,
      contracts: contracts, realizedPnL: realizedPnL, fee: fee, time: time)
  }
}
