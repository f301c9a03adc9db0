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
      let answer = Result { () throws(VenueRefusal) in
        try accept(ticket, account.index, origin: nil)
      }
      // What an order leaves behind goes before the next one: a position that it closed takes its
      // dependants with it, not those of the position that follows.
      settle()
      return answer
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
    guard let place = positionPlace(account, market, slot, mode) else { throw .positionClosed }
    let position = accounts[account].positions[place]
    let ticket = OrderTicket(
      instrument: instrument, marginMode: mode, slot: slot, side: position.side.closingSide,
      type: .market, contracts: markets[market].units.contracts(position.lots), reduceOnly: true,
      clientOrderID: clientOrderID, brokerID: brokerID)
    let origin = OrderOrigin(category: .normal, ignoresSizeLimit: true)
    let acknowledgement = try accept(ticket, account, origin: origin)
    if positionPlace(account, market, slot, mode) == nil {
      cancelProtection(account, market, slot, mode, position.side, includingStandalone: true)
    }
    return acknowledgement
  }

  /// Checks an order, enters it into the account's list and lets it meet the book.
  mutating func accept(
    _ ticket: OrderTicket, _ account: Int, origin: OrderOrigin?
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    let checked = try check(ticket, account, origin)
    let number = OrderNumber(numbers.order.take())
    let place = enter(row(ticket, checked, number, origin), checked, account)
    hasher.combine(number.value)
    meetBook(place)
    return OrderAcknowledgement(number: number, clientOrderID: ticket.clientOrderID)
  }

  /// Lets a new order trade, rest or end, by its type. Source: BloFin reference 6.1.
  private mutating func meetBook(_ place: Int32) {
    let market = orders[Int(place)].market
    let number = orders[Int(place)].row.number
    let opposite: BookSide = orders[Int(place)].row.side == .buy ? .asks : .bids
    switch orders[Int(place)].row.type {
    case .market where rules.candleSlippage != nil:
      fillAtLastPrice(place)
      endIfOpen(place, number, .system)
    case .market:
      let hidden = hiddenDepth(market, opposite)
      takeLiquidity(place)
      if let hidden, isOpen(place, number) { fillBeyondBook(place, hidden) }
      endIfOpen(place, number, .system)
    case .immediateOrCancel:
      takeLiquidity(place)
      endIfOpen(place, number, .system)
    case .limit:
      takeLiquidity(place)
      restIfOpen(place, number)
    case .postOnly:
      // Accepted and then canceled, as other venues of this API family do [?].
      if let best = markets[market].book.best(opposite), crosses(place, best) {
        end(place, .system)
      } else {
        restIfOpen(place, number)
      }
    case .fillOrKill:
      if canFillWhole(place) { takeLiquidity(place) }
      endIfOpen(place, number, .system)
    }
  }

  private mutating func isOpen(_ place: Int32, _ number: OrderNumber) -> Bool {
    orders[Int(place)].row.number == number && !orders[Int(place)].row.state.isFinal
  }

  private mutating func endIfOpen(
    _ place: Int32, _ number: OrderNumber, _ source: CancelSource
  ) {
    if isOpen(place, number) { end(place, source) }
  }

  private mutating func restIfOpen(_ place: Int32, _ number: OrderNumber) {
    guard isOpen(place, number) else { return }
    let at = Int(place)
    let market = orders[at].market
    if orders[at].onlyReduces, allowance(place, orders[at].left, orders[at].ticks) == 0 {
      end(place, .system)
      return
    }
    let side: BookSide = orders[at].row.side == .buy ? .bids : .asks
    orders[at].node = markets[market].book.rest(
      side, ticks: orders[at].ticks, lots: orders[at].left, owner: place)
    markets[market].bookIsDirty = true
    noteResting(at, orders[at].left - orders[at].closingLots)
  }

  private mutating func row(
    _ ticket: OrderTicket, _ checked: CheckedOrder, _ number: OrderNumber, _ origin: OrderOrigin?
  ) -> VenueOrder {
    VenueOrder(
      number: number, instrument: ticket.instrument, terms: terms(ticket, checked, origin),
      type: ticket.type, wholeLeverage: checked.leverage, marginMode: ticket.marginMode,
      slot: checked.slot, side: ticket.side,
      contracts: markets[checked.market].units.contracts(checked.lots),
      reduceOnly: ticket.reduceOnly, createdAt: now)
  }

  private func terms(
    _ ticket: OrderTicket, _ checked: CheckedOrder, _ origin: OrderOrigin?
  ) -> Shared<OrderTerms>? {
    if origin == nil, ticket.isPlain { return nil }
    return Shared(
      OrderTerms(
        clientOrderID: ticket.clientOrderID,
        category: origin?.category ?? .normal,
        takeProfit: checked.onlyReduces ? nil : ticket.takeProfit,
        stopLoss: checked.onlyReduces ? nil : ticket.stopLoss, parentAlgo: origin?.algo,
        parentClientOrderID: origin?.algoClientOrderID, brokerID: ticket.brokerID))
  }

  /// Puts a new order into the account's list and announces it as live.
  private mutating func enter(
    _ row: consuming VenueOrder, _ checked: CheckedOrder, _ account: Int
  ) -> Int32 {
    let first = accounts[account].firstOrder
    let number = row.number.value
    let isCross = row.marginMode == .cross
    let clientOrderID = row.clientOrderID
    let mode = row.marginMode
    let place = takeOrderPlace(
      LiveOrder(
        row: row, account: account, market: checked.market, ticks: checked.ticks,
        left: checked.lots, onlyReduces: checked.onlyReduces, frozen: checked.frozen,
        closingLots: checked.closingLots, next: first))
    if first >= 0 { orders[Int(first)].previous = place }
    accounts.change(account) { state in
      state.firstOrder = place
      state.liveOrderCount += 1
      if isCross { state.liveCrossOrderCount += 1 }
      if checked.onlyReduces { state.liveReducingCount += 1 }
      if let clientOrderID { state.liveByClientID[clientOrderID] = place }
      state.orderFrozen += checked.frozen
    }
    orderPlaces.insert(number, at: place)
    if checked.closingLots > 0,
      let position = positionPlace(account, checked.market, checked.slot, mode)
    {
      accounts[account].positions[position].pendingCloseLots += checked.closingLots
    }
    let at = Int(place)
    outputs.order(account, orders[at].row)
    touch(account, positions: false)
    return place
  }

  /// Puts an order into a free place of the table, or a new one.
  @inline(__always)
  private mutating func takeOrderPlace(_ order: consuming LiveOrder) -> Int32 {
    guard freeOrder >= 0 else {
      orders.append(order)
      return Int32(orders.count - 1)
    }
    let place = freeOrder
    freeOrder = orders[Int(place)].next
    orders[Int(place)] = order
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
