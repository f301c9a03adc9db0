import AccountData
import Engine
import EventLoop
import Exchanges
import Journal
import Logging
import MarketData
import Risk
import Runtime
import Simulation
import TestSupport
import Trading
import Units

/// The whole bot on a virtual loop in bad weather: random commands, a faulty exchange, crashes.
///
/// Everything follows from the seed.
@MainActor
final class Storm {
  nonisolated static let first = InstrumentID("BTC-USDT")
  nonisolated static let instruments = [first, InstrumentID("ETH-USDT"), InstrumentID("SOL-USDT")]

  let seed: UInt64
  let loop: VirtualLoop
  let exchange: FaultyExchange
  let journal: MemoryJournal
  private(set) var runtime: BotRuntime
  /// The rate limits between the bot and the exchange; they die with the process.
  private(set) var paced: PacedExchange
  private(set) var oracle: StormOracle
  private var random: SeededRandom
  private var trader: StormTrader
  private(set) var runs = 1
  private var stormEndsAt: WallTime

  private static let startedAt = Timestamp(year: 2026, month: 3, day: 2, hour: 23, minute: 55)

  init(seed: UInt64) {
    self.seed = seed
    var random = SeededRandom(seed: seed)
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: Self.startedAt.milliseconds))
    self.loop = loop
    journal = MemoryJournal(loop: loop)
    let inner = SimulatedExchange(
      source: BuiltInMarket(seed: random.next(), hasPast: false),
      latency: LatencyModel(
        outward: .between(.milliseconds(5), .milliseconds(150)),
        inward: .between(.milliseconds(5), .milliseconds(150)), seed: random.next()),
      loop: loop)
    exchange = FaultyExchange(
      inner, rates: .drawn(&random), seed: random.next(), loop: loop)
    trader = StormTrader(seed: random.next())
    self.random = random
    paced = Self.makePaced(exchange, loop)
    runtime = Self.makeRuntime(1, paced, journal, loop)
    oracle = StormOracle(exchange: exchange, journal: journal)
    stormEndsAt = loop.now
  }

  /// Limits that a busy storm reaches now and then.
  private static func makePaced(
    _ exchange: FaultyExchange, _ loop: VirtualLoop
  ) -> PacedExchange {
    let account = QuotaScope("user")
    return PacedExchange(
      exchange,
      quotas: [
        RequestQuota(
          scope: QuotaScope("address"), limit: 500, window: .minutes(1), margin: .seconds(2),
          reservedForRiskReducing: 100, reservedForOrdinary: 60),
        RequestQuota(
          scope: account, limit: 40, window: .seconds(10), margin: .milliseconds(500),
          reservedForRiskReducing: 20, reservedForOrdinary: 4),
      ], accountScope: account, loop: loop)
  }

  private static func makeRuntime(
    _ number: Int, _ exchange: PacedExchange, _ journal: MemoryJournal, _ loop: VirtualLoop
  ) -> BotRuntime {
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    return BotRuntime(
      engine: TradingEngine(
        StormSettings.engine(run: RunID(trusted: "s\(number)x"), at: now), at: now),
      exchange: exchange, journal: journal, loop: loop,
      loggers: PartLoggers { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } })
  }

  /// Lets the storm rage and then calm down; returns what was broken, nothing if all held.
  func play(minutes: Int64) -> [String] {
    watch()
    runtime.start(Recovery())
    stormEndsAt = loop.now.advanced(byMilliseconds: minutes * 60_000)
    while loop.now < stormEndsAt, oracle.broken.isEmpty {
      loop.run(until: loop.now.advanced(byMilliseconds: Int64(random.within(200...3_000))))
      act()
    }
    exchange.rates = .calm
    journal.failure = nil
    exchange.note("calm")
    for _ in 0..<100 where oracle.broken.isEmpty {
      loop.run(until: loop.now.advanced(byMilliseconds: 1_000))
    }
    if oracle.broken.isEmpty { oracle.checkCalm(runtime.snapshot()) }
    if oracle.broken.isEmpty { flattenAtLast() }
    return oracle.broken
  }

  /// What to look at when something broke.
  var report: String {
    (["seed \(seed)", "make storm SEED=\(seed)"] + oracle.broken
      + exchange.story.suffix(40)).joined(separator: "\n")
  }

  private func act() {
    let rates = exchange.rates
    if rates.meddle > 0, random.oneIn(rates.meddle) { exchange.meddle() }
    if rates.journal > 0, random.oneIn(max(1, rates.journal / 20)) {
      journal.failure = journal.failure == nil ? .diskFull : nil
      exchange.note("the journal \(journal.failure == nil ? "works" : "fails")")
    }
    if rates.crash > 0, random.oneIn(max(1, rates.crash / 10)) { return crash() }
    for command in trader.commands(runtime.snapshot()) {
      exchange.note("command \(command.0.text)")
      runtime.command(command.0, from: command.1)
    }
  }

  /// Kills the process at once and starts it anew on what its journal holds.
  private func crash() {
    exchange.note("kill")
    runtime.onChange = nil
    paced.disconnect()
    runtime.abandon()
    runs += 1
    paced = Self.makePaced(exchange, loop)
    runtime = Self.makeRuntime(runs, paced, journal, loop)
    watch()
    let found = MemoryRecovery(journal.records)
    oracle.restarted(wasHalted: found.state?.state == .halted)
    runtime.start(
      Recovery(
        openIntents: found.openIntents, state: found.state, dayStart: found.dayStart,
        peak: found.peak, openCycles: found.openCycles, endedCycles: found.endedCycles,
        openPlans: found.openPlans, lostOrders: found.lostOrders,
        newestFill: found.newestFill, strategies: found.strategies))
  }

  private func watch() {
    exchange.onRequest = { [weak self] request in
      guard let self else { return }
      oracle.leaves(request, runtime.snapshot(), waitingExits: paced.waitingCount(.riskReducing))
    }
    runtime.onChange = { [weak self] in
      guard let self else { return }
      oracle.changed(runtime.snapshot())
    }
  }

  /// The last act: the kill switch, without faults, must end flat.
  private func flattenAtLast() {
    runtime.command(.flatten(nil), from: .control)
    loop.run(until: loop.now.advanced(byMilliseconds: 30_000))
    oracle.checkFlat()
  }
}

/// The settings of a storm: tight times, wide limits, every rule on.
enum StormSettings {
  static func engine(
    run: RunID, at now: Timestamp, limits: RiskLimits = limits
  ) -> EngineSettings {
    EngineSettings(
      modeWord: "PAPER", exchange: ExchangeID("faulty"), run: run,
      pairs: Storm.instruments.map {
        PairPlan(instrument: $0, marginMode: .isolated, leverage: 5)
      }, timeFrames: [.oneMinute], limits: limits,
      fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"), dayOffset: .zero,
      depth: MarketDepth(trades: 20, candles: 50),
      timing: EngineTiming(
        reconcileInterval: .seconds(15), startupRetry: .seconds(1),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(8), lostAge: .seconds(20),
        protectionGrace: .milliseconds(500), lostWatch: .minutes(1),
        privateSilence: .seconds(10), silentReconcileInterval: .seconds(5),
        instrumentsInterval: .minutes(1),
        checkpointInterval: .seconds(60)),
      seed: UInt64(bitPattern: now.milliseconds))
  }

  static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 1,
    notionalPerPairMaximum: 1, notionalTotalMaximum: 2, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 3, ordersPerMinuteMaximum: 30,
    priceCollar: "0.02", priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    marketAgeMaximum: .seconds(5), balanceAgeMaximum: .seconds(60),
    clockOffsetMaximum: .seconds(2), marginPerTrade: "0.1", duplicateWindow: .milliseconds(300),
    day: DayLimits(
      lossMaximum: "0.05", lossMoneyMaximum: nil, drawdownMaximum: "0.2",
      stopOutsInARowMaximum: 10, afterStopOuts: .approval, tradesPerDayMaximum: 500,
      cooldownAfterStop: .seconds(5), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])
}
