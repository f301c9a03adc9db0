import Trading
import Units

/// Profit and loss since the day began: realized + unrealized change + fees + funding.
public struct DayFigures: Sendable, Hashable {
  /// When the day began: 00:00 UTC moved by the configured offset.
  public internal(set) var startedAt: Timestamp
  /// Price profit realized today, before fees.
  public internal(set) var realizedPnL: Money = .zero
  /// Fees of today; positive is a cost.
  public internal(set) var fees: Money = .zero
  /// Funding of today; positive was received.
  public internal(set) var funding: Money = .zero
  /// The unrealized profit when the day began; nil before the first report of positions.
  public internal(set) var unrealizedAtStart: Money?
  /// The equity when the day began; nil before the first balance.
  public internal(set) var equityAtStart: Money?
  /// When the positions behind the figures of the start were heard of, where that was before the
  /// start: what happened since is told later and is of this day, for the figures still hold what
  /// it ended.
  public internal(set) var heldUntil: Timestamp?
  /// Whether the two figures above were taken at the start of the day, not when the program began.
  public internal(set) var isWholeDay: Bool
  /// Whether the journal has the two figures of the start, so that a later run of the day takes
  /// them over.
  public internal(set) var isStartWritten = false

  /// Starts a day.
  public init(startedAt: Timestamp, isWholeDay: Bool) {
    self.startedAt = startedAt
    self.isWholeDay = isWholeDay
  }

  /// How late the figures of the start may be taken and still be those of the start.
  static let startTolerance = TimeSpan.minutes(1)

  /// Whether figures that were taken at a moment are those of the start of a day.
  static func isStart(_ moment: Timestamp, of startedAt: Timestamp) -> Bool {
    moment - startedAt <= startTolerance
  }

  /// Returns today's profit and loss with so much unrealized now; nil before the first reports.
  public func profit(unrealized: Money) -> Money? {
    guard let unrealizedAtStart else { return nil }
    return realizedPnL - fees + funding + (unrealized - unrealizedAtStart)
  }

  /// Returns today's profit as a share of the equity at its start; nil before the first reports.
  public func share(unrealized: Money) -> Rate? {
    guard let profit = profit(unrealized: unrealized), let equityAtStart else { return nil }
    return profit.fraction(of: equityAtStart, .towardZero)
  }

  /// Whether something of a moment belongs to the day. While our clock stands before the day's
  /// start it was set back over midnight: the day goes on, and all that happens is of it (C02).
  func holds(_ moment: Timestamp, at now: Timestamp) -> Bool {
    moment >= startedAt || now < startedAt
  }

  /// Whether something of before the start is still in the figures of the start: it ended what they
  /// hold, and was told since.
  private func endsWhatWasHeld(_ moment: Timestamp) -> Bool {
    heldUntil.map { moment > $0 } ?? false
  }

  /// Takes what was realized before the start out of the figures of the start. The journal is to
  /// have them so: a later run of the day must count from the same ones.
  private mutating func settleStart(_ net: Money) {
    unrealizedAtStart = unrealizedAtStart.map { $0 - net }
    isStartWritten = false
  }

  /// Takes the equity that the day counts from, once. An account without money has none: what is
  /// paid in later is no profit, and a share of nothing is no limit (K13).
  mutating func takeEquity(_ equity: Money, at now: Timestamp) {
    guard equityAtStart == nil, equity.isPositive else { return }
    equityAtStart = equity
    isWholeDay = DayFigures.isStart(now, of: startedAt)
  }

  /// Adds what an order did if it happened today.
  mutating func add(_ flow: OrderFlow, at now: Timestamp) {
    if holds(flow.exchangeTime, at: now) {
      realizedPnL += flow.realizedPnL
      fees += flow.fee
    } else if endsWhatWasHeld(flow.exchangeTime) {
      settleStart(flow.realizedPnL - flow.fee)
    }
  }

  /// Adds funding if it was settled today.
  mutating func add(_ payment: FundingRecord, at now: Timestamp) {
    if holds(payment.settledAt, at: now) {
      funding += payment.amount
    } else if endsWhatWasHeld(payment.settledAt) {
      settleStart(payment.amount)
    }
  }

  /// Takes what the day counts from out of a list of positions, where the start itself was unheard.
  ///
  /// What was realized since and before the list may have been made on the day before: a profit is
  /// not counted, for it would widen the limit on the loss; a loss is.
  mutating func takeStart(_ reports: [Position], isFirst: Bool) {
    guard unrealizedAtStart == nil else { return }
    if isFirst {
      // What was open before today began is counted from here; what was opened today, from zero.
      unrealizedAtStart = reports.filter { $0.createdAt < startedAt }.lazy.unrealizedPnL
    } else {
      unrealizedAtStart =
        reports.lazy.unrealizedPnL + max(.zero, realizedPnL - fees + funding)
    }
  }
}
