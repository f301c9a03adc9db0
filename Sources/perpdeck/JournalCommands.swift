import ArgumentParser
import Glibc
import JSONText
import Journal
import Settings
import Trading
import Units

/// Reads what the journal keeps, also while a program writes it.
struct JournalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "journal", abstract: "List, count, export, verify or back up the journal.",
    discussion: """
      Journals are only read here, also beside a running program.

      EXAMPLES
        perpdeck journal trades
        perpdeck journal stats --mode paper-live
        perpdeck journal export --format csv > trades.csv
        perpdeck journal export --what fills --format json
        perpdeck journal verify --mode live
        perpdeck journal backup /backup/live.sqlite --mode live
      """,
    subcommands: [
      JournalTradesCommand.self, JournalStatsCommand.self, JournalNotesCommand.self,
      JournalDenialsCommand.self, JournalExportCommand.self,
      JournalVerifyCommand.self, JournalBackupCommand.self,
    ])
}

/// Which journal.
struct JournalOptions: ParsableArguments {
  @Option(help: "Which one: paper, paper-live, recording, demo or live.")
  var mode = JournalMode.paper

  @Option(help: "The account.")
  var account = AccountSettings.mainName

  @Option(help: "The folder of journals and logs; data or ~/.local/share/perpdeck.")
  var data: String?

  @Option(help: "A journal by its path, such as a backup; instead of --mode and --account.")
  var file: String?

  func validate() throws {
    try ProgramName.check(account: account)
  }

  /// Opens it for reading.
  func open() throws -> JournalArchive {
    let folder =
      data ?? LaunchRequest.usualDataFolder(process: Variables.takeFromProcess())
    let path = file ?? "\(folder)/\(mode.rawValue)/\(account)/journal.sqlite"
    guard access(path, F_OK) == 0 else {
      throw ProgramFailure(
        "There is no journal \(path). Choose another with --mode, --account, --data or --file.")
    }
    do throws(JournalProblem) {
      return try JournalArchive(path: path)
    } catch {
      throw ProgramFailure("\(error)")
    }
  }
}

/// The folders that journals are in.
enum JournalMode: String, CaseIterable, ExpressibleByArgument {
  case paper
  case paperLive = "paper-live"
  case recording
  case demo
  case live
}

/// How long ago.
struct JournalSpan: ParsableArguments {
  @Option(help: "Only what ended, or was written, in so many days up to now.")
  var days: Int?

  @Option(help: "At most so many, the newest.")
  var limit = 1_000_000

  func validate() throws {
    if let days, days < 1 { throw ValidationError("--days \(days): allowed is 1 or more") }
    if limit < 1 { throw ValidationError("--limit \(limit): allowed is 1 or more") }
  }

  /// Returns the lives of positions that ended in it, oldest first.
  func cycles(in archive: JournalArchive) throws -> [PositionCycle] {
    let newest = try reading(archive) { (reading) throws(JournalProblem) in
      try reading.newestCycles(closedBefore: .latestPlausible, limit: limit)
    }
    return newest.filter { $0.closedAt.map { $0 >= start } ?? false }.reversed()
  }

  /// Returns the fills in it, oldest first.
  func fills(in archive: JournalArchive) throws -> [Fill] {
    let all = try reading(archive) { (reading) throws(JournalProblem) in
      try reading.fills(from: start, before: .latestPlausible, limit: .max)
    }
    return Array(all.suffix(limit))
  }

  /// The moment from which on.
  var start: Timestamp {
    guard let days else { return Timestamp(milliseconds: 0) }
    return Timestamp(milliseconds: Int64(time(nil)) * 1_000) - .days(Int64(days))
  }

  /// Reads from a journal; what it cannot is a failure of the command.
  func reading<Value>(
    _ archive: JournalArchive, _ body: (JournalReading) throws(JournalProblem) -> Value
  ) throws -> Value {
    do throws(JournalProblem) {
      return try archive.read(body)
    } catch {
      throw ProgramFailure("\(error)")
    }
  }
}

/// Lists closed positions.
struct JournalTradesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "trades", abstract: "List positions that ended, oldest first.")

  @OptionGroup var journal: JournalOptions
  @OptionGroup var span: JournalSpan

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func run() throws {
    let cycles = try span.cycles(in: journal.open())
    guard !json else {
      JSONOutput.object { TradeRows.write(cycles, to: &$0) }
      return
    }
    StandardOutput.write(TradeRows.table(cycles))
  }
}

/// Counts what trades brought.
struct JournalStatsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stats", abstract: "Count what closed positions brought.",
    discussion: """
      Net is after fees and funding. R is the net result over what the first stop risked; trades \
      without a stop have none. The drawdown is the deepest fall of the summed net results.
      """)

  @OptionGroup var journal: JournalOptions
  @OptionGroup var span: JournalSpan

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func run() throws {
    let statistics = TradeStatistics(try span.cycles(in: journal.open()))
    if json {
      JSONOutput.object { statistics.write(to: &$0) }
    } else {
      StandardOutput.write(statistics.text)
    }
  }
}

/// Writes trades or fills for other programs.
struct JournalExportCommand: ParsableCommand {
  /// What is exported.
  enum What: String, CaseIterable, ExpressibleByArgument {
    case trades
    case fills
  }

  /// How it is written.
  enum Format: String, CaseIterable, ExpressibleByArgument {
    case csv
    case json
  }

  static let configuration = CommandConfiguration(
    commandName: "export", abstract: "Write trades or fills as CSV or JSON.",
    discussion: "Without --to it goes to standard output; a file is made with mode 0600.")

  @Option(help: "What: trades or fills.")
  var what = What.trades

  @Option(help: "How: csv or json.")
  var format = Format.csv

  @Option(help: "The file to write; it must not exist.")
  var to: String?

  @OptionGroup var journal: JournalOptions
  @OptionGroup var span: JournalSpan

  func run() throws {
    let archive = try journal.open()
    let text: String
    switch (what, format) {
    case (.trades, .csv): text = TradeRows.csv(try span.cycles(in: archive))
    case (.fills, .csv): text = FillRows.csv(try span.fills(in: archive))
    case (.trades, .json):
      let cycles = try span.cycles(in: archive)
      text = JSONOutput.text { TradeRows.write(cycles, to: &$0) }
    case (.fills, .json):
      let fills = try span.fills(in: archive)
      text = JSONOutput.text { FillRows.write(fills, to: &$0) }
    }
    guard let to else {
      StandardOutput.write(text)
      return
    }
    guard try PrivateFile.create(to, Array((text + "\n").utf8)) else {
      throw ProgramFailure("\(to) exists; choose another name with --to.")
    }
  }
}

/// Checks a journal.
struct JournalVerifyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify", abstract: "Check every page and row of the journal.",
    discussion: "Exit code 0 when it is sound, 1 otherwise.")

  @OptionGroup var journal: JournalOptions

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func run() throws {
    let archive = try journal.open()
    var damage: [String]
    var counts: [(table: String, rows: Int)] = []
    do throws(JournalProblem) {
      (damage, counts) = try archive.read { (reading) throws(JournalProblem) in
        let damage = try reading.damage()
        return (damage, damage.isEmpty ? try reading.rowCounts() : [])
      }
    } catch {
      // So damaged that the check itself does not come through.
      guard json else { throw ProgramFailure("\(error)") }
      damage = ["\(error)"]
    }
    if json {
      JSONOutput.object { writer in
        writer.member("ok", damage.isEmpty)
        writer.member("path", archive.path)
        writer.member("belongsTo", archive.stamp.description)
        writer.key("damage")
        writer.beginArray()
        for text in damage { writer.string(text) }
        writer.endArray()
        writer.key("rows")
        writer.beginObject()
        for (table, rows) in counts {
          writer.key(table)
          writer.number(Fixed(rows))
        }
        writer.endObject()
      }
    } else if damage.isEmpty {
      let rows = counts.reduce(0) { $0 + $1.rows }
      StandardOutput.write(
        "\(archive.path) is sound: \(rows) rows of the \(archive.stamp).")
    } else {
      StandardOutput.write("\(archive.path) is damaged:\n" + damage.joined(separator: "\n"))
    }
    if !damage.isEmpty { throw ExitCode.failure }
  }
}

/// Copies a journal.
struct JournalBackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Copy the journal as it is now, also while it is written.",
    discussion: "The copy holds one moment and is made with mode 0600; it must not exist.")

  @Argument(help: "The file to make.")
  var copy: String

  @OptionGroup var journal: JournalOptions

  func run() throws {
    let archive = try journal.open()
    do throws(JournalProblem) {
      try archive.backUp(to: copy)
    } catch {
      throw ProgramFailure("\(error)")
    }
    StandardOutput.write("\(copy) holds \(archive.path), \(JournalFacts.size(of: copy)) bytes.")
  }
}
