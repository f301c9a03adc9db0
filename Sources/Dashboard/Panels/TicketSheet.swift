import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The order ticket: what is typed on the left, what it would cost and risk on the right.
enum TicketSheet {
  static func draw(
    _ form: TicketForm, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let verb = form.side == .long ? "BUY (long)" : "SELL (short)"
    let inside = drawBox(
      "\(verb) \(form.instrument.id) \(form.marginMode.rawValue)",
      Size(width: min(area.width, 78), height: min(area.height, 14)), model, over: area,
      into: &frame)
    let halves = inside.inset(x: 1, y: 0).columns(
      [.fixed(inside.width < 70 ? 24 : 28), .rest], gap: 2)
    drawFields(form, in: halves[0], into: &frame)
    do throws(FormProblem) {
      GhostBox.draw(try model.intent(of: form), model, in: halves[1], into: &frame)
    } catch {
      frame.draw(model.masked(error.text), in: halves[1].row(0), Style(.warning, on: .overlay))
    }
    drawKeys(model, in: halves[0].row(inside.height - 1), into: &frame)
  }

  private static func drawFields(_ form: TicketForm, in area: Rect, into frame: inout Frame) {
    let lines: [(TicketField, String, String)] = [
      (.size, "Size", form.sizeText), (.unit, "in", form.unit.label(form.instrument)),
      (.kind, "Type", form.kind.label), (.price, "Price", form.priceText),
      (.stop, "Stop", form.stopText), (.target, "Target", form.targetText),
    ]
    for (row, (field, name, text)) in lines.filter({ form.uses($0.0) }).enumerated() {
      let line = area.row(row + 1)
      let isFocused = field == form.field
      let isChosen = field == .unit || field == .kind
      let shown = isChosen ? "< \(text) >" : text + (isFocused ? "_" : "")
      let parts = line.columns([.fixed(8), .rest])
      frame.draw(name, in: parts[0], Style(.muted, on: .overlay))
      let style = Style(.text, on: isFocused ? .selection : .overlay)
      frame.fill(parts[1], .blank(style))
      frame.draw(shown, in: parts[1], isFocused ? style.bold : style)
    }
  }
}
