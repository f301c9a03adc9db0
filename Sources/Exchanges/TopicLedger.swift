import Units

/// What became of each wanted topic on one connection.
///
/// The part of ``StreamSession`` that knows topics: packing them into messages, matching answers,
/// noticing that one has gone silent. A value without a clock.
struct TopicLedger<Topic: StreamTopic>: Sendable {
  enum State: Sendable, Hashable {
    /// To be subscribed, alone in its message where it was among suspects, not before a moment.
    case wanted(alone: Bool, notBefore: Timestamp)
    /// Subscribed, no answer yet.
    case sent(at: Timestamp)
    /// Delivering.
    case live
    /// Given up, until it is tried again.
    case refused
  }

  struct Entry: Sendable {
    let topic: Topic
    var state: State
    var attempts = 0
    /// When a topic that was given up is tried again.
    var retryAt: Timestamp?
    /// How often in a row it was given up.
    var refusals = 0
    /// Why it was given up last; nil while it is delivered.
    var refusal: String?
    var lastMessage: Timestamp
    var lastSent: Timestamp?
    var staleFactor: Int64 = 1
    /// Gaps in a row, each soon after the subscription before it.
    var gaps = 0
  }

  enum Change: Sendable, Hashable {
    case subscribe([Topic])
    case unsubscribe([Topic])
    case down(Topic, String)
    case refused(Topic, String)
  }

  private(set) var entries: [Entry] = []

  /// Sets what is wanted; returns the topics that are delivered or asked for and no longer wanted.
  mutating func setTopics(_ topics: [Topic], at now: Timestamp) -> [Topic] {
    var kept: [Topic: Entry] = [:]
    for entry in entries { kept[entry.topic] = entry }
    var seen: Set<Topic> = []
    let wanted = topics.filter { seen.insert($0).inserted }
    let gone = entries.filter { !seen.contains($0.topic) }
    entries = wanted.map {
      kept[$0]
        ?? Entry(
          topic: $0, state: .wanted(alone: false, notBefore: now), lastMessage: now)
    }
    return gone.filter { entry in
      switch entry.state {
      case .live, .sent: true
      case .wanted, .refused: false
      }
    }.map(\.topic)
  }

  /// Forgets everything that was true of the last connection.
  mutating func restart(at now: Timestamp) {
    for index in entries.indices {
      entries[index] = Entry(
        topic: entries[index].topic, state: .wanted(alone: false, notBefore: now),
        lastMessage: now)
    }
  }

  /// Packs what is due into messages whose arguments together stay below a number of bytes.
  mutating func subscribe(at now: Timestamp, argumentBytesBelow limit: Int) -> [Change] {
    var messages: [Change] = []
    var packed: [Topic] = []
    var bytes = 0
    for index in entries.indices {
      guard case .wanted(let alone, let notBefore) = entries[index].state, notBefore <= now else {
        continue
      }
      let topic = entries[index].topic
      entries[index].state = .sent(at: now)
      entries[index].attempts += 1
      entries[index].lastSent = now
      if alone {
        messages.append(.subscribe([topic]))
        continue
      }
      // One more byte for the comma between arguments.
      if !packed.isEmpty, bytes + 1 + topic.argumentByteCount >= limit {
        messages.append(.subscribe(packed))
        packed = []
        bytes = 0
      }
      bytes += topic.argumentByteCount + (packed.isEmpty ? 0 : 1)
      packed.append(topic)
    }
    if !packed.isEmpty { messages.append(.subscribe(packed)) }
    return messages
  }

  /// Notes that the exchange confirmed a topic.
  mutating func acknowledge(_ topic: Topic, at now: Timestamp) {
    guard let index = slot(of: topic) else { return }
    if becomeLive(index) { entries[index].lastMessage = now }
  }

  /// Notes a message of a topic; a message proves the subscription as well as an answer does.
  mutating func noteMessage(slot: Int, at now: Timestamp) {
    entries[slot].lastMessage = now
    entries[slot].staleFactor = 1
    becomeLive(slot)
  }

  /// Takes an error about a subscription. One suspect is guilty; several are tried one by one.
  ///
  /// `suspects` is what the error's text names; empty where it names nothing that we know.
  mutating func fail(_ suspects: [Topic], reason: String, at now: Timestamp) -> [Change] {
    let named = entries.indices.filter {
      if case .sent = entries[$0].state {
        suspects.isEmpty || suspects.contains(entries[$0].topic)
      } else {
        false
      }
    }
    if named.count == 1, let only = named.first {
      return refuse(only, reason, at: now)
    }
    for index in named {
      entries[index].state = .wanted(
        alone: true, notBefore: now + StreamRules.resubscribeSpacing)
    }
    return []
  }

  /// Asks for a topic anew: its messages have a gap. Does nothing while an answer is awaited.
  ///
  /// The first time at once; a topic that breaks again and again is asked for ever more rarely.
  mutating func resubscribe(_ topic: Topic, at now: Timestamp) -> [Change] {
    guard let index = slot(of: topic), case .live = entries[index].state else { return [] }
    if let sent = entries[index].lastSent, sent + StreamRules.gapMemory <= now {
      entries[index].gaps = 0
    }
    let spacing = StreamRules.resubscribeSpacing.milliseconds << Int64(entries[index].gaps)
    entries[index].gaps = min(entries[index].gaps + 1, StreamRules.gapDoublings)
    return restart(index, spacing: .milliseconds(spacing), at: now)
  }

  /// Looks for topics that stayed silent and for subscriptions that stayed unanswered.
  mutating func check(at now: Timestamp, acknowledgeWithin: TimeSpan) -> [Change] {
    var changes: [Change] = []
    for index in entries.indices {
      guard let deadline = deadline(of: entries[index], acknowledgeWithin), deadline <= now else {
        continue
      }
      let topic = entries[index].topic
      switch entries[index].state {
      case .sent where entries[index].attempts >= StreamRules.subscribeAttempts:
        changes += refuse(index, "no answer to the subscription", at: now)
      case .sent:
        entries[index].state = .wanted(alone: true, notBefore: now)
      case .live:
        changes.append(.down(topic, "no message for too long"))
        entries[index].staleFactor = min(
          entries[index].staleFactor * 2, StreamRules.staleFactorLimit)
        entries[index].lastMessage = now
        changes += restart(index, spacing: StreamRules.resubscribeSpacing, at: now)
      case .refused:
        entries[index].retryAt = nil
        entries[index].state = .wanted(alone: true, notBefore: now)
      case .wanted: break
      }
    }
    return changes
  }

  /// When something is due next; nil when nothing is.
  func nextMoment(acknowledgeWithin: TimeSpan) -> Timestamp? {
    entries.compactMap { deadline(of: $0, acknowledgeWithin) }.min()
  }

  /// Whether every topic is delivering or given up.
  var isSettled: Bool {
    entries.allSatisfy {
      switch $0.state {
      case .live, .refused: true
      case .wanted, .sent: false
      }
    }
  }

  /// Which topic is given up, and why; nil when none is.
  var refusal: String? {
    for entry in entries where entry.state == .refused {
      return "\(entry.topic) is not delivered: \(entry.refusal ?? "no reason given")"
    }
    return nil
  }

  /// The place of a topic, valid until the topics are set again.
  func slot(of topic: Topic) -> Int? {
    entries.firstIndex { $0.topic == topic }
  }

  /// Notes that a topic that was asked for is delivered; false where it was not asked for or was
  /// delivered before. What was given up for want of an answer may get a late one.
  @discardableResult
  private mutating func becomeLive(_ index: Int) -> Bool {
    switch entries[index].state {
    case .live, .wanted: return false
    case .sent, .refused:
      entries[index].state = .live
      entries[index].attempts = 0
      entries[index].refusals = 0
      entries[index].refusal = nil
      return true
    }
  }

  /// Gives a topic up until it is tried again, ever more rarely; the same reason is told once.
  private mutating func refuse(_ index: Int, _ reason: String, at now: Timestamp) -> [Change] {
    let doublings = min(entries[index].refusals, StreamRules.topicRetryDoublings)
    let wait = StreamRules.topicRetry.milliseconds << Int64(doublings)
    entries[index].state = .refused
    entries[index].retryAt = now + .milliseconds(wait)
    entries[index].refusals += 1
    guard entries[index].refusal != reason else { return [] }
    entries[index].refusal = reason
    return [.refused(entries[index].topic, reason)]
  }

  private mutating func restart(
    _ index: Int, spacing: TimeSpan, at now: Timestamp
  ) -> [Change] {
    let earliest = entries[index].lastSent.map { $0 + spacing } ?? now
    entries[index].state = .wanted(alone: false, notBefore: max(now, earliest))
    return [.unsubscribe([entries[index].topic])]
  }

  private func deadline(of entry: Entry, _ acknowledgeWithin: TimeSpan) -> Timestamp? {
    switch entry.state {
    case .wanted(_, let notBefore): notBefore
    case .sent(let sentAt): sentAt + acknowledgeWithin
    case .live:
      entry.topic.staleAfter.map {
        entry.lastMessage + .milliseconds($0.milliseconds * entry.staleFactor)
      }
    case .refused: entry.retryAt
    }
  }
}
