import Units

/// Hands out permission to open connections: one per interval, the most important first.
///
/// A value without a clock; shared by all streams of one exchange, because the exchange counts new
/// connections per address.
public struct ConnectGate: Sendable, Hashable {
  private struct Waiting: Sendable, Hashable {
    let member: Int
    let priority: Int
  }

  private let interval: TimeSpan
  private var waiting: [Waiting] = []
  private var last: Timestamp?

  /// Makes a gate that opens once per interval.
  public init(interval: TimeSpan) {
    precondition(interval > .zero, "an interval has a length")
    self.interval = interval
  }

  /// Queues a member; a smaller priority goes first, equal ones in order of arrival.
  public mutating func request(_ member: Int, priority: Int) {
    guard !waiting.contains(where: { $0.member == member }) else { return }
    let place = waiting.firstIndex { $0.priority > priority } ?? waiting.endIndex
    waiting.insert(Waiting(member: member, priority: priority), at: place)
  }

  /// Takes a member out of the queue.
  public mutating func withdraw(_ member: Int) {
    waiting.removeAll { $0.member == member }
  }

  /// Returns the member that may connect now and closes the gate for an interval; nil for none.
  public mutating func admit(at now: Timestamp) -> Int? {
    guard let next = nextMoment(at: now), next <= now else { return nil }
    last = now
    return waiting.removeFirst().member
  }

  /// When the next member may connect; nil when nobody waits.
  public func nextMoment(at now: Timestamp) -> Timestamp? {
    guard !waiting.isEmpty else { return nil }
    guard let last else { return now }
    return max(now, last + interval)
  }
}
