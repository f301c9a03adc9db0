import Engine
import MarketData
import Screen
import Trading
import Units

/// What the strategies propose, do and wait for, the plans that go on, and the zones of the chart's
/// candles.
enum ZonesPanel {
  private static let table = Table([
    Table.Column("Zone", width: 6, align: .leading), Table.Column("From", width: 10),
    Table.Column("To", width: 10), Table.Column("Away", unit: "%", width: 6),
    Table.Column("Trust", width: 5, priority: 2),
    Table.Column("State", width: 8, align: .leading, priority: 1),
    Table.Column("Form", width: 16, align: .leading, priority: 3),
  ])

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.zones, in: area, into: &frame)
    guard inside.width >= 20, inside.height >= 2 else { return }
    let isWatched = !model.snapshot.strategies.isEmpty
    // The zones keep three rows below their header, a proposal is never pushed out by them.
    let room = max(model.snapshot.proposals.count, inside.height - (isWatched ? 5 : 4))
    let first = proposals(model) + plans(model)
    let told = strategies(model)
    let wrapped = told.flatMap { WrappedSpans.rows($0, width: inside.width, indent: 4) }
    let lines = first + (first.count + wrapped.count <= room ? wrapped : told)
    for (row, line) in lines.prefix(min(room, inside.height)).enumerated() {
      frame.draw(line, in: inside.row(row))
    }
    let used = min(lines.count, room, inside.height)
    let rest = Rect(
      x: inside.x, y: inside.y + used, width: inside.width, height: inside.height - used)
    if rest.height >= 2 { drawZones(model, hasCaption: isWatched, in: rest, into: &frame) }
  }

  private static func proposals(_ model: DashboardModel) -> [[Span]] {
    let keymap = model.labels.keymap
    let selected = model.selectedProposal?.id
    return model.snapshot.proposals.map { proposal in
      let left = NumberText.age(proposal.until - model.snapshot.at)
      let keys = "  \(keymap.key(.approve)) approve \(keymap.key(.dismiss)) dismiss"
      return [
        Span(
          proposal.id == selected ? model.labels.glyphs.pointer + " " : "  ", Style(.focus).bold),
        Span("\(proposal.source.words) proposes ", Style(.warning).bold),
        Span("\(Command.open(proposal.intent).text), \(left) left"),
        Span(proposal.id == selected ? keys : "", Style(.accent)),
      ]
    }
  }

  private static func plans(_ model: DashboardModel) -> [[Span]] {
    model.snapshot.plans.map { plan in
      let subject = plan.instrument.map { " \($0)" } ?? ""
      return [
        Span("  \(plan.kind)\(subject) ", Style(.accent)), Span(plan.step),
        Span(
          " since \(NumberText.age(model.snapshot.at - plan.startedAt))", Style(.muted)),
      ]
    }
  }

  /// A line for each strategy: what it may do, and the first condition that is not met.
  private static func strategies(_ model: DashboardModel) -> [[Span]] {
    let all = model.snapshot.strategies
    guard !all.isEmpty else {
      let chart = model.instrument.map { "\($0) \(model.chart.timeFrame.rawValue)" } ?? "the chart"
      return [
        [Span("  no strategy runs; zones of \(chart):", Style(.muted))]
      ]
    }
    return all.map { strategy in
      let why =
        strategy.failing.map { "\(strategy.goal) waits for \($0)" } ?? "\(strategy.goal): now"
      return [
        Span("  \(strategy.name) \(strategy.instrument) ", Style(.text).bold),
        Span(
          "\(strategy.state.rawValue) ", Style(strategy.state == .running ? .good : .warning)),
        Span(why, Style(strategy.failing == nil ? .good : .muted)),
      ]
    }
  }

  private static func drawZones(
    _ model: DashboardModel, hasCaption: Bool, in area: Rect, into frame: inout Frame
  ) {
    guard let id = model.instrument, let market = model.snapshot.markets[id],
      let price = market.lastPrice
    else { return }
    let zones = model.zones.nearest(to: price)
    let caption = "  \(id) \(model.chart.timeFrame.rawValue)"
    guard !zones.isEmpty else {
      frame.draw("\(caption): no zone in these candles", in: area.row(0), Style(.muted))
      return
    }
    let first = min(model.zonesOffset, max(0, zones.count - 1))
    // Of what they are the zones must not have to be guessed, where strategies trade others.
    let parts = area.rows([.fixed(hasCaption && area.height >= 3 ? 1 : 0), .rest])
    frame.draw("\(caption) zones:", in: parts[0], Style(.muted))
    table.draw(
      into: &frame, in: parts[1], model.labels.glyphs, count: zones.count - first, scroll: Scroll()
    ) { cells(zones[first + $0], price, market.instrument) }
  }

  private static func cells(_ zone: Zone, _ price: Price, _ instrument: Instrument) -> [Span] {
    let ink: Ink = zone.kind == .demand ? .demandZone : .supplyZone
    let way = zone.way(from: price).fraction(of: price, .towardZero)
    let trust = Int((zone.confidence * 100).rounded())
    return [
      Span(zone.kind.rawValue, Style(ink).bold), Span(NumberText.price(zone.bottom, instrument)),
      Span(NumberText.price(zone.top, instrument)),
      Span(way.map { NumberText.signed($0.value.times(100), places: 2) } ?? ""),
      Span("\(trust)%"),
      Span(
        zone.touchCount > 0 ? "\(zone.touchCount)x" : zone.state.rawValue,
        Style(zone.touchCount > 0 ? .muted : .good)),
      Span(zone.form.rawValue, Style(.muted)),
    ]
  }
}
