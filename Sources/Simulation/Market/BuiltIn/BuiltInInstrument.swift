import Trading
import Units

/// One instrument of the built-in market: where its price is and how its book and tape follow.
struct BuiltInInstrument: Sendable {
  let listing: Listing
  let shape: BuiltInShape
  let units: MarketUnits
  /// The size of an average trade in lots.
  let tradeLots: Double
  /// The price that it is worth, in ticks.
  var fair: Double
  private let anchor: Double
  private var volatility = VolatilityState()
  private var bids: BuiltInSide
  private var asks: BuiltInSide
  /// Mark and index wander around the price by these fractions.
  private var indexOffset = 0.0
  private var markOffset = 0.0
  private var fundingDrift = 0.0
  private var random: SeededRandom

  init?(_ listing: Listing, seed: SeededRandom, depth: Int) {
    guard let units = MarketUnits(listing.instrument) else { return nil }
    self.listing = listing
    self.units = units
    var random = seed
    shape = BuiltInShape.of(listing.instrument.baseCurrency)
    let tick = Self.double(units.tick)
    // Seeds begin within five percent of the table's price.
    fair = shape.price * (1 + 0.1 * (random.unit() - 0.5)) / tick
    anchor = fair
    let lotValue = Self.double(units.lotCoins) * shape.price
    tradeLots = shape.tradeSize / lotValue
    let levelLots = shape.levelDepth / lotValue
    bids = BuiltInSide(side: .buy, depth: depth, gap: shape.levelGap, levelLots: levelLots)
    asks = BuiltInSide(side: .sell, depth: depth, gap: shape.levelGap, levelLots: levelLots)
    self.random = random
  }

  /// The price in whole ticks, at least one.
  var fairTicks: Int32 { Int32(max(1, min(fair, Double(PriceLadder.largestTicks / 2)))) }

  /// Lets the price move for so many seconds, `market` being the move that all share.
  mutating func move(_ market: Double, seconds: Double) {
    let own = random.fatNormal()
    let correlation = shape.correlation
    let draw = correlation * market + (1 - correlation * correlation).squareRoot() * own
    let deviation =
      shape.yearlyDeviation * (seconds / BuiltInShape.yearInSeconds).squareRoot()
    // A pull of a tenth of the distance a week keeps months of running in range.
    let pull = (anchor - fair) / anchor * 0.1 * seconds / 604_800
    let change = max(-0.2, min(0.2, deviation * volatility.factor * draw + pull))
    volatility.absorb(draw, &random)
    fair *= 1 + change
    indexOffset += 0.02 * (0.00015 * random.normal() - indexOffset)
    markOffset += 0.02 * (0.0001 * random.normal() - markOffset)
  }

  /// Restates the book around the price and returns what changed, what goes before what comes.
  mutating func requote() -> [DepthChange] {
    let spread = max(1, Int32(shape.spread * (0.6 + 0.8 * random.unit())))
    let middle = fairTicks
    let bid = max(1, middle - spread / 2)
    let ask = bid + spread
    var changes: [DepthChange] = []
    changes.reserveCapacity(24)
    bids.cut(betterThan: bid, &changes)
    asks.cut(betterThan: ask, &changes)
    bids.move(to: bid, &random, &changes)
    asks.move(to: ask, &random, &changes)
    return changes
  }

  /// A trade of the built-in market.
  typealias Trade = (side: OrderSide, ticks: Int32, lots: Int64)

  /// Returns the trades of one step, `mean` on average; each takes from the best level.
  mutating func trades(mean: Double) -> [Trade] {
    var trades: [Trade] = []
    for _ in 0..<random.count(mean: mean * (0.5 + 0.5 * volatility.factor)) {
      // Takers lean to the side that the price has left the middle for.
      let lean = bids.best.map { fair - Double($0) > 0.5 } ?? true
      if let trade = trade(buys: random.unit() < (lean ? 0.55 : 0.45)) { trades.append(trade) }
    }
    return trades
  }

  /// Returns the trade that opens the market, so that there is a last price from the start.
  mutating func firstTrade() -> Trade {
    guard let trade = trade(buys: random.unit() < 0.5) else {
      preconditionFailure("the first book has two sides")
    }
    return trade
  }

  private mutating func trade(buys: Bool) -> Trade? {
    guard let level = buys ? asks.levels.first : bids.levels.first else { return nil }
    let wanted = max(1, Int64(tradeLots * random.heavySize()))
    let lots = min(wanted, level.lots)
    if buys { asks.take(lots) } else { bids.take(lots) }
    return (buys ? .buy : .sell, level.ticks, lots)
  }

  /// The index price: near the fair price, two decimals finer than the tick.
  var index: Price { finePrice(fair * (1 + indexOffset)) }

  /// The mark price: near the index, two decimals finer than the tick.
  var mark: Price { finePrice(fair * (1 + indexOffset + markOffset)) }

  /// Returns the estimate of the coming funding rate, which wanders around 0.01 %.
  mutating func nextFundingRate() -> Rate {
    fundingDrift += 0.03 * (0.00025 * random.normal() - fundingDrift)
    let millionths = ((0.0001 + fundingDrift) * 1e9).rounded()
    return Rate(Fixed(raw: Int128(Int64(millionths)) * 1_000_000_000))
  }

  private func finePrice(_ ticks: Double) -> Price {
    let hundredths = Int64(max(1, (ticks * 100).rounded()))
    return Price(Fixed(raw: units.tick.raw * Int128(hundredths) / 100))
  }

  /// A step or size as a double, for shapes only: nothing exact is made from it.
  static func double(_ number: Fixed) -> Double {
    Double(number.raw) / 1e18
  }
}
