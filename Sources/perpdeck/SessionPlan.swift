import Engine
import EventLoop
import MarketData
import Risk
import Settings
import Strategies
import Trading
import Units

/// What a session is: its environment, its account, its settings; decided before anything is
/// opened.
struct SessionPlan {
  /// Settings, account, keys and places.
  let launch: Launch
  /// When the program was started, by the clock of the machine.
  let startedAt: Timestamp
  /// The name of the run, which its client order ids begin with.
  let run: RunID
  /// How many times as fast as the machine's clock the traded time goes, 1 except in a recording.
  let speed: Double

  /// Fees of BloFin's base tier: 0.06 % taker, 0.02 % maker.
  ///
  /// Source: BloFin reference, order effects. VIP tiers are lower and no call tells them.
  static let fees = FeeSchedule(takerFeeRate: "0.0006", makerFeeRate: "0.0002")

  /// Plans a session of what was configured.
  init(_ launch: Launch, startedAt: WallTime, speed: Double = 1) {
    self.launch = launch
    self.startedAt = Timestamp(milliseconds: startedAt.milliseconds)
    self.speed = speed
    run = RunID(prefix: launch.environment.orderPrefix, startedAt: self.startedAt)
  }

  /// Returns what the engine is told.
  ///
  /// Of a simulated exchange all `listed` instruments are watched, at the leverage that the default
  /// pairs have unless the settings say another, and no others; nil where the settings decide.
  func engineSettings(exchange: ExchangeID, listed: [InstrumentID]?) -> EngineSettings {
    let settings = launch.settings
    let configured = settings.pairs.list.map {
      PairPlan(instrument: $0.instrument, marginMode: $0.marginMode, leverage: $0.leverage)
    }
    let pairs: [PairPlan]
    if let listed {
      let named = Set(configured.map(\.instrument))
      pairs =
        configured.filter { listed.contains($0.instrument) }
        + listed.filter { !named.contains($0) }.map {
          PairPlan(instrument: $0, marginMode: .isolated, leverage: 5)
        }
    } else {
      pairs = configured
    }
    let frames = settings.pairs.timeFrames
    let kept = frames + strategyFrames.filter { !frames.contains($0) }
    // The exchange of paper is in this process: its stream is never lost, only quiet.
    let silence = launch.environment == .paper ? TimeSpan.days(30) : paced(.seconds(20))
    return EngineSettings(
      modeWord: launch.environment.screenWord, exchange: exchange, run: run,
      pairs: pairs, timeFrames: kept, limits: limits,
      fees: Self.fees, dayOffset: settings.risk.dayStart.span,
      depth: MarketDepth(trades: 100, candles: 500),
      timing: EngineTiming(
        reconcileInterval: paced(.seconds(30)), startupRetry: paced(.seconds(2)),
        queryDelayFirst: paced(.milliseconds(500)), queryDelayLast: paced(.seconds(30)),
        lostAge: paced(.seconds(60)), protectionGrace: paced(.milliseconds(500)),
        lostWatch: paced(.minutes(10)), privateSilence: silence,
        silentReconcileInterval: paced(.seconds(5)), instrumentsInterval: paced(.minutes(5)),
        checkpointInterval: paced(.minutes(10))),
      seed: UInt64(bitPattern: startedAt.milliseconds), alerts: AlertPlan(settings.alerts))
  }

  /// The candles that strategies look at, each once.
  private var strategyFrames: [TimeFrame] {
    launch.settings.strategies.list.map(\.timeFrame).reduce(into: []) { frames, frame in
      if !frames.contains(frame) { frames.append(frame) }
    }
  }

  /// Makes the strategies that trade by themselves, or says what keeps one from trading.
  func strategies(_ pairs: [PairPlan]) throws(ProgramFailure) -> [StrategyPlan] {
    var plans: [StrategyPlan] = []
    for setting in launch.settings.strategies.list {
      guard let pair = pairs.first(where: { $0.instrument == setting.instrument }) else {
        throw ProgramFailure(
          "\(setting.place): the strategy \(setting.name) trades \(setting.instrument), which is "
            + "not listed here: take it out, or trade where it is listed")
      }
      let strategy: any Strategy
      do throws(StrategySettingsProblem) {
        strategy = try StrategySettings.make(
          kind: setting.kind.rawValue, values: setting.values.map { ($0.name, $0.text) },
          timeFrame: setting.timeFrame)
      } catch {
        throw ProgramFailure("\(setting.place): the strategy \(setting.name): \(error)")
      }
      guard strategy.hasStop || launch.account.stopPolicy == .liquidationIsStop else {
        throw ProgramFailure(
          "\(setting.place): the strategy \(setting.name) has no stop, and the account's policy is "
            + "stop-required: name one in its settings, as in stop: 0.02")
      }
      plans.append(
        StrategyPlan(
          name: setting.name, instrument: setting.instrument, marginMode: pair.marginMode,
          timeFrames: [setting.timeFrame], strategy: strategy, state: setting.state))
    }
    return plans
  }

  /// Returns the span of the traded time in which as much of the machine's time passes: answers and
  /// connections are as fast in a recording as they are.
  private func paced(_ span: TimeSpan) -> TimeSpan {
    .milliseconds(Int64(Double(span.milliseconds) * speed))
  }

  /// The limits of the risk gate.
  var limits: RiskLimits {
    launch.settings.risk.limits(
      liquidationMayBeStop: launch.account.stopPolicy == .liquidationIsStop, paced: paced,
      strategies: launch.settings.strategies)
  }
}
