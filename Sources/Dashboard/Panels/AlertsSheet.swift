import Alerts
import Engine
import Screen
import Trading
import Units

/// The alerts: what waits to be acknowledged, how the channels stand, the rules with where they
/// stand, and what fired.
enum AlertsSheet {
  static func draw(
    _ offset: Int, _ model: DashboardModel, over area: Rect, into frame: inout Frame
  ) {
    let inside = drawBox("Alerts", largest, model, over: area, into: &frame)
    let rows = rows(model.snapshot)
    let room = max(1, inside.height - 1)
    let first = min(offset, ScrollExtent(count: rows.count, page: room).last)
    for (place, row) in rows.dropFirst(first).prefix(room).enumerated() {
      frame.draw(model.masked(spans(row, model.snapshot)), in: inside.row(place).inset(x: 1, y: 0))
    }
    let last = inside.row(inside.height - 1)
    drawKeys(model, in: last, into: &frame)
    if rows.count > room {
      frame.draw(
        "\(first + 1) to \(min(rows.count, first + room)) of \(rows.count)", in: last,
        Style(.muted, on: .overlay), align: .trailing)
    }
  }

  private static let largest = Size(width: 120, height: 40)

  /// How far they can be scrolled in an area.
  static func extent(_ model: DashboardModel, over area: Rect) -> ScrollExtent {
    let inside = area.centered(largest).inset(x: 1, y: 1)
    return ScrollExtent(count: rows(model.snapshot).count, page: inside.height - 1)
  }

  /// One row by what it shows: of ten thousand rules only those in sight are written.
  private enum Row {
    case gap
    case danger(String)
    case heading(String)
    case note(String)
    case channel(Int)
    case problem(String, Ink)
    case rule(Int)
    case alert(Int)
  }

  private static func rows(_ snapshot: EngineSnapshot) -> [Row] {
    let alerts = snapshot.alerts
    var rows: [Row] = []
    let waiting = alerts.recent.indices.filter { alerts.recent[$0].isWaiting }
    if !waiting.isEmpty {
      rows.append(.danger("Waiting to be acknowledged"))
      rows += waiting.reversed().map { .alert($0) }
      rows.append(.gap)
    }
    if !snapshot.channels.isEmpty {
      rows.append(.heading("Channels"))
      for (place, channel) in snapshot.channels.enumerated() {
        rows.append(.channel(place))
        if let problem = channel.problem { rows.append(.problem(problem, ink(channel))) }
      }
      rows.append(.gap)
    }
    rows.append(.heading("Rules (:alert remove, with its number, removes one)"))
    rows += alerts.rules.indices.map { .rule($0) }
    if alerts.rules.isEmpty { rows.append(.note("none; :alert btc > 65000 once sets one")) }
    rows += [.gap, .heading("Fired")]
    rows += alerts.recent.indices.reversed().map { .alert($0) }
    if alerts.recent.isEmpty { rows.append(.note("nothing yet")) }
    return rows
  }

  private static func spans(_ row: Row, _ snapshot: EngineSnapshot) -> [Span] {
    switch row {
    case .gap: []
    case .danger(let text): [Span(text, Style(.danger, on: .overlay).bold)]
    case .heading(let text): [Span(text, Style(.heading, on: .overlay).bold)]
    case .note(let text): [Span(text, Style(.muted, on: .overlay))]
    case .channel(let place): line(snapshot.channels[place])
    case .problem(let text, let ink): [Span(pad("", 10) + text, Style(ink, on: .overlay))]
    case .rule(let place): line(snapshot.alerts.rules[place])
    case .alert(let place): line(snapshot.alerts.recent[place])
    }
  }

  private static func line(_ entry: AlertEntry) -> [Span] {
    let ink: Ink = entry.phase == .armed ? .good : .muted
    let count = entry.firedCount > 0 ? " \(entry.firedCount)x" : ""
    // One that was true when it was set has fired nothing, so that it is not spent.
    let phase = entry.isTrueAlready ? "true" : entry.phase.rawValue
    return [
      Span(pad("\(entry.id)", 5), Style(.accent, on: .overlay).bold),
      Span(pad(phase, 6) + pad(count, 5), Style(ink, on: .overlay)),
      Span(entry.text, Style(.text, on: .overlay)),
    ]
  }

  private static func line(_ channel: ChannelStatus) -> [Span] {
    let (text, muted) = (Style(.text, on: .overlay), Style(.muted, on: .overlay))
    return [
      Span(pad(channel.name, 10), Style(.accent, on: .overlay).bold),
      Span(pad(channel.stateText, 22), Style(ink(channel), on: .overlay)),
      Span(pad("\(channel.deliveredCount) delivered", 16), text),
      Span(
        pad("\(channel.waitingCount) waiting", 13), channel.waitingCount == 0 ? muted : text),
      Span(
        "\(channel.droppedCount) dropped",
        channel.droppedCount == 0 ? muted : Style(.warning, on: .overlay)),
    ]
  }

  private static func ink(_ channel: ChannelStatus) -> Ink {
    switch channel.state {
    case .closed: .danger
    case .idle, .sending, .waiting: channel.problem == nil ? .good : .warning
    }
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
    TextWidth.padded(text, to: width, gap: 1)
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
  func levels(of instrument: InstrumentID) -> [Price] { levels[instrument, default: []] }
}
