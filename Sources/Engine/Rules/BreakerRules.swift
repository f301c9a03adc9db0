import AccountData
import MarketData
import Risk
import Trading
import Units

/// What the engine does when the day, the drawdown or the last trades stop new risk.
///
/// The gate refuses at once on what it computes itself; here a crossing that stands halts the bot
/// and, for the day and the drawdown, that halt outlives a restart.
enum BreakerRules {
  /// A close is told in several messages; between them profit can be counted twice or not at all.
  /// A crossing counts when it still stands after this time.
  static let confirmation = TimeSpan.milliseconds(500)
  /// The least time between two peaks in the journal.
  static let peakSpacing = TimeSpan.minutes(1)

  /// Looks at the breakers after money or prices moved.
  static func review(_ core: inout EngineCore) {
    guard core.book.account.balance != nil, core.book.account.positionsReceivedAt != nil,
      core.trading.mode != .halted, !core.breakerIsDue, crossed(core) != nil
    else { return }
    core.breakerIsDue = true
    core.schedule(.breakers, in: confirmation)
  }

  /// Whether ``review(_:)`` would do nothing at a price of the one position that is held.
  static func isQuiet(_ held: HeldPosition, at price: Price, _ core: EngineCore) -> Bool {
    guard let balance = core.book.account.balance,
      core.book.account.positionsReceivedAt != nil, core.trading.mode != .halted,
      !core.breakerIsDue
    else { return true }
    guard let market = core.markets.position(of: held.report.key.instrument) else { return false }
    let unrealized = ProfitAndLoss.unrealized(
      side: held.report.side,
      amount: core.markets.all[market].instrument.baseAmount(of: held.report.contracts),
      entryPrice: held.report.entryPrice, markPrice: price)
    return core.breakers.crossed(
      core.gate.limits.day, day: core.book.account.day,
      equity: balance.value.cash + unrealized, unrealized: unrealized) == nil
  }

  /// Looks again at a crossing and halts if it stands.
  static func confirm(_ core: inout EngineCore) {
    core.breakerIsDue = false
    guard let breaker = crossed(core), core.breakers.tell(breaker) else { return }
    let reason = text(breaker)
    CommandRules.halt(reason, source: .engine, &core)
    core.notify(.alarm, "halted: \(reason)")
  }

  /// Says which breaker denies every opening all the same, though somebody lets the bot go on.
  static func tellOfStanding(_ core: inout EngineCore) {
    let readings = core.breakers.readings(
      core.gate.limits.day, core.book.account, core.markets, at: core.now)
    for reading in readings where reading.isTripped {
      switch reading.breaker {
      case .dailyLoss, .dailyLossMoney:
        core.notify(.warning, "every opening stays denied until the next day: \(text(.dailyLoss))")
      case .drawdown:
        core.notify(
          .warning, "every opening stays denied until `reset peak`: \(text(.drawdown))")
      case .stopOuts, .tradesPerDay, .tradingHours: break
      }
    }
  }

  /// Writes down what the day's loss is counted from, as soon as it is known: a run that begins in
  /// the middle of the day must not begin the day anew (K05).
  static func writeDayStart(_ core: inout EngineCore) {
    guard let start = core.book.takeUnwrittenDayStart(at: core.now) else { return }
    core.journal(.equity(start))
  }

  /// Notes the worth of the account: the lower of what the exchange and we compute, so that a close
  /// half told makes no false peak.
  static func noteBalance(_ balance: Balance, _ core: inout EngineCore) {
    guard core.book.account.positionsReceivedAt != nil,
      let marked = MarkedEquity.equity(core.book.account, core.markets)
    else { return }
    let equity = min(balance.equity, marked)
    if core.breakers.note(equity: equity) {
      core.unwrittenPeak = EquityRecord(
        occasion: .peak, equity: equity, cash: balance.cash, at: core.now)
    }
    guard let peak = core.unwrittenPeak else { return }
    if let written = core.peakWrittenAt, core.now - written < peakSpacing { return }
    core.peakWrittenAt = core.now
    core.unwrittenPeak = nil
    core.journal(.equity(peak))
  }

  /// A position ended.
  static func closed(_ cycle: PositionCycle, _ core: inout EngineCore) {
    let limits = core.gate.limits.day
    let isTooMany = core.breakers.close(
      cycle, at: core.now, limits: limits, dayStart: core.book.account.day.startedAt)
    if !core.gate.limits.strategies.isEmpty { StrategyLimitRules.closed(cycle, &core) }
    guard isTooMany else { return }
    let reason = "\(core.breakers.stopOutsInARow) stops were hit in a row"
    switch limits.afterStopOuts {
    case .halt:
      guard core.trading.mode != .halted else { return }
      CommandRules.halt(reason, source: .engine, &core)
    case .approval:
      guard core.trading.mode == .running else { return }
      core.setState(.approval, reason: reason, source: .engine)
    }
    core.notify(.alarm, "\(core.trading.mode.rawValue): \(reason)")
  }

  /// The first breaker of the account's worth that is crossed and was not told.
  private static func crossed(_ core: EngineCore) -> Breaker? {
    let unrealized = MarkedEquity.unrealizedPnL(core.book.account, core.markets)
    return core.breakers.crossed(
      core.gate.limits.day, day: core.book.account.day,
      equity: core.book.account.balance.map { $0.value.cash + unrealized },
      unrealized: unrealized)
  }

  private static func text(_ breaker: Breaker) -> String {
    switch breaker {
    case .dailyLoss, .dailyLossMoney: "the loss of the day reached its limit"
    case .drawdown: "the drawdown reached its limit"
    case .stopOuts, .tradesPerDay, .tradingHours: breaker.rawValue
    }
  }
}
