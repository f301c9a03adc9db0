import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The open orders, plain and waiting; those of unknown outcome first.
enum OrdersPanel {
  private static let columns = [
    Column("Order", 9, .leading), Column("Side", 4, .leading), Column("Kind", 13, .leading),
    Column("Contracts", 9), Column("Price", 11), Column("Filled", 9),
    Column("State", 15, .leading), Column("Age", 5), Column("By", 8, .leading),
  ]

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let rows = model.orderRows
    let inside = drawPanel(
      "\(Pane.orders.title) (\(rows.count))", number: Pane.orders.rawValue, in: area,
      isFocused: model.pane == .orders && model.sheet == nil, model.labels.glyphs, into: &frame)
    let table = TableDrawing(columns, in: inside)
    table.drawHeader(into: &frame)
    let room = max(0, inside.height - 1)
    let selected = rows.firstIndex { $0.id == model.selectedOrder } ?? 0
    let first = max(0, min(selected - room + 1, rows.count - room))
    for (row, order) in rows.dropFirst(first).prefix(room).enumerated() {
      table.drawRow(
        cells(order, model), row: row + 1,
        isSelected: model.pane == .orders && order.id == model.selectedOrder, into: &frame)
    }
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
      Span(row.contracts.map(size) ?? "all"), Span(price ?? "market"), Span(size(row.filled)),
      Span(row.state, row.isInDoubt ? Style(.danger).bold.reversed : Style(.text)),
      Span(NumberText.age(model.now - row.createdAt), Style(.muted)),
      Span(row.isOwn ? "perpdeck" : "external", Style(row.isOwn ? .muted : .warning)),
    ]
  }
}

/// Every request that left and what became of it, newest first.
enum LogPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = drawPanel("Log", in: area, isFocused: false, model.labels.glyphs, into: &frame)
    let requests = model.snapshot.requests
    let lines = requests.waiting.reversed() + requests.answered.reversed()
    for (row, line) in lines.filter(\.isWorthShowing).prefix(inside.height).enumerated() {
      let (word, ink) = outcome(line)
      frame.draw(
        [
          Span("\(line.sentAt.timeText) ", Style(.muted)), Span(line.subject.text),
          Span("  \(word)", Style(ink)),
        ], in: inside.row(row))
    }
  }

  private static func outcome(_ line: RequestLine) -> (String, Ink) {
    guard let answer = line.answer else { return ("waiting", .warning) }
    let details = [answer.code, answer.message].compactMap(\.self).joined(separator: " ")
    switch answer.result {
    case .confirmed: return ("ok", .good)
    case .refused: return ("refused: \(details)", .danger)
    case .unknown: return ("UNKNOWN: \(details)", .danger)
    case .notSent: return ("not sent: \(details)", .warning)
    }
  }
}

extension RequestLine {
  /// Whether people want to see it: what changes something, and every reading that went wrong.
  var isWorthShowing: Bool {
    switch subject {
    case .submit, .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode: return true
    case .accountSnapshot, .orderStatus, .instruments, .tiers, .candles, .subscribe:
      return answer.map { $0.result != .confirmed } ?? false
    }
  }
}
