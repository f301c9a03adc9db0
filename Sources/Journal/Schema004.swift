/// Finds what people said of strategies among all commands: a start reads it.
enum Schema004 {
  static let name = "004 strategy commands"

  static let statements = [strategyCommands]

  static let strategyCommands = """
    CREATE INDEX strategy_commands ON commands (number) WHERE text GLOB 'strategy *'
    """

  /// The commands about strategies that were done, oldest first.
  static let strategySQL = """
    SELECT text, answer FROM commands INDEXED BY strategy_commands
    WHERE text GLOB 'strategy *' AND answer IS NULL ORDER BY number
    """
}
