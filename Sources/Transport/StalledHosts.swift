import EventLoop

/// The hosts whose HTTP/2 connection stopped answering.
///
/// A request given up at its deadline takes an HTTP/1.1 connection with it. Over HTTP/2 libcurl
/// keeps the connection for the other requests on it, and would give it every further one, each to
/// be lost too. So requests to such a host get connections of their own, until the stalled one has
/// been idle for longer than libcurl keeps any.
nonisolated struct StalledHosts {
  /// Microseconds for which a stall is remembered: libcurl keeps an idle connection for 118 seconds
  /// (CURLOPT_MAXAGE_CONN).
  static let memory: Int64 = 120_000_000

  private var hostsWithHTTP2: Set<String> = []
  private var stalls: [String: MonotonicTime] = [:]

  /// Notes that a host has answered over HTTP/2.
  mutating func speaksHTTP2(_ host: String) {
    hostsWithHTTP2.insert(host)
  }

  /// Notes that a request to a host was given up at its deadline.
  mutating func stalled(_ host: String, at moment: MonotonicTime) {
    if hostsWithHTTP2.contains(host) { stalls[host] = moment }
  }

  /// Whether a request to a host must not use a kept connection.
  mutating func needsFreshConnection(_ host: String, at moment: MonotonicTime) -> Bool {
    guard let stall = stalls[host] else { return false }
    if moment.microseconds(since: stall) < Self.memory { return true }
    stalls[host] = nil
    return false
  }
}
