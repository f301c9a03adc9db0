import Units

/// Counts events in a sliding window; bounded by its limit.
struct SlidingWindow {
  /// How many events fit.
  let limit: Int
  /// How long an event counts.
  let span: TimeSpan
  /// The moments of the events that count, a ring of at most `limit`.
  private var moments: [Timestamp] = []
  private var oldest = 0

  /// Starts empty; `limit` is above zero.
  init(limit: Int, span: TimeSpan) {
    precondition(limit > 0, "a window holds at least one event")
    self.limit = limit
    self.span = span
  }

  /// Counts an event; false when the window is full, and then nothing is counted.
  mutating func admit(at now: Timestamp) -> Bool {
    guard moments.count == limit else {
      moments.append(now)
      return true
    }
    guard now - moments[oldest] >= span else { return false }
    moments[oldest] = now
    oldest = (oldest + 1) % limit
    return true
  }
}

/// The rate limits of BloFin: per address and, for trading calls, per user.
///
/// Source: BloFin reference, rate limits: 500 a minute (then 5 minutes suspended), 1,500 in five
/// minutes (then an hour), 30 trading calls in ten seconds per user.
struct RequestMeter {
  private struct Address {
    var minute: SlidingWindow?
    var fiveMinutes: SlidingWindow?
    var suspendedUntil: Timestamp?
  }

  private let strictness: Strictness
  private var addresses: [String: Address] = [:]
  private var users: [String: SlidingWindow] = [:]

  /// Starts with nothing counted.
  init(_ strictness: Strictness) {
    self.strictness = strictness
  }

  /// Counts a request of an address. Only loopback reaches the server, so there is one address.
  mutating func admit(address: String, at now: Timestamp) throws(APIProblem) {
    var entry =
      addresses[address]
      ?? Address(
        minute: strictness.requestsPerMinute.map { SlidingWindow(limit: $0, span: .minutes(1)) },
        fiveMinutes: strictness.requestsPerFiveMinutes.map {
          SlidingWindow(limit: $0, span: .minutes(5))
        })
    defer { addresses[address] = entry }
    if let until = entry.suspendedUntil {
      guard now >= until else { throw .tooManyRequests }
      entry.suspendedUntil = nil
    }
    let fitsMinute = entry.minute?.admit(at: now) ?? true
    let fitsFive = entry.fiveMinutes?.admit(at: now) ?? true
    if fitsMinute, fitsFive { return }
    entry.suspendedUntil = now + (fitsFive ? .minutes(5) : .hours(1))
    throw .tooManyRequests
  }

  /// Counts a trading call of a user.
  mutating func admitTrading(user: String, at now: Timestamp) throws(APIProblem) {
    guard let limit = strictness.tradingRequestsPerTenSeconds else { return }
    var window = users[user] ?? SlidingWindow(limit: limit, span: .seconds(10))
    defer { users[user] = window }
    guard window.admit(at: now) else { throw .tooManyRequests }
  }
}
