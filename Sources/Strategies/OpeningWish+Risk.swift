import Trading
import Units

extension OpeningWish {
  /// States a wish by its stop: the size loses a share of equity there, and the target is so far
  /// that its profit is `rewardToRisk` times that loss, both after the costs of entering and
  /// leaving. Nil when the stop is not on the losing side of the price, when a price would not be
  /// above zero, or when the costs are the whole price.
  ///
  /// A cost counts as its fraction of the higher of the two prices, so that the ratio which the
  /// gate works out from each fill is not below the wished one.
  init?(
    _ side: PositionSide, stop: Price, rewardToRisk: Rate, riskShare: Rate, reason: String,
    _ context: StrategyContext
  ) {
    let safe = stop.rounded(to: context.tickSize, side == .long ? .up : .down)
    let cost = context.roundTripCost
    let distance = side.gain(from: safe, to: context.price)
    guard safe.isPositive, distance.isPositive, cost < 1 else { return nil }
    let loss = distance + max(context.price, safe).scaled(by: cost, .up)
    let profit = loss.scaled(by: rewardToRisk, .up)
    let way = profit + context.price.scaled(by: cost, .up)
    let target: Price
    switch side {
    case .long:
      // Leaving costs its fraction of the target itself.
      let share = (1 - cost).value
      target = context.price + Price(way.value.divided(by: share, .up))
    case .short: target = context.price - way
    }
    let reached = target.rounded(to: context.tickSize, side == .long ? .up : .down)
    guard reached.isPositive else { return nil }
    self.init(
      side: side, size: .riskShare(riskShare), stop: .stop(Trigger(triggerPrice: safe)),
      takeProfit: Trigger(triggerPrice: reached), reason: reason)
  }

  /// Returns the condition that stop and target are possible; `stop` is what was asked for.
  static func condition(
    _ wish: OpeningWish?, stop: Price?, _ context: StrategyContext
  ) -> Explanation.Condition {
    let asked = stop.map { "with a stop at \($0) and" } ?? "without a stop,"
    let value =
      wish.map { wish in
        let target = wish.takeProfit.map { "\($0.triggerPrice)" } ?? "none"
        return "stop \(wish.stop.trigger.map { "\($0.triggerPrice)" } ?? "none"), target \(target)"
      } ?? "no, \(asked) the price at \(context.price)"
    return Explanation.Condition("stop and target possible", value: value, isMet: wish != nil)
  }
}
