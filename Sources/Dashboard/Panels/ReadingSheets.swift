import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// Lines to read, in as many columns as fit into an area.
private struct ReadingText {
  private let rows: [[Span]]
  private let area: Rect
  /// Rows of a column.
  private let room: Int
  private let columns: Int
  private let width: Int

  init(_ lines: [[Span]], columnWidth: Int, in area: Rect) {
    self.area = area
    room = max(1, area.height - 1)
    columns = max(1, area.width / columnWidth)
    let width = area.width / columns
    self.width = width
    // A line that is too long goes on below, under its second part; an odd row of the grammar under
    // its first word.
    rows = lines.flatMap { line in
      let head = line.count > 1 ? min(30, TextWidth.columns(of: line[0].text)) : 10
      return WrappedSpans.rows(line, width: width - 1, indent: head)
    }
  }

  var extent: ScrollExtent { ScrollExtent(count: rows.count, page: room * columns) }

  /// Draws them scrolled by so many lines.
  func draw(_ offset: Int, _ model: DashboardModel, into frame: inout Frame) {
    let first = min(offset, extent.last)
    for (index, spans) in rows.dropFirst(first).prefix(extent.page).enumerated() {
      let column = index / room
      frame.draw(
        spans,
        in: Rect(
          x: area.x + column * width, y: area.y + index % room, width: width - 1, height: 1))
    }
    let last = area.row(area.height - 1)
    drawKeys(model, in: last, into: &frame)
    if extent.last > 0 {
      let end = min(rows.count, first + extent.page)
      frame.draw(
        "\(first + 1) to \(end) of \(rows.count)", in: last, Style(.muted, on: .overlay),
        align: .trailing)
    }
  }
}

/// How far something that is read can be scrolled.
struct ScrollExtent: Equatable {
  /// The lines that are in sight at once, at least one.
  let page: Int
  /// The offset at which the last line is in sight.
  let last: Int

  init(count: Int, page: Int) {
    self.page = max(1, page)
    last = max(0, count - self.page)
  }
}

/// The list of keys, from the key table, and the grammar of the command line.
enum HelpSheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox("Keys and commands", area.size, model, over: area, into: &frame)
    text(model, in: inside).draw(offset, model, into: &frame)
  }

  /// How far it can be scrolled in an area.
  static func extent(_ model: DashboardModel, over area: Rect) -> ScrollExtent {
    text(model, in: area.inset(x: 1, y: 1)).extent
  }

  private static func text(_ model: DashboardModel, in inside: Rect) -> ReadingText {
    ReadingText(lines(model), columnWidth: 64, in: inside.inset(x: 1, y: 0))
  }

  private static func lines(_ model: DashboardModel) -> [[Span]] {
    let text = Style(.text, on: .overlay)
    let muted = Style(.muted, on: .overlay)
    var lines: [[Span]] = []
    let first = model.helpedContext
    for context in [first] + KeyContext.allCases.filter({ $0 != first }) {
      if !lines.isEmpty { lines.append([]) }
      if context != .main || !lines.isEmpty {
        let title = context.title.filter { $0 != "`" }
        lines.append([Span(title, Style(.heading, on: .overlay).bold)])
      }
      let rows = model.labels.keymap.rows.filter { $0.context == context }
      let widest = rows.reduce(10) { max($0, TextWidth.columns(of: $1.keyText)) }
      for row in rows {
        let reason = context == .main ? model.disabledReason(of: row.action) : nil
        lines.append([
          Span(
            TextWidth.padded(row.keyText, to: min(widest, 26) + 1, gap: 1),
            Style(.accent, on: .overlay).bold),
          Span(row.label + (reason.map { " (\($0))" } ?? ""), reason == nil ? text : muted),
        ])
      }
    }
    lines.append([])
    lines.append([Span("Commands, after :", Style(.heading, on: .overlay).bold)])
    lines += LineGrammar.examples.map { line, meaning in
      [
        Span(TextWidth.padded(line, to: 30, gap: 1), Style(.accent, on: .overlay)),
        Span(meaning, muted),
      ]
    }
    lines.append([])
    lines += LineGrammar.rules.map { [Span($0, text)] }
    return lines
  }
}

/// What stands in the way of a new order now, and what was denied before.
enum WhySheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox("Why", largest, model, over: area, into: &frame)
    text(model, in: inside).draw(offset, model, into: &frame)
  }

  private static let largest = Size(width: 90, height: 20)

  /// How far it can be scrolled in an area.
  static func extent(_ model: DashboardModel, over area: Rect) -> ScrollExtent {
    text(model, in: area.centered(largest).inset(x: 1, y: 1)).extent
  }

  private static func text(_ model: DashboardModel, in inside: Rect) -> ReadingText {
    ReadingText(
      lines(model).map { model.masked($0) }, columnWidth: max(1, inside.width),
      in: inside.inset(x: 1, y: 0))
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
      lines.append(line("held now", snapshot.holding(of: strategy), .text))
      lines.append([Span("at its last candle", Style(.muted, on: .overlay))])
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
