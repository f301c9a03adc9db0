import Trading
import Units

/// The volume profiles of two sessions: of the one that goes on and of the one before it.
///
/// Sessions of a length follow each other from 1970 UTC on, moved by an offset: by default the days
/// from 00:00 UTC. A candle belongs to the session in which it opened. The profile of the session
/// that goes on is the ``VolumeProfile`` of its closed candles so far, to the last bit; it grows
/// with each of them and begins anew with the next session. That of the session before does not
/// change any more. It is known when the session right before was seen from its start on: its first
/// candle opened with it, or a candle of an earlier session was seen.
///
/// At most as many candles are kept as a session has minutes, the newest of them. A candle within
/// the prices of the session so far is added to its rows; one beyond them lets all rows be made
/// anew.
public struct SessionProfile: Sendable {
  /// The length of a session.
  public let session: TimeSpan
  /// What sessions are moved by.
  public let offset: TimeSpan
  /// How many rows each profile has.
  public let rowCount: Int
  /// When the session that goes on began; nil before the first candle.
  public private(set) var startedAt: Timestamp?
  /// The profile of the session before; nil while it is not known, and where nothing was traded.
  public private(set) var previous: VolumeProfile?
  /// Whether the session before was seen from its start on.
  public private(set) var isPreviousKnown = false
  private var isSeenFromStart = false
  private var newestAt: Timestamp?
  private var bars: RecentList<Bar>
  private var rows: VolumeRows?

  /// Makes profiles that have seen nothing; the length and the count of rows are above zero.
  public init(session: TimeSpan = .days(1), offset: TimeSpan = .zero, rowCount: Int = 24) {
    precondition(session > .zero && rowCount > 0, "a session has a length, a profile has rows")
    self.session = session
    self.offset = offset
    self.rowCount = rowCount
    let minutes = session.milliseconds / TimeSpan.minutes(1).milliseconds
    bars = RecentList(capacity: max(1, Int(minutes)))
  }

  /// The profile of the session that goes on; nil before the first candle and while nothing was
  /// traded in it. Costs as much as it has rows.
  public var current: VolumeProfile? { rows.flatMap { VolumeProfile($0) } }

  /// The share of the session that was over when its newest candle opened, 0 through 1; 0 before
  /// the first candle.
  public var shareOver: Estimate {
    guard let startedAt, let newestAt else { return 0 }
    return Estimate((newestAt - startedAt).milliseconds) / Estimate(session.milliseconds)
  }

  /// Takes a candle that has closed; candles come in order.
  public mutating func update(_ candle: Candle) {
    let start = candle.openTime.start(of: session, offset: offset)
    if start != startedAt { begin(at: start, candle) }
    newestAt = candle.openTime
    let bar = Bar(candle)
    let isFull = bars.count == bars.capacity
    bars.append(bar)
    if !isFull, rows?.spans(bar) == true {
      rows?.add(bar)
    } else {
      rows = VolumeRows(bars, rowCount: rowCount)
    }
  }

  private mutating func begin(at start: Timestamp, _ candle: Candle) {
    let last = startedAt
    isPreviousKnown = isSeenFromStart && last.map { $0 + session == start } ?? false
    previous = isPreviousKnown ? current : nil
    isSeenFromStart = last != nil || candle.openTime == start
    startedAt = start
    bars.removeAll()
    rows = nil
  }
}
