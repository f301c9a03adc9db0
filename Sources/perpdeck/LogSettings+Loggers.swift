import Logging
import Runtime
import Settings
import Trading

extension LogSettings {
  /// When new files begin and how long old ones stay.
  var rotation: LogFile.Rotation {
    LogFile.Rotation(
      maximumBytes: megabytes << 20, isDaily: daily, keptFiles: files, keptDays: days)
  }

  /// Returns the loggers of all parts, which write to a file. Programs that read lines are told the
  /// run in each of them; people read it in the first.
  func loggers(to file: LogFile, run: RunID) -> PartLoggers {
    let parts = [
      "session": session, "engine": engine, "exchange": exchange, "journal": journal,
      "alerts": alerts,
    ]
    return PartLoggers { name in
      guard let part = parts[name] else { preconditionFailure("\(name) is a part that speaks") }
      var handler = FileLogHandler(
        file: file, label: name, format: format == .json ? .json : .text,
        level: level(of: part).logLevel)
      if format == .json { handler.metadata["run"] = "\(run)" }
      let ready = handler
      return Logger(label: name) { _ in ready }
    }
  }
}

extension LogLevelSetting {
  /// The level in swift-log's terms.
  fileprivate var logLevel: Logger.Level {
    switch self {
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}
