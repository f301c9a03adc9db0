import AccountData
import Engine
import MarketData
import Trading
import Units

/// What the positions that were closed in this session came to, fees and funding included.
struct Performance: Sendable, Equatable {
  /// How many were closed.
  private(set) var count = 0
  /// How many of them brought money.
  private(set) var wins = 0
  /// All that they brought.
  private(set) var net = Money.zero
  /// What the winning ones brought.
  private(set) var won = Money.zero
  /// What the others lost, as a positive number.
  private(set) var lost = Money.zero
  /// The best one; nil without any.
  private(set) var best: Money?
  /// The worst one; nil without any.
  private(set) var worst: Money?
  /// Fees of all.
  private(set) var fees = Money.zero
  /// Funding of all.
  private(set) var funding = Money.zero
  /// How many had a stop and therefore an R.
  private(set) var risked = 0
  private var multiples = Rate.zero

  /// Adds up closed positions; one that ended with its simulated account was not closed by anyone.
  init(_ cycles: some Sequence<PositionCycle>) {
    for cycle in cycles where cycle.ending != .accountEnded {
      let result = cycle.netPnL
      count += 1
      net += result
      fees += cycle.fees
      funding += cycle.funding
      best = best.map { max($0, result) } ?? result
      worst = worst.map { min($0, result) } ?? result
      if result.isPositive {
        wins += 1
        won += result
      } else {
        lost += -result
      }
      guard let multiple = cycle.rMultiple else { continue }
      risked += 1
      multiples = Rate(multiples.value + multiple.value)
    }
  }

  /// The share that brought money; nil without any.
  var winRate: Rate? {
    count > 0 ? Rate(Fixed(wins).divided(by: Fixed(count), .towardZero)) : nil
  }

  /// What one brought in the mean; nil without any.
  var expectancy: Money? {
    count > 0 ? Money(net.value.divided(by: Fixed(count), .towardZero)) : nil
  }

  /// The mean result in R; nil when none had a stop.
  var meanMultiple: Fixed? {
    risked > 0 ? multiples.value.divided(by: Fixed(risked), .towardZero) : nil
  }

  /// What was won over what was lost; nil while nothing was lost.
  var profitFactor: Rate? { won.fraction(of: lost, .towardZero) }
}

/// The equity once a minute, for the curve of the session.
struct EquityTrace: Sendable, Equatable {
  /// The most points that are kept: eight hours.
  static let capacity = 480
  /// The time from one point to the next.
  static let interval = TimeSpan.minutes(1)

  /// The equity from the oldest point to the newest.
  private(set) var values: [Money] = []
  private var notedAt: Timestamp?

  /// Notes the equity when a minute has passed since the last point.
  mutating func note(_ equity: Money?, at now: Timestamp) {
    guard let equity, notedAt.map({ now - $0 >= Self.interval }) ?? true else { return }
    notedAt = now
    if values.count == Self.capacity { values.removeFirst() }
    values.append(equity)
  }
}
