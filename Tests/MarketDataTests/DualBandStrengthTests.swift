import MarketData
import TestSupport
import Testing
import Trading
import Units

/// The count of momentum readings for either side.
struct DualBandStrengthTests {
  @Test(arguments: Seeds.first(12))
  func `each side counts the readings on its side of their middle`(_ seed: UInt64) {
    let bars = DrawnBars.draw(200, seed: seed)
    let closes = bars.map(\.close)
    let averages = zip(MACD().batch(closes), closes.dropFirst(33))
    // Each as its distance from its middle in its own scale.
    let readings: [[Double]] = [
      RSI(14).batch(closes).map { ($0 - 50) / 100 },
      MFI(14).batch(bars).map { ($0 - 50) / 100 },
      WilliamsR(14).batch(bars).map { ($0 + 50) / 100 },
      CCI(20).batch(bars).map { $0 / 100 },
      RateOfChange(10).batch(closes).map { $0 / 100 },
      averages.map { $0.line / $1 },
      averages.map { $0.histogram / $1 },
      MoneyFlowArea(60).batch(bars).map { $0 / 150 },
      Stochastic().batch(bars).map { ($0.k - $0.d) / 100 },
      StochasticRSI().batch(closes).map { ($0.k - $0.d) / 100 },
      WaveTrend().batch(bars).map { ($0.fast - $0.slow) / 100 },
      DirectionalIndex(14).batch(bars).map { ($0.plus - $0.minus) / 100 },
    ]
    let counts = (59..<bars.count).map { place in
      let now = readings.map { $0[$0.count - (bars.count - place)] }
      return DualBandStrength.Value(
        bulls: now.count { $0 > 1e-12 }, bears: now.count { $0 < -1e-12 })
    }
    #expect(DualBandStrength().batch(bars) == counts)
  }

  //           /
  //         /      every candle rises by more than the one before
  //  ___ /
  @Test func `a rise that quickens is for the bulls, its mirror for the bears`() {
    let rise = (0..<80).map { place -> Bar in
      let (open, close) = (1_000 + Double(place * place), 1_000 + Double((place + 1) * (place + 1)))
      return Bar(open: open, high: close + 1, low: open - 1, close: close, volume: 1)
    }
    let fall = rise.map {
      Bar(
        open: 20_000 - $0.open, high: 20_000 - $0.low, low: 20_000 - $0.high,
        close: 20_000 - $0.close, volume: 1)
    }
    let told = [rise, fall].map { DualBandStrength().batch($0).last }
    // The relative strength stays at its end, which leaves its stochastic in the middle; the fast
    // wave trend stands a little below the slow one.
    #expect(
      told == [
        DualBandStrength.Value(bulls: 10, bears: 1), DualBandStrength.Value(bulls: 1, bears: 10),
      ])
  }

  @Test func `a market that never moved is for neither`() {
    // The averages of a tenth differ in their last digits.
    let still = Array(
      repeating: Bar(open: 0.1, high: 0.1, low: 0.1, close: 0.1, volume: 1), count: 200)
    let neither = DualBandStrength.Value(bulls: 0, bears: 0)
    #expect(DualBandStrength().batch(still) == Array(repeating: neither, count: 141))
    #expect(neither.balance == 0)
    #expect(DualBandStrength.Value(bulls: 3, bears: 9).balance == -0.5)
  }
}
