import Screen

extension DashboardModel {
  /// Whether the keys go to a panel.
  func hasKeys(_ pane: Pane) -> Bool { self.pane == pane && sheet == nil }

  /// Draws the frame of a panel with its number, its title and how many things it lists, and
  /// returns the room inside.
  func drawPanel(
    _ pane: Pane, _ detail: String = "", count: Int? = nil, badge: Span? = nil, in area: Rect,
    into frame: inout Frame
  ) -> Rect {
    let number = count.map { " (\($0))" } ?? ""
    let panel = Panel(
      pane.title + number + (detail.isEmpty ? "" : " \(detail)"),
      key: labels.keymap.row(of: .focus(pane), in: .main)?.keys.first?.description,
      badge: badge, isFocused: hasKeys(pane))
    return panel.draw(into: &frame, in: area, labels.glyphs)
  }
}
