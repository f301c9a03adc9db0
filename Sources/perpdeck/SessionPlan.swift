import Engine
import MarketData
import Risk
import Settings
import Trading
import Units

/// What a session is: its environment, its account, its settings; decided before anything is
/// opened.
struct SessionPlan {
  let environment: TradingEnvironment
  let account: AccountSettings
  let settings: BotSettings
  let places: AccountPlaces
  let startedAt: Timestamp
  let run: RunID

  /// Fees of BloFin's base tier: 0.06 % taker, 0.02 % maker.
  ///
  /// Source: BloFin reference, order effects. VIP tiers are lower and no call tells them.
  static let fees = FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002")

  /// Settles what the options and the settings say, or throws the sentence that is wrong.
  init(
    _ environment: TradingEnvironment, options: SessionOptions, settings: BotSettings,
    at now: Timestamp
  ) throws {
    let name = options.account ?? settings.accounts.selected
    guard let account = settings.accounts.account(name) else {
      let known = settings.accounts.list.map(\.name).joined(separator: ", ")
      throw ProgramFailure("--account \(name): no such account; accounts.yaml has: \(known)")
    }
    let places = AccountPlaces(data: options.data, environment: environment, account: name)
    if let problem = places.problem { throw ProgramFailure("--data: \(problem)") }
    self.environment = environment
    self.account = account
    self.settings = settings
    self.places = places
    startedAt = now
    run = RunID(prefix: environment.orderPrefix, startedAt: now)
  }

  /// Returns what the engine is told; `others` are watched beside the pairs of the settings, at the
  /// leverage that the default pairs have.
  func engineSettings(exchange: ExchangeID, others: [InstrumentID]) -> EngineSettings {
    let configured = settings.pairs.list.map {
      PairPlan(instrument: $0.instrument, marginMode: $0.marginMode, leverage: $0.leverage)
    }
    let named = Set(configured.map(\.instrument))
    let watched = others.filter { !named.contains($0) }.map {
      PairPlan(instrument: $0, marginMode: .isolated, leverage: 5)
    }
    return EngineSettings(
      modeWord: environment.screenWord, exchange: exchange, run: run, pairs: configured + watched,
      timeFrames: settings.pairs.timeFrames, limits: limits, fees: Self.fees,
      dayOffset: settings.risk.dayStart.span, depth: MarketDepth(trades: 100, candles: 500),
      timing: EngineTiming(
        reconcileInterval: .seconds(30), startupRetry: .seconds(2),
        queryDelayFirst: .milliseconds(500), queryDelayLast: .seconds(30), lostAge: .seconds(60),
        protectionGrace: .seconds(2)))
  }

  private var limits: RiskLimits {
    let risk = settings.risk
    return RiskLimits(
      riskPerTradeDefault: risk.riskPerTrade, riskPerTradeMaximum: risk.riskPerTradeMaximum,
      rewardToRiskMinimum: risk.rewardToRiskMinimum,
      notionalPerPairMaximum: risk.notionalPerPairMaximum,
      notionalTotalMaximum: risk.notionalTotalMaximum, marginUsedMaximum: risk.marginUsedMaximum,
      leverageMaximum: risk.leverageMaximum, openPositionsMaximum: risk.openPositionsMaximum,
      ordersPerMinuteMaximum: risk.ordersPerMinuteMaximum, priceCollar: risk.priceCollar,
      priceDivergenceMaximum: risk.priceDivergenceMaximum,
      slippageAllowance: risk.slippageAllowance,
      liquidationDistanceMinimum: risk.liquidationDistanceMinimum,
      liquidationMayBeStop: account.stopPolicy == .liquidationIsStop,
      marketAgeMaximum: risk.marketAgeMaximum, balanceAgeMaximum: risk.balanceAgeMaximum,
      clockOffsetMaximum: risk.clockOffsetMaximum)
  }
}
