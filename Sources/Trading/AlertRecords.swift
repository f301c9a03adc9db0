import Units

/// How much an alert matters.
public enum AlertSeverity: String, Sendable, Hashable, CaseIterable, Comparable {
  /// Good to know.
  case info
  /// Look soon.
  case warning
  /// Look now: it stays on the screen and repeats until somebody acknowledges it.
  case critical

  public static func < (left: Self, right: Self) -> Bool { left.rank < right.rank }

  /// Its place among the severities, zero for the least.
  public var rank: Int {
    switch self {
    case .info: 0
    case .warning: 1
    case .critical: 2
    }
  }
}

/// The number of an alert rule, unique in the journal.
public struct AlertRuleID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The number, from one on.
  public let number: UInt64

  /// Wraps a number.
  public init(_ number: UInt64) { self.number = number }

  public static func < (left: Self, right: Self) -> Bool { left.number < right.number }
  public var description: String { "\(number)" }
}

/// The name of one firing of a rule: the rule and which of its firings, such as `12.3`.
public struct AlertID: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// The rule that fired.
  public let rule: AlertRuleID
  /// Which firing of the rule, from one on.
  public let count: UInt64

  /// Names a firing.
  public init(rule: AlertRuleID, count: UInt64) {
    self.rule = rule
    self.count = count
  }

  /// Reads a name such as `12.3`; nil for anything else.
  public init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count == 2, let rule = UInt64(parts[0]), let count = UInt64(parts[1]) else {
      return nil
    }
    self.init(rule: AlertRuleID(rule), count: count)
  }

  public static func < (left: Self, right: Self) -> Bool {
    (left.rule, left.count) < (right.rule, right.count)
  }
  public var description: String { "\(rule).\(count)" }
}

/// Where an alert rule stands.
public enum AlertPhase: String, Sendable, Hashable, CaseIterable {
  /// It has not been compared with anything yet.
  case new
  /// It fires when its condition comes true.
  case armed
  /// Its condition was true; it must become false, by the re-arm distance, before it fires again.
  case spent
  /// It has fired for the last time.
  case done
  /// Its time was over before it fired for the last time.
  case expired
  /// Somebody took it away.
  case removed

  /// Whether the rule can still fire.
  public var isActive: Bool {
    switch self {
    case .new, .armed, .spent: true
    case .done, .expired, .removed: false
    }
  }
}

/// An alert rule as far as it has come; the newest line of a rule replaces the older ones.
public struct AlertRuleRecord: Sendable, Hashable {
  /// Its number.
  public let id: AlertRuleID
  /// The rule in its own words, which the engine can read.
  public let text: String
  /// Whether it is of the configuration, not of a person.
  public let isConfigured: Bool
  /// Where it stands.
  public let phase: AlertPhase
  /// How often it fired.
  public let firedCount: UInt64
  /// How often it came true during its cool-down, since it last fired.
  public let suppressedCount: UInt64
  /// When it last fired, nil before the first time.
  public let firedAt: Timestamp?
  /// When it was made.
  public let createdAt: Timestamp
  /// When this line was written.
  public let at: Timestamp

  /// States how far a rule has come.
  public init(
    id: AlertRuleID, text: String, isConfigured: Bool, phase: AlertPhase, firedCount: UInt64,
    suppressedCount: UInt64, firedAt: Timestamp?, createdAt: Timestamp, at: Timestamp
  ) {
    self.id = id
    self.text = text
    self.isConfigured = isConfigured
    self.phase = phase
    self.firedCount = firedCount
    self.suppressedCount = suppressedCount
    self.firedAt = firedAt
    self.createdAt = createdAt
    self.at = at
  }
}

/// An alert that fired.
public struct AlertRecord: Sendable, Hashable {
  /// Its name.
  public let id: AlertID
  /// How much it matters.
  public let severity: AlertSeverity
  /// The sentence: the condition with the values that made it true, or what happened.
  public let text: String
  /// What it is about; nil when its rule is not known any more. The journal does not keep it: the
  /// rule tells it.
  public var topic: AlertTopic?
  /// Which instrument it is about, nil for none or several.
  public let instrument: InstrumentID?
  /// When it fired.
  public let at: Timestamp
  /// When somebody acknowledged it, nil before.
  public var acknowledgedAt: Timestamp?
  /// Who acknowledged it.
  public var acknowledgedBy: CommandSource?

  /// States an alert.
  public init(
    id: AlertID, severity: AlertSeverity, text: String, topic: AlertTopic? = nil,
    instrument: InstrumentID?, at: Timestamp, acknowledgedAt: Timestamp? = nil,
    acknowledgedBy: CommandSource? = nil
  ) {
    self.id = id
    self.severity = severity
    self.text = text
    self.topic = topic
    self.instrument = instrument
    self.at = at
    self.acknowledgedAt = acknowledgedAt
    self.acknowledgedBy = acknowledgedBy
  }

  /// Whether it goes on asking for attention.
  public var isWaiting: Bool { severity == .critical && acknowledgedAt == nil }
}

/// What earlier runs left of alerts.
public struct AlertRecovery: Sendable, Hashable {
  /// The rules that can still fire, those of alerts that wait to be acknowledged and, so that they
  /// are not made anew, those of the configuration that have ended; in the order of their numbers.
  public var rules: [AlertRuleRecord]
  /// The highest number that a rule has had, nil when there was none.
  public var lastRule: AlertRuleID?
  /// The newest alerts and those that wait to be acknowledged, oldest first.
  public var alerts: [AlertRecord]

  /// States what was left.
  public init(
    rules: [AlertRuleRecord] = [], lastRule: AlertRuleID? = nil, alerts: [AlertRecord] = []
  ) {
    self.rules = rules
    self.lastRule = lastRule
    self.alerts = alerts
  }
}
