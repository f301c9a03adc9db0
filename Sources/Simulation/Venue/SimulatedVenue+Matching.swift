import Trading
import Units

/// What walking a book finds.
struct BookQuote: Sendable {
  /// Lots that can be had.
  var lots: Int64 = 0
  /// Their ticks × lots.
  var tickLots: Int64 = 0
  /// The last level that was touched.
  var lastTicks: Int32 = 0
}

/// How orders trade: price first, then time; makers at their own price.
extension SimulatedVenue {
  /// Returns what an order of so many lots finds in a side of the book within a limit.
  func walk(_ market: Int, _ side: BookSide, limit: Int32, lots: Int64) -> BookQuote {
    var quote = BookQuote()
    var cursor = markets[market].book.best(side)
    while let ticks = cursor, quote.lots < lots {
      guard side == .asks ? ticks <= limit : ticks >= limit else { break }
      let size = min(markets[market].book.lots(at: ticks), lots - quote.lots)
      quote.lots += size
      quote.tickLots += Int64(ticks) * size
      quote.lastTicks = ticks
      cursor = markets[market].book.next(side, behind: ticks)
    }
    return quote
  }

  /// Returns what a market order of so many lots costs along the visible book; what that does not
  /// hold is counted at the last visible price, or as the rules let it fill behind it.
  func costOfMarketOrder(_ market: Int, _ side: BookSide, limit: Int32, lots: Int64) -> Fixed {
    guard lots > 0 else { return .zero }
    let quote = walk(market, side, limit: limit, lots: lots)
    let units = markets[market].units
    let visible = units.value(tickLots: quote.tickLots)
    var rest = lots - quote.lots
    guard rest > 0 else { return visible }
    var hidden = Fixed.zero
    if let depth = hiddenDepth(market, side) {
      let found = hiddenQuote(depth, side, limit: limit, lots: rest)
      hidden = units.value(tickLots: found.tickLots)
      rest -= found.lots
    }
    let price = quote.lots > 0 ? quote.lastTicks : markets[market].lastTicks ?? 0
    return visible + hidden + units.notional(price, rest)
  }

  @inline(__always)
  func crosses(_ place: Int32, _ best: Int32) -> Bool {
    orders[Int(place)].row.side == .buy
      ? best <= orders[Int(place)].ticks : best >= orders[Int(place)].ticks
  }

  /// Lets an order take what crosses its limit.
  mutating func takeLiquidity(_ place: Int32) {
    let market = orders[Int(place)].market
    let side = orders[Int(place)].row.side
    let limit = orders[Int(place)].ticks
    let opposite: BookSide = side == .buy ? .asks : .bids
    let number = orders[Int(place)].row.number
    while orders[Int(place)].row.number == number, orders[Int(place)].left > 0,
      let best = markets[market].book.best(opposite),
      side == .buy ? best <= limit : best >= limit
    {
      let head = markets[market].book.head(at: best)
      let resting = markets[market].book.node(head)
      var size = min(resting.lots, orders[Int(place)].left)
      if resting.owner >= 0 {
        let allowed = allowance(resting.owner, size, best)
        if allowed == 0 {
          end(resting.owner, .system)
          continue
        }
        size = allowed
      }
      let allowed = allowance(place, size, best)
      if allowed == 0 { return }
      match(place, allowed, best, head, resting.owner)
    }
  }

  private mutating func match(
    _ taker: Int32, _ size: Int64, _ ticks: Int32, _ node: Int32, _ maker: Int32
  ) {
    let market = orders[Int(taker)].market
    let side = orders[Int(taker)].row.side
    markets[market].book.reduce(node, by: size)
    markets[market].bookIsDirty = true
    if rules.accountTradesReachTape { putOnTape(market, side, ticks, size) }
    if maker >= 0 { fill(maker, size, ticks, isMaker: true) }
    fill(taker, size, ticks, isMaker: false)
  }

  /// Returns how many of so many lots an order may trade now: a reducing order no more than the
  /// position, any other no more than its reservation and the free collateral carry.
  @inline(__always)
  mutating func allowance(_ place: Int32, _ size: Int64, _ ticks: Int32) -> Int64 {
    // All of it opens and was reserved for at this price or a worse one.
    if orders[Int(place)].closingLots == 0, !orders[Int(place)].onlyReduces { return size }
    return slowAllowance(place, size, ticks)
  }

  private mutating func slowAllowance(_ place: Int32, _ size: Int64, _ ticks: Int32) -> Int64 {
    let at = Int(place)
    let account = orders[at].account
    let market = orders[at].market
    let slot = orders[at].row.slot
    let mode = orders[at].row.marginMode
    var closing: Int64 = 0
    if let position = positionPlace(account, market, slot, mode),
      accounts[account].positions[position].side.closingSide == orders[at].row.side
    {
      closing = min(size, accounts[account].positions[position].lots)
    }
    if orders[at].onlyReduces { return closing }
    let opening = size - closing
    guard opening > 0 else { return size }
    let notional = markets[market].units.notional(ticks, opening)
    let needed =
      Self.margin(notional, accounts[account].leverages[market][mode, slot], roundingUp: true)
      + markets[market].openingFee(ticks, opening, rules.fees)
    let released = orders[at].part(size, min(orders[at].closingLots, size))
    return needed <= released + available(account) ? size : closing
  }

  /// Puts a trade on the tape: last price, candles, tickers, triggers.
  mutating func putOnTape(_ market: Int, _ takerSide: OrderSide, _ ticks: Int32, _ lots: Int64) {
    hasher.combine(UInt64(bitPattern: Int64(ticks)) << 36 ^ UInt64(bitPattern: lots))
    if markets[market].record(takerSide, ticks, lots, at: now) { noteMove(market) }
    if markets[market].feeds.contains(.trades), let trade = markets[market].lastTrade {
      outputs.append(.trade(marketTrade(trade, market)))
    }
  }

  /// Notes that triggers must be looked at when the last price is another one.
  @inline(__always)
  mutating func noteLastPrice(_ market: Int, _ ticks: Int32) {
    if markets[market].lastTradeTicks != ticks { noteMove(market) }
  }

  /// Notes that what waits for the last price must be looked at.
  @inline(__always)
  mutating func noteMove(_ market: Int) {
    if !markets[market].lastPriceMoved, !markets[market].triggers.isEmpty {
      markets[market].lastPriceMoved = true
      pending.movedMarkets.append(market)
    }
  }

  func marketTrade(_ trade: TapeTrade, _ market: Int) -> MarketTrade {
    let units = markets[market].units
    return MarketTrade(
      tradeID: TradeID(name: ShortText(trade.number)), instrument: markets[market].listing.id,
      takerSide: trade.takerSide, price: units.price(trade.ticks),
      contracts: units.contracts(trade.lots), exchangeTime: trade.time)
  }
}
