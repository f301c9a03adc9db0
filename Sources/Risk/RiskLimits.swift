import Trading
import Units

/// The limits of an account. Every number is policy and comes from the configuration.
///
/// Three percentages are never mixed: risk to stop, margin used, notional.
public struct RiskLimits: Sendable, Hashable {
  /// The share of equity that a trade risks to its stop unless it says otherwise; one R.
  public var riskPerTradeDefault: Rate
  /// The largest share of equity that a trade may risk to its stop.
  public var riskPerTradeMaximum: Rate
  /// The least planned reward over risk for entries of strategies, after rounding.
  public var rewardToRiskMinimum: Rate
  /// The largest value of one instrument's position and opening orders, as a multiple of equity.
  public var notionalPerPairMaximum: Rate
  /// The largest value of all positions and opening orders, as a multiple of equity.
  public var notionalTotalMaximum: Rate
  /// The largest share of equity that may be collateral of positions and orders.
  public var marginUsedMaximum: Rate
  /// The highest leverage.
  public var leverageMaximum: Leverage
  /// The most positions open at once.
  public var openPositionsMaximum: Int
  /// The most opening orders in any sixty seconds.
  public var ordersPerMinuteMaximum: Int
  /// How far a price may be through the mark price, as a share of it.
  public var priceCollar: Rate
  /// How far last and mark price may be apart before nothing is opened, as a share of the mark.
  public var priceDivergenceMaximum: Rate
  /// The slippage that sizing allows for at each fill that takes, as a share of the price.
  public var slippageAllowance: Rate
  /// How far the stop must be from liquidation, as a share of the liquidation price.
  public var liquidationDistanceMinimum: Rate
  /// Whether a position may be opened with its collateral as the only stop.
  public var liquidationMayBeStop: Bool
  /// The oldest ticker, mark price and book that may be traded on.
  public var marketAgeMaximum: TimeSpan
  /// The oldest balance that may be traded on.
  public var balanceAgeMaximum: TimeSpan
  /// The largest difference between our clock and the exchange's.
  public var clockOffsetMaximum: TimeSpan
  /// The largest share of equity that one opening whose stop is its liquidation may put up as
  /// collateral: that is what it can lose.
  public var marginPerTrade: Rate
  /// How long the same opening, and any other automatic one of the same side, is taken for a
  /// repeat.
  public var duplicateWindow: TimeSpan
  /// The limits of the day, of the drawdown and of a run of losses.
  public var day: DayLimits
  /// The limits that compare an order with the book, the past and what moves alike.
  public var size: SizeLimits
  /// The limits on how fast strategies and agents may go.
  public var pace: PaceLimits
  /// The limits that strategies have beside these, one entry a strategy; empty in most accounts.
  public var strategies: [StrategyLimits]

  /// States the limits.
  public init(
    riskPerTradeDefault: Rate, riskPerTradeMaximum: Rate, rewardToRiskMinimum: Rate,
    notionalPerPairMaximum: Rate, notionalTotalMaximum: Rate, marginUsedMaximum: Rate,
    leverageMaximum: Leverage, openPositionsMaximum: Int, ordersPerMinuteMaximum: Int,
    priceCollar: Rate, priceDivergenceMaximum: Rate, slippageAllowance: Rate,
    liquidationDistanceMinimum: Rate, liquidationMayBeStop: Bool, marketAgeMaximum: TimeSpan,
    balanceAgeMaximum: TimeSpan, clockOffsetMaximum: TimeSpan, marginPerTrade: Rate,
    duplicateWindow: TimeSpan, day: DayLimits, size: SizeLimits, pace: PaceLimits,
    strategies: [StrategyLimits]
  ) {
    self.riskPerTradeDefault = riskPerTradeDefault
    self.riskPerTradeMaximum = riskPerTradeMaximum
    self.rewardToRiskMinimum = rewardToRiskMinimum
    self.notionalPerPairMaximum = notionalPerPairMaximum
    self.notionalTotalMaximum = notionalTotalMaximum
    self.marginUsedMaximum = marginUsedMaximum
    self.leverageMaximum = leverageMaximum
    self.openPositionsMaximum = openPositionsMaximum
    self.ordersPerMinuteMaximum = ordersPerMinuteMaximum
    self.priceCollar = priceCollar
    self.priceDivergenceMaximum = priceDivergenceMaximum
    self.slippageAllowance = slippageAllowance
    self.liquidationDistanceMinimum = liquidationDistanceMinimum
    self.liquidationMayBeStop = liquidationMayBeStop
    self.marketAgeMaximum = marketAgeMaximum
    self.balanceAgeMaximum = balanceAgeMaximum
    self.clockOffsetMaximum = clockOffsetMaximum
    self.marginPerTrade = marginPerTrade
    self.duplicateWindow = duplicateWindow
    self.day = day
    self.size = size
    self.pace = pace
    self.strategies = strategies
  }
}
