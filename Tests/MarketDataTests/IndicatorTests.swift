import MarketData
import TestSupport
import Testing
import Trading
import Units

/// Indicators against their definitions, and streaming against batch.
@Suite struct IndicatorTests {
  @Test(arguments: Seeds.first(12))
  func `averages are those of the definition`(_ seed: UInt64) {
    let closes = DrawnBars.draw(400, seed: seed).map(\.close)
    #expect(difference(SMA(20).batch(closes), Definition.means(closes, 20)) == nil)
    #expect(difference(EMA(26).batch(closes), Definition.exponential(closes, 26)) == nil)
    #expect(difference(WilderAverage(14).batch(closes), Definition.wilder(closes, 14)) == nil)
    #expect(difference(SMA(1).batch(closes), closes) == nil)
    #expect(difference(EMA(1).batch(closes), closes) == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `momentum is that of the definition`(_ seed: UInt64) {
    let bars = DrawnBars.draw(400, seed: seed)
    let closes = bars.map(\.close)
    #expect(difference(RSI().batch(closes), Definition.strength(closes, 14)) == nil)
    #expect(
      difference(
        RateOfChange().batch(closes),
        Definition.windows(closes, 11) { 100 * ($0[$0.endIndex - 1] / $0[$0.startIndex] - 1) })
        == nil)
    let slow = Definition.exponential(closes, 26)
    let fast = Definition.exponential(Array(closes[14...]), 12)
    let line = zip(fast, slow).map { $0 - $1 }
    let signal = Definition.exponential(line, 9)
    let found = MACD().batch(closes)
    #expect(difference(found.map(\.line), Array(line[8...])) == nil)
    #expect(difference(found.map(\.signal), signal) == nil)
    #expect(
      difference(found.map(\.histogram), zip(line[8...], signal).map { $0 - $1 }, within: 1e-8)
        == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `ranges and bands are those of the definition`(_ seed: UInt64) {
    let bars = DrawnBars.draw(400, seed: seed)
    let closes = bars.map(\.close)
    #expect(
      difference(ATR().batch(bars), Definition.wilder(Definition.trueRanges(bars), 14)) == nil)
    let bands = BollingerBands().batch(closes)
    let deviations = Definition.windows(closes, 20, Definition.deviation)
    #expect(difference(bands.map(\.middle), Definition.means(closes, 20)) == nil)
    // A flat window leaves a trace of rounding, about a hundred-millionth of the price.
    #expect(difference(bands.map(\.reach), deviations.map { 2 * $0 }, within: 1e-3) == nil)
    #expect(
      difference(
        bands.map(\.upper), zip(Definition.means(closes, 20), deviations).map { $0 + 2 * $1 },
        within: 1e-8) == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `oscillators are those of the definition`(_ seed: UInt64) {
    let bars = DrawnBars.draw(400, seed: seed)
    let places = Definition.places(bars, 14)
    let k = Definition.means(places, 3)
    let found = Stochastic().batch(bars)
    #expect(difference(found.map(\.k), Array(k[2...])) == nil)
    #expect(difference(found.map(\.d), Definition.means(k, 3)) == nil)
    #expect(difference(WilliamsR().batch(bars), places.map { $0 - 100 }) == nil)
    let strength = Definition.strength(bars.map(\.close), 14)
    let flat = strength.map { Bar(open: $0, high: $0, low: $0, close: $0, volume: 0) }
    let fast = StochasticRSI(smoothing: 1).batch(bars.map(\.close))
    #expect(
      difference(
        fast.map(\.k), Array(Definition.places(flat, 14)[2...]), within: 1e-6) == nil)
    let typical = bars.map { ($0.high + $0.low + $0.close) / 3 }
    let cci = Definition.windows(typical, 20) { window in
      let mean = Definition.mean(window)
      let deviation = Definition.mean(ArraySlice(window.map { abs($0 - mean) }))
      return deviation < 1e-9 ? 0 : (window[window.endIndex - 1] - mean) / (0.015 * deviation)
    }
    #expect(difference(CCI().batch(bars), cci) == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `volume figures are those of the definition`(_ seed: UInt64) {
    let bars = DrawnBars.draw(400, seed: seed)
    let typical = bars.map { ($0.high + $0.low + $0.close) / 3 }
    let flows = zip(zip(typical.dropFirst(), typical), bars.dropFirst()).map { prices, bar in
      (prices.0 > prices.1 ? 1.0 : prices.0 < prices.1 ? -1 : 0) * prices.0 * bar.volume
    }
    let mfi = Definition.windows(flows, 14) { window in
      let up = window.reduce(0) { $0 + max($1, 0) }
      let total = window.reduce(0) { $0 + abs($1) }
      return total > 0 ? 100 * up / total : 50
    }
    #expect(difference(MFI().batch(bars), mfi) == nil)
    let location = bars.map { bar in
      bar.high > bar.low ? (2 * bar.close - bar.high - bar.low) / (bar.high - bar.low) : 0
    }
    let money = zip(location, bars).map { $0 * $1.volume }
    let pairs = Array(zip(money, bars.map(\.volume)))
    let chaikin = Definition.windows(pairs, 20) { window in
      let volume = window.reduce(0) { $0 + $1.1 }
      return volume > 0 ? window.reduce(0) { $0 + $1.0 } / volume : 0
    }
    #expect(difference(ChaikinMoneyFlow().batch(bars), chaikin) == nil)
    var obv = [bars[0].volume]
    for (bar, before) in zip(bars.dropFirst(), bars) {
      let sign: Double = bar.close > before.close ? 1 : bar.close < before.close ? -1 : 0
      obv.append(obv[obv.count - 1] + sign * bar.volume)
    }
    #expect(difference(OBV().batch(bars), obv) == nil)
  }

  @Test(arguments: Seeds.first(12))
  func `every indicator has its first output when its warm-up is over`(_ seed: UInt64) {
    let bars = DrawnBars.draw(150, seed: seed)
    func check<I: Indicator>(_ indicator: I, _ inputs: [I.Input], _ warmUp: Int) {
      #expect(indicator.warmUp == warmUp, "\(I.self)")
      var copy = indicator
      for (index, input) in inputs.enumerated() {
        let output = copy.update(input)
        #expect((output != nil) == (index >= warmUp), "\(I.self) at \(index)")
      }
    }
    let closes = bars.map(\.close)
    check(SMA(20), closes, 19)
    check(EMA(26), closes, 25)
    check(WilderAverage(14), closes, 13)
    check(RSI(), closes, 14)
    check(MACD(), closes, 33)
    check(BollingerBands(), closes, 19)
    check(RateOfChange(), closes, 10)
    check(StochasticRSI(), closes, 31)
    check(ATR(), bars, 14)
    check(DirectionalIndex(), bars, 14)
    check(ADX(), bars, 27)
    check(Stochastic(), bars, 17)
    check(Stochastic(smoothing: 1), bars, 15)
    check(WilliamsR(), bars, 13)
    check(CCI(), bars, 19)
    check(MFI(), bars, 14)
    check(OBV(), bars, 0)
    check(ChaikinMoneyFlow(), bars, 19)
    check(MoneyFlowArea(), bars, 59)
    check(WaveTrend(), bars, 41)
    check(DualBandStrength(), bars, 59)
    check(VWAP(), bars.enumerated().map { Self.timed($1, $0) }, 0)
    check(
      DivergenceDetector(),
      bars.map { DivergenceDetector.Input(high: $0.high, low: $0.low, oscillator: $0.close) }, 4)
  }

  @Test(arguments: Seeds.first(12))
  func `streaming and batch agree to the last bit, wherever the series is cut`(_ seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let bars = DrawnBars.draw(300, seed: seed)
    let closes = bars.map(\.close)
    func check<I: Indicator>(
      _ indicator: I, _ inputs: [I.Input], _ figures: (I.Output) -> [Double]
    ) {
      let whole = indicator.batch(inputs).flatMap(figures).map(\.bitPattern)
      let cut = random.below(inputs.count)
      var streaming = indicator
      var found: [UInt64] = []
      for input in inputs[..<cut] {
        if let output = streaming.update(input) { found += figures(output).map(\.bitPattern) }
      }
      found += streaming.batch(inputs[cut...]).flatMap(figures).map(\.bitPattern)
      #expect(found == whole, "\(I.self)")
    }
    check(SMA(20), closes) { [$0] }
    check(EMA(26), closes) { [$0] }
    check(RSI(), closes) { [$0] }
    check(MACD(), closes) { [$0.line, $0.signal, $0.histogram] }
    check(BollingerBands(), closes) { [$0.middle, $0.upper, $0.lower] }
    check(RateOfChange(), closes) { [$0] }
    check(StochasticRSI(), closes) { [$0.k, $0.d] }
    check(ATR(), bars) { [$0] }
    check(ADX(), bars) { [$0.strength, $0.direction.plus, $0.direction.minus] }
    check(Stochastic(), bars) { [$0.k, $0.d] }
    check(WilliamsR(), bars) { [$0] }
    check(CCI(), bars) { [$0] }
    check(MFI(), bars) { [$0] }
    check(OBV(), bars) { [$0] }
    check(ChaikinMoneyFlow(), bars) { [$0] }
    check(MoneyFlowArea(), bars) { [$0] }
    check(WaveTrend(), bars) { [$0.fast, $0.slow] }
    check(DualBandStrength(), bars) { [Double($0.bulls), Double($0.bears)] }
    check(VWAP(), bars.enumerated().map { Self.timed($1, $0) }) { [$0.price, $0.deviation] }
  }

  @Test(arguments: Seeds.first(12))
  func `a series by columns gives the same figures to the last bit`(_ seed: UInt64) {
    let bars = DrawnBars.draw(300, seed: seed)
    let columns = BarColumns(bars)
    #expect(Array(columns) == bars)
    #expect(columns.closes == bars.map(\.close))
    #expect(ATR().batch(columns) == ATR().batch(bars))
    #expect(ADX().batch(columns) == ADX().batch(bars))
    #expect(MFI().batch(columns) == MFI().batch(bars))
  }

  @Test(arguments: Seeds.first(12))
  func `oscillators stay within their bounds`(_ seed: UInt64) {
    let bars = DrawnBars.draw(1_000, seed: seed)
    let closes = bars.map(\.close)
    let slack = 1e-9
    let percent = -slack...100 + slack
    #expect(RSI().batch(closes).allSatisfy { percent.contains($0) })
    #expect(
      Stochastic().batch(bars).allSatisfy { percent.contains($0.k) && percent.contains($0.d) })
    #expect(StochasticRSI().batch(closes).allSatisfy { percent.contains($0.k) })
    #expect(MFI().batch(bars).allSatisfy { percent.contains($0) })
    #expect(ADX().batch(bars).allSatisfy { percent.contains($0.strength) })
    #expect(WilliamsR().batch(bars).allSatisfy { percent.contains(-$0) })
    #expect(ChaikinMoneyFlow().batch(bars).allSatisfy { (-1...1).contains($0) })
    #expect(BollingerBands().batch(closes).allSatisfy { $0.lower <= $0.upper })
    #expect(CCI().batch(bars).allSatisfy { $0.isFinite })
    #expect(WaveTrend().batch(bars).allSatisfy { $0.fast.isFinite && $0.slow.isFinite })
  }

  @Test func `a market that does not move is in the middle`() {
    let bars = Array(
      repeating: Bar(open: 7, high: 7, low: 7, close: 7, volume: 0), count: 120)
    let closes = bars.map(\.close)
    #expect(Set(RSI().batch(closes)) == [50])
    #expect(Set(StochasticRSI().batch(closes)) == Set(Stochastic().batch(bars)))
    #expect(Stochastic().batch(bars).allSatisfy { agree($0.k, 50) && agree($0.d, 50) })
    #expect(Set(WilliamsR().batch(bars)) == [-50])
    #expect(Set(MFI().batch(bars)) == [50])
    #expect(Set(CCI().batch(bars)) == [0])
    #expect(Set(ADX().batch(bars).map(\.strength)) == [0])
    #expect(Set(ATR().batch(bars)) == [0])
    #expect(Set(BollingerBands().batch(closes).map(\.reach)) == [0])
    #expect(Set(WaveTrend().batch(bars).map(\.fast)) == [0])
    #expect(Set(MoneyFlowArea().batch(bars)) == [0])
  }

  @Test func `the wave trend of a market that has come to rest goes to the middle`() {
    let moved = DrawnBars.draw(60, seed: 5)
    let rest = Array(
      repeating: Bar(open: 0.1, high: 0.1, low: 0.1, close: 0.1, volume: 1), count: 600)
    let last = WaveTrend().batch(moved + rest).last
    #expect(abs(last?.fast ?? 1) < 1e-6)
    #expect(abs(last?.slow ?? 1) < 1e-6)
  }

  @Test func `an absurd price leaves no trace once it has left the window`() {
    var closes = DrawnBars.draw(200, seed: 3).map(\.close)
    let clean = closes
    closes[50] = 1e20
    #expect(
      difference(Array(SMA(20).batch(closes)[70...]), Array(SMA(20).batch(clean)[70...])) == nil)
    #expect(
      difference(
        Array(BollingerBands().batch(closes)[70...].map(\.upper)),
        Array(BollingerBands().batch(clean)[70...].map(\.upper))) == nil)
  }

  @Test func `the relative strength of a published example`() {
    // Source: StockCharts ChartSchool, "Relative Strength Index", its closes to two places.
    let closes = [
      44.34, 44.09, 44.15, 43.61, 44.33, 44.83, 45.10, 45.42, 45.84, 46.08, 45.89, 46.03, 45.61,
      46.28, 46.28, 46.00, 46.03, 46.41, 46.22, 45.64, 46.21, 46.25,
    ]
    let published = [70.46, 66.25, 66.48, 69.35, 66.29, 57.92, 62.88, 63.21]
    #expect(difference(RSI().batch(closes), published, within: 1e-4) == nil)
  }

  @Test func `a session's average starts anew at its boundary`() {
    let first = Bar(open: 10, high: 12, low: 9, close: 12, volume: 1)
    let second = Bar(open: 12, high: 24, low: 18, close: 21, volume: 3)
    var vwap = VWAP()
    #expect(vwap.update(Self.timed(first, 0))?.price == 11)
    let both = vwap.update(Self.timed(second, 1))
    #expect(both?.price == 18.5)
    #expect(agree(both?.deviation ?? 0, (0.25 * 7.5 * 7.5 + 0.75 * 2.5 * 2.5).squareRoot()))
    // A bar of the next day, without any trade yet and then with one.
    let idle = Bar(open: 30, high: 30, low: 30, close: 30, volume: 0)
    #expect(vwap.update(Self.timed(idle, 24 * 60))?.price == 30)
    #expect(vwap.update(Self.timed(first, 24 * 60 + 1))?.price == 11)
  }

  @Test(arguments: ["94321.5", "0.00001234", "-17", "0", "123456789012.000000000000000001"])
  func `a number becomes the nearest double or its neighbor`(_ text: String) throws {
    let expected = try #require(Double(text))
    let found = Double(try Price(text: text))
    #expect(found == expected || found == expected.nextUp || found == expected.nextDown)
  }

  /// A bar at the start of a minute counted from a midnight.
  private static func timed(_ bar: Bar, _ minute: Int) -> VWAP.Input {
    VWAP.Input(
      bar, openTime: Timestamp(year: 2026, month: 3, day: 30) + .minutes(Int64(minute)))
  }
}
