import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// Draws a box for a sheet in the middle of an area and returns the room inside.
///
/// The mode word is part of every title: no dialog may leave open whether money is real.
func drawBox(
  _ title: String, _ size: Size, _ model: DashboardModel, over area: Rect, into frame: inout Frame
) -> Rect {
  let panel = Panel(
    "\(model.snapshot.modeWord)  \(title)", isFocused: true, surface: .overlay,
    border: model.labels.isLive ? .live : nil)
  return panel.draw(into: &frame, in: area.centered(size), model.labels.glyphs)
}

/// The list of keys, from the key table.
enum HelpSheet {
  static func draw(_ model: DashboardModel, over area: Rect, into frame: inout Frame) {
    let rows = Keymap.rows.filter { $0.context == .main }
    let inside = drawBox(
      "Keys", Size(width: min(area.width, 78), height: area.height), model, over: area,
      into: &frame)
    let perColumn = inside.height
    let columns = (rows.count + perColumn - 1) / max(1, perColumn)
    let width = inside.width / max(1, columns)
    for (index, row) in rows.enumerated() {
      let line = Rect(
        x: inside.x + index / perColumn * width, y: inside.y + index % perColumn, width: width,
        height: 1)
      let reason = model.disabledReason(of: row.action)
      let keys = Rect(x: line.x, y: line.y, width: 9, height: 1)
      let text = Rect(x: line.x + 10, y: line.y, width: max(0, line.width - 10), height: 1)
      frame.draw(row.keyText, in: keys, Style(.accent, on: .overlay).bold)
      frame.draw(
        row.label + (reason.map { " (\($0))" } ?? ""), in: text,
        Style(reason == nil ? .text : .muted, on: .overlay))
    }
  }
}

/// A question with what it is about, and the keys that answer it.
enum ConfirmationSheet {
  static func draw(
    _ question: Confirmation, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let height = min(area.height, question.details.count + 6)
    let inside = drawBox(
      "Sure?", Size(width: min(area.width, 74), height: height), model, over: area, into: &frame)
    frame.draw(question.question, in: inside.row(0), Style(.danger, on: .overlay).bold)
    for (row, detail) in question.details.prefix(max(0, inside.height - 3)).enumerated() {
      frame.draw(detail, in: inside.row(row + 1), Style(.text, on: .overlay))
    }
    frame.draw(
      [
        Span("Esc", Style(.accent, on: .overlay).bold), Span(" no   ", Style(.text, on: .overlay)),
        Span("y", Style(.accent, on: .overlay).bold), Span(" yes", Style(.text, on: .overlay)),
      ], in: inside.row(inside.height - 1))
  }
}

/// How much of a position to close.
enum PartialCloseSheet {
  static func draw(
    _ key: PositionKey, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox(
      "Close \(key.instrument) at market", Size(width: 46, height: 5), model, over: area,
      into: &frame)
    let position = model.snapshot.positions.first { $0.key == key }
    frame.draw(
      position.map {
        "\($0.side.rawValue) \($0.contracts) contracts, \(NumberText.signed($0.unrealizedPnL)) USDT"
      } ?? "the position is gone", in: inside.row(0), Style(.text, on: .overlay))
    frame.draw(
      "1 25%   2 50%   3 75%   4 100%   Esc back", in: inside.row(2),
      Style(.accent, on: .overlay).bold)
  }
}

/// Where a stop goes.
enum StopFormSheet {
  static func draw(
    _ form: StopForm, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox(
      "Stop of \(form.key.instrument)", Size(width: 46, height: 6), model, over: area,
      into: &frame)
    let position = model.snapshot.positions.first { $0.key == form.key }
    frame.draw(
      position.map { "\($0.side.rawValue) \($0.contracts), mark \($0.markPrice)" }
        ?? "the position is gone", in: inside.row(0), Style(.text, on: .overlay))
    frame.draw(
      [
        Span("trigger price ", Style(.muted, on: .overlay)),
        Span(form.text + "_", Style(.text, on: .selection)),
      ], in: inside.row(1))
    frame.draw("y place   Esc back", in: inside.row(3), Style(.accent, on: .overlay).bold)
  }
}
