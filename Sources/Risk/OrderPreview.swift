import MarketData
import Trading
import Units

/// What an opening order would be and cost, and why it would be denied.
///
/// The gate decides on the very same value: what the screen shows is what the gate computes.
public struct OrderPreview: Sendable, Hashable {
  /// The wish.
  public internal(set) var intent: OpeningIntent
  /// The size after rounding down to lots, nil when it cannot be computed.
  public internal(set) var contracts: Contracts?
  /// The size in coins.
  public internal(set) var baseAmount: BaseAmount?
  /// The price that sizing uses: the limit, or the best price taken by a market order.
  public internal(set) var referencePrice: Price?
  /// How it would fill in the book as it stands; nil for a resting order and without a book.
  public internal(set) var walk: BookWalk?
  /// The mean price of filling now, walked through the book; the limit for a resting order.
  public internal(set) var expectedPrice: Price?
  /// The expected price against the best one, as a share of it; zero for a resting order.
  public internal(set) var slippage: Rate?
  /// The value at the expected price.
  public internal(set) var notional: Money?
  /// The leverage in force.
  public internal(set) var leverage: Leverage?
  /// The collateral it takes.
  public internal(set) var margin: Money?
  /// The fee of the entry.
  public internal(set) var fee: Money?
  /// The funding at the next settlement at today's rate; positive is received.
  public internal(set) var fundingToSettlement: Money?
  /// The loss when the stop fills: distance, both fees, allowed slippage. Nil without a stop.
  public internal(set) var lossAtStop: Money?
  /// That loss as a share of equity.
  public internal(set) var riskShare: Rate?
  /// That loss in R: in units of the risk that a trade takes by default.
  public internal(set) var lossInR: Rate?
  /// The profit when the target fills, fees paid. Nil without a target.
  public internal(set) var profitAtTarget: Money?
  /// The profit at the target over the loss at the stop, after rounding.
  public internal(set) var rewardToRisk: Rate?
  /// Where the position is liquidated now; nil without a position or without such a price.
  public internal(set) var liquidationBefore: Price?
  /// Where the position would be liquidated with the order filled; nil without such a price.
  public internal(set) var liquidationAfter: Price?
  /// Why the gate would say no; nil when it would approve.
  public var denial: Denial?

  /// Starts with the wish alone.
  init(_ intent: OpeningIntent) {
    self.intent = intent
  }
}
