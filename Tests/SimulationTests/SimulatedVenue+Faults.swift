import Trading
import Units

@testable import Simulation

/// What an exchange does when something goes wrong.
extension SimulatedVenue {
  /// Lets a fault happen; false when there is nothing that it could happen to.
  @discardableResult
  mutating func suffer(_ fault: FaultPlan.Fault, at time: Timestamp) -> Bool {
    guard hasAccount(fault.account) else { return false }
    do throws(VenueRefusal) {
      return try carryOut(fault.verb, fault.account, time)
    } catch {
      return false
    }
  }

  private mutating func carryOut(
    _ verb: FaultPlan.Verb, _ account: VenueAccountID, _ time: Timestamp
  ) throws(VenueRefusal) -> Bool {
    advance(to: time)
    switch verb {
    case .partialFill(let part):
      guard let place = oldestOrder(account.index) else { return false }
      fillByHand(place, part)
      finishOperation()
    case .externalOrder(let ticket): try place(ticket, for: account, at: time)
    case .externalClose:
      guard let key = oldestPosition(account) else { return false }
      try closePosition(
        key.instrument, key.marginMode, key.slot, clientOrderID: nil, for: account, at: time)
    case .externalCancel:
      let newest = accounts[account.index].firstOrder
      guard newest >= 0 else { return false }
      try cancel(.number(orders[Int(newest)].row.number), for: account, at: time)
    case .liquidate:
      guard let key = oldestPosition(account) else { return false }
      try liquidate(key, of: account, at: time)
    case .deleverage(let part): return try deleverage(part, account, time)
    case .funding(let instrument, let rate):
      guard let market = market(instrument) else { return false }
      applyFundingRate(rate, to: market, at: time)
      settleFunding(of: market, at: time)
    case .maintenance: beginMaintenance(at: time)
    case .status(let instrument, let status):
      guard let market = market(instrument) else { return false }
      setStatus(status, of: market)
    }
    return true
  }

  private mutating func deleverage(
    _ part: Rate, _ account: VenueAccountID, _ time: Timestamp
  ) throws(VenueRefusal) -> Bool {
    guard let key = oldestPosition(account),
      let held = positions(of: account).first(where: { $0.key == key }),
      let listing = listing(key.instrument)
    else { return false }
    let size = held.contracts.value.multiplied(by: part.value, .towardZero)
      .rounded(to: listing.instrument.lotSize.value, .up)
    try deleverage(key, by: Contracts(size), of: account, at: time)
    return true
  }

  /// Takes no orders until further notice and cancels those that rest.
  mutating func beginMaintenance(at time: Timestamp) {
    setTrading(.suspended, at: time)
    for account in accounts.indices { endOrders(account) { _ in true } }
    finishOperation()
  }

  /// Suspends all instruments, or lets them trade again.
  mutating func setTrading(_ status: Instrument.Status, at time: Timestamp) {
    advance(to: time)
    for place in markets.indices { setStatus(status, of: MarketIndex(index: place)) }
  }

  /// Fills a part of what is left of a resting order at its own price, at least a lot.
  private mutating func fillByHand(_ place: Int32, _ part: Rate) {
    let at = Int(place)
    let left = orders[at].left
    guard orders[at].node >= 0, left > 0 else { return }
    let wanted = Fixed(Int(left)).multiplied(by: part.value, .towardZero)
    let lots = max(1, min(left, Int64(wanted.raw / Int128(Fixed.unit))))
    let size = allowance(place, lots, orders[at].ticks)
    guard size > 0 else { return end(place, .system) }
    let market = orders[at].market
    markets[market].book.reduce(orders[at].node, by: size)
    markets[market].bookIsDirty = true
    fill(place, size, orders[at].ticks, isMaker: true)
  }

  /// Returns the place of the account's oldest order that rests.
  private func oldestOrder(_ account: Int) -> Int32? {
    var oldest: Int32?
    var place = accounts[account].firstOrder
    while place >= 0 {
      if orders[Int(place)].node >= 0 { oldest = place }
      place = orders[Int(place)].next
    }
    return oldest
  }

  private func oldestPosition(_ account: VenueAccountID) -> PositionKey? {
    positions(of: account).min { $0.number < $1.number }?.key
  }
}
