import TestSupport
import Testing
import Units

@testable import MarketData

/// Divergences between price and oscillator, each drawn out.
@Suite struct IndicatorDivergenceTests {
  /// Lows fall from 100 to 95 while the oscillator's bottoms rise from −60 to −50.
  ///
  /// ```
  ///  oscillator  −40 −50 −60 −50 −40 −30 −40 −50 −40 −30
  ///  low         105 102 100 101 103 104 100  95  98 101
  ///                       ^ first             ^ second, known two bars later
  /// ```
  @Test func `a lower low with a weaker bottom is bullish`() {
    let oscillator: [Double] = [-40, -50, -60, -50, -40, -30, -40, -50, -40, -30]
    let lows: [Double] = [105, 102, 100, 101, 103, 104, 100, 95, 98, 101]
    let found = Self.run(oscillator, lows: lows)
    let expected = Divergence(
      .bullish, first: .init(bar: 2, price: 100, oscillator: -60),
      second: .init(bar: 7, price: 95, oscillator: -50))
    #expect(found[9] == [expected])
    #expect(found.filter { $0.key != 9 && !$0.value.isEmpty }.isEmpty)
  }

  @Test func `each pair of directions has its kind`() {
    let examples: [(Divergence.Kind?, top: Bool, price: Double, oscillator: Double)] = [
      (.bearish, true, 1, -1), (.hiddenBearish, true, -1, 1), (nil, true, 1, 1),
      (nil, true, -1, -1),
      (.bullish, false, -1, 1), (.hiddenBullish, false, 1, -1), (nil, false, 1, 1),
      (nil, false, -1, -1), (nil, true, 0, 1), (nil, false, 1, 0),
    ]
    for example in examples {
      let sign: Double = example.top ? 1 : -1
      let first = 50.0
      let second = 50 + sign * example.oscillator * 5
      let shape = [0, first / 2, first, first / 2, 0, second / 2, second, second / 2, 0]
      let prices = [0, 0, 0, 0, 0, 0, example.price * 3, 0, 0].map { 100 + $0 }
      let found = Self.run(shape.map { $0 * sign }, highs: prices, lows: prices)
      // Only the second turning point of the wanted sort can complete a pair.
      let kinds = (found[8] ?? []).map(\.kind)
      #expect(kinds == (example.0.map { [$0] } ?? []), "\(example)")
    }
  }

  @Test func `turning points too far apart are not compared`() {
    let near = Self.peaks(distance: 20)
    let far = Self.peaks(distance: 21)
    #expect(
      Self.run(near.0, highs: near.1, reach: 20).values.flatMap { $0 }.map(\.kind) == [.bearish])
    #expect(Self.run(far.0, highs: far.1, reach: 20).values.flatMap { $0 } == [])
  }

  @Test func `turning points short of the level do not count`() {
    let peaks = Self.peaks(distance: 10)
    #expect(Self.run(peaks.0, highs: peaks.1, topLevel: 40).values.joined().count == 1)
    #expect(Self.run(peaks.0, highs: peaks.1, topLevel: 46).values.joined().isEmpty)
  }

  @Test(arguments: Seeds.first(20))
  func `every divergence is one by its own numbers`(_ seed: UInt64) {
    let bars = DrawnBars.draw(600, seed: seed)
    let strength = RSI().batch(bars.map(\.close))
    let shown = Array(bars[14...])
    let found = Self.run(strength, highs: shown.map(\.high), lows: shown.map(\.low))
    for (known, divergences) in found {
      for divergence in divergences {
        let (first, second) = (divergence.first, divergence.second)
        let tops: Set<Divergence.Kind> = [.bearish, .hiddenBearish]
        let rising: Set<Divergence.Kind> = [.bearish, .hiddenBullish]
        let isTop = tops.contains(divergence.kind)
        #expect(known == second.bar + 2)
        #expect(second.bar - first.bar <= 60)
        for pivot in [first, second] {
          let bar = shown[pivot.bar]
          #expect(pivot.price == (isTop ? bar.high : bar.low))
          #expect(pivot.oscillator == strength[pivot.bar])
          for near in [-2, -1, 1, 2] {
            let other = strength[pivot.bar + near]
            #expect(isTop ? other < pivot.oscillator : other > pivot.oscillator)
          }
        }
        let priceRose = second.price > first.price
        #expect(priceRose == rising.contains(divergence.kind))
        #expect(priceRose != (second.oscillator > first.oscillator))
      }
    }
    #expect(found.values.contains { !$0.isEmpty })
  }

  /// Two tops, the second a little lower in the oscillator and higher in the price.
  private static func peaks(distance: Int) -> ([Double], [Double]) {
    let count = distance + 5
    var oscillator = (0..<count).map { Double($0 % 2) * 0.001 - Double($0) * 0.0001 }
    var highs = [Double](repeating: 100, count: count)
    for (position, value) in [(2, 50.0), (2 + distance, 45)] {
      oscillator[position] = value
      oscillator[position - 1] = value / 2
      oscillator[position + 1] = value / 2
    }
    // The steps between must not turn: they fall, then rise.
    for position in 4..<(1 + distance) {
      oscillator[position] = position < distance ? 10 - Double(position) * 0.1 : 9
    }
    highs[2 + distance] = 101
    return (oscillator, highs)
  }

  /// What comes out at each bar.
  private static func run(
    _ oscillator: [Double], highs: [Double]? = nil, lows: [Double]? = nil, reach: Int = 60,
    topLevel: Double = -.infinity
  ) -> [Int: [Divergence]] {
    var detector = DivergenceDetector(reach: reach, topLevel: topLevel)
    var result: [Int: [Divergence]] = [:]
    for (bar, value) in oscillator.enumerated() {
      let input = DivergenceDetector.Input(
        high: highs?[bar] ?? 1_000, low: lows?[bar] ?? 1, oscillator: value)
      if let found = detector.update(input) { result[bar] = found }
    }
    return result
  }
}
