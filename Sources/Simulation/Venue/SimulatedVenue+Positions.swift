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
    let time = now
    accounts.change(account) { state in
      state.changePosition(place) { position in
        position.lots += lots
        position.entryValue += notional
        position.record.openedLots += lots
        position.record.openedValue += notional
        position.record.largestLots = max(position.record.largestLots, position.lots)
        position.record.fees += fee
        position.updatedAt = time
      }
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
    let held = accounts[account].positions[place].lots
    let cost = Fixed(
      raw: accounts[account].positions[place].entryValue.raw.share(lots, of: held))
    let isLong = accounts[account].positions[place].side == .long
    let realized = isLong ? proceeds - cost : cost - proceeds
    let isFirst = accounts[account].positions[place].record.number == nil
    let number = isFirst ? PositionRecordNumber(numbers.record.take()) : nil
    let time = now
    accounts.change(account) { state in
      state.changePosition(place) { position in
        position.lots -= lots
        position.entryValue = position.entryValue - cost
        position.record.closedLots += lots
        position.record.closedValue += proceeds
        if cause == .liquidation { position.record.liquidatedLots += lots }
        position.record.cause = cause
        position.record.realized += realized
        position.record.fees += fee
        if let number { position.record.number = number }
        position.updatedAt = time
      }
    }
    if held == lots { dropPosition(account, place) }
    return realized
  }

  private mutating func dropPosition(_ account: Int, _ place: Int) {
    let position = accounts[account].positions[place]
    let code = AccountState.positionCode(position.market, position.slot, position.marginMode)
    let isLastHere = accounts.change(account) { state in
      state.records.append(position)
      state.positionPlaces[code] = -1
      let last = state.positions.count - 1
      if place != last {
        let moved = state.positions[last]
        state.positions[place] = moved
        let movedCode = AccountState.positionCode(moved.market, moved.slot, moved.marginMode)
        state.positionPlaces[movedCode] = Int32(place)
      }
      state.positions.removeLast()
      if position.marginMode == .cross { state.crossPositionCount -= 1 }
      return !state.holds(position.market)
    }
    if isLastHere { markets[position.market].holders.removeAll { $0 == account } }
    pending.gone.append(
      PendingWork.GonePosition(
        account: account, market: position.market, slot: position.slot,
        mode: position.marginMode, side: position.side))
  }
}

extension AccountState {
  /// Whether any position of a market is open.
  func holds(_ market: Int) -> Bool {
    let first = AccountState.positionCode(market, .net, .isolated)
    return positionPlaces[first..<first + 6].contains { $0 >= 0 }
  }

  /// Changes a position and keeps the sum of isolated margins in step: q·E/L of what is left.
  @inline(__always)
  mutating func changePosition(_ place: Int, _ change: (inout PositionState) -> Void) {
    isolatedMargin += positions.change(place) { position in
      change(&position)
      position.liquidationBound = nil
      guard position.marginMode == .isolated else { return .zero }
      let before = position.margin
      position.margin = SimulatedVenue.margin(position.entryValue, position.leverage)
      return position.margin - before
    }
  }
}
