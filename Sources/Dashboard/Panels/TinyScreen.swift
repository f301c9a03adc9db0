import AccountData
import Engine
import Screen
import Units

/// What never disappears, on a screen that is too small for the panels.
enum TinyScreen {
  /// The rows between the two bars and the keys, from the top.
  private struct Rows {
    var positions: Int
    var message: Int
  }

  static func draw(_ model: DashboardModel, into frame: inout Frame) {
    let bounds = frame.bounds
    StatusBar.draw(model, in: bounds.row(0), into: &frame)
    AccountLine.draw(model, in: bounds.row(1), into: &frame)
    let last = bounds.height - 1
    let message = message(model, width: bounds.width)
    let rows = rows(model, message, bounds.size)
    drawPositions(
      model, in: Rect(x: 0, y: 2, width: bounds.width, height: rows.positions), into: &frame)
    for (row, line) in message.prefix(rows.message).enumerated() {
      frame.draw(line, in: bounds.row(2 + rows.positions + row))
    }
    let taken = model.figures.positions.count
    let spare = taken < rows.positions ? bounds.row(2 + taken) : nil
    drawKeys(model, bounds.size, in: bounds.row(last), spare: spare, into: &frame)
    drawSheet(model, in: bounds.row(last - 1), into: &frame)
  }

  /// Whether the newest sentence, an alert that waits before all, is there as a whole.
  static func showsMessage(_ model: DashboardModel, _ size: Size) -> Bool {
    let message = message(model, width: size.width)
    return rows(model, message, size).message >= message.count
  }

  private static func message(_ model: DashboardModel, width: Int) -> [[Span]] {
    MessageLine.spans(model, showsNotices: true).map {
      WrappedSpans.rows($0, width: width, indent: 1)
    } ?? []
  }

  /// A row is kept for a sentence or a question; the positions come before longer ones.
  private static func rows(_ model: DashboardModel, _ message: [[Span]], _ size: Size) -> Rows {
    let room = max(0, size.height - 3)
    let question = model.sheet == nil ? 0 : min(1, room)
    let free = room - question - model.figures.positions.count
    let kept = min(1 - question, room)
    let told = min(message.count, max(kept, free))
    return Rows(positions: max(0, room - question - max(told, kept)), message: max(0, told))
  }

  /// The size goes into a row that is free where it does not fit beside the keys.
  private static func drawKeys(
    _ model: DashboardModel, _ size: Size, in area: Rect, spare: Rect?, into frame: inout Frame
  ) {
    let keymap = model.labels.keymap
    let leave = model.labels.isLent ? "detach" : "quit"
    let keys = "\(keymap.key(.flatten)) flatten  \(keymap.key(.quit)) \(leave)"
    let needed = Size.leastUsable.text
    let wanted = "\(size.text); panels need \(needed)"
    if let spare, keys.count + wanted.count + 4 > area.width {
      frame.draw(" \(wanted)", in: spare, Style(.muted))
      return frame.draw(keys, in: area, Style(.muted))
    }
    let forms = ["  (\(wanted))", "  (needs \(needed))"]
    let line = FittedLine(leading: [
      FittedLine.Part([[Span(keys, Style(.muted))]]),
      FittedLine.Part(forms.map { [Span($0, Style(.muted))] }, rank: 1),
    ])
    line.draw(into: &frame, in: area)
  }

  private static func drawSheet(
    _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let keymap = model.labels.keymap
    switch model.sheet {
    case nil: break
    case .confirmation(let question):
      // The keys first: the question may be longer than the line.
      let yes = model.disabledReason(of: .confirm).map { "(\($0))" } ?? "yes"
      frame.draw(
        "\(keymap.key(.back, in: .confirmation)) no "
          + "\(keymap.key(.confirm, in: .confirmation)) \(yes): \(question.question)",
        in: area, Style(.danger).bold)
    case .help, .why, .alerts, .ticket, .marketOrder, .partialClose, .priceForm, .prompt, .line,
      .palette:
      frame.draw(
        "too small for this; \(keymap.key(.back, in: model.context))", in: area, Style(.warning))
    }
  }

  /// A line for each position, those without a stop first, and how many more there are.
  private static func drawPositions(
    _ model: DashboardModel, in area: Rect, into frame: inout Frame
  ) {
    let positions = PositionStrip.ordered(model)
    let isCut = positions.count > area.height
    let shown = isCut ? max(0, area.height - 1) : positions.count
    for (row, position) in positions.prefix(shown).enumerated() {
      frame.draw(PositionStrip.spans(position, model), in: area.row(row))
    }
    guard isCut else { return }
    let naked = positions.dropFirst(shown).count { $0.protection.isNaked }
    let warning = naked > 0 ? ", \(naked) without a stop" : ""
    frame.draw(
      " +\(positions.count - shown) positions\(warning)", in: area.row(shown),
      Style(naked > 0 ? .danger : .warning).bold)
  }
}
