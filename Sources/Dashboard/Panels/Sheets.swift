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

/// Draws the keys of the present context into a line of a sheet.
func drawKeys(_ model: DashboardModel, in line: Rect, into frame: inout Frame) {
  let hints = model.labels.keymap.hints(
    model.context, isOffered: { model.isOffered($0) },
    isEnabled: { model.disabledReason(of: $0) == nil })
  KeyHints(hints).draw(into: &frame, in: line, on: .overlay)
}

/// A question with what it is about, and the keys that answer it.
enum ConfirmationSheet {
  static func draw(
    _ question: Confirmation, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let width = min(area.width, 78)
    let style = Style(.text, on: .overlay)
    let pieces = model.details(of: question).map { [Span(model.masked($0), style)] }
    let wrapped = pieces.flatMap { WrappedSpans.rows($0, width: width - 2, indent: 2) }
    // The question itself is never cut: a price or a size may be its last word.
    let asked = WrappedSpans.rows(
      [Span(question.question, Style(.danger, on: .overlay).bold)], width: width - 2, indent: 2)
    // What has no room for further rows says so by its number of lines.
    let details = wrapped.count + asked.count + 5 <= area.height ? wrapped : pieces
    let height = min(area.height, details.count + asked.count + 5)
    let inside = drawBox(
      "Sure?", Size(width: width, height: height), model, over: area, into: &frame)
    for (row, spans) in asked.enumerated() { frame.draw(spans, in: inside.row(row)) }
    let room = max(0, inside.height - 2 - asked.count)
    for (row, detail) in details.prefix(room).enumerated() {
      let isLast = row == room - 1 && details.count > room
      let text = isLast ? [Span("and \(details.count - row) more", style)] : detail
      frame.draw(text, in: inside.row(row + asked.count))
    }
    // The harmless answer first.
    let keymap = model.labels.keymap
    frame.draw(
      [
        Span(keymap.key(.back, in: .confirmation), Style(.accent, on: .overlay).bold),
        Span(" no   ", Style(.text, on: .overlay)),
        Span(keymap.key(.confirm, in: .confirmation), Style(.accent, on: .overlay).bold),
        Span(" yes", Style(.text, on: .overlay)),
      ], in: inside.row(inside.height - 1))
  }
}

/// How much of a position to close.
enum PartialCloseSheet {
  static func draw(
    _ key: PositionKey, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox(
      "Close \(key.instrument) at market", Size(width: 50, height: 5), model, over: area,
      into: &frame)
    let position = model.figures.positions.first { $0.key == key }
    frame.draw(
      position.map {
        "\($0.side.rawValue) \($0.contracts) contracts, \(model.datedProfit(of: $0)) USDT"
      } ?? "the position is gone", in: inside.row(0), Style(.text, on: .overlay))
    drawKeys(model, in: inside.row(2), into: &frame)
  }
}

/// Which way a market order goes.
enum MarketOrderSheet {
  static func draw(_ model: DashboardModel, over area: Rect, into frame: inout Frame) {
    let inside = drawBox(
      "Market order \(model.instrument?.text ?? "")",
      Size(width: min(area.width, 78), height: 8), model,
      over: area, into: &frame)
    for (row, side) in PositionSide.allCases.enumerated() {
      frame.draw(
        text(side, model), in: inside.row(row),
        Style(side == .long ? .bid : .ask, on: .overlay).bold)
    }
    frame.draw(
      "size \(model.workingText), stop 1 % away", in: inside.row(3), Style(.muted, on: .overlay))
    drawKeys(model, in: inside.row(inside.height - 1), into: &frame)
  }

  private static func text(_ side: PositionSide, _ model: DashboardModel) -> String {
    let verb = side.openingSide.rawValue
    do throws(FormProblem) {
      let intent = try model.intent(side, .market)
      let preview = model.snapshot.preview(intent, at: model.snapshot.at)
      if let denial = preview.denial { return model.masked("\(verb): denied, \(denial.text)") }
      let unknown = model.labels.glyphs.unknown
      return "\(verb) \(preview.contracts?.description ?? unknown) near "
        + "\(preview.expectedPrice?.description ?? unknown), worth \(model.money(preview.notional))"
        + ", loses \(model.money(preview.lossAtStop?.magnitude)) at the stop"
    } catch {
      return model.masked("\(verb): \(error.text)")
    }
  }
}

/// One line of text being typed, where the messages stand.
enum PromptLine {
  static func draw(
    _ prompt: Prompt, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let style = Style(.text, on: .selection)
    frame.clear(area, style)
    let label = " " + prompt.label
    let unit = prompt.unit?.label(model.chosenInstrument) ?? ""
    let parts = area.columns([
      .fixed(TextWidth.columns(of: label)), .rest, .fixed(unit.isEmpty ? 0 : unit.count + 2),
    ])
    frame.draw(label, in: parts[0], Style(.accent, on: .selection).bold)
    prompt.field.draw(into: &frame, in: parts[1], style, hasCursor: true)
    frame.draw(unit, in: parts[2], Style(.accent, on: .selection))
  }
}

/// The actions whose names contain what is typed.
enum PaletteSheet {
  static func draw(
    _ palette: ActionFinder, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox(
      "Actions", Size(width: min(area.width, 76), height: min(area.height, 18)), model,
      over: area, into: &frame)
    let parts = inside.rows([.fixed(1), .rest, .fixed(1)])
    let head = parts[0].columns([.fixed(2), .rest])
    frame.draw(">", in: head[0], Style(.accent, on: .overlay).bold)
    palette.field.draw(into: &frame, in: head[1], Style(.text, on: .overlay), hasCursor: true)
    let rows = palette.rows(of: model.labels.keymap)
    let table = Table(
      [
        Table.Column("Key", width: 10, align: .leading),
        Table.Column("Does", width: 20, grows: true, align: .leading),
      ], hasHeader: false)
    table.draw(
      into: &frame, in: parts[1], model.labels.glyphs, count: rows.count,
      scroll: Scroll(selected: rows.isEmpty ? nil : min(palette.picked, rows.count - 1))
    ) { index in
      let row = rows[index]
      let reason = model.disabledReason(of: row.action)
      let style = Style(reason == nil ? .text : .muted, on: .overlay)
      return [
        Span(row.keyText, Style(.accent, on: .overlay).bold),
        Span(row.label + (reason.map { " (\($0))" } ?? ""), style),
      ]
    }
    if rows.isEmpty { drawNothing(palette, model, in: parts[1], into: &frame) }
    drawKeys(model, in: parts[2], into: &frame)
  }

  /// What to do where no key does what was looked for.
  private static func drawNothing(
    _ palette: ActionFinder, _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let lines = palette.lines()
    let line = model.labels.keymap.key(.commandLine)
    frame.draw(
      lines.isEmpty ? "nothing found" : "nothing found among the keys; on the line (\(line)):",
      in: area.row(0), Style(.warning, on: .overlay))
    for (row, text) in lines.prefix(max(0, area.height - 1)).enumerated() {
      frame.draw(text, in: area.row(row + 1), Style(.text, on: .overlay))
    }
  }
}
