import Trading
import Units

/// What an order must pass, in the order in which it is looked at.
///
/// Checks that change nothing are `mutating` all the same: a mutating caller would otherwise hand
/// each of them a copy of the venue's stored properties.
extension SimulatedVenue {
  mutating func check(
    _ ticket: OrderTicket, _ account: Int, _ origin: OrderOrigin?
  ) throws(VenueRefusal) -> CheckedOrder {
    let market = try resolvedMarket(ticket.instrument)
    guard markets[market].listing.instrument.status == .live else { throw .internalError }
    try checkClientOrderID(ticket.clientOrderID, account)
    let slot = try resolvedSlot(ticket.slot, account)
    let onlyReduces = ticket.reduceOnly || Self.closes(slot, ticket.side)
    let ticks = try checkedTicks(ticket.type, ticket.side, market)
    var lots = try checkedLots(ticket.contracts, ticket.type, market, origin)
    if !onlyReduces { try checkAttached(ticket, market) }
    let position = positionPlace(account, market, slot, ticket.marginMode)
      .map { place in
        HeldLots(
          lots: accounts[account].positions[place].lots,
          pending: accounts[account].positions[place].pendingCloseLots,
          closingSide: accounts[account].positions[place].side.closingSide)
      }
    let opposing = position.flatMap { $0.closingSide == ticket.side ? $0 : nil }
    let leverage = accounts[account].leverages[market][ticket.marginMode, slot]
    if onlyReduces {
      guard let opposing else { throw .reduceOnlyWithoutPosition }
      // Larger than the position: the position is closed and nothing is opened (reference 3.3).
      lots = min(lots, opposing.lots)
      return CheckedOrder(
        market: market, slot: slot, ticks: ticks, lots: lots, onlyReduces: true,
        leverage: leverage, frozen: .zero, closingLots: lots)
    }
    let closing = opposing.map { min(lots, max(0, $0.lots - $0.pending)) } ?? 0
    let held = opposing == nil ? position?.lots ?? 0 : 0
    let resting = accounts[account].restingLots[
      AccountState.restingCode(market, slot, ticket.marginMode, ticket.side)]
    try checkTier(held + resting + lots - closing, leverage, market, ticket.marginMode)
    let frozen = try reservation(
      ticket, market, ticks: ticks, lots: lots, closing: closing, leverage, account)
    return CheckedOrder(
      market: market, slot: slot, ticks: ticks, lots: lots, onlyReduces: false,
      leverage: leverage, frozen: frozen, closingLots: closing)
  }

  /// What an order must know of the position that it meets.
  private struct HeldLots {
    let lots: Int64
    let pending: Int64
    let closingSide: OrderSide
  }

  /// Returns the place of an instrument's market.
  private mutating func resolvedMarket(_ instrument: InstrumentID) throws(VenueRefusal) -> Int {
    if markets[lastMarket].listing.id == instrument { return lastMarket }
    guard let market = marketPlaces[instrument] else { throw .unknownInstrument }
    lastMarket = market
    return market
  }

  /// Whether an order of this side makes the position of a hedge slot smaller.
  static func closes(_ slot: PositionSlot, _ side: OrderSide) -> Bool {
    switch slot {
    case .net: false
    case .long: side == .sell
    case .short: side == .buy
    }
  }

  /// Returns the slot that a request means. Source: BloFin reference 3.3.
  mutating func resolvedSlot(_ slot: PositionSlot?, _ account: Int) throws(VenueRefusal)
    -> PositionSlot
  {
    switch (accounts[account].positionMode, slot) {
    case (.oneWay, nil), (.oneWay, .net): return .net
    case (.hedge, .long): return .long
    case (.hedge, .short): return .short
    case (.hedge, nil): throw .parameterMissing("positionSide")
    case (.oneWay, .long), (.oneWay, .short), (.hedge, .net): throw .positionModeMismatch
    }
  }

  mutating func checkClientOrderID(
    _ id: ClientOrderID?, _ account: Int
  ) throws(VenueRefusal) {
    guard let id else { return }
    guard id.isAcceptable else { throw .identifierMalformed("clientOrderId") }
    guard accounts[account].liveByClientID[id] == nil else { throw .duplicateClientOrderID }
  }

  /// Returns the price in ticks: the limit, or for a market order the bound of the price band.
  private mutating func checkedTicks(
    _ type: OrderType, _ side: OrderSide, _ market: Int
  ) throws(VenueRefusal) -> Int32 {
    let band = heldBand(market, side)
    guard let price = type.limitPrice else {
      return side == .buy ? band?.highest ?? PriceLadder.largestTicks : band?.lowest ?? 0
    }
    guard price.isPositive else { throw .parameterWrong("price") }
    try checkCoarserTick(price, market)
    guard let ticks = markets[market].units.ticks(price) else {
      throw price.isMultiple(of: markets[market].listing.instrument.tickSize)
        ? .parameterWrong("price") : .offStep
    }
    if let band, ticks > band.highest || ticks < band.lowest {
      let units = markets[market].units
      let decimals = markets[market].listing.instrument.priceDecimals
      let minimum = units.price(band.lowest)
      let maximum = units.price(band.highest)
      switch side {
      case .buy:
        throw .buyOutsidePriceLimit(minimum: minimum, maximum: maximum, decimals: decimals)
      case .sell:
        throw .sellOutsidePriceLimit(minimum: minimum, maximum: maximum, decimals: decimals)
      }
    }
    return ticks
  }

  private mutating func checkedLots(
    _ contracts: Contracts, _ type: OrderType, _ market: Int, _ origin: OrderOrigin?
  ) throws(VenueRefusal) -> Int64 {
    if let lots = markets[market].units.lots(contracts),
      markets[market].sizes.take(lots, type, ignoringLimit: origin?.ignoresSizeLimit == true)
    {
      return lots
    }
    // Not as it must be: the checks in the exchange's order find what to answer.
    let instrument = markets[market].listing.instrument
    guard contracts.isPositive else { throw .parameterWrong("size") }
    guard contracts.isMultiple(of: instrument.lotSize) else { throw .offStep }
    guard contracts >= instrument.minimumContracts else { throw .parameterWrong("size") }
    if origin?.ignoresSizeLimit != true {
      if type == .market {
        guard contracts <= instrument.maximumMarketContracts else { throw .marketSizeAboveMaximum }
      } else {
        guard contracts <= instrument.maximumLimitContracts else { throw .limitSizeAboveMaximum }
      }
    }
    guard let lots = markets[market].units.lots(contracts) else { throw .parameterWrong("size") }
    return lots
  }

  /// The row that holds the whole position, with what resting orders of its side would add to it,
  /// caps the leverage; the code is assumed [?].
  ///
  /// Source: BloFin reference 6.3, tiers.
  private mutating func checkTier(
    _ lots: Int64, _ leverage: Int32, _ market: Int, _ mode: MarginMode
  ) throws(VenueRefusal) {
    let isSound: Bool
    switch mode {
    case .isolated: isSound = markets[market].isolatedTiers.take(lots, leverage)
    case .cross: isSound = markets[market].crossTiers.take(lots, leverage)
    }
    guard isSound else { throw .parameterWrong("size") }
  }

  /// Returns what an order holds back: q·price·(1/L + f) of its opening part, at the highest price
  /// that a limit order can fill at or, for a market order, along the visible book. Source: BloFin
  /// reference 6.3, "order margin" [?].
  private mutating func reservation(
    _ ticket: OrderTicket, _ market: Int, ticks: Int32, lots: Int64, closing: Int64,
    _ leverage: Int32, _ account: Int
  ) throws(VenueRefusal) -> Fixed {
    let opening = lots - closing
    guard opening > 0 else { return .zero }
    let notional: Fixed
    let fee: Fixed
    if ticket.type == .market, let taken = lastPriceTaken(market, ticket.side) {
      notional = markets[market].units.notional(taken, opening)
      fee = notional.multiplied(by: rules.fees.takerFeeRate.value, .up)
    } else if ticket.type == .market {
      let side: BookSide = ticket.side == .buy ? .asks : .bids
      let whole = costOfMarketOrder(market, side, limit: ticks, lots: lots)
      let closingPart = costOfMarketOrder(market, side, limit: ticks, lots: closing)
      notional = whole - closingPart
      fee = notional.multiplied(by: rules.fees.takerFeeRate.value, .up)
    } else {
      // A sell that crosses fills above its limit, at the best bid and below.
      var dearest = ticks
      if ticket.side == .sell, let bid = markets[market].book.best(.bids) {
        dearest = max(ticks, bid)
      }
      notional = markets[market].units.notional(dearest, opening)
      fee = markets[market].openingFee(dearest, opening, rules.fees)
    }
    let needed = Self.margin(notional, leverage, roundingUp: true) + fee
    guard needed <= available(account) else { throw .insufficientMargin }
    return needed
  }

  /// Returns value / leverage, cut toward zero, or to the next step up.
  @inline(__always)
  static func margin(_ value: Fixed, _ leverage: Int32, roundingUp: Bool = false) -> Fixed {
    precondition(!value.isNegative && leverage > 0, "a value is shared out by a leverage")
    let (quotient, remainder) = value.raw.dividedByWord(UInt64(leverage))
    return Fixed(raw: roundingUp && remainder > 0 ? quotient + 1 : quotient)
  }

  /// TP and SL of an entry must lie beyond the order price, or the best opposite price for a market
  /// order. Source: BloFin reference 5.1, 6.6.6.
  private mutating func checkAttached(
    _ ticket: OrderTicket, _ market: Int
  ) throws(VenueRefusal) {
    guard ticket.takeProfit != nil || ticket.stopLoss != nil else { return }
    try checkTrigger(ticket.takeProfit, "tpTriggerPrice", "tpOrderPrice", market)
    try checkTrigger(ticket.stopLoss, "slTriggerPrice", "slOrderPrice", market)
    let takeProfit = ticket.takeProfit?.triggerPrice
    let stopLoss = ticket.stopLoss?.triggerPrice
    let units = markets[market].units
    switch (ticket.side, ticket.type.limitPrice) {
    case (.buy, let price?):
      if let stopLoss, stopLoss >= price { throw .stopLossNotBelowOrder }
      if let takeProfit, takeProfit <= price { throw .takeProfitNotAboveOrder }
    case (.sell, let price?):
      if let stopLoss, stopLoss <= price { throw .stopLossNotAboveOrder }
      if let takeProfit, takeProfit >= price { throw .takeProfitNotBelowOrder }
    case (.buy, nil):
      guard let ask = markets[market].book.best(.asks).map(units.price) else { return }
      if let stopLoss, stopLoss >= ask { throw .stopLossNotBelowAsk }
      if let takeProfit, takeProfit <= ask { throw .takeProfitNotAboveAsk }
    case (.sell, nil):
      guard let bid = markets[market].book.best(.bids).map(units.price) else { return }
      if let stopLoss, stopLoss <= bid { throw .stopLossNotAboveBid }
      if let takeProfit, takeProfit >= bid { throw .takeProfitNotBelowBid }
    }
  }

  /// A trigger watches the last price and names prices on the tick.
  mutating func checkTrigger(
    _ trigger: Trigger?, _ name: String, _ orderName: String, _ market: Int
  ) throws(VenueRefusal) {
    guard let trigger else { return }
    guard trigger.source == .last else { throw .triggerSourceNotTaken }
    guard trigger.triggerPrice.isPositive else { throw .parameterWrong(name) }
    let units = markets[market].units
    guard units.ticks(trigger.triggerPrice) != nil else { throw .offStep }
    try checkCoarserTick(trigger.triggerPrice, market)
    if case .limit(let price) = trigger.execution {
      guard price.isPositive else { throw .parameterWrong(orderName) }
      guard units.ticks(price) != nil else { throw .offStep }
      try checkCoarserTick(price, market)
    }
  }

  /// A price keeps the step that was stated, where it is larger than the one that is counted in.
  private mutating func checkCoarserTick(
    _ price: Price, _ market: Int
  ) throws(VenueRefusal) {
    guard markets[market].hasCoarserTick else { return }
    guard price.isMultiple(of: markets[market].listing.instrument.tickSize) else {
      throw .offStep
    }
  }
}
