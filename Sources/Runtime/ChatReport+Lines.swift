import AccountData
import Dashboard
import Engine
import MarketData
import Risk
import Trading
import Units

nonisolated extension ChatReport {
  func block(_ position: PositionFigures) -> String {
    let id = position.key.instrument
    let value = position.notional.map { ", \(money($0))" } ?? ""
    var result: [String] = []
    if let share = position.returnOnMargin {
      result.append("\(share.value.times(100).resultText()) % of margin")
    }
    if let multiple = position.rMultiple {
      result.append("\(multiple.value.resultText()) R")
    }
    let note = result.isEmpty ? "" : " (\(result.joined(separator: ", ")))"
    let markAge = snapshot.markAge(of: position)
    let isOld = markAge > snapshot.limits.marketAgeMaximum
    let age = isOld ? " (\(markAge.milliseconds / 1_000) s old)" : ""
    var exits = [protection(position.protection)]
    if case .proven(let trigger) = position.protection, let target = trigger.order.takeProfit {
      exits.append("target \(target.triggerPrice) USDT")
    }
    if let liquidation = snapshot.shownLiquidation(of: position) {
      let distance = position.liquidationDistance.map { ", \(percent($0)) away" } ?? ""
      exits.append("liquidation \(liquidation) USDT\(distance)")
    }
    return [
      "\(id) \(position.side.rawValue) \(size(position.contracts, id))\(value), "
        + "\(position.leverage)x \(position.key.marginMode.rawValue)",
      "entry \(snapshot.shown(position.entryPrice, of: id)) USDT, "
        + "mark \(snapshot.shown(position.markPrice, of: id)) USDT\(age)",
      "unrealized \(signed(position.unrealizedPnL))\(note), margin \(money(position.margin))",
      exits.joined(separator: ", "),
      "opened \(position.openedAt.isoText) by "
        + (position.source.map(\.words) ?? "somebody elsewhere"),
    ].joined(separator: "\n")
  }

  private func protection(_ protection: Protection) -> String {
    switch protection {
    case .proven(let trigger):
      trigger.order.stopLoss.map { "stop \($0.triggerPrice) USDT" } ?? "stop"
    case .waiting: "stop not confirmed yet"
    case .naked: "NAKED: no stop"
    case .liquidation: "liquidation is the stop"
    }
  }

  func line(_ order: TrackedOrder) -> String {
    let price = order.type.limitPrice.map { "at \($0) USDT" } ?? "at market"
    let exits = [
      order.stopLoss.map { ", stop \($0.triggerPrice) USDT" },
      order.takeProfit.map { ", target \($0.triggerPrice) USDT" },
    ].compactMap(\.self).joined()
    let owner: String =
      switch order.owner {
      case .own(let source): source.words
      case .external: "somebody elsewhere"
      }
    return "\(order.instrument) \(order.side.rawValue) \(size(order.contracts, order.instrument)) "
      + "\(price)\(order.reduceOnly ? ", reduce-only" : ""), filled "
      + "\(order.progress.filledContracts) of \(order.contracts), \(order.state.rawValue)\(exits), "
      + "since \(order.createdAt.isoText) by \(owner)"
  }

  func line(_ trigger: TriggerOrder) -> String {
    let amount =
      switch trigger.size {
      case .wholePosition: "the whole position"
      case .contracts(let count): size(count, trigger.instrument)
      }
    let when: String =
      switch trigger.kind {
      case .protection(let target, let stop):
        [
          stop.map { "stop \($0.triggerPrice) USDT" },
          target.map { "target \($0.triggerPrice) USDT" },
        ].compactMap(\.self).joined(separator: ", ")
      case .entry(let entry): "trigger \(entry.triggerPrice) USDT"
      case .trailing(_, _, let activation):
        activation.map { "trailing from \($0) USDT" } ?? "trailing"
      }
    return "\(trigger.instrument) \(trigger.side.rawValue) \(amount): \(when)"
  }

  func line(_ reading: BreakerReading) -> String? {
    let name: String
    switch reading.breaker {
    case .dailyLoss: name = "loss today"
    case .dailyLossMoney: name = "loss today in money"
    case .drawdown: name = "below the peak"
    case .stopOuts: name = "stops in a row"
    case .tradesPerDay: name = "trades of strategies today"
    case .tradingHours: return reading.isTripped ? "outside the trading hours" : nil
    }
    guard let limit = reading.limit else { return nil }
    return "\(name) \(reading.value.map { text($0) } ?? "unknown") of at most \(text(limit))"
      + (reading.isTripped ? ": TRIPPED" : "")
  }

  private func text(_ figure: BreakerReading.Figure) -> String {
    switch figure {
    case .share(let rate): "\(rate.value.times(100).costText()) %"
    case .money(let amount): "\(amount.value.costText()) USDT"
    case .count(let count): "\(count)"
    }
  }

  /// What was asked for, when, by whom and why.
  func words(_ intent: IntentRecord) -> String {
    let what: String =
      switch intent.action {
      case .order(let order):
        "\(order.side.rawValue) \(size(order.contracts, order.instrument))"
      case .protection: "protection"
      case .closePosition: "the whole position"
      }
    let risk = intent.figures?.lossAtStop.map { ", risking \(money($0))" } ?? ""
    return "\(intent.at.isoText): \(what)\(risk), asked for by \(intent.source.words)"
      + (intent.reasons.isEmpty ? "" : ": \(intent.reasons.joined(separator: "; "))")
  }

  func size(_ contracts: Contracts, _ instrument: InstrumentID) -> String {
    guard let rules = snapshot.markets[instrument]?.instrument else {
      return "\(contracts) contracts"
    }
    return "\(contracts) contracts (\(rules.baseAmount(of: contracts)) \(rules.baseCurrency))"
  }

  func word(_ state: LinkState) -> String {
    switch state {
    case .connecting: "connecting"
    case .up: "up"
    case .down(let reason): "down: \(reason)"
    case .refused(let reason): "refused: \(reason)"
    }
  }

  func money(_ amount: Money) -> String {
    "\(amount.value.text(places: 2, .towardZero)) USDT"
  }

  func money(_ amount: Money?) -> String { amount.map { money($0) } ?? "unknown" }

  func signed(_ amount: Money) -> String { Self.signed(amount) }

  static func signed(_ amount: Money) -> String {
    (amount.isPositive ? "+" : "") + amount.value.resultText() + " USDT"
  }

  func percent(_ rate: Rate) -> String {
    "\(rate.value.times(100).text(places: 2, .towardZero)) %"
  }
}
