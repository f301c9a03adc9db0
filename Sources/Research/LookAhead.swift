import Simulation
import Strategies
import Trading
import Units

/// Looks whether decisions rest on candles that had not closed yet: the future is cut off, the
/// strategies are made anew from what is left, and every decision before the cut must be the same.
///
/// A strategy of this program sees one closed candle after the other and can hardly peek; one that
/// was prepared from the whole series can.
public struct LookAhead {
  /// A decision that another future changed.
  public struct Finding: Sendable, Equatable {
    /// When it was made.
    public let decidedAt: Timestamp
    /// When the series ended in the run that decided otherwise.
    public let cutAt: Timestamp
  }

  /// What a look came to.
  public struct Outcome: Sendable, Equatable {
    /// The first decision of each cut that another future changed.
    public internal(set) var findings: [Finding] = []
    /// How many decisions were compared, over all cuts.
    public internal(set) var comparedCount = 0
    /// How many runs were shortened.
    public internal(set) var cutCount = 0
    /// Where the longest of them ended: no decision behind it was compared. Nil without any.
    public internal(set) var comparedUntil: Timestamp?
    /// Instruments whose candles begin behind every cut: of them nothing was compared.
    public internal(set) var unseen: [InstrumentID] = []
  }

  /// The most candles of all shortened runs together in the sampled form.
  public static let sampledCandles = 60_000
  /// How many cuts are made.
  public static let cutCount = 3

  private let plan: BacktestPlan
  private let makeStrategies: ([CandleFeed]) throws -> [StrategyPlan]

  /// Prepares a look at a plan whose strategies `makeStrategies` makes from the feeds it is given;
  /// those of other markets are left out.
  public init(
    _ plan: BacktestPlan, makeStrategies: @escaping ([CandleFeed]) throws -> [StrategyPlan]
  ) {
    self.plan = plan
    self.makeStrategies = makeStrategies
  }

  /// Compares the decisions of a run of the plan with those of runs that end earlier, at moments
  /// drawn from a seed, over so many candles at most.
  ///
  /// All series are cut at one moment; a market that begins behind it is not there. Throws what
  /// the making of strategies throws.
  public func outcome(
    of trail: DecisionTrail, candles: Int = sampledCandles, seed: UInt64 = 1
  ) throws -> Outcome {
    var outcome = Outcome()
    outcome.unseen = plan.feeds.map(\.listing.id)
    let share = max(1, candles / (Self.cutCount * max(1, plan.feeds.count)))
    // Counted where the first series begins, so that every cut has candles before it.
    guard let leader = plan.feeds.min(by: { $0.table.startTime < $1.table.startTime }),
      leader.table.rows.count > 2
    else { return outcome }
    let rows = leader.table.rows
    let latest = plan.feeds.reduce(Int64.max) { earliest, feed in
      feed.table.rows.count > share ? min(earliest, feed.table.rows[share].openTime) : earliest
    }
    let most = min(rows.count - 1, max(2, rows.prefix(share).count { $0.openTime <= latest }))
    var random = SeededRandom(seed: seed)
    for _ in 0..<Self.cutCount {
      let count = max(2, most / 2 + random.below(max(1, most - most / 2)))
      try compare(trail, cutAt: Timestamp(milliseconds: rows[count - 1].openTime), &outcome)
    }
    return outcome
  }

  private func compare(
    _ trail: DecisionTrail, cutAt cut: Timestamp, _ outcome: inout Outcome
  ) throws {
    var short = plan
    short.feeds = plan.feeds.compactMap { feed in
      feed.limited(from: feed.table.startTime, until: cut + .milliseconds(1))
    }
    let ids = short.feeds.map(\.listing.id)
    short.strategies = try makeStrategies(short.feeds).filter { ids.contains($0.instrument) }
    var run = BacktestRun(short)
    run.complete()
    outcome.cutCount += 1
    outcome.comparedUntil = outcome.comparedUntil.map { max($0, cut) } ?? cut
    outcome.unseen.removeAll { ids.contains($0) }
    // What is decided at the last opening is decided by candles that both runs have seen.
    outcome.comparedCount += trail.count(before: cut)
    if let moment = run.ledger.decisions.parting(from: trail, before: cut) {
      outcome.findings.append(Finding(decidedAt: moment, cutAt: cut))
    }
  }
}
