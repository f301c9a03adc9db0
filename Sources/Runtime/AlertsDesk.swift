import Alerts
import Engine
import JSONText
import Trading
import Units

/// Answers what a second terminal asks about alerts.
struct AlertsDesk {
  private let runtime: BotRuntime

  init(_ runtime: BotRuntime) { self.runtime = runtime }

  /// Does what was asked and tells the outcome.
  func answer(_ verb: AlertsVerb, isJSON: Bool) -> String {
    let said: String?
    switch carryOut(verb) {
    case .done(let text): said = text
    case .refused(let reason): return ControlDesk.refusal(reason, isJSON: isJSON)
    }
    let report = AlertsReport(runtime.snapshot())
    if isJSON { return report.json(verb: "alerts \(verb.name)", said: said) }
    return said ?? report.text
  }

  private enum Outcome {
    /// Done; nil for a question.
    case done(String?)
    case refused(String)
  }

  private func carryOut(_ verb: AlertsVerb) -> Outcome {
    let before = runtime.snapshot().alerts
    switch verb {
    case .list: return .done(nil)
    case .add(let text):
      let rule: AlertRule
      do throws(ExpressionProblem) {
        rule = try AlertRule(
          text, vocabulary: before.vocabulary, defaults: before.defaults,
          now: runtime.snapshot().at)
      } catch {
        return .refused("\(error)")
      }
      let words = rule.text
      if let same = before.rules.first(where: { $0.text == words }) {
        return .done("alert \(same.id) is the same already")
      }
      runtime.command(.addAlert(text), from: .control)
      let after = runtime.snapshot().alerts
      guard let entry = after.rules.last(where: { $0.rule.definition == rule.definition }) else {
        let hasFired = after.recent.last.map { !before.recent.contains($0) } ?? false
        return hasFired
          ? .done("the alert fired at once: \(rule.text)")
          : .refused("there is no room for more alerts")
      }
      let wait = entry.isTrueAlready ? ", \(AlertEntry.trueAlready)" : ""
      return .done("alert \(entry.id) set\(wait): \(entry.text)")
    case .remove(let id):
      guard let entry = before.rules.first(where: { $0.id == id }) else {
        return .refused("there is no alert \(id)")
      }
      runtime.command(.removeAlert(id), from: .control)
      let until =
        entry.isConfigured
        ? " until the next start: take it out of alerts.yaml to be rid of it" : ""
      return .done("alert \(id) is removed\(until)")
    case .acknowledge(let id):
      let count = before.waiting.count { id == nil || $0.id == id }
      guard count > 0 else { return .done("nothing waits to be acknowledged") }
      runtime.command(.acknowledge(id), from: .control)
      return .done("acknowledged \(count)")
    case .test(let severity):
      runtime.command(.testAlert(severity), from: .control)
      return .done("sent a test of severity \(severity.rawValue) through every channel")
    }
  }
}

/// The alert rules, the newest alerts and the channels, for people and for programs.
nonisolated public struct AlertsReport: Sendable {
  private let alerts: AlertsView
  private let channels: [ChannelStatus]

  /// Reports what a snapshot shows.
  public init(_ snapshot: EngineSnapshot) {
    alerts = snapshot.alerts
    channels = snapshot.channels
  }

  /// The report in lines.
  public var text: String {
    var lines = ["rules \(alerts.rules.count)"]
    lines += alerts.rules.map { entry in
      let fired = entry.firedCount == 0 ? "" : ", fired \(entry.firedCount) times"
      let standing = entry.isTrueAlready ? AlertEntry.trueAlready : entry.phase.rawValue
      return "  \(entry.id) \(standing)\(fired): \(entry.text)"
    }
    lines.append("channels \(channels.count)")
    lines += channels.map { "  \($0.text)" }
    lines.append("alerts \(alerts.recent.count)")
    lines += alerts.recent.reversed().map { alert in
      let waits = alert.isWaiting ? " WAITS" : ""
      return "  \(alert.at.isoText) \(alert.id) \(alert.severity.rawValue)\(waits): \(alert.text)"
    }
    return lines.joined(separator: "\n")
  }

  /// The report as one JSON object, with the verb that was asked and what was done.
  public func json(verb: String, said: String?) -> String {
    var writer = JSONWriter(capacity: 4_096)
    writer.beginObject()
    writer.member("ok", true)
    writer.member("verb", verb)
    if let said { writer.member("did", said) }
    writer.key("rules")
    writer.beginArray()
    for entry in alerts.rules { write(entry, &writer) }
    writer.endArray()
    writer.key("alerts")
    writer.beginArray()
    for alert in alerts.recent { write(alert, &writer) }
    writer.endArray()
    writer.key("channels")
    writer.beginArray()
    for channel in channels { write(channel, &writer) }
    writer.endArray()
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }

  private func write(_ entry: AlertEntry, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", Int64(clamping: entry.id.number))
    writer.member("rule", entry.text)
    writer.member("severity", entry.rule.severity.rawValue)
    writer.member("phase", entry.phase.rawValue)
    writer.member("configured", entry.isConfigured)
    writer.member("firedCount", Int64(clamping: entry.firedCount))
    writer.key("firedAt")
    if let firedAt = entry.firedAt { writer.integer(firedAt.milliseconds) } else { writer.null() }
    writer.member("createdAt", entry.createdAt.milliseconds)
    writer.endObject()
  }

  private func write(_ alert: AlertRecord, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("id", alert.id.description)
    writer.member("severity", alert.severity.rawValue)
    writer.member("text", alert.text)
    writer.key("instrument")
    if let instrument = alert.instrument { writer.string(instrument.text) } else { writer.null() }
    writer.member("at", alert.at.milliseconds)
    writer.member("waiting", alert.isWaiting)
    writer.key("acknowledgedAt")
    if let at = alert.acknowledgedAt { writer.integer(at.milliseconds) } else { writer.null() }
    writer.endObject()
  }

  private func write(_ channel: ChannelStatus, _ writer: inout JSONWriter) {
    writer.beginObject()
    writer.member("name", channel.name)
    let until: Timestamp?
    switch channel.state {
    case .idle:
      writer.member("state", "idle")
      until = nil
    case .sending:
      writer.member("state", "sending")
      until = nil
    case .waiting(let moment):
      writer.member("state", "waiting")
      until = moment
    case .closed:
      writer.member("state", "closed")
      until = nil
    }
    writer.key("until")
    if let until { writer.integer(until.milliseconds) } else { writer.null() }
    writer.member("delivered", Int64(channel.deliveredCount))
    writer.member("waiting", Int64(channel.waitingCount))
    writer.member("dropped", Int64(channel.droppedCount))
    writer.key("problem")
    if let problem = channel.problem { writer.string(problem) } else { writer.null() }
    writer.endObject()
  }
}
