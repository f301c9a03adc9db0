import ArgumentParser
import CandleCache
import EventLoop
import Glibc
import JSONText
import Settings
import Trading
import Units

/// Shows candles.
struct CandlesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "candles", abstract: "Show the newest candles of an instrument; no key.",
    discussion: """
      Closed candles are kept in the data folder, and only what is not there yet is asked for; \
      with --cached nothing is asked, and candles that are not there are made of shorter ones \
      where all of their parts are. An exchange of --server is asked for everything.

      With --to the closed candles go into a file that backtest reads; one that is there already \
      is continued from where it ends, if what is read has its last candle with the same prices.

      With --from-file the candles of such a file are kept as if the exchange had told them; name \
      only files of its own market. What is kept already must have the same prices in it.

      EXAMPLES
        perpdeck candles BTC --frame 1h --limit 24
        perpdeck candles BTC --frame 15m --limit 1000 --to BTC-USDT_15m.csv
        perpdeck candles BTC --frame 1d --from-file BTC.csv
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT.")
  var instrument: String

  @Option(help: "The time frame: \(TimeFrame.allCases.map(\.rawValue).joined(separator: " ")).")
  var frame = "1h"

  @Option(help: "How many: 1 to 1440, with --to up to 50000.")
  var limit = 50

  @Option(help: "Write a file of candles, or continue one.")
  var to: String?

  @Option(help: "Keep the candles of this file, CSV or gzip; no network.")
  var fromFile: String?

  @Flag(help: "Take what is kept on disk and ask nobody; no network.")
  var cached = false

  @Option(help: "The folder for journal, log and lock; the candles are kept there too.")
  var data: String?

  @OptionGroup var options: PublicOptions

  func validate() throws {
    let most = to == nil ? 1_440 : CandleArchive.limit
    guard (1...most).contains(limit) else {
      throw ValidationError("--limit \(limit): allowed is 1 to \(most)")
    }
    if cached, options.server != nil {
      throw ValidationError("--cached and --server exclude each other")
    }
    if fromFile != nil {
      let other = [
        (to != nil, "--to"), (cached, "--cached"), (options.server != nil, "--server"),
        (options.json, "--json"),
      ].first(where: \.0)
      if let other { throw ValidationError("--from-file and \(other.1) exclude each other") }
    }
    if to != nil, options.json { throw ValidationError("--to writes a file, not JSON") }
    _ = try FrameArgument.read(frame)
  }

  func run() throws {
    let wanted = try InstrumentNames.read([instrument])
    let frame = try FrameArgument.read(frame)
    let archive = try to.map { path throws(ProgramFailure) in
      try CandleArchive(path: path, frame: frame)
    }
    if let to { try OutputFile.check([OutputFile(option: "--to", path: to)], inputs: []) }
    let folder = CandleFolder(
      data: data ?? LaunchRequest.usualDataFolder(process: Variables.takeFromProcess()),
      CandleOrigin(AccountSettings().exchange, options.mode.candles))
    if let fromFile {
      let file = try CandleImport(path: fromFile, frame: frame)
      let now = MainActor.assumeIsolated {
        Timestamp(milliseconds: DispatchLoop().now.milliseconds)
      }
      return StandardOutput.write(try file.add(to: folder, wanted[0], at: now))
    }
    if cached {
      let candles = try kept(CandleTopic(wanted[0], frame), in: folder, for: archive)
      return try give(candles, wanted[0], archive)
    }
    try MainActor.assumeIsolated {
      let now = Timestamp(milliseconds: DispatchLoop().now.milliseconds)
      let count = try archive?.count(wanted: limit, at: now) ?? limit
      try PublicReader.run(
        options, wanted, .candles(wanted[0], frame, limit: count), past: folder
      ) { answer in
        do throws(ProgramFailure) {
          try give(answer.candles ?? [], wanted[0], archive)
        } catch {
          StandardError.write("Error: \(error)")
          Glibc.exit(1)
        }
      }
    }
  }

  /// Returns what is kept and says so; fails where nothing is.
  private func kept(
    _ topic: CandleTopic, in folder: CandleFolder, for archive: CandleArchive?
  ) throws(ProgramFailure) -> [Candle] {
    let past = KeptPast(topic, in: folder, wanted: archive == nil ? limit : CandleArchive.limit)
    let candles = past.candles
    let count = try archive?.count(
      wanted: limit, at: candles.last?.openTime ?? .earliestPlausible)
    let shown = candles.suffix(count ?? limit)
    guard let first = shown.first, let last = shown.last else {
      throw ProgramFailure(
        "--cached: \(folder.path) holds no candles of \(topic). "
          + past.problems.map { $0 + " " }.joined()
          + "Leave --cached out to read them from the exchange.")
    }
    for problem in past.problems { StandardError.write("Warning: \(problem)") }
    let span = topic.timeFrame.span.milliseconds
    let missing = Int((last.openTime - first.openTime).milliseconds / span) + 1 - shown.count
    let made = past.madeCount(of: shown)
    let sources = past.sources.map(\.rawValue).joined(separator: ", ")
    StandardError.write(
      "From \(folder.path), nobody was asked: \(topic) up to the candle of "
        + "\(last.openTime.dateText) \(last.openTime.timeText) UTC"
        + (made > 0 ? "; \(made) are made of those of \(sources)" : "")
        + (missing > 0 ? "; \(missing) are missing." : "."))
    return Array(shown)
  }

  /// Shows candles, or writes them into the file.
  private func give(
    _ candles: [Candle], _ instrument: InstrumentID, _ archive: CandleArchive?
  ) throws(ProgramFailure) {
    guard let archive else { return tell(candles, instrument) }
    let source = cached ? "what is kept on disk" : "the exchange"
    StandardOutput.write(try archive.add(candles, of: limit, from: source))
  }

  private func tell(_ candles: [Candle], _ instrument: InstrumentID) {
    guard !options.json else {
      JSONOutput.object { writer in
        writer.member("instrument", instrument.text)
        writer.member("frame", frame)
        CSV.write(
          "candles", ["openTime", "open", "high", "low", "close", "volume", "closed"],
          candles.map { candle in
            [
              .text(candle.openTime.isoText), .number(candle.open.value),
              .number(candle.high.value), .number(candle.low.value), .number(candle.close.value),
              .number(candle.volume.value), .text(candle.isClosed ? "yes" : "no"),
            ]
          }, to: &writer)
      }
      return
    }
    var table = TextTable([
      ("open time (UTC)", .left), ("open", .right), ("high", .right), ("low", .right),
      ("close", .right), ("volume", .right), ("state", .left),
    ])
    for candle in candles {
      table.add([
        "\(candle.openTime.dateText) \(candle.openTime.timeText)", "\(candle.open)",
        "\(candle.high)", "\(candle.low)", "\(candle.close)",
        candle.volume.value.text(places: 3, .down), candle.isClosed ? "closed" : "open",
      ])
    }
    StandardOutput.write(table.text)
  }
}
