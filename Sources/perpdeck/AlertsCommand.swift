import Alerts
import ArgumentParser
import Runtime
import Trading

/// The alerts of a running program.
struct AlertsCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "alerts",
    abstract: "Set, list, acknowledge and try the alerts of a running perpdeck.",
    discussion: """
      EXAMPLES
        perpdeck alerts add 'btc > 65000 once'
        perpdeck alerts add 'mark(BTC) > 65000 and funding(BTC) < 0 and rsi(BTC, 15m) < 30'
        perpdeck alerts add 'liquidation_percent(BTC) < 5% every critical'
        perpdeck alerts add 'on fill every cooldown 0s info'
        perpdeck alerts list --json
        perpdeck alerts ack
        perpdeck alerts grammar        every reading and event, and the grammar
      """,
    subcommands: [List.self, Add.self, Remove.self, Test.self, Acknowledge.self, Grammar.self],
    defaultSubcommand: List.self)

  /// Lists the rules and the newest alerts.
  struct List: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "List the rules that can still fire and the newest alerts.")
    @OptionGroup var options: ControlOptions
    func run() throws { try options.say(.alerts(.list)) }
  }

  /// Makes a rule.
  struct Add: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make an alert rule.")
    @Argument(help: "The rule, in quotes: 'btc > 65000 once'.")
    var rule: String
    @OptionGroup var options: ControlOptions
    func run() throws {
      // The line of the socket is one line; a newline in a rule is a blank like any other.
      let text = String(rule.map { $0.isNewline ? " " : $0 })
      guard text.utf8.count <= ControlSocket.longestLine - 24 else {
        throw ProgramFailure("The rule is too long: it has \(text.utf8.count) bytes.")
      }
      try options.say(.alerts(.add(text)))
    }
  }

  /// Takes a rule away.
  struct Remove: ParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Take an alert rule away.")
    @Argument(help: "The number of the rule, as list shows it.")
    var number: UInt64
    @OptionGroup var options: ControlOptions
    func run() throws { try options.say(.alerts(.remove(AlertRuleID(number)))) }
  }

  /// Tries the channels.
  struct Test: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Send an alert that means nothing through every channel.")
    @Argument(help: "How much it matters: info, warning or critical.")
    var severity = "warning"
    @OptionGroup var options: ControlOptions
    func run() throws {
      guard let severity = AlertSeverity(rawValue: severity) else {
        throw ValidationError("The severity is info, warning or critical.")
      }
      try options.say(.alerts(.test(severity)))
    }
  }

  /// Says that an alert was seen.
  struct Acknowledge: ParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ack", abstract: "Acknowledge an alert, or all that wait.")
    @Argument(help: "The alert, such as 12.3; none means all that wait.")
    var alert: String?
    @OptionGroup var options: ControlOptions
    func run() throws {
      let id = alert.map { AlertID($0) }
      if case .some(nil) = id { throw ValidationError("An alert has a name such as 12.3.") }
      try options.say(.alerts(.acknowledge(id ?? nil)))
    }
  }

  /// Prints what a rule can say.
  struct Grammar: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the grammar of rules, every reading and every event.")
    func run() {
      StandardOutput.write((Expression.help + ["", Expression.grammar]).joined(separator: "\n"))
    }
  }
}
