import CandleCache
import MarketData
import Trading
import Units

/// What is kept on disk of candles; where some are not, those that shorter ones make, which are
/// kept as well.
struct KeptPast {
  /// The candles, oldest first; all closed.
  let candles: [Candle]
  /// Of which shorter candles some were made, the longest first.
  let sources: [TimeFrame]
  private let made: Set<Timestamp>

  /// Reads what is kept; a coarse candle is made only where all of its parts are there.
  init(_ topic: CandleTopic, in folder: CandleFolder) throws(CandleCacheProblem) {
    let own = try folder.read(topic)
    var known = Set(own.map(\.openTime))
    var all = own
    var made: Set<Timestamp> = []
    var sources: [TimeFrame] = []
    for fine in TimeFrame.allCases.reversed() {
      guard var rollUp = CandleRollUp(from: fine, to: topic.timeFrame) else { continue }
      let before = made.count
      for candle in try folder.read(CandleTopic(topic.instrument, fine)) {
        rollUp.apply(candle)?.forEachClosed { rolled in
          guard rolled.isComplete, known.insert(rolled.candle.openTime).inserted else { return }
          made.insert(rolled.candle.openTime)
          all.append(rolled.candle)
        }
      }
      if made.count > before { sources.append(fine) }
    }
    candles = made.isEmpty ? own : all.sorted { $0.openTime < $1.openTime }
    self.sources = sources
    self.made = made
  }

  /// How many of some candles were made of shorter ones.
  func madeCount(of candles: some Sequence<Candle>) -> Int {
    candles.count { made.contains($0.openTime) }
  }
}
