import Trading
import Units

/// How much of the past a market keeps.
public struct MarketDepth: Sendable, Hashable {
  /// Public trades per instrument.
  public let trades: Int
  /// Closed candles per time frame.
  public let candles: Int

  /// States the bounds, both above zero.
  public init(trades: Int, candles: Int) {
    self.trades = trades
    self.candles = candles
  }
}

/// Everything known about one instrument.
public struct Market: Sendable, Equatable {
  /// The rules; replaced when the exchange changes them.
  public internal(set) var instrument: Instrument
  /// The last ticker.
  public internal(set) var ticker: Received<Ticker>?
  /// The last mark and index price as they were told, whether they can be believed or not.
  public internal(set) var mark: Received<MarkPrice>?
  /// Why the last mark price is not believed; nil while it is.
  public internal(set) var markDoubt: MarkDoubt?
  /// How far two prices of one thing may be apart, as a share; nil where every price is believed.
  public internal(set) var jumpLimit: Rate?
  /// The price of a market that is known by candles alone; nil for one that has a stream.
  public internal(set) var candlePrice: Received<CandlePrice>?
  /// The last funding rate.
  public internal(set) var funding: Received<FundingRate>?
  /// The order book.
  public internal(set) var book = OrderBook()
  /// When the last message of the book came, nil before the first.
  public internal(set) var bookReceivedAt: Timestamp?
  /// The newest public trades, oldest first.
  public internal(set) var tape: RecentList<MarketTrade>
  /// The candles of each time frame that is kept.
  public internal(set) var candles: [CandleSeries] = []
  /// The maintenance-margin table for isolated positions, ascending; nil before it was read.
  public internal(set) var isolatedTiers: [PositionTier]?
  /// The maintenance-margin table for cross positions, ascending; nil before it was read.
  public internal(set) var crossTiers: [PositionTier]?
  private let candleCapacity: Int

  /// Makes a market of which only the rules are known.
  public init(_ instrument: Instrument, depth: MarketDepth, jumpLimit: Rate?) {
    self.instrument = instrument
    self.jumpLimit = jumpLimit
    tape = RecentList(capacity: depth.trades)
    candleCapacity = depth.candles
  }

  /// The name at the exchange.
  public var id: InstrumentID { instrument.id }

  /// The last traded price, nil before the first ticker.
  public var lastPrice: Price? { ticker?.value.lastPrice ?? candlePrice?.value.price }

  /// The newest mark price that is believed, nil before the first.
  public var markPrice: Price? {
    mark == nil ? candlePrice?.value.price : believedMark?.value
  }

  /// The best bid: of the book while it is usable, of the ticker otherwise.
  public var bidPrice: Price? { book.isUsable ? book.bids.best?.price : ticker?.value.bidPrice }

  /// The best ask: of the book while it is usable, of the ticker otherwise.
  public var askPrice: Price? { book.isUsable ? book.asks.best?.price : ticker?.value.askPrice }

  /// The price that an order of this side would take, nil when nothing is known.
  public func takenPrice(by side: OrderSide) -> Price? {
    (side == .buy ? askPrice : bidPrice) ?? candlePrice?.value.taken(by: side)
  }

  /// The last price against that of 24 hours ago, nil before the first ticker.
  public var priceMove24h: Rate? {
    guard let ticker = ticker?.value else { return nil }
    return (ticker.lastPrice - ticker.openPrice24h).fraction(
      of: ticker.openPrice24h, .towardZero)
  }

  /// Returns the maintenance-margin table of a margin mode, nil before it was read.
  public func tiers(_ mode: MarginMode) -> [PositionTier]? {
    switch mode {
    case .isolated: isolatedTiers
    case .cross: crossTiers
    }
  }

  /// Returns the row of the table that a position of this size falls in, nil without a table or
  /// when the position is larger than the table reaches.
  public func tier(of contracts: Contracts, _ mode: MarginMode) -> PositionTier? {
    tiers(mode)?.first { contracts <= $0.maximumContracts }
  }

  /// Returns the candles of a time frame, nil when none are kept.
  public func series(_ timeFrame: TimeFrame) -> CandleSeries? {
    candles.first { $0.timeFrame == timeFrame }
  }

  /// Takes a candle and says what became of it.
  mutating func apply(_ candle: Candle, _ timeFrame: TimeFrame) -> CandleSeries.Change {
    candles[seriesPosition(timeFrame)].apply(candle)
  }

  /// Takes a candle of a stream and says what became of it.
  mutating func hear(
    _ candle: Candle, _ timeFrame: TimeFrame, at now: Timestamp
  ) -> CandleSeries.Change {
    candles[seriesPosition(timeFrame)].hear(candle, at: now)
  }

  /// Takes the first candles of a stretch that follows the closed ones.
  mutating func append(_ stretch: CandleStretch, count: Int) {
    let place = seriesPosition(stretch.timeFrame)
    candles[place].append(stretch, count: count)
  }

  /// Takes candles of the past.
  mutating func merge(_ past: [Candle], _ timeFrame: TimeFrame) {
    candles[seriesPosition(timeFrame)].merge(past)
  }

  private mutating func seriesPosition(_ timeFrame: TimeFrame) -> Int {
    for place in candles.indices where candles[place].timeFrame == timeFrame { return place }
    candles.append(CandleSeries(timeFrame, capacity: candleCapacity))
    return candles.count - 1
  }
}
