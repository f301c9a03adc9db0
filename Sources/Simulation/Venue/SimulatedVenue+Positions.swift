import Trading
import Units

/// How trades change positions. Source: BloFin reference 6.2, 6.3.
extension SimulatedVenue {
  /// Applies a trade to an account's position: what opposes is closed first, the rest opens.
  ///
  /// A one-way order larger than the opposing position flips it: a close, and an opening with a new
  /// number at the same price [?].
  mutating func trade(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode, _ side: OrderSide,
    _ lots: Int64, _ ticks: Int32, isMaker: Bool
  ) -> TradeEffect {
    var effect = TradeEffect()
    if let place = positionPlace(account, market, slot, mode),
      accounts[account].positions[place].side.closingSide == side
    {
      let closed = min(lots, accounts[account].positions[place].lots)
      let fee = markets[market].fee(ticks, closed, isMaker: isMaker, rules.fees)
      effect.closedLots = closed
      effect.fee = fee
      effect.realized = reduce(account, place, closed, ticks, fee: fee, as: .trade)
    }
    let opened = lots - effect.closedLots
    if opened > 0 {
      let fee = markets[market].fee(ticks, opened, isMaker: isMaker, rules.fees)
      effect.openedLots = opened
      effect.fee += fee
      let place =
        positionPlace(account, market, slot, mode)
        ?? openPosition(account, market, slot, mode, side == .buy ? .long : .short)
      add(account, place, opened, ticks, fee: fee)
    }
    return effect
  }

  /// Makes an empty position and returns its place.
  private mutating func openPosition(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode, _ side: PositionSide
  ) -> Int {
    let place = accounts[account].positions.count
    accounts[account].positions.append(
      PositionState(
        number: PositionNumber(numbers.position.take()), market: market, slot: slot,
        marginMode: mode, side: side, lots: 0, entryValue: .zero,
        leverage: accounts[account].leverages[market][mode, slot], margin: .zero,
        record: PositionAccumulator(), createdAt: now, updatedAt: now, pendingCloseLots: 0,
        liquidationBound: nil))
    let code = AccountState.positionCode(market, slot, mode)
    accounts[account].positionPlaces[code] = Int32(place)
    if mode == .cross { accounts[account].crossPositionCount += 1 }
    if !markets[market].holders.contains(account) { markets[market].holders.append(account) }
    return place
  }

  private mutating func add(
    _ account: Int, _ place: Int, _ lots: Int64, _ ticks: Int32, fee: Fixed
  ) {
    let market = accounts[account].positions[place].market
    let notional = markets[market].units.notional(ticks, lots)
    accounts[account].changePosition(place) { position in
      position.lots += lots
      position.entryValue += notional
      position.record.openedLots += lots
      position.record.openedValue += notional
      position.record.largestLots = max(position.record.largestLots, position.lots)
      position.record.fees += fee
      position.updatedAt = now
    }
  }

  /// Closes a part of a position at a price and returns what it realized, before fees.
  ///
  /// The entry value of the part is cut toward zero and the rest stays, so that the parts of a
  /// position that is gone sum up exactly to what was paid and received.
  mutating func reduce(
    _ account: Int, _ place: Int, _ lots: Int64, _ ticks: Int32, fee: Fixed,
    as cause: ClosingCause
  ) -> Fixed {
    let market = accounts[account].positions[place].market
    let proceeds = markets[market].units.notional(ticks, lots)
    return reduce(account, place, lots, proceeds: proceeds, fee: fee, as: cause)
  }

  /// Closes a part of a position for proceeds that need not be at a tick.
  mutating func reduce(
    _ account: Int, _ place: Int, _ lots: Int64, proceeds: Fixed, fee: Fixed,
    as cause: ClosingCause
  ) -> Fixed {
    let position = accounts[account].positions[place]
    let cost = Fixed(raw: position.entryValue.raw.share(lots, of: position.lots))
    let realized = position.side == .long ? proceeds - cost : cost - proceeds
    accounts[account].changePosition(place) { position in
      position.lots -= lots
      position.entryValue = position.entryValue - cost
      position.record.closedLots += lots
      position.record.closedValue += proceeds
      if cause == .liquidation { position.record.liquidatedLots += lots }
      position.record.cause = cause
      position.record.realized += realized
      position.record.fees += fee
      position.updatedAt = now
    }
    if accounts[account].positions[place].record.number == nil {
      let number = PositionRecordNumber(numbers.record.take())
      accounts[account].positions[place].record.number = number
    }
    if accounts[account].positions[place].lots == 0 { dropPosition(account, place) }
    return realized
  }

  private mutating func dropPosition(_ account: Int, _ place: Int) {
    let position = accounts[account].positions[place]
    accounts[account].records.append(position)
    let code = AccountState.positionCode(position.market, position.slot, position.marginMode)
    accounts[account].positionPlaces[code] = -1
    let last = accounts[account].positions.count - 1
    if place != last {
      let moved = accounts[account].positions[last]
      accounts[account].positions[place] = moved
      let movedCode = AccountState.positionCode(moved.market, moved.slot, moved.marginMode)
      accounts[account].positionPlaces[movedCode] = Int32(place)
    }
    accounts[account].positions.removeLast()
    if position.marginMode == .cross { accounts[account].crossPositionCount -= 1 }
    if !accounts[account].positions.contains(where: { $0.market == position.market }) {
      markets[position.market].holders.removeAll { $0 == account }
    }
    pending.gone.append(
      PendingWork.GonePosition(
        account: account, market: position.market, slot: position.slot,
        mode: position.marginMode, side: position.side))
  }
}

extension AccountState {
  /// Changes a position and keeps the sum of isolated margins in step: q·E/L of what is left.
  @inline(__always)
  mutating func changePosition(_ place: Int, _ change: (inout PositionState) -> Void) {
    let before = positions[place].margin
    change(&positions[place])
    positions[place].liquidationBound = nil
    guard positions[place].marginMode == .isolated else { return }
    let margin = SimulatedVenue.margin(positions[place].entryValue, positions[place].leverage)
    positions[place].margin = margin
    isolatedMargin = isolatedMargin - before + margin
  }
}
