import Units

/// Growing delays between attempts, with jitter so that many clients do not knock together.
///
/// The n-th delay lies between half and all of `first × 2ⁿ`, at most `longest`.
public struct Backoff: Sendable, Hashable {
  /// The delay after the first failure, before jitter.
  public let first: TimeSpan
  /// The longest delay, before jitter.
  public let longest: TimeSpan
  /// How many delays were taken since the start or the last ``reset()``.
  public private(set) var attempts = 0

  /// Starts at the first delay.
  public init(first: TimeSpan, longest: TimeSpan) {
    precondition(first > .zero && longest >= first, "delays grow from above zero")
    self.first = first
    self.longest = longest
  }

  /// Returns the next delay and grows the one after it.
  public mutating func next(_ random: inout SeededRandom) -> TimeSpan {
    var delay = first.milliseconds
    for _ in 0..<attempts where delay < longest.milliseconds { delay *= 2 }
    delay = min(delay, longest.milliseconds)
    attempts += 1
    let half = delay / 2
    return .milliseconds(half + Int64(random.within(0...Int(delay - half))))
  }

  /// Starts again at the first delay.
  public mutating func reset() { attempts = 0 }
}
