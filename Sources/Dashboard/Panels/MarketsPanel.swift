import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The watchlist: one instrument a line.
enum MarketsPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = drawPanel(
      Pane.markets.title, number: Pane.markets.rawValue, in: area,
      isFocused: model.pane == .markets && model.sheet == nil, model.labels.glyphs, into: &frame)
    let table = TableDrawing(
      [
        Column("Market", 9, .leading), Column("Last", 11), Column("24h %", 8),
        Column("Funding", 8), Column("Bid", 11), Column("Ask", 11), Column("Mark", 11),
        Column("Volume", 7), Column("Age", 5),
      ], in: inside)
    table.drawHeader(into: &frame)
    let pairs = model.snapshot.pairs.map(\.instrument)
    let room = max(0, inside.height - 1)
    let selected = pairs.firstIndex { $0 == model.instrument } ?? 0
    let first = max(0, min(selected - room + 1, pairs.count - room))
    for (row, id) in pairs.dropFirst(first).prefix(room).enumerated() {
      table.drawRow(
        cells(id, model), row: row + 1, isSelected: id == model.instrument, into: &frame)
    }
  }

  private static func cells(_ id: InstrumentID, _ model: DashboardModel) -> [Span] {
    let unknown = Span(model.labels.glyphs.unknown, Style(.muted))
    guard let market = model.snapshot.markets[id] else {
      return [Span(id.text)] + Array(repeating: unknown, count: 8)
    }
    let age = market.receivedAt.map { model.now - $0 }
    let isStale = age.map { $0 > model.snapshot.limits.marketAgeMaximum } ?? true
    let plain = Style(isStale ? .muted : .text)
    func price(_ price: Price?) -> Span {
      price.map { Span(NumberText.price($0, market.instrument), plain) } ?? unknown
    }
    let move = market.priceMove24h
    let mood: Ink = isStale ? .muted : move.map { $0.isNegative ? .loss : .gain } ?? .muted
    let volume = market.ticker?.value.baseVolume24h.value
    return [
      Span(id.text, plain.bold), price(market.lastPrice),
      move.map { Span(NumberText.signed($0.value.times(100), places: 2), Style(mood)) } ?? unknown,
      market.funding.map {
        Span(NumberText.signed($0.value.rate.value.times(100), places: 4), plain)
      } ?? unknown,
      price(market.bidPrice), price(market.askPrice), price(market.markPrice),
      volume.map { Span(NumberText.compact($0), plain) } ?? unknown,
      age.map { Span(NumberText.age($0), Style(isStale ? .warning : .muted)) } ?? unknown,
    ]
  }
}
