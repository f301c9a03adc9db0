import Trading
import Units

/// A position that is held, with its life so far.
public struct HeldPosition: Sendable, Hashable {
  /// The exchange's last word on it.
  public internal(set) var report: Position
  /// When that word reached us.
  public internal(set) var receivedAt: Timestamp
  /// Its life from flat to now.
  public internal(set) var cycle: PositionCycle
  /// How much of what is held its initial risk is of; what is held beyond it was opened since.
  public internal(set) var risked: HeldSize

  /// Which position.
  public var key: PositionKey { report.key }

  /// Whether more is held than its initial risk is of.
  public var hasGrown: Bool {
    cycle.initialStop != nil && report.contracts > risked.contracts
  }

  /// How much was opened since its initial risk was noted last, and at what mean price, toward
  /// zero; nil when nothing was or a product is out of range.
  public var growth: HeldSize? {
    let added = report.contracts - risked.contracts
    guard added.isPositive,
      let all = report.entryPrice.value.multipliedIfInRange(
        by: report.contracts.value, .towardZero),
      let former = risked.entryPrice.value.multipliedIfInRange(
        by: risked.contracts.value, .towardZero),
      let price = (all - former).dividedIfPossible(by: added.value, .towardZero)
    else { return nil }
    return HeldSize(contracts: added, entryPrice: Price(price))
  }
}

/// How much of a position is held, and at what mean price.
public struct HeldSize: Sendable, Hashable {
  /// How much.
  public let contracts: Contracts
  /// The mean price of what is held.
  public let entryPrice: Price

  /// States a size.
  public init(contracts: Contracts, entryPrice: Price) {
    self.contracts = contracts
    self.entryPrice = entryPrice
  }
}

extension HeldPosition {
  init(
    _ report: Position, source: CommandSource?, continuing known: PositionCycle?,
    at now: Timestamp
  ) {
    self.report = report
    receivedAt = now
    risked = report.heldSize
    if let known, known.side == report.side {
      cycle = known
      // What the journal has of its risk is of all that was held then.
      if known.peakContracts < report.contracts {
        risked = HeldSize(contracts: known.peakContracts, entryPrice: known.entryPrice)
      }
      cycle.entryPrice = report.entryPrice
      cycle.peakContracts = max(known.peakContracts, report.contracts)
      return
    }
    cycle = PositionCycle(
      key: report.key, side: report.side, source: source, openedAt: report.createdAt,
      entryPrice: report.entryPrice, peakContracts: report.contracts)
    cycle.bestPrice = report.markPrice
    cycle.worstPrice = report.markPrice
  }

  func updated(_ report: Position, at now: Timestamp) -> HeldPosition {
    var copy = self
    copy.report = report
    copy.receivedAt = now
    copy.cycle.entryPrice = report.entryPrice
    copy.cycle.peakContracts = max(cycle.peakContracts, report.contracts)
    // What is opened after a part was closed is risked anew; an older word closes nothing.
    if report.contracts < risked.contracts, report.updatedAt >= self.report.updatedAt {
      copy.risked = report.heldSize
    }
    let isLong = report.side == .long
    copy.cycle.bestPrice = cycle.bestPrice.map {
      isLong ? max($0, report.markPrice) : min($0, report.markPrice)
    }
    copy.cycle.worstPrice = cycle.worstPrice.map {
      isLong ? min($0, report.markPrice) : max($0, report.markPrice)
    }
    return copy
  }

  /// Notes its first stop and what all that is held loses there; a stop on the winning side is
  /// none that it began with.
  mutating func noteStop(_ stopPrice: Price, initialRisk: Money?) {
    let distance = report.side.gain(from: stopPrice, to: report.entryPrice)
    guard cycle.initialStop == nil, distance.isPositive else { return }
    cycle.initialStop = stopPrice
    cycle.initialRisk = initialRisk
    risked = report.heldSize
  }

  /// Adds what was risked with all that was opened since its risk was noted last; with nil it is
  /// not known any more.
  mutating func noteGrowth(risk: Money?) {
    cycle.initialRisk = cycle.initialRisk.flatMap { noted in risk.map { noted + $0 } }
    risked = report.heldSize
  }

  /// Its end, when a list does not show it any more; `unseen` are the fills that worked on it since
  /// a list showed it last.
  func ended(after unseen: [Positions.Unreported], at now: Timestamp) -> Positions.Change {
    var ended = cycle
    if let most = PassedLives.most(of: report, unseen), most.contracts > cycle.peakContracts {
      ended.peakContracts = most.contracts
      ended.entryPrice = most.entryPrice
      // What was noted is what a part of it risked.
      ended.initialRisk = nil
    }
    // The two clocks differ: it was opened by the exchange's, and it ends by ours.
    ended.closedAt = max(now, cycle.openedAt)
    return .closed(ended, shownAt: report.updatedAt)
  }
}

extension Position {
  /// How much is held, and at what mean price.
  fileprivate var heldSize: HeldSize { HeldSize(contracts: contracts, entryPrice: entryPrice) }

  /// The contracts with the sign of the side: positive long, negative short.
  public var signedContracts: Contracts { side == .long ? contracts : -contracts }
}

extension PositionKey {
  /// The order in which positions are listed: by instrument, slot, margin mode.
  func sorts(before other: PositionKey) -> Bool {
    (instrument.text, slot.rawValue, marginMode.rawValue)
      < (other.instrument.text, other.slot.rawValue, other.marginMode.rawValue)
  }
}
