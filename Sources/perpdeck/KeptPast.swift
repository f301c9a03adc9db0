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
  /// The files that would have been used and are not believed, one sentence each.
  let problems: [String]
  private let made: Set<Timestamp>

  /// Reads what is kept, of which the newest `wanted` are looked for; a coarse candle is made only
  /// where all of its parts are there. A file that is not believed counts as none.
  init(_ topic: CandleTopic, in folder: CandleFolder, wanted: Int) {
    var problems: [String] = []
    func read(_ topic: CandleTopic, isNeeded: Bool) -> [Candle] {
      do throws(CandleCacheProblem) {
        return try folder.read(topic)
      } catch {
        if isNeeded { problems.append("\(error)") }
        return []
      }
    }
    let own = read(topic, isNeeded: true)
    let ownEnd = own.last.map { $0.openTime + topic.timeFrame.span }
    let isWhole = Self.isWhole(own.suffix(wanted), wanted, topic.timeFrame)
    var known = Set(own.map(\.openTime))
    var all = own
    var made: Set<Timestamp> = []
    var sources: [TimeFrame] = []
    for fine in TimeFrame.allCases.reversed() {
      guard var rollUp = CandleRollUp(from: fine, to: topic.timeFrame) else { continue }
      let before = made.count
      let parts = read(CandleTopic(topic.instrument, fine), isNeeded: !isWhole)
      // Where nothing is missing, only what goes on behind it can make more.
      if isWhole, let ownEnd, let last = parts.last, last.openTime < ownEnd { continue }
      for candle in parts {
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
    self.problems = problems
    self.made = made
  }

  /// Whether these are as many candles as were wanted, without a hole among them.
  private static func isWhole(
    _ newest: ArraySlice<Candle>, _ wanted: Int, _ frame: TimeFrame
  ) -> Bool {
    guard newest.count == wanted, let first = newest.first, let last = newest.last else {
      return false
    }
    return (last.openTime - first.openTime).milliseconds
      == Int64(wanted - 1) * frame.span.milliseconds
  }

  /// How many of some candles were made of shorter ones.
  func madeCount(of candles: some Sequence<Candle>) -> Int {
    candles.count { made.contains($0.openTime) }
  }
}
