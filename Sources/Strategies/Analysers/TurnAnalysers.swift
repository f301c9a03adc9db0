import MarketData
import Trading
import Units

/// The wave trend (10, 21, 4): a crossing of the fast line over the slow one while the slow one is
/// oversold, at −53 or below, is 1; a crossing under it while overbought, at 53 or above, is −1.
///
/// It fades evenly to nothing over eight candles, and ends when the lines cross back.
struct WaveAnalyser: Analyser {
  /// Where it is overbought; the negative is oversold.
  static let level: Estimate = 53
  /// Over how many candles a crossing fades.
  static let life = 8

  private var wave = WaveTrend()
  private var value: WaveTrend.Value?
  private var crossing: Fading?

  var warmUp: Int { wave.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    let before = value
    value = wave.update(bar)
    crossing?.age += 1
    guard let before, let value else { return }
    if before.fast <= before.slow, value.fast > value.slow {
      let isOversold = value.slow <= -Self.level
      crossing = isOversold ? Fading(score: 1, text: "crossed up, oversold") : nil
    } else if before.fast >= before.slow, value.fast < value.slow {
      let isOverbought = value.slow >= Self.level
      crossing = isOverbought ? Fading(score: -1, text: "crossed down, overbought") : nil
    }
    if let age = crossing?.age, age >= Self.life { crossing = nil }
  }

  func score(at price: Price) -> Estimate? {
    value.map { _ in crossing?.score(over: Self.life) ?? 0 }
  }

  func facts(at price: Price) -> String {
    let lines = value.map { "wave \($0.fast.shown), signal \($0.slow.shown)" } ?? "—"
    return "\(crossing?.told ?? "no crossing"), \(lines)"
  }
}

/// Divergences of the price from the relative strength (14): tops of the index above its middle,
/// bottoms below it, two candles on each side, at most sixty apart (``DivergenceDetector``).
///
/// A bullish one is 1 and a hidden bullish one a half when it is known, the bearish ones the
/// negatives; the newest counts, and fades evenly to nothing over ten candles.
struct DivergenceAnalyser: Analyser {
  /// Over how many candles a divergence fades.
  static let life = 10

  private var strength = RSI(14)
  private var detector = DivergenceDetector(topLevel: 50, bottomLevel: 50)
  private var value: Estimate?
  private var newest: Fading?

  var warmUp: Int { strength.warmUp + detector.warmUp + 1 }

  mutating func update(_ candle: Candle, _ bar: Bar) {
    newest?.age += 1
    if let age = newest?.age, age >= Self.life { newest = nil }
    guard let rsi = strength.update(bar.close) else { return }
    let input = DivergenceDetector.Input(high: bar.high, low: bar.low, oscillator: rsi)
    guard let found = detector.update(input) else { return }
    value = rsi
    if let last = found.last { newest = Self.fading(last.kind) }
  }

  func score(at price: Price) -> Estimate? {
    value.map { _ in newest?.score(over: Self.life) ?? 0 }
  }

  func facts(at price: Price) -> String {
    "\(newest?.told ?? "none"), RSI \(value?.shown ?? "—")"
  }

  private static func fading(_ kind: Divergence.Kind) -> Fading {
    switch kind {
    case .bullish: Fading(score: 1, text: "bullish")
    case .hiddenBullish: Fading(score: 0.5, text: "hidden bullish")
    case .bearish: Fading(score: -1, text: "bearish")
    case .hiddenBearish: Fading(score: -0.5, text: "hidden bearish")
    }
  }
}
