import AccountData
import MarketData
import Trading
import Units

extension RiskContext {
  /// Why a stop may not be put there; nil when it may.
  ///
  /// A stop that is reached after liquidation guards nothing. One that is farther away than the one
  /// that rests is new risk: the whole position must still lose no more at it than a trade may.
  func stopDenial(
    _ stop: Price, for held: HeldPosition, in market: Market, limits: RiskLimits
  ) -> Denial? {
    let isLong = held.report.side == .long
    let resting = account.coveringStop(of: held)?.order.stopLoss?.triggerPrice
    if let resting, isLong ? stop >= resting : stop <= resting { return nil }
    let least = limits.liquidationDistanceMinimum
    if let liquidation = held.report.liquidationPrice, liquidation.isPositive,
      !Liquidation.isBehind(stop, side: held.report.side, liquidation: liquidation, least: least)
    {
      // On the tick, for a person reads it: nearer to the entry, where less is allowed.
      let shown = liquidation.rounded(to: market.instrument.tickSize, isLong ? .up : .down)
      return .stopBeyondLiquidation(stop: stop, liquidation: shown, least: least)
    }
    guard resting != nil else { return nil }
    let amount = market.instrument.baseAmount(of: held.report.contracts)
    let lost = lossWhenStopped(
      held.report.side, amount, entry: held.report.entryPrice, stop: stop, limits: limits)
    guard let loss = lost else { return .outOfRange }
    guard loss.isPositive else { return nil }
    guard let equity = account.balance?.value.equity else { return .missing(.balance) }
    let limit = equity.scaled(by: limits.riskPerTradeMaximum, .down)
    return loss > limit ? .riskTooLarge(loss: loss, limit: limit) : nil
  }

  /// What a position loses from its entry to its first stop: the fees of both and the exit's
  /// slippage included, rounded up.
  ///
  /// It is measured as the result will be: a position that ends at that stop ends near minus one R.
  /// Nil for a stop on the winning side, and when a product is out of range.
  public func initialRisk(
    _ side: PositionSide, _ amount: BaseAmount, entry: Price, stop: Price, limits: RiskLimits
  ) -> Money? {
    // What the entry slipped is in its price.
    let costs = PositionSizing.Costs(
      entryFeeRate: fees.takerFeeRate, exitFeeRate: fees.takerFeeRate, entrySlippage: .zero,
      exitSlippage: limits.slippageAllowance)
    return PositionSizing.lossPerCoin(side: side, entryPrice: entry, stopPrice: stop, costs: costs)
      .flatMap { $0.notionalIfInRange(of: amount, .up) }
  }

  /// What a position that stands loses when its stop is hit, the exit's fee and slippage included,
  /// rounded up; zero for a stop on the winning side, nil when a product is out of range.
  func lossWhenStopped(
    _ side: PositionSide, _ amount: BaseAmount, entry: Price, stop: Price, limits: RiskLimits
  ) -> Money? {
    let distance = side.gain(from: stop, to: entry)
    guard distance.isPositive else { return .zero }
    guard let fall = distance.notionalIfInRange(of: amount, .up),
      let exit = stop.notionalIfInRange(of: amount, .up)
    else { return nil }
    return fall + exit.scaled(by: fees.takerFeeRate + limits.slippageAllowance, .up)
  }
}
