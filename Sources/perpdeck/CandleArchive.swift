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

  /// What goes on from the last candle of the file; nil where there is none.
  private var sequel: CandleSequel? { kept.last.map { CandleSequel(from: $0, frame) } }

  /// The most candles that one reading asks for.
  static let limit = CandleSequel.limit

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

  /// How many candles to ask for: `wanted` of a new file, else as many as it goes on with.
  func count(wanted: Int, at now: Timestamp) throws(ProgramFailure) -> Int {
    guard let sequel else { return wanted }
    do throws(CandleSequelProblem) {
      return try sequel.count(at: now)
    } catch {
      throw ProgramFailure("--to \(path): \(error).")
    }
  }

  /// Writes the file anew with what has closed since; returns what was done, as a sentence.
  /// `source` is where the candles come from, and `wanted` how many were asked of it for a new
  /// file. Candles that do not go on from the file are refused.
  func add(
    _ candles: [Candle], of wanted: Int, from source: String
  ) throws(ProgramFailure) -> String {
    let fresh: [Candle]
    do throws(CandleSequelProblem) {
      fresh = try sequel?.fresh(in: candles) ?? candles.filter(\.isClosed)
    } catch {
      throw ProgramFailure("--to \(path): \(error).")
    }
    let all = kept + fresh
    guard let first = all.first, let last = all.last else {
      throw ProgramFailure("--to \(path): \(source) has no closed candle; nothing was written.")
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
      + (missing > 0 ? "; \(missing) are missing, for \(source) gave none" : "")
      + (kept.isEmpty && candles.count < wanted
        ? "; \(wanted) were asked for, and \(source) gave \(candles.count)" : "")
  }
}
