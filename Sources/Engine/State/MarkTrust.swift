import Trading
import Units

/// Which mark prices can be believed: those of which a second one came after a gap.
///
/// The first after a gap may be what the exchange had queued, and what a position and the account
/// are worth goes by it.
struct MarkTrust: Sendable {
  private struct Stream: Sendable {
    var count: Int
    var at: Timestamp
  }

  /// How long an instrument may be silent before its next mark counts as the first after a gap.
  let silence: TimeSpan
  private var streams: [InstrumentID: Stream] = [:]

  init(silence: TimeSpan) { self.silence = silence }

  /// Takes the news of a mark price.
  mutating func take(_ instrument: InstrumentID, at now: Timestamp) {
    guard let stream = streams[instrument], now - stream.at <= silence else {
      streams[instrument] = Stream(count: 1, at: now)
      return
    }
    streams[instrument] = Stream(count: min(2, stream.count + 1), at: now)
  }

  /// Notes that a mark price came while nobody counted, and that the stream is whole.
  mutating func believe(_ instrument: InstrumentID, at moment: Timestamp) {
    streams[instrument] = Stream(count: 2, at: moment)
  }

  /// The public stream broke.
  mutating func lose() { streams.removeAll(keepingCapacity: true) }

  /// Whether the newest mark price of an instrument can be believed.
  func holds(_ instrument: InstrumentID) -> Bool { streams[instrument]?.count == 2 }
}
