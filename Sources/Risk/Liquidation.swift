import MarketData
import Trading
import Units

/// Where an exchange would liquidate.
///
/// Source: BloFin reference, margin formulas, reproduced to the eighteenth place (truncated).
public enum Liquidation {
  /// Returns the price at which the collateral no longer covers maintenance and closing fee.
  ///
  /// Long: (coins × entry - collateral) / (coins × (1 - rate - fee)); short:
  /// (coins × entry + collateral) / (coins × (1 + rate + fee)). The collateral is the position's
  /// margin when isolated and the cash of the pool when cross. Nil when there is no such price: the
  /// collateral covers a fall to zero, or the position has no size.
  public static func price(
    side: PositionSide, amount: BaseAmount, entryPrice: Price, collateral: Money,
    maintenanceMarginRate: Rate, takerFeeRate: Rate
  ) -> Price? {
    guard amount.isPositive,
      let value = entryPrice.notionalIfInRange(of: amount, .towardZero)
    else { return nil }
    let need = maintenanceMarginRate.value + takerFeeRate.value
    let numerator: Fixed
    let share: Fixed
    switch side {
    case .long:
      numerator = value.value - collateral.value
      share = Fixed.one - need
    case .short:
      numerator = value.value + collateral.value
      share = Fixed.one + need
    }
    guard let divisor = amount.value.multipliedIfInRange(by: share, .towardZero),
      let price = numerator.dividedIfPossible(by: divisor, .towardZero), price.isPositive
    else { return nil }
    return Price(price)
  }

  /// Returns about where an isolated position would be liquidated with another leverage, its
  /// collateral being its value at the entry divided by that; nil for a cross position, which
  /// another leverage does not move, without a margin table and when there is no such price.
  public static func price(
    of position: Position, at leverage: Leverage, in market: Market, takerFeeRate: Rate
  ) -> Price? {
    let amount = market.instrument.baseAmount(of: position.contracts)
    guard position.key.marginMode == .isolated, leverage.isPositive,
      let tier = market.tier(of: position.contracts, .isolated),
      let value = position.entryPrice.notionalIfInRange(of: amount, .towardZero)
    else { return nil }
    return price(
      side: position.side, amount: amount, entryPrice: position.entryPrice,
      collateral: value.margin(at: leverage, .towardZero),
      maintenanceMarginRate: tier.maintenanceMarginRate, takerFeeRate: takerFeeRate)
  }

  /// Whether a stop is reached before liquidation, with at least `least` between, a share of
  /// the liquidation price.
  public static func isBehind(
    _ stop: Price, side: PositionSide, liquidation: Price, least: Rate
  ) -> Bool {
    let room = liquidation.scaled(by: least, .up)
    return side == .long ? stop >= liquidation + room : stop <= liquidation - room
  }

  /// Returns a liquidation price as people read it: on the tick nearer to the entry, so that
  /// liquidation is never shown farther away than it is.
  public static func onTick(_ price: Price, side: PositionSide, tickSize: Price) -> Price {
    price.rounded(to: tickSize, side == .long ? .up : .down)
  }

  /// Returns how far a price is from liquidation, as a share of the price; negative when beyond.
  public static func distance(
    side: PositionSide, from price: Price, to liquidationPrice: Price
  ) -> Rate? {
    side.gain(from: liquidationPrice, to: price).fraction(of: price, .towardZero)
  }
}
