import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The order book of the chosen instrument: asks above, bids below, bars for what rests.
enum BookPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let title = "\(Pane.book.title) \(model.instrument?.text ?? "")"
    let inside = drawPanel(
      title, number: Pane.book.rawValue, in: area,
      isFocused: model.pane == .book && model.sheet == nil, model.labels.glyphs, into: &frame)
    guard !inside.isEmpty, let id = model.instrument, let market = model.snapshot.markets[id] else {
      return
    }
    guard market.book.isUsable else {
      frame.draw("waiting for the book", in: inside.row(0), Style(.warning))
      return
    }
    let depth = max(1, (inside.height - 1) / 2)
    let asks = Array(market.book.asks.bestFirst.prefix(depth))
    let bids = Array(market.book.bids.bestFirst.prefix(depth))
    let largest = (asks + bids).map(\.contracts).max() ?? 1
    let own = ownPrices(model, id)
    let middle = inside.y + depth
    for (index, level) in asks.enumerated() {
      draw(level, y: middle - 1 - index, .ask, market, largest, own, in: inside, into: &frame)
    }
    drawMiddle(market, model, Rect(x: inside.x, y: middle, width: inside.width, height: 1), &frame)
    for (index, level) in bids.enumerated() where middle + 1 + index < inside.endY {
      draw(level, y: middle + 1 + index, .bid, market, largest, own, in: inside, into: &frame)
    }
  }

  private static func ownPrices(_ model: DashboardModel, _ id: InstrumentID) -> Set<Price> {
    Set(model.orderRows.filter { $0.instrument == id }.compactMap(\.price))
  }

  private static func draw(
    _ level: BookLevel, y: Int, _ ink: Ink, _ market: Market, _ largest: Contracts,
    _ own: Set<Price>, in area: Rect, into frame: inout Frame
  ) {
    let line = Rect(x: area.x, y: y, width: area.width, height: 1)
    let share = level.contracts.fraction(of: largest, .towardZero) ?? .zero
    let columns = share.value.times(area.width).rounded(to: 1, .up)
    let width = Int(columns.description) ?? 0
    let bar = Rect(x: area.endX - width, y: y, width: width, height: 1)
    frame.fill(bar, .blank(Style(.text, on: ink == .bid ? .bidDepth : .askDepth)))
    let isOwn = own.contains(level.price)
    overlay(
      (isOwn ? "*" : " ") + NumberText.price(level.price, market.instrument), in: line,
      align: .leading, isOwn ? Style(ink).bold : Style(ink), into: &frame)
    overlay(
      NumberText.contracts(level.contracts, market.instrument), in: line, align: .trailing,
      Style(.text), into: &frame)
  }

  /// Draws text without touching what lies behind it.
  private static func overlay(
    _ text: String, in line: Rect, align: Alignment, _ style: Style, into frame: inout Frame
  ) {
    let width = TextWidth.columns(of: text)
    let start = align == .leading ? line.x : max(line.x, line.endX - width)
    for (offset, scalar) in text.unicodeScalars.enumerated() {
      let point = Point(x: start + offset, y: line.y)
      guard line.contains(point) else { continue }
      frame.put(Cell(scalar, style.on(frame[point.x, point.y].style.surface)), at: point)
    }
  }

  private static func drawMiddle(
    _ market: Market, _ model: DashboardModel, _ line: Rect, _ frame: inout Frame
  ) {
    let unknown = model.labels.glyphs.unknown
    let spread = market.book.spread.map { NumberText.price($0, market.instrument) } ?? unknown
    let last = market.lastPrice.map { NumberText.price($0, market.instrument) } ?? unknown
    let imbalance = market.book.imbalance(depth: 10).map {
      NumberText.signed($0.value.times(100), places: 0) + "%"
    }
    frame.draw(
      [
        Span(" \(last)", Style(.text, on: .header).bold),
        Span("  spread \(spread)", Style(.muted, on: .header)),
        Span("  imb \(imbalance ?? unknown) ", Style(.muted, on: .header)),
      ], in: line)
  }
}

/// The public trades of the chosen instrument, newest first.
enum TapePanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = drawPanel(
      "Trades", in: area, isFocused: false, model.labels.glyphs, into: &frame)
    guard let id = model.instrument, let market = model.snapshot.markets[id] else { return }
    let table = TableDrawing(
      [Column("Time", 8, .leading), Column("Price", 10), Column("Contracts", 9)], in: inside)
    table.drawHeader(into: &frame)
    for (row, trade) in market.tape.reversed().prefix(max(0, inside.height - 1)).enumerated() {
      let ink: Ink = trade.takerSide == .buy ? .bid : .ask
      let mark = trade.takerSide == .buy ? model.labels.glyphs.up : model.labels.glyphs.down
      table.drawRow(
        [
          Span(trade.exchangeTime.timeText, Style(.muted)),
          Span(NumberText.price(trade.price, market.instrument), Style(ink)),
          Span(mark + NumberText.contracts(trade.contracts, market.instrument), Style(ink)),
        ], row: row + 1, isSelected: false, into: &frame)
    }
  }
}
