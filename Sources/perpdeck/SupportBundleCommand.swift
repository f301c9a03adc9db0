import ArgumentParser
import Glibc
import Journal
import Secrets
import Settings
import Trading
import Units

/// Gathers in one text what a helper wants to know, without anything secret.
struct SupportBundleCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "support-bundle", abstract: "Write one text that is safe to paste for help.",
    discussion: """
      It holds the version, the system, the findings of the doctor, the settings, the size of each \
      journal and the ends of the logs. Keys, passphrases and tokens are taken out in every form, \
      plain, base64, hexadecimal and as parts of addresses, and so is the name of the home folder. \
      The text is written with mode 0600; read it before you paste it.

      EXAMPLES
        perpdeck support-bundle
        perpdeck support-bundle --to bundle.txt --lines 500
      """)

  @Option(help: "The file to write; it must not exist.")
  var to = "perpdeck-support.txt"

  @Option(help: "How many lines of the end of each log: 0 to 100000.")
  var lines = 200

  @Option(help: "The folder for journal, log and lock.")
  var data: String?

  @OptionGroup var options: ConfigOptions

  func validate() throws {
    guard (0...100_000).contains(lines) else {
      throw ValidationError("--lines \(lines): allowed is 0 to 100000")
    }
    try ProgramName.check(account: options.account)
    if options.json { throw ValidationError("the bundle is one text, not JSON") }
  }

  func run() throws {
    let environment = ProcessEnvironment.all
    let process = Variables.takeFromProcess()
    let redactor = Redactor(Launch.secrets(options.request, process: process))
    let folder = data ?? LaunchRequest.usualDataFolder(process: process)
    var text = head()
    text += section("doctor", doctor(environment, folder))
    text += section("settings", settings(process))
    for place in places(folder) { text += section(place, journal(place) + "\n" + log(place)) }
    text = redactor.clean(text)
    if let home = environment["HOME"], home.count > 1 {
      text = text.split(separator: home, omittingEmptySubsequences: false).joined(separator: "~")
    }
    guard try PrivateFile.create(to, Array(text.utf8)) else {
      throw ProgramFailure("\(to) exists; choose another name with --to.")
    }
    StandardOutput.write("\(to): \(text.utf8.count) bytes. Read it before you paste it.")
  }

  private func head() -> String {
    var system = utsname()
    uname(&system)
    let now = Timestamp(milliseconds: Int64(time(nil)) * 1_000)
    return "PerpDeck \(ProgramVersion.text)\n\(Self.text(system.sysname)) "
      + "\(Self.text(system.release)) \(Self.text(system.machine))\n\(now.isoText) UTC\n"
  }

  private static func text<Tuple>(_ field: Tuple) -> String {
    withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
  }

  private func section(_ name: String, _ text: String) -> String { "\n== \(name)\n\(text)\n" }

  private func doctor(_ environment: [String: String], _ folder: String) -> String {
    var report = DoctorReport()
    report.add(DoctorMachine.terminal(environment))
    report.add(DoctorMachine.disk(folder))
    report.add(DoctorMachine.clock())
    report.add(DoctorMachine.coreDumps())
    report.add(DoctorMachine.openFiles())
    return report.text
  }

  private func settings(_ process: Variables) -> String {
    do throws(SettingsProblems) {
      let rows = try Launch.stated(options.request, process: process)
      return rows.map { row in
        "\(row.path) \(row.text ?? "-") (\(row.origin?.description ?? "default"))"
      }.joined(separator: "\n")
    } catch {
      return error.description
    }
  }

  private func places(_ folder: String) -> [String] {
    let account = options.account ?? AccountSettings.mainName
    return JournalMode.allCases.map { "\(folder)/\($0.rawValue)/\(account)" }
      .filter { access($0, F_OK) == 0 }
  }

  private func journal(_ place: String) -> String {
    let path = place + "/journal.sqlite"
    guard access(path, F_OK) == 0 else { return "no journal" }
    do throws(JournalProblem) {
      let archive = try JournalArchive(path: path)
      let counts = try archive.read { (reading) throws(JournalProblem) in
        try reading.rowCounts()
      }
      let rows = counts.map { "\($0.table) \($0.rows)" }.joined(separator: ", ")
      return "journal \(JournalFacts.size(of: path)) bytes: \(rows)"
    } catch {
      return "journal: \(error)"
    }
  }

  /// The end of a log: at most so many lines of its last mebibytes.
  private func log(_ place: String) -> String {
    let path = place + "/perpdeck.log"
    let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)
    guard descriptor >= 0 else { return "no log" }
    defer { close(descriptor) }
    let size = JournalFacts.size(of: path)
    let length = Int(min(size, Self.logBytes))
    var bytes = [UInt8](repeating: 0, count: length)
    let count = pread(descriptor, &bytes, length, off_t(size - Int64(length)))
    guard count > 0 else { return "the log is empty" }
    return String(decoding: bytes[..<count], as: UTF8.self)
      .split(separator: "\n").suffix(lines).joined(separator: "\n")
  }

  private static let logBytes: Int64 = 8 << 20
}
