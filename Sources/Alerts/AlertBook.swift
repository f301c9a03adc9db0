import MarketData
import Trading
import Units

/// The alert rules of an account with what they look at: the values go in, alerts come out.
///
/// It is a value and knows no clock: what happened in the same order gives the same alerts. A new
/// value touches only the rules that it can make a difference to. Nothing fires on the first tick
/// after a gap: it may be what the exchange had queued, and the second one says the same if it is
/// true.
public struct AlertBook: Sendable {
  /// What words mean in a rule.
  public var vocabulary: AlertVocabulary
  /// What a rule has when it does not say.
  public let defaults: AlertDefaults
  /// How long an instrument may be silent before its next tick counts as the first after a gap.
  public let silence: TimeSpan
  var entries: [AlertEntry] = []
  var slots: [AlertSlot] = []
  var watches: [AlertWatch] = []
  private var positions: [AlertRuleID: Int] = [:]
  private var slotPositions: [AlertReading: Int] = [:]
  var watchPositions: [InstrumentID: Int] = [:]
  /// The watches with positions, the figures of the program, and whether anything follows the
  /// clock: asked for at every message, so kept and not looked for.
  var positionPlaces: [Int] = []
  var programKinds: [ReadingKind] = []
  var followsClock = false
  private var eventRules: [AlertEvent: [Int]] = [:]
  private var lastNumber: UInt64 = 0
  private var endedCount = 0
  private(set) var firstExpiry: Timestamp?
  var firings: [AlertFiring] = []
  private var changed: [Int] = []
  /// The rules that came true during their cool-down and are looked at when it is over, and the
  /// first moment at which one of them is.
  private var cooling: [Int] = []
  private(set) var firstCooldownEnd: Timestamp?

  /// The most rules that are kept.
  public static let ruleLimit = 20_000

  /// Makes a book without rules.
  public init(
    vocabulary: AlertVocabulary, defaults: AlertDefaults = .usual,
    silence: TimeSpan = .seconds(30)
  ) {
    self.vocabulary = vocabulary
    self.defaults = defaults
    self.silence = silence
  }

  /// The rules that can still fire, in the order of their numbers.
  public var rules: [AlertEntry] {
    let active = entries.filter { $0.phase.isActive }
    // They come in this order but from a journal that somebody has edited.
    let isSorted = zip(active, active.dropFirst()).allSatisfy { $0.id < $1.id }
    return isSorted ? active : active.sorted { $0.id < $1.id }
  }

  /// Returns the rule that can still fire and has these words, nil when there is none.
  public func rule(_ text: String) -> AlertRuleID? {
    entries.first { $0.phase.isActive && $0.text == text }?.id
  }

  /// Returns a rule by its number, nil when there is none any more.
  public func entry(_ id: AlertRuleID) -> AlertEntry? { positions[id].map { entries[$0] } }

  /// Counts upward whenever a rule comes or goes.
  public private(set) var generation: UInt64 = 0

  /// Whether there is a rule that can still fire.
  public var isEmpty: Bool { entries.count == endedCount }

  /// Adds a rule and returns its number; nil when there are too many already.
  public mutating func add(
    _ rule: AlertRule, isConfigured: Bool = false, at now: Timestamp
  ) -> AlertRuleID? {
    guard entries.count - endedCount < Self.ruleLimit else { return nil }
    lastNumber += 1
    let id = AlertRuleID(lastNumber)
    insert(AlertEntry(id, rule, isConfigured: isConfigured, at: now))
    return id
  }

  /// Takes back a rule that an earlier run had, as far as it had come. Ended rules only say which
  /// numbers are used.
  public mutating func restore(_ record: AlertRuleRecord, _ rule: AlertRule) {
    lastNumber = max(lastNumber, record.id.number)
    guard record.phase.isActive, positions[record.id] == nil,
      entries.count - endedCount < Self.ruleLimit
    else { return }
    insert(AlertEntry(record, rule))
  }

  /// Says that numbers up to this one are used.
  public mutating func skip(to id: AlertRuleID) { lastNumber = max(lastNumber, id.number) }

  /// Takes a rule away; false when it is not there or has ended.
  public mutating func remove(_ id: AlertRuleID) -> Bool {
    guard let position = positions[id], entries[position].phase.isActive else { return false }
    end(position, .removed)
    return true
  }

  /// Looks at a rule with the values of now, as after ``add(_:isConfigured:at:)`` when every value
  /// was given.
  public mutating func review(_ id: AlertRuleID, at now: Timestamp) {
    if let position = positions[id] { evaluate(position, at: now) }
  }

  /// Returns what fired and what changed since the last call, in order.
  public mutating func take(at now: Timestamp) -> (
    firings: [AlertFiring], changes: [AlertRuleRecord]
  ) {
    guard !firings.isEmpty || !changed.isEmpty else { return ([], []) }
    var records: [AlertRuleRecord] = []
    for position in changed where entries[position].isChanged {
      entries[position].isChanged = false
      records.append(entries[position].record(at: now))
    }
    changed.removeAll(keepingCapacity: true)
    var fired: [AlertFiring] = []
    swap(&fired, &firings)
    if endedCount > 64 + entries.count / 4 { compact() }
    return (fired, records)
  }

  /// Whether something waits for ``take(at:)``.
  public var hasNews: Bool { !firings.isEmpty || !changed.isEmpty }

  /// Something happened: the rules that wait for it fire.
  public mutating func happened(
    _ event: AlertEvent, _ instrument: InstrumentID?, _ text: @autoclosure () -> String,
    at now: Timestamp
  ) {
    guard !entries.isEmpty else { return }
    expire(at: now)
    for position in eventRules[event] ?? [] {
      if case .event(_, let wanted?) = entries[position].rule.condition, wanted != instrument {
        continue
      }
      guard entries[position].takeEvent(at: now) else {
        if entries[position].isChanged { changed.append(position) }
        continue
      }
      fire(position, .happening(text()), at: now)
    }
  }

  /// Ends the rules whose time is over.
  mutating func expire(at now: Timestamp) {
    guard let first = firstExpiry, first <= now else { return }
    firstExpiry = nil
    for position in entries.indices where entries[position].phase.isActive {
      guard let moment = entries[position].rule.expiresAt else { continue }
      if moment <= now {
        end(position, .expired)
      } else {
        firstExpiry = min(firstExpiry ?? moment, moment)
      }
    }
  }

  /// Compares a rule's condition with the values of now.
  mutating func evaluate(_ position: Int, at now: Timestamp) {
    guard entries[position].phase.isActive,
      case .expression(let expression) = entries[position].rule.condition
    else { return }
    let bound = entries[position].slots
    for slot in bound where slots[slot].trust != .settled { return }
    guard let isTrue = Self.isTrue(expression, slots, bound, slack: nil) else { return }
    // Whether it is still held is of meaning only to a rule that waits to be armed.
    let isHeld =
      isTrue || entries[position].phase != .spent
      || Self.isTrue(expression, slots, bound, slack: entries[position].rule.rearm) ?? true
    let fires = entries[position].take(isTrue: isTrue, isHeld: isHeld, at: now)
    if entries[position].isSuppressed { cool(position, at: now) }
    if entries[position].isChanged, !fires { changed.append(position) }
    guard fires else { return }
    let causes = zip(expression.readings, bound).map { AlertCause($0, slots[$1].value) }
    fire(position, .readings(causes), at: now)
  }

  /// Notes a rule that is looked at when its cool-down is over. After that whatever makes it true
  /// again is a change of what it reads.
  private mutating func cool(_ position: Int, at now: Timestamp) {
    guard !entries[position].isCooling, let end = entries[position].cooldownEnd, end > now else {
      return
    }
    entries[position].isCooling = true
    cooling.append(position)
    firstCooldownEnd = min(firstCooldownEnd ?? end, end)
  }

  /// Looks again at the rules whose cool-down is over.
  mutating func endCooldowns(at now: Timestamp) {
    guard let first = firstCooldownEnd, first <= now else { return }
    let waiting = cooling
    cooling.removeAll(keepingCapacity: true)
    firstCooldownEnd = nil
    for position in waiting {
      entries[position].isCooling = false
      guard entries[position].isSuppressed else { continue }
      cool(position, at: now)
      if !entries[position].isCooling { evaluate(position, at: now) }
    }
  }

  /// Returns whether a condition is true, nil when that is not known.
  ///
  /// A function of the readings alone: a closure over the book would copy the whole of it.
  private static func isTrue(
    _ expression: Expression, _ slots: [AlertSlot], _ bound: [Int], slack: AlertDistance?
  ) -> Bool? {
    withUnsafeTemporaryAllocation(of: Fixed?.self, capacity: bound.count) { values in
      for (place, slot) in bound.enumerated() {
        values.initializeElement(at: place, to: slots[slot].value)
      }
      return expression.nodes.withUnsafeBufferPointer {
        Evaluation(nodes: $0, values: UnsafeBufferPointer(values), slack: slack).isTrue
      }
    }
  }

  /// Arms the repeating rules of a reading anew, because what it told of is over.
  mutating func rearm(readersOf slot: Int) {
    for position in slots[slot].readers where entries[position].phase == .spent {
      entries[position].move(to: .armed)
      changed.append(position)
    }
  }

  private mutating func fire(_ position: Int, _ cause: AlertFiring.Cause, at now: Timestamp) {
    let entry = entries[position]
    firings.append(
      AlertFiring(
        id: AlertID(rule: entry.id, count: entry.firedCount), rule: entry.rule, cause: cause,
        suppressedCount: entry.suppressedCount, at: now))
    entries[position].suppressedCount = 0
    changed.append(position)
    guard !entries[position].phase.isActive else { return }
    endedCount += 1
    generation += 1
  }

  private mutating func end(_ position: Int, _ phase: AlertPhase) {
    entries[position].move(to: phase)
    changed.append(position)
    endedCount += 1
    generation += 1
  }

  private mutating func insert(_ entry: AlertEntry) {
    entries.append(entry)
    generation += 1
    let position = entries.count - 1
    positions[entry.id] = position
    if let moment = entry.rule.expiresAt { firstExpiry = min(firstExpiry ?? moment, moment) }
    if entry.isChanged { changed.append(position) }
    if entry.isSuppressed { cool(position, at: .earliestPlausible) }
    index(position)
  }

  /// Enters a rule where the values that it looks at come in.
  private mutating func index(_ position: Int) {
    let rule = entries[position].rule
    switch rule.condition {
    case .event(let event, _): eventRules[event, default: []].append(position)
    case .expression(let expression):
      entries[position].slots = expression.readings.map { slotPosition(of: $0) }
      let bound = entries[position].slots
      for slot in bound { slots[slot].addReader(position) }
      let (levels, others) = expression.levels(slack: rule.rearm)
      for level in levels { slots[bound[level.reading]].addLevel(level.number, position) }
      for reading in others.sorted() { slots[bound[reading]].addWatcher(position) }
    }
  }

  /// Returns the slot of a reading, made if it is not there.
  mutating func slotPosition(of reading: AlertReading) -> Int {
    if let known = slotPositions[reading] { return known }
    slots.append(AlertSlot(reading))
    let position = slots.count - 1
    slotPositions[reading] = position
    watch(reading, position)
    return position
  }

  /// Returns the slot of a reading, nil when no rule reads it.
  func slot(of reading: AlertReading) -> Int? { slotPositions[reading] }

  /// Drops the rules that have ended.
  private mutating func compact() {
    entries.removeAll { !$0.phase.isActive }
    endedCount = 0
    positions.removeAll(keepingCapacity: true)
    eventRules.removeAll()
    for slot in slots.indices { slots[slot].forgetRules() }
    cooling = entries.indices.filter { entries[$0].isCooling }
    for position in entries.indices {
      positions[entries[position].id] = position
      index(position)
    }
  }
}
