import Trading
import Units

/// Makes candles of a coarser time frame from those of a finer one that divides it.
///
/// Open fine candles count too: the coarse candle is complete up to the last push.
public struct CandleRollUp: Sendable, Equatable {
  /// The frame that is made.
  public let timeFrame: TimeFrame
  /// The fine candles of the coarse one that is being made, but the newest, added up.
  private var settled: Candle?
  private var newest: Candle?
  private let fineSpan: TimeSpan

  /// Makes a roll-up; nil unless `fine` is shorter and divides `coarse`.
  public init?(from fine: TimeFrame, to coarse: TimeFrame) {
    guard fine.span < coarse.span,
      coarse.span.milliseconds % fine.span.milliseconds == 0
    else { return nil }
    timeFrame = coarse
    fineSpan = fine.span
  }

  /// Takes a fine candle in order of time and returns the coarse candle as it stands; nil for one
  /// that is older than the newest.
  public mutating func apply(_ fine: Candle) -> Candle? {
    let start = timeFrame.openTime(of: fine.openTime)
    if let newest {
      if fine.openTime < newest.openTime { return nil }
      if timeFrame.openTime(of: newest.openTime) != start {
        settled = nil
      } else if fine.openTime > newest.openTime {
        settled =
          settled.map { Self.merged($0, newest, openTime: start, isClosed: false) } ?? newest
      }
    }
    newest = fine
    let isLast = fine.openTime + fineSpan == start + timeFrame.span
    let isClosed = fine.isClosed && isLast
    guard let settled else {
      return Self.merged(fine, nil, openTime: start, isClosed: isClosed)
    }
    return Self.merged(settled, fine, openTime: start, isClosed: isClosed)
  }

  private static func merged(
    _ first: Candle, _ second: Candle?, openTime: Timestamp, isClosed: Bool
  ) -> Candle {
    guard let second else {
      return Candle(
        openTime: openTime, open: first.open, high: first.high, low: first.low, close: first.close,
        volume: first.volume, isClosed: isClosed)
    }
    return Candle(
      openTime: openTime, open: first.open, high: max(first.high, second.high),
      low: min(first.low, second.low), close: second.close, volume: first.volume + second.volume,
      isClosed: isClosed)
  }
}
