import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// What the closed positions of the session came to, the equity by the minute, and the last ones.
enum PerformancePanel {
  private struct Line {
    let name: String
    let value: Span
  }

  /// Rows that the curve of the equity takes.
  private static let curveHeight = 4

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.performance, "this session", in: area, into: &frame)
    guard inside.width >= 20, inside.height >= 2 else { return }
    let lines = lines(model)
    let isWide = inside.width >= 60
    let rows = isWide ? (lines.count + 1) / 2 : min(lines.count, inside.height)
    for (index, line) in lines.enumerated() {
      let column = isWide ? index / rows : 0
      guard isWide || index < rows else { break }
      let width = isWide ? (inside.width - 3) / 2 : inside.width
      let place = Rect(
        x: inside.x + column * (width + 3), y: inside.y + index % rows, width: width, height: 1)
      guard index % rows < inside.height else { continue }
      let parts = place.columns([.fixed(13), .rest], gap: 1)
      frame.draw(line.name, in: parts[0], Style(.muted))
      frame.draw(line.value.text, in: parts[1], line.value.style, align: .trailing)
    }
    let rest = Rect(
      x: inside.x, y: inside.y + rows, width: inside.width, height: inside.height - rows)
    guard rest.height >= 2 else { return }
    let parts = rest.rows([.fixed(min(curveHeight, rest.height)), .rest])
    drawCurve(model, in: parts[0], into: &frame)
    drawLast(model, in: parts[1], into: &frame)
  }

  private static func lines(_ model: DashboardModel) -> [Line] {
    let figures = Performance(model.snapshot.account.endedCycles)
    let unknown = model.labels.glyphs.unknown
    func money(_ amount: Money?) -> Span {
      Span(model.signed(amount), Style(amount.map(mood) ?? .muted))
    }
    let rate = figures.winRate.map {
      "\(NumberText.percent($0, places: 1)), \(figures.wins) of \(figures.count)"
    }
    let multiple = figures.meanMultiple.map {
      NumberText.multiple($0) + " of \(figures.risked)"
    }
    let factor = figures.profitFactor.map { $0.value.text(places: 2, .towardZero) }
    return [
      Line(name: "Closed", value: Span("\(figures.count)")),
      Line(name: "Net", value: figures.count > 0 ? money(figures.net) : Span(unknown)),
      Line(name: "Win rate", value: Span(rate ?? unknown)),
      Line(name: "Mean result", value: money(figures.expectancy)),
      Line(name: "Mean R", value: Span(multiple ?? unknown)),
      Line(name: "Profit factor", value: Span(factor ?? unknown)),
      Line(name: "Best", value: money(figures.best)),
      Line(name: "Worst", value: money(figures.worst)),
      Line(name: "Fees", value: figures.count > 0 ? money(-figures.fees) : Span(unknown)),
      Line(name: "Funding", value: figures.count > 0 ? money(figures.funding) : Span(unknown)),
      Line(name: "Below peak", value: drawdown(model)),
    ]
  }

  /// How far the equity is below its highest.
  private static func drawdown(_ model: DashboardModel) -> Span {
    guard let peak = model.snapshot.breakers.peakEquity, let equity = model.figures.equity,
      let share = (equity - peak).fraction(of: peak, .towardZero)
    else { return Span(model.labels.glyphs.unknown, Style(.muted)) }
    let below = min(share, .zero)
    return model.dated(
      NumberText.signedPercent(below), Style(below.isNegative ? .loss : .text))
  }

  private static func drawCurve(
    _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let values = model.equityTrace.values
    guard !model.isMasked, values.count > 1, let low = values.min(), let high = values.max() else {
      let text = model.isMasked ? "amounts are hidden" : "the equity by the minute comes here"
      frame.draw(text, in: area.row(area.height / 2), Style(.muted), align: .center)
      return
    }
    let ends = [high, low].map { NumberText.money($0) }
    let width = ends.map(\.count).max() ?? 0
    let hasScale = area.width >= 3 * width
    let parts = area.columns([.rest, .fixed(hasScale ? width : 0)], gap: hasScale ? 1 : 0)
    let margin = max(Double(high - low) * 0.05, Double(high.magnitude) * 1e-6)
    var canvas = BrailleCanvas(parts[0].size)
    canvas.plot(
      values.map { Double($0) },
      scale: ChartScale(low: Double(low) - margin, high: Double(high) + margin), .series1)
    canvas.draw(into: &frame, at: parts[0].origin, model.labels.glyphs)
    guard hasScale else { return }
    for (row, text) in zip([0, area.height - 1], ends) {
      frame.draw(text, in: parts[1].row(row), Style(.muted), align: .trailing)
    }
  }

  /// The positions that were closed last, the newest first.
  private static func drawLast(
    _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let closed = model.snapshot.account.endedCycles.filter { $0.ending != .accountEnded }
    for (row, cycle) in closed.reversed().prefix(area.height).enumerated() {
      let result = cycle.netPnL
      let multiple = cycle.rMultiple.map { " " + NumberText.multiple($0.value) }
      let time = cycle.closedAt.map { String($0.timeText.prefix(5)) } ?? ""
      let ending = cycle.ending.map { " \($0.word)" } ?? ""
      frame.draw(
        [
          Span("\(time) ", Style(.muted)), Span("\(cycle.key.instrument.baseText) "),
          Span("\(cycle.side.rawValue) ", Style(cycle.side == .long ? .bid : .ask)),
          Span(model.signed(result) + (multiple ?? ""), Style(mood(result))),
          Span(ending, Style(.muted)),
        ], in: area.row(row))
    }
  }

  private static func mood(_ amount: Money) -> Ink {
    amount.isZero ? .text : amount.isNegative ? .loss : .gain
  }
}

extension PositionCycle.Ending {
  /// What ended it, in few words.
  fileprivate var word: String {
    switch self {
    case .stopLoss: "stop"
    case .takeProfit: "target"
    case .manual: "by hand"
    case .strategy: "strategy"
    case .liquidation: "LIQUIDATED"
    case .autoDeleveraging: "deleveraged"
    case .external: "elsewhere"
    case .unexplained: "unexplained"
    case .accountEnded: "account ended"
    }
  }
}
