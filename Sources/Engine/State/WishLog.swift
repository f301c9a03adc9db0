import Trading
import Units

/// When each strategy and agent asked for openings of late, denied ones included.
struct WishLog: Sendable, Hashable {
  struct Line: Sendable, Hashable {
    let source: CommandSource
    /// The newest moments, oldest first: no more than make a runaway.
    var moments: [Timestamp]
  }

  /// Within which time wishes count.
  static let window = TimeSpan.minutes(1)
  /// The most who are counted: of more the one that has been silent longest is forgotten.
  static let sourceLimit = 50

  private(set) var lines: [Line] = []

  /// Notes that someone asks; true when that is once more within the window than the limit lets
  /// pass. What was counted is forgotten then: who lets it go on has looked at it.
  mutating func note(_ source: CommandSource, at now: Timestamp, limit: Int) -> Bool {
    var line =
      lines.firstIndex { $0.source == source }.map { lines.remove(at: $0) }
      ?? Line(source: source, moments: [])
    line.moments.removeAll { now - $0 >= Self.window }
    line.moments.append(now)
    guard line.moments.count <= limit else { return true }
    lines.append(line)
    if lines.count > Self.sourceLimit { lines.removeFirst() }
    return false
  }
}
