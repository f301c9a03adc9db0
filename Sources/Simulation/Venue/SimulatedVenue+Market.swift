import Trading
import Units

/// A level of a market source's book: what it shows at a price, zero for nothing any more.
public struct DepthChange: Sendable, Hashable {
  /// Which side: `buy` for bids.
  public let side: OrderSide
  /// The price in ticks.
  public let ticks: Int32
  /// What is shown there, in lots.
  public let lots: Int64

  /// States a level.
  @inlinable
  public init(side: OrderSide, ticks: Int32, lots: Int64) {
    self.side = side
    self.ticks = ticks
    self.lots = lots
  }
}

/// What market sources say. Accounts' orders meet it by two rules, named because a replayed market
/// cannot react: liquidity that an account took is back when the source restates its level, and a
/// trade or a level that comes through an account's resting order fills it at its own price.
extension SimulatedVenue {
  /// Changes what a source shows in a book; with `replacing`, levels that are not named are empty.
  public mutating func apply(
    _ changes: some Collection<DepthChange>, replacing: Bool = false, to market: MarketIndex,
    at time: Timestamp
  ) {
    advance(to: time)
    let place = market.index
    if replacing { clearUnnamed(place, changes) }
    for change in changes { setDepth(place, change) }
    markets[place].bookIsDirty = true
    markets[place].tickerIsDirty = true
    finishOperation()
  }

  /// Changes one level of what a source shows in a book.
  public mutating func apply(
    _ change: DepthChange, to market: MarketIndex, at time: Timestamp
  ) {
    advance(to: time)
    setDepth(market.index, change)
    markets[market.index].bookIsDirty = true
    markets[market.index].tickerIsDirty = true
    finishOperation()
  }

  /// Takes the market's liquidity out of every level that a new book does not name. Levels that it
  /// names keep their queues: what an account's order stood behind it still stands behind.
  private mutating func clearUnnamed(_ place: Int, _ changes: some Collection<DepthChange>) {
    for side in [BookSide.bids, .asks] {
      let named = Set(changes.lazy.filter { ($0.side == .buy) == (side == .bids) }.map(\.ticks))
      var cursor = markets[place].book.best(side)
      while let ticks = cursor {
        cursor = markets[place].book.next(side, behind: ticks)
        if !named.contains(ticks), markets[place].book.marketLots(at: ticks) > 0 {
          markets[place].book.setMarketLots(side, ticks: ticks, lots: 0)
        }
      }
    }
  }

  /// Puts a source's trade on the tape and lets it fill what rests in its way.
  public mutating func applyTrade(
    _ takerSide: OrderSide, ticks: Int32, lots: Int64, to market: MarketIndex, at time: Timestamp
  ) {
    precondition(ticks > 0 && lots > 0, "a trade has a price and a size")
    advance(to: time)
    let place = market.index
    fillResting(place, takerSide, ticks, lots, throughOnly: false)
    putOnTape(place, takerSide, ticks, lots)
    markets[place].bookIsDirty = true
    finishOperation()
  }

  /// States the mark and index price, both above zero; positions are looked at.
  public mutating func applyMark(
    _ mark: Price, index: Price, to market: MarketIndex, at time: Timestamp
  ) {
    precondition(mark.isPositive && index.isPositive, "prices are above zero")
    advance(to: time)
    let place = market.index
    markets[place].mark = mark.value
    markets[place].index = index.value
    markets[place].markTime = now
    markets[place].bands = nil
    hasher.combine(mark)
    if let last = markets[place].lastTicks {
      markets[place].premium.sample(
        price: markets[place].units.price(last).value, index: index.value, at: now)
    }
    noteMarkCandles(place)
    if markets[place].feeds.contains(.marks) {
      outputs.append(
        .mark(
          MarkPrice(
            instrument: markets[place].listing.id, markPrice: mark, indexPrice: index,
            exchangeTime: now)))
    }
    checkLiquidations(place)
    finishOperation()
  }

  /// States the estimate of the rate that the coming settlement will have.
  public mutating func applyFundingRate(
    _ rate: Rate, to market: MarketIndex, at time: Timestamp
  ) {
    advance(to: time)
    markets[market.index].fundingRate = rate
    announceFundingRate(market.index)
    finishOperation()
  }

  /// Sets when the coming settlement is, for a source that says so.
  public mutating func setNextFundingTime(_ moment: Timestamp, of market: MarketIndex) {
    guard moment > now else { return }
    markets[market.index].nextFundingTime = moment
    schedule.refresh(markets)
  }

  mutating func announceFundingRate(_ place: Int) {
    guard markets[place].feeds.contains(.marks) else { return }
    outputs.append(
      .fundingRate(
        FundingRate(
          instrument: markets[place].listing.id, rate: markets[place].fundingRate,
          nextFundingTime: markets[place].nextFundingTime)))
  }

  private mutating func noteMarkCandles(_ place: Int) {
    let units = markets[place].units
    if let ticks = units.ticks(Price(markets[place].mark), .nearestOrEven) {
      markets[place].markCandles.trade(ticks, 0, at: now)
    }
    if let ticks = units.ticks(Price(markets[place].index), .nearestOrEven) {
      markets[place].indexCandles.trade(ticks, 0, at: now)
    }
  }

  private mutating func setDepth(_ market: Int, _ change: DepthChange) {
    precondition(
      change.ticks > 0 && change.ticks <= PriceLadder.largestTicks && change.lots >= 0,
      "a level has a price in range and no negative size")
    hasher.combine(UInt64(bitPattern: Int64(change.ticks)) << 36 ^ UInt64(bitPattern: change.lots))
    if !markets[market].restate(change) { setCrossingDepth(market, change) }
  }

  /// Lets a level that crosses the other side trade with the accounts' orders there.
  private mutating func setCrossingDepth(_ market: Int, _ change: DepthChange) {
    let side: BookSide = change.side == .buy ? .bids : .asks
    let left = change.lots - tradeThrough(market, side.opposite, change.ticks, change.lots)
    markets[market].book.clearMarketLots(side.opposite, crossing: change.ticks)
    markets[market].book.setMarketLots(side, ticks: change.ticks, lots: left)
  }

  /// Lets market liquidity that crosses accounts' resting orders trade with them at their prices.
  ///
  /// Returns how much of it they took.
  private mutating func tradeThrough(
    _ market: Int, _ side: BookSide, _ limit: Int32, _ lots: Int64
  ) -> Int64 {
    guard markets[market].book.ownedCount > 0 else { return 0 }
    var left = lots
    var cursor = markets[market].book.best(side)
    while left > 0, let ticks = cursor, side == .bids ? ticks >= limit : ticks <= limit {
      cursor = markets[market].book.next(side, behind: ticks)
      left = fillOwned(market, ticks, left, throughMarketLots: false)
    }
    return lots - left
  }

  /// Fills accounts' orders that a source's trade meets: those at better prices first, then the
  /// queue at its own price.
  mutating func fillResting(
    _ market: Int, _ takerSide: OrderSide, _ ticks: Int32, _ lots: Int64, throughOnly: Bool
  ) {
    let side: BookSide = takerSide == .sell ? .bids : .asks
    guard markets[market].book.ownedCount > 0 else {
      if !throughOnly { markets[market].book.takeMarketLots(side, ticks: ticks, lots: lots) }
      return
    }
    var left = lots
    var cursor = markets[market].book.best(side)
    while left > 0, let better = cursor, side == .bids ? better > ticks : better < ticks {
      cursor = markets[market].book.next(side, behind: better)
      left = fillOwned(market, better, left, throughMarketLots: false)
    }
    if left > 0, !throughOnly, markets[market].book.hasLevel(side, ticks) {
      _ = fillOwned(market, ticks, left, throughMarketLots: true)
    }
  }

  /// Walks the queue at a price with so many lots and returns what is left of them.
  ///
  /// With `throughMarketLots` the market's own liquidity takes its share in its place of the queue;
  /// without, it is passed over: the source trades at another price, so it is not there.
  private mutating func fillOwned(
    _ market: Int, _ ticks: Int32, _ lots: Int64, throughMarketLots: Bool
  ) -> Int64 {
    var left = lots
    var node = markets[market].book.head(at: ticks)
    while left > 0, node >= 0 {
      let resting = markets[market].book.node(node)
      // The node is reused once it is gone; its follower is known before.
      let following = resting.next
      if resting.owner >= 0 {
        left -= fillMaker(market, node, resting, ticks, left)
      } else if throughMarketLots {
        let size = min(resting.lots, left)
        markets[market].book.reduce(node, by: size)
        left -= size
      }
      node = following
    }
    return left
  }

  private mutating func fillMaker(
    _ market: Int, _ node: Int32, _ resting: RestingNode, _ ticks: Int32, _ lots: Int64
  ) -> Int64 {
    let size = allowance(resting.owner, min(resting.lots, lots), ticks)
    guard size > 0 else {
      end(resting.owner, .system)
      return 0
    }
    markets[market].book.reduce(node, by: size)
    fill(resting.owner, size, ticks, isMaker: true)
    return size
  }
}
