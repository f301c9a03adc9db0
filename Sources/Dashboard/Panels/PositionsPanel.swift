import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The open positions with their profit, their liquidation and the proof of their stop.
enum PositionsPanel {
  private static let table = Table([
    Table.Column("Position", width: 9, align: .leading),
    Table.Column("Side", width: 5, align: .leading), Table.Column("Contracts", width: 9),
    Table.Column("Entry", width: 11, priority: 2), Table.Column("uPnL", width: 10),
    Table.Column("Liq", unit: "%", width: 8, priority: 1),
    Table.Column("Stop", width: 18, align: .leading),
    Table.Column("Mark", width: 11, priority: 3), Table.Column("Notional", width: 11, priority: 4),
    Table.Column("ROM", unit: "%", width: 8, priority: 5), Table.Column("R", width: 6, priority: 6),
    Table.Column("Liq at", width: 11, priority: 7), Table.Column("Lev", width: 4, priority: 8),
    Table.Column("Margin", width: 10, priority: 9),
    Table.Column("Funding", width: 9, priority: 10),
    Table.Column("Break-even", width: 11, priority: 11),
  ])

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let positions = model.figures.positions
    let inside = model.drawPanel(.positions, count: positions.count, in: area, into: &frame)
    if positions.isEmpty {
      let keymap = model.labels.keymap
      let text =
        "no open position: \(keymap.key(.ticketLong)) buys, \(keymap.key(.ticketShort)) sells"
      frame.draw(
        model.figures.isRead ? text : "not read yet", in: inside.row(1).inset(x: 2, y: 0),
        Style(.muted))
    }
    let selected = positions.firstIndex { $0.key == model.selectedPosition }
    let scroll = Scroll(selected: selected)
    let tableHeight = positions.count + 2
    let hasDetail = selected != nil && inside.height >= tableHeight + PositionDetail.leastHeight
    let parts = inside.rows(hasDetail ? [.fixed(tableHeight), .rest] : [.rest, .fixed(0)])
    table.draw(
      into: &frame, in: parts[0], model.labels.glyphs, count: positions.count,
      scroll: scroll, isActive: model.hasKeys(.positions)
    ) { cells(positions[$0], model) }
    if !hasDetail {
      model.drawHidden(
        scroll, count: positions.count, rows: inside.height - 1, in: area, into: &frame)
    }
    if hasDetail, let selected {
      PositionDetail.draw(positions[selected], model, in: parts[1], into: &frame)
    }
  }

  private static func cells(_ position: PositionFigures, _ model: DashboardModel) -> [Span] {
    let unknown = model.labels.glyphs.unknown
    let instrument = model.snapshot.markets[position.key.instrument]?.instrument
    func price(_ price: Price?) -> String {
      price.map { price in
        instrument.map { NumberText.price(price, $0) } ?? NumberText.price(price)
      } ?? unknown
    }
    let mood = Style(position.unrealizedPnL.isNegative ? .loss : .gain)
    let size =
      instrument.map { NumberText.contracts(position.contracts, $0) }
      ?? position.contracts.description
    return [
      Span(position.key.instrument.text, Style(.text).bold),
      Span(position.side.rawValue, Style(position.side == .long ? .bid : .ask)), Span(size),
      Span(price(position.entryPrice)),
      model.dated(Span(model.signed(position.unrealizedPnL), mood), position, 10),
      model.dated(liquidation(position, unknown), position, 8),
      ProtectionText.span(position, model),
      Span(price(position.markPrice)),
      Span(model.money(position.notional)),
      Span(
        // The column says that it is percent.
        position.returnOnMargin.map { String(NumberText.signedPercent($0).dropLast()) } ?? unknown,
        mood),
      Span(
        position.rMultiple.map { String(NumberText.multiple($0.value).dropLast(2)) } ?? unknown,
        Style(position.multipleInk)),
      Span(model.liquidation(position.liquidationPrice, position.side, instrument)),
      Span("\(position.leverage.value.text(places: 0, .towardZero))x"),
      Span(model.money(position.margin)), Span(model.signed(position.funding)),
      Span(price(position.breakEvenPrice)),
    ]
  }

  private static func liquidation(_ position: PositionFigures, _ unknown: String) -> Span {
    guard let distance = position.liquidationDistance else { return Span(unknown) }
    let ink: Ink = distance < "0.02" ? .danger : distance < "0.05" ? .warning : .text
    return Span(NumberText.percent(distance), Style(ink))
  }
}

extension PositionFigures {
  /// How the result in risks is drawn: a loss is one though what is left of it stands in profit.
  var multipleInk: Ink {
    rMultiple.map { $0.isNegative ? .loss : .gain } ?? .muted
  }
}

extension Protection {
  /// The protection in one word.
  var word: String {
    switch self {
    case .proven: "stop"
    case .waiting: "stop?"
    case .naked: "NAKED"
    case .liquidation: "liq"
    }
  }
}
