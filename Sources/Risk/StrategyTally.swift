import Trading
import Units

/// What one strategy did today, and how its last positions ended.
public struct StrategyTally: Sendable, Hashable {
  /// The strategy.
  public let name: String
  /// How many positions it opened today.
  public internal(set) var tradesToday = 0
  /// What its positions that ended today brought after fees and funding. A position counts whole,
  /// on the day on which it ends.
  public internal(set) var netToday = Money.zero
  /// How many stops were hit in a row.
  public internal(set) var stopOutsInARow = 0

  /// Starts without a past.
  init(name: String) { self.name = name }
}

extension CircuitBreakers {
  /// Returns what a strategy did; nothing where it never opened a position.
  public func tally(of strategy: String) -> StrategyTally {
    tallies.first { $0.name == strategy } ?? StrategyTally(name: strategy)
  }

  /// Changes what is counted of a strategy.
  mutating func count(_ strategy: String, _ change: (inout StrategyTally) -> Void) {
    let known = tallies.firstIndex { $0.name == strategy }
    if known == nil { tallies.append(StrategyTally(name: strategy)) }
    change(&tallies[known ?? tallies.count - 1])
  }

  /// Starts a new day of every strategy.
  mutating func turnDayOfStrategies() {
    for place in tallies.indices {
      tallies[place].tradesToday = 0
      tallies[place].netToday = .zero
    }
  }

  /// A person looked at the run of stop-outs of a strategy: it begins anew.
  public mutating func forgiveStopOuts(of strategy: String) {
    count(strategy) { $0.stopOutsInARow = 0 }
  }
}
