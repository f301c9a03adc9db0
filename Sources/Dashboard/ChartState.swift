import MarketData
import Trading
import Units

/// How the chart is drawn and which part of it.
struct ChartState: Sendable, Equatable {
  /// How a candle is drawn.
  enum Drawing: Int, Sendable, CaseIterable {
    /// Bodies and wicks to half a cell.
    case candles
    /// The closing prices as a line of dots.
    case line
    /// The closing prices as columns to half a cell.
    case columns

    var label: String {
      switch self {
      case .candles: "candles"
      case .line: "line"
      case .columns: "columns"
      }
    }
  }

  var timeFrame = TimeFrame.oneMinute
  var drawing = Drawing.candles
  /// How many candles before the newest the crosshair stands; nil without one.
  var cursor: Int?

  /// Goes to the next longer or shorter time frame; stops at both ends.
  mutating func changeTimeFrame(by step: Int) {
    let all = TimeFrame.allCases
    guard let place = all.firstIndex(of: timeFrame) else { return }
    timeFrame = all[min(max(0, place + step), all.count - 1)]
    cursor = nil
  }

  mutating func changeDrawing() {
    let all = Drawing.allCases
    guard let place = all.firstIndex(of: drawing) else { return }
    drawing = all[(place + 1) % all.count]
  }

  /// Moves the crosshair into the past (positive) or toward the present, where it vanishes.
  mutating func moveCursor(by step: Int, count: Int) {
    guard count > 0 else { return }
    let next = (cursor ?? (step > 0 ? -1 : 0)) + step
    cursor = next < 0 ? nil : min(next, count - 1)
  }
}

extension Market {
  /// The candles of a time frame with the last price worked into the newest, oldest first.
  ///
  /// A frame that is read and not streamed would otherwise stand still between two readings.
  ///
  /// Returns at most the `newest` closed ones and those after them; all by default.
  func chartCandles(
    _ timeFrame: TimeFrame, at now: Timestamp, newest: Int = .max
  ) -> [Candle] {
    guard let series = series(timeFrame) else { return [] }
    var candles = Array(series.closed.suffix(newest))
    guard let last = lastPrice, ticker.map({ $0.value.exchangeTime <= now }) ?? false else {
      if let open = series.open { candles.append(open) }
      return candles
    }
    let start = timeFrame.openTime(of: now)
    if let open = series.open, open.openTime == start {
      candles.append(
        Candle(
          openTime: start, open: open.open, high: max(open.high, last), low: min(open.low, last),
          close: last, volume: open.volume, isClosed: false))
    } else {
      if let open = series.open { candles.append(open) }
      guard let newest = candles.last, newest.openTime < start else { return candles }
      candles.append(
        Candle(
          openTime: start, open: newest.close, high: max(newest.close, last),
          low: min(newest.close, last), close: last, volume: .zero, isClosed: false))
    }
    return candles
  }
}
