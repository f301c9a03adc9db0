import AccountData
import Engine
import MarketData
import Risk
import Screen
import Trading
import Units

/// The command line where the messages stand, what is wrong with it above, and the order that it
/// would be.
enum LineSheet {
  static func draw(
    _ entry: LineEntry, _ model: DashboardModel, over areas: ScreenAreas, into frame: inout Frame
  ) {
    let text = entry.field.text
    let line = areas.message.columns([.fixed(2), .rest])
    frame.clear(areas.message, Style(.text, on: .selection))
    frame.draw(" :", in: line[0], Style(.accent, on: .selection).bold)
    entry.field.draw(into: &frame, in: line[1], Style(.text, on: .selection), hasCursor: true)
    do throws(LineProblem) {
      let parsed = try LineParser.parse(text)
      let meaning = try model.meaning(of: parsed)
      drawMeaning(meaning, parsed, model, over: areas.body, into: &frame)
    } catch {
      drawProblem(error, text, model, over: areas.body, into: &frame)
    }
  }

  private static func drawMeaning(
    _ meaning: LineMeaning, _ line: Line, _ model: DashboardModel, over body: Rect,
    into frame: inout Frame
  ) {
    let ghosts = meaning.ghosts
    guard !ghosts.isEmpty else {
      drawHint(meaning, line, model, over: body, into: &frame)
      return
    }
    let room = Rect(
      x: body.x, y: body.endY - min(body.height, 14), width: body.width,
      height: min(body.height, 14))
    guard ghosts.count > 1 else {
      drawGhost(0, of: ghosts, "Ghost", meaning, model, over: room, into: &frame)
      return
    }
    // Both ends of several orders where there is room, else the one that was typed last.
    let count = ghosts.count
    guard body.width >= 116 else {
      let isPair = if case .oneOf = meaning { true } else { false }
      let title = "Ghost, the \(isPair ? "second" : "first") of \(count)"
      drawGhost(
        isPair ? count - 1 : 0, of: ghosts, title, meaning, model, over: room, into: &frame)
      return
    }
    let halves = room.columns([.rest, .rest])
    drawGhost(
      0, of: ghosts, "Ghost, 1 of \(count)", meaning, model, over: halves[0], into: &frame)
    drawGhost(
      count - 1, of: ghosts, "Ghost, \(count) of \(count)", meaning, model, over: halves[1],
      into: &frame)
  }

  private static func drawGhost(
    _ place: Int, of ghosts: [OpeningIntent], _ title: String, _ meaning: LineMeaning,
    _ model: DashboardModel, over room: Rect, into frame: inout Frame
  ) {
    let intent = ghosts[place]
    let inside = drawBox(
      "\(title)  \(intent.side.openingSide.rawValue) \(intent.instrument) "
        + model.manner(of: intent, meaning),
      Size(width: min(room.width, 64), height: room.height), model, over: room, into: &frame)
    let room = inside.inset(x: 1, y: 0)
    switch meaning {
    case .waiting(_, let trigger, let until):
      GhostBox.draw(intent, waitsFor: trigger, until: until, model, in: room, into: &frame)
    case .bracket(_, let targets):
      GhostBox.draw(intent, targets, model, in: room, into: &frame)
    case .reversal(let key, _):
      GhostBox.draw(intent, closing: key, model, in: room, into: &frame)
    case .openings(let intents):
      GhostBox.draw(place, of: intents, model, in: room, into: &frame)
    case .oneOf, .exit, .amendment, .commands, .asked, .action, .cancel, .show:
      GhostBox.draw(intent, model, in: room, into: &frame)
    }
  }

  /// What Enter would do.
  private static func drawHint(
    _ meaning: LineMeaning, _ line: Line, _ model: DashboardModel, over body: Rect,
    into frame: inout Frame
  ) {
    let good = Style(.good, on: .overlay)
    guard case .amendment(let amendment) = meaning else {
      let hint = model.hint(of: line, meaning)
      if let reason = model.refusal(of: meaning.commands) {
        drawRows(
          model.masked(" \(hint); would be denied: \(reason)"), Style(.warning, on: .overlay).bold,
          over: body,
          into: &frame)
      } else {
        drawRows(" Enter: \(hint)", good, over: body, into: &frame)
      }
      return
    }
    let text = " Enter: " + model.lines(about: amendment).joined(separator: "; ")
    do throws(FormProblem) {
      _ = try model.command(for: amendment)
      drawRows(text, good, over: body, into: &frame)
    } catch {
      drawRows(
        model.masked(" " + error.foreseen), Style(.warning, on: .overlay).bold, over: body,
        into: &frame)
    }
  }

  /// Draws a text above the line, in as many rows as it needs; never over all of the panels.
  private static func drawRows(
    _ text: String, _ style: Style, over body: Rect, into frame: inout Frame
  ) {
    let rows = WrappedSpans.rows([Span(text, style)], width: body.width, indent: 1)
      .prefix(max(1, body.height / 2))
    for (row, spans) in rows.enumerated() {
      let place = body.row(body.height - rows.count + row)
      frame.clear(place, style)
      frame.draw(spans, in: place)
    }
  }

  /// The words that can follow, or the mistake with a mark under the word that is wrong.
  private static func drawProblem(
    _ problem: LineProblem, _ text: String, _ model: DashboardModel, over body: Rect,
    into frame: inout Frame
  ) {
    let surface = Style(.muted, on: .overlay)
    let area = body.row(body.height - 1)
    let candidates = model.completion(of: text).candidates
    // While a word is being typed, what it can become helps more than that it is not one yet.
    let isTyping = problem.at >= text.count || !text.hasSuffix(" ")
    if !candidates.isEmpty, isTyping {
      drawRows(
        " Tab: " + candidates.joined(separator: " "), surface, over: body, into: &frame)
      return
    }
    frame.clear(area, surface)
    let message = "^ " + model.masked(problem.text)
    let start = min(2 + problem.at, max(1, area.width - TextWidth.columns(of: message)))
    let room = Rect(x: area.x + start, y: area.y, width: area.width - start, height: 1)
    frame.draw(message, in: room, Style(.warning, on: .overlay).bold)
  }
}

extension LineMeaning {
  /// What Enter has done, at once or after a question.
  fileprivate var commands: [DashboardCommand] {
    switch self {
    case .commands(let commands), .asked(_, _, let commands): commands
    case .openings, .bracket, .waiting, .reversal, .oneOf, .exit, .amendment, .action, .cancel,
      .show:
      []
    }
  }

  /// The orders that add risk.
  fileprivate var ghosts: [OpeningIntent] {
    switch self {
    case .openings(let intents): intents
    case .bracket(let intent, _), .waiting(let intent, _, _): [intent]
    case .oneOf(let first, let second): [first, second]
    case .reversal(_, let intent): [intent]
    case .exit, .amendment, .commands, .asked, .action, .cancel, .show: []
    }
  }
}
