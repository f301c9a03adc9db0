import MarketData
import Trading
import Units

/// Series drawn at random, with flat stretches, gaps and bars without volume.
enum DrawnBars {
  static func draw(_ count: Int, seed: UInt64) -> [Bar] {
    var random = SeededRandom(seed: seed)
    func share() -> Double { Double(random.next() >> 11) * 0x1p-53 }
    var bars: [Bar] = []
    var price = 1_000 + share() * 99_000
    var flat = 0
    for _ in 0..<count {
      if flat > 0 {
        flat -= 1
        bars.append(Bar(open: price, high: price, low: price, close: price, volume: 0))
        continue
      }
      if random.oneIn(60) { flat = random.below(30) }
      if random.oneIn(40) { price *= 0.9 + share() * 0.2 }
      let open = price
      let reach = price * 0.004
      price = max(1, price + (share() - 0.5) * 2 * reach)
      bars.append(
        Bar(
          open: open, high: max(open, price) + share() * reach,
          low: max(0.5, min(open, price) - share() * reach), close: price, volume: share() * 500))
    }
    return bars
  }

  /// The same as candles of a minute each, prices and volumes in tenths.
  static func candles(_ count: Int, seed: UInt64) -> [Candle] {
    func tenths(_ number: Double) -> Fixed {
      Fixed(Int((number * 10).rounded())).divided(by: 10, .nearestOrEven)
    }
    return draw(count, seed: seed).enumerated().map { place, bar in
      Candle(
        openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: Price(tenths(bar.open)),
        high: Price(tenths(bar.high)), low: Price(tenths(bar.low)),
        close: Price(tenths(bar.close)), volume: BaseAmount(tenths(bar.volume)), isClosed: true)
    }
  }
}

/// The definitions written out over whole windows: slow, and with no memory to go wrong.
enum Definition {
  static func mean(_ values: ArraySlice<Double>) -> Double {
    values.reduce(0, +) / Double(values.count)
  }

  /// Applies a function to each window of `period` values.
  static func windows<Value, Result>(
    _ values: [Value], _ period: Int, _ body: (ArraySlice<Value>) -> Result
  ) -> [Result] {
    guard values.count >= period else { return [] }
    return (period...values.count).map { body(values[($0 - period)..<$0]) }
  }

  static func deviation(_ values: ArraySlice<Double>) -> Double {
    let center = mean(values)
    return mean(ArraySlice(values.map { ($0 - center) * ($0 - center) })).squareRoot()
  }

  static func average(_ values: [Double], _ period: Int, step: Double) -> [Double] {
    guard values.count >= period else { return [] }
    var result = [mean(values[..<period])]
    for value in values[period...] {
      result.append((1 - step) * result[result.count - 1] + step * value)
    }
    return result
  }

  static func exponential(_ values: [Double], _ period: Int) -> [Double] {
    average(values, period, step: 2 / Double(period + 1))
  }

  static func wilder(_ values: [Double], _ period: Int) -> [Double] {
    average(values, period, step: 1 / Double(period))
  }

  static func changes(_ values: [Double]) -> [Double] {
    zip(values.dropFirst(), values).map { $0 - $1 }
  }

  static func strength(_ values: [Double], _ period: Int) -> [Double] {
    let gains = wilder(changes(values).map { max($0, 0) }, period)
    let losses = wilder(changes(values).map { max(-$0, 0) }, period)
    return zip(gains, losses).map { gain, loss in
      gain + loss == 0 ? 50 : loss == 0 ? 100 : 100 - 100 / (1 + gain / loss)
    }
  }

  static func trueRanges(_ bars: [Bar]) -> [Double] {
    zip(bars.dropFirst(), bars).map { bar, before in
      [bar.high - bar.low, abs(bar.high - before.close), abs(bar.low - before.close)].max() ?? 0
    }
  }

  /// The place of the close in the window's range, 0 through 100; 50 without range.
  static func places(_ bars: [Bar], _ period: Int) -> [Double] {
    windows(bars, period) { window in
      let high = window.map(\.high).max() ?? 0
      let low = window.map(\.low).min() ?? 0
      let close = window.last?.close ?? 0
      return high - low > 1e-11 * high ? 100 * (close - low) / (high - low) : 50
    }
  }

  static func means(_ values: [Double], _ period: Int) -> [Double] { windows(values, period, mean) }
}

/// Whether two numbers agree within a share of the larger, or of one for small numbers.
func agree(_ left: Double, _ right: Double, within share: Double = 1e-9) -> Bool {
  abs(left - right) <= share * max(1, abs(left), abs(right))
}

/// Returns where two series first differ, in words; nil when they agree.
func difference(_ found: [Double], _ expected: [Double], within share: Double = 1e-9) -> String? {
  guard found.count == expected.count else {
    return "\(found.count) values instead of \(expected.count)"
  }
  for (index, (left, right)) in zip(found, expected).enumerated()
  where !agree(left, right, within: share) {
    return "value \(index): \(left) instead of \(right)"
  }
  return nil
}
