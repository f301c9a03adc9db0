import ArgumentParser
import Glibc
import Runtime
import Settings
import Trading

/// What every verb for a running program takes.
struct ControlOptions: ParsableArguments {
  @Option(help: "Which program: paper, recording, demo or live; needed when several run.")
  var mode: String?

  @Option(help: "The account of the program; needed when several run.")
  var account: String?

  @Option(help: "The folder of the program's journal, log and lock.")
  var data: String?

  @Flag(help: "Answer with one JSON object.")
  var json = false

  func validate() throws {
    try ProgramName.check(account: account)
    try ProgramName.check(mode: mode)
  }

  /// Says a verb to the program and prints its answer.
  func say(_ verb: ControlVerb) throws {
    try say(line: (json ? "json " : "text ") + verb.line)
  }

  /// Says a line to the program and prints its answer.
  func say(line: String) throws {
    let answer = try program().ask(line)
    if answer.hasPrefix("error: ") { throw ProgramFailure(String(answer.dropFirst(7))) }
    StandardOutput.write(answer)
    if line.hasPrefix("json "), !ControlAnswer.isGood(answer) { throw ExitCode.failure }
  }

  /// The line to the program.
  func program() throws -> ControlLine {
    ControlLine(data: try folder(), mode: mode, account: account)
  }

  private func folder() throws -> String {
    if let data { return data }
    // The same search as at the start of the program; problems of settings do not matter here, for
    // a running program has to be stopped whatever its files say by now.
    return LaunchRequest.usualDataFolder(process: Variables.takeFromProcess())
  }
}

/// The answer of a person to a question that was shown.
enum Consent {
  /// Throws where one JSON object is the answer: a question has no place in it.
  static func refuseJSON(_ isJSON: Bool, _ undone: String) throws {
    if isJSON { throw ProgramFailure("\(undone): --json asks nothing; add --yes.") }
  }

  /// Returns when it is yes; throws what was not done otherwise, and where nobody can be asked.
  static func ask(_ undone: String) throws {
    guard isatty(STDIN_FILENO) == 1 else {
      throw ProgramFailure("\(undone): add --yes where nobody can be asked.")
    }
    guard readLine(strippingNewline: true) == "yes" else { throw ProgramFailure("\(undone).") }
  }
}

/// Shows the state of a running program.
struct StatusCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "status", abstract: "Show the state of a running perpdeck.",
    discussion: """
      EXAMPLES
        perpdeck status
        perpdeck status --mode demo --json
      """)

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.status) }
}

/// Stops new risk.
struct HaltCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "halt",
    abstract: "Stop new risk in a running perpdeck; closes and protection go on.",
    discussion: """
      Opening orders are canceled. The bot stays halted over a restart.

      EXAMPLES
        perpdeck halt
        perpdeck halt --mode demo --json
      """)

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.halt) }
}

/// Ends a halt.
struct ResumeCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume", abstract: "Let a running perpdeck open positions again.",
    discussion: """
      EXAMPLES
        perpdeck resume
      """)

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.resume) }
}

/// Closes everything.
struct FlattenCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flatten",
    abstract: "Cancel every order and close every position of a running perpdeck.",
    discussion: """
      EXAMPLES
        perpdeck flatten
        perpdeck flatten --mode demo --json
      """)

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.flatten) }
}

/// Cancels every order.
struct CancelAllCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "cancel-all",
    abstract: "Cancel every order of a running perpdeck; protection stays.",
    discussion: """
      EXAMPLES
        perpdeck cancel-all
      """)

  @OptionGroup var options: ControlOptions

  func run() throws { try options.say(.cancelAll) }
}

/// Reads the limits again.
struct ReloadCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reload", abstract: "Let a running perpdeck read its limits again.",
    discussion: """
      The settings are read and checked whole; a mistake is told, and the old ones hold. The \
      limits of risk.yaml are taken at once, also looser ones: it is you who asks. SIGHUP, which a \
      service manager sends to a program without a screen, only tightens. A new key of the account \
      in .env is taken as well: requests are signed with it, and the private stream logs in anew. \
      All else holds from the next start.

      EXAMPLES
        perpdeck reload
      """)

  @OptionGroup var options: ControlOptions

  func validate() throws {
    if options.json { throw ValidationError("reload answers in one sentence, not in JSON") }
  }

  func run() throws { try options.say(line: "text reload") }
}

/// Closes one position.
struct CloseCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "close", abstract: "Close the position of one instrument at market.",
    discussion: """
      EXAMPLES
        perpdeck close BTC-USDT
        perpdeck close BTC-USDT long
      """)

  @Argument(help: "The instrument, such as BTC-USDT; BTC stands for BTC-USDT.")
  var instrument: String

  @Argument(help: "long or short, where both are held; both are closed if it is left out.")
  var side: PositionSide?

  @OptionGroup var options: ControlOptions

  func run() throws {
    let name = instrument.contains("-") ? instrument : instrument + "-USDT"
    try options.say(.close(InstrumentID(typed: name.uppercased()), side))
  }
}

extension PositionSide: ExpressibleByArgument {}
