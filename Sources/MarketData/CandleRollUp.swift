import Trading
import Units

/// Makes candles of a coarser time frame from those of a finer one that divides it.
///
/// A coarse candle is closed by its last fine one. Where that never comes, the first fine candle of
/// a later period closes it. It is complete when every one of its fine candles came closed.
public struct CandleRollUp: Sendable, Equatable {
  /// A coarse candle and whether nothing of it is missing.
  public struct Rolled: Sendable, Hashable {
    /// The coarse candle as far as its fine ones are known.
    public let candle: Candle
    /// Whether all of its fine candles came and have closed.
    public let isComplete: Bool

    /// States a coarse candle.
    public init(_ candle: Candle, isComplete: Bool) {
      self.candle = candle
      self.isComplete = isComplete
    }
  }

  /// What a fine candle tells.
  public struct Update: Sendable, Hashable {
    /// The coarse candle before, closed and incomplete, when its last fine candle never came; else
    /// nil.
    public let late: Rolled?
    /// The coarse candle of the fine one, which counts although it may be open.
    public let current: Rolled

    /// States what a fine candle told.
    public init(late: Rolled?, current: Rolled) {
      self.late = late
      self.current = current
    }

    /// The coarse candles that the fine one closed, in order of time.
    @inlinable
    public func forEachClosed(_ body: (Rolled) -> Void) {
      if let late { body(late) }
      if current.candle.isClosed { body(current) }
    }
  }

  /// The frame that is made.
  public let timeFrame: TimeFrame
  /// The fine candles of the coarse one that is being made, but the newest, added up.
  private var settled: Candle?
  /// How many of them had closed.
  private var settledCount = 0
  private var newest: Candle?
  private let fineSpan: TimeSpan
  /// How many fine candles make a coarse one.
  private let share: Int

  /// Makes a roll-up; nil unless `fine` is shorter and divides `coarse`.
  public init?(from fine: TimeFrame, to coarse: TimeFrame) {
    guard fine.span < coarse.span, coarse.isMultiple(of: fine) else { return nil }
    timeFrame = coarse
    fineSpan = fine.span
    share = Int(coarse.span.milliseconds / fine.span.milliseconds)
  }

  /// Takes a fine candle in order of time and returns what it tells; nil for one that is older than
  /// the newest.
  public mutating func apply(_ fine: Candle) -> Update? {
    let start = timeFrame.openTime(of: fine.openTime)
    var late: Rolled?
    if let newest {
      if fine.openTime < newest.openTime { return nil }
      let begun = timeFrame.openTime(of: newest.openTime)
      if begun != start {
        if !isOver(newest, begun) {
          late = Rolled(sum(newest, begun, isClosed: true), isComplete: false)
        }
        settled = nil
        settledCount = 0
      } else if fine.openTime > newest.openTime {
        settled = sum(newest, start, isClosed: false)
        settledCount += newest.isClosed ? 1 : 0
      }
    }
    newest = fine
    let isClosed = isOver(fine, start)
    let current = sum(fine, start, isClosed: isClosed)
    return Update(
      late: late, current: Rolled(current, isComplete: isClosed && settledCount + 1 == share))
  }

  /// Whether a fine candle closes the coarse one that opened at `start`.
  private func isOver(_ fine: Candle, _ start: Timestamp) -> Bool {
    fine.isClosed && fine.openTime + fineSpan == start + timeFrame.span
  }

  /// The fine candles before and `last`, as one that opened at `openTime`.
  private func sum(_ last: Candle, _ openTime: Timestamp, isClosed: Bool) -> Candle {
    Candle(
      openTime: openTime, open: settled?.open ?? last.open,
      high: settled.map { max($0.high, last.high) } ?? last.high,
      low: settled.map { min($0.low, last.low) } ?? last.low, close: last.close,
      volume: settled.map { $0.volume + last.volume } ?? last.volume, isClosed: isClosed)
  }
}

extension TimeFrame {
  /// Whether so many candles of a frame make one of this: one of an equal frame does too.
  public func isMultiple(of fine: TimeFrame) -> Bool {
    span.milliseconds % fine.span.milliseconds == 0
  }
}
