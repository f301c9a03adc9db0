import Trading
import Units

/// Liquidation on the mark price. Source: BloFin reference 6.4; step sizes, prices and the fee are
/// not documented, what is assumed is said at each step [?].
extension SimulatedVenue {
  /// Looks at every position that a new mark price of a market concerns.
  mutating func checkLiquidations(_ market: Int) {
    guard !markets[market].holders.isEmpty else { return }
    for account in markets[market].holders {
      checkIsolated(account, market)
      if accounts[account].crossPositionCount > 0 { checkCrossPool(account) }
    }
  }

  private mutating func checkIsolated(_ account: Int, _ market: Int) {
    for slot in PositionSlot.allCases {
      while let place = positionPlace(account, market, slot, .isolated),
        isLiquidatable(account, place)
      {
        cancelOrders(account, market, slot, .isolated)
        // Canceling orders does not move positions: the place still holds.
        liquidateIsolated(account, place)
      }
    }
  }

  private mutating func isLiquidatable(_ account: Int, _ place: Int) -> Bool {
    let position = accounts[account].positions[place]
    let mark = markOrLast(position.market)
    let bound = liquidationBound(account, place)
    switch position.side {
    case .long: if mark > bound { return false }
    case .short: if mark < bound { return false }
    }
    return terms(of: position).isLiquidatable(collateral: Money(position.margin))
  }

  /// Returns the mark price beyond which an isolated position is surely safe; computed when it is
  /// first asked for after a change.
  @inline(__always)
  mutating func liquidationBound(_ account: Int, _ place: Int) -> Fixed {
    if let known = accounts[account].positions[place].liquidationBound { return known }
    let bound = safeBound(accounts[account].positions[place])
    accounts[account].positions[place].liquidationBound = bound
    return bound
  }

  /// A mark price beyond which a position is surely safe: the liquidation price, rounded to the
  /// cautious side. Nearer than that the exact comparison decides.
  private func safeBound(_ position: PositionState) -> Fixed {
    let market = position.market
    let coins = markets[market].units.coins(position.lots).value
    let rates =
      markets[market].maintenanceRate(.isolated, position.lots).value
      + rules.fees.takerFeeRate.value
    switch position.side {
    case .long:
      let bound = position.entryValue - position.margin
      guard bound.isPositive else { return .zero }
      return bound.divided(by: coins.multiplied(by: 1 - rates, .down), .up)
    case .short:
      let bound = position.entryValue + position.margin
      return bound.divided(by: coins.multiplied(by: 1 + rates, .up), .down)
    }
  }

  /// Takes over an isolated position: down to the row of tiers below, or whole in the first row.
  ///
  /// The part taken over loses its whole share of the margin, the fee being a part of it, for it is
  /// closed at its bankruptcy price and anything better goes to the insurance fund.
  private mutating func liquidateIsolated(_ account: Int, _ place: Int) {
    let position = accounts[account].positions[place]
    let taken = lotsToLiquidate(position)
    let share = Fixed(raw: position.margin.raw.share(taken, of: position.lots))
    let cost = Fixed(raw: position.entryValue.raw.share(taken, of: position.lots))
    let fee = min(liquidationFee(position, taken), share)
    let loss = share - fee
    let proceeds = position.side == .long ? cost - loss : cost + loss
    takeOver(account, place, taken, proceeds: proceeds, fee: fee)
  }

  private func lotsToLiquidate(_ position: PositionState) -> Int64 {
    let tiers = markets[position.market].tiers(position.marginMode)
    guard let kept = tiers.lotsOfRowBelow(position.lots) else { return position.lots }
    return position.lots - kept
  }

  private func liquidationFee(_ position: PositionState, _ lots: Int64) -> Fixed {
    markets[position.market].units
      .notional(markOrLast(position.market), lots, .towardZero)
      .multiplied(by: rules.liquidationFeeRate.value, .towardZero)
  }

  /// The pool of cross positions: cash without isolated margins, against what all of them need.
  private mutating func checkCrossPool(_ account: Int) {
    while accounts[account].crossPositionCount > 0, isPoolLiquidatable(account) {
      cancelCrossOrders(account)
      guard let place = worstCrossPosition(account) else { return }
      let position = accounts[account].positions[place]
      let taken = lotsToLiquidate(position)
      let proceeds = markets[position.market].units.notional(
        markOrLast(position.market), taken, .towardZero)
      takeOver(
        account, place, taken, proceeds: proceeds, fee: liquidationFee(position, taken))
    }
    coverPoolLoss(account)
  }

  func isPoolLiquidatable(_ account: Int) -> Bool {
    let figures = poolFigures(account)
    return figures.equity <= figures.required
  }

  /// Returns what the cross pool is worth and what its positions must keep with closing fees.
  func poolFigures(_ account: Int) -> (equity: Fixed, required: Fixed) {
    var equity = accounts[account].cash - accounts[account].isolatedMargin
    var required = Fixed.zero
    for position in accounts[account].positions where position.marginMode == .cross {
      let terms = terms(of: position)
      equity += terms.unrealizedPnL.value
      let rates = terms.maintenanceRate + terms.takerFeeRate
      let value = markets[position.market].units.notional(
        terms.markPrice.value, position.lots, .towardZero)
      required += value.multiplied(by: rates.value, .towardZero)
    }
    return (equity, required)
  }

  /// The cross position with the largest loss goes first [?]; of equal ones the older.
  private func worstCrossPosition(_ account: Int) -> Int? {
    var worst: (place: Int, profit: Money)?
    for (place, position) in accounts[account].positions.enumerated()
    where position.marginMode == .cross {
      let profit = terms(of: position).unrealizedPnL
      let isWorse =
        worst.map {
          profit < $0.profit
            || (profit == $0.profit
              && position.number < accounts[account].positions[$0.place].number)
        } ?? true
      if isWorse { worst = (place, profit) }
    }
    return worst?.place
  }

  /// The insurance fund pays what a liquidated pool has lost beyond its cash.
  private mutating func coverPoolLoss(_ account: Int) {
    guard accounts[account].crossPositionCount == 0 else { return }
    let rest = accounts[account].cash - accounts[account].isolatedMargin
    if rest.isNegative { book(.insurance, -rest, account) }
  }

  private mutating func cancelOrders(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode
  ) {
    endOrders(account) { order in
      order.market == market && order.row.slot == slot && order.row.marginMode == mode
    }
  }

  private mutating func cancelCrossOrders(_ account: Int) {
    endOrders(account) { $0.row.marginMode == .cross }
  }

  /// Ends every live order of an account that passes, newest first, by the venue's own will.
  mutating func endOrders(_ account: Int, where passes: (LiveOrder) -> Bool) {
    var place = accounts[account].firstOrder
    while place >= 0 {
      let order = orders[Int(place)]
      if passes(order) { end(place, .system) }
      place = order.next
    }
  }
}
