import Trading
import Units

/// TP/SL, trigger and trailing orders: placing and canceling.
extension SimulatedVenue {
  /// Takes a TP/SL, trigger or trailing order.
  ///
  /// Source: BloFin reference 3.3.3, 3.3.4, 3.5. It reserves no margin until it fires [?].
  @discardableResult
  public mutating func placeAlgo(
    _ ticket: AlgoTicket, for account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> AlgoAcknowledgement {
    advance(to: time)
    let answer = Result { () throws(VenueRefusal) in try acceptAlgo(ticket, account.index) }
    finishOperation()
    return try answer.get()
  }

  /// Cancels TP/SL (`protection`) or a trigger or trailing order; neither call finds the other
  /// kind.
  ///
  /// Source: BloFin reference 3.4.1.
  @discardableResult
  public mutating func cancelAlgo(
    _ name: AlgoName, protection: Bool, instrument: InstrumentID? = nil,
    for account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> AlgoAcknowledgement {
    advance(to: time)
    defer { finishOperation() }
    if let instrument, marketPlaces[instrument] == nil { throw .unknownInstrument }
    guard let place = liveAlgo(name, account.index) else { throw .nothingToCancel }
    let row = algos[Int(place)].row
    guard row.isProtection == protection, instrument == nil || instrument == row.instrument else {
      throw .nothingToCancel
    }
    endAlgo(place, .canceled, .user)
    return AlgoAcknowledgement(number: row.number, clientOrderID: row.clientOrderID)
  }

  private mutating func acceptAlgo(
    _ ticket: AlgoTicket, _ account: Int
  ) throws(VenueRefusal) -> AlgoAcknowledgement {
    guard let market = marketPlaces[ticket.instrument] else { throw .unknownInstrument }
    guard markets[market].listing.instrument.status == .live else { throw .internalError }
    if let id = ticket.clientOrderID {
      guard id.isAcceptable else { throw .identifierMalformed("clientOrderId") }
      guard liveAlgo(.client(id), account) == nil else { throw .duplicateClientOrderID }
    }
    let slot = try resolvedSlot(ticket.slot, account)
    try checkAlgoSize(ticket, market)
    switch ticket.kind {
    case .protection(let takeProfit, let stopLoss):
      try checkProtection(ticket, market, slot, account, takeProfit, stopLoss)
    case .trigger(let trigger, let takeProfit, let stopLoss):
      try checkTrigger(trigger, "triggerPrice", "orderPrice", market)
      try checkTrigger(takeProfit, "tpTriggerPrice", "tpOrderPrice", market)
      try checkTrigger(stopLoss, "slTriggerPrice", "slOrderPrice", market)
    case .trailing(let distance, let activation):
      try checkTrailing(distance, activation, ticket.side, market)
    }
    if Self.closes(slot, ticket.side) || ticket.reduceOnly {
      guard positionPlace(account, market, slot, ticket.marginMode) != nil else {
        throw .reduceOnlyWithoutPosition
      }
    }
    let row = algoRow(ticket, account, market, slot)
    arm(enterAlgo(LiveAlgo(row: row, account: account, market: market)))
    return AlgoAcknowledgement(number: row.number, clientOrderID: row.clientOrderID)
  }

  private mutating func algoRow(
    _ ticket: AlgoTicket, _ account: Int, _ market: Int, _ slot: PositionSlot
  ) -> AlgoOrder {
    let isProtection: Bool
    switch ticket.kind {
    case .protection: isProtection = true
    case .trigger, .trailing: isProtection = false
    }
    let leverage = accounts[account].leverages[market][ticket.marginMode, slot]
    return AlgoOrder(
      number: AlgoNumber(numbers.algo.take()), clientOrderID: ticket.clientOrderID,
      instrument: ticket.instrument, marginMode: ticket.marginMode, slot: slot, side: ticket.side,
      size: ticket.size, kind: ticket.kind, reduceOnly: ticket.reduceOnly || isProtection,
      leverage: Leverage(Fixed(Int(leverage))), state: .live, actualContracts: nil, firedLeg: nil,
      sentOrder: nil, cancelSource: .notCanceled, attachedTo: nil, brokerID: ticket.brokerID,
      createdAt: now, updatedAt: now)
  }

  /// A size of its own keeps the steps and, but for TP/SL, the largest size of the order that
  /// follows [?]; that of a whole position is not known before it fires.
  private func checkAlgoSize(_ ticket: AlgoTicket, _ market: Int) throws(VenueRefusal) {
    guard case .contracts(let contracts) = ticket.size else { return }
    let instrument = markets[market].listing.instrument
    guard contracts.isPositive else { throw .parameterWrong("size") }
    guard contracts.isMultiple(of: instrument.lotSize) else { throw .offStep }
    guard contracts >= instrument.minimumContracts,
      markets[market].units.lots(contracts) != nil
    else { throw .parameterWrong("size") }
    switch ticket.kind {
    case .protection: return
    case .trigger(let trigger, _, _):
      if case .limit = trigger.execution {
        guard contracts <= instrument.maximumLimitContracts else { throw .limitSizeAboveMaximum }
      } else {
        guard contracts <= instrument.maximumMarketContracts else {
          throw .marketSizeAboveMaximum
        }
      }
    case .trailing:
      guard contracts <= instrument.maximumMarketContracts else { throw .marketSizeAboveMaximum }
    }
  }

  /// Stand-alone TP/SL needs a position that its side closes, and triggers beyond the last price.
  ///
  /// Source: BloFin reference 3.3.3, 5.1. A position may have only one whole-position TP/SL; the
  /// code of its refusal is not known, a wrong size is assumed [?].
  private mutating func checkProtection(
    _ ticket: AlgoTicket, _ market: Int, _ slot: PositionSlot, _ account: Int,
    _ takeProfit: Trigger?, _ stopLoss: Trigger?
  ) throws(VenueRefusal) {
    guard takeProfit != nil || stopLoss != nil else {
      throw .eitherRequired("tpTriggerPrice", "slTriggerPrice")
    }
    try checkTrigger(takeProfit, "tpTriggerPrice", "tpOrderPrice", market)
    try checkTrigger(stopLoss, "slTriggerPrice", "slOrderPrice", market)
    guard let place = positionPlace(account, market, slot, ticket.marginMode),
      accounts[account].positions[place].side.closingSide == ticket.side
    else { throw .reduceOnlyWithoutPosition }
    if ticket.size == .wholePosition {
      let hasOne = algos.contains { algo in
        algo.isLive && algo.account == account && algo.market == market
          && algo.row.slot == slot && algo.row.marginMode == ticket.marginMode
          && algo.row.isProtection && algo.row.size == .wholePosition
      }
      if hasOne { throw .parameterWrong("size") }
    }
    guard let last = markets[market].lastTicks.map(markets[market].units.price) else { return }
    switch ticket.side {
    case .sell:
      if let takeProfit, takeProfit.triggerPrice <= last { throw .takeProfitNotAboveLast }
      if let stopLoss, stopLoss.triggerPrice >= last { throw .stopLossNotBelowLast }
    case .buy:
      if let takeProfit, takeProfit.triggerPrice >= last { throw .takeProfitNotBelowLast }
      if let stopLoss, stopLoss.triggerPrice <= last { throw .stopLossNotAboveLast }
    }
  }

  /// Source: BloFin reference 3.5: ratio 0.001 through 1 in steps of 0.001; the activation price of
  /// a buy lies below, of a sell above the last price. The range of a spread is assumed: at least
  /// one tick and below the last price [?].
  private func checkTrailing(
    _ distance: TrailingDistance, _ activation: Price?, _ side: OrderSide, _ market: Int
  ) throws(VenueRefusal) {
    let units = markets[market].units
    let last = markets[market].lastTicks.map(units.price)
    switch distance {
    case .ratio(let ratio):
      guard ratio >= "0.001", ratio <= 1, ratio.isMultiple(of: "0.001") else {
        throw .callbackRatioOutOfRange
      }
    case .spread(let spread):
      guard spread.isPositive, let ticks = units.ticks(spread), ticks > 0,
        last.map({ spread < $0 }) ?? true
      else { throw .callbackSpreadOutOfRange }
    }
    guard let activation else { return }
    guard activation.isPositive else { throw .parameterWrong("activePrice") }
    guard units.ticks(activation) != nil else { throw .offStep }
    guard let last else { return }
    let fits = side == .buy ? activation < last : activation > last
    guard fits else { throw .parameterWrong("activePrice") }
  }

  /// Returns the place of a live TP/SL or trigger order of an account.
  func liveAlgo(_ name: AlgoName, _ account: Int) -> Int32? {
    guard accounts[account].liveAlgoCount > 0 else { return nil }
    let place = algos.firstIndex { algo in
      guard algo.isLive, algo.account == account else { return false }
      switch name {
      case .number(let number): return algo.row.number == number
      case .client(let id): return algo.row.clientOrderID == id
      }
    }
    return place.map(Int32.init)
  }
}
