import Trading
import Units

extension Sequence<Position> {
  /// The unrealized profit of all of them, as reported.
  public var unrealizedPnL: Money { reduce(.zero) { $0 + $1.unrealizedPnL } }

  /// The collateral in all of them, as reported.
  public var usedMargin: Money { reduce(.zero) { $0 + $1.margin } }
}
