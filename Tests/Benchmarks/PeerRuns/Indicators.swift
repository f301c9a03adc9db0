import MarketData

/// Six indicators over made-up bars: bar by bar together, and each over the whole series.
enum Indicators {
  /// Updates six indicators bar by bar and reports the last value of each in millionths.
  static func together(_ count: Int) -> Report {
    let bars = bars(count)
    var last = SixIndicators()
    let seconds = medianSeconds(of: 9) {
      var six = SixIndicators()
      let taken = measure { for bar in bars { six.take(bar) } }
      last = six
      return taken
    }
    return Report(operations: count, seconds: seconds, found: last.found)
  }

  /// Each of the six over the whole series, as TA-Lib is asked for it.
  static let alone: [String: @Sendable (Int) -> Report] = [
    "rsi": { series($0) { bars in RSI(14).batch(bars.closes) } },
    "ema": { series($0) { bars in EMA(26).batch(bars.closes) } },
    "macd": { series($0) { bars in MACD().batch(bars.closes) { $0.histogram } } },
    "upper": { series($0) { bars in BollingerBands(20).batch(bars.closes) { $0.upper } } },
    "atr": { series($0) { bars in ATR(14).batch(bars.columns) } },
    "adx": { series($0) { bars in ADX(14).batch(bars.columns) { $0.strength } } },
  ]

  // TA-Lib is handed columns too.
  private struct Inputs {
    let columns: BarColumns
    let closes: [Double]
  }

  private static func series(_ count: Int, _ work: (Inputs) -> [Double]) -> Report {
    let columns = BarColumns(bars(count))
    let inputs = Inputs(columns: columns, closes: columns.closes)
    var last = 0.0
    let seconds = medianSeconds(of: 9) {
      measure { last = work(inputs).last ?? 0 }
    }
    return Report(
      operations: count, seconds: seconds, found: [("last", Int((last * 1e6).rounded()))])
  }

  private static func bars(_ count: Int) -> [Bar] {
    let table = SyntheticBars(count).table
    return table.rows.indices.map { Bar(table.candle($0)) }
  }
}

/// RSI, EMA, MACD, Bollinger bands, ATR and ADX together, as a strategy would update them.
private struct SixIndicators {
  private var rsi = RSI(14)
  private var ema = EMA(26)
  private var macd = MACD()
  private var bands = BollingerBands(20)
  private var atr = ATR(14)
  private var adx = ADX(14)
  private var values = (rsi: 0.0, ema: 0.0, macd: 0.0, upper: 0.0, atr: 0.0, adx: 0.0)

  mutating func take(_ bar: Bar) {
    if let value = rsi.update(bar.close) { values.rsi = value }
    if let value = ema.update(bar.close) { values.ema = value }
    if let value = macd.update(bar.close) { values.macd = value.histogram }
    if let value = bands.update(bar.close) { values.upper = value.upper }
    if let value = atr.update(bar) { values.atr = value }
    if let value = adx.update(bar) { values.adx = value.strength }
  }

  var found: [(name: String, value: Int)] {
    [
      ("rsi", values.rsi), ("ema", values.ema), ("macd", values.macd), ("upper", values.upper),
      ("atr", values.atr), ("adx", values.adx),
    ].map { ($0.0, Int(($0.1 * 1e6).rounded())) }
  }
}
