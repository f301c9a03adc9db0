import Trading
import Units

/// Something that happens at once and that a rule can wait for. The raw value is its name in a
/// rule.
public enum AlertEvent: String, Sendable, Hashable, CaseIterable {
  /// A fill of an order.
  case fill
  /// An order was placed, canceled or ended.
  case order
  /// The exchange refused an order.
  case refused
  /// Our own limits denied an order.
  case denied
  /// A position was closed by its stop.
  case stop
  /// A position was closed by its target.
  case target
  /// A position was liquidated or deleveraged by the exchange.
  case liquidation
  /// A position was opened.
  case opened
  /// A position was closed, whatever closed it.
  case closed
  /// A strategy wants something.
  case signal
  /// The bot was halted.
  case halt
  /// The program warns of something that no other event names.
  case trouble

  /// What it is, in a line of the help.
  public var meaning: String {
    switch self {
    case .fill: "an order of yours filled, in part or whole"
    case .order: "an order was placed, canceled or ended"
    case .refused: "the exchange refused an order"
    case .denied: "your limits denied an order"
    case .stop: "a stop closed a position"
    case .target: "a target closed a position"
    case .liquidation: "the exchange liquidated or deleveraged a position"
    case .opened: "a position was opened"
    case .closed: "a position was closed, whatever closed it"
    case .signal: "a strategy wants something"
    case .halt: "the bot was halted"
    case .trouble: "the program raised an alarm of its own"
    }
  }
}

extension AlertEvent {
  /// What an alert of it is about.
  var topic: AlertTopic {
    switch self {
    case .fill: .fill
    case .order: .order
    case .refused: .refused
    case .denied: .denied
    case .stop: .stop
    case .target: .target
    case .liquidation: .liquidation
    case .opened: .opened
    case .closed: .closed
    case .signal: .signal
    case .halt: .halt
    case .trouble: .trouble
    }
  }
}

/// What a rule waits for.
public enum AlertCondition: Sendable, Hashable, CustomStringConvertible {
  /// A condition that comes true.
  case expression(Expression)
  /// Something that happens, of one instrument or of any.
  case event(AlertEvent, InstrumentID?)

  /// The condition as a rule says it.
  public var description: String {
    switch self {
    case .expression(let expression): expression.description
    case .event(let event, let instrument):
      "on \(event.rawValue)" + (instrument.map { "(\($0))" } ?? "")
    }
  }

  /// The instrument that it is about, nil for none or several.
  public var instrument: InstrumentID? {
    switch self {
    case .expression(let expression): expression.instrument
    case .event(_, let instrument): instrument
    }
  }
}

extension AlertCondition {
  /// What an alert of it is about: of several things the one that is nearest to losing money.
  public var topic: AlertTopic {
    switch self {
    case .event(let event, _): event.topic
    case .expression(let expression):
      [.position, .account, .connection].first { topic in
        expression.readings.contains { $0.kind.topic == topic }
      } ?? .market
    }
  }
}

/// What somebody wants to be told of, and how often.
public struct AlertRule: Sendable, Hashable {
  /// How often a rule fires.
  public enum Repetition: String, Sendable, Hashable, CaseIterable {
    /// One time.
    case once
    /// Each time that its condition comes true anew.
    case every
  }

  /// What it waits for.
  public let condition: AlertCondition
  /// How much it matters.
  public let severity: AlertSeverity
  /// How often it fires.
  public let repetition: Repetition
  /// How far the condition must be left before it can fire again.
  public let rearm: AlertDistance
  /// The least time between two firings.
  public let cooldown: TimeSpan
  /// Whether it fires when its condition is true from the start.
  public let firesAtOnce: Bool
  /// When it ends, nil for never.
  public let expiresAt: Timestamp?
  /// The user's own words, empty for none.
  public let note: String

  /// States a rule.
  public init(
    condition: AlertCondition, severity: AlertSeverity, repetition: Repetition,
    rearm: AlertDistance, cooldown: TimeSpan, firesAtOnce: Bool, expiresAt: Timestamp?,
    note: String
  ) {
    self.condition = condition
    self.severity = severity
    self.repetition = repetition
    self.rearm = rearm
    self.cooldown = cooldown
    self.firesAtOnce = firesAtOnce
    self.expiresAt = expiresAt
    self.note = note
  }

  /// Whether a condition tells of a danger, which is told at once, and not of a price.
  static func tellsOfStates(_ condition: AlertCondition) -> Bool {
    switch condition {
    case .event: true
    case .expression(let expression): expression.readings.allSatisfy { $0.kind.tellsOfStates }
    }
  }

  /// The whole rule in words that read back as the same rule, wherever defaults differ.
  public var text: String {
    definition + (expiresAt.map { " until \($0.milliseconds)" } ?? "")
  }

  /// The rule without its end: two rules with the same words are the same.
  public var definition: String {
    var words = ["\(condition)", repetition.rawValue]
    if case .expression = condition { words.append("rearm \(rearm)") }
    if repetition == .every { words.append("cooldown \(AlertReading.text(of: cooldown))") }
    words.append(severity.rawValue)
    if firesAtOnce != Self.tellsOfStates(condition) { words.append(firesAtOnce ? "now" : "wait") }
    if !note.isEmpty { words.append("note \"\(note)\"") }
    return words.joined(separator: " ")
  }
}

/// What a rule has when it does not say.
public struct AlertDefaults: Sendable, Hashable {
  /// How much an alert matters.
  public let severity: AlertSeverity
  /// How often it fires.
  public let repetition: AlertRule.Repetition
  /// The re-arm distance.
  public let rearm: AlertDistance
  /// The least time between two firings.
  public let cooldown: TimeSpan

  /// States the defaults.
  public init(
    severity: AlertSeverity, repetition: AlertRule.Repetition, rearm: AlertDistance,
    cooldown: TimeSpan
  ) {
    self.severity = severity
    self.repetition = repetition
    self.rearm = rearm
    self.cooldown = cooldown
  }

  /// Warnings, once; 0.1 % and a minute between firings of those that repeat.
  public static let usual = AlertDefaults(
    severity: .warning, repetition: .once, rearm: .percent(Fixed(raw: 100_000_000_000_000_000)),
    cooldown: .minutes(1))
}
