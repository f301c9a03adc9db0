import Engine
import Risk
import Screen
import Trading
import Units

extension DashboardModel {
  /// Whether the keys go to a panel.
  func hasKeys(_ pane: Pane) -> Bool { self.pane == pane && sheet == nil }

  /// Says beside a title how old prices are that no order is approved with; empty for others.
  func staleText(_ age: TimeSpan?) -> String {
    guard let age, age > snapshot.limits.marketAgeMaximum else { return "" }
    return " STALE \(NumberText.age(age))"
  }

  /// Draws the frame of a panel with its number, its title and how many things of the account it
  /// lists, and returns the room inside.
  func drawPanel(
    _ pane: Pane, _ detail: String = "", count: Int? = nil, badge: Span? = nil, in area: Rect,
    into frame: inout Frame
  ) -> Rect {
    let known = count.map { $0 > 0 || figures.isRead ? "\($0)" : labels.glyphs.unknown }
    let number = known.map { " (\($0))" } ?? ""
    let panel = Panel(
      pane.title + number + (detail.isEmpty ? "" : " \(detail)"),
      key: labels.keymap.row(of: .focus(pane), in: .main)?.keys.first?.description,
      badge: badge, isFocused: hasKeys(pane))
    return panel.draw(into: &frame, in: area, labels.glyphs)
  }

  /// Says in the lower border of a panel how many rows of its table are above and below those in
  /// sight.
  func drawHidden(
    _ scroll: Scroll, count: Int, rows: Int, in area: Rect, into frame: inout Frame
  ) {
    let visible = max(0, rows)
    guard count > visible, area.height >= 2, area.width >= 16 else { return }
    let above = scroll.first(of: count, in: visible)
    let below = count - above - visible
    let words = [
      above > 0 ? "\(labels.glyphs.up)\(above)" : nil,
      below > 0 ? "\(labels.glyphs.down)\(below)" : nil,
    ]
    let text = " \(words.compactMap(\.self).joined(separator: " ")) more "
    frame.draw(
      text, in: area.row(area.height - 1).inset(x: 2, y: 0), Style(.warning).bold, align: .trailing)
  }
}
