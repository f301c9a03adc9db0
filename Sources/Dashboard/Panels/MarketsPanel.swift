import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The watchlist: one instrument a line.
enum MarketsPanel {
  /// What the columns show, from left to right.
  private enum Field: Int, CaseIterable {
    case market, last, move, funding, volume, age, bid, ask, mark

    var column: Table.Column {
      switch self {
      case .market: Table.Column("Market", width: 9, align: .leading)
      case .last: Table.Column("Last", width: 11)
      case .move: Table.Column("24h", unit: "%", width: 7, priority: 2)
      case .funding: Table.Column("Funding", unit: "%", width: 8, priority: 3)
      case .volume: Table.Column("Volume", width: 7, priority: 4)
      case .age: Table.Column("Age", width: 5, priority: 1)
      case .bid: Table.Column("Bid", width: 11, priority: 6)
      case .ask: Table.Column("Ask", width: 11, priority: 7)
      case .mark: Table.Column("Mark", width: 11, priority: 5)
      }
    }
  }

  private static let columns = Field.allCases.map(\.column)

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
    var last: (row: Int, market: Market?)?
    let scroll = Scroll(selected: shown.firstIndex { $0 == model.instrument })
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: shown.count,
      scroll: scroll, isActive: model.hasKeys(.markets)
    ) { (row: Int, column: Int) in
      // The cells of a row come one after the other: its market is looked up once.
      if last?.row != row { last = (row, model.snapshot.markets[shown[row]]) }
      return cell(Field.allCases[column], shown[row], last?.market, model)
    }
    model.drawHidden(scroll, count: shown.count, rows: inside.height - 1, in: area, into: &frame)
  }

  private static func sorting(_ list: Watchlist) -> Table.Sorting? {
    let field: Field? =
      switch list.sorting {
      case .configured: nil
      case .name: .market
      case .move: .move
      case .funding: .funding
      case .volume: .volume
      }
    return field.map { Table.Sorting(column: $0.rawValue, isAscending: list.isAscending) }
  }

  private static func cell(
    _ field: Field, _ id: InstrumentID, _ market: Market?, _ model: DashboardModel
  ) -> Span {
    let unknown = Span(model.labels.glyphs.unknown, Style(.muted))
    guard let market else {
      return field == .market ? Span(id.text) : unknown
    }
    let age = market.age(at: model.snapshot.at, model.snapshot.exchangeClock)
    let isStale = age.map { $0 > model.snapshot.limits.marketAgeMaximum } ?? true
    let plain = Style(isStale ? .muted : .text)
    func price(_ price: Price?) -> Span {
      price.map { Span(NumberText.price($0, market.instrument), plain) } ?? unknown
    }
    switch field {
    case .market: return Span(id.text, plain.bold)
    case .last: return price(market.lastPrice)
    case .move:
      guard let move = market.priceMove24h else { return unknown }
      let mood: Ink = isStale ? .muted : move.isNegative ? .loss : .gain
      return Span(NumberText.signed(move.value.times(100), places: 2), Style(mood))
    case .funding:
      guard let funding = market.funding else { return unknown }
      return Span(NumberText.signed(funding.value.rate.value.times(100), places: 4), plain)
    case .volume:
      guard let volume = market.ticker?.value.baseVolume24h.value else { return unknown }
      return Span(NumberText.compact(volume), plain)
    case .age:
      guard let age else { return unknown }
      return Span(NumberText.age(age), Style(isStale ? .warning : .muted))
    case .bid: return price(market.bidPrice)
    case .ask: return price(market.askPrice)
    case .mark: return price(market.markPrice)
    }
  }
}
