import Trading
import Units

/// The risk calculator: from a sum that may be lost to a number of contracts.
public enum PositionSizing {
  /// What filling and stopping one coin costs beyond the distance between the prices.
  public struct Costs: Sendable, Hashable {
    /// The fee of the entry, as a share of its value.
    public let entryFeeRate: Rate
    /// The fee of the stop, as a share of its value.
    public let exitFeeRate: Rate
    /// The slippage of the entry that is allowed for, as a share of its price.
    public let entrySlippage: Rate
    /// The slippage of the stop that is allowed for, as a share of its price.
    public let exitSlippage: Rate

    /// States the costs.
    public init(entryFeeRate: Rate, exitFeeRate: Rate, entrySlippage: Rate, exitSlippage: Rate) {
      self.entryFeeRate = entryFeeRate
      self.exitFeeRate = exitFeeRate
      self.entrySlippage = entrySlippage
      self.exitSlippage = exitSlippage
    }
  }

  /// Returns what one coin loses from entry to stop, fees and slippage included, rounded up.
  ///
  /// Nil when the stop is not on the losing side or a product is out of range.
  public static func lossPerCoin(
    side: PositionSide, entryPrice: Price, stopPrice: Price, costs: Costs
  ) -> Price? {
    let distance = side.gain(from: stopPrice, to: entryPrice)
    guard distance.isPositive else { return nil }
    let entryShare = costs.entryFeeRate.value + costs.entrySlippage.value
    let exitShare = costs.exitFeeRate.value + costs.exitSlippage.value
    guard let entryCost = entryPrice.value.multipliedIfInRange(by: entryShare, .up),
      let exitCost = stopPrice.value.multipliedIfInRange(by: exitShare, .up)
    else { return nil }
    return distance + Price(entryCost) + Price(exitCost)
  }

  /// Returns the profit of so many coins when the target fills, the fee of the entry and that of
  /// the exit paid, rounded down; below zero where the fees are more.
  ///
  /// Nil when a product is out of range.
  public static func profitAtTarget(
    side: PositionSide, entryPrice: Price, targetPrice: Price, amount: BaseAmount, entryFee: Money,
    exitFeeRate: Rate
  ) -> Money? {
    guard let exit = targetPrice.notionalIfInRange(of: amount, .up),
      let gross = side.gain(from: entryPrice, to: targetPrice).notionalIfInRange(of: amount, .down)
    else { return nil }
    return gross - entryFee - exit.scaled(by: exitFeeRate, .up)
  }

  /// Returns the largest whole number of lots that loses at most `risk` at the stop; nil when even
  /// one lot loses more or the stop is not on the losing side.
  public static func contracts(
    risk: Money, side: PositionSide, entryPrice: Price, stopPrice: Price, costs: Costs,
    instrument: Instrument
  ) -> Contracts? {
    guard risk.isPositive,
      let loss = lossPerCoin(
        side: side, entryPrice: entryPrice, stopPrice: stopPrice, costs: costs),
      let perContract = loss.value.multipliedIfInRange(by: instrument.contractValue.value, .up),
      let exact = risk.value.dividedIfPossible(by: perContract, .down)
    else { return nil }
    let contracts = Contracts(exact).rounded(to: instrument.lotSize, .towardZero)
    return contracts.isPositive ? contracts : nil
  }
}
