import Simulation
import Strategies
import Trading
import Units

/// Looks whether decisions rest on candles that had not closed yet: at a moment the strategies are
/// made anew from the candles that had closed by then, and every decision up to it, those of that
/// moment among them, must be the same.
///
/// A strategy of this program sees one closed candle after the other and can hardly peek; one that
/// was prepared from the whole series can. One that peeks a single candle ahead is known by what it
/// decides at the moment of a cut alone, so that cuts are made where decisions were.
public struct LookAhead {
  /// A decision that another future changed.
  public struct Finding: Sendable, Equatable {
    /// When it was made.
    public let decidedAt: Timestamp
    /// When the candles had closed that the strategies of the run knew that decided otherwise.
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
    /// Where the longest of them was cut: no decision behind it was compared. Nil without any.
    public internal(set) var comparedUntil: Timestamp?
    /// Instruments of which no candle had closed at any cut: of them nothing was compared.
    public internal(set) var unseen: [InstrumentID] = []
  }

  /// The most candles of all shortened runs together in the sampled form.
  public static let sampledCandles = 60_000
  /// The most cuts that are made.
  public static let cutMaximum = 12
  /// The longest shortened run takes at most such a part of all candles.
  private static let longestShare = 3
  /// How often a moment is drawn; one that was drawn before, or costs too much, is passed over.
  private static let drawCount = 40

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

  /// Compares the decisions of a run of the plan with those of runs that end earlier, over so many
  /// candles at most: at the last decision within reach, and at others drawn from a seed.
  ///
  /// All series are cut at one moment; a market that begins behind it is not there. Throws what
  /// the making of strategies throws.
  public func outcome(
    of trail: DecisionTrail, candles: Int = sampledCandles, seed: UInt64 = 1
  ) throws -> Outcome {
    var outcome = Outcome()
    outcome.unseen = plan.feeds.map(\.listing.id)
    let share = max(1, candles / (Self.longestShare * max(1, plan.feeds.count)))
    // Counted where the first series begins, so that every cut has candles before it.
    guard let leader = plan.feeds.min(by: { $0.table.startTime < $1.table.startTime }),
      leader.table.rows.count > 2
    else { return outcome }
    let end = plan.feeds.reduce(Int64.max) { earliest, feed in
      feed.table.rows.count > share ? min(earliest, feed.table.rows[share].openTime) : earliest
    }
    var left = candles
    for cut in moments(trail, leader.table, before: end, seed: seed) {
      guard outcome.cutCount < Self.cutMaximum else { break }
      let cost = plan.feeds.reduce(0) { $0 + $1.table.openedCount(by: cut) }
      guard cost <= left || outcome.cutCount == 0 else { continue }
      left -= cost
      try compare(trail, cutAt: cut, &outcome)
    }
    return outcome
  }

  /// Returns the moments to cut at before an end, each once: the last decision, then drawn ones.
  private func moments(
    _ trail: DecisionTrail, _ leader: CandleTable, before end: Int64, seed: UInt64
  ) -> [Timestamp] {
    let first = leader.startTime + leader.timeFrame.span
    let openings = leader.rows.prefix { $0.openTime < end }.map(\.openTime)
      .filter { $0 >= first.milliseconds }
    let decisions = trail.marks.map(\.time).filter { $0 >= first.milliseconds && $0 < end }
    var found: [Int64] = []
    func take(_ moment: Int64?) {
      if let moment, !found.contains(moment) { found.append(moment) }
    }
    take(decisions.last ?? openings.last)
    var random = SeededRandom(seed: seed)
    for draw in 0..<Self.drawCount {
      // What a strategy leaves undone can rest on the future, too, and is in no trail.
      let drawn = decisions.isEmpty || draw % 3 == 2 ? openings : decisions
      if !drawn.isEmpty { take(drawn[random.below(drawn.count)]) }
    }
    return found.map { Timestamp(milliseconds: $0) }
  }

  private func compare(
    _ trail: DecisionTrail, cutAt cut: Timestamp, _ outcome: inout Outcome
  ) throws {
    let closed = plan.feeds.compactMap { $0.closed(from: $0.table.startTime, by: cut) }
    let ids = closed.map(\.listing.id)
    var short = plan
    // One candle goes on behind the cut, so that all before it ends as it does in the whole run.
    short.feeds = plan.feeds.filter { ids.contains($0.listing.id) }
      .map { $0.prefix($0.table.openedCount(by: cut) + 1) }
    short.strategies = try makeStrategies(closed).filter { ids.contains($0.instrument) }
    var run = BacktestRun(short)
    run.complete()
    outcome.cutCount += 1
    outcome.comparedUntil = outcome.comparedUntil.map { max($0, cut) } ?? cut
    outcome.unseen.removeAll { ids.contains($0) }
    outcome.comparedCount += trail.count(through: cut)
    if let moment = run.ledger.decisions.parting(from: trail, through: cut) {
      outcome.findings.append(Finding(decidedAt: moment, cutAt: cut))
    }
  }
}

extension CandleTable {
  /// Returns how many candles have opened by a moment, one that opens then among them.
  fileprivate func openedCount(by moment: Timestamp) -> Int {
    var (low, high) = (0, rows.count)
    while low < high {
      let middle = (low + high) / 2
      if rows[middle].openTime <= moment.milliseconds { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
