import Trading
import Units

/// Bookings: the only places where an account's cash changes.
extension SimulatedVenue {
  /// Books an amount on an account and writes the ledger's row.
  mutating func book(
    _ kind: LedgerEntry.Kind, _ amount: Fixed, _ account: Int, _ market: Int?, _ key: PositionKey?,
    rate: Rate? = nil
  ) {
    accounts[account].cash += amount
    accounts[account].totals.add(kind, Money(amount))
    let entry = LedgerEntry(
      number: LedgerNumber(numbers.take(\.ledger)), kind: kind, amount: Money(amount),
      instrument: market.map { markets[$0].listing.id }, key: key, rate: rate, time: now)
    accounts[account].ledger.append(entry)
    hasher.combine(amount)
    if kind == .funding { outputs.append(.funding(VenueAccountID(index: account), entry)) }
    touch(account, positions: false)
  }

  /// Returns what an account may use for new positions: cash plus the profit of cross positions
  /// less isolated margins, order reservations and cross initial margins. It can be below zero.
  ///
  /// Source: BloFin reference 3.2.2, `availableEquity`.
  func available(_ account: Int) -> Fixed {
    let state = accounts[account]
    var available = state.cash - state.isolatedMargin - state.orderFrozen
    guard state.crossPositionCount > 0 else { return available }
    for position in state.positions where position.marginMode == .cross {
      let terms = terms(of: position)
      available += terms.unrealizedPnL.value - terms.initialMargin.value
    }
    return available
  }

  /// Returns a position in the terms of the margin formulas at the present mark price.
  func terms(of position: PositionState) -> MarginTerms {
    let market = markets[position.market]
    return MarginTerms(
      side: position.side, coins: market.units.coins(position.lots),
      entryValue: Money(position.entryValue), markPrice: Price(markOrLast(position.market)),
      leverage: Leverage(Fixed(Int(position.leverage))),
      maintenanceRate: market.tiers(position.marginMode).row(position.lots).rate,
      takerFeeRate: rules.fees.takerFeeRate)
  }

  /// Returns the mark price; before the first one, the last price.
  func markOrLast(_ market: Int) -> Fixed {
    let mark = markets[market].mark
    if mark.isPositive { return mark }
    guard let ticks = markets[market].lastTicks else { return .zero }
    return markets[market].units.price(ticks).value
  }
}

extension AccountTotals {
  mutating func add(_ kind: LedgerEntry.Kind, _ amount: Money) {
    switch kind {
    case .deposit, .withdrawal: deposits += amount
    case .realizedPnL: realizedPnL += amount
    case .fee, .liquidationFee: fees -= amount
    case .funding: funding += amount
    case .insurance: insurance += amount
    }
  }
}

extension Int128 {
  /// Returns this × part / whole, cut toward zero, for 0 ≤ part ≤ whole; never overflows.
  @inline(__always)
  func share(_ part: Int64, of whole: Int64) -> Int128 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: Int128(whole))
    return quotient &* Int128(part) &+ remainder &* Int128(part) / Int128(whole)
  }
}
