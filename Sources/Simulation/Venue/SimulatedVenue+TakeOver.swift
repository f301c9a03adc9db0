import Trading
import Units

/// Orders that the venue makes itself: liquidation and deleveraging.
extension SimulatedVenue {
  /// Closes a part of a position by a liquidation order that never meets the book.
  mutating func takeOver(
    _ account: Int, _ place: Int, _ lots: Int64, proceeds: Fixed, fee: Fixed
  ) {
    let isWhole = accounts[account].positions[place].lots == lots
    closeByVenue(
      account, place, lots, proceeds: proceeds, fee: fee, feeKind: .liquidationFee,
      cause: .liquidation, category: isWhole ? .fullLiquidation : .partialLiquidation)
  }

  /// Liquidates a position on command, at once and whole, as if its margin had run out.
  public mutating func liquidate(
    _ key: PositionKey, of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) {
    advance(to: time)
    defer { finishOperation() }
    guard let market = marketPlaces[key.instrument],
      let place = positionPlace(account.index, market, key.slot, key.marginMode)
    else { throw .positionClosed }
    let position = accounts[account.index].positions[place]
    let proceeds: Fixed
    switch key.marginMode {
    case .isolated:
      proceeds =
        position.side == .long
        ? position.entryValue - position.margin : position.entryValue + position.margin
    case .cross:
      proceeds = markets[market].units.notional(markOrLast(market), position.lots, .towardZero)
    }
    takeOver(account.index, place, position.lots, proceeds: proceeds, fee: .zero)
  }

  /// Deleverages a position on command: closes so much of it at the mark price, free of fees.
  ///
  /// Source: BloFin reference 6.4, ADL.
  public mutating func deleverage(
    _ key: PositionKey, by contracts: Contracts, of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) {
    advance(to: time)
    defer { finishOperation() }
    guard let market = marketPlaces[key.instrument],
      let place = positionPlace(account.index, market, key.slot, key.marginMode)
    else { throw .positionClosed }
    guard let wanted = markets[market].units.lots(contracts), wanted > 0 else {
      throw .parameterWrong("size")
    }
    let lots = min(wanted, accounts[account.index].positions[place].lots)
    let proceeds = markets[market].units.notional(markOrLast(market), lots, .towardZero)
    closeByVenue(
      account.index, place, lots, proceeds: proceeds, fee: .zero, feeKind: .fee,
      cause: .deleveraging, category: .autoDeleveraging)
  }

  private mutating func closeByVenue(
    _ account: Int, _ place: Int, _ lots: Int64, proceeds: Fixed, fee: Fixed,
    feeKind: LedgerEntry.Kind, cause: ClosingCause, category: OrderCategory
  ) {
    let position = accounts[account].positions[place]
    let realized = reduce(account, place, lots, proceeds: proceeds, fee: fee, as: cause)
    let instrument = markets[position.market].listing.id
    let booked = BookedPosition(position.market, position.slot, position.marginMode)
    book(.realizedPnL, realized, account, booked)
    if fee.isPositive { book(feeKind, -fee, account, booked) }
    touch(account, positions: true)
    let units = markets[position.market].units
    let orderTerms = OrderTerms(
      clientOrderID: nil, category: category, takeProfit: nil, stopLoss: nil, parentAlgo: nil,
      parentClientOrderID: nil, brokerID: "")
    var row = VenueOrder(
      number: OrderNumber(numbers.order.take()), instrument: instrument,
      terms: Shared(orderTerms), type: .market, wholeLeverage: position.leverage,
      marginMode: position.marginMode, slot: position.slot, side: position.side.closingSide,
      contracts: units.contracts(lots), reduceOnly: true, createdAt: now)
    row.state = .filled
    row.filledContracts = row.contracts
    row.filledBaseAmount = units.coins(lots)
    row.filledNotional = Money(proceeds)
    row.fee = Money(fee)
    row.realizedPnL = Money(realized)
    accounts[account].orderHistory.append(row)
    let fill = row.fill(
      FillNumber(numbers.fill.take()), price: row.averagePrice ?? .zero, contracts: row.contracts,
      realizedPnL: row.realizedPnL, fee: row.fee, isMaker: false, at: now)
    accounts[account].fills.append(fill)
    hasher.combine(row.number.value)
    hasher.combine(realized)
    outputs.order(account, row)
    outputs.fill(account, fill)
  }
}
