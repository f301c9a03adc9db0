import Trading
import Units

/// The leverage that the exchange confirmed for an instrument.
public struct LeverageSetting: Sendable, Hashable {
  /// Whose leverage.
  public let instrument: InstrumentID
  /// In which margin mode.
  public let marginMode: MarginMode
  /// For which of the instrument's positions.
  public let slot: PositionSlot
  /// The setting.
  public internal(set) var leverage: Leverage
}

/// Everything known about one account, as a value that a screen may hold.
public struct Account: Sendable, Equatable {
  /// The money, nil before the first report.
  public internal(set) var balance: Received<Balance>?
  /// Whether positions are netted, nil before it was read.
  public internal(set) var positionMode: PositionMode?
  /// The leverage settings that were read back.
  public internal(set) var leverages: [LeverageSetting] = []
  /// What is held.
  public internal(set) var positions = Positions()
  /// When the list of positions last came, nil before the first.
  public internal(set) var positionsReceivedAt: Timestamp?
  /// Open and recently ended orders.
  public internal(set) var orders = Orders()
  /// Trigger orders that wait at the exchange.
  public internal(set) var triggers: [TrackedTrigger] = []
  /// The newest fills, oldest first.
  public internal(set) var fills = RecentList<Fill>(capacity: Account.fillCapacity)
  /// The newest funding payments, oldest first.
  public internal(set) var fundings = RecentList<FundingRecord>(capacity: Account.fillCapacity)
  /// Lives of positions that ended, oldest first.
  public internal(set) var endedCycles = RecentList<PositionCycle>(capacity: Account.fillCapacity)
  /// Today's profit and loss.
  public internal(set) var day: DayFigures
  /// How far the day's start is moved from 00:00 UTC.
  public let dayOffset: TimeSpan

  /// The most fills, payments and ended lives that are kept.
  public static let fillCapacity = 200

  /// Makes an account of which nothing is known.
  public init(dayOffset: TimeSpan, at now: Timestamp) {
    self.dayOffset = dayOffset
    day = DayFigures(startedAt: now.start(of: .days(1), offset: dayOffset), isWholeDay: false)
  }

  /// The unrealized profit of all positions, as last reported.
  public var reportedUnrealizedPnL: Money {
    positions.held.reduce(.zero) { $0 + $1.report.unrealizedPnL }
  }

  /// The collateral in all positions, as last reported.
  public var usedMargin: Money { positions.held.reduce(.zero) { $0 + $1.report.margin } }

  /// Returns the leverage of an instrument, nil before it was read back.
  public func leverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot
  ) -> Leverage? {
    leverages.first {
      $0.instrument == instrument && $0.marginMode == mode && $0.slot == slot
    }?.leverage
      // One leverage serves both sides unless the exchange keeps them apart.
      ?? leverages.first {
        $0.instrument == instrument && $0.marginMode == mode && $0.slot == .net
      }?.leverage
  }

  /// The stop losses that wait for a position at the exchange.
  public func stops(of key: PositionKey) -> [TrackedTrigger] {
    triggers.filter { $0.isStop(of: key) }
  }
}

/// A trigger order and when we learned of it.
public struct TrackedTrigger: Sendable, Hashable {
  /// The exchange's word.
  public internal(set) var order: TriggerOrder
  /// When it was last read back from the exchange, on our clock.
  public internal(set) var confirmedAt: Timestamp

  /// Whether this is a stop loss for the position, waiting now.
  public func isStop(of key: PositionKey) -> Bool {
    order.state == .live && order.stopLoss != nil && order.instrument == key.instrument
      && order.slot == key.slot && order.marginMode == key.marginMode
  }
}
