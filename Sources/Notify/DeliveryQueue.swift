import Trading
import Units

/// The messages of one channel that wait, and what to do next. A value without a clock.
///
/// Critical ones go first, then by age. An alert that waits already is not put in again. At the
/// bound the oldest of the least severity is dropped and counted. Of several that are refused
/// together each is tried alone, for it may be one which is not taken. What is refused alone is
/// dropped but a critical one, which is tried again seldom.
nonisolated struct DeliveryQueue: Sendable {
  private struct Waiting: Sendable {
    let message: AlertMessage
    let isSilent: Bool
    let since: Timestamp
    /// When it may be tried again, nil for one that was never refused.
    var refusedUntil: Timestamp?
  }

  /// What to do now.
  enum Step: Sendable, Equatable {
    /// Nothing waits, or a message is on its way.
    case nothing
    /// Ask again at this moment.
    case wait(until: Timestamp)
    /// Send these as one.
    case send([AlertMessage], isSilent: Bool)
  }

  let policy: ChannelPolicy
  let batchLimit: Int
  private var waiting: [Waiting] = []
  private var underWay: [Waiting] = []
  /// What is on its way and is not tried again should that fail.
  private var forgotten: Set<AlertID> = []
  private var attempts = 0
  private var notBefore: Timestamp?
  private(set) var closedBecause: String?
  private(set) var deliveredCount = 0
  private(set) var droppedCount = 0
  private(set) var problem: String?

  /// The first wait after a failure; doubles up to the last.
  static let firstDelay = TimeSpan.seconds(1)
  static let lastDelay = TimeSpan.minutes(5)
  /// How often a message that is not critical is tried.
  static let mostAttempts = 8

  init(_ policy: ChannelPolicy, batchLimit: Int) {
    self.policy = policy
    self.batchLimit = max(1, batchLimit)
  }

  /// How many messages wait or are on their way.
  var count: Int { waiting.count + underWay.count }

  /// Whether a message is on its way.
  var isSending: Bool { !underWay.isEmpty }

  /// Takes a message, unless it is off, waits already, or the channel is closed.
  mutating func add(_ message: AlertMessage, at now: Timestamp) {
    let volume = policy.volume(of: message)
    guard volume != .off, closedBecause == nil else { return }
    guard !(waiting + underWay).contains(where: { $0.message.id == message.id }) else { return }
    waiting.append(Waiting(message: message, isSilent: volume == .silent, since: now))
    guard count > policy.capacity else { return }
    let least = waiting.map(\.message.severity).min()
    guard let oldest = waiting.firstIndex(where: { $0.message.severity == least }) else { return }
    waiting.remove(at: oldest)
    droppedCount += 1
  }

  /// Forgets what nobody needs to be told any more.
  mutating func forget(_ id: AlertID) {
    waiting.removeAll { $0.message.id == id }
    if underWay.contains(where: { $0.message.id == id }) { forgotten.insert(id) }
  }

  /// Returns what to do now; what is to be sent counts as under way until ``finish(_:at:)``.
  mutating func next(at now: Timestamp) -> Step {
    guard let moment = nextMoment(at: now) else { return .nothing }
    guard moment <= now else { return .wait(until: moment) }
    var ready = waiting.indices.filter { readyAt(waiting[$0], now) <= now }
    ready.sort {
      (waiting[$1].message.severity, $0) < (waiting[$0].message.severity, $1)
    }
    // What matters most decides whether the message makes a sound.
    let isAlone = waiting[ready[0]].refusedUntil != nil
    let chosen = ready.prefix(isAlone ? 1 : batchLimit)
      .prefix { isAlone || waiting[$0].refusedUntil == nil }
    underWay = chosen.map { waiting[$0] }
    for place in chosen.sorted(by: >) { waiting.remove(at: place) }
    return .send(underWay.map(\.message), isSilent: underWay.allSatisfy(\.isSilent))
  }

  /// Returns when something can be sent, now or before for at once; nil while nothing can.
  func nextMoment(at now: Timestamp) -> Timestamp? {
    guard underWay.isEmpty, closedBecause == nil else { return nil }
    guard let soonest = waiting.map({ readyAt($0, now) }).min() else { return nil }
    return max(soonest, notBefore ?? now)
  }

  /// When a message may go out, as far as only that message is concerned.
  private func readyAt(_ one: Waiting, _ now: Timestamp) -> Timestamp {
    if let moment = one.refusedUntil { return moment }
    guard one.message.severity != .critical else { return now }
    return max(policy.quietHours?.end(at: now) ?? now, one.since + policy.batchDelay)
  }

  /// Takes what became of the message that was under way.
  mutating func finish(_ delivery: Delivery, at now: Timestamp) {
    precondition(!underWay.isEmpty, "a delivery belongs to a message")
    let sent = underWay
    let needless = forgotten
    underWay = []
    forgotten = []
    switch delivery {
    case .delivered:
      deliveredCount += sent.count
      attempts = 0
      problem = nil
      notBefore = policy.spacing > .zero ? now + policy.spacing : nil
    case .retry(let after, let reason):
      attempts += 1
      problem = reason
      let isLast = attempts >= Self.mostAttempts
      // A critical alert is tried for as long as the program runs.
      let kept = sent.filter {
        (!isLast || $0.message.severity == .critical) && !needless.contains($0.message.id)
      }
      droppedCount += sent.count { !needless.contains($0.message.id) } - kept.count
      waiting = kept + waiting
      notBefore = now + max(after ?? .zero, backoff)
      if isLast { attempts = Self.mostAttempts / 2 }
    case .refused(let reason):
      problem = reason
      attempts = 0
      notBefore = nil
      let left = sent.filter { !needless.contains($0.message.id) }
      let wasAlone = sent.count == 1
      let kept = wasAlone ? left.filter { $0.message.severity == .critical } : left
      droppedCount += left.count - kept.count
      for var one in kept {
        one.refusedUntil = wasAlone ? now + Self.lastDelay : now
        waiting.append(one)
      }
    case .closed(let reason):
      problem = reason
      closedBecause = reason
      droppedCount += sent.count + waiting.count
      waiting = []
    }
  }

  private var backoff: TimeSpan {
    var delay = Self.firstDelay
    for _ in 1..<max(1, attempts) where delay < Self.lastDelay { delay = delay + delay }
    return min(delay, Self.lastDelay)
  }
}
