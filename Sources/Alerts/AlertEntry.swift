import Trading
import Units

/// What of a rule never changes: behind one reference, so that a screen's copy of ten thousand
/// rules counts one reference for each and not one for every part.
private final class AlertOrigin: Sendable {
  let id: AlertRuleID
  let rule: AlertRule
  let text: String
  let isConfigured: Bool
  let createdAt: Timestamp
  let prices: [(instrument: InstrumentID, price: Price)]

  init(_ id: AlertRuleID, _ rule: AlertRule, isConfigured: Bool, at createdAt: Timestamp) {
    self.id = id
    self.rule = rule
    text = rule.text
    self.isConfigured = isConfigured
    self.createdAt = createdAt
    prices = rule.prices
  }
}

/// A rule with where it stands.
public struct AlertEntry: Sendable {
  private let origin: AlertOrigin
  /// Its number.
  public var id: AlertRuleID { origin.id }
  /// What it waits for, and how often it fires.
  public var rule: AlertRule { origin.rule }
  /// The rule in its own words, made once: they are asked for at every change.
  public var text: String { origin.text }
  /// Whether it is of the configuration, not of a person.
  public var isConfigured: Bool { origin.isConfigured }
  /// When it was made.
  public var createdAt: Timestamp { origin.createdAt }
  /// The prices that the rule compares a price of an instrument with, for drawing.
  public var prices: [(instrument: InstrumentID, price: Price)] { origin.prices }
  /// Where it stands.
  public internal(set) var phase: AlertPhase
  /// How often it fired.
  public internal(set) var firedCount: UInt64
  /// How often it came true during its cool-down since it last fired.
  public internal(set) var suppressedCount: UInt64
  /// When it last fired, nil before the first time.
  public internal(set) var firedAt: Timestamp?
  /// The slots of its readings, in their order.
  var slots: [Int] = []
  /// Whether it is looked at when its cool-down is over.
  var isCooling = false
  /// Whether something changed that the journal does not know.
  var isChanged = true

  init(_ id: AlertRuleID, _ rule: AlertRule, isConfigured: Bool, at now: Timestamp) {
    origin = AlertOrigin(id, rule, isConfigured: isConfigured, at: now)
    phase = .new
    firedCount = 0
    suppressedCount = 0
    firedAt = nil
  }

  init(_ record: AlertRuleRecord, _ rule: AlertRule) {
    origin = AlertOrigin(
      record.id, rule, isConfigured: record.isConfigured, at: record.createdAt)
    phase = record.phase
    firedCount = record.firedCount
    suppressedCount = record.suppressedCount
    firedAt = record.firedAt
    isChanged = false
  }

  /// Whether its condition was true when it was set and has been since: it has not fired, and does
  /// when the condition comes true anew.
  public var isTrueAlready: Bool { phase == .spent && firedCount == 0 && suppressedCount == 0 }

  /// What is said of such a rule.
  public static let trueAlready = "true already, fires when it comes true anew"

  /// The line of the journal.
  public func record(at now: Timestamp) -> AlertRuleRecord {
    AlertRuleRecord(
      id: id, text: text, isConfigured: isConfigured, phase: phase, firedCount: firedCount,
      suppressedCount: suppressedCount, firedAt: firedAt, createdAt: createdAt, at: now)
  }

  mutating func move(to phase: AlertPhase) {
    guard phase != self.phase else { return }
    self.phase = phase
    isChanged = true
  }

  /// Takes what its condition says now and returns whether it fires.
  ///
  /// A rule that is armed fires when its condition comes true. It is armed again when the condition
  /// has become false by more than the re-arm distance. What comes true during the cool-down is
  /// counted; it fires after it if it is true still.
  mutating func take(isTrue: Bool, isHeld: Bool, at now: Timestamp) -> Bool {
    switch phase {
    case .new:
      guard isTrue else {
        move(to: .armed)
        return false
      }
      if rule.firesAtOnce { return fire(at: now) }
      move(to: .spent)
      return false
    case .armed: return isTrue && fire(at: now)
    case .spent:
      guard isHeld else {
        move(to: .armed)
        return false
      }
      guard isSuppressed, isTrue, cooldownEnd.map({ now >= $0 }) ?? true else { return false }
      // What is told now was counted when it came true.
      suppressedCount -= 1
      return fire(at: now)
    case .done, .expired, .removed: return false
    }
  }

  /// Takes something that happened and returns whether it fires.
  mutating func takeEvent(at now: Timestamp) -> Bool {
    guard phase.isActive else { return false }
    let fires = fire(at: now)
    if phase == .spent { move(to: .armed) }
    return fires
  }

  /// Whether its condition came true during the cool-down and has not become false since: that is
  /// told when the cool-down is over.
  var isSuppressed: Bool { phase == .spent && suppressedCount > 0 }

  /// When its cool-down is over, nil before it first fired.
  var cooldownEnd: Timestamp? { firedAt.map { $0 + rule.cooldown } }

  private mutating func fire(at now: Timestamp) -> Bool {
    isChanged = true
    if rule.repetition == .every, let firedAt, now - firedAt < rule.cooldown {
      suppressedCount += 1
      phase = .spent
      return false
    }
    firedCount += 1
    firedAt = now
    phase = rule.repetition == .once ? .done : .spent
    return true
  }
}
