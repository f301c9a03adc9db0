import Engine
import MarketData
import Risk
import Trading
import Units

extension FeedDesk {
  /// The settings of an engine that watches instruments and trades none.
  static func settings(_ instruments: [Instrument]) -> EngineSettings {
    EngineSettings(
      modeWord: "PAPER", exchange: ExchangeID("benchmark"), run: RunID("b"),
      pairs: instruments.map {
        PairPlan(instrument: $0.id, marginMode: .isolated, leverage: 5)
      },
      timeFrames: [.oneMinute], limits: limits,
      fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"), dayOffset: .zero,
      depth: MarketDepth(trades: 50, candles: 500),
      timing: EngineTiming(
        reconcileInterval: .seconds(600), startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(4), lostAge: .seconds(10),
        protectionGrace: .seconds(2), lostWatch: .minutes(10), privateSilence: .seconds(600),
        silentReconcileInterval: .seconds(60), instrumentsInterval: .hours(6),
        checkpointInterval: nil),
      seed: 1)
  }

  private static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
    notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 5, ordersPerMinuteMaximum: 20, priceCollar: "0.02",
    priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    marketAgeMaximum: .seconds(600), balanceAgeMaximum: .seconds(600),
    clockOffsetMaximum: .seconds(2), marginPerTrade: "0.1", duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
      stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
      cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])
}
