import Engine
import MarketData
import Risk
import Simulation
import Strategies
import Trading
import Units

/// What a backtest is told.
public struct BacktestPlan: Sendable {
  /// The candles of each instrument that is traded.
  public var feeds: [CandleFeed]
  /// The strategies with what each of them trades.
  public var strategies: [StrategyPlan]
  /// The limits of the gate.
  public var limits: RiskLimits
  /// How far the start of the day is moved from 00:00 UTC.
  public var dayOffset: TimeSpan
  /// What the exchange charges.
  public var fees: FeeSchedule
  /// How far from the price a market order fills, as a fraction of it.
  public var slippage: Rate
  /// How long a request takes to the exchange; answers come back at once.
  public var latency: LatencyModel
  /// The money at the start.
  public var deposit: Money
  /// The leverage of every instrument.
  public var leverage: Leverage
  /// Where the collateral comes from.
  public var marginMode: MarginMode
  /// Settlements of funding by instrument; none means that none is charged.
  public var funding: [InstrumentID: [FundingPoint]]
  /// Whether what is held behind the last candle is closed there at the last price, with fee and
  /// slippage like any market order, and is a trade. Otherwise it stays open and is told so.
  public var closesAtEnd = false

  /// States a plan.
  public init(
    feeds: [CandleFeed], strategies: [StrategyPlan], limits: RiskLimits,
    dayOffset: TimeSpan = .zero,
    fees: FeeSchedule,
    slippage: Rate, latency: LatencyModel = .none, deposit: Money, leverage: Leverage,
    marginMode: MarginMode = .isolated,
    funding: [InstrumentID: [FundingPoint]] = [:]
  ) {
    self.feeds = feeds
    self.strategies = strategies
    self.limits = limits
    self.dayOffset = dayOffset
    self.fees = fees
    self.slippage = slippage
    self.latency = latency
    self.deposit = deposit
    self.leverage = leverage
    self.marginMode = marginMode
    self.funding = funding
  }

  /// The plan with every series cut to its first so many candles.
  public func truncated(to count: Int) -> BacktestPlan {
    var copy = self
    copy.feeds = feeds.map { $0.prefix(count) }
    return copy
  }

  /// What the engine is told. The venue tells everything at once, so what is known does not age:
  /// comparing the account with the exchange's again and again would find nothing.
  package func engineSettings(startingAt start: Timestamp) -> EngineSettings {
    var unaging = limits
    unaging.balanceAgeMaximum = Self.forever
    return EngineSettings(
      modeWord: "BACKTEST", exchange: ExchangeID("simulated"),
      run: RunID(prefix: "b", startedAt: start),
      pairs: feeds.map {
        PairPlan(instrument: $0.listing.id, marginMode: marginMode, leverage: leverage)
      },
      timeFrames: [], limits: unaging, fees: fees, dayOffset: dayOffset,
      depth: MarketDepth(trades: 1, candles: 500),
      timing: EngineTiming(
        reconcileInterval: Self.forever, startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(30), lostAge: .seconds(60),
        protectionGrace: .seconds(2), lostWatch: .minutes(10), privateSilence: Self.forever,
        silentReconcileInterval: Self.forever, instrumentsInterval: Self.forever,
        checkpointInterval: nil),
      seed: 1)
  }

  /// Longer than any recording.
  private static let forever = TimeSpan.days(100_000)
}

extension CandleExchange {
  /// Opens the exchange that a plan is traded at.
  package init(_ plan: BacktestPlan) {
    self.init(
      plan.feeds, rules: VenueRules(fees: plan.fees, accountTradesReachTape: false),
      slippage: plan.slippage, deposit: plan.deposit, funding: plan.funding)
  }
}
