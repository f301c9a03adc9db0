import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The money, and how much of each limit is used.
enum AccountPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.account, in: area, into: &frame)
    guard inside.width >= 20 else { return }
    let isWide = inside.width >= 76
    let halves = isWide ? inside.columns([.rest, .rest], gap: 2) : [inside]
    let money = figures(model)
    let limits = limits(model)
    if isWide {
      draw(money, in: halves[0], model, &frame)
      draw(limits, in: halves[1], model, &frame)
    } else {
      // The limits first: the account line above the panels has the money already.
      draw(limits + money, in: inside, model, &frame)
    }
  }

  /// One line: a name and a text, or a bar that fills up to a limit.
  private struct Figure {
    let name: String
    let text: String
    var ink = Ink.text
    /// How much of a limit is used; nil for a figure without one.
    var share: Double?
  }

  private static func draw(
    _ figures: [Figure], in area: Rect, _ model: DashboardModel, _ frame: inout Frame
  ) {
    for (row, figure) in figures.prefix(area.height).enumerated() {
      let parts = area.row(row).columns([.fixed(12), .rest], gap: 1)
      frame.draw(figure.name, in: parts[0], Style(.muted))
      guard let share = figure.share else {
        frame.draw(figure.text, in: parts[1], Style(figure.ink), align: .trailing)
        continue
      }
      let ink: Ink = share >= 1 ? .danger : share >= 0.8 ? .warning : .accent
      Gauge(share, ink, label: figure.text).draw(into: &frame, in: parts[1], model.labels.glyphs)
    }
  }

  private static func figures(_ model: DashboardModel) -> [Figure] {
    let snapshot = model.snapshot
    let day = snapshot.account.day
    let balance = snapshot.account.balance?.value
    let profit = model.figures.dayProfit
    let unrealized = model.figures.unrealizedPnL
    func dated(_ name: String, _ text: String, _ ink: Ink) -> Figure {
      let span = model.dated(text, Style(ink))
      return Figure(name: name, text: span.text, ink: span.style.ink)
    }
    return [
      dated("Equity", model.money(model.figures.equity), .text),
      Figure(name: "Cash", text: model.money(balance?.cash)),
      Figure(name: "Free margin", text: model.money(balance?.availableMargin)),
      dated("Unrealized", model.signed(unrealized), unrealized.map(mood) ?? .muted),
      dated("Day", model.signed(profit), profit.map(mood) ?? .muted),
    ]
      + [("  realized", day.realizedPnL), ("  fees", -day.fees), ("  funding", day.funding)].map {
        name, amount in
        let known = model.figures.isRead ? amount : nil
        return Figure(name: name, text: model.signed(known), ink: known.map(mood) ?? .muted)
      }
  }

  private static func limits(_ model: DashboardModel) -> [Figure] {
    let snapshot = model.snapshot
    let limits = snapshot.limits
    let equity = model.figures.equity
    let notional = model.figures.positions.reduce(Money?.some(.zero)) { sum, position in
      sum.flatMap { sum in position.notional.map { sum + $0 } }
    }
    var lines = [
      share(
        "Margin used", of: model.figures.usedMargin, equity, limits.marginUsedMaximum, model),
      share("Exposure", of: notional, equity, limits.notionalTotalMaximum, model),
      model.figures.isRead
        ? count("Positions", model.figures.positions.count, limits.openPositionsMaximum)
        : Figure(name: "Positions", text: "not read yet", ink: .muted),
    ]
    lines += snapshot.breakerReadings.compactMap { breaker($0, model) }
    lines += [
      budget(model),
      Figure(
        name: "State",
        text: model.masked(
          snapshot.trading.mode.rawValue
            + (snapshot.trading.reason.isEmpty ? "" : ": \(snapshot.trading.reason)")),
        ink: snapshot.trading.mode == .running ? .good : .warning),
      Figure(
        name: "Risk a trade",
        text: "\(NumberText.percent(limits.riskPerTradeDefault)), most "
          + NumberText.percent(limits.riskPerTradeMaximum)),
      Figure(name: "Working size", text: model.workingText, ink: .accent),
    ]
    return lines
  }

  /// A part of the equity against the most that is allowed.
  private static func share(
    _ name: String, of amount: Money?, _ equity: Money?, _ limit: Rate, _ model: DashboardModel
  ) -> Figure {
    guard let amount, let equity, let part = amount.fraction(of: equity, .up),
      limit.isPositive
    else { return Figure(name: name, text: model.labels.glyphs.unknown, ink: .muted) }
    return Figure(
      name: name,
      text: "\(NumberText.usedPercent(part, places: 1)) of \(NumberText.percent(limit, places: 0))",
      share: Double(part) / Double(limit))
  }

  /// A breaker against its limit; nil for one that is off or no number.
  private static func breaker(_ reading: BreakerReading, _ model: DashboardModel) -> Figure? {
    guard let limit = reading.limit, let name = reading.breaker.word else { return nil }
    guard let value = reading.value else {
      return Figure(name: name, text: model.labels.glyphs.unknown, ink: .muted)
    }
    let mark = reading.breaker.followsPrices && model.isMoneyOld ? "?" : ""
    return Figure(
      name: name, text: "\(text(value, model))\(mark) of \(text(limit, model))",
      share: reading.isTripped ? 1 : number(value) / max(number(limit), 1e-9))
  }

  private static func text(_ figure: BreakerReading.Figure, _ model: DashboardModel) -> String {
    switch figure {
    case .share(let rate): NumberText.usedPercent(rate, places: rate < "0.1" ? 2 : 1)
    case .money(let money):
      model.isMasked ? model.mask : NumberText.grouped(money.value.costText())
    case .count(let count): "\(count)"
    }
  }

  private static func number(_ figure: BreakerReading.Figure) -> Double {
    switch figure {
    case .share(let rate): Double(rate)
    case .money(let money): Double(money)
    case .count(let count): Double(count)
    }
  }

  private static func count(_ name: String, _ count: Int, _ limit: Int) -> Figure {
    Figure(
      name: name, text: "\(count) of \(limit)", share: Double(count) / Double(max(1, limit)))
  }

  /// The scope of the rate governor that has the least left.
  private static func budget(_ model: DashboardModel) -> Figure {
    // What is kept for exits is not used: entries are measured by what they may take.
    func most(_ budget: RequestBudget) -> Int {
      budget.capacity - (budget.remainingForExits - budget.remaining)
    }
    func used(_ budget: RequestBudget) -> Double {
      guard budget.remaining > 0 else { return 1 }
      return 1 - Double(budget.remaining) / Double(max(1, most(budget)))
    }
    guard let tightest = model.snapshot.budgets.max(by: { used($0) < used($1) }) else {
      return Figure(name: "Requests", text: model.labels.glyphs.unknown, ink: .muted)
    }
    return Figure(
      name: "Requests",
      text: tightest.remaining > 0
        ? "\(tightest.remaining) of \(most(tightest)) left, \(tightest.scope)"
        : "none left for entries, \(tightest.scope)",
      share: used(tightest))
  }

  private static func mood(_ amount: Money) -> Ink {
    amount.isZero ? .text : amount.isNegative ? .loss : .gain
  }
}

extension Breaker {
  /// The breaker in few words; nil for what is no number.
  fileprivate var word: String? {
    switch self {
    case .dailyLoss: "Day's loss"
    case .dailyLossMoney: "Day's loss $"
    case .drawdown: "Drawdown"
    case .stopOuts: "Stops in row"
    case .tradesPerDay: "Bot's trades"
    case .tradingHours: nil
    }
  }

  /// Whether it counts money that changes with every mark price.
  fileprivate var followsPrices: Bool {
    switch self {
    case .dailyLoss, .dailyLossMoney, .drawdown: true
    case .stopOuts, .tradesPerDay, .tradingHours: false
    }
  }
}
