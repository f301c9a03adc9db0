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
    var instrument: InstrumentID
    var slot: PositionSlot
    var side: OrderSide
    var reported = OrderProgress()
    var reportedAt = Timestamp(milliseconds: 0)
    var filled = OrderProgress()
    var weight: Fixed = .zero
    var booked = OrderProgress()
    var lastTime: Timestamp
  }

  private struct FillKey: Hashable, Sendable {
    let instrument: InstrumentID
    let tradeID: TradeID
  }

  /// The most orders and the most fills that are remembered; older ones are too old to count.
  static let capacity = 4_096

  private var entries: [ExchangeOrderID: Entry] = [:]
  private var order = RecentList<ExchangeOrderID>(capacity: capacity)
  private var seen: Set<FillKey> = []
  private var seenOrder = RecentList<FillKey>(capacity: 4 * capacity)
  /// Fills up to here may have been forgotten; one of an unknown order is not counted again.
  private var horizon = Timestamp(milliseconds: 0)

  /// Takes a fill; nil when it was seen before or is older than the memory reaches.
  mutating func apply(_ fill: Fill) -> (progress: OrderProgress, flow: OrderFlow?)? {
    let key = FillKey(instrument: fill.instrument, tradeID: fill.tradeID)
    guard !seen.contains(key) else { return nil }
    guard entries[fill.exchangeOrderID] != nil || fill.exchangeTime > horizon else { return nil }
    remember(key)
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
    if entries[id] == nil { makeRoom(for: id) }
    var entry =
      entries[id] ?? Entry(instrument: instrument, slot: slot, side: side, lastTime: time)
    change(&entry)
    entry.lastTime = max(entry.lastTime, time)
    let before = entry.booked
    let fillsLead = entry.filled.filledContracts >= entry.reported.filledContracts
    entry.booked =
      fillsLead && entry.filled.filledContracts.isPositive ? entry.filled : entry.reported
    entries[id] = entry
    let after = entry.booked
    guard after != before else { return (after, nil) }
    let flow = OrderFlow(
      instrument: entry.instrument, slot: entry.slot, side: entry.side,
      contracts: after.filledContracts - before.filledContracts, fee: after.fee - before.fee,
      realizedPnL: after.realizedPnL - before.realizedPnL, exchangeTime: time)
    return (after, flow)
  }

  private mutating func makeRoom(for id: ExchangeOrderID) {
    if order.count == order.capacity, let oldest = order.first {
      if let gone = entries.removeValue(forKey: oldest) { horizon = max(horizon, gone.lastTime) }
    }
    order.append(id)
  }

  private mutating func remember(_ key: FillKey) {
    if seenOrder.count == seenOrder.capacity, let oldest = seenOrder.first { seen.remove(oldest) }
    seenOrder.append(key)
    seen.insert(key)
  }
}
