import Trading
import Units

/// Everything known about one account, as a value that a screen may hold.
public struct Account: Sendable, Equatable {
  /// The money, nil before the first report.
  public internal(set) var balance: Received<Balance>?
  /// Whether positions are netted, nil before it was read.
  public internal(set) var positionMode: PositionMode?
  /// The leverage settings as the exchange last told them.
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

  /// Returns the account as it would be with an order of ours on its way whose id is not used yet.
  public func with(
    _ request: OrderRequest, source: CommandSource, at now: Timestamp
  ) -> Account {
    var next = self
    next.orders.add(TrackedOrder(request, source: source, at: now))
    return next
  }

  /// Returns the account as it would be without an open order of ours.
  public func without(_ id: ClientOrderID) -> Account {
    var rest = self
    rest.orders = orders.without(id)
    return rest
  }

  /// Returns the account as it would be with a position closed at its mark price: what protects it
  /// is gone, and its margin, less what it has lost, is free.
  public func without(_ key: PositionKey) -> Account {
    guard let report = positions[key]?.report else { return self }
    var rest = self
    rest.positions = positions.without(key)
    rest.triggers.removeAll { $0.isStop(of: key) }
    rest.balance = balance.map { received in
      let old = received.value
      let free = max(.zero, report.margin + min(.zero, report.unrealizedPnL))
      return Received(
        Balance(
          equity: old.equity, cash: old.cash, availableMargin: old.availableMargin + free,
          orderMargin: old.orderMargin, isolatedEquity: old.isolatedEquity,
          exchangeTime: old.exchangeTime), at: received.receivedAt)
    }
    return rest
  }

  /// The unrealized profit of all positions, as last reported.
  public var reportedUnrealizedPnL: Money {
    positions.held.lazy.map(\.report).unrealizedPnL
  }

  /// The collateral in all positions, as last reported.
  public var usedMargin: Money { positions.held.lazy.map(\.report).usedMargin }

  /// Returns the leverage of an instrument, nil while the exchange has not told it.
  public func leverage(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot
  ) -> Leverage? {
    leverages.leverage(instrument, mode, slot)
  }

  /// Takes the leverages that positions tell and returns those that are others than were known.
  mutating func takeLeverages(of reports: [Position]) -> [LeverageSetting] {
    var changed: [LeverageSetting] = []
    for report in reports where report.leverage.isPositive {
      let key = report.key
      let known = leverage(key.instrument, key.marginMode, key.slot)
      guard known != report.leverage else { continue }
      let setting = LeverageSetting(
        instrument: key.instrument, marginMode: key.marginMode, slot: key.slot,
        leverage: report.leverage)
      leverages.take(setting)
      if known != nil { changed.append(setting) }
    }
    return changed
  }

  /// The stop losses that wait for a position at the exchange.
  public func stops(of key: PositionKey) -> [TrackedTrigger] {
    triggers.filter { $0.isStop(of: key) }
  }

  /// The stop losses that wait to close a position, the one that is reached first before the
  /// others.
  public func stopsByReach(of key: PositionKey, _ side: PositionSide) -> [TrackedTrigger] {
    stops(of: key).filter { $0.order.side == side.closingSide }
      .sorted { $0.order.isReached(before: $1.order, by: side) }
  }

  /// Returns the stop at which a position is closed wholly: the first one for all of it, or, when
  /// several together cover it, the one that is reached last of these; nil when none does. One that
  /// liquidation comes before covers nothing.
  public func coveringStop(of held: HeldPosition) -> TrackedTrigger? {
    held.report.placeOfCoveringStop(among: triggers.lazy.map(\.order)).map { triggers[$0] }
  }

  /// Whether stops that this program placed cover a position wholly by themselves.
  public func isCoveredByOwn(_ held: HeldPosition) -> Bool {
    let own = triggers.lazy.filter(\.isOwn).map(\.order)
    return held.report.placeOfCoveringStop(among: own) != nil
  }
}

/// Protection that this program asked for: what the exchange then shows of it is ours, also where
/// the exchange does not repeat our id, as for a stop attached to an entry.
public struct OwnProtection: Sendable, Hashable {
  /// Which position it guards.
  public let key: PositionKey
  /// Our id of the request, nil for what was attached to an entry.
  public let clientOrderID: ClientOrderID?
  /// Where the stop loss triggers, nil without one.
  public let stopPrice: Price?
  /// Where the take profit triggers, nil without one.
  public let targetPrice: Price?
  /// Who asked for it.
  public let source: CommandSource

  /// States what was asked for.
  public init(
    key: PositionKey, clientOrderID: ClientOrderID?, stopPrice: Price?, targetPrice: Price?,
    source: CommandSource
  ) {
    self.key = key
    self.clientOrderID = clientOrderID
    self.stopPrice = stopPrice
    self.targetPrice = targetPrice
    self.source = source
  }

  /// Whether a trigger order is what was asked for.
  func isShown(by trigger: TriggerOrder) -> Bool {
    if let id = trigger.clientOrderID { return id == clientOrderID }
    guard trigger.instrument == key.instrument, trigger.slot == key.slot,
      trigger.marginMode == key.marginMode,
      trigger.stopLoss != nil || trigger.takeProfit != nil
    else { return false }
    // An exchange may keep the two legs apart.
    let isStop = trigger.stopLoss.map { $0.triggerPrice == stopPrice } ?? true
    let isTarget = trigger.takeProfit.map { $0.triggerPrice == targetPrice } ?? true
    return isStop && isTarget
  }
}

/// A trigger order and when we learned of it.
public struct TrackedTrigger: Sendable, Hashable {
  /// The exchange's word.
  public internal(set) var order: TriggerOrder
  /// When it was last read back from the exchange, on our clock.
  public internal(set) var confirmedAt: Timestamp
  /// Who placed it: ours when it carries an id of ours or is what was attached to an order of ours.
  public internal(set) var owner: OrderOwner
  /// Where its stop was before somebody moved it at the exchange, for this program changes no
  /// order; nil where nobody did, and once ``AccountBook/forgetMove(of:)`` was called.
  public internal(set) var stopMovedFrom: Price?

  /// Whether this program placed it.
  public var isOwn: Bool { owner != .external }

  /// Whether this is a stop loss for the position, waiting now.
  public func isStop(of key: PositionKey) -> Bool { order.isStop(of: key) }

  /// Notes where the stop of the same order was when it was shown before.
  mutating func noteMove(since before: TrackedTrigger) {
    stopMovedFrom = before.stopMovedFrom
    if let old = before.order.stopLoss?.triggerPrice, old != order.stopLoss?.triggerPrice {
      stopMovedFrom = old
    }
  }
}
