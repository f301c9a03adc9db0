import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The positions with their profit and their stop in one line, where their panel is not in sight.
enum PositionStrip {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let positions = model.figures.positions
    guard !positions.isEmpty else {
      let text = model.figures.isRead ? " no open position" : " positions not read yet"
      frame.draw(text, in: area, Style(.muted))
      return
    }
    let ordered = ordered(model)
    let long = ordered.map { spans($0, model) }
    let isTight = long.reduce(0) { $0 + columns($1) } > area.width
    let texts = isTight ? ordered.map { shortSpans($0, model) } : long
    var x = area.x
    for (index, spans) in texts.enumerated() {
      let width = columns(spans)
      let isLast = index == texts.count - 1
      guard x + width + (isLast ? 0 : 5) <= area.endX else {
        let left = " +\(texts.count - index)"
        frame.draw(left, at: Point(x: x, y: area.y), Style(.warning).bold, in: area)
        return
      }
      x = frame.draw(spans, in: Rect(x: x, y: area.y, width: width, height: 1))
    }
  }

  /// The positions, those without a stop first: they must not fall off the end.
  static func ordered(_ model: DashboardModel) -> [PositionFigures] {
    let positions = model.figures.positions
    return positions.filter(\.protection.isNaked) + positions.filter { !$0.protection.isNaked }
  }

  /// What stands before a position: a mark where the keys are about it.
  private static func lead(_ position: PositionFigures, _ model: DashboardModel) -> Span {
    position.key == model.selectedPosition
      ? Span(model.labels.glyphs.pointer, Style(.focus).bold) : Span(" ")
  }

  /// The profit; with a question mark while the mark price that it is computed from is old.
  private static func profit(_ position: PositionFigures, _ model: DashboardModel) -> Span {
    let text = model.signed(position.unrealizedPnL)
    guard !model.isMarkOld(of: position) else { return Span(text + "?", Style(.muted)) }
    return Span(text, Style(position.unrealizedPnL.isNegative ? .loss : .gain))
  }

  private static func columns(_ spans: [Span]) -> Int {
    spans.reduce(0) { $0 + TextWidth.columns(of: $1.text) }
  }

  /// The coin, the profit and the stop alone.
  private static func shortSpans(_ position: PositionFigures, _ model: DashboardModel) -> [Span] {
    return [
      lead(position, model), Span("\(position.key.instrument.baseText) ", Style(.text).bold),
      Span(position.side == .long ? "L " : "S ", Style(position.side == .long ? .bid : .ask)),
      profit(position, model), Span(" "),
    ] + ProtectionText.named(position, model)
  }

  /// One position in few columns.
  static func spans(_ position: PositionFigures, _ model: DashboardModel) -> [Span] {
    let side = Style(position.side == .long ? .bid : .ask)
    return [
      lead(position, model), Span("\(position.key.instrument.baseText) ", Style(.text).bold),
      Span("\(position.side.rawValue) ", side),
      Span("\(position.contracts) "), profit(position, model), Span(" "),
    ] + ProtectionText.named(position, model) + [Span(" ")]
  }
}

/// Whether a position has its stop and how old the proof is, as a few words.
enum ProtectionText {
  /// The same where no column says what the price is.
  static func named(_ position: PositionFigures, _ model: DashboardModel) -> [Span] {
    let text = span(position, model)
    guard case .proven = position.protection else { return [text] }
    return [Span("stop ", Style(.muted)), text]
  }

  static func span(_ position: PositionFigures, _ model: DashboardModel) -> Span {
    let now = model.snapshot.at
    switch position.protection {
    case .proven(let trigger):
      let prices = model.stopPrices(of: position.key)
      // The one that is reached first, and how many are farther away.
      let stop = prices.first ?? trigger.order.stopLoss?.triggerPrice
      let more = prices.count > 1 ? "+\(prices.count - 1) " : ""
      let instrument = model.snapshot.markets[position.key.instrument]?.instrument
      let price = stop.map { price in
        instrument.map { NumberText.price(price, $0) } ?? NumberText.price(price)
      }
      let age = NumberText.age(now - trigger.confirmedAt)
      let trail = model.isTrailed(position.key) ? "trail " : ""
      return Span("\(price ?? model.labels.glyphs.unknown) \(more)\(trail)\(age)", Style(.good))
    case .waiting(let since):
      return Span("waiting \(NumberText.age(now - since))", Style(.warning))
    case .naked(let since):
      return Span("NAKED \(NumberText.age(now - since))", Style(.danger).bold.reversed)
    case .liquidation: return Span("liquidation", Style(.warning))
    }
  }
}

extension DashboardModel {
  /// Whether the stop of a position follows the price.
  func isTrailed(_ key: PositionKey) -> Bool {
    snapshot.plans.contains { $0.kind == "trail" && $0.position == key }
  }
}
