import Engine
import EventLoop
import Logging
import Risk
import Simulation
import Strategies
import TestSupport
import Testing
import Trading
import Units

@testable import Research
@testable import Runtime

/// One recorded feed through a backtest and through the paper runtime: the bot, its journal and the
/// exchange on a virtual loop, answer by answer.
@MainActor
struct ReplayTests {
  private static let ids = [InstrumentID("AAA-USDT"), InstrumentID("BBB-USDT")]

  @Test(arguments: [TimeSpan.zero, .milliseconds(250), .seconds(70)])
  func `I11 J07 a backtest and a paper run of the same candles are the same run`(
    latency: TimeSpan
  ) throws {
    for (place, (strategy, leverage)) in Self.strategies.enumerated() {
      let plan = try Self.plan(strategy, leverage, latency, seed: UInt64(place) + 1)
      var backtest = BacktestRun(plan)
      backtest.keepRecords()
      backtest.complete()
      let paper = Paper(plan)
      paper.complete()
      let records = try #require(backtest.records)
      #expect(records.count(where: \.isFill) > 4, "strategy \(place)")
      let parting = zip(records, paper.records).first { $0 != $1 }
      let isSame = parting == nil
      #expect(isSame, "strategy \(place): \(String(describing: parting))")
      #expect(records.count == paper.records.count, "strategy \(place)")
      #expect(backtest.engine.stateHash == paper.runtime.stateHash, "strategy \(place)")
      let (own, their) = (backtest.exchange.venue, paper.exchange.market.venue)
      #expect(own.stateHash == their.stateHash, "strategy \(place)")
      #expect(own.digest == their.digest, "strategy \(place)")
    }
  }

  /// Market orders, liquidations at high leverage, stops and targets at the venue.
  private static let strategies: [(strategy: any Strategy, leverage: Leverage)] = [
    (EMACross(.init(fast: 5, slow: 30, marginShare: "0.1")), 1),
    (EMACross(.init(fast: 9, slow: 40, marginShare: "0.15")), 50),
    (Confluence(.init(timeFrame: .oneMinute, thresholdPercent: 50)), 10),
  ]

  private static func plan(
    _ strategy: any Strategy, _ leverage: Leverage, _ latency: TimeSpan, seed: UInt64
  ) throws -> BacktestPlan {
    let feeds = try ids.enumerated().map { place, id in
      CandleFeed(id, try candles(800, seed: seed + UInt64(place) * 100), lot: "0.0001")
    }
    return BacktestPlan(
      feeds: feeds,
      strategies: ids.map {
        StrategyPlan(
          name: "tested", instrument: $0, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: strategy)
      },
      limits: limits, fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"),
      slippage: "0.0002",
      latency: LatencyModel(outward: .fixed(latency), inward: .fixed(.zero), seed: seed),
      deposit: 100_000, leverage: leverage,
      funding: [ids[0]: try settlements()])
  }

  /// A settlement every ninety minutes.
  private static func settlements() throws -> [FundingPoint] {
    let rows = (1...16).map { "\((start + .minutes(90 * Int64($0))).milliseconds),0.0001\n" }
    return try FundingFile.points(
      Array(("timestamp_ms,rate\n" + rows.joined()).utf8), name: "rates.csv")
  }

  /// A random walk by the minute, with holes.
  private static func candles(_ count: Int, seed: UInt64) throws -> CandleTable {
    var random = SeededRandom(seed: seed)
    var lines = "timestamp_ms,open,high,low,close,volume\n"
    var price = 1_000_000
    var time = start
    for _ in 0..<count {
      let open = price + random.within(-300...300)
      let close = open + random.within(-2_000...2_000)
      let high = max(open, close) + random.within(0...800)
      let low = min(open, close) - random.within(0...800)
      price = min(max(close, 500_000), 2_000_000)
      let row = [open, high, low, close].map { "\($0 / 100).\(String($0 % 100 + 100).dropFirst())" }
      lines += "\(time.milliseconds),\(row.joined(separator: ",")),10.5\n"
      time = time + .minutes(random.below(200) == 0 ? 7 : 1)
    }
    return try CandleTable(content: Array(lines.utf8), name: "walk.csv")
  }

  private static let start = Timestamp(year: 2025, month: 3, day: 1, hour: 20)

  /// Limits that hardly bind, and breakers that do.
  private static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: 1, rewardToRiskMinimum: 0,
    notionalPerPairMaximum: 10, notionalTotalMaximum: 10, marginUsedMaximum: 1,
    leverageMaximum: 50, openPositionsMaximum: 10, ordersPerMinuteMaximum: 30,
    priceCollar: "0.05", priceDivergenceMaximum: "0.05", slippageAllowance: "0.001",
    liquidationDistanceMinimum: "0.001", liquidationMayBeStop: true,
    marketAgeMaximum: .minutes(10), balanceAgeMaximum: .seconds(60),
    clockOffsetMaximum: .seconds(1),
    marginPerTrade: 1, duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.5", lossMoneyMaximum: nil, drawdownMaximum: "0.9",
      stopOutsInARowMaximum: 1_000_000, afterStopOuts: .approval, tradesPerDayMaximum: 1_000_000,
      cooldownAfterStop: .minutes(3), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])
}

/// The paper runtime over candles, on a virtual loop.
@MainActor
private final class Paper {
  let loop: VirtualLoop
  let journal: MemoryJournal
  let exchange: CandleReplay
  let runtime: BotRuntime

  init(_ plan: BacktestPlan) {
    let market = CandleExchange(plan)
    let start = market.now
    let moment = WallTime(milliseconds: start.milliseconds)
    loop = VirtualLoop(startingAt: moment)
    journal = MemoryJournal(loop: loop)
    exchange = CandleReplay(market, latency: plan.latency, loop: loop)
    runtime = BotRuntime(
      engine: TradingEngine(
        plan.engineSettings(startingAt: start), strategies: plan.strategies, at: start),
      exchange: exchange, journal: journal, loop: loop,
      // The clock by which events are collected for the journal stands still here.
      housekeeping: VirtualLoop(startingAt: moment),
      loggers: PartLoggers { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } })
  }

  func complete() {
    runtime.start(Recovery())
    loop.run(until: WallTime(milliseconds: exchange.market.endTime.milliseconds - 1))
  }

  /// What the journal holds besides the recorded events, of which a backtest makes none.
  var records: [Record] {
    journal.records.filter { if case .events = $0 { false } else { true } }
  }
}

extension Record {
  fileprivate var isFill: Bool { if case .fill = self { true } else { false } }
}
