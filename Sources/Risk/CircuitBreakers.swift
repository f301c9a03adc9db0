import AccountData
import MarketData
import Trading
import Units

/// One of the things that stop new risk by themselves.
public enum Breaker: String, Sendable, Hashable, CaseIterable {
  /// The loss of the day as a share of its first equity.
  case dailyLoss
  /// The loss of the day in money.
  case dailyLossMoney
  /// The fall from the highest equity.
  case drawdown
  /// Stops hit in a row.
  case stopOuts
  /// Positions opened by strategies today.
  case tradesPerDay
  /// The hours in which strategies may open.
  case tradingHours
}

/// Where a breaker stands against its limit.
public struct BreakerReading: Sendable, Hashable {
  /// A number with its unit.
  public enum Figure: Sendable, Hashable {
    /// A share, 0.03 for 3 %.
    case share(Rate)
    /// Money.
    case money(Money)
    /// A count.
    case count(Int)
  }

  /// Which breaker.
  public let breaker: Breaker
  /// Where it stands; nil while it cannot be computed.
  public let value: Figure?
  /// Where it trips; nil when it is off.
  public let limit: Figure?
  /// Whether it stops new risk now.
  public let isTripped: Bool
}

/// An instrument that rests after a loss or a win.
public struct InstrumentRest: Sendable, Hashable {
  /// Which one.
  public let instrument: InstrumentID
  /// Until when.
  public let until: Timestamp
  /// What led to it.
  public let ending: PositionCycle.Ending
}

/// What the account's peak, the day and the last trades say about new risk.
///
/// The reading is level, so a halt that a person lifts does not lift the limit; ``trips`` tells the
/// crossing once a day.
public struct CircuitBreakers: Sendable, Hashable {
  /// The highest equity so far; nil before the first.
  public private(set) var peakEquity: Money?
  /// How many stops were hit in a row.
  public private(set) var stopOutsInARow = 0
  /// How many positions strategies opened today.
  public private(set) var tradesToday = 0
  /// The instruments that rest, in the order in which that began.
  public private(set) var rests: [InstrumentRest] = []
  /// The breakers whose crossing was told today.
  public private(set) var told: [Breaker] = []
  /// What each strategy did, one for each that ever opened a position, in the order of the first.
  public internal(set) var tallies: [StrategyTally] = []

  /// Starts without a past.
  public init() {}

  /// Takes what the journal kept: the peak and the lives of positions that ended, oldest first.
  public mutating func restore(
    peak: Money?, endedCycles: [PositionCycle], openCycles: [PositionCycle], limits: DayLimits,
    dayStart: Timestamp, at now: Timestamp
  ) {
    peakEquity = peak
    for cycle in endedCycles {
      guard let closedAt = cycle.closedAt else { continue }
      _ = close(cycle, at: closedAt, limits: limits, dayStart: dayStart)
    }
    for cycle in endedCycles + openCycles where cycle.openedAt >= dayStart { opened(cycle) }
    endRests(at: now)
  }

  /// Notes the worth of the account; true when it is a new peak.
  public mutating func note(equity: Money) -> Bool {
    guard equity.isPositive, peakEquity.map({ equity > $0 }) ?? true else { return false }
    peakEquity = equity
    return true
  }

  /// Takes the equity of now for the peak: the drawdown begins anew.
  public mutating func resetPeak(to equity: Money) {
    peakEquity = equity
    told.removeAll { $0 == .drawdown }
  }

  /// Notes a position that was opened.
  public mutating func opened(_ cycle: PositionCycle) {
    if let source = cycle.source, !source.isPerson, source != .engine { tradesToday += 1 }
    if case .strategy(let name)? = cycle.source { count(name) { $0.tradesToday += 1 } }
  }

  /// Notes a position that ended; true when that made the run of stop-outs too long. What it
  /// brought counts for the day unless it ended before `dayStart`.
  public mutating func close(
    _ cycle: PositionCycle, at now: Timestamp, limits: DayLimits, dayStart: Timestamp
  ) -> Bool {
    let wasStopped = cycle.wasStopped
    if case .strategy(let name)? = cycle.source {
      let isOfToday = cycle.closedAt.map { $0 >= dayStart } ?? true
      count(name) { tally in
        if isOfToday { tally.netToday += cycle.netPnL }
        if wasStopped {
          tally.stopOutsInARow += 1
        } else if cycle.netPnL.isPositive {
          tally.stopOutsInARow = 0
        }
      }
    }
    if wasStopped {
      stopOutsInARow += 1
      rest(cycle.key.instrument, after: cycle.ending, for: limits.cooldownAfterStop, at: now)
      return stopOutsInARow >= limits.stopOutsInARowMaximum
    }
    guard cycle.netPnL.isPositive else { return false }
    stopOutsInARow = 0
    rest(cycle.key.instrument, after: cycle.ending, for: limits.cooldownAfterWin, at: now)
    return false
  }

  /// Notes that the exchange closed a part of a position by itself: its instrument rests as after
  /// a stop, or after a win where a deleveraging brought one.
  public mutating func takenOver(
    _ instrument: InstrumentID, by ending: PositionCycle.Ending, net: Money, limits: DayLimits,
    at now: Timestamp
  ) {
    let isLoss = ending == .liquidation || !net.isPositive
    rest(
      instrument, after: ending,
      for: isLoss ? limits.cooldownAfterStop : limits.cooldownAfterWin, at: now)
  }

  /// A person looked at the run of stop-outs: it begins anew.
  public mutating func forgiveStopOuts() { stopOutsInARow = 0 }

  /// Starts a new day.
  public mutating func turnDay() {
    tradesToday = 0
    told.removeAll { $0 != .drawdown }
    turnDayOfStrategies()
  }

  /// Forgets rests that are over.
  public mutating func endRests(at now: Timestamp) {
    guard !rests.isEmpty else { return }
    rests.removeAll { $0.until <= now }
  }

  /// Notes that the crossing of a breaker was told; false when it was before.
  public mutating func tell(_ breaker: Breaker) -> Bool {
    guard !told.contains(breaker) else { return false }
    told.append(breaker)
    return true
  }

  private mutating func rest(
    _ instrument: InstrumentID, after ending: PositionCycle.Ending?, for span: TimeSpan,
    at now: Timestamp
  ) {
    guard span > .zero, let ending else { return }
    rests.removeAll { $0.instrument == instrument }
    rests.append(InstrumentRest(instrument: instrument, until: now + span, ending: ending))
  }
}

extension PositionCycle {
  /// Whether a stop, or what counts as one, ended it.
  public var wasStopped: Bool {
    switch ending {
    case .stopLoss, .autoDeleveraging: netPnL.isNegative
    // Of an end that no order explains a loss counts as a stop: it may have been one.
    case .unexplained: realizedPnL.isNegative
    case .liquidation: true
    case .takeProfit, .manual, .strategy, .external, .accountEnded, nil: false
    }
  }
}
