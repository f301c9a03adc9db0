/// Why the screen cannot be drawn.
public enum TerminalError: Error, Equatable {
  /// Output does not go to a terminal.
  case notATerminal(String)
  /// The terminfo database has no entry of that name.
  case unknownTerminal(String)
  /// The terminal cannot place text.
  case dumbTerminal(String)
  /// The terminal could not be opened or set up; the number is `errno`.
  case unusable(String, errno: Int32)
}

extension TerminalError: CustomStringConvertible {
  /// A sentence for the user.
  public var description: String {
    switch self {
    case .notATerminal(let name):
      "\(name) is not a terminal: the dashboard needs one, and no pipe or file on either side"
    case .unknownTerminal(""):
      "TERM is not set: set it to the name of the terminal, such as xterm-256color"
    case .unknownTerminal(let name):
      "TERM=\(name) is not in the terminfo database: set TERM to a known name such as"
        + " xterm-256color, or install ncurses-term"
    case .dumbTerminal(let name):
      "TERM=\(name) cannot place text on the screen: set TERM to what the terminal really is,"
        + " or take the screen without panels: --plain"
    case .unusable(let name, let number):
      "\(name) cannot be used as the screen (errno \(number))"
    }
  }
}
