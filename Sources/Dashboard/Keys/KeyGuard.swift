import Units

/// Keeps a held key or a thing on the keyboard from trading.
struct KeyGuard: Sendable, Equatable {
  /// How long the same order key stays deaf after each press. Terminals begin to repeat a held key
  /// after half a second or so, and then every thirtieth of a second.
  static let pause = TimeSpan.milliseconds(700)
  /// So many keys within the span are no person's.
  static let burstCount = 8
  static let burstSpan = TimeSpan.milliseconds(200)

  /// Two keys of a person are further apart; what comes closer was pasted, or waited in a packet.
  static let haste = TimeSpan.milliseconds(60)

  private var lastKeyAt: Timestamp?
  private var last: (action: Action, at: Timestamp)?
  private var recent: [Timestamp] = []

  /// Takes a key of an action; false when it is the same order key again too soon.
  mutating func hears(_ action: Action, at now: Timestamp) -> Bool {
    defer { last = (action, now) }
    guard action.isOnceOnly, let last, last.action == action else { return true }
    return now - last.at >= Self.pause
  }

  /// Takes any key and says whether it came too soon after another to have been meant.
  mutating func isHasty(at now: Timestamp) -> Bool {
    defer { lastKeyAt = now }
    return lastKeyAt.map { now - $0 < Self.haste } ?? false
  }

  /// Takes a key and says whether it came in a burst.
  mutating func isBurst(at now: Timestamp) -> Bool {
    recent.append(now)
    if recent.count > Self.burstCount { recent.removeFirst() }
    guard recent.count == Self.burstCount, let first = recent.first else { return false }
    return now - first <= Self.burstSpan
  }

  static func == (left: KeyGuard, right: KeyGuard) -> Bool {
    left.recent == right.recent && left.lastKeyAt == right.lastKeyAt
      && left.last?.action == right.last?.action
      && left.last?.at == right.last?.at
  }
}
