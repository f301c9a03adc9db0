import MarketData
import Trading
import Units

/// What is looked at of one instrument, by the message that brings it.
struct AlertWatch: Sendable {
  /// A reading and its slot.
  struct Line: Sendable {
    let reading: AlertReading
    let slot: Int
  }

  /// The zones of a time frame, for rules that ask whether the price is in one.
  struct ZoneWatch: Sendable {
    let timeFrame: TimeFrame
    let slot: Int
    var detector = ZoneDetector()
    var newestAt: Timestamp?
  }

  let instrument: InstrumentID
  var tickerLines: [Line] = []
  var markLines: [Line] = []
  var fundingLines: [Line] = []
  var candleLines: [Line] = []
  var positionLines: [Line] = []
  var clockLines: [Line] = []
  var windows: [PriceWindow] = []
  var windowLines: [(line: Line, window: Int)] = []
  var zones: [ZoneWatch] = []
  /// When anything about it last came.
  var heardAt: Timestamp?
  /// The last gap in its stream; candles that were open then are not relied on.
  var gapAt: Timestamp?
  var lastTicker: Ticker?
  var lastMark: MarkPrice?
  var lastFunding: FundingRate?

  init(_ instrument: InstrumentID) { self.instrument = instrument }

  mutating func add(_ line: Line) {
    let reading = line.reading
    switch reading.kind {
    case .last, .bid, .ask, .spread, .move24h, .high24h, .low24h, .volume24h:
      tickerLines.append(line)
    case .mark, .index: markLines.append(line)
    case .funding: fundingLines.append(line)
    case .fundingIn, .age: clockLines.append(line)
    case .move, .high, .low:
      guard let span = reading.window else { return }
      let window = windows.firstIndex { $0.span == span } ?? windows.count
      if window == windows.count { windows.append(PriceWindow(span)) }
      windowLines.append((line, window))
    case .close, .volume, .volumeRatio, .rsi, .ema, .sma, .atr: candleLines.append(line)
    case .zone:
      guard let timeFrame = reading.timeFrame else { return }
      zones.append(ZoneWatch(timeFrame: timeFrame, slot: line.slot))
    case .position, .pnl, .pnlPercent, .pnlR, .liquidationPercent, .liquidationPrice,
      .liquidationATR, .naked, .unproven:
      positionLines.append(line)
    case .openInterest, .equity, .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown,
      .clockSkew, .halted:
      break
    }
  }

  /// The value that a ticker has for a reading; nil when it does not tell it.
  static func value(_ kind: ReadingKind, in ticker: Ticker) -> Fixed? {
    switch kind {
    case .last: ticker.lastPrice.value
    case .bid: ticker.bidPrice?.value
    case .ask: ticker.askPrice?.value
    case .spread: spread(ticker)
    case .move24h: percent(ticker.lastPrice.value, over: ticker.openPrice24h.value)
    case .high24h: ticker.highPrice24h.value
    case .low24h: ticker.lowPrice24h.value
    case .volume24h: ticker.baseVolume24h.value
    case .mark, .index, .funding, .fundingIn, .openInterest, .age, .move, .high, .low, .close,
      .volume, .volumeRatio, .rsi, .ema, .sma, .atr, .zone, .position, .pnl, .pnlPercent, .pnlR,
      .liquidationPercent, .liquidationPrice, .liquidationATR, .naked, .unproven, .equity,
      .dayPnL, .dayLossUsed, .marginUsed, .drawdown, .linkDown, .clockSkew, .halted:
      nil
    }
  }

  /// How far a number is from another, in hundredths of that one.
  static func percent(_ number: Fixed, over base: Fixed) -> Fixed? {
    (number - base).times(100).dividedIfPossible(by: base, .nearestOrEven)
  }

  private static func spread(_ ticker: Ticker) -> Fixed? {
    guard let bid = ticker.bidPrice, let ask = ticker.askPrice else { return nil }
    let middle = (bid + ask).value.divided(by: 2, .nearestOrEven)
    return (ask - bid).value.times(100).dividedIfPossible(by: middle, .nearestOrEven)
  }
}
