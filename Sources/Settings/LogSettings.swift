/// How the log is written.
public enum LogFormatSetting: String, Sendable, Hashable, CaseIterable {
  /// Lines for people.
  case text
  /// One object a line.
  case json
}

/// The least that is written.
public enum LogLevelSetting: String, Sendable, Hashable, CaseIterable {
  case debug
  case info
  case notice
  case warning
  case error
}

/// The least that one part of the program writes.
public enum LogPartSetting: String, Sendable, Hashable, CaseIterable {
  /// As all others.
  case usual
  case debug
  case info
  case notice
  case warning
  case error
}

/// The program's own log: `log.yaml`.
public struct LogSettings: Sendable, Hashable {
  /// How it is written.
  public var format = LogFormatSetting.text
  /// The least that is written.
  public var level = LogLevelSetting.info
  /// The same for starts, ends and settings.
  public var session = LogPartSetting.usual
  /// For what the engine tells.
  public var engine = LogPartSetting.usual
  /// For connections, requests and answers.
  public var exchange = LogPartSetting.usual
  /// For trouble with the journal.
  public var journal = LogPartSetting.usual
  /// For alerts.
  public var alerts = LogPartSetting.usual
  /// The size in MiB beyond which a new file begins.
  public var megabytes = 8
  /// Whether a new file begins each day.
  public var daily = true
  /// How many old files are kept.
  public var files = 14
  /// How many days they are kept at most.
  public var days = 30
  /// The size in MiB of the journal beyond which its oldest market events are dropped.
  public var journalMegabytes = 200

  /// The defaults.
  public init() {}

  /// The least that a part writes.
  public func level(of part: LogPartSetting) -> LogLevelSetting {
    switch part {
    case .usual: level
    case .debug: .debug
    case .info: .info
    case .notice: .notice
    case .warning: .warning
    case .error: .error
    }
  }
}

extension LogSettings {
  mutating func read(_ map: SettingsMap) {
    map.value("format", .word, &format)
    map.value("level", .word, &level)
    map.group("parts") {
      $0.value("session", .word, &session)
      $0.value("engine", .word, &engine)
      $0.value("exchange", .word, &exchange)
      $0.value("journal", .word, &journal)
      $0.value("alerts", .word, &alerts)
    }
    map.value("megabytes", .count(1...1_024, example: 8), &megabytes)
    map.value("daily", .flag, &daily)
    map.value("files", .count(1...100, example: 14), &files)
    map.value("days", .count(1...3_650, example: 30), &days)
    map.value("journalMegabytes", .count(64...1_000_000, example: 200), &journalMegabytes)
  }
}
