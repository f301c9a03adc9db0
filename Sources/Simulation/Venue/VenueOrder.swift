import Trading
import Units

/// A plain order of an account in any state, as the venue's order lists and pushes show it.
///
/// Source: BloFin reference 3.4.2, 3.4.4 and 4.5 (`orders`).
public struct VenueOrder: Sendable, Hashable {
  /// The venue's number.
  public let number: OrderNumber
  /// The client's id, nil where it gave none.
  public let clientOrderID: ClientOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// Which position it works on.
  public let slot: PositionSlot
  /// What it does.
  public let side: OrderSide
  /// How it meets the book.
  public let type: OrderType
  /// Its size. A reduce-only order that was larger than the position has the position's size.
  public internal(set) var contracts: Contracts
  /// Whether it may only make a position smaller.
  public let reduceOnly: Bool
  /// The leverage in force at placement.
  public let leverage: Leverage
  /// Where it stands.
  public internal(set) var state: VenueOrderState
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
  /// Why it exists.
  public let category: OrderCategory
  /// Its attached take profit.
  public let takeProfit: Trigger?
  /// Its attached stop loss.
  public let stopLoss: Trigger?
  /// The TP/SL or trigger order that it was born from.
  public let parentAlgo: AlgoNumber?
  /// The client's id of that TP/SL or trigger order.
  public let parentClientOrderID: ClientOrderID?
  /// Who ended it.
  public internal(set) var cancelSource: CancelSource
  /// The broker that its request named, empty for none.
  public let brokerID: String
  /// When the venue took it.
  public let createdAt: Timestamp
  /// When it last changed.
  public internal(set) var updatedAt: Timestamp

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
  /// The client.
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
  /// The client's id of the order, nil where it gave none.
  public let clientOrderID: ClientOrderID?
  /// What was traded.
  public let instrument: InstrumentID
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// Which position it worked on.
  public let slot: PositionSlot
  /// What the order did.
  public let side: OrderSide
  /// The price of the match.
  public let price: Price
  /// How much was traded.
  public let contracts: Contracts
  /// The price profit that it realized, before fees; zero when it opened.
  public let realizedPnL: Money
  /// The fee; positive is a cost.
  public let fee: Money
  /// Whether the order rested and was taken.
  public let isMaker: Bool
  /// The broker that the order named, empty for none.
  public let brokerID: String
  /// When it happened.
  public let time: Timestamp
}
