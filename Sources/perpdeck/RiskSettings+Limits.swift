import Risk
import Settings
import Units

extension RiskSettings {
  /// Returns what the gate is told; `paced` is the span of the traded time in which as much of the
  /// machine's time passes, `strategies` are those whose own limits hold beside these.
  func limits(
    liquidationMayBeStop: Bool, paced: (TimeSpan) -> TimeSpan = { $0 },
    strategies: StrategiesSettings
  ) -> RiskLimits {
    RiskLimits(
      riskPerTradeDefault: riskPerTrade, riskPerTradeMaximum: riskPerTradeMaximum,
      rewardToRiskMinimum: rewardToRiskMinimum, notionalPerPairMaximum: notionalPerPairMaximum,
      notionalTotalMaximum: notionalTotalMaximum, marginUsedMaximum: marginUsedMaximum,
      leverageMaximum: leverageMaximum, openPositionsMaximum: openPositionsMaximum,
      ordersPerMinuteMaximum: ordersPerMinuteMaximum, priceCollar: priceCollar,
      priceDivergenceMaximum: priceDivergenceMaximum, slippageAllowance: slippageAllowance,
      liquidationDistanceMinimum: liquidationDistanceMinimum,
      liquidationMayBeStop: liquidationMayBeStop, marketAgeMaximum: paced(marketAgeMaximum),
      balanceAgeMaximum: paced(balanceAgeMaximum), clockOffsetMaximum: paced(clockOffsetMaximum),
      marginPerTrade: marginPerTrade, duplicateWindow: duplicateWindow,
      day: DayLimits(
        lossMaximum: dailyLossMaximum, lossMoneyMaximum: dailyLossMoneyMaximum,
        drawdownMaximum: drawdownMaximum, stopOutsInARowMaximum: stopOutsInARowMaximum,
        afterStopOuts: afterStopOuts, tradesPerDayMaximum: tradesPerDayMaximum,
        cooldownAfterStop: cooldownAfterStop, cooldownAfterWin: cooldownAfterWin,
        tradingHours: tradingHours),
      size: SizeLimits(
        bookShareMaximum: bookShareMaximum, medianMultipleMaximum: medianMultipleMaximum,
        rangeMoveMaximum: rangeMoveMaximum, correlatedNotionalMaximum: correlatedNotionalMaximum,
        correlationMinimum: correlationMinimum, liquidationWarning: liquidationWarning),
      pace: PaceLimits(
        ordersPerSecondMaximum: ordersPerSecondMaximum,
        wishesPerMinuteMaximum: wishesPerMinuteMaximum),
      strategies: strategies.list.filter { $0.limits != StrategyLimitSettings() }.map(\.ownLimits))
  }
}

extension StrategySetting {
  /// What the gate is told of its own limits.
  fileprivate var ownLimits: StrategyLimits {
    StrategyLimits(
      name: name, riskPerTradeMaximum: limits.riskPerTradeMaximum,
      notionalPerPairMaximum: limits.notionalPerPairMaximum,
      notionalPerPairMoneyMaximum: limits.notionalPerPairMoneyMaximum,
      dailyLossMaximum: limits.dailyLossMaximum,
      dailyLossMoneyMaximum: limits.dailyLossMoneyMaximum,
      tradesPerDayMaximum: limits.tradesPerDayMaximum,
      stopOutsInARowMaximum: limits.stopOutsInARowMaximum, afterStopOuts: limits.afterStopOuts)
  }
}
