import AccountData
import Engine
import MarketData
import Screen
import Trading
import Units

/// Every request that left and what became of it, every message and denial, newest first.
enum LogPanel {
  /// A line before it is written: when, and where it comes from.
  private struct Entry {
    let at: Timestamp
    let source: Source
  }

  private enum Source {
    /// An answered request, by its place in the log.
    case answered(Int)
    /// A request that waits, by its place.
    case waiting(Int)
    /// A notice, by its place; a denial is told as one too.
    case notice(Int)
    /// An alert that fired, by its place.
    case alert(Int)
  }

  static func draw(_ model: DashboardModel, in area: Rect, into frame: inout Frame) {
    let inside = model.drawPanel(.log, in: area, into: &frame)
    guard inside.width > timeWidth + 8 else { return }
    let entries = entries(model.snapshot, newest: model.logOffset + inside.height)
    var row = 0
    for entry in entries.dropFirst(min(model.logOffset, max(0, entries.count - 1))) {
      guard row < inside.height else { break }
      frame.draw("\(entry.at.timeText) ", in: inside.row(row), Style(.muted))
      let lines = WrappedSpans.rows(
        model.masked(spans(entry.source, model.snapshot)), width: inside.width - timeWidth,
        limit: wrapLimit)
      for line in lines.prefix(inside.height - row) {
        frame.draw(line, in: inside.row(row).columns([.fixed(timeWidth), .rest])[1])
        row += 1
      }
    }
  }

  /// How many lines there are.
  static func count(_ snapshot: EngineSnapshot) -> Int {
    unordered(snapshot, each: .max).count
  }

  /// The newest line and its time, for the message line; nil when it is old news.
  ///
  /// `besideAlert` leaves alerts out: the one that waits is said already, and goes before others.
  static func newest(
    _ snapshot: EngineSnapshot, besideAlert: Bool
  ) -> (at: Timestamp, line: [Span])? {
    let entry = entries(snapshot, newest: 1).first {
      if case .alert = $0.source { !besideAlert } else { true }
    }
    guard let entry, snapshot.at - entry.at < .minutes(2) else { return nil }
    let line = [Span("\(entry.at.timeText) ", Style(.muted))] + spans(entry.source, snapshot)
    return (entry.at, line)
  }

  /// Columns of the time and the space after it.
  private static let timeWidth = 9
  /// The most rows of one line of the log.
  private static let wrapLimit = 4

  /// All lines, newest first; of those of one moment the one that was told last.
  ///
  /// Each list holds what it has nearly in the order of its times; a few more than are wanted are
  /// looked at.
  private static func entries(_ snapshot: EngineSnapshot, newest wanted: Int) -> [Entry] {
    let entries = unordered(snapshot, each: wanted + 50)
    let ordered = entries.indices.sorted {
      (entries[$0].at, $0) > (entries[$1].at, $1)
    }
    return ordered.map { entries[$0] }
  }

  private static func unordered(_ snapshot: EngineSnapshot, each count: Int) -> [Entry] {
    let requests = snapshot.requests
    var entries: [Entry] = []
    var left = count
    for place in requests.answered.indices.reversed() where left > 0 {
      let line = requests.answered[place]
      guard line.isWorthShowing else { continue }
      entries.append(Entry(at: line.sentAt, source: .answered(place)))
      left -= 1
    }
    entries.reverse()
    for (place, line) in requests.waiting.enumerated() where line.isWorthShowing {
      entries.append(Entry(at: line.sentAt, source: .waiting(place)))
    }
    for place in snapshot.notices.indices.suffix(count)
    where !isToldByAlert(snapshot.notices[place], snapshot) {
      entries.append(Entry(at: snapshot.notices[place].at, source: .notice(place)))
    }
    for (place, alert) in snapshot.alerts.recent.enumerated() {
      entries.append(Entry(at: alert.at, source: .alert(place)))
    }
    return entries
  }

  /// Whether an alert says the same: an alarm of the program raises one where a rule asks for it.
  private static func isToldByAlert(_ notice: Notice, _ snapshot: EngineSnapshot) -> Bool {
    guard notice.level == .alarm else { return false }
    return snapshot.alerts.recent.contains { alert in
      alert.at >= notice.at && alert.at - notice.at <= .seconds(1)
        && alert.text.hasSuffix(notice.text)
    }
  }

  private static func spans(_ source: Source, _ snapshot: EngineSnapshot) -> [Span] {
    switch source {
    case .answered(let place): return spans(snapshot.requests.answered[place])
    case .waiting(let place): return spans(snapshot.requests.waiting[place])
    case .alert(let place):
      let alert = snapshot.alerts.recent[place]
      return [Span("ALERT \(alert.id): \(alert.text)", Style(alert.ink))]
    case .notice(let place):
      let notice = snapshot.notices[place]
      let ink: Ink =
        switch notice.level {
        case .notice, .user: .text
        case .warning: .warning
        case .alarm: .danger
        }
      let name = notice.instrument.map { "\($0) " } ?? ""
      return [Span(name + notice.text, Style(ink))]
    }
  }

  private static func spans(_ line: RequestLine) -> [Span] {
    let (word, ink) = outcome(line)
    return [Span(word, Style(ink)), Span(" " + line.subject.text)]
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
