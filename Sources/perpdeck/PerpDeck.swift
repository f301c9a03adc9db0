import ArgumentParser

/// The program: `perpdeck` with a subcommand; none means paper mode.
@main
struct PerpDeck: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "perpdeck",
    abstract: "A terminal dashboard and trading bot for crypto perpetual futures.",
    discussion: """
      Paper mode is the default: simulated fills with 10,000 USDT, no key, no network.

      EXAMPLES
        perpdeck                                   trade on paper in the built-in market
        perpdeck paper --candles BTC_1m.csv        trade on paper in a recording
        perpdeck demo                              the exchange's demo environment (needs a key)
        perpdeck status                            ask a running perpdeck, from a second terminal
        perpdeck halt                              stop its new risk
      """,
    version: ProgramVersion.text,
    subcommands: [
      PaperCommand.self, DemoCommand.self, LiveCommand.self, BacktestCommand.self,
      SweepCommand.self, WalkForwardCommand.self, ServeExchangeCommand.self,
      StatusCommand.self, HaltCommand.self, ResumeCommand.self, FlattenCommand.self,
      CancelAllCommand.self, CloseCommand.self, AlertsCommand.self, ResetTerminalCommand.self,
      WebSocketEchoCommand.self,
    ],
    defaultSubcommand: PaperCommand.self)
}
