import Trading
import Units

/// A public trade in ticks and lots.
struct TapeTrade: Sendable {
  let number: UInt64
  let takerSide: OrderSide
  let ticks: Int32
  let lots: Int64
  let time: Timestamp
}

/// A settled funding rate. Source: BloFin reference 3.1.7.
public struct FundingPoint: Sendable, Hashable {
  /// The share of a position's value that was paid; longs pay shorts where it is positive.
  public let rate: Rate
  /// When it settled.
  public let time: Timestamp
}

/// One market of the venue: its book, its tape, its prices and what waits for them.
struct Market: Sendable {
  var listing: Listing {
    didSet { sizes = SizeLimits(listing.instrument, units) }
  }
  /// Whether orders must keep a larger step than the one that the market counts in.
  var hasCoarserTick = false
  let units: MarketUnits
  let isolatedTiers: TierTable
  let crossTiers: TierTable
  let maximumLeverage: Int32
  private(set) var sizes: SizeLimits
  /// Fee per tick and lot; nil where it needs more than eighteen places and is cut per fill.
  let takerFeeUnit: Fixed?
  let makerFeeUnit: Fixed?
  var feeds: MarketFeeds = []

  var book = MatchingBook()
  var tape = BoundedLog<TapeTrade>(capacity: 500)
  private(set) var lastTrade: TapeTrade?
  /// The price of ``lastTrade``, −1 before the first.
  private(set) var lastTradeTicks: Int32 = -1
  var nextTradeNumber: UInt64
  /// The mark price, zero before the first.
  var mark = Fixed.zero
  /// The index price, zero before the first.
  var index = Fixed.zero
  var markTime = Timestamp(milliseconds: 0)
  var premium = PremiumMean()
  /// The price bands, nil when they must be computed anew.
  var bands: HeldBands?
  var fundingRate = Rate.zero
  var nextFundingTime: Timestamp
  var fundingHistory = BoundedLog<FundingPoint>(capacity: 1_000)

  var candles: CandleStore
  var markCandles: CandleStore
  var indexCandles: CandleStore
  var dayFigures = DayFigures()

  var triggers = TriggerTable()
  /// Accounts with a position here, in the order in which they opened it.
  var holders: ContiguousArray<Int> = []
  var publisher: BookPublisher
  var bookIsDirty = false
  var tickerIsDirty = false
  /// Set when the last price moved, until triggers were looked at.
  var lastPriceMoved = false

  /// Sets up a market; nil when its steps cannot be counted exactly.
  init?(_ listing: Listing, rules: VenueRules, startingAt time: Timestamp) {
    guard
      let units = MarketUnits(listing.instrument, hasBook: rules.candleSlippage == nil)
    else { return nil }
    self.listing = listing
    self.units = units
    isolatedTiers = TierTable(listing.isolatedTiers, units)
    crossTiers = TierTable(listing.crossTiers, units)
    maximumLeverage = Int32(
      clamping: Int(
        truncatingIfNeeded: listing.instrument.maximumLeverage.value.raw / Int128(Fixed.unit)))
    takerFeeUnit = Self.exactProduct(units.unitValue, rules.fees.takerFeeRate)
    makerFeeUnit = Self.exactProduct(units.unitValue, rules.fees.makerFeeRate)
    sizes = SizeLimits(listing.instrument, units)
    nextTradeNumber = 1_000_000
    nextFundingTime = time.start(of: listing.fundingInterval) + listing.fundingInterval
    candles = CandleStore(depth: Self.candleDepth)
    markCandles = CandleStore(depth: Self.plainCandleDepth)
    indexCandles = CandleStore(depth: Self.plainCandleDepth)
    publisher = BookPublisher(depth: rules.publishedDepth)
  }

  /// How many closed candles of each bar are kept: a page of the exchange (1440) and a little more.
  static let candleDepth = 1_500
  /// How many closed mark and index candles of each bar are kept.
  static let plainCandleDepth = 300

  /// Returns the tiers of a margin mode.
  func tiers(_ mode: MarginMode) -> TierTable {
    switch mode {
    case .isolated: isolatedTiers
    case .cross: crossTiers
    }
  }

  /// Returns the maintenance rate of a position of so many lots.
  func maintenanceRate(_ mode: MarginMode, _ lots: Int64) -> Rate {
    switch mode {
    case .isolated: isolatedTiers.row(lots).rate
    case .cross: crossTiers.row(lots).rate
    }
  }

  /// Returns the fee of a fill; positive is a cost.
  @inline(__always)
  func fee(_ ticks: Int32, _ lots: Int64, isMaker: Bool, _ fees: FeeSchedule) -> Fixed {
    if let unit = isMaker ? makerFeeUnit : takerFeeUnit {
      return Fixed(raw: unit.raw &* (Int128(ticks) &* Int128(lots)))
    }
    let rate = isMaker ? fees.makerFeeRate : fees.takerFeeRate
    return units.notional(ticks, lots).multiplied(by: rate.value, .towardZero)
  }

  /// Returns the taker fee of opening lots, as an order's reservation counts it: cut up.
  @inline(__always)
  func openingFee(_ ticks: Int32, _ lots: Int64, _ fees: FeeSchedule) -> Fixed {
    if let takerFeeUnit {
      return Fixed(raw: takerFeeUnit.raw &* (Int128(ticks) &* Int128(lots)))
    }
    return units.notional(ticks, lots).multiplied(by: fees.takerFeeRate.value, .up)
  }

  /// Puts a trade on the tape; returns whether the last price moved.
  @inline(__always)
  mutating func record(
    _ takerSide: OrderSide, _ ticks: Int32, _ lots: Int64, at time: Timestamp
  ) -> Bool {
    let moved = ticks != lastTradeTicks
    let trade = TapeTrade(
      number: nextTradeNumber, takerSide: takerSide, ticks: ticks, lots: lots, time: time)
    nextTradeNumber += 1
    lastTrade = trade
    lastTradeTicks = ticks
    tape.append(trade)
    candles.trade(ticks, lots, at: time)
    tickerIsDirty = true
    return moved
  }

  /// Moves the last price without a trade.
  mutating func pass(_ takerSide: OrderSide, _ ticks: Int32, at time: Timestamp) {
    lastTrade = TapeTrade(
      number: nextTradeNumber, takerSide: takerSide, ticks: ticks, lots: 0, time: time)
    lastTradeTicks = ticks
    candles.trade(ticks, 0, at: time)
    tickerIsDirty = true
  }

  /// Moves last, mark and index price together, where candles are all that is known.
  mutating func move(to ticks: Int32, at time: Timestamp) {
    lastTradeTicks = ticks
    let price = units.price(ticks).value
    mark = price
    index = price
    markTime = time
    bands = nil
  }

  /// Makes what the source shows at a price so; returns false, having done nothing, when it crosses
  /// the other side and an account's order may be in its way.
  @inline(__always)
  mutating func restate(_ change: DepthChange) -> Bool {
    let isBid = change.side == .buy
    if change.lots > 0, isBid ? book.bestAsk <= change.ticks : book.bestBid >= change.ticks {
      guard book.ownedCount == 0 else { return false }
      book.clearMarketLots(isBid ? .asks : .bids, crossing: change.ticks)
    }
    book.setMarketLots(isBid ? .bids : .asks, ticks: change.ticks, lots: change.lots)
    return true
  }

  /// The last price in ticks: of the last trade, or of the mark before the first trade.
  var lastTicks: Int32? {
    if lastTradeTicks >= 0 { return lastTradeTicks }
    return mark.isPositive ? units.ticks(Price(mark), .nearestOrEven) : nil
  }

  private static func exactProduct(_ number: Fixed, _ rate: Rate) -> Fixed? {
    let low = number.multiplied(by: rate.value, .down)
    return low == number.multiplied(by: rate.value, .up) ? low : nil
  }
}

/// The sizes that orders of a market may have, in lots.
struct SizeLimits: Sendable {
  private let least: Int64
  /// Lots per size step: more than one where orders must keep a larger step than is counted in.
  private let step: Int64
  private let mostLimit: Int64
  private let mostMarket: Int64

  init(_ instrument: Instrument, _ units: MarketUnits) {
    step = max(1, units.lots(instrument.lotSize, .up))
    least = max(1, units.lots(instrument.minimumContracts, .up))
    mostLimit = units.lots(instrument.maximumLimitContracts, .down)
    mostMarket = units.lots(instrument.maximumMarketContracts, .down)
  }

  /// Whether an order of a type may have so many lots.
  @inline(__always)
  func take(_ lots: Int64, _ type: OrderType, ignoringLimit: Bool) -> Bool {
    guard lots >= least, step == 1 || lots % step == 0 else { return false }
    return ignoringLimit || lots <= (type == .market ? mostMarket : mostLimit)
  }
}

/// The mean of price − index over the last thirty seconds, for the price band.
///
/// Source: BloFin reference 6.8. Sampled at most once a second.
struct PremiumMean: Sendable {
  private var samples: BoundedLog<Fixed> = BoundedLog(capacity: 30)
  private var lastSample = Timestamp(milliseconds: .min / 2)

  mutating func sample(price: Fixed, index: Fixed, at time: Timestamp) {
    guard time - lastSample >= .seconds(1) else { return }
    lastSample = time
    samples.append(price - index)
  }

  var mean: Fixed {
    guard !samples.isEmpty else { return .zero }
    var sum = Fixed.zero
    for place in 0..<samples.count { sum += samples[place] }
    return sum.divided(by: Fixed(samples.count), .towardZero)
  }
}

/// Figures of the last 24 hours over closed minutes, kept for one minute.
struct DayFigures: Sendable {
  private(set) var openTicks: Int32?
  private(set) var highTicks: Int32 = .min
  private(set) var lowTicks: Int32 = .max
  private(set) var lots: Int64 = 0
  private var validFor = Timestamp(milliseconds: .min)

  /// Computes the figures anew when another minute is forming.
  mutating func refresh(_ store: CandleStore) {
    guard let minute = store.minute, minute.openTime != validFor else { return }
    validFor = minute.openTime
    openTicks = nil
    highTicks = .min
    lowTicks = .max
    lots = 0
    let minutes = store.closedCandles(.oneMinute)
    let from = minute.openTime - .hours(24)
    for place in minutes.partition({ $0.openTime > from })..<minutes.count {
      let candle = minutes[place]
      if openTicks == nil { openTicks = candle.open }
      highTicks = max(highTicks, candle.high)
      lowTicks = min(lowTicks, candle.low)
      lots &+= candle.lots
    }
  }
}
