import Benchmark
import Engine
import MarketData
import Risk
import Trading
import Units

/// The decision: an event in, its effects out.
func decisionBenchmarks() {
  Benchmark("engine: a ticker of a market without orders", configuration: repeated) { benchmark in
    var desk = DecisionDesk()
    let tickers = (0..<5).map {
      Event.market(.ticker(DecisionDesk.ticker(Price(Fixed(60_000 + $0)))))
    }
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations { blackHole(desk.take(tickers[index % 5])) }
    benchmark.stopMeasurement()
  }
  Benchmark("engine: a mark price of a market that is held", configuration: repeated) { benchmark in
    var desk = DecisionDesk()
    desk.hold()
    let marks = (0..<5).map { Event.market(.mark(DecisionDesk.mark(Price(Fixed(60_000 + $0))))) }
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations { blackHole(desk.take(marks[index % 5])) }
    benchmark.stopMeasurement()
  }
  Benchmark("engine: an opening approved, and its refusal", configuration: repeated) { benchmark in
    var desk = DecisionDesk()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations {
      // The clock runs, or the limit of orders a minute would end it.
      desk.now = desk.now + .seconds(1)
      let effects = desk.take(.command(.open(DecisionDesk.wish), .keyboard))
      guard case .submit(let request, _)? = effects.first else {
        preconditionFailure("the opening is approved")
      }
      blackHole(desk.take(.outcome(request, DecisionDesk.refused)))
    }
    benchmark.stopMeasurement()
  }
  Benchmark("engine: an opening that the gate refuses", configuration: repeated) { benchmark in
    var desk = DecisionDesk()
    var wish = DecisionDesk.wish
    wish.size = .contracts(100_000)
    let command = Event.command(.open(wish), .keyboard)
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(desk.take(command)) }
    benchmark.stopMeasurement()
  }
}

/// An engine that is ready to trade one instrument.
struct DecisionDesk {
  var engine: TradingEngine
  var now = DecisionDesk.start
  private var sequence: UInt64 = 0

  static let start = Timestamp(year: 2026, month: 3, day: 4, hour: 12)
  static let id = InstrumentID("BTC-USDT")

  static let wish = OpeningIntent(
    instrument: id, side: .long, marginMode: .isolated, type: .market, size: .contracts(10),
    stop: .stop(Trigger(triggerPrice: 59_000)), takeProfit: Trigger(triggerPrice: 63_000))

  init() {
    engine = TradingEngine(Self.settings, at: Self.start)
    take(.started(Recovery()))
    take(.link(.publicStream, .up))
    take(.link(.privateStream, .up))
    guard
      let instrument = Instrument(
        id: Self.id, baseCurrency: "BTC", quoteCurrency: "USDT", contractValue: "0.001",
        tickSize: "0.1", lotSize: "0.1", minimumContracts: "0.1", maximumLimitContracts: 1_000_000,
        maximumMarketContracts: 1_000_000, maximumLeverage: 100, status: .live)
    else { preconditionFailure("the instrument is sound") }
    take(.market(.instruments([instrument])))
    answerAll()
    take(
      .market(
        .tiers(
          Self.id, .isolated,
          [
            PositionTier(
              minimumContracts: 0, maximumContracts: 1_000_000, maintenanceMarginRate: "0.004",
              maximumLeverage: 100)
          ])))
    take(.market(.ticker(Self.ticker(60_000))))
    take(.market(.mark(Self.mark(60_000))))
    take(.market(.book(Self.book)))
    answerAll()
    take(.account(.leverage(Self.id, .isolated, .net, 10)))
    answerAll()
    precondition(engine.snapshot(at: now).readiness == .ready, "the desk is ready")
  }

  @discardableResult
  mutating func take(_ event: Event) -> [Effect] {
    sequence += 1
    return engine.handle(Stamped(event, sequence: sequence, at: now))
  }

  /// Answers every request that waits as an exchange with an empty account.
  private mutating func answerAll() {
    while let line = engine.snapshot(at: now).requests.waiting.first {
      let outcome: Outcome =
        line.subject == .accountSnapshot
        ? .confirmed(
          .account(
            AccountSnapshot(
              balance: Self.balance, positions: [], orders: [], triggerOrders: [], fills: [],
              positionMode: .oneWay, leverages: [])))
        : .confirmed(.done)
      take(.outcome(line.id, outcome))
    }
  }

  /// Shows a long position.
  mutating func hold() {
    take(
      .account(
        .positions([
          Position(
            positionID: PositionID("1"),
            key: PositionKey(instrument: Self.id, slot: .net, marginMode: .isolated), side: .long,
            contracts: 10, availableContracts: 10, entryPrice: 60_000, markPrice: 60_000,
            margin: 60, maintenanceMargin: 1, marginRatio: nil, liquidationPrice: 54_000,
            unrealizedPnL: 0, leverage: 10, createdAt: now, updatedAt: now)
        ])))
  }

  static let refused = Outcome.refused(
    Refusal(code: "103003", message: "Insufficient margin", advice: .fixRequest))

  static let balance = Balance(
    equity: 10_000, cash: 10_000, availableMargin: 10_000, orderMargin: 0, isolatedEquity: 0,
    exchangeTime: start)

  static func ticker(_ last: Price) -> Ticker {
    Ticker(
      instrument: id, lastPrice: last, lastContracts: 1, bidPrice: last - "0.1", bidContracts: 10,
      askPrice: last + "0.1", askContracts: 10, openPrice24h: 59_000, highPrice24h: 61_000,
      lowPrice24h: 58_000, baseVolume24h: 1_000, exchangeTime: start)
  }

  static func mark(_ price: Price) -> MarkPrice {
    MarkPrice(instrument: id, markPrice: price, indexPrice: price, exchangeTime: start)
  }

  static let book = BookUpdate(
    instrument: id, kind: .snapshot,
    bids: (1...50).map { BookLevel(price: 60_000 - Price(Fixed($0)), contracts: 1_000) },
    asks: (1...50).map { BookLevel(price: 60_000 + Price(Fixed($0)), contracts: 1_000) },
    sequence: 100, previousSequence: 0, exchangeTime: start)

  static let settings = settings([id])

  /// The settings of an engine that watches some instruments.
  static func settings(
    _ instruments: [InstrumentID], alerts: AlertPlan = .none
  ) -> EngineSettings {
    EngineSettings(
      modeWord: "PAPER", exchange: ExchangeID("bench"), run: RunID("p"),
      pairs: instruments.map { PairPlan(instrument: $0, marginMode: .isolated, leverage: 10) },
      timeFrames: [.oneMinute], limits: limits,
      fees: FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002"), dayOffset: .zero,
      depth: MarketDepth(trades: 50, candles: 100),
      timing: EngineTiming(
        reconcileInterval: .seconds(60), startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(4), lostAge: .seconds(10),
        protectionGrace: .milliseconds(500), lostWatch: .minutes(10),
        privateSilence: .seconds(20), silentReconcileInterval: .seconds(5),
        instrumentsInterval: .hours(6),
        checkpointInterval: nil),
      seed: 1, alerts: alerts)
  }

  private static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
    notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 3, ordersPerMinuteMaximum: 120,
    priceCollar: "0.02", priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    // The clock of a measurement runs far ahead of its prices.
    marketAgeMaximum: .days(3_650), balanceAgeMaximum: .days(3_650),
    clockOffsetMaximum: .seconds(1), marginPerTrade: "0.1", duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
      stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
      cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
    size: SizeLimits(
      bookShareMaximum: "0.5", medianMultipleMaximum: 20, rangeMoveMaximum: nil,
      correlatedNotionalMaximum: nil, correlationMinimum: "0.7", liquidationWarning: "0.05"),
    pace: .off, strategies: [])
}
