import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The order book of the chosen instrument: asks above, bids below, bars for what rests.
enum BookPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.book, model.instrument?.text ?? "", in: area, into: &frame)
    guard !inside.isEmpty, let id = model.instrument, let market = model.snapshot.markets[id] else {
      return
    }
    guard market.book.isUsable else {
      frame.draw("waiting for the book", in: inside.row(0), Style(.warning))
      return
    }
    let own = model.orderRows.filter { $0.instrument == id }
    let asks = market.book.asks.bestFirst.prefix(inside.height)
    let bids = market.book.bids.bestFirst.prefix(inside.height)
    let largest = max(asks.map(\.contracts).max() ?? 1, bids.map(\.contracts).max() ?? 1)
    func level(_ level: BookLevel) -> DepthLadder.Level {
      let orders = own.filter { $0.price == level.price }
      return DepthLadder.Level(
        price: NumberText.price(level.price, market.instrument),
        size: NumberText.contracts(level.contracts, market.instrument),
        fraction: level.contracts.drawn / largest.drawn, own: OwnMark.text(orders, model.labels))
    }
    DepthLadder(asks: asks.map(level), bids: bids.map(level), middle: middle(market, model))
      .draw(into: &frame, in: inside, model.labels.glyphs)
  }

  private static func middle(_ market: Market, _ model: DashboardModel) -> [Span] {
    let unknown = model.labels.glyphs.unknown
    let spread = market.book.spread.map { NumberText.price($0, market.instrument) } ?? unknown
    let last = market.lastPrice.map { NumberText.price($0, market.instrument) } ?? unknown
    let imbalance = market.book.imbalance(depth: 10).map {
      NumberText.signed($0.value.times(100), places: 0) + "%"
    }
    return [
      Span(last, Style(.text).bold), Span("  spread \(spread)", Style(.muted)),
      Span("  imb \(imbalance ?? unknown)", Style(.muted)),
    ]
  }
}

/// The mark of the own orders at a price of the book.
enum OwnMark {
  /// Returns a pointer and the number of orders; empty for none.
  static func text(_ orders: [OrderRow], _ labels: DashboardLabels) -> String {
    guard !orders.isEmpty else { return "" }
    return labels.glyphs.pointer + (orders.count > 1 ? "\(orders.count)" : "me")
  }
}

/// The public trades of the chosen instrument, newest first.
enum TapePanel {
  private static let table = Table([
    Table.Column("Time", width: 8, align: .leading), Table.Column("Price", width: 10),
    Table.Column("Contracts", width: 9),
  ])

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = Panel("Trades").draw(into: &frame, in: area, model.labels.glyphs)
    guard let id = model.instrument, let market = model.snapshot.markets[id] else { return }
    let trades = market.tape
    table.draw(
      into: &frame, in: inside, model.labels.glyphs, count: trades.count, scroll: Scroll()
    ) { row in
      let trade = trades[trades.count - 1 - row]
      let ink: Ink = trade.takerSide == .buy ? .bid : .ask
      let mark = trade.takerSide == .buy ? model.labels.glyphs.up : model.labels.glyphs.down
      return [
        Span(trade.exchangeTime.timeText, Style(.muted)),
        Span(NumberText.price(trade.price, market.instrument), Style(ink)),
        Span(mark + NumberText.contracts(trade.contracts, market.instrument), Style(ink)),
      ]
    }
  }
}
