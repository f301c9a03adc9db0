import Glibc
import JSONText
import Logging
import Units

/// How lines of the log look.
nonisolated public enum LogFormat: Sendable, Hashable {
  /// `time level part: sentence key=value`, for people.
  case text
  /// One object a line, for programs: `time`, `level`, `part`, `message`, then the values.
  case json
}

/// One logger for each part of the program that speaks.
nonisolated public struct PartLoggers: Sendable {
  /// Starts, ends, settings.
  public let session: Logger
  /// What the engine tells.
  public let engine: Logger
  /// Connections, requests and answers.
  public let exchange: Logger
  /// Trouble with the journal.
  public let journal: Logger
  /// Alerts.
  public let alerts: Logger

  /// Makes each by the name of its part.
  public init(_ make: (String) -> Logger) {
    session = make("session")
    engine = make("engine")
    exchange = make("exchange")
    journal = make("journal")
    alerts = make("alerts")
  }
}

/// Sends swift-log's messages to a ``LogFile``, one line each.
nonisolated public struct FileLogHandler: LogHandler {
  private let file: LogFile
  private let label: String
  private let format: LogFormat
  /// Values added to every line.
  public var metadata: Logger.Metadata = [:]
  /// The least level that is written.
  public var logLevel: Logger.Level

  /// Makes a handler for one part of the program.
  public init(
    file: LogFile, label: String, format: LogFormat = .text, level: Logger.Level = .info
  ) {
    self.file = file
    self.label = label
    self.format = format
    logLevel = level
  }

  /// One value that is added to every line.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line.
  public func log(event: LogEvent) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    let values = metadata.merging(event.metadata ?? [:]) { _, newer in newer }
      .sorted { $0.key < $1.key }
    switch format {
    case .text: file.append(text(event, values, now), at: now)
    case .json: file.append(json(event, values, now), at: now)
    }
  }

  private func text(
    _ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)], _ now: Timestamp
  ) -> String {
    var line = "\(now.isoText) \(event.level) \(label): \(event.message)"
    for (key, value) in values { line += " \(key)=\(value)" }
    return line.split(separator: "\n").joined(separator: "\\n")
  }

  private func json(
    _ event: LogEvent, _ values: [(key: String, value: Logger.MetadataValue)], _ now: Timestamp
  ) -> String {
    var writer = JSONWriter(capacity: 256)
    writer.beginObject()
    writer.member("time", now.isoText)
    writer.member("level", event.level.rawValue)
    writer.member("part", label)
    writer.member("message", "\(event.message)")
    for (key, value) in values {
      writer.key(key)
      writer.string("\(value)")
    }
    writer.endObject()
    return String(decoding: writer.bytes, as: UTF8.self)
  }
}
