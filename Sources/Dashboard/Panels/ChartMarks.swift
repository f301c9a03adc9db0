import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// A price that the chart marks: where it is, what it is called, and how it looks.
struct ChartMark: Equatable {
  let price: Price
  let label: String
  let ink: Ink

  /// Returns the marks of an instrument: entry, liquidation, stops, targets, resting orders.
  static func all(of id: InstrumentID, _ model: DashboardModel) -> [ChartMark] {
    var marks: [ChartMark] = []
    for position in model.figures.positions where position.key.instrument == id {
      marks.append(ChartMark(price: position.entryPrice, label: "entry", ink: .accent))
      if let price = position.liquidationPrice {
        let rules = model.snapshot.markets[id]?.instrument
        let shown =
          rules.map { Liquidation.onTick(price, side: position.side, tickSize: $0.tickSize) }
        marks.append(ChartMark(price: shown ?? price, label: "liq", ink: .danger))
      }
    }
    for trigger in model.snapshot.account.triggers
    where trigger.order.instrument == id && trigger.order.state == .live {
      guard case .protection(let target, let stop) = trigger.order.kind else { continue }
      if let stop { marks.append(ChartMark(price: stop.triggerPrice, label: "stop", ink: .loss)) }
      if let target {
        marks.append(ChartMark(price: target.triggerPrice, label: "target", ink: .gain))
      }
    }
    for order in model.snapshot.orders where order.instrument == id {
      guard let price = order.type.limitPrice else { continue }
      let side = order.side.rawValue
      marks.append(ChartMark(price: price, label: side, ink: order.side == .buy ? .bid : .ask))
    }
    for row in model.orderRows where row.instrument == id && row.isWaiting {
      guard let price = row.price else { continue }
      let ink: Ink = row.side == .buy ? .bid : .ask
      marks.append(ChartMark(price: price, label: "\(row.side.rawValue) stop", ink: ink))
    }
    for price in model.snapshot.alerts.levels(of: id) {
      marks.append(ChartMark(price: price, label: "alert", ink: .warning))
    }
    return marks
  }
}

/// How a mark is called beside its line or at the edge.
struct MarkName: Equatable {
  let ink: Ink
  /// With its price, and without.
  private let forms: [String]

  /// Names a mark; the sign is an arrow for one that is out of sight.
  init(_ mark: ChartMark, sign: String, _ price: String) {
    ink = mark.ink
    forms = ["\(sign)\(mark.label) \(price) ", "\(sign)\(mark.label) "]
  }

  /// The names of one row: whole as far as they fit, the later ones without their prices, and in
  /// the end how many more there are, `others` that are not named among them. A name is never cut.
  static func line(_ names: [MarkName], others: Int = 0, width: Int) -> [Span] {
    func length(_ whole: Int, _ count: Int) -> Int {
      names.prefix(count).enumerated().reduce(0) { sum, entry in
        sum + TextWidth.columns(of: entry.element.forms[entry.offset < whole ? 0 : 1])
      }
    }
    for count in (1...max(1, names.count)).reversed() {
      let more = names.count - count + others
      let tail = more == 0 ? "" : "+\(more) "
      for whole in (0...count).reversed() where length(whole, count) + tail.count <= width {
        return names.prefix(count).enumerated().map { index, name in
          Span(name.forms[index < whole ? 0 : 1], Style(name.ink))
        } + (more == 0 ? [] : [Span(tail, Style(.muted))])
      }
    }
    return [Span("+\(names.count + others)", Style(.muted))]
  }
}
