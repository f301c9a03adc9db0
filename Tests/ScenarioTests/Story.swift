import Dashboard
import Engine
import EventLoop
import Exchanges
import Journal
import Logging
import MarketData
import Risk
import Runtime
import Screen
import Simulation
import TestSupport
import Trading
import Units

/// A journal in memory that answers on the loop, in the order in which it was asked.
@MainActor
final class MemoryJournal: JournalWriting {
  private let loop: any Loop
  private(set) var records: [Record] = []
  /// The client order ids whose intents it holds.
  private(set) var intents: Set<ClientOrderID> = []
  /// The ids of the fills that it was told of, as often as it was.
  private(set) var fills: [String] = []
  /// Called after records were kept, before that is confirmed.
  var onWrite: (() -> Void)?
  /// Whether the process that writes is dead: nothing is kept and nothing answered.
  var isDead = false
  /// How many milliseconds the disk takes.
  var delay: Int64 = 0
  /// What the next writes answer instead of success.
  var failure: JournalProblem?

  init(loop: any Loop) {
    self.loop = loop
  }

  func write(
    _ records: [Record], completion: @escaping @MainActor (Result<Void, JournalProblem>) -> Void
  ) {
    guard !isDead else { return }
    if let failure {
      loop.post { completion(.failure(failure)) }
    } else {
      self.records += records
      for record in records {
        if case .intent(let intent) = record { intents.insert(intent.clientOrderID) }
        if case .fill(let fill, _) = record { fills.append(fill.tradeID.text) }
      }
      if delay > 0 {
        loop.schedule(after: delay) { completion(.success(())) }
      } else {
        loop.post { completion(.success(())) }
      }
      onWrite?()
    }
  }
}

/// The whole bot on a virtual loop, driven by keys and read by frames.
@MainActor
final class Story {
  let loop: VirtualLoop
  let journal: MemoryJournal
  let exchange: SimulatedExchange
  let runtime: BotRuntime
  private(set) var host: DashboardHost?
  private(set) var frame = Frame(Size(width: 120, height: 40))
  private(set) var hasQuit = false

  static let startedAt = Timestamp(year: 2026, month: 3, day: 2, hour: 10)

  init(seed: UInt64 = 7, size: Size = Size(width: 120, height: 40)) {
    let loop = VirtualLoop(startingAt: WallTime(milliseconds: Self.startedAt.milliseconds))
    self.loop = loop
    journal = MemoryJournal(loop: loop)
    let source = BuiltInMarket(seed: seed, hasPast: false)
    exchange = SimulatedExchange(source: source, loop: loop)
    let settings = Self.settings(source.listings.map(\.instrument.id))
    runtime = BotRuntime(
      engine: TradingEngine(settings, at: Self.startedAt), exchange: exchange, journal: journal,
      loop: loop, loggers: PartLoggers { Logger(label: $0) { _ in SwiftLogNoOpLogHandler() } })
    runtime.start(Recovery())
    host = DashboardHost(
      runtime: runtime, loop: loop,
      labels: DashboardLabels(
        marketSource: exchange.label, account: "main", glyphs: Glyphset(), isLive: false,
        bar: Style(.text, on: .paper)), size: size,
      outlets: DashboardHost.Outlets(
        show: { [weak self] in self?.frame = $0 }, quit: { [weak self] in self?.leave() },
        suspend: {}))
  }

  /// Ends the screen at once, as the program does.
  private func leave() {
    hasQuit = true
    host?.stop()
  }

  static func settings(_ instruments: [InstrumentID]) -> EngineSettings {
    EngineSettings(
      modeWord: "PAPER", exchange: ExchangeID("simulated"),
      run: RunID(prefix: "p", startedAt: startedAt),
      pairs: instruments.map {
        PairPlan(instrument: $0, marginMode: .isolated, leverage: 5)
      }, timeFrames: [.oneMinute],
      limits: RiskLimits(
        riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
        notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
        leverageMaximum: 10, openPositionsMaximum: 5, ordersPerMinuteMaximum: 20,
        priceCollar: "0.02", priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
        liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
        marketAgeMaximum: .seconds(5), balanceAgeMaximum: .seconds(60),
        clockOffsetMaximum: .seconds(2), marginPerTrade: "0.1", duplicateWindow: .zero,
        day: DayLimits(
          lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
          stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
          cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
        size: .off, pace: .off, strategies: []),
      fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"), dayOffset: .zero,
      depth: MarketDepth(trades: 100, candles: 500),
      timing: EngineTiming(
        reconcileInterval: .seconds(30), startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(30), lostAge: .seconds(60),
        protectionGrace: .milliseconds(500), lostWatch: .minutes(10),
        privateSilence: .seconds(20), silentReconcileInterval: .seconds(5),
        instrumentsInterval: .minutes(5),
        checkpointInterval: .minutes(5)),
      seed: 7)
  }

  /// Lets so many milliseconds pass.
  func wait(_ milliseconds: Int64) {
    loop.run(until: loop.now.advanced(byMilliseconds: milliseconds))
  }

  /// Presses keys, each with half a second after it.
  func press(_ keys: Key...) {
    for key in keys {
      host?.take([key])
      wait(500)
    }
  }

  /// The rows of the frame that contain a text.
  func rows(with text: String) -> [String] { frame.rows.filter { $0.contains(text) } }
}
