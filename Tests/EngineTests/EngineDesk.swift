import AccountData
import Engine
import MarketData
import Risk
import Strategies
import TestSupport
import Trading
import Units

/// An engine with a hand on its clock: tests feed it events and look at effects and snapshots.
struct EngineDesk {
  var engine: TradingEngine
  var now = Sample.start
  var log: [Stamped<Event>] = []
  /// Everything the engine ever wanted, in order.
  var wanted: [Effect] = []
  /// The moments that the engine waits for.
  var timers: [TimerID: Timestamp] = [:]
  private var sequence: UInt64 = 0

  static let limits = RiskLimits(
    riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.02", rewardToRiskMinimum: 2,
    notionalPerPairMaximum: 3, notionalTotalMaximum: 5, marginUsedMaximum: "0.5",
    leverageMaximum: 10, openPositionsMaximum: 3, ordersPerMinuteMaximum: 20, priceCollar: "0.02",
    priceDivergenceMaximum: "0.02", slippageAllowance: "0.0005",
    liquidationDistanceMinimum: "0.005", liquidationMayBeStop: false,
    marketAgeMaximum: .seconds(10), balanceAgeMaximum: .minutes(2),
    clockOffsetMaximum: .seconds(1),
    marginPerTrade: "0.1", duplicateWindow: .zero,
    day: DayLimits(
      lossMaximum: "0.03", lossMoneyMaximum: nil, drawdownMaximum: "0.1",
      stopOutsInARowMaximum: 3, afterStopOuts: .approval, tradesPerDayMaximum: 20,
      cooldownAfterStop: .minutes(15), cooldownAfterWin: .zero, tradingHours: .always),
    size: .off, pace: .off, strategies: [])

  static let settings = EngineSettings(
    modeWord: "PAPER", exchange: ExchangeID("test"), run: RunID("p"),
    pairs: [
      PairPlan(instrument: Sample.btc, marginMode: .isolated, leverage: 10),
      PairPlan(instrument: Sample.eth, marginMode: .isolated, leverage: nil),
    ],
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
    seed: 1)

  /// The settings with something changed.
  static func settings(
    candles: Int = 100, lostAge: TimeSpan? = nil, _ change: (inout RiskLimits) -> Void
  ) -> EngineSettings {
    var limits = limits
    change(&limits)
    let old = settings
    var timing = old.timing
    timing.lostAge = lostAge ?? timing.lostAge
    return EngineSettings(
      modeWord: old.modeWord, exchange: old.exchange, run: old.run, pairs: old.pairs,
      timeFrames: old.timeFrames, limits: limits, fees: old.fees, dayOffset: old.dayOffset,
      depth: MarketDepth(trades: old.depth.trades, candles: candles), timing: timing,
      seed: old.seed)
  }

  init(settings: EngineSettings = settings, strategies: [StrategyPlan] = []) {
    engine = TradingEngine(settings, strategies: strategies, at: Sample.start)
  }

  /// Feeds one event and returns its effects.
  @discardableResult
  mutating func take(_ event: Event) -> [Effect] {
    sequence += 1
    let stamped = Stamped(event, sequence: sequence, at: now)
    log.append(stamped)
    let effects = engine.handle(stamped)
    wanted += effects
    for effect in effects {
      if case .schedule(let timer, let moment) = effect { timers[timer] = moment }
      if case .unschedule(let timer) = effect { timers[timer] = nil }
    }
    return effects
  }

  @discardableResult
  mutating func take(_ event: MarketEvent) -> [Effect] { take(.market(event)) }

  @discardableResult
  mutating func take(_ event: AccountEvent) -> [Effect] { take(.account(event)) }

  @discardableResult
  mutating func command(_ command: Command, _ source: CommandSource = .keyboard) -> [Effect] {
    take(.command(command, source))
  }

  /// Answers the newest request of a kind that waits.
  @discardableResult
  mutating func answer(_ word: String, _ outcome: Outcome) -> [Effect] {
    guard let line = snapshot.requests.waiting.last(where: { $0.subject.word == word }) else {
      preconditionFailure("no \(word) waits for an answer")
    }
    return take(.outcome(line.id, outcome))
  }

  mutating func pass(_ span: TimeSpan) { now = now + span }

  var snapshot: EngineSnapshot { engine.snapshot(at: now) }

  /// Goes through the whole start with an account as given.
  @discardableResult
  mutating func boot(
    _ account: AccountSnapshot = EngineDesk.account(), recovery: Recovery = Recovery()
  ) -> [Effect] {
    take(.started(recovery))
    take(.link(.publicStream, .up))
    take(.link(.privateStream, .up))
    take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    answer("instruments", .confirmed(.done))
    for instrument in [Sample.btc, Sample.eth] {
      take(.market(.tiers(instrument, .isolated, Sample.tiers)))
    }
    quote(Sample.bitcoin, 60_000)
    quote(Sample.ether, 3_000)
    let effects = answer("accountSnapshot", .confirmed(.account(account)))
    for instrument in [Sample.btc, Sample.eth] {
      take(.account(.leverage(instrument, .isolated, .net, 10)))
    }
    while let line = snapshot.requests.waiting.first(where: {
      ["tiers", "subscribe", "setLeverage"].contains($0.subject.word)
    }) {
      take(.outcome(line.id, .confirmed(.done)))
    }
    return effects
  }

  /// Opens the long, lets it fill at once and shows the position, with its stop or without.
  mutating func holdLong(
    stop: TriggerOrder? = EngineDesk.attachedStop, contracts: Contracts = 10,
    _ intent: OpeningIntent = EngineDesk.long, source: CommandSource = .keyboard
  ) {
    command(.open(intent), source)
    guard let request = wanted.orders.last else { preconditionFailure("the opening was denied") }
    let id = request.clientOrderID
    take(.intentDurable(id))
    answer("submit", .confirmed(.order(ExchangeOrderID(trusted: "x\(id)"))))
    take(
      .order(
        Sample.order(
          "x\(id)", client: id, contracts: contracts, filled: contracts, state: .filled,
          stopLoss: request.stopLoss)))
    if let stop { take(.triggerOrder(stop)) }
    take(.positions([Sample.position(contracts: contracts, opened: now, updated: now)]))
  }

  /// Sends a long that waits at a limit, of which the exchange has taken note, and returns its id.
  mutating func restLong(stop: StopPlan = EngineDesk.long.stop, as id: String) -> ClientOrderID {
    var resting = EngineDesk.long
    resting.type = .limit(59_900)
    resting.stop = stop
    command(.open(resting))
    guard let client = wanted.orders.last?.clientOrderID else {
      preconditionFailure("the opening was denied")
    }
    take(.intentDurable(client))
    answer("submit", .confirmed(.order(ExchangeOrderID(trusted: id))))
    return client
  }

  /// Answers every question about a single order: the exchange does not know it.
  mutating func findNoOrder() {
    for line in snapshot.requests.waiting where line.subject.word == "orderStatus" {
      take(.outcome(line.id, .confirmed(.orderStatus(nil))))
    }
  }

  /// The stop that the exchange shows for the entry of the long; it carries no id of ours.
  static let attachedStop = Sample.stop("901", target: 63_000)

  /// Lets time pass in steps and delivers the timers that fall due, until a moment.
  mutating func run(_ span: TimeSpan, answering: (inout EngineDesk) -> Void = { _ in }) {
    let end = now + span
    while true {
      answering(&self)
      guard let next = timers.min(by: { ($0.value, "\($0.key)") < ($1.value, "\($1.key)") }),
        next.value <= end
      else { break }
      timers[next.key] = nil
      now = max(now, next.value)
      take(.timer(next.key))
    }
    now = end
  }

  /// Puts ticker, mark and book of an instrument at a price.
  mutating func quote(_ instrument: Instrument, _ price: Price) {
    take(.market(.ticker(Sample.ticker(instrument, last: price, at: now))))
    take(.market(.mark(Sample.mark(instrument, price, at: now))))
    take(.market(.book(Sample.book(instrument, middle: price, at: now))))
  }

  static func account(
    positions: [Position] = [], orders: [Order] = [], triggers: [TriggerOrder] = [],
    fills: [Fill] = [], equity: Money = 10_000, mode: PositionMode = .oneWay,
    leverages: [LeverageSetting]? = []
  ) -> AccountSnapshot {
    AccountSnapshot(
      balance: Sample.balance(equity), positions: positions, orders: orders,
      triggerOrders: triggers, fills: fills, positionMode: mode, leverages: leverages)
  }

  /// A long of Bitcoin at market: 10 contracts, stop 1 000 below, target 3 000 above.
  static let long = OpeningIntent(
    instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
    size: .contracts(10), stop: .stop(Trigger(triggerPrice: 59_000)),
    takeProfit: Trigger(triggerPrice: 63_000))

  /// The id of the n-th order of the run.
  static func id(_ number: UInt64) -> ClientOrderID {
    ClientOrderID(run: RunID("p"), sequence: number)
  }
}

extension [Effect] {
  /// The requests among the effects, as words, in order.
  var words: [String] {
    compactMap { effect in
      switch effect {
      case .submit: "submit"
      case .resend: "resend"
      case .protect: "protect"
      case .cancel: "cancel"
      case .cancelTrigger: "cancelTrigger"
      case .setLeverage: "setLeverage"
      case .setPositionMode: "setPositionMode"
      case .accountSnapshot: "accountSnapshot"
      case .orderStatus: "orderStatus"
      case .instruments: "instruments"
      case .tiers: "tiers"
      case .candles: "candles"
      case .subscribe: "subscribe"
      case .journal, .schedule, .unschedule, .notify, .alert, .alertAcknowledged: nil
      }
    }
  }

  /// The orders among the effects.
  var orders: [OrderRequest] {
    compactMap { if case .submit(_, let order) = $0 { order.request } else { nil } }
  }

  /// The protection among the effects.
  var protections: [ProtectionRequest] {
    compactMap { if case .protect(_, let approved) = $0 { approved.request } else { nil } }
  }

  /// The records among the effects.
  var records: [Record] {
    flatMap { effect -> [Record] in
      if case .journal(let records) = effect { records } else { [] }
    }
  }

  /// What the journal holds after these effects, intents included.
  var journaled: [Record] {
    flatMap { effect -> [Record] in
      switch effect {
      case .journal(let records): records
      case .submit(_, let order): [.intent(order.record)]
      case .protect(_, let approved): [.intent(approved.record)]
      default: []
      }
    }
  }

  /// The moments among the effects.
  var timers: [TimerID: Timestamp] {
    reduce(into: [:]) { if case .schedule(let timer, let at) = $1 { $0[timer] = at } }
  }

  /// The sentences among the effects.
  var notices: [String] {
    compactMap { if case .notify(let notice) = $0 { notice.text } else { nil } }
  }
}

extension Recovery {
  /// What a start finds in a journal that holds these records.
  init(journal records: [Record]) {
    let found = MemoryRecovery(records)
    self.init(
      openIntents: found.openIntents, state: found.state, dayStart: found.dayStart,
      peak: found.peak, openCycles: found.openCycles, endedCycles: found.endedCycles,
      openPlans: found.openPlans, lostOrders: found.lostOrders,
      newestFill: found.newestFill, strategies: found.strategies)
  }
}
