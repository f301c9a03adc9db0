import ArgumentParser
import Terminal

/// Gives back the terminal after a run that was killed by `kill -9`.
struct ResetTerminalCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reset-terminal",
    abstract: "Give the terminal back after a run that was killed.",
    discussion: """
      Every other end gives the terminal back by itself. After kill -9 the shell may be \
      unreadable: type this line blindly and press Ctrl-J.

      EXAMPLES
        perpdeck reset-terminal
      """)

  func run() throws {
    try TerminalReset.run(TerminalOptions(environment: ProcessEnvironment.all))
  }
}
