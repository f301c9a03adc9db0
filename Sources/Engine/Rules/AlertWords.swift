import AccountData
import Alerts
import Risk
import Trading
import Units

/// What alerts say, where the engine knows more than the figures that a rule reads.
enum AlertWords {
  /// Returns what a reading was, whole and with its instrument; nil where the reading says it
  /// itself.
  static func of(_ cause: AlertCause, _ core: EngineCore) -> String? {
    guard let value = cause.value, !value.isZero else { return nil }
    switch cause.reading.kind {
    case .linkDown: return lostLinks(core)
    case .halted:
      guard core.trading.mode == .halted else { return nil }
      return "the bot is halted: \(core.trading.reason)"
    case .naked: return positions(cause, " without a stop", core) { $0.isNaked }
    case .unproven:
      return positions(cause, ", no stop shown by the exchange yet", core) {
        if case .waiting = $0 { true } else { false }
      }
    case .dayLossUsed:
      guard let profit = AlertReadings.dayProfit(core), profit.isNegative else { return nil }
      return "loss of the day \((-profit).value.costText()) USDT, "
        + "\(AlertCause.rounded(value, places: 2)) % of its limit"
    case .marginUsed:
      guard let equity = AlertReadings.equity(core) else { return nil }
      return "margin in use \(money(core.account.usedMargin)), "
        + "\(AlertCause.rounded(value, places: 2)) % of the equity of \(money(equity))"
    case .drawdown:
      guard let equity = AlertReadings.equity(core), let peak = core.breakers.peakEquity else {
        return nil
      }
      return "equity \(money(equity)), "
        + "\(AlertCause.rounded(value, places: 2)) % below its peak of \(money(peak))"
    // Its own words say it all.
    case .last, .mark, .index, .bid, .ask, .spread, .funding, .fundingIn, .move24h, .high24h,
      .low24h, .volume24h, .openInterest, .age, .move, .high, .low, .close, .volume, .volumeRatio,
      .rsi, .ema, .sma, .atr, .zone, .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent,
      .liquidationPrice, .liquidationATR, .equity, .dayPnL, .clockSkew:
      return nil
    }
  }

  /// An order: what it does, how much of what, and at which price.
  static func of(_ order: TrackedOrder) -> String {
    let price = order.type.limitPrice.map { "at \($0) USDT" } ?? "at market"
    let role = order.reduceOnly ? ", reduce-only" : ""
    return "\(order.side.rawValue) \(order.contracts) contracts of \(order.instrument) \(price)"
      + role
  }

  /// A state of an order.
  static func of(_ state: OrderState) -> String {
    switch state {
    case .sent: "sent"
    case .live: "live"
    case .partiallyFilled: "partly filled"
    case .pendingCancel: "being canceled"
    case .filled: "filled"
    case .canceled: "canceled"
    case .rejected: "refused"
    case .expired: "expired"
    case .unknown: "of unknown outcome"
    case .lost: "found nowhere"
    }
  }

  /// A position that has ended: what it was, from where to where, and what was left of it.
  static func of(_ cycle: PositionCycle) -> String {
    let exit = cycle.exitPrice.map { " to \(price($0))" } ?? ""
    return "\(cycle.side.rawValue) \(cycle.peakContracts) contracts of \(cycle.key.instrument) "
      + "from \(price(cycle.entryPrice))\(exit) USDT, net \(cycle.netPnL.value.resultText()) USDT"
  }

  private static func lostLinks(_ core: EngineCore) -> String? {
    let lost = core.links.compactMap { link -> String? in
      guard link.isLost(at: core.now), let since = link.missedSince else { return nil }
      let name = link.name.sentenceWord
      switch link.state {
      case .refused(let reason):
        return "\(name) is refused since \(since.timeText) UTC: \(reason)"
      case .down(let reason): return "\(told(link, since)): \(reason)"
      case .connecting, .up: return told(link, since)
      }
    }
    return lost.isEmpty ? nil : lost.joined(separator: "; ")
  }

  private static func told(_ link: LinkStatus, _ since: Timestamp) -> String {
    let name = link.name.sentenceWord
    return link.wasUp
      ? "\(name) is down since \(since.timeText) UTC"
      : "\(name) has not come up since the start at \(since.timeText) UTC"
  }

  /// The positions of an instrument that are meant: there may be several, some of them guarded.
  private static func positions(
    _ cause: AlertCause, _ what: String, _ core: EngineCore, _ isMeant: (Protection) -> Bool
  ) -> String? {
    guard let instrument = cause.reading.instrument else { return nil }
    let meant = core.account.positions.held.filter { held in
      held.key.instrument == instrument
        && isMeant(core.guards.protection(of: held, core.account))
    }
    guard !meant.isEmpty else { return nil }
    let names = meant.map { "\($0.report.side.rawValue) \($0.report.contracts) contracts" }
    return "\(instrument) \(names.joined(separator: " and "))\(what)"
  }

  private static func money(_ money: Money) -> String {
    "\(money.value.text(places: 2, .towardZero)) USDT"
  }

  private static func price(_ price: Price) -> String {
    AlertCause.rounded(price.value, digits: 8)
  }
}

extension LinkName {
  /// The connection as a sentence begins with it.
  var sentenceWord: String {
    switch self {
    case .publicStream: "the market data stream"
    case .privateStream: "the account stream"
    case .requests: "the connection for requests"
    }
  }
}
