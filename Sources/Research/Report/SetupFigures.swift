import MarketData
import Trading
import Units

/// The trades that were opened for the same: of a zone's kind and form, or with an analyser for it.
public struct SetupFigures: Sendable, Hashable {
  /// What they were opened for.
  public let name: String
  /// How many there were.
  public private(set) var tradeCount = 0
  /// How many of them won.
  public private(set) var winCount = 0
  /// What they brought together.
  public private(set) var net = Money.zero
  /// The mean in R of those that had a stop; nil without one.
  public var meanMultiple: Double? { multipleCount > 0 ? sum / Double(multipleCount) : nil }

  private var sum = 0.0
  private var multipleCount = 0

  private init(name: String) { self.name = name }

  private mutating func add(_ cycle: PositionCycle) {
    tradeCount += 1
    if cycle.netPnL.isPositive { winCount += 1 }
    net += cycle.netPnL
    guard let multiple = cycle.rMultiple else { return }
    sum += Double(multiple)
    multipleCount += 1
  }

  /// Sums trades up, the most frequent setup first, of equal ones by name.
  static func all(of trades: [BacktestTrade]) -> [SetupFigures] {
    var found: [String: SetupFigures] = [:]
    // Most reasons come again and again.
    var names: [String: String] = [:]
    for trade in trades {
      let name = names[trade.reason] ?? trade.setup
      names[trade.reason] = name
      found[name, default: SetupFigures(name: name)].add(trade.cycle)
    }
    return found.values.sorted { ($1.tradeCount, $0.name) < ($0.tradeCount, $1.name) }
  }
}
