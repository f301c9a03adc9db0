import Engine
import Screen
import Units

/// Something that happened to the screen.
public enum Message: Sendable {
  /// The user did something.
  case key(Key)
  /// The engine is in a new state, which is shown.
  case snapshot(EngineSnapshot)
  /// The screen has this size from now on; it confirms nothing.
  case size(Size)
  /// The engine has a sentence for people.
  case notice(Notice)
}

/// Something that the screen wants done.
public enum DashboardCommand: Sendable, Equatable {
  /// Asks the engine.
  case engine(Command)
  /// Ends the program.
  case quit
  /// Stops the process until it is brought to the foreground again; it watches nothing meanwhile.
  case suspend
  /// Reads the settings and the keys again; looser limits are taken only where that was asked for.
  case reload(loosens: Bool)
}
