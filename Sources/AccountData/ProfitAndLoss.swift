import Trading
import Units

/// The formulas of profit and loss, each in one place.
public enum ProfitAndLoss {
  /// Returns the profit of a position at a mark price: side × coins × (mark - entry).
  public static func unrealized(
    side: PositionSide, amount: BaseAmount, entryPrice: Price, markPrice: Price
  ) -> Money {
    side.gain(from: entryPrice, to: markPrice).notional(of: amount, .towardZero)
  }

  /// Returns profit over the collateral that was put up; nil when that is zero.
  public static func returnOnMargin(profit: Money, margin: Money) -> Rate? {
    profit.fraction(of: margin, .towardZero)
  }

  /// Returns the price at which closing pays back both fees and the funding so far.
  ///
  /// `funding` is what was received. Long: (entry × (1 + fee) - funding per coin) / (1 - fee),
  /// rounded up; short mirrored, rounded down. Nil for a size of zero.
  public static func breakEvenPrice(
    side: PositionSide, amount: BaseAmount, entryPrice: Price, takerFeeRate: Rate, funding: Money
  ) -> Price? {
    guard let fundingPerCoin = funding.price(per: amount, .towardZero) else { return nil }
    let one = Fixed.one
    let fee = takerFeeRate.value
    switch side {
    case .long:
      let cost = entryPrice.value.multiplied(by: one + fee, .up) - fundingPerCoin.value
      return cost.dividedIfPossible(by: one - fee, .up).map(Price.init)
    case .short:
      let proceeds = entryPrice.value.multiplied(by: one - fee, .down) + fundingPerCoin.value
      return proceeds.dividedIfPossible(by: one + fee, .down).map(Price.init)
    }
  }
}
