import Trading
import Units

extension RiskLimits {
  /// Returns the names of the limits that allow more than `other` does, in the order of the file;
  /// tightening is nobody's risk, loosening is a person's decision (K14, S22).
  public func looser(than other: RiskLimits) -> [String] {
    var names: [String] = []
    func check(_ name: String, _ isLooser: Bool) {
      if isLooser { names.append(name) }
    }
    check("riskPerTradeMaximum", riskPerTradeMaximum > other.riskPerTradeMaximum)
    check("rewardToRiskMinimum", rewardToRiskMinimum < other.rewardToRiskMinimum)
    check("marginPerTrade", marginPerTrade > other.marginPerTrade)
    check("marginUsedMaximum", marginUsedMaximum > other.marginUsedMaximum)
    check("notionalPerPairMaximum", notionalPerPairMaximum > other.notionalPerPairMaximum)
    check("notionalTotalMaximum", notionalTotalMaximum > other.notionalTotalMaximum)
    check("leverageMaximum", leverageMaximum > other.leverageMaximum)
    check("openPositionsMaximum", openPositionsMaximum > other.openPositionsMaximum)
    check("ordersPerMinuteMaximum", ordersPerMinuteMaximum > other.ordersPerMinuteMaximum)
    check("duplicateWindow", duplicateWindow < other.duplicateWindow)
    check("priceCollar", priceCollar > other.priceCollar)
    check("priceDivergenceMaximum", priceDivergenceMaximum > other.priceDivergenceMaximum)
    check("slippageAllowance", slippageAllowance < other.slippageAllowance)
    check(
      "liquidationDistanceMinimum", liquidationDistanceMinimum < other.liquidationDistanceMinimum)
    check("stopPolicy", liquidationMayBeStop && !other.liquidationMayBeStop)
    check("marketAgeMaximum", marketAgeMaximum > other.marketAgeMaximum)
    check("balanceAgeMaximum", balanceAgeMaximum > other.balanceAgeMaximum)
    check("clockOffsetMaximum", clockOffsetMaximum > other.clockOffsetMaximum)
    // A strategy that the other limits name and these do not has none of its own any more.
    let own = other.strategies.flatMap { before in
      (self.own(of: before.name) ?? StrategyLimits(name: before.name)).looser(than: before)
    }
    return names + size.looser(than: other.size) + day.looser(than: other.day) + own
  }
}

extension SizeLimits {
  /// Returns the names of the limits that allow more than `other` does.
  func looser(than other: SizeLimits) -> [String] {
    var names: [String] = []
    func check(_ name: String, _ limit: Rate?, _ before: Rate?) {
      guard let before else { return }
      if limit.map({ $0 > before }) ?? true { names.append(name) }
    }
    check("bookShareMaximum", bookShareMaximum, other.bookShareMaximum)
    check("medianMultipleMaximum", medianMultipleMaximum, other.medianMultipleMaximum)
    check("rangeMoveMaximum", rangeMoveMaximum, other.rangeMoveMaximum)
    check(
      "correlatedNotionalMaximum", correlatedNotionalMaximum, other.correlatedNotionalMaximum)
    if correlationMinimum > other.correlationMinimum { names.append("correlationMinimum") }
    if let before = other.liquidationWarning, liquidationWarning.map({ $0 < before }) ?? true {
      names.append("liquidationWarning")
    }
    return names
  }
}

extension DayLimits {
  /// Returns the names of the limits that allow more than `other` does.
  func looser(than other: DayLimits) -> [String] {
    var names: [String] = []
    func check(_ name: String, _ isLooser: Bool) {
      if isLooser { names.append(name) }
    }
    check("dailyLossMaximum", lossMaximum > other.lossMaximum)
    if let before = other.lossMoneyMaximum {
      check("dailyLossMoneyMaximum", lossMoneyMaximum.map { $0 > before } ?? true)
    }
    check("drawdownMaximum", drawdownMaximum > other.drawdownMaximum)
    check("stopOutsInARowMaximum", stopOutsInARowMaximum > other.stopOutsInARowMaximum)
    check("afterStopOuts", afterStopOuts == .approval && other.afterStopOuts == .halt)
    check("tradesPerDayMaximum", tradesPerDayMaximum > other.tradesPerDayMaximum)
    check("cooldownAfterStop", cooldownAfterStop < other.cooldownAfterStop)
    check("cooldownAfterWin", cooldownAfterWin < other.cooldownAfterWin)
    check("tradingHours", tradingHours != other.tradingHours)
    return names
  }
}
