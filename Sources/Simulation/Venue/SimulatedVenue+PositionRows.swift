import Trading
import Units

/// How positions are shown.
extension SimulatedVenue {
  /// Returns a position with its figures. Source: BloFin reference 3.2.3, 6.3.
  func shown(_ position: PositionState, _ account: Int) -> VenuePosition {
    let terms = terms(of: position)
    let units = markets[position.market].units
    let isCross = position.marginMode == .cross
    // What the other cross positions need is not free for this one [?]: reference 6.3, W.
    let collateral = isCross ? crossCollateral(position, terms, account) : Money(position.margin)
    let ratio: Rate
    if isCross {
      let figures = poolFigures(account)
      ratio =
        accounts[account].crossPositionCount == 1
        ? terms.marginRatio(poolCash: collateral)
        : Money(figures.equity).fraction(of: Money(figures.required), .towardZero) ?? .zero
    } else {
      ratio = terms.marginRatio(isolatedMargin: collateral)
    }
    return VenuePosition(
      number: position.number,
      key: PositionKey(
        instrument: markets[position.market].listing.id, slot: position.slot,
        marginMode: position.marginMode),
      side: position.side, contracts: units.contracts(position.lots),
      availableContracts: units.contracts(max(0, position.lots - position.pendingCloseLots)),
      entryPrice: terms.entryPrice, markPrice: terms.markPrice,
      isolatedMargin: isCross ? nil : Money(position.margin),
      initialMargin: isCross ? terms.initialMargin : nil,
      maintenanceMargin: terms.maintenanceMargin, marginRatio: ratio,
      liquidationPrice: terms.liquidationPrice(collateral: collateral),
      unrealizedPnL: terms.unrealizedPnL, unrealizedPnLRatio: terms.unrealizedPnLRatio,
      deleveragingRank: Self.deleveragingRank(terms), leverage: terms.leverage,
      createdAt: position.createdAt, updatedAt: position.updatedAt)
  }

  private func crossCollateral(
    _ position: PositionState, _ terms: MarginTerms, _ account: Int
  ) -> Money {
    var collateral = accounts[account].cash - accounts[account].isolatedMargin
    for other in accounts[account].positions
    where other.marginMode == .cross && other.number != position.number {
      let others = self.terms(of: other)
      let rates = others.maintenanceRate + others.takerFeeRate
      let value = markets[other.market].units.notional(
        others.markPrice.value, other.lots, .towardZero)
      collateral += others.unrealizedPnL.value
      collateral = collateral - value.multiplied(by: rates.value, .towardZero)
    }
    return Money(collateral)
  }

  /// Ranks by profit on margin: losses come last (1), then steps of a half [?].
  private static func deleveragingRank(_ terms: MarginTerms) -> Int {
    let ratio = terms.unrealizedPnLRatio
    if !ratio.isPositive { return 1 }
    if ratio < "0.5" { return 2 }
    if ratio < 1 { return 3 }
    return ratio < 2 ? 4 : 5
  }

  /// Returns the history of positions, newest first: those that have gone, and open ones of which a
  /// part was closed. Source: BloFin reference 3.2.4.
  public func positionHistory(
    of account: VenueAccountID, state: PositionRecord.State? = nil, _ page: HistoryPage
  ) -> [PositionRecord] {
    let kept = accounts[account.index].records
    var all = (0..<kept.count).map { kept[$0] }
    all.append(contentsOf: accounts[account.index].positions)
    let rows = all.compactMap(record).filter { row in
      (state == nil || row.state == state)
        && page.takes(row.key.instrument, row.number.value, row.updatedAt)
    }
    return Array(rows.sorted { $0.number > $1.number }.prefix(page.limit))
  }

  /// Returns the row of a position; nil when nothing of it was closed yet.
  private func record(_ position: PositionState) -> PositionRecord? {
    guard let number = position.record.number else { return nil }
    let units = markets[position.market].units
    let record = position.record
    let realized = record.realized - record.fees
    let margin = Self.margin(record.openedValue, position.leverage)
    return PositionRecord(
      number: number, position: position.number,
      key: PositionKey(
        instrument: markets[position.market].listing.id, slot: position.slot,
        marginMode: position.marginMode),
      side: position.side, state: Self.recordState(record.cause, isGone: position.lots == 0),
      closedBaseAmount: units.coins(record.closedLots),
      largestBaseAmount: units.coins(record.largestLots),
      liquidatedBaseAmount: units.coins(record.liquidatedLots),
      openPrice: Self.mean(record.openedValue, units.coins(record.openedLots)),
      closePrice: Self.mean(record.closedValue, units.coins(record.closedLots)),
      leverage: Leverage(Fixed(Int(position.leverage))), realizedPnL: Money(realized),
      realizedPnLRatio: Money(realized).fraction(of: Money(margin), .towardZero) ?? .zero,
      fee: Money(-record.fees), createdAt: position.createdAt, updatedAt: position.updatedAt)
  }

  private static func mean(_ value: Fixed, _ coins: BaseAmount) -> Price {
    Money(value).price(per: coins, .towardZero) ?? .zero
  }

  private static func recordState(_ cause: ClosingCause, isGone: Bool) -> PositionRecord.State {
    switch cause {
    case .trade: isGone ? .closed : .partiallyClosed
    case .liquidation: isGone ? .liquidated : .partiallyLiquidated
    case .deleveraging: .deleveraged
    }
  }
}
