import AccountData
import Dashboard
import Engine
import JSONText
import MarketData
import Risk
import Trading
import Units

/// The state of the bot and the account, for people and for programs.
///
/// Amounts are in USDT, sizes in contracts. In lines amounts are hundredths and prices steps of the
/// instrument, both toward zero, but profit and loss down, as on the screen; in JSON both are exact
/// decimal text, times are milliseconds since 1970, and what is not known is null.
nonisolated public struct StatusReport: Sendable {
  private let snapshot: EngineSnapshot
  private let account: String

  /// Reports what a snapshot shows.
  public init(_ snapshot: EngineSnapshot, account: String) {
    self.snapshot = snapshot
    self.account = account
  }

  /// A part of the report.
  public enum Part: Sendable, Hashable, CaseIterable {
    /// Equity, profit, margin.
    case balance
    /// What is held.
    case positions
    /// Orders, what waits for a price, and what goes on in several steps.
    case orders
  }

  /// One part in lines.
  public func text(of part: Part) -> String {
    switch part {
    case .balance:
      let available = snapshot.account.balance?.value.availableMargin
      return """
        equity \(known(snapshot.equity)) USDT
        day's profit \(result(snapshot.dayProfit))
        unrealized \(result(unrealizedPnL))
        margin used \(known(usedMargin))
        margin free \(known(available))
        """ + (snapshot.moneyAges.map { "\n\($0)" } ?? "")
    case .positions:
      let lines = snapshot.positions.map { line($0) }
      return KnownList.lines(lines, of: "position", areKnown: snapshot.positionsAreKnown)
        .joined(separator: "\n")
    case .orders:
      let lines = snapshot.orders.map { line($0) } + triggers.map { line($0) } + plans
      return KnownList.lines(lines, of: "order", areKnown: snapshot.ordersAreKnown)
        .joined(separator: "\n")
    }
  }

  private var unrealizedPnL: Money? { snapshot.positionsAreKnown ? snapshot.unrealizedPnL : nil }

  private var usedMargin: Money? {
    snapshot.positionsAreKnown ? snapshot.account.usedMargin : nil
  }

  /// The report in lines.
  public var text: String {
    var lines = [
      "\(snapshot.modeWord) \(snapshot.exchange) \(account): \(snapshot.trading.mode.rawValue), "
        + "\(snapshot.step.text)",
      "equity \(known(snapshot.equity)) USDT, day \(result(snapshot.dayProfit)), "
        + "unrealized \(result(unrealizedPnL)), "
        + "margin used \(known(usedMargin))",
    ]
    if let ages = snapshot.moneyAges { lines.append(ages) }
    if snapshot.trading.mode != .running { lines.append(whyNotRunning) }
    if snapshot.readiness != .ready { lines.append("no new orders: \(snapshot.readiness.text)") }
    lines.append(
      snapshot.positionsAreKnown
        ? "positions \(snapshot.positions.count)" : KnownList.unknown("position"))
    lines += snapshot.positions.map { "  " + line($0) }
    lines.append(
      snapshot.ordersAreKnown
        ? "orders \(snapshot.orders.count + triggers.count)" : KnownList.unknown("order"))
    lines += snapshot.orders.map { "  " + line($0) } + triggers.map { "  " + line($0) }
    if !plans.isEmpty { lines.append("plans \(plans.count)") }
    lines += plans.map { "  " + $0 }
    return lines.joined(separator: "\n")
  }

  /// What goes on or waits here, a line each.
  private var plans: [String] { snapshot.plans.map { $0.text(snapshot) } }

  /// The report as one JSON object, with the verb that was asked and what was done.
  public func json(verb: String, said: String?, parts: Set<Part> = Set(Part.allCases)) -> String {
    var writer = JSONWriter(capacity: 4_096)
    writer.beginObject()
    writer.member("ok", true)
    writer.member("verb", verb)
    if let said { writer.member("did", said) }
    writer.member("mode", snapshot.modeWord.lowercased())
    writer.member("exchange", snapshot.exchange.text)
    writer.member("account", account)
    writer.member("run", snapshot.run.text)
    writer.member("at", snapshot.at.milliseconds)
    writer.member("state", snapshot.trading.mode.rawValue)
    writer.member("stateReason", snapshot.trading.reason)
    writer.member("stateSince", snapshot.trading.since.milliseconds)
    writer.member("stateBy", snapshot.trading.source.code)
    writer.member("step", snapshot.step.text)
    writer.member("ready", snapshot.readiness == .ready)
    if parts.contains(.balance) { writeBalance(&writer) }
    writer.key("links")
    writer.beginObject()
    for link in snapshot.links {
      writer.key(link.name.rawValue)
      writer.string(word(link.state))
    }
    writer.endObject()
    writer.key("budgets")
    writer.beginArray()
    for budget in snapshot.budgets {
      writer.beginObject()
      writer.member("scope", budget.scope)
      writer.member("remaining", budget.remaining)
      writer.member("remainingForExits", budget.remainingForExits)
      writer.member("capacity", budget.capacity)
      writer.endObject()
    }
    writer.endArray()
    if parts.contains(.positions) {
      write("positions", snapshot.positions, areKnown: snapshot.positionsAreKnown, &writer) {
        let pricedAt = snapshot.at - snapshot.markAge(of: $0)
        PositionRow($0, in: snapshot.account, pricedAt: pricedAt).write(to: &$1)
      }
    }
    if parts.contains(.orders) { writeOrders(&writer) }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func writeBalance(_ writer: inout JSONWriter) {
    optional("equity", snapshot.equity, &writer)
    optional("dayProfit", snapshot.dayProfit, &writer)
    optional("unrealizedPnL", unrealizedPnL, &writer)
    optional("usedMargin", usedMargin, &writer)
    optional("availableMargin", snapshot.account.balance?.value.availableMargin, &writer)
    writer.key("balanceAt")
    if let balance = snapshot.account.balance {
      writer.integer(balance.receivedAt.milliseconds)
    } else {
      writer.null()
    }
  }

  /// Writes a list of the account; null as long as nobody knows what is in it.
  private func write<Row>(
    _ name: StaticString, _ rows: [Row], areKnown: Bool, _ writer: inout JSONWriter,
    _ write: (Row, inout JSONWriter) -> Void
  ) {
    writer.key(name)
    guard areKnown else { return writer.null() }
    writer.beginArray()
    for row in rows { write(row, &writer) }
    writer.endArray()
  }

  private func writeOrders(_ writer: inout JSONWriter) {
    write("orders", snapshot.orders, areKnown: snapshot.ordersAreKnown, &writer) {
      OrderRow($0).write(to: &$1)
    }
    write("triggers", triggers, areKnown: snapshot.ordersAreKnown, &writer) {
      Self.write($0.order, isExternal: !$0.isOwn, &$1)
    }
    writer.key("plans")
    writer.beginArray()
    for plan in snapshot.plans { plan.write(snapshot, to: &writer) }
    writer.endArray()
  }

  /// In which state it is, since when, by whom and why.
  private var whyNotRunning: String {
    let state = snapshot.trading
    let since = "\(state.since.dateText) \(state.since.timeText) UTC"
    return "\(state.mode.rawValue) since \(since) by \(state.source.words)"
      + (state.reason.isEmpty ? "" : ": \(state.reason)")
  }

  private func word(_ state: LinkState) -> String {
    switch state {
    case .connecting: "connecting"
    case .up: "up"
    case .down(let reason): "down: \(reason)"
    case .refused(let reason): "refused: \(reason)"
    }
  }

  private func word(_ type: OrderType) -> String {
    type.limitPrice.map { "at \($0)" } ?? "at market"
  }

  private func known(_ amount: Money?) -> String { amount.map { money($0) } ?? "unknown" }

  /// An amount in hundredths, as the screen shows it.
  private func money(_ amount: Money) -> String { amount.value.text(places: 2, .towardZero) }

  /// A profit or a loss in hundredths, as the screen shows it.
  private func result(_ amount: Money?) -> String { amount?.value.resultText() ?? "unknown" }

  private func optional(
    _ name: StaticString, _ number: (some FixedUnit)?, _ writer: inout JSONWriter
  ) {
    writer.key(name)
    if let number { writer.quoted(number) } else { writer.null() }
  }

  private func line(_ position: PositionFigures) -> String {
    let id = position.key.instrument
    let liquidation =
      snapshot.shownLiquidation(of: position).map { ", liquidation \($0)" } ?? ""
    let age = snapshot.markAge(of: position)
    let isOld = age > snapshot.limits.marketAgeMaximum
    return "\(id) \(position.side.rawValue) \(position.contracts) at "
      + "\(snapshot.shown(position.entryPrice, of: id)), mark "
      + "\(snapshot.shown(position.markPrice, of: id))"
      + (isOld ? " (\(seconds(age)) old)" : "") + ", unrealized "
      + "\(result(position.unrealizedPnL))\(liquidation), \(protection(position))"
      + Self.label(isExternal: position.source == nil)
  }

  private func protection(_ position: PositionFigures) -> String {
    let words = PositionRow(position, in: snapshot.account, pricedAt: nil).protection
    guard case .proven(let stop) = position.protection else { return words }
    let seen = "seen \(age(stop.confirmedAt)) ago"
    let stops = snapshot.account.stopsByReach(of: position.key, position.side)
    guard stops.count > 1 else { return "\(words) for \(Self.size(stop.order)), \(seen)" }
    let parts = stops.compactMap { stop in
      stop.order.stopLoss.map { "\($0.triggerPrice) for \(Self.size(stop.order))" }
    }
    return "stops \(parts.joined(separator: ", ")), \(seen)"
  }

  private var triggers: [TrackedTrigger] {
    snapshot.account.triggers.filter { $0.order.state == .live }
  }

  private func line(_ trigger: TrackedTrigger) -> String {
    let order = trigger.order
    return "\(order.instrument) \(order.side.rawValue) \(Self.size(order)) when "
      + Self.words(for: order.kind) + Self.label(isExternal: !trigger.isOwn)
  }

  private static func size(_ trigger: TriggerOrder) -> String {
    switch trigger.size {
    case .wholePosition: "the whole position"
    case .contracts(let count): "\(count)"
    }
  }

  /// What stands behind a line about something that was not made by this program.
  private static func label(isExternal: Bool) -> String { isExternal ? ", made elsewhere" : "" }

  /// How long ago something was, in whole seconds.
  private func age(_ moment: Timestamp) -> String { seconds(snapshot.at - moment) }

  private func seconds(_ span: TimeSpan) -> String {
    "\(max(0, span.milliseconds / 1_000)) s"
  }

  /// What a trigger order waits for, in words.
  public static func words(for kind: TriggerOrder.Kind) -> String {
    switch kind {
    case .protection(let target, let stop):
      [stop.map { "stop \($0.triggerPrice)" }, target.map { "target \($0.triggerPrice)" }]
        .compactMap { $0 }.joined(separator: ", ")
    case .entry(let entry): "trigger \(entry.triggerPrice)"
    case .trailing(_, _, let activation): activation.map { "trailing from \($0)" } ?? "trailing"
    }
  }

  private func line(_ order: TrackedOrder) -> String {
    "\(order.instrument) \(order.side.rawValue) \(order.contracts) \(word(order.type))"
      + "\(order.reduceOnly ? " reduce-only" : ""), filled \(order.progress.filledContracts), "
      + order.state.rawValue + Self.label(isExternal: !order.isOwn)
  }

  /// Writes a trigger order as an object; whether it was made elsewhere is nil where nobody knows.
  public static func write(
    _ trigger: TriggerOrder, isExternal: Bool? = nil, _ writer: inout JSONWriter
  ) {
    writer.beginObject()
    writer.member("instrument", trigger.instrument.text)
    writer.member("exchangeOrderID", trigger.exchangeOrderID.text)
    writer.member("side", trigger.side.rawValue)
    writer.key("contracts")
    if case .contracts(let count) = trigger.size { writer.quoted(count) } else { writer.null() }
    writer.member("when", words(for: trigger.kind))
    writer.member("createdAt", trigger.createdAt.milliseconds)
    if let isExternal { writer.member("external", isExternal) }
    writer.endObject()
  }
}

nonisolated extension EngineSnapshot {
  /// A price in the steps of its instrument, toward zero: a mean of several fills lies between
  /// them. Six decimals where the instrument is not known.
  func shown(_ price: Price, of instrument: InstrumentID) -> String {
    guard let market = markets[instrument] else {
      return price.value.text(places: 6, .towardZero)
    }
    return "\(price.rounded(to: market.instrument.tickSize, .towardZero))"
  }

  /// Where a position is liquidated, on the step nearer to its entry; nil where there is no such
  /// price. Six decimals where the instrument is not known.
  func shownLiquidation(of position: PositionFigures) -> Price? {
    let step = markets[position.key.instrument]?.instrument.tickSize ?? "0.000001"
    return position.liquidationPrice.map {
      Liquidation.onTick($0, side: position.side, tickSize: step)
    }
  }
}
