import ArgumentParser
import JSONText
import Journal
import Trading
import Units

/// Lists notes.
struct JournalNotesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "notes", abstract: "List notes of yours and what the program told, oldest first.",
    discussion: """
      The levels are user (a note of yours, the key n), notice, warning and alarm.

      EXAMPLES
        perpdeck journal notes --level user
        perpdeck journal notes --days 7 --json
      """)

  @OptionGroup var journal: JournalOptions
  @OptionGroup var span: JournalSpan

  @Option(help: "Only those of a level: user, notice, warning or alarm.")
  var level: NoteRecord.Level?

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func run() throws {
    let notes = try span.notes(in: journal.open(), level: level)
    guard !json else {
      JSONOutput.object { writer in
        CSV.write(
          "notes", ["at", "level", "instrument", "text"],
          notes.map {
            [
              .text($0.at.isoText), .text($0.level.rawValue), .text($0.instrument?.text),
              .text($0.text),
            ]
          }, to: &writer)
      }
      return
    }
    guard !notes.isEmpty else { return StandardOutput.write("There is no note.") }
    var table = TextTable([
      ("time (UTC)", .left), ("level", .left), ("instrument", .left), ("text", .left),
    ])
    for note in notes {
      table.add([
        "\(note.at.dateText) \(note.at.timeText)", note.level.rawValue,
        note.instrument?.text ?? "-", note.text,
      ])
    }
    StandardOutput.write(table.text)
  }
}

extension NoteRecord.Level: ExpressibleByArgument {}

/// Lists denials.
struct JournalDenialsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "denials", abstract: "List what the limits denied, with the reason, oldest first.",
    discussion: """
      EXAMPLES
        perpdeck journal denials
        perpdeck journal denials --days 7 --json
      """)

  @OptionGroup var journal: JournalOptions
  @OptionGroup var span: JournalSpan

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func run() throws {
    let denials = try span.denials(in: journal.open())
    guard !json else {
      JSONOutput.object { writer in
        CSV.write(
          "denials", ["at", "by", "intent", "code", "reason"],
          denials.map {
            [
              .text($0.at.isoText), .text("\($0.source)"), .text($0.intent), .text($0.code),
              .text($0.text),
            ]
          }, to: &writer)
      }
      return
    }
    guard !denials.isEmpty else { return StandardOutput.write("Nothing was denied.") }
    var table = TextTable([
      ("time (UTC)", .left), ("by", .left), ("wanted", .left), ("reason", .left),
    ])
    for denial in denials {
      table.add([
        "\(denial.at.dateText) \(denial.at.timeText)", "\(denial.source)", denial.intent,
        denial.text,
      ])
    }
    StandardOutput.write(table.text)
  }
}

extension JournalSpan {
  /// Returns the notes in it, oldest first; nil is every level.
  fileprivate func notes(
    in archive: JournalArchive, level: NoteRecord.Level?
  ) throws -> [NoteRecord] {
    try reading(archive) { (reading) throws(JournalProblem) in
      try reading.newestNotes(from: start, level: level, limit: limit)
    }.reversed()
  }

  /// Returns the denials in it, oldest first.
  fileprivate func denials(in archive: JournalArchive) throws -> [LoggedDenial] {
    try reading(archive) { (reading) throws(JournalProblem) in
      try reading.newestDenials(from: start, limit: limit)
    }.reversed()
  }
}
