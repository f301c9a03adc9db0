import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The open orders, plain and waiting; those of unknown outcome first.
enum OrdersPanel {
  private static let table = Table([
    Table.Column("Order", width: 9, align: .leading),
    Table.Column("Side", width: 4, align: .leading),
    Table.Column("Kind", width: 13, align: .leading, priority: 1),
    Table.Column("Contracts", width: 9), Table.Column("Price", width: 11),
    Table.Column("Filled", width: 9, priority: 2),
    Table.Column("State", width: 15, align: .leading), Table.Column("Age", width: 5, priority: 3),
    Table.Column("By", width: 8, align: .leading, priority: 4),
  ])

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let rows = model.orderRows
    let inside = model.drawPanel(.orders, count: rows.count, in: area, into: &frame)
    // In one row the newest order matters more than the names of its columns.
    let hasHeader = inside.height > 1
    if rows.isEmpty {
      let text = model.figures.isRead ? "no open order" : "not read yet"
      frame.draw(text, in: inside.row(hasHeader ? 1 : 0).inset(x: 2, y: 0), Style(.muted))
      guard hasHeader else { return }
    }
    var table = table
    table.hasHeader = hasHeader
    let scroll = Scroll(selected: rows.firstIndex { $0.id == model.selectedOrder })
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: rows.count, scroll: scroll,
      isActive: model.hasKeys(.orders)
    ) { cells(rows[$0], model) }
    model.drawHidden(
      scroll, count: rows.count, rows: inside.height - (hasHeader ? 1 : 0), in: area, into: &frame)
  }

  private static func cells(_ row: OrderRow, _ model: DashboardModel) -> [Span] {
    let instrument = model.snapshot.markets[row.instrument]?.instrument
    func size(_ contracts: Contracts) -> String {
      instrument.map { NumberText.contracts(contracts, $0) } ?? contracts.description
    }
    let price = row.price.map { price in
      instrument.map { NumberText.price(price, $0) } ?? NumberText.price(price)
    }
    return [
      Span(row.instrument.text, Style(.text).bold),
      Span(row.side.rawValue, Style(row.side == .buy ? .bid : .ask)), Span(row.kind),
      Span(row.contracts.map(size) ?? (row.isWaiting ? model.labels.glyphs.unknown : "all")),
      Span(price ?? "market"), Span(size(row.filled)),
      Span(row.state, row.isInDoubt ? Style(.danger).bold.reversed : Style(.text)),
      Span(NumberText.age(model.snapshot.at - row.createdAt), Style(.muted)),
      Span(row.isOwn ? "perpdeck" : "external", Style(row.isOwn ? .muted : .warning)),
    ]
  }
}
