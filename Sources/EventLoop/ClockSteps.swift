/// Notices when the system's clock is set while a program runs, whose own time goes on as before.
public nonisolated struct ClockSteps: Sendable {
  /// The least change that counts, in milliseconds: less is the drift of two readings.
  private static let least: Int64 = 1_000

  private var told: Int64 = 0

  /// Notices nothing yet.
  public init() {}

  /// Takes how far the clock was set since the start, in milliseconds, forward being positive;
  /// returns it once for each time that the clock was set, nil otherwise.
  public mutating func take(_ step: Int64) -> Int64? {
    guard (step - told).magnitude >= UInt64(Self.least) else { return nil }
    told = step
    return step
  }
}
