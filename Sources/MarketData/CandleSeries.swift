import Trading
import Units

/// The candles of one instrument and time frame: closed ones in a bounded list, the open one apart.
///
/// The open candle changes with every trade, the closed ones once per time frame: a copy held by a
/// screen therefore costs nothing until a candle closes. Signals read ``closed`` only.
public struct CandleSeries: Sendable, Equatable {
  /// What became of a candle that came in.
  public enum Change: Sendable, Hashable {
    /// The open candle changed.
    case updated
    /// A candle closed; the last of ``CandleSeries/closed``.
    case closed
    /// A closed candle was corrected or a missing one filled in.
    case revised
    /// It was older than the list reaches, a repeat, or not a candle of this frame.
    case ignored
  }

  /// A closed candle whose own last word never came.
  public struct Unconfirmed: Sendable, Equatable {
    /// When it opened.
    public let openTime: Timestamp
    /// When a stream last told of it, by our clock; nil when none did.
    public let heardAt: Timestamp?
  }

  /// The length of a candle.
  public let timeFrame: TimeFrame
  private let span: TimeSpan
  /// The candles that will not change any more, oldest first.
  public private(set) var closed: RecentList<Candle>
  /// The candle that still changes, nil before the first one.
  public private(set) var open: Candle?
  /// The candle that the first word about its successor closed; nil where the last one that closed
  /// ended by its own word.
  public private(set) var unconfirmed: Unconfirmed?
  /// When a stream last told of the open candle, by our clock; nil when none did.
  public private(set) var openHeardAt: Timestamp?
  /// How many candles are missing between the closed ones.
  public var missingCount: Int {
    zip(closed, closed.dropFirst()).reduce(0) { count, pair in
      let distance = (pair.1.openTime - pair.0.openTime).milliseconds
      return count + max(0, Int(distance / span.milliseconds) - 1)
    }
  }

  /// Makes an empty series.
  public init(_ timeFrame: TimeFrame, capacity: Int) {
    self.timeFrame = timeFrame
    span = timeFrame.span
    closed = RecentList(capacity: capacity)
  }

  /// The newest candle, open or closed.
  public var last: Candle? { open ?? closed.last }

  /// Takes a candle of a stream, new or changed, and notes when the open one was told of.
  mutating func hear(_ candle: Candle, at now: Timestamp) -> Change {
    let before = open
    let change = apply(candle)
    if change == .closed {
      unconfirmed = before.flatMap { before in
        before.openTime < candle.openTime
          ? Unconfirmed(openTime: before.openTime, heardAt: openHeardAt) : nil
      }
    }
    if let open {
      if open.openTime == candle.openTime { openHeardAt = now }
    } else {
      openHeardAt = nil
    }
    return change
  }

  /// Takes a candle, new or changed (fault case B11).
  public mutating func apply(_ candle: Candle) -> Change {
    guard fits(candle) else { return .ignored }
    if let open {
      if candle.openTime == open.openTime { return begin(candle) }
      if candle.openTime > open.openTime {
        // The first push of the next candle closes this one: its own last push may never come.
        close(open)
        _ = begin(candle)
        return .closed
      }
      return revise(candle)
    }
    if !closed.isEmpty, candle.openTime <= closed[closed.count - 1].openTime {
      return revise(candle)
    }
    return begin(candle)
  }

  /// Whether a candle can be one of this series.
  private func fits(_ candle: Candle) -> Bool {
    guard candle.isConsistent else { return false }
    // One that follows the last one at once begins where it should.
    if !closed.isEmpty, candle.openTime - closed[closed.count - 1].openTime == span { return true }
    return timeFrame.openTime(of: candle.openTime) == candle.openTime
  }

  /// Whether the candles of a stretch come behind the closed ones, each on a place of this frame.
  func isFollowed(by stretch: CandleStretch) -> Bool {
    guard open == nil, !closed.isEmpty, stretch.isSound else { return false }
    let last = closed[closed.count - 1].openTime
    let next = Timestamp(milliseconds: stretch.rows[stretch.rows.startIndex].openTime)
    return next - last == span || next > last && timeFrame.openTime(of: next) == next
  }

  /// Takes the first candles of a stretch that follows the closed ones and is consistent.
  mutating func append(_ stretch: CandleStretch, count: Int) {
    for place in 0..<count { close(stretch.candle(place)) }
  }

  /// Takes candles of the past, oldest first, and merges them with what is there.
  public mutating func merge(_ candles: [Candle]) {
    var fresh: [Candle] = []
    fresh.reserveCapacity(closed.count + candles.count)
    var newestOpen = open
    for candle in candles {
      guard candle.isConsistent, timeFrame.openTime(of: candle.openTime) == candle.openTime else {
        continue
      }
      if candle.isClosed {
        fresh.append(candle)
      } else if newestOpen.map({ candle.openTime > $0.openTime }) ?? true {
        newestOpen = candle
      }
    }
    // What came by stream comes after what was read, and wins where both know as much.
    fresh.append(contentsOf: closed)
    let ordered = fresh.indices.sorted {
      (fresh[$0].openTime, $0) < (fresh[$1].openTime, $1)
    }
    var byTime: [Candle] = []
    byTime.reserveCapacity(fresh.count)
    for position in ordered {
      guard let former = byTime.last, former.openTime == fresh[position].openTime else {
        byTime.append(fresh[position])
        continue
      }
      // The volume of a candle only grows: one that a lost connection cut short has less of it.
      if fresh[position].volume >= former.volume { byTime[byTime.count - 1] = fresh[position] }
    }
    if let candidate = newestOpen, let newest = byTime.last, candidate.openTime <= newest.openTime {
      newestOpen = nil
    }
    closed.replace(with: byTime)
    open = newestOpen
  }

  private mutating func begin(_ candle: Candle) -> Change {
    guard candle.isClosed else {
      open = candle
      return .updated
    }
    open = nil
    close(candle)
    return .closed
  }

  private mutating func close(_ candle: Candle) {
    closed.append(candle.isClosed ? candle : candle.asClosed)
  }

  private mutating func revise(_ candle: Candle) -> Change {
    guard let oldest = closed.first, candle.openTime >= oldest.openTime else { return .ignored }
    let final = candle.asClosed
    for position in closed.indices.reversed() {
      if closed[position].openTime == candle.openTime {
        guard candle.isClosed, closed[position] != final else { return .ignored }
        closed[position] = final
        return .revised
      }
      if closed[position].openTime < candle.openTime { break }
    }
    guard candle.isClosed else { return .ignored }
    merge([final])
    return .revised
  }
}

extension Candle {
  /// The same candle, closed.
  public var asClosed: Candle {
    Candle(
      openTime: openTime, open: open, high: high, low: low, close: close, volume: volume,
      isClosed: true)
  }
}
