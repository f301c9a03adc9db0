import Units

/// Requests that wait for their quota: risk-reducing ones first, then in order of arrival.
///
/// Bounded per lane, so that polling cannot crowd out a cancel. A value without a clock.
public struct RequestQueue<Work: Sendable>: Sendable {
  private struct Waiting: Sendable {
    let work: Work
    let scopes: [QuotaScope]
    let deadline: Timestamp
  }

  private var pacer: RequestPacer
  private var lanes: [RequestLane: [Waiting]] = [:]
  private let capacityPerLane: Int

  /// Starts an empty queue.
  public init(pacer: RequestPacer, capacityPerLane: Int) {
    precondition(capacityPerLane > 0, "a queue holds something")
    self.pacer = pacer
    self.capacityPerLane = capacityPerLane
  }

  /// Adds a request that must have left by its deadline; returns false when its lane is full.
  public mutating func add(
    _ work: Work, in scopes: [QuotaScope], lane: RequestLane, deadline: Timestamp
  ) -> Bool {
    guard lanes[lane, default: []].count < capacityPerLane else { return false }
    lanes[lane, default: []].append(Waiting(work: work, scopes: scopes, deadline: deadline))
    return true
  }

  /// Takes out a request that may leave now and counts it; nil when none may.
  ///
  /// A request whose quota is used up does not hold up one of its lane that counts elsewhere.
  public mutating func takeReady(at now: Timestamp) -> Work? {
    for lane in RequestLane.allCases {
      guard let waiting = lanes[lane] else { continue }
      for (index, request) in waiting.enumerated()
      where request.deadline > now
        && pacer.earliestDeparture(in: request.scopes, lane: lane, at: now) <= now
      {
        lanes[lane]?.remove(at: index)
        pacer.noteDeparture(in: request.scopes, at: now)
        return request.work
      }
    }
    return nil
  }

  /// Takes out the requests whose deadline has passed; they have not left.
  public mutating func takeExpired(at now: Timestamp) -> [Work] {
    var expired: [Work] = []
    for lane in RequestLane.allCases {
      guard let waiting = lanes[lane] else { continue }
      expired += waiting.filter { $0.deadline <= now }.map(\.work)
      lanes[lane] = waiting.filter { $0.deadline > now }
    }
    return expired
  }

  /// When to ask again: the next departure or deadline; nil when nothing waits.
  public func nextMoment(at now: Timestamp) -> Timestamp? {
    var next: Timestamp?
    for lane in RequestLane.allCases {
      for request in lanes[lane, default: []] {
        let departure = pacer.earliestDeparture(in: request.scopes, lane: lane, at: now)
        let moment = min(departure, request.deadline)
        next = min(next ?? moment, moment)
      }
    }
    return next
  }

  /// When a request could leave that counts in these scopes, if it came now.
  public func earliestDeparture(
    in scopes: [QuotaScope], lane: RequestLane, at now: Timestamp
  ) -> Timestamp {
    pacer.earliestDeparture(in: scopes, lane: lane, at: now)
  }

  /// Returns how many requests of a lane may leave at once.
  public func remaining(in scope: QuotaScope, lane: RequestLane, at now: Timestamp) -> Int {
    pacer.remaining(in: scope, lane: lane, at: now)
  }

  /// Passes a hold to the pacer; see ``RequestPacer/holdBack(_:until:riskReducingSpacing:)``.
  public mutating func holdBack(
    _ scope: QuotaScope? = nil, until: Timestamp, riskReducingSpacing: TimeSpan
  ) {
    pacer.holdBack(scope, until: until, riskReducingSpacing: riskReducingSpacing)
  }

  /// The moment until which what counts in these scopes is held back, nil when it is not at `now`.
  public func heldUntil(in scopes: [QuotaScope], at now: Timestamp) -> Timestamp? {
    pacer.heldUntil(in: scopes, at: now)
  }

  /// Takes out everything that waits.
  public mutating func takeAll() -> [Work] {
    defer { lanes = [:] }
    return RequestLane.allCases.flatMap { lanes[$0, default: []] }.map(\.work)
  }
}
