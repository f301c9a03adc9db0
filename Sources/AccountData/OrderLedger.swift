import Trading
import Units

/// What one order added to an account since the last look.
public struct OrderFlow: Sendable, Hashable {
  /// What was traded.
  public let instrument: InstrumentID
  /// Which position it worked on.
  public let slot: PositionSlot
  /// What the order does.
  public let side: OrderSide
  /// How much more has filled.
  public let contracts: Contracts
  /// The mean price of that; nil when it is not told, or nothing more has filled.
  public let price: Price?
  /// How much more fee; positive is a cost.
  public let fee: Money
  /// How much more price profit, before fees.
  public let realizedPnL: Money
  /// When it happened at the exchange.
  public let exchangeTime: Timestamp
}

/// Books every order's progress exactly once, whether it is told by fills, by reports, or by both.
///
/// An exchange may send cumulative reports, single fills, or both, late, twice and in any order.
/// Per order the larger of "sum of the fills" and "latest report" counts; fills win a tie, for they
/// are exact. The result is therefore a function of the set of messages, not of their order (I5).
struct OrderLedger: Sendable {
  private struct Entry: Sendable {
    let id: ExchangeOrderID
    let instrument: InstrumentID
    let slot: PositionSlot
    let side: OrderSide
    var reported = OrderProgress()
    var reportedAt = Timestamp(milliseconds: 0)
    var filled = OrderProgress()
    var weight: Fixed = .zero
    var booked = OrderProgress()
    var lastTime: Timestamp

    /// Books what counts by now and returns it.
    mutating func book(at time: Timestamp) -> OrderProgress {
      lastTime = max(lastTime, time)
      let fillsLead = filled.filledContracts >= reported.filledContracts
      booked = fillsLead && filled.filledContracts.isPositive ? filled : reported
      return booked
    }
  }

  private struct FillKey: Hashable, Sendable {
    let instrument: InstrumentID
    let tradeID: TradeID
  }

  /// The most orders and the most fills that are remembered; older ones are too old to count.
  static let capacity = 4_096

  /// The orders; once there are so many, the oldest gives its place away.
  private var entries: ContiguousArray<Entry> = []
  private var places: [ExchangeOrderID: Int] = [:]
  private var oldest = 0
  /// The place of the order that was last told of.
  private var lastPlace = 0
  private var seen: Set<FillKey> = []
  private var seenOrder = RecentList<FillKey>(capacity: 4 * capacity)
  /// Fills up to here may have been forgotten; one of an unknown order is not counted again.
  private var horizon = Timestamp(milliseconds: 0)

  /// Takes a fill; nil when it was seen before or is older than the memory reaches.
  mutating func apply(_ fill: Fill) -> (progress: OrderProgress, flow: OrderFlow?)? {
    let key = FillKey(instrument: fill.instrument, tradeID: fill.tradeID)
    // Later than what may have been forgotten, so that its order need not be known.
    if fill.exchangeTime > horizon {
      guard remember(key) else { return nil }
    } else {
      guard places[fill.exchangeOrderID] != nil, remember(key) else { return nil }
    }
    return update(
      fill.exchangeOrderID, fill.instrument, fill.slot, fill.side, at: fill.exchangeTime
    ) { entry in
      entry.filled.filledContracts += fill.contracts
      entry.filled.fee += fill.fee
      entry.filled.realizedPnL += fill.realizedPnL
      if let product = fill.price.value.multipliedIfInRange(by: fill.contracts.value, .towardZero) {
        entry.weight += product
      }
      entry.filled.averagePrice = entry.weight.dividedIfPossible(
        by: entry.filled.filledContracts.value, .towardZero
      ).map(Price.init)
    }
  }

  /// Takes a cumulative report of an order.
  mutating func apply(_ report: Order) -> (progress: OrderProgress, flow: OrderFlow?) {
    update(
      report.exchangeOrderID, report.instrument, report.slot, report.side, at: report.updatedAt
    ) { entry in
      let isNewer =
        (report.filledContracts, report.updatedAt)
        > (entry.reported.filledContracts, entry.reportedAt)
      guard isNewer else { return }
      entry.reported.filledContracts = report.filledContracts
      entry.reported.averagePrice = report.averagePrice
      entry.reported.fee = report.fee
      entry.reported.realizedPnL = report.realizedPnL
      entry.reportedAt = report.updatedAt
    }
  }

  private mutating func update(
    _ id: ExchangeOrderID, _ instrument: InstrumentID, _ slot: PositionSlot, _ side: OrderSide,
    at time: Timestamp, _ change: (inout Entry) -> Void
  ) -> (progress: OrderProgress, flow: OrderFlow?) {
    let place = place(of: id, instrument, slot, side, at: time)
    change(&entries[place])
    let before = entries[place].booked
    let after = entries[place].book(at: time)
    guard after != before else { return (after, nil) }
    let flow = OrderFlow(
      instrument: entries[place].instrument, slot: entries[place].slot, side: entries[place].side,
      contracts: after.filledContracts - before.filledContracts,
      price: after.price(since: before), fee: after.fee - before.fee,
      realizedPnL: after.realizedPnL - before.realizedPnL, exchangeTime: time)
    return (after, flow)
  }

  /// Returns the place of an order's entry, making one where there is none: the oldest gives way.
  private mutating func place(
    of id: ExchangeOrderID, _ instrument: InstrumentID, _ slot: PositionSlot, _ side: OrderSide,
    at time: Timestamp
  ) -> Int {
    // Messages of one order follow each other.
    if lastPlace < entries.count, entries[lastPlace].id == id { return lastPlace }
    if let known = places[id] {
      lastPlace = known
      return known
    }
    let fresh = Entry(id: id, instrument: instrument, slot: slot, side: side, lastTime: time)
    if entries.count < Self.capacity {
      lastPlace = entries.count
      entries.append(fresh)
    } else {
      lastPlace = oldest
      places.removeValue(forKey: entries[oldest].id)
      horizon = max(horizon, entries[oldest].lastTime)
      entries[oldest] = fresh
      oldest = oldest + 1 == Self.capacity ? 0 : oldest + 1
    }
    places[id] = lastPlace
    return lastPlace
  }

  /// Notes a fill; false when it was noted before.
  private mutating func remember(_ key: FillKey) -> Bool {
    guard seen.insert(key).inserted else { return false }
    if seenOrder.count == seenOrder.capacity, let oldest = seenOrder.first { seen.remove(oldest) }
    seenOrder.append(key)
    return true
  }
}
