import Alerts
import MarketData
import Risk
import Trading
import Units

/// What is wished for one instrument.
public struct PairPlan: Sendable, Hashable {
  /// The instrument.
  public let instrument: InstrumentID
  /// Where the collateral of its positions comes from.
  public let marginMode: MarginMode
  /// The leverage to set at start; nil leaves it as the exchange has it.
  public let leverage: Leverage?

  /// States a wish.
  public init(instrument: InstrumentID, marginMode: MarginMode, leverage: Leverage?) {
    self.instrument = instrument
    self.marginMode = marginMode
    self.leverage = leverage
  }
}

/// How long the engine waits for what; all above zero.
public struct EngineTiming: Sendable, Hashable {
  /// Between two comparisons of the account with the exchange's.
  public var reconcileInterval: TimeSpan
  /// Before a step of the start is tried again.
  public var startupRetry: TimeSpan
  /// Before an order of unknown outcome is asked for, the first time; doubles up to the last.
  public var queryDelayFirst: TimeSpan
  /// The longest time between two such questions.
  public var queryDelayLast: TimeSpan
  /// The least age at which an order that is found nowhere is given up as lost.
  public var lostAge: TimeSpan
  /// How long a position may be without a proven stop before the stop is placed again.
  public var protectionGrace: TimeSpan
  /// How long an order that was found nowhere is watched for and blocks its instrument.
  public var lostWatch: TimeSpan
  /// The silence of the account stream, with something at stake, after which the account is read
  /// more often.
  public var privateSilence: TimeSpan
  /// Between two comparisons while the account stream is silent.
  public var silentReconcileInterval: TimeSpan
  /// Between two readings of the rules of the instruments.
  public var instrumentsInterval: TimeSpan
  /// Between two digests of the state in the journal; nil writes none.
  public var checkpointInterval: TimeSpan?

  /// States the times.
  public init(
    reconcileInterval: TimeSpan, startupRetry: TimeSpan, queryDelayFirst: TimeSpan,
    queryDelayLast: TimeSpan, lostAge: TimeSpan, protectionGrace: TimeSpan, lostWatch: TimeSpan,
    privateSilence: TimeSpan, silentReconcileInterval: TimeSpan, instrumentsInterval: TimeSpan,
    checkpointInterval: TimeSpan?
  ) {
    self.reconcileInterval = reconcileInterval
    self.startupRetry = startupRetry
    self.queryDelayFirst = queryDelayFirst
    self.queryDelayLast = queryDelayLast
    self.lostAge = lostAge
    self.protectionGrace = protectionGrace
    self.lostWatch = lostWatch
    self.privateSilence = privateSilence
    self.silentReconcileInterval = silentReconcileInterval
    self.instrumentsInterval = instrumentsInterval
    self.checkpointInterval = checkpointInterval
  }
}

/// What the engine is told once, when it is made.
public struct EngineSettings: Sendable, Hashable {
  /// The word for the mode that the screen shows; the engine does not look at it.
  public let modeWord: String
  /// The exchange.
  public let exchange: ExchangeID
  /// The run, whose name begins every client order id.
  public let run: RunID
  /// The instruments to trade and watch.
  public let pairs: [PairPlan]
  /// The time frames whose candles are kept up to date.
  public let timeFrames: [TimeFrame]
  /// The limits at start.
  public let limits: RiskLimits
  /// What the exchange charges.
  public let fees: FeeSchedule
  /// How far the start of the day is moved from 00:00 UTC.
  public let dayOffset: TimeSpan
  /// How much of the past a market keeps.
  public let depth: MarketDepth
  /// How long to wait for what.
  public let timing: EngineTiming
  /// Where the jitter of delays comes from.
  public let seed: UInt64
  /// The alerts of the configuration.
  public let alerts: AlertPlan

  /// States what the engine is told.
  public init(
    modeWord: String, exchange: ExchangeID, run: RunID, pairs: [PairPlan],
    timeFrames: [TimeFrame], limits: RiskLimits, fees: FeeSchedule, dayOffset: TimeSpan,
    depth: MarketDepth, timing: EngineTiming, seed: UInt64,
    alerts: AlertPlan = .none
  ) {
    self.modeWord = modeWord
    self.exchange = exchange
    self.run = run
    self.pairs = pairs
    self.timeFrames = timeFrames
    self.limits = limits
    self.fees = fees
    self.dayOffset = dayOffset
    self.depth = depth
    self.timing = timing
    self.seed = seed
    self.alerts = alerts
  }

  /// What the public stream is asked for: everything of every pair.
  var subscriptions: [MarketSubscription] {
    pairs.flatMap { pair -> [MarketSubscription] in
      let id = pair.instrument
      return [.ticker(id), .mark(id), .funding(id), .book(id), .trades(id)]
        + timeFrames.map { .candles(id, $0) }
    }
  }
}
