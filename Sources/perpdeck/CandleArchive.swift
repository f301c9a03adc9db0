import Simulation
import Trading
import Units

/// A file of candles of one market that grows by what the exchange has: what backtests read.
///
/// Volumes are kept to a millionth of a coin.
struct CandleArchive {
  private let path: String
  private let frame: TimeFrame
  /// What the file holds already, oldest first.
  private let kept: [Candle]

  /// The most candles that one reading asks for.
  static let limit = 50_000

  /// Reads what is there; a file that is no candles of this length is left alone and refused.
  init(path: String, frame: TimeFrame) throws(ProgramFailure) {
    self.path = path
    self.frame = frame
    guard OutputFile.exists(path) else {
      kept = []
      return
    }
    let table: CandleTable
    do throws(RecordingProblem) {
      table = try CandleTable(path: path)
    } catch {
      throw ProgramFailure("--to: \(error)")
    }
    // One candle alone tells no length; it may be of any that begins there.
    let mayBe = table.rows.count == 1 && frame.openTime(of: table.startTime) == table.startTime
    guard table.timeFrame == frame || mayBe else {
      throw ProgramFailure(
        "--to \(path): holds candles of \(table.timeFrame.rawValue), not of \(frame.rawValue); "
          + "name another file.")
    }
    guard !path.hasSuffix(".gz") else {
      throw ProgramFailure("--to \(path): is packed; name a plain file.")
    }
    kept = table.rows.indices.map { table.candle($0) }
  }

  /// How many candles to ask for so that the file goes on without a hole: at least `wanted`.
  func count(wanted: Int, at now: Timestamp) -> Int {
    guard let last = kept.last else { return wanted }
    let since = (now - last.openTime).milliseconds / frame.span.milliseconds
    return min(Self.limit, max(2, Int(max(0, since)) + 1))
  }

  /// Writes the file anew with what has closed since; returns what was done, as a sentence.
  func add(_ candles: [Candle]) throws(ProgramFailure) -> String {
    let closed = candles.filter(\.isClosed)
    let fresh = kept.last.map { last in closed.filter { $0.openTime > last.openTime } } ?? closed
    let all = kept + fresh
    guard let first = all.first, let last = all.last else {
      throw ProgramFailure("--to \(path): the exchange has no closed candle; nothing was written.")
    }
    var text = CandleFile.header + "\n"
    for candle in all {
      text +=
        "\(candle.openTime.milliseconds),\(candle.open),\(candle.high),\(candle.low),"
        + "\(candle.close),\(candle.volume)\n"
    }
    try OutputFile(option: "--to", path: path).write(text)
    let span = Int((last.openTime - first.openTime).milliseconds / frame.span.milliseconds) + 1
    let missing = span - all.count
    return "\(path): \(all.count) candles of \(frame.rawValue), \(fresh.count) of them new, "
      + "\(first.openTime.dateText) to \(last.openTime.dateText)"
      + (missing > 0 ? "; \(missing) are missing, for the exchange gave none" : "")
  }
}
