import Trading
import Units

extension SimulatedVenue {
  /// Takes an order. The answer means accepted, not filled: fills are outputs.
  ///
  /// Source: BloFin reference 3.3.1, order of events 4.6.
  @discardableResult
  public mutating func place(
    _ ticket: OrderTicket, for account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    advance(to: time)
    let answer = Result { () throws(VenueRefusal) in try accept(ticket, account.index, origin: nil)
    }
    finishOperation()
    return try answer.get()
  }

  /// Takes up to twenty orders of one instrument and margin mode, one after the other.
  ///
  /// Throws when the request as a whole is refused; otherwise each order has its own answer.
  /// Source: BloFin reference 3.3.2.
  public mutating func placeBatch(
    _ tickets: [OrderTicket], for account: VenueAccountID, at time: Timestamp
  ) throws(VenueRefusal) -> [Result<OrderAcknowledgement, VenueRefusal>] {
    guard let first = tickets.first else { throw .parameterMissing("orders") }
    guard tickets.count <= Self.largestBatch else { throw .batchTooLong }
    guard
      tickets.allSatisfy({
        $0.instrument == first.instrument && $0.marginMode == first.marginMode
      })
    else { throw .batchMixed }
    // Orders without an id of their own may be equal on purpose; equal ids are refused one by one.
    advance(to: time)
    let answers = tickets.map { ticket in
      Result { () throws(VenueRefusal) in try accept(ticket, account.index, origin: nil) }
    }
    finishOperation()
    return answers
  }

  /// The most orders in one request. Source: BloFin 152006.
  public static let largestBatch = 20

  /// Closes a whole position with a reduce-only market order, and cancels the TP/SL of it.
  ///
  /// Source: BloFin reference 3.3.5, 6.2; that TP/SL go with it is assumed [?].
  @discardableResult
  public mutating func closePosition(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot?,
    clientOrderID: ClientOrderID?, brokerID: String = "", for account: VenueAccountID,
    at time: Timestamp
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    advance(to: time)
    let answer = Result { () throws(VenueRefusal) in
      try close(instrument, mode, slot, clientOrderID, brokerID, account.index)
    }
    finishOperation()
    return try answer.get()
  }

  private mutating func close(
    _ instrument: InstrumentID, _ mode: MarginMode, _ slot: PositionSlot?,
    _ clientOrderID: ClientOrderID?, _ brokerID: String, _ account: Int
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    guard let market = marketPlaces[instrument] else { throw .unknownInstrument }
    let slot = try resolvedSlot(slot, account)
    guard let place = accounts[account].place(market, slot, mode) else { throw .positionClosed }
    let position = accounts[account].positions[place]
    let ticket = OrderTicket(
      instrument: instrument, marginMode: mode, slot: slot, side: position.side.closingSide,
      type: .market, contracts: markets[market].units.contracts(position.lots), reduceOnly: true,
      clientOrderID: clientOrderID, brokerID: brokerID)
    let origin = OrderOrigin(category: .normal, ignoresSizeLimit: true)
    let acknowledgement = try accept(ticket, account, origin: origin)
    if accounts[account].place(market, slot, mode) == nil {
      cancelProtection(account, market, slot, mode, position.side, includingStandalone: true)
    }
    return acknowledgement
  }

  /// Checks an order, enters it into the account's list and lets it meet the book.
  mutating func accept(
    _ ticket: OrderTicket, _ account: Int, origin: OrderOrigin?
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    let checked = try check(ticket, account, origin)
    let number = OrderNumber(numbers.take(\.order))
    let row = row(ticket, checked, number, origin)
    let place = enter(row, checked, account)
    hasher.combine(number.value)
    meetBook(place)
    return OrderAcknowledgement(number: number, clientOrderID: ticket.clientOrderID)
  }

  /// Lets a new order trade, rest or end, by its type. Source: BloFin reference 6.1.
  private mutating func meetBook(_ place: Int32) {
    let order = orders[Int(place)]
    let opposite: BookSide = order.row.side == .buy ? .asks : .bids
    switch order.row.type {
    case .market:
      let hidden = hiddenDepth(order.market, opposite)
      takeLiquidity(place)
      if let hidden, isOpen(place, order.row.number) { fillBeyondBook(place, hidden) }
      endIfOpen(place, order.row.number, .system)
    case .immediateOrCancel:
      takeLiquidity(place)
      endIfOpen(place, order.row.number, .system)
    case .limit:
      takeLiquidity(place)
      restIfOpen(place, order.row.number)
    case .postOnly:
      // Accepted and then canceled, as other venues of this API family do [?].
      if let best = markets[order.market].book.best(opposite), crosses(order, best) {
        end(place, .system)
      } else {
        restIfOpen(place, order.row.number)
      }
    case .fillOrKill:
      let quote = walk(
        order.market, opposite, limit: order.ticks, lots: order.left)
      if quote.lots >= order.left { takeLiquidity(place) }
      endIfOpen(place, order.row.number, .system)
    }
  }

  private func isOpen(_ place: Int32, _ number: OrderNumber) -> Bool {
    orders[Int(place)].row.number == number && !orders[Int(place)].row.state.isFinal
  }

  private mutating func endIfOpen(
    _ place: Int32, _ number: OrderNumber, _ source: CancelSource
  ) {
    if isOpen(place, number) { end(place, source) }
  }

  private mutating func restIfOpen(_ place: Int32, _ number: OrderNumber) {
    guard isOpen(place, number) else { return }
    let order = orders[Int(place)]
    if order.onlyReduces, allowance(place, order.left, order.ticks) == 0 {
      end(place, .system)
      return
    }
    let side: BookSide = order.row.side == .buy ? .bids : .asks
    orders[Int(place)].node = markets[order.market].book.rest(
      side, ticks: order.ticks, lots: order.left, owner: place)
    markets[order.market].bookIsDirty = true
  }

  private func row(
    _ ticket: OrderTicket, _ checked: CheckedOrder, _ number: OrderNumber, _ origin: OrderOrigin?
  ) -> VenueOrder {
    VenueOrder(
      number: number, clientOrderID: ticket.clientOrderID, instrument: ticket.instrument,
      marginMode: ticket.marginMode, slot: checked.slot, side: ticket.side, type: ticket.type,
      contracts: markets[checked.market].units.contracts(checked.lots),
      reduceOnly: ticket.reduceOnly, leverage: Leverage(Fixed(Int(checked.leverage))),
      state: .live, filledContracts: .zero, filledBaseAmount: .zero, filledNotional: .zero,
      fee: .zero, realizedPnL: .zero, category: origin?.category ?? .normal,
      takeProfit: checked.onlyReduces ? nil : ticket.takeProfit,
      stopLoss: checked.onlyReduces ? nil : ticket.stopLoss, parentAlgo: origin?.algo,
      parentClientOrderID: origin?.algoClientOrderID, cancelSource: .notCanceled,
      brokerID: ticket.brokerID, createdAt: now, updatedAt: now)
  }

  /// Puts a new order into the account's list and announces it as live.
  private mutating func enter(
    _ row: VenueOrder, _ checked: CheckedOrder, _ account: Int
  ) -> Int32 {
    let order = LiveOrder(
      row: row, account: account, market: checked.market, ticks: checked.ticks, left: checked.lots,
      onlyReduces: checked.onlyReduces, frozen: checked.frozen, closingLots: checked.closingLots)
    let place: Int32
    if freeOrder >= 0 {
      place = freeOrder
      freeOrder = orders[Int(place)].next
      orders[Int(place)] = order
    } else {
      place = Int32(orders.count)
      orders.append(order)
    }
    let first = accounts[account].firstOrder
    orders[Int(place)].next = first
    if first >= 0 { orders[Int(first)].previous = place }
    accounts[account].firstOrder = place
    accounts[account].liveOrderCount += 1
    if row.marginMode == .cross { accounts[account].liveCrossOrderCount += 1 }
    orderPlaces[row.number.value] = place
    if let id = row.clientOrderID { accounts[account].liveByClientID[id] = place }
    accounts[account].orderFrozen += checked.frozen
    if checked.closingLots > 0,
      let position = accounts[account].place(checked.market, checked.slot, row.marginMode)
    {
      accounts[account].positions[position].pendingCloseLots += checked.closingLots
    }
    outputs.append(.order(VenueAccountID(index: account), row))
    touch(account, positions: false)
    return place
  }
}

/// Where an order that no client placed comes from.
struct OrderOrigin: Sendable {
  var category: OrderCategory
  var algo: AlgoNumber?
  var algoClientOrderID: ClientOrderID?
  /// Whether the largest order size does not bind: the venue's own orders.
  var ignoresSizeLimit = false
}

/// An order that has passed all checks.
struct CheckedOrder: Sendable {
  let market: Int
  let slot: PositionSlot
  let ticks: Int32
  let lots: Int64
  let onlyReduces: Bool
  let leverage: Int32
  let frozen: Fixed
  let closingLots: Int64
}
