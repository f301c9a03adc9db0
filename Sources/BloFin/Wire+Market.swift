import JSONText
import Trading
import Units

/// Reads market data. Each function takes one row, as REST and the streams give it.
nonisolated enum MarketRows {
  /// Reads a ticker. Source: BloFin REST, GET Tickers, and WebSocket, Tickers Channel.
  static func ticker(
    _ json: inout JSONScanner, of instrument: InstrumentID, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> Ticker {
    var last: Price?
    var lastSize: Contracts?
    var bid: Price?
    var bidSize: Contracts = 0
    var ask: Price?
    var askSize: Contracts = 0
    var open: Price?
    var high: Price?
    var low: Price?
    var volume: BaseAmount?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": try json.requireInstrument(instrument)
      case "last": last = try json.price(bounds)
      case "lastSize": lastSize = try json.contracts(bounds)
      case "askPrice": ask = try json.priceIfAny(bounds)
      case "askSize": askSize = try json.contractsOrNone(bounds)
      case "bidPrice": bid = try json.priceIfAny(bounds)
      case "bidSize": bidSize = try json.contractsOrNone(bounds)
      case "open24h": open = try json.price(bounds)
      case "high24h": high = try json.price(bounds)
      case "low24h": low = try json.price(bounds)
      case "volCurrency24h": volume = try json.coins()
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    guard let last, let lastSize, let open, let high, let low, let volume, let time else {
      throw json.problem(.missing("last, lastSize, open24h, high24h, low24h, volCurrency24h or ts"))
    }
    guard last.notionalIfInRange(of: volume, .towardZero) != nil else {
      throw json.problem(.number(.outOfRange))
    }
    return Ticker(
      instrument: instrument, lastPrice: last, lastContracts: lastSize, bidPrice: bid,
      bidContracts: bidSize, askPrice: ask, askContracts: askSize, openPrice24h: open,
      highPrice24h: high, lowPrice24h: low, baseVolume24h: volume, exchangeTime: time)
  }

  /// Reads a trade of the tape. Source: BloFin WebSocket, Trades Channel.
  static func trade(
    _ json: inout JSONScanner, of instrument: InstrumentID, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> MarketTrade {
    var id: String?
    var side: OrderSide?
    var price: Price?
    var contracts: Contracts?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "tradeId": id = try json.textIfAny()
      case "instId": try json.requireInstrument(instrument)
      case "side": side = try json.orderSide()
      case "price": price = try json.price(bounds)
      case "size": contracts = try json.contracts(bounds)
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    return MarketTrade(
      tradeID: TradeID(try json.require(id, "tradeId")), instrument: instrument,
      takerSide: try json.require(side, "side"), price: try json.require(price, "price"),
      contracts: try json.require(contracts, "size"), exchangeTime: try json.require(time, "ts"))
  }

  /// Reads a candle of trades, nine columns. Source: BloFin REST, GET Candlesticks.
  ///
  /// `ts, open, high, low, close, vol (contracts), volCurrency (coins), volCurrencyQuote, confirm`.
  static func candle(
    _ json: inout JSONScanner, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> Candle {
    let (time, open, high, low, close) = try prices(&json, bounds)
    try json.requireElement()
    try json.skip()
    try json.requireElement()
    let volume = try json.coins()
    try json.requireElement()
    try json.skip()
    let isClosed = try confirmation(&json)
    let candle = Candle(
      openTime: time, open: open, high: high, low: low, close: close, volume: volume,
      isClosed: isClosed)
    guard candle.isConsistent, high.notionalIfInRange(of: volume, .towardZero) != nil else {
      throw json.problem(.unknownValue("prices that contradict each other"))
    }
    return candle
  }

  /// Reads a candle of mark prices, six columns: its close is the mark price now.
  ///
  /// There is no other stream of mark prices. The row has the bar's open, not the time of the
  /// price: that is when it came, within the bar.
  static func mark(
    _ json: inout JSONScanner, of instrument: InstrumentID, _ bounds: InstrumentBounds,
    at now: Timestamp
  ) throws(JSONProblem) -> MarkPrice {
    let (opened, _, _, _, close) = try prices(&json, bounds)
    _ = try confirmation(&json)
    return MarkPrice(
      instrument: instrument, markPrice: close, indexPrice: nil,
      exchangeTime: max(opened, min(now, opened + TimeFrame.oneMinute.span)))
  }

  /// Reads a funding rate. Source: BloFin REST, GET Funding Rate, and WebSocket.
  static func funding(
    _ json: inout JSONScanner, of instrument: InstrumentID
  ) throws(JSONProblem) -> FundingRate {
    var rate: Rate?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": try json.requireInstrument(instrument)
      case "fundingRate": rate = try json.rate()
      case "fundingTime": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    let known = try json.require(rate, "fundingRate")
    guard known.magnitude <= 1 else { throw json.problem(.unknownValue(known.description)) }
    return FundingRate(
      instrument: instrument, rate: known, nextFundingTime: try json.require(time, "fundingTime"))
  }

  /// Reads when a row was stated.
  static func statedTime(_ json: inout JSONScanner) throws(JSONProblem) -> Timestamp {
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == "ts" { time = try json.timestamp(.either) } else { try json.skip() }
    }
    return try json.require(time, "ts")
  }

  private static func prices(
    _ json: inout JSONScanner, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> (Timestamp, Price, Price, Price, Price) {
    try json.beginArray()
    try json.requireElement()
    let time = try json.timestamp(.either)
    try json.requireElement()
    let open = try json.price(bounds)
    try json.requireElement()
    let high = try json.price(bounds)
    try json.requireElement()
    let low = try json.price(bounds)
    try json.requireElement()
    let close = try json.price(bounds)
    return (time, open, high, low, close)
  }

  /// Reads the last column and leaves the row; columns that a later version adds are skipped.
  private static func confirmation(_ json: inout JSONScanner) throws(JSONProblem) -> Bool {
    try json.requireElement()
    let word = try json.textIfAny()
    guard word == "0" || word == "1" else {
      throw json.problem(.unknownValue(word ?? "nothing as the bar's state"))
    }
    try json.skipRestOfArray()
    return word == "1"
  }
}

nonisolated extension JSONScanner {
  /// Reads the name of an instrument, which must be the one that the message is about.
  mutating func requireInstrument(_ instrument: InstrumentID) throws(JSONProblem) {
    let name = try string()
    guard name == instrument.text else { throw problem(.unknownValue(String(name))) }
  }

  /// Reads a side; an unknown word fails the message.
  mutating func orderSide() throws(JSONProblem) -> OrderSide {
    let word = try string()
    switch word {
    case "buy": return .buy
    case "sell": return .sell
    default: throw problem(.unknownValue(String(word)))
    }
  }

  /// Reads a size that is missing where there is no price either.
  mutating func contractsOrNone(_ bounds: InstrumentBounds) throws(JSONProblem) -> Contracts {
    guard let contracts: Contracts = try numberIfPresent(.either) else { return .zero }
    guard !contracts.isNegative, contracts <= bounds.contracts else {
      throw problem(.unknownValue(contracts.description))
    }
    return contracts
  }
}
