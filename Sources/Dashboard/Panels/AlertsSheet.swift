import Alerts
import Engine
import Screen
import Trading
import Units

/// The alerts: what waits to be acknowledged, the rules with where they stand, and what fired.
enum AlertsSheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let size = Size(width: min(area.width, 120), height: min(area.height, 40))
    let inside = drawBox("Alerts", size, model, over: area, into: &frame)
    let lines = lines(model)
    let room = max(1, inside.height - 1)
    let first = min(offset, max(0, lines.count - room))
    for (row, spans) in lines.dropFirst(first).prefix(room).enumerated() {
      frame.draw(spans, in: inside.row(row).inset(x: 1, y: 0))
    }
    let last = inside.row(inside.height - 1)
    drawKeys(model, in: last, into: &frame)
    if lines.count > room {
      frame.draw(
        "\(first + 1) to \(min(lines.count, first + room)) of \(lines.count)", in: last,
        Style(.muted, on: .overlay), align: .trailing)
    }
  }

  private static func lines(_ model: DashboardModel) -> [[Span]] {
    let alerts = model.snapshot.alerts
    let heading = Style(.heading, on: .overlay).bold
    let muted = Style(.muted, on: .overlay)
    var lines: [[Span]] = []
    if !alerts.waiting.isEmpty {
      lines.append([Span("Waiting to be acknowledged", Style(.danger, on: .overlay).bold)])
      lines += alerts.waiting.reversed().map { line($0) }
      lines.append([])
    }
    lines.append([Span("Rules", heading)])
    lines += alerts.rules.map(line)
    if alerts.rules.isEmpty {
      lines.append([Span("none; :alert btc > 65000 once sets one", muted)])
    }
    lines.append([])
    lines.append([Span("Fired", heading)])
    lines += alerts.recent.reversed().map { line($0) }
    if alerts.recent.isEmpty { lines.append([Span("nothing yet", muted)]) }
    return lines
  }

  private static func line(_ entry: AlertEntry) -> [Span] {
    let ink: Ink = entry.phase == .armed ? .good : .muted
    let count = entry.firedCount > 0 ? " \(entry.firedCount)x" : ""
    let phase = entry.phase.rawValue
    return [
      Span(pad("\(entry.id)", 5), Style(.accent, on: .overlay).bold),
      Span(pad(phase, 6) + pad(count, 5), Style(ink, on: .overlay)),
      Span(entry.rule.text, Style(.text, on: .overlay)),
    ]
  }

  private static func line(_ alert: AlertRecord) -> [Span] {
    [
      Span(pad(alert.at.timeText, 9), Style(.muted, on: .overlay)),
      Span(pad("\(alert.id)", 7), Style(.accent, on: .overlay)),
      Span(pad(alert.severity.rawValue, 9), Style(alert.ink, on: .overlay)),
      Span(alert.text, Style(alert.isWaiting ? .danger : .text, on: .overlay)),
    ]
  }

  private static func pad(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}

extension AlertRecord {
  /// How it looks.
  var ink: Ink {
    switch severity {
    case .info: .text
    case .warning: .warning
    case .critical: .danger
    }
  }
}

extension AlertsView {
  /// The prices of an instrument at which a rule may fire.
  func levels(of instrument: InstrumentID) -> [Price] {
    var seen: Set<Price> = []
    return rules.flatMap { $0.rule.prices(of: instrument) }.filter { seen.insert($0).inserted }
  }
}
