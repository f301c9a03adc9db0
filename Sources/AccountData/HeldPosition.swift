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

  /// Which position.
  public var key: PositionKey { report.key }
}

extension HeldPosition {
  init(
    _ report: Position, source: CommandSource?, continuing known: PositionCycle?,
    at now: Timestamp
  ) {
    self.report = report
    receivedAt = now
    if let known, known.side == report.side {
      cycle = known
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
    let isLong = report.side == .long
    copy.cycle.bestPrice = cycle.bestPrice.map {
      isLong ? max($0, report.markPrice) : min($0, report.markPrice)
    }
    copy.cycle.worstPrice = cycle.worstPrice.map {
      isLong ? min($0, report.markPrice) : max($0, report.markPrice)
    }
    return copy
  }

  func ended(at now: Timestamp) -> Positions.Change {
    var ended = cycle
    // The two clocks differ: it was opened by the exchange's, and it ends by ours.
    ended.closedAt = max(now, cycle.openedAt)
    return .closed(ended, shownAt: report.updatedAt)
  }
}

extension Position {
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
