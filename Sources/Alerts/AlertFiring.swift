import Trading
import Units

/// A reading of a rule with what it was when the rule fired.
public struct AlertCause: Sendable, Hashable {
  /// What of a market or the account was read.
  public let reading: AlertReading
  /// Its value, nil while it is not known.
  public let value: Fixed?

  /// States what a reading was.
  public init(_ reading: AlertReading, _ value: Fixed?) {
    self.reading = reading
    self.value = value
  }
}

/// A rule that fired, with what made it fire.
public struct AlertFiring: Sendable, Hashable {
  /// What made a rule fire.
  public enum Cause: Sendable, Hashable {
    /// The readings of a condition.
    case readings([AlertCause])
    /// Something that happened, in a sentence.
    case happening(String)
  }

  /// Its name.
  public let id: AlertID
  /// The rule as it was set.
  public let rule: AlertRule
  /// What made it fire.
  public let cause: Cause
  /// How often the rule came true during its cool-down since it last fired.
  public let suppressedCount: UInt64
  /// When it fired.
  public let at: Timestamp

  /// States that a rule fired.
  public init(
    id: AlertID, rule: AlertRule, cause: Cause, suppressedCount: UInt64, at: Timestamp
  ) {
    self.id = id
    self.rule = rule
    self.cause = cause
    self.suppressedCount = suppressedCount
    self.at = at
  }

  /// The sentence, as far as the readings themselves tell it.
  public var text: String { sentence { _ in nil } }

  /// The sentence: the user's words if there are any, what is the case, and the condition where
  /// that is not the same. `words` may know more of a reading than its value tells, such as which
  /// connection is lost.
  public func sentence(_ words: (AlertCause) -> String?) -> String {
    let before = rule.note.isEmpty ? "" : "\(rule.note): "
    let after = suppressedCount > 0 ? " (and \(suppressedCount) times while it was quiet)" : ""
    switch cause {
    case .happening(let text): return before + text + after
    case .readings(let causes):
      guard case .expression(let expression) = rule.condition, !expression.tellsItself else {
        return before + Self.facts(causes.filter(\.isTrue), words) + after
      }
      return "\(before)\(Self.facts(causes, words)) (\(expression))\(after)"
    }
  }

  /// The line of the journal; `words` as in ``sentence(_:)``.
  public func record(_ words: (AlertCause) -> String?) -> AlertRecord {
    AlertRecord(
      id: id, severity: rule.severity, text: sentence(words), topic: rule.condition.topic,
      instrument: rule.condition.instrument, at: at)
  }

  /// What the readings were, one after another; an instrument is named where another one was.
  private static func facts(_ causes: [AlertCause], _ words: (AlertCause) -> String?) -> String {
    var last: InstrumentID?
    var facts: [String] = []
    for cause in causes {
      if let text = words(cause) {
        facts.append(text)
        last = nil
        continue
      }
      let name = cause.reading.instrument
      if let name, name != last {
        facts.append("\(name) \(cause.words)")
      } else {
        facts.append(cause.words)
      }
      last = name
    }
    return facts.joined(separator: ", ")
  }
}

extension Expression {
  /// Whether its true readings say all of it: nothing is compared, counted or denied.
  fileprivate var tellsItself: Bool {
    nodes.allSatisfy { node in
      switch node {
      case .reading, .both, .either: true
      case .constant, .negative, .magnitude, .arithmetic, .least, .greatest, .compare, .not: false
      }
    }
  }
}

extension AlertCause {
  /// Whether it is a condition that is met.
  fileprivate var isTrue: Bool { value.map { !$0.isZero } ?? false }
}
