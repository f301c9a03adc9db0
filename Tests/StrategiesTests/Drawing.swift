import Strategies
import Trading
import Units

/// Candles drawn in whole units: open, high, low, close.
typealias Row = (open: Int, high: Int, low: Int, close: Int)

/// A market that is drawn candle by candle, from Thursday 1970-01-01 00:00 on.
struct Drawing {
  let frame: TimeFrame
  private(set) var candles: [Candle] = []

  init(_ frame: TimeFrame) { self.frame = frame }

  /// When the next candle opens.
  var nextAt: Timestamp {
    candles.last.map { $0.openTime + frame.span } ?? Timestamp(milliseconds: 0)
  }

  /// Draws candles, one after the other.
  mutating func draw(_ rows: [Row], volume: BaseAmount = 10) {
    for row in rows {
      candles.append(
        Candle(
          openTime: nextAt, open: Price(Fixed(row.open)), high: Price(Fixed(row.high)),
          low: Price(Fixed(row.low)), close: Price(Fixed(row.close)), volume: volume,
          isClosed: true))
    }
  }

  /// Draws coarse candles, each as so many fine ones: the first holds the wicks, the last the body.
  mutating func draw(_ rows: [Row], inParts count: Int) {
    for row in rows {
      let still: Row = (row.open, row.open, row.open, row.open)
      draw([(row.open, row.high, row.low, row.open)] + Array(repeating: still, count: count - 2))
      draw([(row.open, max(row.open, row.close), min(row.open, row.close), row.close)])
    }
  }

  /// Leaves out so many candles.
  mutating func skip(_ count: Int) {
    guard let last = candles.popLast() else { return }
    let moved = Int64(count) * frame.span.milliseconds
    let openTime = Timestamp(milliseconds: last.openTime.milliseconds + moved)
    candles.append(
      Candle(
        openTime: openTime, open: last.open, high: last.high, low: last.low, close: last.close,
        volume: last.volume, isClosed: true))
  }
}

extension Strategy {
  /// Takes drawn candles at their closes and returns what was wished at each.
  mutating func take(
    _ candles: some Collection<Candle>, of frame: TimeFrame, held: PositionSide? = nil,
    enteredAt: Timestamp? = nil, cost: Rate = .zero
  ) -> [[Wish]] {
    candles.map { candle in
      candleClosed(
        candle, frame,
        in: StrategyContext(
          held: held, price: candle.close, tickSize: "0.1", roundTripCost: cost,
          enteredAt: enteredAt))
    }
  }

  /// The line of the explanation that tells of a condition or a note; nil when none does.
  func line(_ text: String) -> String? { why().lines.first { $0.contains(text) } }
}
