import Trading
import Units

/// What a fill does. Source: BloFin reference 6.2.
extension SimulatedVenue {
  /// Fills a part of an order: position, profit, fee, reservation, row, fill, protection.
  mutating func fill(_ place: Int32, _ lots: Int64, _ ticks: Int32, isMaker: Bool) {
    let at = Int(place)
    let account = orders[at].account
    let market = orders[at].market
    let slot = orders[at].row.slot
    let mode = orders[at].row.marginMode
    let closing = min(orders[at].closingLots, lots)
    if closing > 0 { unpend(account, market, slot, mode, closing) }
    let effect = trade(
      account, market, slot, mode, orders[at].row.side, lots, ticks, isMaker: isMaker)
    let contracts = markets[market].units.contracts(lots)
    let coins = markets[market].units.coins(lots)
    let notional = Money(markets[market].units.notional(ticks, lots))
    let time = now
    let released = orders.change(at) { order in
      let released = order.release(lots, closing)
      order.left -= lots
      order.row.filledContracts += contracts
      order.row.filledBaseAmount += coins
      order.row.filledNotional += notional
      order.row.fee += Money(effect.fee)
      order.row.realizedPnL += Money(effect.realized)
      order.row.updatedAt = time
      order.row.state = order.left == 0 ? .filled : .partiallyFilled
      return released
    }
    bookFill(effect, account, BookedPosition(market, slot, mode), released)
    announceFill(at, contracts, ticks, effect, isMaker: isMaker)
    if effect.openedLots > 0, orders[at].row.hasAttachedProtection {
      growProtection(place, effect.openedLots)
    }
    if orders[at].node >= 0 { noteResting(at, closing - lots) }
    if orders[at].left == 0 { retire(place) }
  }

  /// Notes that a resting order would open so many lots more, below zero fewer.
  @inline(__always)
  mutating func noteResting(_ at: Int, _ lots: Int64) {
    guard lots != 0 else { return }
    let code = AccountState.restingCode(
      orders[at].market, orders[at].row.slot, orders[at].row.marginMode, orders[at].row.side)
    accounts[orders[at].account].restingLots[code] += lots
  }

  /// Books what a fill realized and cost, and frees what the order held back for it.
  @inline(__always)
  private mutating func bookFill(
    _ effect: TradeEffect, _ account: Int, _ position: BookedPosition, _ released: Fixed
  ) {
    let realized = effect.realized
    let fee = -effect.fee
    let time = now
    let first = effect.closedLots > 0 ? numbers.ledger.take() : 0
    let second = numbers.ledger.take()
    accounts.change(account) { state in
      state.orderFrozen = state.orderFrozen - released
      if first > 0 {
        state.book(
          Booking(
            number: first, amount: realized, rate: .zero, time: time, kind: .realizedPnL,
            position: position))
      }
      state.book(
        Booking(
          number: second, amount: fee, rate: .zero, time: time, kind: .fee, position: position))
    }
    if first > 0 { hasher.combine(realized) }
    hasher.combine(fee)
    touch(account, positions: true)
  }

  private mutating func announceFill(
    _ at: Int, _ contracts: Contracts, _ ticks: Int32, _ effect: TradeEffect, isMaker: Bool
  ) {
    let account = orders[at].account
    let price = markets[orders[at].market].units.price(ticks)
    let fill = orders[at].row.fill(
      FillNumber(numbers.fill.take()), price: price, contracts: contracts,
      realizedPnL: Money(effect.realized), fee: Money(effect.fee), isMaker: isMaker, at: now)
    hasher.combine(orders[at].row.number.value)
    hasher.combine(contracts)
    hasher.combine(price)
    accounts[account].fills.append(fill)
    outputs.order(account, orders[at].row)
    outputs.fill(account, fill)
  }

  /// Takes back what an order had announced to close of a position.
  mutating func unpend(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode, _ lots: Int64
  ) {
    guard let place = positionPlace(account, market, slot, mode) else { return }
    let pending = accounts[account].positions[place].pendingCloseLots
    accounts[account].positions[place].pendingCloseLots = max(0, pending - lots)
  }
}

extension LiveOrder {
  /// Frees the part of the reservation that a fill of so many lots uses up, and returns it.
  @inline(__always)
  fileprivate mutating func release(_ lots: Int64, _ closing: Int64) -> Fixed {
    let released = part(lots, closing)
    closingLots -= closing
    frozen = frozen - released
    return released
  }

  /// Returns the part of the reservation that a fill of so many lots uses up: only lots that open
  /// were reserved for, and an order closes before it opens.
  @inline(__always)
  func part(_ lots: Int64, _ closing: Int64) -> Fixed {
    guard frozen.isPositive else { return .zero }
    if lots == left { return frozen }
    let opening = lots - closing
    return opening > 0 ? Fixed(raw: frozen.raw.share(opening, of: left - closingLots)) : .zero
  }
}

/// What a trade did to an account's position.
struct TradeEffect: Sendable {
  var closedLots: Int64 = 0
  var openedLots: Int64 = 0
  var realized = Fixed.zero
  var fee = Fixed.zero
}
