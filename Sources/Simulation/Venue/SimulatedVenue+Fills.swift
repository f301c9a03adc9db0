import Trading
import Units

/// What a fill does. Source: BloFin reference 6.2.
extension SimulatedVenue {
  /// Fills a part of an order: position, profit, fee, reservation, row, fill, protection.
  mutating func fill(_ place: Int32, _ lots: Int64, _ ticks: Int32, isMaker: Bool) {
    let at = Int(place)
    let account = orders[at].account
    let market = orders[at].market
    releaseReservation(at, lots)
    let effect = trade(
      account, market, orders[at].row.slot, orders[at].row.marginMode, orders[at].row.side, lots,
      ticks, isMaker: isMaker)
    let key = PositionKey(
      instrument: orders[at].row.instrument, slot: orders[at].row.slot,
      marginMode: orders[at].row.marginMode)
    if effect.closedLots > 0 { book(.realizedPnL, effect.realized, account, market, key) }
    book(.fee, -effect.fee, account, market, key)
    let contracts = markets[market].units.contracts(lots)
    let coins = markets[market].units.coins(lots)
    let notional = Money(markets[market].units.notional(ticks, lots))
    let time = now
    orders.change(at) { order in
      order.left -= lots
      order.row.filledContracts += contracts
      order.row.filledBaseAmount += coins
      order.row.filledNotional += notional
      order.row.fee += Money(effect.fee)
      order.row.realizedPnL += Money(effect.realized)
      order.row.updatedAt = time
      order.row.state = order.left == 0 ? .filled : .partiallyFilled
    }
    touch(account, positions: true)
    announceFill(at, contracts, ticks, effect, isMaker: isMaker)
    if effect.openedLots > 0, orders[at].row.hasAttachedProtection {
      growProtection(place, effect.openedLots)
    }
    if orders[at].left == 0 { retire(place) }
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
    outputs.append(.order(VenueAccountID(index: account), orders[at].row))
    outputs.append(.fill(VenueAccountID(index: account), fill))
  }

  /// Frees the part of an order's reservation that a fill uses up.
  private mutating func releaseReservation(_ at: Int, _ lots: Int64) {
    let account = orders[at].account
    let closing = min(orders[at].closingLots, lots)
    if closing > 0 {
      orders[at].closingLots -= closing
      unpend(
        account, orders[at].market, orders[at].row.slot, orders[at].row.marginMode, closing)
    }
    let frozen = orders[at].frozen
    guard frozen.isPositive else { return }
    let released =
      lots == orders[at].left
      ? frozen : Fixed(raw: frozen.raw.share(lots, of: orders[at].left))
    orders[at].frozen = frozen - released
    accounts[account].orderFrozen = accounts[account].orderFrozen - released
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

/// What a trade did to an account's position.
struct TradeEffect: Sendable {
  var closedLots: Int64 = 0
  var openedLots: Int64 = 0
  var realized = Fixed.zero
  var fee = Fixed.zero
}
