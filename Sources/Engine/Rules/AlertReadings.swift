import AccountData
import Alerts
import MarketData
import Risk
import Trading
import Units

/// Reads the account, the program and the markets for the rules that look at them.
enum AlertReadings {
  /// Reads whatever a rule looks at beside prices.
  static func read(_ core: inout EngineCore) {
    // Taken out first: a copy of the book beside a change of it would copy every rule.
    let instruments = core.alerts.book.positionInstruments
    for instrument in instruments { AlertRules.readPosition(instrument, &core) }
    readProgram(&core)
  }

  /// Reads the figures of the account and the program.
  static func readProgram(_ core: inout EngineCore) {
    let kinds = core.alerts.book.programReadings
    guard !kinds.isEmpty else { return }
    // What the account is worth goes by the marks of what is held; until they can be believed it is
    // left as it was.
    let isPriced = core.book.account.positions.held.allSatisfy {
      core.alerts.marks.holds($0.key.instrument)
    }
    for kind in kinds where isPriced || !kind.goesByMarks {
      core.alerts.book.set(kind, to: value(of: kind, core), at: core.now)
    }
  }

  /// Gives the readings of a new rule the values that are known, so that it need not wait for the
  /// next message.
  static func seed(_ rule: AlertRule, _ core: inout EngineCore) {
    guard case .expression(let expression) = rule.condition, core.isUp(.publicStream) else {
      return
    }
    var instruments: [InstrumentID] = []
    for reading in expression.readings {
      guard let id = reading.instrument, let market = core.markets[id] else { continue }
      if let timeFrame = reading.timeFrame, let series = market.series(timeFrame) {
        core.alerts.book.candleClosed(id, series, at: core.now)
      }
      if !instruments.contains(id) { instruments.append(id) }
    }
    for id in instruments {
      guard let market = core.markets[id] else { continue }
      let silence = core.settings.alerts.silence
      if let ticker = market.ticker, core.now - ticker.receivedAt <= silence {
        core.alerts.book.seed(.ticker(ticker.value), at: core.now)
      }
      if let mark = market.mark, core.now - mark.receivedAt <= silence {
        core.alerts.marks.believe(id, at: mark.receivedAt)
        core.alerts.book.seed(.mark(mark.value), at: core.now)
      }
      if let funding = market.funding {
        core.alerts.book.seed(.funding(funding.value), at: core.now)
      }
    }
    // Figures of the account go by the marks of everything that is held.
    for held in core.book.account.positions.held {
      guard let mark = core.markets[held.key.instrument]?.mark,
        core.now - mark.receivedAt <= core.settings.alerts.silence
      else { continue }
      core.alerts.marks.believe(held.key.instrument, at: mark.receivedAt)
    }
    read(&core)
  }

  /// Whether time alone may tell a rule that a connection is lost: one that has not come up yet.
  static func waitsForLinks(_ core: EngineCore) -> Bool {
    core.alerts.book.programReadings.contains(.linkDown)
      && core.links.contains { !$0.wasUp && !$0.isLost(at: core.now) }
  }

  /// What is known of the position in an instrument: of the largest where there are several; nil
  /// when nothing is held.
  static func position(_ instrument: InstrumentID, _ core: EngineCore) -> PositionReadings? {
    let held = core.account.positions.held.filter { $0.key.instrument == instrument }
    guard let largest = held.max(by: { $0.report.contracts < $1.report.contracts }) else {
      return nil
    }
    let figures = PositionFigures(
      largest, market: core.markets[instrument],
      protection: core.guards.protection(of: largest, core.account), fees: core.settings.fees)
    let protections = held.map { core.guards.protection(of: $0, core.account) }
    return PositionReadings(
      contracts: figures.side == .long ? figures.contracts : -figures.contracts,
      profit: figures.unrealizedPnL, returnOnMargin: figures.returnOnMargin,
      rMultiple: figures.rMultiple, markPrice: figures.markPrice,
      liquidationPrice: figures.liquidationPrice,
      isNaked: protections.contains { $0.isNaked },
      isUnproven: protections.contains { if case .waiting = $0 { true } else { false } })
  }

  private static func value(of kind: ReadingKind, _ core: EngineCore) -> Fixed? {
    switch kind {
    case .halted: core.trading.mode == .halted ? 1 : 0
    case .linkDown: core.links.contains { $0.isLost(at: core.now) } ? 1 : 0
    case .clockSkew:
      core.clock.offset.map {
        Fixed(raw: Int128(abs($0.milliseconds)) * 1_000_000_000_000_000)
      }
    case .equity: equity(core)?.value
    case .dayPnL: dayProfit(core)?.value
    case .dayLossUsed: dayLossUsed(core)
    case .marginUsed:
      equity(core).flatMap { percent(core.account.usedMargin.value, of: $0.value) }
    case .drawdown:
      core.breakers.peakEquity.flatMap { peak in
        equity(core).flatMap { percent((peak - $0).value, of: peak.value) }
      }
    // What the market or a position tells.
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .move, .high, .low, .close, .volume, .volumeRatio,
      .rsi, .ema, .sma, .atr, .zone, .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent,
      .liquidationPrice, .liquidationATR, .naked, .unproven:
      nil
    }
  }

  private static func unrealized(_ core: EngineCore) -> Money {
    MarkedEquity.unrealizedPnL(core.account, core.markets)
  }

  static func equity(_ core: EngineCore) -> Money? {
    core.account.balance.map { $0.value.cash + unrealized(core) }
  }

  static func dayProfit(_ core: EngineCore) -> Money? {
    core.account.day.profit(unrealized: unrealized(core))
  }

  /// The loss of the day in hundredths of the limit that is nearer.
  private static func dayLossUsed(_ core: EngineCore) -> Fixed? {
    guard let profit = dayProfit(core) else { return nil }
    let limits = core.gate.limits.day
    let loss = profit.isNegative ? -profit : .zero
    let ofMoney = limits.lossMoneyMaximum.flatMap { percent(loss.value, of: $0.value) }
    let share = core.account.day.equityAtStart.flatMap {
      percent(loss.value, of: $0.scaled(by: limits.lossMaximum, .down).value)
    }
    return [ofMoney, share].compactMap { $0 }.max()
  }

  private static func percent(_ part: Fixed, of whole: Fixed) -> Fixed? {
    part.times(100).dividedIfPossible(by: whole, .nearestOrEven)
  }
}

extension ReadingKind {
  /// Whether it moves with the mark prices of what is held.
  fileprivate var goesByMarks: Bool {
    [.equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown].contains(self)
  }
}
