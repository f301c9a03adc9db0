import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// Lines to read, in as many columns as fit, scrolled by so many lines.
private func drawLines(
  _ lines: [[Span]], columnWidth: Int, offset: Int, in area: Rect, _ model: DashboardModel,
  into frame: inout Frame
) {
  let room = max(1, area.height - 1)
  let columns = max(1, area.width / columnWidth)
  // A line that is too long goes on below, under its second part; an odd row of the grammar under
  // its first word.
  func rows(_ width: Int) -> [[Span]] {
    lines.flatMap { line in
      let head = line.count > 1 ? min(30, TextWidth.columns(of: line[0].text)) : 10
      return WrappedSpans.rows(line, width: width - 1, indent: head)
    }
  }
  let width = area.width / columns
  let shown = rows(width)
  let first = min(offset, max(0, shown.count - room * columns))
  for (index, spans) in shown.dropFirst(first).prefix(room * columns).enumerated() {
    let column = index / room
    frame.draw(
      spans,
      in: Rect(
        x: area.x + column * width, y: area.y + index % room, width: width - 1, height: 1))
  }
  let last = area.row(area.height - 1)
  drawKeys(model, in: last, into: &frame)
  if shown.count > room * columns {
    let end = min(shown.count, first + room * columns)
    frame.draw(
      "\(first + 1) to \(end) of \(shown.count)", in: last, Style(.muted, on: .overlay),
      align: .trailing)
  }
}

/// The list of keys, from the key table, and the grammar of the command line.
enum HelpSheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox("Keys and commands", area.size, model, over: area, into: &frame)
    drawLines(
      lines(model), columnWidth: 64, offset: offset, in: inside.inset(x: 1, y: 0), model,
      into: &frame)
  }

  private static func lines(_ model: DashboardModel) -> [[Span]] {
    let text = Style(.text, on: .overlay)
    let muted = Style(.muted, on: .overlay)
    var lines: [[Span]] = []
    for context in KeyContext.allCases {
      if context != .main {
        lines.append([])
        lines.append([Span(context.title, Style(.heading, on: .overlay).bold)])
      }
      for row in model.labels.keymap.rows where row.context == context {
        let reason = context == .main ? model.disabledReason(of: row.action) : nil
        lines.append([
          Span(padded(row.keyText, 11), Style(.accent, on: .overlay).bold),
          Span(row.label + (reason.map { " (\($0))" } ?? ""), reason == nil ? text : muted),
        ])
      }
    }
    lines.append([])
    lines.append([Span("Commands, after :", Style(.heading, on: .overlay).bold)])
    lines += LineGrammar.examples.map { line, meaning in
      [Span(padded(line, 30), Style(.accent, on: .overlay)), Span(meaning, muted)]
    }
    lines.append([])
    lines += LineGrammar.rules.map { [Span($0, text)] }
    return lines
  }

  private static func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - TextWidth.columns(of: text)))
  }
}

/// What stands in the way of a new order now, and what was denied before.
enum WhySheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let size = Size(width: min(area.width, 90), height: min(area.height, 20))
    let inside = drawBox("Why", size, model, over: area, into: &frame)
    drawLines(
      lines(model), columnWidth: inside.width, offset: offset, in: inside.inset(x: 1, y: 0), model,
      into: &frame)
  }

  private static func lines(_ model: DashboardModel) -> [[Span]] {
    let snapshot = model.snapshot
    func line(_ name: String, _ text: String, _ ink: Ink) -> [Span] {
      let pad = String(repeating: " ", count: max(1, 14 - name.count))
      return [Span(name + pad, Style(.muted, on: .overlay)), Span(text, Style(ink, on: .overlay))]
    }
    let isReady = snapshot.readiness == .ready
    let mode = snapshot.trading.mode
    var lines = [
      line("ready", isReady ? "yes" : snapshot.readiness.text, isReady ? .good : .warning),
      line(
        "state",
        mode.rawValue + (snapshot.trading.reason.isEmpty ? "" : ", ")
          + snapshot.trading.reason, mode == .running ? .good : .warning),
      line(
        "one-key orders",
        model.isArmed ? "armed" : "not armed: \(model.labels.keymap.key(.arm)) arms for a minute",
        model.isArmed ? .warning : .text),
    ]
    for side in PositionSide.allCases {
      lines.append(line("\(side.openingSide.rawValue) now", verdict(side, model), .text))
    }
    for strategy in snapshot.strategies where strategy.instrument == model.instrument {
      lines.append([])
      lines.append([Span(strategy.name, Style(.heading, on: .overlay).bold)])
      if let obstacle = strategy.obstacle { lines.append(line("state", obstacle, .warning)) }
      lines += strategy.lines.map { [Span($0, Style(.text, on: .overlay))] }
    }
    lines.append([])
    lines.append([Span("Denied before", Style(.heading, on: .overlay).bold)])
    if snapshot.denials.isEmpty { lines.append([Span("nothing", Style(.muted, on: .overlay))]) }
    for denial in snapshot.denials.reversed() {
      lines.append(line(denial.at.timeText, denial.text, .text))
    }
    return lines
  }

  /// What the gate says to a market order of the working size.
  private static func verdict(_ side: PositionSide, _ model: DashboardModel) -> String {
    do throws(FormProblem) {
      let intent = try model.intent(side, .market)
      let denial = model.snapshot.preview(intent, at: model.snapshot.at).denial
      return denial.map { "denied: \($0.text)" } ?? "\(model.workingText): within every limit"
    } catch {
      return error.text
    }
  }
}
