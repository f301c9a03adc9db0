import ArgumentParser
import Risk
import Settings
import Trading
import Units

/// The limits of a backtest on the command line.
struct GateOptions: ParsableArguments {
  /// Where limits come from.
  enum Source: String, CaseIterable, ExpressibleByArgument {
    case config
    case none
  }

  @Option(
    help: "The gate's limits: config, those of risk.yaml; none, such that hardly bind, to compare.")
  var limits = Source.config

  @OptionGroup var files: RiskFileOptions

  func validate() throws {
    guard limits == .none else { return }
    let unread =
      files.config.map { "--config \($0)" } ?? files.set.first.map { "--set \($0)" }
    if let unread {
      throw ValidationError(
        "\(unread): no settings are read with --limits none; leave one of the two out")
    }
  }

  /// Returns what the gate is told, and how far the start of the day is moved from 00:00 UTC.
  func rules(leverage: Int) throws -> (limits: RiskLimits, dayOffset: TimeSpan) {
    switch limits {
    case .none: return (Self.wide(leverage), .zero)
    case .config:
      let launch = try files.launch()
      let risk = launch.settings.risk
      // The strategies of strategies.yaml do not run here, and their own limits go with them.
      let limits = risk.limits(
        liquidationMayBeStop: launch.account.stopPolicy == .liquidationIsStop,
        strategies: StrategiesSettings())
      return (limits, risk.dayStart.span)
    }
  }

  /// The product's own risk per trade, and room for whatever else the command line asks for.
  private static func wide(_ leverage: Int) -> RiskLimits {
    RiskLimits(
      riskPerTradeDefault: "0.01", riskPerTradeMaximum: "0.1", rewardToRiskMinimum: 0,
      notionalPerPairMaximum: 10, notionalTotalMaximum: 20, marginUsedMaximum: 1,
      leverageMaximum: Leverage(Fixed(leverage)), openPositionsMaximum: 20,
      ordersPerMinuteMaximum: 60, priceCollar: "0.05", priceDivergenceMaximum: "0.05",
      slippageAllowance: "0.001", liquidationDistanceMinimum: "0.001", liquidationMayBeStop: true,
      marketAgeMaximum: .seconds(10), balanceAgeMaximum: .seconds(60),
      clockOffsetMaximum: .seconds(1), marginPerTrade: 1,
      duplicateWindow: .zero,
      day: DayLimits(
        lossMaximum: 1, lossMoneyMaximum: nil, drawdownMaximum: 1, stopOutsInARowMaximum: 1_000_000,
        afterStopOuts: .approval, tradesPerDayMaximum: 1_000_000, cooldownAfterStop: .zero,
        cooldownAfterWin: .zero, tradingHours: .always), size: .off, pace: .off, strategies: [])
  }
}
