import Trading
import Units

extension OpeningWish {
  /// States a wish by its stop: the target is so many times as far from the price, the size loses a
  /// share of equity at the stop. Nil when the stop is not on the losing side of the price or a
  /// price would not be above zero.
  init?(
    _ side: PositionSide, stop: Price, rewardToRisk: Rate, riskShare: Rate, reason: String,
    _ context: StrategyContext
  ) {
    let safe = stop.rounded(to: context.tickSize, side == .long ? .up : .down)
    let distance = side == .long ? context.price - safe : safe - context.price
    guard safe.isPositive, distance.isPositive else { return nil }
    let way = distance.scaled(by: rewardToRisk, .up)
    let target = (side == .long ? context.price + way : context.price - way)
      .rounded(to: context.tickSize, side == .long ? .up : .down)
    guard target.isPositive else { return nil }
    self.init(
      side: side, size: .riskShare(riskShare), stop: .stop(Trigger(triggerPrice: safe)),
      takeProfit: Trigger(triggerPrice: target), reason: reason)
  }
}
