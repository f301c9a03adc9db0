import Trading
import Units

/// What goes on from the last candle of a file, so that a file never holds two markets or a hole
/// that the exchange did not make.
public struct CandleSequel: Sendable, Hashable {
  /// The newest candle that the file holds; closed.
  public let last: Candle
  private let frame: TimeFrame

  /// The most candles of one reading.
  public static let limit = 50_000

  /// Goes on from a closed candle of this length.
  public init(from last: Candle, _ frame: TimeFrame) {
    self.last = last
    self.frame = frame
  }

  /// Returns how many candles to ask for so that the last one of the file is among them; throws
  /// when they are more than one reading takes.
  public func count(at now: Timestamp) throws(CandleSequelProblem) -> Int {
    let since = max(0, (now - last.openTime).milliseconds / frame.span.milliseconds)
    // One more than have begun by the clock here: that of the exchange may be ahead.
    guard since <= Int64(Self.limit - 2) else {
      throw .tooLong(from: last.openTime, count: since, limit: Self.limit)
    }
    return Int(since) + 2
  }

  /// Returns the closed candles behind the last one, of an answer in the order of time. They are
  /// of the same market only if the answer has the last candle too, with the same prices.
  public func fresh(in answer: [Candle]) throws(CandleSequelProblem) -> [Candle] {
    let fresh = answer.filter { $0.isClosed && $0.openTime > last.openTime }
    guard let found = answer.first(where: { $0.openTime == last.openTime }) else {
      guard let first = fresh.first else { return [] }
      throw .startsLater(last: last.openTime, first: first.openTime)
    }
    guard
      (found.open, found.high, found.low, found.close)
        == (last.open, last.high, last.low, last.close)
    else { throw .differs(kept: last, found: found) }
    return fresh
  }
}

/// Why candles do not go on from those of a file.
public enum CandleSequelProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// More candles have begun since the last one than one reading takes.
  case tooLong(from: Timestamp, count: Int64, limit: Int)
  /// The answer begins behind the last candle of the file.
  case startsLater(last: Timestamp, first: Timestamp)
  /// The last candle of the file has other prices in the answer.
  case differs(kept: Candle, found: Candle)

  public var description: String {
    switch self {
    case .tooLong(let from, let count, let limit):
      "its last candle is of \(Self.text(from)), \(count) candles ago, and one reading takes "
        + "\(limit): nothing was written. Name another file, or a longer --frame"
    case .startsLater(let last, let first):
      "its last candle is of \(Self.text(last)) and what was read begins at \(Self.text(first)), "
        + "so that it may be another market and would leave a hole: nothing was written. Name "
        + "another file"
    case .differs(let kept, let found):
      "holds another market: its candle of \(Self.text(kept.openTime)) closes at \(kept.close) "
        + "(high \(kept.high), low \(kept.low)), what was read at \(found.close) (high "
        + "\(found.high), low \(found.low)): nothing was written. Name another file"
    }
  }

  private static func text(_ moment: Timestamp) -> String {
    "\(moment.dateText) \(moment.timeText) UTC"
  }
}
