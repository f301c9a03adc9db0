import CandleCache
import Simulation
import Trading
import Units

/// A file of candles that is taken into what is kept on disk, read as strictly as for a backtest.
struct CandleImport {
  private let path: String
  private let table: CandleTable

  /// The most holes that are told one by one.
  private static let toldHoles = 5

  /// Reads the file; refuses one that is no candles of this length.
  init(path: String, frame: TimeFrame) throws(ProgramFailure) {
    self.path = path
    do throws(RecordingProblem) {
      table = try CandleTable(path: path)
      guard table.rows.count > 1 else { throw .oneCandle(file: table.name) }
    } catch {
      throw ProgramFailure("--from-file: \(error)")
    }
    guard table.timeFrame == frame else {
      throw ProgramFailure(
        "--from-file \(path): holds candles of \(table.timeFrame.rawValue), not of "
          + "\(frame.rawValue); say --frame \(table.timeFrame.rawValue).")
    }
  }

  /// Keeps the candles that have closed by now; returns what was done, as lines. Where one is kept
  /// already with other prices, the file is of another market and nothing is written.
  func add(
    to folder: CandleFolder, _ instrument: InstrumentID, at now: Timestamp
  ) throws(ProgramFailure) -> String {
    let topic = CandleTopic(instrument, table.timeFrame)
    let all = table.rows.indices.map { table.candle($0) }
    let closed = all.filter { $0.openTime + table.timeFrame.span <= now }
    guard let first = closed.first, let last = closed.last else {
      throw ProgramFailure(
        "--from-file \(path): none of its candles has closed by now; nothing was written.")
    }
    let (before, disbelief) = try believed(folder, topic)
    try compare(closed, with: before, topic)
    let isKept = try problems { () throws(CandleCacheProblem) in
      try folder.add(closed, to: topic)
    }
    guard isKept else {
      throw ProgramFailure(
        "--from-file \(path): another program writes into \(folder.path) now; nothing was written. "
          + "Do it again.")
    }
    let after = try problems { () throws(CandleCacheProblem) in try folder.read(topic) }
    let known = Set(before.map(\.openTime))
    let fresh = after.count { !known.contains($0.openTime) }
    let open = all.count - closed.count
    var lines = [
      "\(folder.path): \(closed.count) candles of \(topic) from \(path), "
        + "\(first.openTime.dateText) to \(last.openTime.dateText), \(fresh) of them new; "
        + "\(after.count) are kept now"
        + (open > 0 ? "; \(open) had not closed and are left out" : "")
    ]
    if let disbelief {
      lines.append("\(disbelief.path) was not believed (\(disbelief.reason)) and is written anew")
    }
    let gaps = table.gaps
    if !gaps.isEmpty {
      let missing = gaps.reduce(0) { $0 + $1.count }
      lines.append("GAPS: \(missing) candles are missing in \(gaps.count) places")
      lines += gaps.prefix(Self.toldHoles).map {
        "  \($0.file):\($0.line): \($0.from.isoText) to \($0.until.isoText): \($0.count)"
      }
    }
    return lines.joined(separator: "\n")
  }

  /// Returns what is kept, and the file that is not believed with the reason: nothing of that is
  /// used, and this import takes its place. Throws where there is a file that cannot be read.
  private func believed(
    _ folder: CandleFolder, _ topic: CandleTopic
  ) throws(ProgramFailure) -> (kept: [Candle], disbelief: (path: String, reason: String)?) {
    do throws(CandleCacheProblem) {
      return (try folder.read(topic), nil)
    } catch {
      switch error {
      case .damaged(let path, let reason): return ([], (path, "damaged: \(reason)"))
      case .otherVersion(let path, let found):
        return ([], (path, "written by another version of perpdeck, form \(found)"))
      case .belongsToOther(let path, let found, _): return ([], (path, "it holds \(found)"))
      case .unreadable, .unwritable: throw ProgramFailure("--from-file: \(error)")
      }
    }
  }

  /// Throws where a candle of the file is kept with other prices.
  private func compare(
    _ candles: [Candle], with kept: [Candle], _ topic: CandleTopic
  ) throws(ProgramFailure) {
    var known: [Timestamp: Candle] = [:]
    for candle in kept { known[candle.openTime] = candle }
    for (place, candle) in candles.enumerated() {
      guard let old = known[candle.openTime],
        (old.open, old.high, old.low, old.close)
          != (candle.open, candle.high, candle.low, candle.close)
      else { continue }
      // The header is the first line.
      throw ProgramFailure(
        "--from-file: \(table.name):\(place + 2): holds another market: its candle of "
          + "\(candle.openTime.isoText) closes at \(candle.close) (high \(candle.high), low "
          + "\(candle.low)), the one of \(topic) that is kept at \(old.close) (high \(old.high), "
          + "low \(old.low)): nothing was written. Name another file, or another folder with "
          + "--data.")
    }
  }

  private func problems<Answer>(
    _ work: () throws(CandleCacheProblem) -> Answer
  ) throws(ProgramFailure) -> Answer {
    do throws(CandleCacheProblem) {
      return try work()
    } catch {
      throw ProgramFailure("--from-file: \(error)")
    }
  }
}
