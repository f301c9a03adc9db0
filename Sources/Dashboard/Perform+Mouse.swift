import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

extension DashboardModel {
  /// Does what a click or the wheel means; only where the mouse was switched on.
  ///
  /// Nothing that a mouse does trades: a click in the book opens the ticket, which a key sends.
  mutating func click(_ mouse: Mouse) {
    guard sheet == nil, let size, size.isUsable else { return }
    let areas = areas(size)
    guard let place = areas.panes.first(where: { $0.area.contains(mouse.position) }) else { return }
    switch mouse.action {
    case .press(.left):
      pane = place.pane
      choose(at: mouse.position, in: place.area.inset(x: 1, y: 1))
    case .scrollUp, .scrollDown:
      pane = place.pane
      look(mouse.action == .scrollUp ? .selectPrevious : .selectNext)
    case .press, .release, .drag: return
    }
  }

  /// Chooses what is drawn at a place of the panel that has the keys.
  private mutating func choose(at point: Point, in inside: Rect) {
    guard inside.contains(point) else { return }
    switch pane {
    case .markets:
      let shown = watchlist.instruments(of: snapshot)
      if let id = item(at: point, in: inside, of: shown, instrument) { choose(id) }
    case .positions:
      let keys = snapshot.account.positions.held.map(\.key)
      guard let key = item(at: point, in: inside, of: keys, selectedPosition) else { return }
      selectedPosition = key
      choose(key.instrument)
    case .orders:
      let ids = orderRows.map(\.id)
      if let id = item(at: point, in: inside, of: ids, selectedOrder) { selectedOrder = id }
    case .book: openTicket(at: point, in: inside)
    case .chart:
      if let cursor = ChartPanel.cursor(at: point, self, in: inside) { chart.cursor = cursor }
    case .account, .log, .zones, .performance: return
    }
  }

  /// The item of a list with a header that is drawn at a place.
  private func item<Item: Equatable>(
    at point: Point, in inside: Rect, of list: [Item], _ selected: Item?
  ) -> Item? {
    let row = point.y - inside.y - 1
    let scroll = Scroll(selected: list.firstIndex { $0 == selected })
    let index = scroll.first(of: list.count, in: inside.height - 1) + row
    return row >= 0 && list.indices.contains(index) ? list[index] : nil
  }

  /// Opens the ticket for a limit order at the price that was clicked: bids buy, asks sell.
  private mutating func openTicket(at point: Point, in inside: Rect) {
    guard let (side, price) = BookPanel.level(at: point, self, in: inside) else { return }
    openTicket(side == .buy ? .long : .short, at: price)
  }
}

extension DashboardModel {
  /// Where everything stands on a screen of a size.
  func areas(_ size: Size) -> ScreenAreas {
    ScreenAreas(
      size, preset: preset, focus: pane, isZoomed: isZoomed, positions: figures.positions.count)
  }
}

extension Size {
  /// The smallest screen on which panels can be drawn.
  static let leastUsable = Size(width: 60, height: 16)

  /// Whether panels can be drawn.
  var isUsable: Bool {
    width >= Self.leastUsable.width && height >= Self.leastUsable.height
  }

  /// Columns and rows: `60x16`.
  var text: String { "\(width)x\(height)" }
}
