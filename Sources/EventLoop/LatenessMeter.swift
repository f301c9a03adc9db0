/// How late a loop calls its timers, in milliseconds.
public nonisolated struct LatenessMeter: Equatable, Sendable {
  /// The lateness of the last timer.
  public private(set) var last: Int64 = 0

  /// The worst lateness since the last ``takeWorst()``.
  public private(set) var worst: Int64 = 0

  /// Makes a meter that has seen nothing.
  public init() {}

  /// Notes the lateness of one timer in milliseconds.
  public mutating func note(_ lateness: Int64) {
    last = max(0, lateness)
    worst = max(worst, last)
  }

  /// Returns the worst lateness noted since the last call, and starts anew.
  public mutating func takeWorst() -> Int64 {
    defer { worst = 0 }
    return worst
  }
}
