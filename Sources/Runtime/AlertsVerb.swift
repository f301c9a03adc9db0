import Trading

/// What a second terminal can ask about alerts.
nonisolated public enum AlertsVerb: Sendable, Hashable {
  /// The rules and the newest alerts.
  case list
  /// A rule is made of its words.
  case add(String)
  /// A rule is taken away.
  case remove(AlertRuleID)
  /// An alert was seen, or all that wait (nil).
  case acknowledge(AlertID?)
  /// An alert that means nothing is sent through every channel.
  case test(AlertSeverity)

  /// The verb as the socket reads it, after `alerts`.
  public var line: String {
    switch self {
    case .list: "list"
    case .add(let text): "add \(text)"
    case .remove(let id): "remove \(id)"
    case .acknowledge(let id): "ack" + (id.map { " \($0)" } ?? "")
    case .test(let severity): "test \(severity.rawValue)"
    }
  }

  /// The verb alone, for answers.
  var name: String { String(line.prefix { $0 != " " }) }

  /// Reads what follows `alerts`; nil when it is no verb.
  public init?(line: some StringProtocol) {
    let text = line.drop { $0 == " " }
    let verb = text.prefix { $0 != " " }
    let rest = String(text.dropFirst(verb.count).drop { $0 == " " })
    switch verb {
    case "", "list": self = .list
    case "add" where !rest.isEmpty: self = .add(rest)
    case "remove":
      guard let number = UInt64(rest) else { return nil }
      self = .remove(AlertRuleID(number))
    case "ack":
      guard rest.isEmpty || AlertID(rest) != nil else { return nil }
      self = .acknowledge(AlertID(rest))
    case "test":
      guard let severity = rest.isEmpty ? .warning : AlertSeverity(rawValue: rest) else {
        return nil
      }
      self = .test(severity)
    default: return nil
    }
  }
}
