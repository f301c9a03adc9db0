import Trading
import Units

/// A TP/SL, trigger or trailing order: it waits at the venue for a price and then sends an order.
///
/// Source: BloFin reference 3.3.3, 3.3.4, 3.5 and 4.5 (`orders-algo`).
public struct AlgoOrder: Sendable, Hashable {
  /// What waits.
  public enum Kind: Sendable, Hashable {
    /// Takes profit, stops a loss, or both, one canceling the other; `conditional` on the wire.
    case protection(takeProfit: Trigger?, stopLoss: Trigger?)
    /// Sends an order when the price is reached, whichever way; the order carries the protection.
    case trigger(Trigger, takeProfit: Trigger?, stopLoss: Trigger?)
    /// Follows the last price at a distance once active, and sends a market order.
    case trailing(TrailingDistance, activation: Price?)
  }

  /// Where it stands.
  public enum State: Sendable, Hashable, CaseIterable {
    /// Waiting.
    case live
    /// Fired; an order followed.
    case effective
    /// Taken back, by the client or the venue.
    case canceled
    /// Fired, and the order was refused.
    case orderFailed
  }

  /// Which leg of protection fired.
  public enum Leg: Sendable, Hashable {
    case takeProfit
    case stopLoss
  }

  /// The venue's number.
  public let number: AlgoNumber
  /// The client's id, nil where it gave none.
  public let clientOrderID: ClientOrderID?
  /// What is traded.
  public let instrument: InstrumentID
  /// Where the collateral comes from.
  public let marginMode: MarginMode
  /// Which position it works on.
  public let slot: PositionSlot
  /// What the order that follows does.
  public let side: OrderSide
  /// How much it trades. Attached protection grows with the fills of its entry.
  public internal(set) var size: TriggerSize
  /// What waits.
  public let kind: Kind
  /// Whether the order that follows may only make a position smaller.
  public let reduceOnly: Bool
  /// The leverage in force at placement.
  public let leverage: Leverage
  /// Where it stands.
  public internal(set) var state: State
  /// The size that was sent when it fired, nil before.
  public internal(set) var actualContracts: Contracts?
  /// The leg that fired, nil before and for other kinds.
  public internal(set) var firedLeg: Leg?
  /// The order that it sent, nil before.
  public internal(set) var sentOrder: OrderNumber?
  /// Who ended it.
  public internal(set) var cancelSource: CancelSource
  /// The entry order that it was attached to, nil when it was placed on its own.
  public let attachedTo: OrderNumber?
  /// The broker that its request named, empty for none.
  public let brokerID: String
  /// When the venue took it.
  public let createdAt: Timestamp
  /// When it last changed.
  public internal(set) var updatedAt: Timestamp

  /// Whether it is protection, which has lists and a cancel call of its own.
  public var isProtection: Bool {
    switch kind {
    case .protection: true
    case .trigger, .trailing: false
    }
  }
}

/// How far a trailing order follows. Source: BloFin reference 3.5 (`callbackRatio`,
/// `callbackSpread`; exactly one of them).
public enum TrailingDistance: Sendable, Hashable {
  /// A fraction of the best price, 0.001 through 1 in steps of 0.001.
  case ratio(Rate)
  /// A distance in price.
  case spread(Price)
}
