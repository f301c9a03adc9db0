import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The open positions with their profit, their liquidation and the proof of their stop.
enum PositionsPanel {
  private static let columns = [
    Column("Position", 9, .leading), Column("Side", 5, .leading), Column("Contracts", 9),
    Column("Entry", 11), Column("uPnL", 10), Column("Liq dist", 8), Column("Stop", 18, .leading),
    Column("Mark", 11), Column("Notional", 11), Column("ROM %", 8), Column("R", 6),
    Column("Liq", 11), Column("Lev", 4), Column("Margin", 10), Column("Funding", 9),
    Column("Break-even", 11),
  ]

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let positions = model.snapshot.positions
    let inside = drawPanel(
      "\(Pane.positions.title) (\(positions.count))", number: Pane.positions.rawValue, in: area,
      isFocused: model.pane == .positions && model.sheet == nil, model.labels.glyphs, into: &frame)
    let table = TableDrawing(columns, in: inside)
    table.drawHeader(into: &frame)
    if positions.isEmpty {
      frame.draw("no open position: b buys, s sells", in: inside.row(1), Style(.muted))
    }
    for (row, position) in positions.prefix(max(0, inside.height - 1)).enumerated() {
      table.drawRow(
        cells(position, model), row: row + 1,
        isSelected: model.pane == .positions && position.key == model.selectedPosition, into: &frame
      )
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
      Span(price(position.entryPrice)), Span(NumberText.signed(position.unrealizedPnL), mood),
      liquidation(position, unknown), protection(position, model, price),
      Span(price(position.markPrice)),
      Span(position.notional.map { NumberText.money($0) } ?? unknown),
      Span(
        position.returnOnMargin.map { NumberText.signed($0.value.times(100), places: 2) }
          ?? unknown,
        mood),
      Span(
        position.rMultiple.map { NumberText.signed($0.value, places: 2) } ?? unknown, mood),
      Span(price(position.liquidationPrice)),
      Span("\(position.leverage.value.text(places: 0, .towardZero))x"),
      Span(NumberText.money(position.margin)), Span(NumberText.signed(position.funding)),
      Span(price(position.breakEvenPrice)),
    ]
  }

  private static func liquidation(_ position: PositionFigures, _ unknown: String) -> Span {
    guard let distance = position.liquidationDistance else { return Span(unknown) }
    let ink: Ink = distance < "0.02" ? .danger : distance < "0.05" ? .warning : .text
    return Span(NumberText.percent(distance), Style(ink))
  }

  private static func protection(
    _ position: PositionFigures, _ model: DashboardModel, _ price: (Price?) -> String
  ) -> Span {
    switch position.protection {
    case .proven(let trigger):
      let age = NumberText.age(model.now - trigger.confirmedAt)
      return Span("\(price(trigger.order.stopLoss?.triggerPrice)) \(age)", Style(.good))
    case .waiting(let since):
      return Span("waiting \(NumberText.age(model.now - since))", Style(.warning))
    case .naked(let since):
      return Span("NAKED \(NumberText.age(model.now - since))", Style(.danger).bold.reversed)
    case .liquidation: return Span("liquidation", Style(.warning))
    }
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
