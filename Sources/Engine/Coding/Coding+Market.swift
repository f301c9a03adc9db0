import Trading
import Units

extension Instrument.Status: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .live: writer.putByte(0)
    case .suspended: writer.putByte(1)
    case .other(let text):
      writer.putByte(2)
      writer.put(text)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .live
    case 1: self = .suspended
    case 2: self = .other(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}

extension Instrument: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(id)
    writer.put(baseCurrency)
    writer.put(quoteCurrency)
    writer.put(contractValue)
    writer.put(tickSize)
    writer.put(lotSize)
    writer.put(minimumContracts)
    writer.put(maximumLimitContracts)
    writer.put(maximumMarketContracts)
    writer.put(maximumLeverage)
    writer.put(status)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let instrument = Instrument(
      id: try reader.get(), baseCurrency: try reader.get(), quoteCurrency: try reader.get(),
      contractValue: try reader.get(), tickSize: try reader.get(), lotSize: try reader.get(),
      minimumContracts: try reader.get(), maximumLimitContracts: try reader.get(),
      maximumMarketContracts: try reader.get(), maximumLeverage: try reader.get(),
      status: try reader.get())
    guard let instrument else { throw .invalidValue(at: reader.position) }
    self = instrument
  }
}

extension PositionTier: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(minimumContracts)
    writer.put(maximumContracts)
    writer.put(maintenanceMarginRate)
    writer.put(maximumLeverage)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      minimumContracts: try reader.get(), maximumContracts: try reader.get(),
      maintenanceMarginRate: try reader.get(), maximumLeverage: try reader.get())
  }
}

extension Ticker: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(lastPrice)
    writer.put(lastContracts)
    writer.put(bidPrice)
    writer.put(bidContracts)
    writer.put(askPrice)
    writer.put(askContracts)
    writer.put(openPrice24h)
    writer.put(highPrice24h)
    writer.put(lowPrice24h)
    writer.put(baseVolume24h)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), lastPrice: try reader.get(), lastContracts: try reader.get(),
      bidPrice: try reader.get(), bidContracts: try reader.get(), askPrice: try reader.get(),
      askContracts: try reader.get(), openPrice24h: try reader.get(),
      highPrice24h: try reader.get(), lowPrice24h: try reader.get(),
      baseVolume24h: try reader.get(), exchangeTime: try reader.get())
  }
}

extension CandleStep: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(timeFrame)
    writer.put(candle)
    writer.put(price)
    writer.put(slippage)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), timeFrame: try reader.get(), candle: try reader.get(),
      price: try reader.get(), slippage: try reader.get())
  }
}

extension BookLevel: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(price)
    writer.put(contracts)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(price: try reader.get(), contracts: try reader.get())
  }
}

extension BookUpdate: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(kind == .snapshot)
    writer.put(bids)
    writer.put(asks)
    writer.put(sequence)
    writer.put(previousSequence)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), kind: (try reader.get() as Bool) ? .snapshot : .delta,
      bids: try reader.get(), asks: try reader.get(), sequence: try reader.get(),
      previousSequence: try reader.get(), exchangeTime: try reader.get())
  }
}

extension MarketTrade: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(tradeID)
    writer.put(instrument)
    writer.put(takerSide == .buy)
    writer.put(price)
    writer.put(contracts)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      tradeID: try reader.get(), instrument: try reader.get(),
      takerSide: (try reader.get() as Bool) ? .buy : .sell, price: try reader.get(),
      contracts: try reader.get(), exchangeTime: try reader.get())
  }
}

extension Candle: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(openTime)
    writer.put(open)
    writer.put(high)
    writer.put(low)
    writer.put(close)
    writer.put(volume)
    writer.put(isClosed)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      openTime: try reader.get(), open: try reader.get(), high: try reader.get(),
      low: try reader.get(), close: try reader.get(), volume: try reader.get(),
      isClosed: try reader.get())
  }
}

extension MarkPrice: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(markPrice)
    writer.put(indexPrice)
    writer.put(exchangeTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), markPrice: try reader.get(), indexPrice: try reader.get(),
      exchangeTime: try reader.get())
  }
}

extension FundingRate: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    writer.put(instrument)
    writer.put(rate)
    writer.put(nextFundingTime)
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    self.init(
      instrument: try reader.get(), rate: try reader.get(), nextFundingTime: try reader.get())
  }
}

extension MarketEvent: BinaryCodable {
  func encode(into writer: inout ByteWriter) {
    switch self {
    case .instruments(let instruments):
      writer.putByte(0)
      writer.put(instruments)
    case .tiers(let instrument, let mode, let tiers):
      writer.putByte(1)
      writer.put(instrument)
      writer.put(mode)
      writer.put(tiers)
    case .ticker(let ticker):
      writer.putByte(2)
      writer.put(ticker)
    case .book(let update):
      writer.putByte(3)
      writer.put(update)
    case .bookGap(let instrument):
      writer.putByte(4)
      writer.put(instrument)
    case .trade(let trade):
      writer.putByte(5)
      writer.put(trade)
    case .candle(let instrument, let timeFrame, let candle):
      writer.putByte(6)
      writer.put(instrument)
      writer.put(timeFrame)
      writer.put(candle)
    case .candles(let instrument, let timeFrame, let candles):
      writer.putByte(7)
      writer.put(instrument)
      writer.put(timeFrame)
      writer.put(candles)
    case .mark(let mark):
      writer.putByte(8)
      writer.put(mark)
    case .funding(let funding):
      writer.putByte(9)
      writer.put(funding)
    case .step(let step):
      writer.putByte(10)
      writer.put(step)
    }
  }
  init(from reader: inout ByteReader) throws(EventCodingProblem) {
    let tag = try reader.getByte()
    switch tag {
    case 0: self = .instruments(try reader.get())
    case 1: self = .tiers(try reader.get(), try reader.get(), try reader.get())
    case 2: self = .ticker(try reader.get())
    case 3: self = .book(try reader.get())
    case 4: self = .bookGap(try reader.get())
    case 5: self = .trade(try reader.get())
    case 6: self = .candle(try reader.get(), try reader.get(), try reader.get())
    case 7: self = .candles(try reader.get(), try reader.get(), try reader.get())
    case 8: self = .mark(try reader.get())
    case 9: self = .funding(try reader.get())
    case 10: self = .step(try reader.get())
    default: throw .unknownCase(tag, at: reader.position - 1)
    }
  }
}
