import AccountData
import Dashboard
import Engine
import MarketData
import Risk
import Trading
import Units

/// The state as a person reads it who is not at the screen: short lines, each number with its unit.
///
/// Money is in USDT, rounded toward zero to hundredths, but profit and loss down and what is used
/// of a limit up; sizes are in contracts, with the coins that they are; times are UTC.
nonisolated public struct ChatReport: Sendable {
  let snapshot: EngineSnapshot

  /// Reports what a snapshot shows.
  public init(_ snapshot: EngineSnapshot) { self.snapshot = snapshot }

  /// The state of the bot, the account and the connections.
  public var status: String {
    let broken = snapshot.links.filter { $0.state != .up }
    let waiting = snapshot.alerts.waiting.count
    return
      ([
        state, readiness,
        "equity \(money(snapshot.equity)), today \(today)",
        "unrealized \(signed(snapshot.unrealizedPnL)), \(margin)",
        "positions \(snapshot.positions.count), open orders \(snapshot.orders.count)",
      ] + ages + broken.map { "\($0.name.rawValue): \(word($0.state))" }
      + (waiting > 0 ? ["alerts that wait to be acknowledged: \(waiting)"] : []))
      .joined(separator: "\n")
  }

  private var ages: [String] { snapshot.moneyAges.map { [$0] } ?? [] }

  /// Every open position with what it is worth and what guards it.
  public var positions: String {
    let blocks = snapshot.positions.map { block($0) }
    return KnownList.lines(blocks, of: "position", areKnown: snapshot.positionsAreKnown)
      .joined(separator: "\n\n")
  }

  /// Every open order and everything that waits for a price.
  public var orders: String {
    let triggers = snapshot.account.triggers.map(\.order).filter { $0.state == .live }
    let lines =
      snapshot.orders.map { line($0) } + triggers.map { line($0) }
      + snapshot.plans.map { $0.text(snapshot) }
    return KnownList.lines(lines, of: "order", areKnown: snapshot.ordersAreKnown)
      .joined(separator: "\n")
  }

  /// Where the account stands against its limits.
  public var risk: String {
    let limits = snapshot.limits
    let exposure = snapshot.positions.reduce(Money?.some(.zero)) { sum, position in
      sum.flatMap { sum in position.notional.map { sum + $0 } }
    }
    let peak = snapshot.breakers.peakEquity
    return
      ([
        "equity \(money(snapshot.equity)), peak \(money(peak)), today \(today)",
        "\(margin), of at most \(percent(limits.marginUsedMaximum))",
        "exposure \(money(exposure)), at most \(limits.notionalTotalMaximum) times the equity",
        "positions \(snapshot.positions.count) of at most \(limits.openPositionsMaximum)",
        "risk a trade \(percent(limits.riskPerTradeDefault)), at most "
          + percent(limits.riskPerTradeMaximum),
      ] + ages + snapshot.breakerReadings.compactMap { line($0) } + [state]).joined(separator: "\n")
  }

  /// Why something is held in an instrument, or why nothing is opened: its strategies with what
  /// they wait for, what was asked for last and why, what was denied.
  ///
  /// `intents` are the newest of the instrument, newest first; empty where there are none.
  public func why(_ instrument: InstrumentID, intents: [IntentRecord]) -> String {
    guard snapshot.markets[instrument] != nil else { return "\(instrument) is not watched here" }
    var lines = snapshot.positions.filter { $0.key.instrument == instrument }.map {
      "held: \($0.side.rawValue) \(size($0.contracts, instrument)), opened "
        + "\($0.openedAt.isoText) by \($0.source.map(\.words) ?? "somebody elsewhere")"
    }
    if lines.isEmpty { lines.append("nothing is held in \(instrument)") }
    for strategy in snapshot.strategies where strategy.instrument == instrument {
      lines.append(
        "\(strategy.name) wants to \(strategy.goal): "
          + (strategy.failing.map { "not yet, \($0)" } ?? "every condition holds"))
    }
    for proposal in snapshot.proposals where proposal.intent.instrument == instrument {
      lines.append(
        "waits for a person until \(proposal.until.timeText): \(proposal.intent.side.rawValue), "
          + "asked for by \(proposal.source.words)")
    }
    if let opening = intents.first(where: { $0.purpose == .open }) {
      lines.append("last opened \(words(opening))")
    }
    if let exit = intents.first(where: { $0.purpose == .reduce }) {
      lines.append("last reduced \(words(exit))")
    }
    lines.append(readiness)
    lines.append(state)
    if let denial = snapshot.denials.last(where: { $0.intent.instrument == instrument }) {
      lines.append(
        "last denied \(denial.at.isoText), asked for by \(denial.source.words): \(denial.text)")
    } else {
      lines.append("nothing was denied in \(instrument)")
    }
    return lines.joined(separator: "\n")
  }

  /// What positions that were closed within a span came to.
  public static func profit(of span: String, _ cycles: [PositionCycle]) -> String {
    let net = cycles.reduce(Money.zero) { $0 + $1.netPnL }
    let fees = cycles.reduce(Money.zero) { $0 + $1.fees }
    let funding = cycles.reduce(Money.zero) { $0 + $1.funding }
    let wins = cycles.count { $0.netPnL.isPositive }
    return "\(span): \(signed(net)) net of \(cycles.count) closed positions, \(wins) won\n"
      + "fees \(signed(-fees)), funding \(signed(funding))"
  }

  private var state: String {
    let reason = snapshot.trading.reason
    return "state \(snapshot.trading.mode.rawValue)" + (reason.isEmpty ? "" : ": \(reason)")
  }

  private var readiness: String {
    snapshot.readiness == .ready ? "ready" : "no new orders: \(snapshot.readiness.text)"
  }

  private var today: String {
    (snapshot.dayProfit.map(Self.signed) ?? "unknown")
      + (snapshot.dayShare.map { " (\($0.value.times(100).resultText()) %)" } ?? "")
  }

  private var margin: String {
    let used = snapshot.account.usedMargin
    let share = snapshot.equity.flatMap { used.fraction(of: $0, .up) }
    return "margin used \(money(used))"
      + (share.map { " (\($0.value.times(100).costText()) % of equity)" } ?? "")
  }
}
