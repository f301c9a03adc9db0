/// Counts up the client order ids of one run; an id is given once.
public struct ClientOrderIDSequence: Sendable, Hashable {
  /// The run whose name begins every id.
  public let run: RunID
  /// How many ids were given.
  public private(set) var count: UInt64 = 0

  /// Starts at the first id of a run.
  public init(run: RunID) {
    self.run = run
  }

  /// Returns the next id.
  public mutating func next() -> ClientOrderID {
    count += 1
    return ClientOrderID(run: run, sequence: count)
  }

  /// Skips the ids that were given before a restart of the same run.
  public mutating func skip(to count: UInt64) {
    self.count = max(self.count, count)
  }
}
