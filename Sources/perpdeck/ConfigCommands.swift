import ArgumentParser
import EventLoop
import Glibc
import JSONText
import Settings

/// Everything about the files of settings.
struct ConfigCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "config", abstract: "Check, show or write the files of settings.",
    discussion: """
      EXAMPLES
        perpdeck config init               write the commented defaults to ./config
        perpdeck config check              find every mistake, with file and line
        perpdeck config check --mode live  the keys for live as well
        perpdeck config show               every setting, its value and its source
        perpdeck config schema risk        the JSON Schema of risk.yaml
      """,
    subcommands: [
      ConfigCheckCommand.self, ConfigShowCommand.self, ConfigInitCommand.self,
      ConfigSchemaCommand.self,
    ])
}

/// What every question about settings takes.
struct ConfigOptions: ParsableArguments {
  @OptionGroup var place: SettingsPlace

  @Option(help: "The account of the settings.")
  var account: String?

  @Option(help: "For which mode: paper, demo or live; demo and live need keys.")
  var mode = TradingEnvironment.paper

  @Flag(help: "Answer with one JSON object.")
  var json = false

  /// What was asked for.
  var request: LaunchRequest {
    LaunchRequest(
      environment: mode, account: account, configFolder: place.files.config,
      secretsFile: place.files.envFile, settings: place.set)
  }
}

extension TradingEnvironment: ExpressibleByArgument {}

/// Finds every mistake.
struct ConfigCheckCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Find every mistake in settings, keys and variables.",
    discussion:
      "Exit code 0 when nothing is wrong, 1 otherwise; warnings are told and are not wrong."
  )

  @OptionGroup var options: ConfigOptions

  func run() throws {
    let launch: Launch
    do throws(SettingsProblems) {
      launch = try Launch(options.request, process: Variables.takeFromProcess())
    } catch {
      try ConfigProblems.refuse(error, isJSON: options.json)
    }
    let problems = SettingsUse.problems(
      SessionPlan(launch, startedAt: WallTime(milliseconds: Int64(time(nil)) * 1_000)))
    guard problems.isEmpty else { try ConfigProblems.refuse(problems, isJSON: options.json) }
    tell(launch)
  }

  private func tell(_ launch: Launch) {
    guard !options.json else {
      JSONOutput.object { writer in
        writer.member("ok", true)
        writer.key("folder")
        if let folder = launch.configFolder { writer.string(folder) } else { writer.null() }
        ConfigProblems.write(
          launch.warnings.map { ($0.place.description, $0.complaint.description) }, as: "warnings",
          &writer)
      }
      return
    }
    for warning in launch.warnings { StandardOutput.write("warning: \(warning)") }
    let place = launch.configFolder.map { "in \($0)" } ?? "(there is no folder: defaults hold)"
    StandardOutput.write("The settings \(place) are right for \(options.mode.rawValue).")
  }
}

/// How mistakes in settings are told.
enum ConfigProblems {
  /// Tells what cannot be read: as an object on standard output, or as a failure.
  static func refuse(_ problems: SettingsProblems, isJSON: Bool) throws -> Never {
    guard isJSON else { throw ProgramFailure(problems.description) }
    try refuse(problems.list.map { ($0.place.description, $0.complaint.description) })
  }

  /// Tells what a start would refuse: lines that begin with their place.
  static func refuse(_ lines: [String], isJSON: Bool) throws -> Never {
    guard isJSON else { throw ProgramFailure(lines.joined(separator: "\n")) }
    try refuse(
      lines.map { line in
        guard let end = line.firstRange(of: ": ") else { return ("", line) }
        return (String(line[..<end.lowerBound]), String(line[end.upperBound...]))
      })
  }

  /// Writes an array of objects with a place and a text each.
  static func write(
    _ problems: [(place: String, text: String)], as name: String, _ writer: inout JSONWriter
  ) {
    writer.key(name)
    writer.beginArray()
    for problem in problems {
      writer.beginObject()
      writer.member("place", problem.place)
      writer.member("text", problem.text)
      writer.endObject()
    }
    writer.endArray()
  }

  private static func refuse(_ problems: [(place: String, text: String)]) throws -> Never {
    JSONOutput.object { writer in
      writer.member("ok", false)
      write(problems, as: "problems", &writer)
    }
    throw ExitCode.failure
  }
}

/// Shows what holds.
struct ConfigShowCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "show", abstract: "Show every setting with its value and where it comes from.",
    discussion: "Keys and passphrases are no settings and are never shown.")

  @Argument(help: "Only settings whose names begin so, such as risk or risk.daily.")
  var beginning = ""

  @OptionGroup var options: ConfigOptions

  func run() throws {
    let rows: [StatedSetting]
    do throws(SettingsProblems) {
      rows = try Launch.stated(options.request, process: Variables.takeFromProcess())
    } catch {
      try ConfigProblems.refuse(error, isJSON: options.json)
    }
    let shown = rows.filter { $0.path.hasPrefix(beginning) }
    guard !shown.isEmpty else {
      throw ProgramFailure("No setting begins with \(beginning). perpdeck config show lists all.")
    }
    guard !options.json else {
      JSONOutput.object { writer in
        writer.key("settings")
        writer.beginArray()
        for row in shown {
          writer.beginObject()
          writer.member("path", row.path)
          writer.key("value")
          if let text = row.text { writer.string(text) } else { writer.null() }
          writer.member("from", row.origin?.description ?? "default")
          writer.member("allowed", row.expected)
          writer.endObject()
        }
        writer.endArray()
      }
      return
    }
    // The value stands last: a list of rules may be long, and nothing is moved aside by it.
    var table = TextTable([("setting", .left), ("from", .left), ("value", .left)])
    for row in shown {
      table.add([row.path, row.origin?.description ?? "default", row.text ?? "-"])
    }
    StandardOutput.write(table.text)
  }
}

/// Prints the schema of a file.
struct ConfigSchemaCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of a file of settings, for editors.")

  @Argument(help: "Which file: \(SettingsSchema.names.joined(separator: ", ")).")
  var file: String

  func run() throws {
    let name = "\(file).schema.json"
    guard let schema = SettingsSchema.all.first(where: { $0.name == name }) else {
      throw ValidationError(
        "there is no file \(file); there is \(SettingsSchema.names.joined(separator: ", "))")
    }
    StandardOutput.write(String(schema.text.dropLast()))
  }
}

/// Writes the files.
struct ConfigInitCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "init", abstract: "Write the commented defaults, and schemas for editors.",
    discussion: """
      Files that exist are left as they are and named. The example of the file with the keys is \
      written beside them as env.example.
      """)

  @Option(help: "The folder to write to; it is made when it is missing.")
  var folder = "config"

  func run() throws {
    try PrivateFolder.prepare(folder)
    try PrivateFolder.prepare(folder + "/schema")
    var files = DefaultFiles.all.map { (name: $0.name, bytes: $0.bytes) }
    files.append(("env.example", DefaultFiles.secretsExample))
    files += SettingsSchema.all.map { ("schema/\($0.name)", Array($0.text.utf8)) }
    for file in files {
      let isNew = try PrivateFile.create(folder + "/" + file.name, file.bytes)
      StandardOutput.write("\(isNew ? "wrote" : "kept ") \(folder)/\(file.name)")
    }
  }
}

/// A file that nobody else may read.
enum PrivateFile {
  /// Writes a new file with mode 0600; returns false, having done nothing, when there is one.
  static func create(_ path: String, _ bytes: [UInt8]) throws(ProgramFailure) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
    guard descriptor >= 0 else {
      guard errno == EEXIST else { throw failure(path) }
      return false
    }
    defer { close(descriptor) }
    guard fchmod(descriptor, 0o600) == 0 else { throw failure(path) }
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { buffer in
        Glibc.write(
          descriptor, buffer.baseAddress?.advanced(by: written), buffer.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        let problem = failure(path)
        unlink(path)
        throw problem
      }
      written += count
    }
    return true
  }

  private static func failure(_ path: String) -> ProgramFailure {
    ProgramFailure("Cannot write \(path): \(String(cString: strerror(errno))).")
  }
}
