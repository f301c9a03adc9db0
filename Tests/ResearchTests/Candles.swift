import MarketData
import Research
import Risk
import Simulation
import Strategies
import Trading
import Units

/// The random walk of the reference workload: a price that each minute moves by a little chance.
enum RandomCandles {
  /// Returns a candle file's content with so many minutes, and so many holes among them.
  static func file(_ count: Int, seed: UInt64, holes: Int = 0) -> String {
    var random = SeededRandom(seed: seed)
    var price = 1_000_000
    var lines = "timestamp_ms,open,high,low,close,volume\n"
    var missing = 0
    for place in 0..<count {
      // The first minutes say how long a candle is.
      if holes > 0, place > 10, random.below(count) < holes { missing += random.within(1...90) }
      let open = price + random.within(-500...500)
      let close = open + random.within(-2_000...2_000)
      let high = max(open, close) + random.within(0...800)
      let low = min(open, close) - random.within(0...800)
      price = max(close, 200_000)
      let time = 1_577_836_800_000 + 60_000 * (place + missing)
      lines += "\(time),\(text(open)),\(text(high)),\(text(low)),\(text(close)),10.5\n"
    }
    return lines
  }

  private static func text(_ ticks: Int) -> String {
    let fraction = String(ticks % 10_000)
    let zeros = String(repeating: "0", count: 4 - fraction.count)
    return "\(ticks / 10_000).\(zeros)\(fraction)"
  }

  static func table(_ count: Int, seed: UInt64 = 7, holes: Int = 0) throws -> CandleTable {
    let text = file(count, seed: seed, holes: holes)
    return try CandleTable(content: Array(text.utf8), name: "random.csv")
  }
}

/// Limits that hardly bind.
let wideLimits = RiskLimits(
  riskPerTradeDefault: "0.01", riskPerTradeMaximum: 1, rewardToRiskMinimum: 0,
  notionalPerPairMaximum: 10, notionalTotalMaximum: 10, marginUsedMaximum: 1,
  leverageMaximum: 50, openPositionsMaximum: 10, ordersPerMinuteMaximum: 30,
  priceCollar: "0.05", priceDivergenceMaximum: "0.05", slippageAllowance: "0.001",
  liquidationDistanceMinimum: "0.001", liquidationMayBeStop: true,
  marketAgeMaximum: .seconds(10), balanceAgeMaximum: .seconds(60), clockOffsetMaximum: .seconds(1),
  marginPerTrade: 1,
  duplicateWindow: .zero,
  day: DayLimits(
    lossMaximum: 1, lossMoneyMaximum: nil, drawdownMaximum: 1, stopOutsInARowMaximum: 1_000_000,
    afterStopOuts: .approval, tradesPerDayMaximum: 1_000_000, cooldownAfterStop: .zero,
    cooldownAfterWin: .zero, tradingHours: .always), size: .off, pace: .off, strategies: [])

/// The reference workload on a table: EMA 12 over EMA 26, a tenth of the equity, 0.06 % a fill.
func crossPlan(
  _ table: CandleTable, lot: Contracts = "0.0001", settings: EMACross.Settings = .init()
) -> BacktestPlan {
  let id = InstrumentID("TEST-USDT")
  return BacktestPlan(
    feeds: [CandleFeed(id, table, lot: lot)],
    strategies: [
      StrategyPlan(
        name: "ema-cross", instrument: id, marginMode: .isolated,
        timeFrames: [table.timeFrame], strategy: EMACross(settings))
    ],
    limits: wideLimits, fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"),
    slippage: 0, deposit: 1_000_000_000, leverage: 1)
}

/// The reference workload in plain arithmetic, written from its definition.
struct PlainCross {
  var tradeCount = 0
  var equity = 0.0

  init(_ table: CandleTable, fast: Int = 12, slow: Int = 26) {
    let scale = 1 / Double(table.tick)
    let open = table.rows.map { Double($0.open) / scale }
    let close = table.rows.map { Double($0.close) / scale }
    var (cash, coins) = (1e9, 0.0)
    var (quick, calm) = (close[0], close[0])
    var (side, wanted) = (0, 0)
    for place in 1..<close.count {
      if wanted != 0 {
        if coins != 0 {
          cash += coins * open[place] - abs(coins) * open[place] * 0.0006
          tradeCount += 1
        }
        let notional = cash * 0.1
        coins = Double(wanted) * notional / open[place]
        cash -= coins * open[place] + notional * 0.0006
        wanted = 0
      }
      quick += 2 / Double(fast + 1) * (close[place] - quick)
      calm += 2 / Double(slow + 1) * (close[place] - calm)
      let now = quick > calm ? 1 : quick < calm ? -1 : side
      if now != side, side != 0, place >= slow { wanted = now }
      side = now
    }
    equity = cash + coins * (close.last ?? 0)
  }
}

extension WalkForward {
  /// Goes through all candles.
  func steps() -> [Step] { steps(shouldStop: { false }, isDone: { _ in }) }
}
