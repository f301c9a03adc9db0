import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The watchlist: one instrument a line.
enum MarketsPanel {
  private static let columns = [
    Table.Column("Market", width: 9, align: .leading), Table.Column("Last", width: 11),
    Table.Column("24h", unit: "%", width: 7, priority: 2),
    Table.Column("Funding", unit: "%", width: 8, priority: 3),
    Table.Column("Volume", width: 7, priority: 4), Table.Column("Age", width: 5, priority: 1),
    Table.Column("Bid", width: 11, priority: 6), Table.Column("Ask", width: 11, priority: 7),
    Table.Column("Mark", width: 11, priority: 5),
  ]

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let list = model.watchlist
    let shown = list.instruments(of: model.snapshot)
    let all = model.snapshot.pairs.count
    let filter = list.filter.isEmpty ? "" : "/\(list.filter) \(shown.count) of \(all)"
    let inside = model.drawPanel(
      .markets, filter, badge: list.sorting == .configured ? nil : Span(list.sorting.label),
      in: area, into: &frame)
    if shown.isEmpty, all > 0 {
      frame.draw(
        "no market matches; \(model.labels.keymap.key(.filter)) changes the filter",
        in: inside.row(1).inset(x: 2, y: 0),
        Style(.muted))
    }
    let table = Table(columns, sorting: sorting(list))
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: shown.count,
      scroll: Scroll(selected: shown.firstIndex { $0 == model.instrument }),
      isActive: model.hasKeys(.markets)
    ) { cells(shown[$0], model) }
  }

  private static func sorting(_ list: Watchlist) -> Table.Sorting? {
    let column: Int? =
      switch list.sorting {
      case .configured: nil
      case .name: 0
      case .move: 2
      case .funding: 3
      case .volume: 4
      }
    return column.map { Table.Sorting(column: $0, isAscending: list.isAscending) }
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
      volume.map { Span(NumberText.compact($0), plain) } ?? unknown,
      age.map { Span(NumberText.age($0), Style(isStale ? .warning : .muted)) } ?? unknown,
      price(market.bidPrice), price(market.askPrice), price(market.markPrice),
    ]
  }
}
