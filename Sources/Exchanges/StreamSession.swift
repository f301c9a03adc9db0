import Trading
import Units

/// One stream connection as a value: connect, log in, subscribe, stay alive, begin again.
///
/// Every input returns what the owner must do. The owner opens and closes the connection, encodes
/// messages, asks the ``ConnectGate`` for permission, and calls ``tick(at:)`` at ``nextMoment``.
/// Inputs of a connection that the owner has already dropped must not be passed on.
public struct StreamSession<Topic: StreamTopic>: Sendable {
  /// What the owner must do.
  public enum Action: Sendable, Hashable {
    /// Ask the gate; then call ``StreamSession/admitted(at:)``.
    case requestConnection
    /// Take a request for the gate back.
    case withdrawRequest
    /// Open a connection.
    case open
    /// Drop the connection at once; no input about it follows.
    case close
    /// Send the login.
    case logIn
    /// Send one message that subscribes these.
    case subscribe([Topic])
    /// Send one message that unsubscribes these.
    case unsubscribe([Topic])
    /// Send a heartbeat.
    case ping
    /// Tell how the connection stands.
    case report(LinkState)
    /// A topic's messages can no longer be trusted; it is being subscribed anew.
    case topicDown(Topic, String)
    /// A topic is not delivered on this connection; the others are.
    case topicRefused(Topic, String)
  }

  private enum Phase: Sendable, Hashable {
    case idle
    case resting(until: Timestamp)
    case queued
    case opening(since: Timestamp)
    case loggingIn(since: Timestamp)
    case up
  }

  private let rules: StreamRules
  private var backoff: Backoff
  private var random: SeededRandom
  private var phase = Phase.idle
  private var ledger = TopicLedger<Topic>()
  private var isStarted = false
  private var lastArrival: Timestamp
  private var pingedAt: Timestamp?
  private var upSince: Timestamp?
  private var hasReportedUp = false
  private var hasReportedRefusal = false
  private var refusedLogIns = 0
  /// When the first login of those in a row was refused.
  private var refusedSince: Timestamp?

  /// Makes a session at rest.
  public init(rules: StreamRules, backoff: Backoff, random: SeededRandom, at now: Timestamp) {
    self.rules = rules
    self.backoff = backoff
    self.random = random
    lastArrival = now
  }

  /// Begins to work for as long as topics are wanted.
  public mutating func start(at now: Timestamp) -> [Action] {
    isStarted = true
    return wake()
  }

  /// Ends everything.
  public mutating func stop() -> [Action] {
    isStarted = false
    refusedLogIns = 0
    refusedSince = nil
    return sleep()
  }

  /// Sets what is wanted. Without a topic there is no connection: the exchange would drop it.
  public mutating func setTopics(_ topics: [Topic], at now: Timestamp) -> [Action] {
    let gone = ledger.setTopics(topics, at: now)
    if ledger.entries.isEmpty { return sleep() }
    guard phase == .up else { return wake() }
    return (gone.isEmpty ? [] : [.unsubscribe(gone)]) + subscribe(at: now)
  }

  /// Notes that the gate lets this session connect.
  public mutating func admitted(at now: Timestamp) -> [Action] {
    guard phase == .queued else { return [] }
    phase = .opening(since: now)
    return [.open, .report(.connecting)]
  }

  /// Notes that the connection is open.
  public mutating func connected(at now: Timestamp) -> [Action] {
    guard case .opening = phase else { return [] }
    lastArrival = now
    pingedAt = nil
    if rules.needsLogin {
      phase = .loggingIn(since: now)
      return [.logIn]
    }
    return begin(at: now)
  }

  /// Notes that no connection came about or that it ended.
  ///
  /// `isRefusal` tells that the exchange does not want us (a firewall's page): knock rarely then.
  /// `wait` is how long the exchange asks us to stay away; it is held within bounds.
  public mutating func lost(
    _ reason: String, isRefusal: Bool = false, wait: TimeSpan? = nil, at now: Timestamp
  ) -> [Action] {
    switch phase {
    case .opening, .loggingIn, .up:
      fail(reason, isRefusal: isRefusal, wait: wait, closing: false, at: now)
    case .idle, .resting, .queued: []
    }
  }

  /// Notes that the login was confirmed.
  public mutating func loggedIn(at now: Timestamp) -> [Action] {
    guard case .loggingIn = phase else { return [] }
    refusedLogIns = 0
    refusedSince = nil
    return begin(at: now)
  }

  /// Notes that the exchange refused the login or ended it.
  ///
  /// A login that worked before is tried again on the same connection (fault case W06). An exchange
  /// that is busy for a moment refuses as one does that does not know the key: only when it goes on
  /// for a while are tries rare.
  public mutating func logInRefused(_ reason: String, at now: Timestamp) -> [Action] {
    guard rules.needsLogin else { return [] }
    if phase == .up {
      phase = .loggingIn(since: now)
      ledger.restart(at: now)
      hasReportedUp = false
      return [.report(.down(reason)), .logIn]
    }
    guard case .loggingIn = phase else { return [] }
    refusedLogIns += 1
    let since = refusedSince ?? now
    refusedSince = since
    let isFinal =
      refusedLogIns >= StreamRules.logInAttempts && since + StreamRules.logInPatience <= now
    return fail(reason, isRefusal: isFinal, closing: true, at: now)
  }

  /// Notes that anything at all arrived; data is as good a sign of life as a heartbeat's answer.
  public mutating func noteArrival(at now: Timestamp) {
    lastArrival = now
    pingedAt = nil
  }

  /// Notes a message of the topic at a place of ``slot(of:)``; also counts as an arrival.
  ///
  /// Returns actions only when the message is the first and thereby completes the subscriptions.
  public mutating func noteMessage(slot: Int, at now: Timestamp) -> [Action] {
    noteArrival(at: now)
    ledger.noteMessage(slot: slot, at: now)
    return hasReportedUp ? [] : settle()
  }

  /// Notes that a subscription was confirmed.
  public mutating func acknowledged(_ topic: Topic, at now: Timestamp) -> [Action] {
    ledger.acknowledge(topic, at: now)
    return settle()
  }

  /// Notes an error about a subscription; `suspects` are the topics that its text names.
  public mutating func subscriptionFailed(
    _ suspects: [Topic], reason: String, at now: Timestamp
  ) -> [Action] {
    let changes = ledger.fail(suspects, reason: reason, at: now)
    return actions(of: changes) + settle()
  }

  /// Asks for a topic anew because its messages have a gap.
  public mutating func resubscribe(_ topic: Topic, at now: Timestamp) -> [Action] {
    guard phase == .up else { return [] }
    return actions(of: ledger.resubscribe(topic, at: now)) + subscribe(at: now)
  }

  /// Does what is due.
  public mutating func tick(at now: Timestamp) -> [Action] {
    switch phase {
    case .idle, .queued: return []
    case .resting(let until):
      guard until <= now else { return [] }
      phase = .queued
      return [.requestConnection]
    case .opening(let since):
      guard since + rules.connectWithin <= now else { return [] }
      return fail("no connection in time", isRefusal: false, closing: true, at: now)
    case .loggingIn(let since):
      guard since + rules.logInWithin <= now else { return [] }
      return fail("no answer to the login", isRefusal: false, closing: true, at: now)
    case .up: return tickUp(at: now)
    }
  }

  /// When ``tick(at:)`` has something to do; nil when only an input changes anything.
  ///
  /// Arrivals move it to later, so a timer set for an earlier answer is harmless.
  public var nextMoment: Timestamp? {
    switch phase {
    case .idle, .queued: return nil
    case .resting(let until): return until
    case .opening(let since): return since + rules.connectWithin
    case .loggingIn(let since): return since + rules.logInWithin
    case .up:
      let topics = ledger.nextMoment(acknowledgeWithin: rules.acknowledgeWithin)
      return topics.map { min($0, heartbeatMoment) } ?? heartbeatMoment
    }
  }

  /// The place of a topic for ``noteMessage(slot:at:)``, valid until the topics are set again.
  public func slot(of topic: Topic) -> Int? { ledger.slot(of: topic) }

  /// The wanted topics.
  public var topics: [Topic] { ledger.entries.map(\.topic) }

  /// Whether a login was sent and not answered yet.
  public var isLoggingIn: Bool {
    if case .loggingIn = phase { true } else { false }
  }

  /// Whether messages of a topic are being delivered.
  public func isLive(_ topic: Topic) -> Bool {
    guard let slot = ledger.slot(of: topic) else { return false }
    return ledger.entries[slot].state == .live
  }
}

extension StreamSession {
  private var heartbeatMoment: Timestamp {
    pingedAt.map { $0 + rules.answerWithin } ?? lastArrival + rules.pingAfter
  }

  private mutating func tickUp(at now: Timestamp) -> [Action] {
    var result: [Action] = []
    if heartbeatMoment <= now {
      if pingedAt != nil {
        return fail("no sign of life", isRefusal: false, closing: true, at: now)
      }
      pingedAt = now
      result.append(.ping)
    }
    result += actions(of: ledger.check(at: now, acknowledgeWithin: rules.acknowledgeWithin))
    return result + subscribe(at: now) + settle()
  }

  /// Begins to subscribe on an open connection.
  private mutating func begin(at now: Timestamp) -> [Action] {
    phase = .up
    upSince = now
    hasReportedUp = false
    hasReportedRefusal = false
    ledger.restart(at: now)
    return subscribe(at: now)
  }

  private mutating func subscribe(at now: Timestamp) -> [Action] {
    actions(of: ledger.subscribe(at: now, argumentBytesBelow: rules.argumentBytesBelow))
  }

  private mutating func settle() -> [Action] {
    guard phase == .up, !hasReportedUp, ledger.isSettled else { return [] }
    // Nothing else tells what a topic of the account would: without one the stream is none.
    if rules.needsLogin, let reason = ledger.refusal {
      guard !hasReportedRefusal else { return [] }
      hasReportedRefusal = true
      return [.report(.refused(reason))]
    }
    hasReportedUp = true
    return [.report(.up)]
  }

  private func actions(of changes: [TopicLedger<Topic>.Change]) -> [Action] {
    changes.map {
      switch $0 {
      case .subscribe(let topics): .subscribe(topics)
      case .unsubscribe(let topics): .unsubscribe(topics)
      case .down(let topic, let reason): .topicDown(topic, reason)
      case .refused(let topic, let reason): .topicRefused(topic, reason)
      }
    }
  }

  private mutating func wake() -> [Action] {
    guard isStarted, phase == .idle, !ledger.entries.isEmpty else { return [] }
    phase = .queued
    return [.requestConnection]
  }

  private mutating func sleep() -> [Action] {
    defer {
      phase = .idle
      upSince = nil
      hasReportedUp = false
    }
    switch phase {
    case .idle: return []
    case .resting: return [.report(.down("not needed"))]
    case .queued: return [.withdrawRequest, .report(.down("not needed"))]
    case .opening, .loggingIn, .up: return [.close, .report(.down("not needed"))]
    }
  }

  private mutating func fail(
    _ reason: String, isRefusal: Bool, wait: TimeSpan? = nil, closing: Bool, at now: Timestamp
  ) -> [Action] {
    // A storm of short-lived connections must not begin at the first delay each time (W08).
    if let upSince, upSince + StreamRules.steadyAfter <= now { backoff.reset() }
    upSince = nil
    hasReportedUp = false
    pingedAt = nil
    let asked = wait.map { min(max($0, .seconds(1)), StreamRules.longestWait) }
    // The exchange's word counts for more than our guess at how long a ban lasts.
    let isBan = isRefusal && asked == nil
    let usual = isBan ? StreamRules.refusedRetry : backoff.next(&random)
    let delay = max(usual, asked ?? usual)
    let until = now + delay
    phase = .resting(until: until)
    let text =
      delay > backoff.longest ? "\(reason) (tried again at \(until.timeText) UTC)" : reason
    return (closing ? [.close] : []) + [.report(isRefusal ? .refused(text) : .down(text))]
  }
}
