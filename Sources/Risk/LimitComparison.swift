import Trading
import Units

extension RiskLimits {
  /// Returns the names of the limits that allow more than `other` does, in the order of the file;
  /// tightening is nobody's risk, loosening is a person's decision (K14, S22).
  public func looser(than other: RiskLimits) -> [String] { tightened(by: other).looser }

  /// Returns these limits with those of `other` in the places where these allow more, and the names
  /// of those places in the order of the file: of two sets of limits the tighter of each.
  public func tightened(by other: RiskLimits) -> (limits: RiskLimits, looser: [String]) {
    var tightening = Tightening(limits: self, other: other)
    tightening.ofOneTrade()
    tightening.ofSizes()
    tightening.ofDays()
    tightening.ofStrategies()
    if !tightening.names.isEmpty {
      // No limit of its own: it is what a trade risks that says nothing, and never above the limit.
      tightening.limits.riskPerTradeDefault = min(riskPerTradeDefault, other.riskPerTradeDefault)
    }
    return (tightening.limits, tightening.names)
  }

  /// Goes through all limits and takes the tighter one of each.
  private struct Tightening {
    var limits: RiskLimits
    let other: RiskLimits
    var names: [String] = []

    private mutating func check<Limit>(
      _ name: String, _ path: WritableKeyPath<RiskLimits, Limit>,
      _ isLooser: (Limit, Limit) -> Bool
    ) {
      guard isLooser(limits[keyPath: path], other[keyPath: path]) else { return }
      limits[keyPath: path] = other[keyPath: path]
      names.append(name)
    }

    /// Whether a largest value that may be missing allows more than another: none is no limit.
    private static func isAbove<Limit: Comparable>(_ limit: Limit?, _ other: Limit?) -> Bool {
      guard let other else { return false }
      return limit.map { $0 > other } ?? true
    }

    mutating func ofOneTrade() {
      check("riskPerTradeMaximum", \.riskPerTradeMaximum, >)
      check("rewardToRiskMinimum", \.rewardToRiskMinimum, <)
      check("marginPerTrade", \.marginPerTrade, >)
      check("marginUsedMaximum", \.marginUsedMaximum, >)
      check("notionalPerPairMaximum", \.notionalPerPairMaximum, >)
      check("notionalTotalMaximum", \.notionalTotalMaximum, >)
      check("leverageMaximum", \.leverageMaximum, >)
      check("openPositionsMaximum", \.openPositionsMaximum, >)
      check("ordersPerMinuteMaximum", \.ordersPerMinuteMaximum, >)
      check("ordersPerSecondMaximum", \.pace.ordersPerSecondMaximum, Self.isAbove)
      check("wishesPerMinuteMaximum", \.pace.wishesPerMinuteMaximum, Self.isAbove)
      check("duplicateWindow", \.duplicateWindow, <)
      check("priceCollar", \.priceCollar, >)
      check("priceDivergenceMaximum", \.priceDivergenceMaximum, >)
      check("slippageAllowance", \.slippageAllowance, <)
      check("liquidationDistanceMinimum", \.liquidationDistanceMinimum, <)
      check("stopPolicy", \.liquidationMayBeStop) { $0 && !$1 }
      check("marketAgeMaximum", \.marketAgeMaximum, >)
      check("balanceAgeMaximum", \.balanceAgeMaximum, >)
      check("clockOffsetMaximum", \.clockOffsetMaximum, >)
    }

    mutating func ofSizes() {
      check("bookShareMaximum", \.size.bookShareMaximum, Self.isAbove)
      check("medianMultipleMaximum", \.size.medianMultipleMaximum, Self.isAbove)
      check("rangeMoveMaximum", \.size.rangeMoveMaximum, Self.isAbove)
      check("correlatedNotionalMaximum", \.size.correlatedNotionalMaximum, Self.isAbove)
      check("correlationMinimum", \.size.correlationMinimum, >)
      check("liquidationWarning", \.size.liquidationWarning) { warning, other in
        guard let other else { return false }
        return warning.map { $0 < other } ?? true
      }
    }

    /// A strategy that the other limits name and these do not has none of its own any more.
    mutating func ofStrategies() {
      for before in other.strategies {
        let own = limits.own(of: before.name)
        let (tighter, looser) = (own ?? StrategyLimits(name: before.name)).tightened(by: before)
        guard !looser.isEmpty else { continue }
        limits.strategies.removeAll { $0.name == before.name }
        limits.strategies.append(tighter)
        names += looser
      }
    }

    mutating func ofDays() {
      check("dailyLossMaximum", \.day.lossMaximum, >)
      check("dailyLossMoneyMaximum", \.day.lossMoneyMaximum, Self.isAbove)
      check("drawdownMaximum", \.day.drawdownMaximum, >)
      check("stopOutsInARowMaximum", \.day.stopOutsInARowMaximum, >)
      check("afterStopOuts", \.day.afterStopOuts) { $0 == .approval && $1 == .halt }
      check("tradesPerDayMaximum", \.day.tradesPerDayMaximum, >)
      check("cooldownAfterStop", \.day.cooldownAfterStop, <)
      check("cooldownAfterWin", \.day.cooldownAfterWin, <)
      check("tradingHours", \.day.tradingHours, !=)
    }
  }
}
