import Trading
import Units

/// Markets that are known by candles alone: no book, one price at a time.
///
/// Needs ``VenueRules/candleSlippage``. A market order fills at once and in full at the last price,
/// moved against it by the slippage. Mark and index are the last price. Inside a candle the price
/// takes the pessimistic path of ``Recording``, but only while something waits for it: without
/// resting orders and triggers it passes just the extremes, where a position could be liquidated.
extension SimulatedVenue {
  /// Opens a candle at a price, above zero.
  public mutating func openCandle(_ ticks: Int32, of market: MarketIndex, at time: Timestamp) {
    advance(to: time)
    movePrice(ticks, market.index)
  }

  /// Lets the price take its way through a candle to its close.
  public mutating func runCandle(
    high: Int32, low: Int32, close: Int32, of market: MarketIndex, until end: Timestamp
  ) {
    let place = market.index
    let isWaiting = isAnythingWaiting(place)
    if !isWaiting, !looksAtEveryPrice, isSafe(place, fromTicks: low, through: high) {
      setPrice(close, place)
      return advance(to: end - .milliseconds(1))
    }
    let open = markets[place].lastTicks ?? close
    let lowFirst = meetsLowFirst(market, rises: close >= open)
    for leg in 0..<3 {
      let target = leg == 2 ? close : (leg == 0) == lowFirst ? low : high
      if isWaiting {
        while let stop = nextTrigger(market, before: target) { passPrice(stop, place) }
      }
      passPrice(target, place)
    }
    advance(to: end - .milliseconds(1))
  }

  /// Moves the price inside a candle, above zero, past everything that waits on the way.
  mutating func move(to ticks: Int32, of market: MarketIndex) {
    if isAnythingWaiting(market.index) {
      while let stop = nextTrigger(market, before: ticks) { passPrice(stop, market.index) }
    }
    passPrice(ticks, market.index)
  }

  /// Whether the way of a market's price matters: something waits for it, or it was so chosen.
  func isWaiting(_ market: MarketIndex) -> Bool {
    looksAtEveryPrice || isAnythingWaiting(market.index)
  }

  /// Whether no position in a market can be liquidated while its price stays within a range.
  mutating func isSafe(_ market: MarketIndex, from low: Price, through high: Price) -> Bool {
    isSafe(market.index, from: low.value, through: high.value)
  }

  /// Returns the price in ticks at which a market order fills; nil where it meets a book.
  @inline(__always)
  func lastPriceTaken(_ market: Int, _ side: OrderSide) -> Int32? {
    guard let slippage = rules.candleSlippage, let last = markets[market].lastTicks else {
      return nil
    }
    if slippage.isZero { return last }
    let units = markets[market].units
    let moved =
      side == .buy
      ? units.ticks(units.price(last).scaled(by: 1 + slippage, .up), .up)
      : units.ticks(units.price(last).scaled(by: 1 - slippage, .down), .down)
    return moved.map { max(1, $0) }
  }

  /// Fills a market order at the last price.
  mutating func fillAtLastPrice(_ place: Int32) {
    let market = orders[Int(place)].market
    guard let ticks = lastPriceTaken(market, orders[Int(place)].row.side) else { return }
    let size = allowance(place, orders[Int(place)].left, ticks)
    guard size > 0 else { return }
    let account = orders[Int(place)].account
    let moved = markets[market].lastTicks.map { abs(ticks - $0) } ?? 0
    if moved > 0 {
      accounts[account].totals.slippage += Money(markets[market].units.notional(moved, size))
    }
    fill(place, size, ticks, isMaker: false)
  }

  @inline(__always)
  private func isAnythingWaiting(_ place: Int) -> Bool {
    markets[place].book.ownedCount > 0 || !markets[place].triggers.isEmpty
  }

  private mutating func passPrice(_ ticks: Int32, _ place: Int) {
    if markets[place].book.ownedCount > 0 {
      let takerSide: OrderSide = (markets[place].lastTicks ?? ticks) <= ticks ? .buy : .sell
      fillResting(place, takerSide, ticks, .max, throughOnly: true)
    }
    movePrice(ticks, place)
  }

  private mutating func movePrice(_ ticks: Int32, _ place: Int) {
    noteLastPrice(place, ticks)
    setPrice(ticks, place)
    if looksAtEveryPrice || !isSafe(place, fromTicks: ticks, through: ticks) {
      checkLiquidations(place)
    }
    finishOperation()
  }

  /// Whether no position in a market can be liquidated while its price stays within a range.
  private mutating func isSafe(_ place: Int, fromTicks low: Int32, through high: Int32) -> Bool {
    if markets[place].holders.isEmpty { return true }
    let units = markets[place].units
    return isSafe(place, from: units.price(low).value, through: units.price(high).value)
  }

  private mutating func isSafe(_ place: Int, from lowest: Fixed, through highest: Fixed) -> Bool {
    for holder in markets[place].holders.indices {
      let account = markets[place].holders[holder]
      guard accounts[account].crossPositionCount == 0 else { return false }
      for at in accounts[account].positions.indices
      where accounts[account].positions[at].market == place {
        let bound = liquidationBound(account, at)
        switch accounts[account].positions[at].side {
        case .long: if lowest <= bound { return false }
        case .short: if highest >= bound { return false }
        }
      }
    }
    return true
  }

  private mutating func setPrice(_ ticks: Int32, _ place: Int) {
    markets[place].move(to: ticks, at: now)
  }
}
