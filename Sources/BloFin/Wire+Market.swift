import JSONText
import Trading
import Units

/// Reads market data. Each function takes one row, as REST and the streams give it.
nonisolated enum MarketRows {
  /// Reads a ticker. Source: BloFin REST, GET Tickers, and WebSocket, Tickers Channel.
  static func ticker(
    _ json: inout JSONScanner, of subject: Subject, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> Ticker {
    var found = TickerFields()
    var last = Price.zero
    var lastSize = Contracts.zero
    var bid: Price?
    var bidSize = Contracts.zero
    var ask: Price?
    var askSize = Contracts.zero
    var open = Price.zero
    var high = Price.zero
    var low = Price.zero
    var volume = BaseAmount.zero
    var time = Timestamp.earliestPlausible
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": try json.requireInstrument(subject)
      case "last":
        last = try json.price(bounds)
        found.insert(.last)
      case "lastSize":
        lastSize = try json.contracts(bounds)
        found.insert(.lastSize)
      case "askPrice": ask = try json.priceIfAny(bounds)
      case "askSize": askSize = try json.contractsOrNone(bounds)
      case "bidPrice": bid = try json.priceIfAny(bounds)
      case "bidSize": bidSize = try json.contractsOrNone(bounds)
      case "open24h":
        open = try json.price(bounds)
        found.insert(.open)
      case "high24h":
        high = try json.price(bounds)
        found.insert(.high)
      case "low24h":
        low = try json.price(bounds)
        found.insert(.low)
      case "volCurrency24h":
        volume = try json.coins()
        found.insert(.volume)
      case "ts":
        time = try json.timestamp(.either)
        found.insert(.time)
      default: try json.skip()
      }
    }
    guard found == .all else {
      throw json.problem(.missing("last, lastSize, open24h, high24h, low24h, volCurrency24h or ts"))
    }
    guard InstrumentBounds.canMultiply(last.value, volume.value) else {
      throw json.problem(.number(.outOfRange))
    }
    return Ticker(
      instrument: subject.instrument, lastPrice: last, lastContracts: lastSize, bidPrice: bid,
      bidContracts: bidSize, askPrice: ask, askContracts: askSize, openPrice24h: open,
      highPrice24h: high, lowPrice24h: low, baseVolume24h: volume, exchangeTime: time)
  }

  /// Reads a trade of the tape. Source: BloFin WebSocket, Trades Channel.
  static func trade(
    _ json: inout JSONScanner, of subject: Subject, _ bounds: InstrumentBounds
  ) throws(JSONProblem) -> MarketTrade {
    var id: TradeID?
    var side: OrderSide?
    var price: Price?
    var contracts: Contracts?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "tradeId": id = try json.nameIfAny()
      case "instId": try json.requireInstrument(subject)
      case "side": side = try json.orderSide()
      case "price": price = try json.price(bounds)
      case "size": contracts = try json.contracts(bounds)
      case "ts": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    return MarketTrade(
      tradeID: try json.require(id, "tradeId"), instrument: subject.instrument,
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
    guard candle.isConsistent, InstrumentBounds.canMultiply(high.value, volume.value) else {
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
    _ json: inout JSONScanner, of subject: Subject
  ) throws(JSONProblem) -> FundingRate {
    var rate: Rate?
    var time: Timestamp?
    try json.beginObject()
    while let key = try json.nextKey() {
      switch key {
      case "instId": try json.requireInstrument(subject)
      case "fundingRate": rate = try json.rate()
      case "fundingTime": time = try json.timestamp(.either)
      default: try json.skip()
      }
    }
    let known = try json.require(rate, "fundingRate")
    guard known.magnitude <= 1 else { throw json.problem(.unknownValue(known.description)) }
    return FundingRate(
      instrument: subject.instrument, rate: known,
      nextFundingTime: try json.require(time, "fundingTime"))
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

/// The fields of a ticker that must be there.
private nonisolated struct TickerFields: OptionSet {
  let rawValue: UInt8
  static let last = TickerFields(rawValue: 1)
  static let lastSize = TickerFields(rawValue: 2)
  static let open = TickerFields(rawValue: 4)
  static let high = TickerFields(rawValue: 8)
  static let low = TickerFields(rawValue: 16)
  static let volume = TickerFields(rawValue: 32)
  static let time = TickerFields(rawValue: 64)
  static let all = TickerFields(rawValue: 127)
}

nonisolated extension JSONScanner {
  /// Reads the name of an instrument, which must be the one that the message is about.
  mutating func requireInstrument(_ subject: Subject) throws(JSONProblem) {
    let name = try string()
    guard subject.isNamed(name) else { throw problem(.unknownValue(String(name))) }
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
