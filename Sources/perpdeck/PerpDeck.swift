import ArgumentParser
import Glibc
import Settings

/// The program: `perpdeck` with a subcommand; none means paper mode.
@main
struct PerpDeck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perpdeck",
    abstract: "A terminal dashboard and trading bot for crypto perpetual futures.",
    discussion: """
      Paper mode is the default: simulated fills with 10,000 USDT, no key, no network.

      EXAMPLES
        perpdeck                             trade on paper in the built-in market
        perpdeck paper --candles BTC_1m.csv  trade on paper in a recording
        perpdeck demo                        BloFin's demo environment, needs a key
        perpdeck status                      ask a running perpdeck how it stands
        perpdeck halt                        stop its new risk
      """,
    version: ProgramVersion.text,
    subcommands: [
      PaperCommand.self, DemoCommand.self, LiveCommand.self, BacktestCommand.self,
      SweepCommand.self, WalkForwardCommand.self, ServeExchangeCommand.self,
      ConfigCommand.self, DoctorCommand.self, JournalCommand.self, SupportBundleCommand.self,
      BalanceCommand.self, PositionsCommand.self, OrdersCommand.self, FillsCommand.self,
      BillsCommand.self, PlaceCommand.self,
      CancelCommand.self, LeverageCommand.self, RiskCalcCommand.self,
      TickersCommand.self, BookCommand.self, CandlesCommand.self, FundingCommand.self,
      StatusCommand.self, HaltCommand.self, ResumeCommand.self, FlattenCommand.self,
      CancelAllCommand.self, CloseCommand.self, WhyCommand.self, StrategyCommand.self,
      ResetPeakCommand.self,
      AlertsCommand.self, ReloadCommand.self,
      AttachCommand.self, ResetTerminalCommand.self, WebSocketEchoCommand.self,
    ],
    defaultSubcommand: PaperCommand.self)

  static func main() {
    OpenFiles.fillStandardStreams()
    CoreDumps.turnOff()
    OpenFiles.raise()
    if let sentence = complaint(
      about: CommandLine.arguments.dropFirst(), below: PerpDeck.self, at: "perpdeck")
    {
      StandardError.write("Error: \(sentence)")
      Glibc.exit(ExitCode.validationFailure.rawValue)
    }
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch let failure as ProgramFailure where CommandLine.arguments.contains("--json") {
      JSONOutput.write(failure)
      Glibc.exit(ExitCode.failure.rawValue)
    } catch {
      exit(withError: error)
    }
  }

  /// Returns what is wrong with the name of a command; the parser takes it for an argument of paper
  /// and knows no name that is near. `place` is the command so far.
  private static func complaint(
    about words: ArraySlice<String>, below type: any ParsableCommand.Type, at place: String
  ) -> String? {
    let commands: [any ParsableCommand.Type] = type.configuration.subcommands
    guard let word = words.first, !word.hasPrefix("-"), word != "help", !commands.isEmpty else {
      return nil
    }
    var names: [String] = []
    for command in commands {
      let name = command._commandName
      guard name != word else {
        return complaint(about: words.dropFirst(), below: command, at: "\(place) \(name)")
      }
      names.append(name)
    }
    let near = nearestName(to: word, among: names).map { "; did you mean \($0)?" } ?? ""
    return "there is no command \(place) \(word)\(near)\n\(place) --help lists all."
  }
}
