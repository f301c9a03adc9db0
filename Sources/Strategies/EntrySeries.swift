import MarketData
import Trading
import Units

/// What the filters of entries look at, over the candles of one time frame.
struct EntrySeries: Sendable {
  /// The figures of one moment.
  struct Figures: Sendable {
    /// The relative strength over 14 candles, 0 through 100.
    let strength: Estimate
    /// The average true range of 14 candles.
    let range: Estimate
    /// The volume of the candle over the mean of twenty, its own included; zero without volume.
    let volume: Estimate
    /// The MACD's histogram; nil during its warm-up of 34 candles.
    let momentum: Estimate?
    /// The histogram one candle before.
    let momentumBefore: Estimate?
  }

  /// How many candles come before the first figures with a momentum and one before it.
  static let warmUp = 35

  private var strength = RSI(14)
  private var range = ATR(14)
  private var meanVolume = SMA(20)
  private var momentum = MACD()
  private var histogram: Estimate?

  /// Takes a closed candle; nil during the warm-up of 19 candles.
  mutating func update(_ candle: Candle) -> Figures? {
    let bar = Bar(candle)
    let before = histogram
    histogram = momentum.update(bar.close)?.histogram
    let (rsi, reach) = (strength.update(bar.close), range.update(bar))
    let mean = meanVolume.update(bar.volume)
    guard let rsi, let reach, let mean else { return nil }
    return Figures(
      strength: rsi, range: reach, volume: mean > 0 ? bar.volume / mean : 0, momentum: histogram,
      momentumBefore: before)
  }
}

/// Which way a coarse time frame goes: its last close against the exponential average of closes.
struct CoarseTrend: Sendable {
  /// How many closes the average stands for.
  static let period = 20

  /// The time frame.
  let timeFrame: TimeFrame
  private var average = EMA(period)
  private(set) var close: Estimate?
  private(set) var mean: Estimate?

  init(_ timeFrame: TimeFrame) { self.timeFrame = timeFrame }

  /// The side of the trend; nil while it is not known or the close is at the average.
  var side: PositionSide? {
    guard let close, let mean, abs(close - mean) > 1e-12 * mean else { return nil }
    return close > mean ? .long : .short
  }

  /// Takes a closed candle of the time frame.
  mutating func update(_ candle: Candle) {
    let last = Estimate(candle.close)
    close = last
    mean = average.update(last)
  }
}
