import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// Every request that left and what became of it, every message and denial, newest first.
enum LogPanel {
  /// One line and its moment.
  private struct Entry {
    let at: Timestamp
    let spans: [Span]
  }

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.log, in: area, into: &frame)
    let entries = entries(model)
    let first = min(model.logOffset, max(0, entries.count - inside.height))
    for (row, entry) in entries.dropFirst(first).prefix(inside.height).enumerated() {
      frame.draw(
        [Span("\(entry.at.timeText) ", Style(.muted))] + entry.spans, in: inside.row(row))
    }
  }

  private static func entries(_ model: DashboardModel) -> [Entry] {
    let requests = model.snapshot.requests
    var entries = (Array(requests.answered) + requests.waiting).filter(\.isWorthShowing).map {
      line -> Entry in
      let (word, ink) = outcome(line)
      return Entry(at: line.sentAt, spans: [Span(word, Style(ink)), Span(" " + line.subject.text)])
    }
    // A denial is told as a notice too.
    entries += model.snapshot.notices.map { notice in
      let ink: Ink =
        switch notice.level {
        case .notice, .user: .text
        case .warning: .warning
        case .alarm: .danger
        }
      let name = notice.instrument.map { "\($0) " } ?? ""
      return Entry(at: notice.at, spans: [Span(name + notice.text, Style(ink))])
    }
    entries += model.snapshot.alerts.recent.map { alert in
      Entry(at: alert.at, spans: [Span("ALERT \(alert.id): \(alert.text)", Style(alert.ink))])
    }
    let ordered = entries.enumerated().sorted {
      ($0.element.at, $0.offset) > ($1.element.at, $1.offset)
    }
    return ordered.map(\.element)
  }

  private static func outcome(_ line: RequestLine) -> (String, Ink) {
    guard let answer = line.answer else { return ("waiting", .warning) }
    let details = [answer.code, answer.message].compactMap(\.self).joined(separator: " ")
    switch answer.result {
    case .confirmed: return ("ok", .good)
    case .refused: return ("refused: \(details)", .danger)
    case .unknown: return ("UNKNOWN: \(details)", .danger)
    case .notSent: return ("not sent: \(details)", .warning)
    }
  }
}

extension RequestLine {
  /// Whether people want to see it: what changes something, and every reading that went wrong.
  var isWorthShowing: Bool {
    switch subject {
    case .submit, .resend, .protect, .cancel, .cancelTrigger, .setLeverage, .setPositionMode:
      return true
    case .accountSnapshot, .orderStatus, .instruments, .tiers, .candles, .subscribe:
      return answer.map { $0.result != .confirmed } ?? false
    }
  }
}
