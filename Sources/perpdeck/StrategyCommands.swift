import ArgumentParser
import Runtime
import Trading

/// Tells what strategies wait for.
struct WhyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "why", abstract: "Show what the strategies of a running perpdeck wait for.",
    discussion: """
      Of each strategy all conditions with their values of now; the first that fails is marked by >.

      EXAMPLES
        perpdeck why
        perpdeck why BTC-USDT
        perpdeck why btc --json
      """)

  @Argument(help: "The instrument, such as BTC or BTC-USDT; all of them if it is left out.")
  var instrument: String?

  @OptionGroup var options: ControlOptions

  func run() throws {
    try options.say(.why(try instrument.map { try InstrumentID(typed: $0) }))
  }
}

/// Puts a strategy into a state.
struct StrategyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "strategy", abstract: "Let a strategy of a running perpdeck do more or less.",
    discussion: """
      running opens by itself, approval proposes and waits for a key, paused opens nothing; exits \
      pass in every state. At the next start the tighter of this and of the settings holds. What \
      lets it do more is asked for first; --yes answers.

      EXAMPLES
        perpdeck strategy btc-zones paused
        perpdeck strategy btc-zones approval --yes
      """)

  @Argument(help: "The name of the strategy in strategies.yaml.")
  var name: String

  @Argument(help: "running, approval or paused.")
  var state: State

  @Flag(help: "Answer the question with yes.")
  var yes = false

  @OptionGroup var options: ControlOptions

  /// What can be said.
  enum State: String, CaseIterable, ExpressibleByArgument {
    case running
    case approval
    case paused
  }

  func run() throws {
    try options.carryOut("strategy \(name) \(state.rawValue)", isAgreed: yes)
  }
}

/// Lets the drawdown begin anew.
struct ResetPeakCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-peak", abstract: "Count the drawdown of a running perpdeck anew.",
    discussion: """
      The limit on the drawdown counts from the highest equity that was seen. Money that was \
      withdrawn looks like a loss to it, and every opening is denied. From now on it counts from \
      the equity of now. Asked for first; --yes answers.

      EXAMPLES
        perpdeck reset-peak
        perpdeck reset-peak --yes
      """)

  @Flag(help: "Answer the question with yes.")
  var yes = false

  @OptionGroup var options: ControlOptions

  func run() throws { try options.carryOut("reset peak", isAgreed: yes) }
}

extension ControlOptions {
  /// Has the running program do what a line says; what it asks about is asked here first.
  fileprivate func carryOut(_ line: String, isAgreed: Bool) throws {
    if !isAgreed, try asks(line) {
      try Consent.refuseJSON(json, "Nothing was changed")
      try say(line: "text \(ControlVerb.preview(line).line)")
      try Consent.ask("Nothing was changed")
    }
    try say(.act(line))
  }

  /// Whether the running program asks before it does what a line says.
  private func asks(_ line: String) throws -> Bool {
    !ControlAnswer.asksNothing(try program().ask("json \(ControlVerb.preview(line).line)"))
  }
}
