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
    if rows.isEmpty {
      frame.draw("no open order", in: inside.row(1).inset(x: 2, y: 0), Style(.muted))
    }
    let scroll = Scroll(selected: rows.firstIndex { $0.id == model.selectedOrder })
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: rows.count, scroll: scroll,
      isActive: model.hasKeys(.orders)
    ) { cells(rows[$0], model) }
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
      Span(NumberText.age(model.snapshot.at - row.createdAt), Style(.muted)),
      Span(row.isOwn ? "perpdeck" : "external", Style(row.isOwn ? .muted : .warning)),
    ]
  }
}

/// Every request that left and what became of it, newest first.
enum LogPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = Panel("Log").draw(into: &frame, in: area, model.labels.glyphs)
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
    case .submit, .resend, .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode:
      return true
    case .accountSnapshot, .orderStatus, .instruments, .tiers, .candles, .subscribe:
      return answer.map { $0.result != .confirmed } ?? false
    }
  }
}
