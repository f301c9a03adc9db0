import Logging
import Trading

extension NoteRecord.Level {
  var logLevel: Logger.Level {
    switch self {
    case .notice, .user: .info
    case .warning: .warning
    case .alarm: .error
    }
  }
}

extension AlertSeverity {
  /// The level that the screen and the log show.
  nonisolated var noteLevel: NoteRecord.Level {
    switch self {
    case .info: .notice
    case .warning: .warning
    case .critical: .alarm
    }
  }
}
