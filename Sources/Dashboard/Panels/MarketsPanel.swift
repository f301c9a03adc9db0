import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The watchlist: one instrument a line.
enum MarketsPanel {
  private static let table = Table([
    Table.Column("Market", width: 9, align: .leading), Table.Column("Last", width: 11),
    Table.Column("24h", unit: "%", width: 7),
    Table.Column("Funding", unit: "%", width: 9, priority: 1),
    Table.Column("Bid", width: 11, priority: 5), Table.Column("Ask", width: 11, priority: 6),
    Table.Column("Mark", width: 11, priority: 4), Table.Column("Volume", width: 7, priority: 3),
    Table.Column("Age", width: 5, priority: 2),
  ])

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.markets, in: area, into: &frame)
    let pairs = model.snapshot.pairs.map(\.instrument)
    let scroll = Scroll(selected: pairs.firstIndex { $0 == model.instrument })
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: pairs.count, scroll: scroll,
      isActive: model.hasKeys(.markets)
    ) { cells(pairs[$0], model) }
  }

  private static func cells(_ id: InstrumentID, _ model: DashboardModel) -> [Span] {
    let unknown = Span(model.labels.glyphs.unknown, Style(.muted))
    guard let market = model.snapshot.markets[id] else {
      return [Span(id.text)] + Array(repeating: unknown, count: 8)
    }
    let age = market.receivedAt.map { model.snapshot.at - $0 }
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
