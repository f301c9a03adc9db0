import Units

/// What a quota counts: requests of one address, of one account, of one call.
public struct QuotaScope: Sendable, Hashable, CustomStringConvertible {
  /// A name that is unique within one exchange, such as `address`.
  public let name: String

  /// Names a scope.
  public init(_ name: String) { self.name = name }

  public var description: String { name }
}

/// How urgent a request is. What takes risk off never waits behind what puts risk on or looks.
public enum RequestLane: Int, Sendable, Hashable, CaseIterable, Comparable {
  /// Cancels, reduce-only orders, closes, protection: may use a quota to its end.
  case riskReducing
  /// Orders that open, settings, what an order's fate hangs on.
  case ordinary
  /// Polling and history.
  case background

  public static func < (left: RequestLane, right: RequestLane) -> Bool {
    left.rawValue < right.rawValue
  }
}

/// An exchange's rule "at most so many requests in any window of that length".
public struct RequestQuota: Sendable, Hashable {
  /// What is counted.
  public let scope: QuotaScope
  /// The most requests in one window.
  public let limit: Int
  /// The length of the window.
  public let window: TimeSpan
  /// How much longer we take the window to be.
  ///
  /// The exchange counts arrivals, we count departures; requests can be pushed together on the way.
  public let margin: TimeSpan
  /// How many of `limit` are kept for ``RequestLane/riskReducing`` alone.
  public let reservedForRiskReducing: Int
  /// How many more of `limit` are kept from ``RequestLane/background``.
  public let reservedForOrdinary: Int

  /// States a quota; at least one request must be left to every lane.
  public init(
    scope: QuotaScope, limit: Int, window: TimeSpan, margin: TimeSpan,
    reservedForRiskReducing: Int, reservedForOrdinary: Int
  ) {
    precondition(
      reservedForRiskReducing >= 0 && reservedForOrdinary >= 0
        && limit > reservedForRiskReducing + reservedForOrdinary,
      "a quota leaves at least one request to every lane")
    precondition(window > .zero && margin >= .zero, "a window has a length")
    self.scope = scope
    self.limit = limit
    self.window = window
    self.margin = margin
    self.reservedForRiskReducing = reservedForRiskReducing
    self.reservedForOrdinary = reservedForOrdinary
  }

  /// How many requests of one window a lane may bring the count up to.
  public func ceiling(of lane: RequestLane) -> Int {
    switch lane {
    case .riskReducing: limit
    case .ordinary: limit - reservedForRiskReducing
    case .background: limit - reservedForRiskReducing - reservedForOrdinary
    }
  }
}

/// Keeps requests within an exchange's quotas: in no window do more leave than the quota allows.
///
/// A value without a clock: the time is an argument and must not go backward.
public struct RequestPacer: Sendable {
  private var meters: [Meter]
  /// One of everything at most, and one of each scope.
  private var holds: [Hold] = []

  /// Starts with unused quotas.
  public init(quotas: [RequestQuota]) {
    meters = quotas.map(Meter.init)
  }

  /// Returns when a request may leave, `now` or later.
  ///
  /// A request that leaves must be told to ``noteDeparture(in:at:)``.
  public func earliestDeparture(
    in scopes: [QuotaScope], lane: RequestLane, at now: Timestamp
  ) -> Timestamp {
    var earliest = now
    for meter in meters where scopes.contains(meter.quota.scope) {
      earliest = max(earliest, meter.earliestDeparture(lane))
    }
    for hold in holds where hold.concerns(scopes, at: now) {
      switch lane {
      case .riskReducing:
        if let last = hold.lastDeparture {
          earliest = max(earliest, min(hold.until, last + hold.riskReducingSpacing))
        }
      case .ordinary, .background: earliest = max(earliest, hold.until)
      }
    }
    return earliest
  }

  /// Counts a request that leaves now.
  public mutating func noteDeparture(in scopes: [QuotaScope], at now: Timestamp) {
    for index in meters.indices where scopes.contains(meters[index].quota.scope) {
      meters[index].note(now)
    }
    for index in holds.indices where holds[index].concerns(scopes, at: now) {
      holds[index].lastDeparture = now
    }
  }

  /// Returns how many requests of a lane may leave at once: the smallest rest of its quotas.
  public func remaining(in scope: QuotaScope, lane: RequestLane, at now: Timestamp) -> Int {
    meters.filter { $0.quota.scope == scope }
      .map { max(0, $0.quota.ceiling(of: lane) - $0.used(at: now)) }
      .min() ?? .max
  }

  /// Lets nothing that counts in a scope, or nothing at all, leave until a moment but what takes
  /// risk off, and that at most once a spacing.
  ///
  /// For the exchange's "too many requests" (fault case H05) and for a ban (H06). A hold that ends
  /// later wins over one of the same scope that ends earlier.
  public mutating func holdBack(
    _ scope: QuotaScope? = nil, until: Timestamp, riskReducingSpacing: TimeSpan
  ) {
    guard let index = holds.firstIndex(where: { $0.scope == scope }) else {
      holds.append(Hold(scope: scope, until: until, riskReducingSpacing: riskReducingSpacing))
      return
    }
    guard until > holds[index].until else { return }
    // What left during the hold before counts on: each further refusal makes the hold longer.
    holds[index].until = until
    holds[index].riskReducingSpacing = riskReducingSpacing
  }

  /// The moment until which what counts in these scopes is held back, nil when it is not at `now`.
  public func heldUntil(in scopes: [QuotaScope], at now: Timestamp) -> Timestamp? {
    holds.filter { $0.concerns(scopes, at: now) }.map(\.until).max()
  }

  private struct Hold: Sendable {
    /// What is held back, nil for everything.
    let scope: QuotaScope?
    var until: Timestamp
    var riskReducingSpacing: TimeSpan
    /// When something last left though it was held back.
    var lastDeparture: Timestamp?

    func concerns(_ scopes: [QuotaScope], at now: Timestamp) -> Bool {
      now < until && scope.map(scopes.contains) ?? true
    }
  }

  /// The departures of one quota: a ring of the last `limit` moments.
  private struct Meter: Sendable {
    let quota: RequestQuota
    private var departures: [Timestamp] = []
    private var next = 0

    init(_ quota: RequestQuota) {
      self.quota = quota
      departures.reserveCapacity(quota.limit)
    }

    /// The k-th last departure must have left the window, where k is the lane's ceiling.
    func earliestDeparture(_ lane: RequestLane) -> Timestamp {
      let ceiling = quota.ceiling(of: lane)
      guard departures.count >= ceiling else { return .earliestPlausible }
      let index = (next - ceiling + departures.count) % departures.count
      return departures[index] + quota.window + quota.margin
    }

    func used(at now: Timestamp) -> Int {
      departures.count { $0 + quota.window + quota.margin > now }
    }

    mutating func note(_ now: Timestamp) {
      if departures.count < quota.limit {
        departures.append(now)
        next = departures.count % quota.limit
      } else {
        departures[next] = now
        next = (next + 1) % quota.limit
      }
    }
  }
}
