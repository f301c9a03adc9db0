import MarketData
import Trading
import Units

/// A part of an agreement: looks at closed candles and says how much they speak for a side.
protocol Analyser: Sendable {
  /// How many candles it must have seen before it has a score.
  var warmUp: Int { get }

  /// Takes a candle that has closed.
  mutating func update(_ candle: Candle, _ bar: Bar)

  /// Returns −1 (short) through 1 (long) at the price that can be traded at now; nil during the
  /// warm-up.
  func score(at price: Price) -> Estimate?

  /// Returns what the score is made of, with live values.
  func facts(at price: Price) -> String
}

extension Estimate {
  /// The number within −1 through 1.
  var bounded: Estimate { max(-1, min(1, self)) }

  /// Its sign: 1, −1, or 0 where it is no more than rounding leaves of differences of numbers as
  /// large as `scale`.
  func sign(beyondNoiseOf scale: Estimate) -> Estimate {
    guard abs(self) > 1e-12 * abs(scale) else { return 0 }
    return self > 0 ? 1 : -1
  }
}

/// Something that happened a while ago and counts less with each candle.
struct Fading: Sendable {
  /// What it counted when it happened.
  let score: Estimate
  /// What happened, in words.
  let text: String
  /// How many candles have closed since.
  var age = 0

  /// What it counts now, going down evenly to nothing after so many candles.
  func score(over candles: Int) -> Estimate {
    score * Estimate(max(0, candles - age)) / Estimate(candles)
  }

  /// What happened and when, in words.
  var told: String { age == 0 ? "\(text) now" : "\(text) \(age) candle\(age == 1 ? "" : "s") ago" }
}
