import Units

/// Lets one complaint per subject through in a span and counts the rest: a feed that is broken for
/// good would otherwise complain ten times a second.
nonisolated struct ProblemLimiter<Subject: Hashable & Sendable>: Sendable {
  private struct Quiet: Sendable {
    let until: Timestamp
    var suppressed: Int
  }

  private var quiet: [Subject: Quiet] = [:]

  /// How long a subject is quiet after a complaint.
  static var span: TimeSpan { .seconds(10) }
  /// How many subjects are told apart; beyond, all complaints pass.
  private static var capacity: Int { 512 }

  /// Returns how many complaints were held back before this one; nil when this one is held back.
  mutating func admit(_ subject: Subject, at now: Timestamp) -> Int? {
    var suppressed = 0
    if let known = quiet[subject] {
      guard known.until <= now else {
        quiet[subject]?.suppressed += 1
        return nil
      }
      suppressed = known.suppressed
    }
    if quiet.count >= Self.capacity { quiet = quiet.filter { now < $0.value.until } }
    if quiet.count < Self.capacity {
      quiet[subject] = Quiet(until: now + Self.span, suppressed: 0)
    }
    return suppressed
  }
}
