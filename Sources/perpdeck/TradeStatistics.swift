import JSONText
import Trading
import Units

/// What closed positions brought, counted exactly.
struct TradeStatistics {
  /// How many ended.
  private(set) var count = 0
  /// How many ended above zero, after fees and funding.
  private(set) var wins = 0
  /// How many ended below zero.
  private(set) var losses = 0
  /// What all brought.
  private(set) var net = Money.zero
  /// What those above zero brought.
  private(set) var gained = Money.zero
  /// What those below zero cost, above zero.
  private(set) var lost = Money.zero
  /// What was paid in fees.
  private(set) var fees = Money.zero
  /// What funding brought.
  private(set) var funding = Money.zero
  /// The best one.
  private(set) var best: Money?
  /// The worst one.
  private(set) var worst: Money?
  /// The deepest fall of the summed results, above zero.
  private(set) var drawdown = Money.zero
  private var sumOfR = Rate.zero
  private var countOfR = 0

  /// Counts positions that ended, oldest first.
  init(_ cycles: [PositionCycle]) {
    var peak = Money.zero
    for cycle in cycles {
      let result = cycle.netPnL
      count += 1
      net = net + result
      fees = fees + cycle.fees
      funding = funding + cycle.funding
      if result.isPositive {
        wins += 1
        gained = gained + result
      } else if result.isNegative {
        losses += 1
        lost = lost - result
      }
      best = best.map { max($0, result) } ?? result
      worst = worst.map { min($0, result) } ?? result
      peak = max(peak, net)
      drawdown = max(drawdown, peak - net)
      if let multiple = cycle.rMultiple {
        sumOfR = sumOfR + multiple
        countOfR += 1
      }
    }
  }

  /// The share of wins; nil without a trade.
  var winRate: Rate? { Self.mean(Fixed(wins), count).map(Rate.init) }

  /// The mean result; nil without a trade.
  var expectancy: Money? { Self.mean(net.value, count).map(Money.init) }

  /// The mean of R; nil where no trade had a stop.
  var meanR: Rate? { Self.mean(sumOfR.value, countOfR).map(Rate.init) }

  /// Gains over losses; nil without a loss.
  var profitFactor: Rate? {
    lost.isPositive ? Rate(gained.value.divided(by: lost.value, .towardZero)) : nil
  }

  private static func mean(_ sum: Fixed, _ count: Int) -> Fixed? {
    count > 0 ? sum.divided(by: Fixed(count), .towardZero) : nil
  }

  private var rows: [(name: String, value: Fixed?, places: Int, rounding: Rounding)] {
    [
      ("winRate", winRate?.value, 4, .down), ("net", net.value, 2, .down),
      ("gained", gained.value, 2, .down), ("lost", lost.value, 2, .up),
      ("fees", fees.value, 2, .up), ("funding", funding.value, 2, .down),
      ("best", best?.value, 2, .down), ("worst", worst?.value, 2, .down),
      ("drawdown", drawdown.value, 2, .up), ("expectancy", expectancy?.value, 2, .down),
      ("meanR", meanR?.value, 2, .down), ("profitFactor", profitFactor?.value, 2, .down),
    ]
  }

  /// Lines for people, rounded as on the screen: no loss is told smaller, and a loss and the same
  /// loss without its sign are the same number.
  var text: String {
    var table = TextTable([("trades", .left), ("\(count)", .right)])
    table.add(["wins", "\(wins)"])
    table.add(["losses", "\(losses)"])
    for (name, value, places, rounding) in rows {
      table.add([name, value.map { $0.text(places: places, rounding) } ?? "-"])
    }
    return table.text
  }

  /// Members for programs; amounts exact and as text.
  func write(to writer: inout JSONWriter) {
    writer.member("trades", count)
    writer.member("wins", wins)
    writer.member("losses", losses)
    for (name, value, _, _) in rows {
      writer.key(name)
      if let value { writer.string("\(value)") } else { writer.null() }
    }
  }
}
