import Trading
import Units

/// Tickers that are sent in a mass, as after a stall or by a market in turmoil.
struct Flood {
  /// The most that are sent in one turn of the clock: well below what may wait for a slow client.
  static let burst: Int64 = 5_000

  /// Whose ticker it is.
  let instrument: InstrumentID
  /// How many are still to be sent.
  private(set) var left: Int64
  private let count: Int64
  private let perSecond: Int64?
  private let start: Timestamp

  /// States a flood; without a pace it comes in bursts, one each turn.
  init(_ instrument: InstrumentID, count: Int64, perSecond: Int64?, from start: Timestamp) {
    self.instrument = instrument
    self.count = count
    self.perSecond = perSecond
    self.start = start
    left = count
  }

  /// Returns how many are due, and counts them as sent.
  mutating func due(at now: Timestamp) -> Int64 {
    var due = left
    if let perSecond {
      due = min(count, (now - start).milliseconds * perSecond / 1_000) - (count - left)
    }
    // Each turn sends what is queued; the clock may have been set back.
    due = max(0, min(due, Self.burst))
    left -= due
    return due
  }
}
