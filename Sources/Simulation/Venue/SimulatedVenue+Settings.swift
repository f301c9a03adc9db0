import Trading
import Units

/// Settings of an account. Source: BloFin reference 3.2.5 to 3.2.7.
extension SimulatedVenue {
  /// Returns an account's position mode.
  public func positionMode(of account: VenueAccountID) -> PositionMode {
    accounts[account.index].positionMode
  }

  /// Returns an account's default margin mode; every order carries its own all the same.
  public func marginMode(of account: VenueAccountID) -> MarginMode {
    accounts[account.index].marginMode
  }

  /// Changes the position mode for all instruments; open orders or positions block it.
  public mutating func setPositionMode(
    _ mode: PositionMode, of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) {
    advance(to: time)
    guard accounts[account.index].positionMode != mode else { return }
    guard !isBusy(account.index) else { throw .closeFirst }
    accounts[account.index].positionMode = mode
    hasher.combine(mode == .hedge)
  }

  /// Changes the default margin mode; open orders or positions block it [?].
  public mutating func setMarginMode(
    _ mode: MarginMode, of account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) {
    advance(to: time)
    guard accounts[account.index].marginMode != mode else { return }
    guard !isBusy(account.index) else { throw .closeFirst }
    accounts[account.index].marginMode = mode
    hasher.combine(mode == .cross)
  }

  private func isBusy(_ account: Int) -> Bool {
    accounts[account].liveOrderCount > 0 || accounts[account].liveAlgoCount > 0
      || !accounts[account].positions.isEmpty
  }

  /// Returns the leverages of an instrument: for `net` in one-way mode, for `long` and `short`
  /// each in hedge mode.
  public func leverages(
    of instrument: InstrumentID, _ mode: MarginMode, for account: VenueAccountID
  ) throws(VenueRefusal) -> [LeverageSetting] {
    guard let market = marketPlaces[instrument] else { throw .unknownInstrument }
    let settings = accounts[account.index].leverages[market]
    let slots: [PositionSlot] =
      accounts[account.index].positionMode == .oneWay ? [.net] : [.long, .short]
    return slots.map { slot in
      LeverageSetting(
        instrument: instrument, marginMode: mode, slot: slot,
        leverage: Leverage(Fixed(Int(settings[mode, slot]))))
    }
  }

  /// Sets the leverage of an instrument and margin mode, in isolated hedge mode of one side.
  ///
  /// Pending cross orders block it (110006). An open position and resting orders are carried over:
  /// isolated margin and reservations follow the new leverage, refused when the free collateral
  /// does not carry that, or when the position could not stand [?].
  @discardableResult
  public mutating func setLeverage(
    _ leverage: Leverage, of instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot?,
    for account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> LeverageSetting {
    advance(to: time)
    guard let market = marketPlaces[instrument] else { throw .unknownInstrument }
    let state = accounts[account.index]
    let whole = leverage.value.raw / Int128(Fixed.unit)
    guard leverage.isPositive, leverage.value.isMultiple(of: .one),
      leverage <= markets[market].listing.instrument.maximumLeverage
    else { throw .parameterWrong("leverage") }
    let target: PositionSlot
    switch (state.positionMode, mode, slot) {
    case (.oneWay, _, nil), (.oneWay, _, .net): target = .net
    case (.oneWay, _, _): throw .positionModeMismatch
    case (.hedge, .isolated, .long): target = .long
    case (.hedge, .isolated, .short): target = .short
    case (.hedge, .isolated, _): throw .parameterMissing("positionSide")
    // The cross leverage is one for both sides; whichever is named is answered.
    case (.hedge, .cross, let named): target = named ?? .net
    }
    if mode == .cross, hasLiveOrder(account.index, market, .cross) { throw .pendingCrossOrders }
    try carryOver(
      Int32(truncatingIfNeeded: whole), market, mode, target, account.index)
    hasher.combine(leverage)
    finishOperation()
    return LeverageSetting(
      instrument: instrument, marginMode: mode, slot: target, leverage: leverage)
  }

  private func hasLiveOrder(_ account: Int, _ market: Int, _ mode: MarginMode) -> Bool {
    var place = accounts[account].firstOrder
    while place >= 0 {
      let order = orders[Int(place)]
      if order.market == market, order.row.marginMode == mode { return true }
      place = order.next
    }
    return false
  }

  private mutating func carryOver(
    _ leverage: Int32, _ market: Int, _ mode: MarginMode, _ slot: PositionSlot, _ account: Int
  ) throws(VenueRefusal) {
    let slots: [PositionSlot] = mode == .cross ? PositionSlot.allCases : [slot]
    var tried = accounts[account]
    for slot in slots {
      // Resting orders are looked at as if they had filled: nothing asks them again when they do.
      let row = markets[market].tiers(mode).row(largestLots(account, market, slot, mode))
      guard Leverage(Fixed(Int(leverage))) <= row.maximumLeverage else {
        throw .parameterWrong("leverage")
      }
      guard let place = positionPlace(account, market, slot, mode) else { continue }
      tried.changePosition(place) { $0.leverage = leverage }
      if mode == .isolated {
        let position = tried.positions[place]
        guard !terms(of: position).isLiquidatable(collateral: Money(position.margin)) else {
          throw .insufficientMargin
        }
      }
    }
    tried.leverages[market][mode, slot] = leverage
    let reservations = newReservations(account, market, mode, slot, leverage)
    for (place, frozen) in reservations {
      tried.orderFrozen = tried.orderFrozen - orders[Int(place)].frozen + frozen
    }
    let before = accounts[account]
    let availableBefore = available(account)
    accounts[account] = tried
    // Whoever has less than nothing free may still raise the leverage, which frees margin.
    guard available(account) >= min(.zero, availableBefore) else {
      accounts[account] = before
      throw .insufficientMargin
    }
    for (place, frozen) in reservations { orders[Int(place)].frozen = frozen }
    touch(account, positions: true)
  }

  /// Returns the largest position of one place that its resting orders could make of it.
  private func largestLots(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode
  ) -> Int64 {
    let position = positionPlace(account, market, slot, mode)
      .map { accounts[account].positions[$0] }
    func lots(_ side: PositionSide) -> Int64 {
      let opening = accounts[account].restingLots[
        AccountState.restingCode(market, slot, mode, side.closingSide.opposite)]
      return opening + (position?.side == side ? position?.lots ?? 0 : 0)
    }
    return max(lots(.long), lots(.short))
  }

  /// Returns what live orders of one place must hold back at another leverage.
  private func newReservations(
    _ account: Int, _ market: Int, _ mode: MarginMode, _ slot: PositionSlot, _ leverage: Int32
  ) -> [(place: Int32, frozen: Fixed)] {
    var reservations: [(place: Int32, frozen: Fixed)] = []
    var place = accounts[account].firstOrder
    while place >= 0 {
      let order = orders[Int(place)]
      if order.market == market, order.row.marginMode == mode, order.row.slot == slot,
        !order.onlyReduces
      {
        let notional = markets[market].units.notional(
          order.ticks, order.left - order.closingLots)
        let fee = notional.multiplied(by: rules.fees.takerFeeRate.value, .up)
        reservations.append(
          (place, Self.margin(notional, leverage, roundingUp: true) + fee))
      }
      place = order.next
    }
    return reservations
  }
}
