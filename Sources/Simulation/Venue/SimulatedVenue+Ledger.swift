import Trading
import Units

/// Bookings: the only places where an account's cash changes.
extension SimulatedVenue {
  /// Books an amount on an account and writes the ledger's row; it tells the present moment unless
  /// the amount was due before.
  mutating func book(
    _ kind: LedgerEntry.Kind, _ amount: Fixed, _ account: Int, _ position: BookedPosition? = nil,
    rate: Rate = .zero, at time: Timestamp? = nil
  ) {
    let booking = Booking(
      number: numbers.ledger.take(), amount: amount, rate: rate.value,
      time: time ?? now, kind: kind, position: position)
    accounts.change(account) { $0.book(booking) }
    hasher.combine(amount)
    if kind == .funding {
      outputs.append(.funding(VenueAccountID(index: account), row(of: booking)))
    }
    touch(account, positions: false)
  }

  /// Returns what an account may use for new positions: cash plus the profit of cross positions
  /// less isolated margins, order reservations and cross initial margins. It can be below zero.
  ///
  /// Source: BloFin reference 3.2.2, `availableEquity`.
  @inline(__always)
  func available(_ account: Int) -> Fixed {
    var available =
      accounts[account].cash - accounts[account].isolatedMargin - accounts[account].orderFrozen
    guard accounts[account].crossPositionCount > 0 else { return available }
    for place in accounts[account].positions.indices
    where accounts[account].positions[place].marginMode == .cross {
      let market = accounts[account].positions[place].market
      let lots = accounts[account].positions[place].lots
      let cost = accounts[account].positions[place].entryValue
      let value = markets[market].units.notional(markOrLast(market), lots, .towardZero)
      let isLong = accounts[account].positions[place].side == .long
      // q·M/L: cut twice is cut once, for both numbers are whole at eighteen places.
      available +=
        (isLong ? value - cost : cost - value)
        - Self.margin(value, accounts[account].positions[place].leverage)
    }
    return available
  }

  /// Returns a position in the terms of the margin formulas at the present mark price.
  func terms(of position: PositionState) -> MarginTerms {
    let market = position.market
    return MarginTerms(
      side: position.side, coins: markets[market].units.coins(position.lots),
      entryValue: Money(position.entryValue), markPrice: Price(markOrLast(market)),
      leverage: Leverage(Fixed(Int(position.leverage))),
      maintenanceRate: markets[market].maintenanceRate(position.marginMode, position.lots),
      takerFeeRate: rules.fees.takerFeeRate)
  }

  /// Returns the mark price; before the first one, the last price.
  @inline(__always)
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
