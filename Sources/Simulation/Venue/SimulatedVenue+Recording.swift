import Trading
import Units

/// What candle recordings need beside the books and trades of a full source.
extension SimulatedVenue {
  /// States a price that a candle passed, with what was traded on the way; resting orders fill only
  /// where it went through their own price.
  mutating func applyPrice(
    _ takerSide: OrderSide, ticks: Int32, lots: Int64, to market: MarketIndex, at time: Timestamp
  ) {
    advance(to: time)
    let place = market.index
    if lots > 0 {
      fillResting(place, takerSide, ticks, lots, throughOnly: true)
      putOnTape(place, takerSide, ticks, lots)
    } else {
      noteLastPrice(place, ticks)
      markets[place].pass(takerSide, ticks, at: now)
    }
    finishOperation()
  }

  /// The last price in ticks; nil before the first.
  func lastTicks(of market: MarketIndex) -> Int32? { markets[market.index].lastTicks }

  /// Whether the pessimistic path meets the low of a candle before its high.
  ///
  /// Longs meet the low first, shorts the high. Without a position resting buys meet the low last,
  /// so that they cannot enter there and leave at the high of the same candle; resting sells mirror
  /// that. With neither, a rising candle meets its low first.
  func meetsLowFirst(_ market: MarketIndex, rises: Bool) -> Bool {
    var held: Int64 = 0
    for account in markets[market.index].holders {
      for position in accounts[account].positions where position.market == market.index {
        held += position.side == .long ? position.lots : -position.lots
      }
    }
    if held != 0 { return held > 0 }
    var buys = 0
    var sells = 0
    for account in accounts.indices {
      var place = accounts[account].firstOrder
      while place >= 0 {
        let order = orders[Int(place)]
        if order.market == market.index {
          if order.row.side == .buy { buys += 1 } else { sells += 1 }
        }
        place = order.next
      }
    }
    if buys != 0 && sells == 0 { return false }
    if sells != 0 && buys == 0 { return true }
    return rises
  }

  /// Returns the first price strictly between the last one and a target at which something waits to
  /// fire; nil when nothing does.
  func nextTrigger(_ market: MarketIndex, before target: Int32) -> Int32? {
    let state = markets[market.index]
    guard let last = state.lastTicks, last != target else { return nil }
    let isUp = target > last
    var nearest: Int32?
    func consider(_ ticks: Int32) {
      guard isUp ? ticks > last && ticks < target : ticks < last && ticks > target else { return }
      nearest = nearest.map { isUp ? min($0, ticks) : max($0, ticks) } ?? ticks
    }
    if isUp {
      if let first = state.triggers.rising.last { consider(first.ticks) }
    } else {
      if let first = state.triggers.falling.last { consider(first.ticks) }
    }
    for place in state.triggers.trailing {
      let algo = algos[Int(place)]
      guard algo.isActive, (algo.row.side == .buy) == isUp,
        let bound = trailingBound(algo, state.units)
      else { continue }
      if let ticks = state.units.ticks(bound, isUp ? .up : .down) { consider(ticks) }
    }
    return nearest
  }
}
