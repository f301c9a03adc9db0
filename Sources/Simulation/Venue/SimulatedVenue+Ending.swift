import Trading
import Units

/// How orders end, other than by filling.
extension SimulatedVenue {
  /// Cancels an order. Source: BloFin reference 3.4.1.
  @discardableResult
  public mutating func cancel(
    _ name: OrderName, instrument: InstrumentID? = nil, for account: VenueAccountID,
    at time: Timestamp
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    advance(to: time)
    let answer = Result { () throws(VenueRefusal) in
      try cancelOne(name, instrument, account.index)
    }
    finishOperation()
    return try answer.get()
  }

  private mutating func cancelOne(
    _ name: OrderName, _ instrument: InstrumentID?, _ account: Int
  ) throws(VenueRefusal) -> OrderAcknowledgement {
    if let instrument, marketPlaces[instrument] == nil { throw .unknownInstrument }
    guard let place = liveOrder(name, account) else { throw .nothingToCancel }
    let at = Int(place)
    guard instrument == nil || instrument == orders[at].row.instrument else {
      throw .nothingToCancel
    }
    let acknowledgement = OrderAcknowledgement(
      number: orders[at].row.number, clientOrderID: orders[at].row.clientOrderID)
    end(place, .user)
    return acknowledgement
  }

  /// Returns the place of a live order of an account.
  @inline(__always)
  func liveOrder(_ name: OrderName, _ account: Int) -> Int32? {
    switch name {
    case .client(let id): return accounts[account].liveByClientID[id]
    case .number(let number):
      guard let place = orderPlaces.place(number.value),
        orders[Int(place)].account == account
      else { return nil }
      return place
    }
  }

  /// Ends an order with what has filled. Source: BloFin reference 6.1.
  mutating func end(_ place: Int32, _ source: CancelSource) {
    let at = Int(place)
    let time = now
    orders.change(at) { order in
      order.row.state = order.row.filledContracts.isZero ? .canceled : .partiallyCanceled
      order.row.cancelSource = source
      order.row.updatedAt = time
    }
    hasher.combine(orders[at].row.number.value)
    outputs.order(orders[at].account, orders[at].row)
    touch(orders[at].account, positions: orders[at].closingLots > 0)
    retire(place)
  }

  /// Takes a final order out of the live ones and into the history.
  mutating func retire(_ place: Int32) {
    let at = Int(place)
    let account = orders[at].account
    let market = orders[at].market
    let row = orders[at].row
    if orders[at].node >= 0, orders[at].left > 0 {
      markets[market].book.remove(orders[at].node)
      markets[market].bookIsDirty = true
      noteResting(at, orders[at].closingLots - orders[at].left)
    }
    if orders[at].closingLots > 0 {
      unpend(account, market, row.slot, row.marginMode, orders[at].closingLots)
    }
    let next = orders[at].next
    let previous = orders[at].previous
    let frozen = orders[at].frozen
    let onlyReduces = orders[at].onlyReduces
    if previous >= 0 { orders[Int(previous)].next = next }
    if next >= 0 { orders[Int(next)].previous = previous }
    orderPlaces.remove(row.number.value)
    let free = freeOrder
    orders.change(at) { order in
      order.next = free
      order.node = -1
      order.left = 0
    }
    freeOrder = place
    accounts.change(account) { state in
      if previous < 0 { state.firstOrder = next }
      state.orderFrozen = state.orderFrozen - frozen
      state.liveOrderCount -= 1
      if row.marginMode == .cross { state.liveCrossOrderCount -= 1 }
      if onlyReduces { state.liveReducingCount -= 1 }
      if let id = row.clientOrderID { state.liveByClientID[id] = nil }
      state.orderHistory.append(row)
    }
  }
}
