import Units

/// Last, best bid, best ask and the day's figures of an instrument at one moment.
public struct Ticker: Sendable, Hashable {
  /// What is quoted.
  public let instrument: InstrumentID
  /// The last traded price.
  public let lastPrice: Price
  /// The size of the last trade.
  public let lastContracts: Contracts
  /// The best bid, nil when there is none.
  public let bidPrice: Price?
  /// The size at the best bid.
  public let bidContracts: Contracts
  /// The best ask, nil when there is none.
  public let askPrice: Price?
  /// The size at the best ask.
  public let askContracts: Contracts
  /// The price 24 hours ago.
  public let openPrice24h: Price
  /// The highest price of 24 hours.
  public let highPrice24h: Price
  /// The lowest price of 24 hours.
  public let lowPrice24h: Price
  /// Coins traded in 24 hours.
  public let baseVolume24h: BaseAmount
  /// When the exchange stated it.
  public let exchangeTime: Timestamp

  /// States a ticker.
  @inlinable
  public init(
    instrument: InstrumentID, lastPrice: Price, lastContracts: Contracts, bidPrice: Price?,
    bidContracts: Contracts, askPrice: Price?, askContracts: Contracts, openPrice24h: Price,
    highPrice24h: Price, lowPrice24h: Price, baseVolume24h: BaseAmount, exchangeTime: Timestamp
  ) {
    self.instrument = instrument
    self.lastPrice = lastPrice
    self.lastContracts = lastContracts
    self.bidPrice = bidPrice
    self.bidContracts = bidContracts
    self.askPrice = askPrice
    self.askContracts = askContracts
    self.openPrice24h = openPrice24h
    self.highPrice24h = highPrice24h
    self.lowPrice24h = lowPrice24h
    self.baseVolume24h = baseVolume24h
    self.exchangeTime = exchangeTime
  }
}

/// A trade of the public tape.
public struct MarketTrade: Sendable, Hashable {
  /// The exchange's id of the trade.
  public let tradeID: TradeID
  /// What was traded.
  public let instrument: InstrumentID
  /// The side that took.
  public let takerSide: OrderSide
  /// At what price, in quote coins for one base coin.
  public let price: Price
  /// How many contracts changed hands, above zero.
  public let contracts: Contracts
  /// When it happened.
  public let exchangeTime: Timestamp

  /// States a trade.
  public init(
    tradeID: TradeID, instrument: InstrumentID, takerSide: OrderSide, price: Price,
    contracts: Contracts, exchangeTime: Timestamp
  ) {
    self.tradeID = tradeID
    self.instrument = instrument
    self.takerSide = takerSide
    self.price = price
    self.contracts = contracts
    self.exchangeTime = exchangeTime
  }
}

/// The mark and index price of an instrument.
public struct MarkPrice: Sendable, Hashable {
  /// What is priced.
  public let instrument: InstrumentID
  /// The price that margin and liquidation use.
  public let markPrice: Price
  /// The price of the underlying, nil when it is not stated.
  public let indexPrice: Price?
  /// When the exchange stated it.
  public let exchangeTime: Timestamp

  /// States a mark price.
  public init(
    instrument: InstrumentID, markPrice: Price, indexPrice: Price?, exchangeTime: Timestamp
  ) {
    self.instrument = instrument
    self.markPrice = markPrice
    self.indexPrice = indexPrice
    self.exchangeTime = exchangeTime
  }
}

/// The funding rate of an instrument for its coming settlement.
public struct FundingRate: Sendable, Hashable {
  /// Whose rate it is.
  public let instrument: InstrumentID
  /// The share of the position's value that longs pay shorts; negative: shorts pay longs.
  public let rate: Rate
  /// When it settles.
  public let nextFundingTime: Timestamp

  /// States a rate.
  public init(instrument: InstrumentID, rate: Rate, nextFundingTime: Timestamp) {
    self.instrument = instrument
    self.rate = rate
    self.nextFundingTime = nextFundingTime
  }
}
