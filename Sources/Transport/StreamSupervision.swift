import EventLoop

/// Watches over the life of an open stream: silence, pings and a stalled sending side.
///
/// A pure value: it is told what happens and when, and says what to do.
nonisolated struct StreamSupervision {
  /// What to do.
  enum Verdict: Equatable {
    /// Nothing; look again at this moment, or when something happens.
    case fine(lookAgain: WallTime?)
    /// Send a ping.
    case ping
    /// The stream is dead: nothing came for so many milliseconds.
    case silent(milliseconds: Int64)
    /// The stream is dead: nothing was taken for so many milliseconds.
    case stalled(milliseconds: Int64)
  }

  private let idleLimit: Int64?
  private let pingAfter: Int64?
  private let sendLimit: Int64
  private var lastHeard: WallTime
  private var lastPing: WallTime
  private var blockedSince: WallTime?

  init(_ options: WebSocketOptions, opened: WallTime) {
    idleLimit = options.idleLimit
    pingAfter = options.pingAfter
    sendLimit = options.sendLimit
    lastHeard = opened
    lastPing = opened
  }

  /// Bytes came. Any byte is a sign of life.
  mutating func heard(at moment: WallTime) {
    lastHeard = moment
  }

  /// Bytes wait that the other side does not take.
  mutating func sendingBlocked(at moment: WallTime) {
    if blockedSince == nil { blockedSince = moment }
  }

  /// The other side took bytes, or nothing waits any more.
  mutating func sendingFlows() {
    blockedSince = nil
  }

  /// Says what to do at a moment.
  mutating func verdict(at now: WallTime) -> Verdict {
    var lookAgain: WallTime?
    func note(_ moment: WallTime) {
      lookAgain = lookAgain.map { min($0, moment) } ?? moment
    }
    if let blockedSince {
      let limit = blockedSince.advanced(byMilliseconds: sendLimit)
      if limit <= now { return .stalled(milliseconds: sendLimit) }
      note(limit)
    }
    if let idleLimit {
      let limit = lastHeard.advanced(byMilliseconds: idleLimit)
      if limit <= now { return .silent(milliseconds: idleLimit) }
      note(limit)
    }
    if let pingAfter {
      let due = max(lastHeard, lastPing).advanced(byMilliseconds: pingAfter)
      if due <= now {
        lastPing = now
        return .ping
      }
      note(due)
    }
    return .fine(lookAgain: lookAgain)
  }
}
