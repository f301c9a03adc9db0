import MarketData
import Trading
import Units

/// The fast exponential average (50) against the slow one (200): 1 above it, −1 below, 0 where they
/// are equal but for rounding.
struct TrendAnalyser: Analyser {
  private var fast = EMA(50)
  private var slow = EMA(200)
  private var values: (fast: Estimate, slow: Estimate)?

  var warmUp: Int { slow.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    let (quick, calm) = (fast.update(bar.close), slow.update(bar.close))
    values = quick.flatMap { quick in calm.map { (quick, $0) } }
  }

  func score(at price: Price) -> Estimate? {
    values.map { ($0.fast - $0.slow).sign(beyondNoiseOf: $0.slow) }
  }

  func facts(at price: Price) -> String {
    values.map { "EMA(50) \($0.fast.shown), EMA(200) \($0.slow.shown)" } ?? "—"
  }
}

/// The MACD's histogram (12, 26, 9): 1 above zero, −1 below, 0 at zero but for rounding.
struct MomentumAnalyser: Analyser {
  private var average = MACD()
  private var histogram: Estimate?
  private var close: Estimate = 0

  var warmUp: Int { average.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    close = bar.close
    histogram = average.update(bar.close)?.histogram
  }

  func score(at price: Price) -> Estimate? {
    histogram.map { $0.sign(beyondNoiseOf: close) }
  }

  func facts(at price: Price) -> String { "MACD histogram \(histogram?.shown ?? "—")" }
}

/// Chaikin's money flow over 20 candles: full at a tenth.
struct FlowAnalyser: Analyser {
  private var flow = ChaikinMoneyFlow(20)
  private var value: Estimate?

  var warmUp: Int { flow.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) { value = flow.update(bar) }

  func score(at price: Price) -> Estimate? { value.map { ($0 * 10).bounded } }

  func facts(at price: Price) -> String { "money flow \(value?.shown ?? "—")" }
}

/// The relative strength (14): its distance from the middle, full at twenty.
struct StrengthAnalyser: Analyser {
  private var strength = RSI(14)
  private var value: Estimate?

  var warmUp: Int { strength.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) { value = strength.update(bar.close) }

  func score(at price: Price) -> Estimate? { value.map { (($0 - 50) / 20).bounded } }

  func facts(at price: Price) -> String { "RSI \(value?.shown ?? "—")" }
}

/// The twelve momentum readings of the dual band (``DualBandStrength``): those that speak for the
/// bulls minus those that speak for the bears, as a share of all.
struct BandsAnalyser: Analyser {
  private var strength = DualBandStrength()
  private var value: DualBandStrength.Value?

  var warmUp: Int { strength.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) { value = strength.update(bar) }

  func score(at price: Price) -> Estimate? { value?.balance }

  func facts(at price: Price) -> String {
    value.map {
      "\($0.bulls) readings for the bulls, \($0.bears) for the bears, of "
        + "\(DualBandStrength.readingCount)"
    } ?? "—"
  }
}
