import Trading
import Units

/// What follows from an operation: triggers fire, dependants of closed positions go.
extension SimulatedVenue {
  /// Follows up until nothing more follows.
  ///
  /// Each round either fires an algo, which then is gone, or clears a position's dependants, so the
  /// rounds end.
  mutating func settle() {
    while true {
      if !pending.gone.isEmpty {
        clearGonePositions()
      } else if let market = pending.movedMarkets.first {
        if !fireNext(market) {
          markets[market].lastPriceMoved = false
          pending.movedMarkets.removeFirst()
        }
      } else {
        return
      }
    }
  }

  private mutating func clearGonePositions() {
    let gone = pending.gone
    pending.gone.removeAll(keepingCapacity: true)
    for position in gone {
      // A flip or a new entry can have made another position of the other side in the same place.
      cancelProtection(
        position.account, position.market, position.slot, position.mode, position.side,
        includingStandalone: false)
      cancelReducingOrders(position)
    }
  }

  /// Reduce-only orders end with the position that they reduced [?].
  private mutating func cancelReducingOrders(_ gone: PendingWork.GonePosition) {
    guard accounts[gone.account].liveReducingCount > 0 else { return }
    var place = accounts[gone.account].firstOrder
    while place >= 0 {
      let order = orders[Int(place)]
      let next = order.next
      if order.onlyReduces, order.market == gone.market, order.row.slot == gone.slot,
        order.row.marginMode == gone.mode, order.row.side == gone.side.closingSide
      {
        end(place, .system)
      }
      place = next
    }
  }

  /// Fires the next thing that is due in a market; returns false when nothing is.
  ///
  /// While the instrument does not trade everything stays as it waits: its order could only fail.
  private mutating func fireNext(_ market: Int) -> Bool {
    guard markets[market].listing.instrument.status == .live,
      let last = markets[market].lastTicks
    else { return false }
    if let due = markets[market].triggers.due(at: last) {
      fire(due.algo, dueTicks: due.ticks)
      return true
    }
    for place in markets[market].triggers.trailing where trail(place, last) {
      fire(place, dueTicks: last)
      return true
    }
    return false
  }

  /// Lets a trailing order follow the last price; returns whether it has come back far enough.
  ///
  /// Source: BloFin reference 6.6: for a sell, fire at last ≤ peak·(1−ratio) or peak − spread.
  private mutating func trail(_ place: Int32, _ last: Int32) -> Bool {
    let at = Int(place)
    guard case .trailing(_, let activation) = algos[at].row.kind else { return false }
    let units = markets[algos[at].market].units
    let sells = algos[at].row.side == .sell
    if !algos[at].isActive {
      guard let activation, let start = units.ticks(activation),
        sells ? last >= start : last <= start
      else { return false }
      algos[at].isActive = true
      algos[at].extremeTicks = last
    }
    let extreme = sells ? max(algos[at].extremeTicks, last) : min(algos[at].extremeTicks, last)
    algos[at].extremeTicks = extreme
    guard let bound = trailingBound(algos[at], units) else { return false }
    return sells ? units.price(last) <= bound : units.price(last) >= bound
  }

  /// Returns the price at which a trailing order fires, from the best price so far.
  func trailingBound(_ algo: LiveAlgo, _ units: MarketUnits) -> Price? {
    guard case .trailing(let distance, _) = algo.row.kind else { return nil }
    let sells = algo.row.side == .sell
    let peak = units.price(algo.extremeTicks)
    switch distance {
    case .ratio(let ratio):
      return peak.scaled(by: sells ? 1 - ratio : 1 + ratio, sells ? .down : .up)
    case .spread(let spread): return sells ? peak - spread : peak + spread
    }
  }

  /// Sends the order of an algo whose price was reached.
  private mutating func fire(_ place: Int32, dueTicks: Int32) {
    let algo = algos[Int(place)]
    let ticket = orderOfFiring(algo, dueTicks)
    markets[algo.market].triggers.remove(place)
    guard let ticket else {
      endAlgo(place, .orderFailed, .notCanceled)
      return
    }
    // What makes a position smaller is sent whole, however large that has become.
    let origin = OrderOrigin(
      category: ticket.leg.category, algo: algo.row.number,
      algoClientOrderID: algo.row.clientOrderID,
      ignoresSizeLimit: ticket.leg != nil || algo.row.reduceOnly
        || algo.row.size == .wholePosition)
    algos[Int(place)].row.firedLeg = ticket.leg
    algos[Int(place)].row.actualContracts = ticket.order.contracts
    do throws(VenueRefusal) {
      algos[Int(place)].row.sentOrder = try accept(ticket.order, algo.account, origin: origin)
        .number
      endAlgo(place, .effective, .notCanceled)
    } catch {
      endAlgo(place, .orderFailed, .notCanceled)
    }
  }

  /// Returns the order that an algo sends and the leg that fired; nil when there is nothing to do.
  private func orderOfFiring(
    _ algo: LiveAlgo, _ dueTicks: Int32
  ) -> (order: OrderTicket, leg: AlgoOrder.Leg?)? {
    let row = algo.row
    let units = markets[algo.market].units
    let position = positionPlace(algo.account, algo.market, row.slot, row.marginMode)
      .map { accounts[algo.account].positions[$0] }
    let closable = position.flatMap { $0.side.closingSide == row.side ? $0.lots : nil } ?? 0
    var leg: AlgoOrder.Leg?
    var execution = TriggeredPrice.market
    var attached: (takeProfit: Trigger?, stopLoss: Trigger?) = (nil, nil)
    switch row.kind {
    case .protection(let takeProfit, let stopLoss):
      let isProfit = takeProfit.flatMap { units.ticks($0.triggerPrice) } == dueTicks
      leg = isProfit ? .takeProfit : .stopLoss
      execution = (isProfit ? takeProfit : stopLoss)?.execution ?? .market
    case .trigger(let trigger, let takeProfit, let stopLoss):
      execution = trigger.execution
      attached = (takeProfit, stopLoss)
    case .trailing: break
    }
    let contracts: Contracts
    switch row.size {
    case .wholePosition: contracts = units.contracts(closable)
    case .contracts(let size):
      contracts = row.reduceOnly ? min(size, units.contracts(closable)) : size
    }
    guard contracts.isPositive else { return nil }
    let type: OrderType
    switch execution {
    case .market: type = .market
    case .limit(let price): type = .limit(price)
    }
    let order = OrderTicket(
      instrument: row.instrument, marginMode: row.marginMode, slot: row.slot, side: row.side,
      type: type, contracts: contracts, reduceOnly: row.reduceOnly,
      takeProfit: attached.takeProfit, stopLoss: attached.stopLoss, brokerID: row.brokerID)
    return (order, leg)
  }
}

extension AlgoOrder.Leg? {
  /// Why the order that a leg sends exists.
  fileprivate var category: OrderCategory {
    switch self {
    case .takeProfit?: .takeProfit
    case .stopLoss?: .stopLoss
    case nil: .normal
    }
  }
}
