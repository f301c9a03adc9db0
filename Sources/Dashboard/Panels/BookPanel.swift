import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// The order book of the chosen instrument: asks above, bids below, bars for what rests.
enum BookPanel {
  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let snapshot = model.snapshot
    let age = model.instrument.flatMap {
      snapshot.markets[$0]?.bookAge(at: snapshot.at, snapshot.exchangeClock)
    }
    let inside = model.drawPanel(
      .book, (model.instrument?.text ?? "") + model.staleText(age), in: area, into: &frame)
    guard !inside.isEmpty, let id = model.instrument, let market = model.snapshot.markets[id] else {
      return
    }
    guard market.book.isUsable else {
      frame.draw("waiting for the book", in: inside.row(0), Style(.warning))
      return
    }
    let own = model.orderRows.filter { $0.instrument == id && !$0.isWaiting }
    let (asks, bids) = levels(market, model, in: inside)
    let largest = Double(max(asks.map(\.contracts).max() ?? 1, bids.map(\.contracts).max() ?? 1))
    let alerts = Set(model.snapshot.alerts.levels(of: id))
    func level(_ level: BookLevel) -> DepthLadder.Level {
      let orders = own.filter { $0.price == level.price }
      let alert = alerts.contains(level.price) ? "!" : ""
      return DepthLadder.Level(
        price: NumberText.price(level.price, market.instrument),
        size: NumberText.contracts(level.contracts, market.instrument),
        fraction: Double(level.contracts) / largest, own: OwnMark.text(orders, model.labels) + alert
      )
    }
    let ladder = DepthLadder(
      asks: asks.map(level), bids: bids.map(level), middle: middle(market, model),
      offset: model.ladderOffset)
    let parts = parts(of: inside)
    ladder.draw(into: &frame, in: parts[0], model.labels.glyphs)
    drawImbalance(market, model, in: parts[1], into: &frame)
  }

  /// The side and the price of the level that is drawn at a place; nil between and beyond them.
  static func level(
    at point: Point, _ model: DashboardModel, in inside: Rect
  ) -> (side: OrderSide, price: Price)? {
    guard let id = model.instrument, let market = model.snapshot.markets[id],
      market.book.isUsable
    else { return nil }
    let ladder = parts(of: inside)[0]
    let (asks, bids) = levels(market, model, in: inside)
    guard ladder.contains(point) else { return nil }
    let middle = DepthLadder.middle(
      height: ladder.height, asks: asks.count, bids: bids.count, offset: model.ladderOffset)
    let row = point.y - ladder.y
    // In two rows there is the best of each side and nothing between.
    let steps = ladder.height == 2 ? (row == 0 ? -1 : 1) : row - middle
    if steps < 0, -steps <= asks.count { return (.sell, asks[asks.startIndex - steps - 1].price) }
    if steps > 0, steps <= bids.count { return (.buy, bids[bids.startIndex + steps - 1].price) }
    return nil
  }

  /// The ladder and the line of the imbalance.
  private static func parts(of inside: Rect) -> [Rect] {
    inside.rows([.rest, .fixed(inside.height >= 7 ? 1 : 0)])
  }

  /// The levels that can be in sight, the best first.
  private static func levels(
    _ market: Market, _ model: DashboardModel, in inside: Rect
  ) -> (asks: ArraySlice<BookLevel>, bids: ArraySlice<BookLevel>) {
    let reach = inside.height / 2 + 1 + abs(model.ladderOffset)
    return (
      Array(market.book.asks.bestFirst.prefix(reach))[...],
      Array(market.book.bids.bestFirst.prefix(reach))[...]
    )
  }

  /// How much rests on each side near the middle, as a bar of both.
  private static func drawImbalance(
    _ market: Market, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    guard !area.isEmpty, let imbalance = market.book.imbalance(depth: 10) else { return }
    let percent = NumberText.signed(imbalance.value.times(100), places: 0) + "%"
    let parts = area.columns([.fixed(9), .rest, .fixed(6)])
    frame.draw("imbalance", in: parts[0], Style(.muted))
    let width = max(0, parts[1].width - 2)
    let share = (1 + Double(imbalance)) / 2
    let bids = min(width, max(0, Int((share * Double(width)).rounded())))
    let bar = Rect(x: parts[1].x + 1, y: area.y, width: bids, height: 1)
    let rest = Rect(x: bar.endX, y: area.y, width: width - bids, height: 1)
    let isASCII = model.labels.glyphs.isASCII
    frame.fill(bar, Cell(isASCII ? "+" : "━", Style(.bid)))
    frame.fill(rest, Cell(isASCII ? "-" : "━", Style(.ask)))
    frame.draw(
      percent, in: parts[2], Style(imbalance.isNegative ? .ask : .bid), align: .trailing)
  }

  private static func middle(_ market: Market, _ model: DashboardModel) -> [Span] {
    let unknown = model.labels.glyphs.unknown
    let spread = market.book.spread.map { NumberText.price($0, market.instrument) } ?? unknown
    let last = market.lastPrice.map { NumberText.price($0, market.instrument) } ?? unknown
    return [
      Span(last, Style(.text).bold), Span("  spread \(spread)", Style(.muted)),
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
