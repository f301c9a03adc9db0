import MarketData
import Research
import Risk
import Simulation
import Strategies
import Trading
import Units

/// The EMA crossover over made-up bars: through the engine, over many settings, and its parts.
enum Backtests {
  /// Trades EMA 12 over 26 and reports how it ended.
  static func single(_ count: Int) -> Report {
    let table = SyntheticBars(count).table
    var trades = 0
    var equity = 0
    let seconds = medianSeconds(of: 3) {
      measure {
        var run = BacktestRun(plan(table, EMACross.Settings()))
        run.complete()
        trades = run.ledger.trades.count
        equity = run.ledger.finalEquity.map { Int(Double($0)) } ?? -1
      }
    }
    return Report(
      operations: count, seconds: seconds, found: [("trades", trades), ("equity", equity)])
  }

  /// The same from the bytes of the file to the sums of the report.
  static func fromFile(_ count: Int) -> Report {
    let text = SyntheticBars(count).text
    var trades = 0
    var equity = 0
    let seconds = medianSeconds(of: 3) {
      measure {
        var run = BacktestRun(plan(SyntheticBars.read(text), EMACross.Settings()))
        run.complete()
        let report = BacktestReport(run)
        trades = report.trades.count
        equity = Int(Double(report.finalEquity))
      }
    }
    return Report(
      operations: count, seconds: seconds, found: [("trades", trades), ("equity", equity)])
  }

  /// Reads the file and no more.
  static func reading(_ count: Int) -> Report {
    let text = SyntheticBars(count).text
    var rows = 0
    let seconds = medianSeconds(of: 5) { measure { rows = SyntheticBars.read(text).rows.count } }
    return Report(operations: count, seconds: seconds, found: [("rows", rows)])
  }

  /// Trades so many pairs of averages over 100,000 bars on two cores.
  static func sweep(_ count: Int) -> Report {
    let table = SyntheticBars(100_000).table
    let pairs = (5..<30).flatMap { fast in
      stride(from: 30, to: 230, by: 5).map { (fast, $0) }
    }.prefix(count)
    let variants = pairs.map { fast, slow in
      Sweep.Variant(
        name: "fast=\(fast) slow=\(slow)",
        plan: plan(table, EMACross.Settings(fast: fast, slow: slow)))
    }
    var trades = 0
    var best = 0
    let seconds = measure {
      let found = Sweep(Array(variants), workerCount: 2).results(shouldStop: { false }) { _ in }
      for case .some(let result) in found {
        trades += result.tradeCount
        best = max(best, Int(Double(result.finalEquity)))
      }
    }
    return Report(
      operations: variants.count, seconds: seconds, found: [("trades", trades), ("best", best)])
  }

  private static func plan(_ table: CandleTable, _ settings: EMACross.Settings) -> BacktestPlan {
    let id = InstrumentID("TEST-USDT")
    return BacktestPlan(
      feeds: [CandleFeed(id, table, lot: "0.0001")],
      strategies: [
        StrategyPlan(
          name: "ema-cross", instrument: id, marginMode: .isolated,
          timeFrames: [table.timeFrame], strategy: EMACross(settings))
      ],
      limits: limits, fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0006"),
      slippage: 0, deposit: 1_000_000_000, leverage: 1)
  }

  /// Limits that hardly bind: the peers have none.
  private static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: 1, rewardToRiskMinimum: 0,
    notionalPerPairMaximum: 10, notionalTotalMaximum: 10, marginUsedMaximum: 1,
    leverageMaximum: 1, openPositionsMaximum: 10, ordersPerMinuteMaximum: 60,
    priceCollar: "0.05", priceDivergenceMaximum: "0.05", slippageAllowance: "0.001",
    liquidationDistanceMinimum: "0.001", liquidationMayBeStop: true,
    marketAgeMaximum: .seconds(10), balanceAgeMaximum: .seconds(60),
    clockOffsetMaximum: .seconds(1), marginPerTrade: 1, duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: 1, lossMoneyMaximum: nil, drawdownMaximum: 1, stopOutsInARowMaximum: 1_000_000,
      afterStopOuts: .approval, tradesPerDayMaximum: 1_000_000, cooldownAfterStop: .zero,
      cooldownAfterWin: .zero, tradingHours: .always), size: .off, pace: .off, strategies: [])
}
