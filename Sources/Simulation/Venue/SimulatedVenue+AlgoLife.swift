import Trading
import Units

/// TP/SL, trigger and trailing orders: how they wait, grow and end.
extension SimulatedVenue {
  /// Puts an algo into the table and announces it.
  mutating func enterAlgo(_ algo: LiveAlgo) -> Int32 {
    let place: Int32
    if let free = freeAlgos.popLast() {
      place = free
      algos[Int(place)] = algo
    } else {
      place = Int32(algos.count)
      algos.append(algo)
    }
    accounts[algo.account].liveAlgoCount += 1
    announceAlgo(place)
    return place
  }

  mutating func announceAlgo(_ place: Int32) {
    let algo = algos[Int(place)]
    hasher.combine(algo.row.number.value)
    outputs.append(.algo(VenueAccountID(index: algo.account), algo.row))
  }

  /// Lets an algo wait for its prices.
  ///
  /// A trigger order has no direction: it fires when the last price reaches it from wherever that
  /// was at placement. Source: BloFin reference 3.3.4 [?], 6.6.
  mutating func arm(_ place: Int32) {
    let algo = algos[Int(place)]
    let market = algo.market
    let number = algo.row.number.value
    func entry(_ trigger: Trigger) -> TriggerTable.Entry? {
      markets[market].units.ticks(trigger.triggerPrice).map {
        TriggerTable.Entry(ticks: $0, order: number, algo: place)
      }
    }
    switch algo.row.kind {
    case .protection(let takeProfit, let stopLoss):
      // Closing a long sells: profit above, loss below.
      let profitIsAbove = algo.row.side == .sell
      if let takeProfit, let entry = entry(takeProfit) {
        addTrigger(market, entry, rising: profitIsAbove)
      }
      if let stopLoss, let entry = entry(stopLoss) {
        addTrigger(market, entry, rising: !profitIsAbove)
      }
    case .trigger(let trigger, _, _):
      if let entry = entry(trigger) {
        let isAbove = markets[market].lastTicks.map { entry.ticks >= $0 } ?? true
        addTrigger(market, entry, rising: isAbove)
      }
    case .trailing(_, let activation):
      algos[Int(place)].isActive = activation == nil
      algos[Int(place)].extremeTicks = markets[market].lastTicks ?? 0
      markets[market].triggers.addTrailing(place)
    }
    if !markets[market].lastPriceMoved {
      markets[market].lastPriceMoved = true
      pending.movedMarkets.append(market)
    }
  }

  private mutating func addTrigger(_ market: Int, _ entry: TriggerTable.Entry, rising: Bool) {
    if rising {
      markets[market].triggers.addRising(entry)
    } else {
      markets[market].triggers.addFalling(entry)
    }
  }

  /// Makes the attached protection of an entry, or lets it grow, by the lots that a fill opened.
  ///
  /// Source: BloFin reference 6.6.1; activation on a partial fill is assumed [?].
  mutating func growProtection(_ order: Int32, _ lots: Int64) {
    let entry = orders[Int(order)]
    let units = markets[entry.market].units
    if entry.protection >= 0, algos[Int(entry.protection)].isLive,
      algos[Int(entry.protection)].row.attachedTo == entry.row.number
    {
      let at = Int(entry.protection)
      algos[at].lots += lots
      algos[at].row.size = .contracts(units.contracts(algos[at].lots))
      algos[at].row.updatedAt = now
      announceAlgo(entry.protection)
      return
    }
    let row = AlgoOrder(
      number: AlgoNumber(numbers.algo.take()), clientOrderID: nil,
      instrument: entry.row.instrument, marginMode: entry.row.marginMode, slot: entry.row.slot,
      side: entry.row.side.opposite, size: .contracts(units.contracts(lots)),
      kind: .protection(takeProfit: entry.row.takeProfit, stopLoss: entry.row.stopLoss),
      reduceOnly: true, leverage: entry.row.leverage, state: .live, actualContracts: nil,
      firedLeg: nil, sentOrder: nil, cancelSource: .notCanceled, attachedTo: entry.row.number,
      brokerID: entry.row.brokerID, createdAt: now, updatedAt: now)
    var algo = LiveAlgo(row: row, account: entry.account, market: entry.market)
    algo.lots = lots
    let place = enterAlgo(algo)
    orders[Int(order)].protection = place
    arm(place)
  }

  /// Ends an algo and moves it to the history.
  mutating func endAlgo(_ place: Int32, _ state: AlgoOrder.State, _ source: CancelSource) {
    let at = Int(place)
    algos[at].row.state = state
    algos[at].row.cancelSource = source
    algos[at].row.updatedAt = now
    algos[at].isLive = false
    announceAlgo(place)
    markets[algos[at].market].triggers.remove(place)
    accounts[algos[at].account].liveAlgoCount -= 1
    accounts[algos[at].account].algoHistory.append(algos[at].row)
    freeAlgos.append(place)
  }

  /// Cancels the protection of a position that has gone.
  ///
  /// Whole-position and attached protection goes with the position; stand-alone partial protection
  /// only when the position was closed by request. Source: BloFin reference 6.2, 6.6.4 [?].
  mutating func cancelProtection(
    _ account: Int, _ market: Int, _ slot: PositionSlot, _ mode: MarginMode, _ side: PositionSide,
    includingStandalone: Bool
  ) {
    guard accounts[account].liveAlgoCount > 0 else { return }
    for place in algos.indices {
      let algo = algos[place]
      guard algo.isLive, algo.account == account, algo.market == market, algo.row.slot == slot,
        algo.row.marginMode == mode, algo.row.isProtection, algo.row.side == side.closingSide,
        includingStandalone || algo.row.size == .wholePosition || algo.row.attachedTo != nil
      else { continue }
      endAlgo(Int32(place), .canceled, .system)
    }
  }
}
