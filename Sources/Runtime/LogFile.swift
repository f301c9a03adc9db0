import Glibc
import Logging
import Synchronization
import Units

/// The program's log: one file of lines, 0600, rotated by size; never the terminal.
///
/// A full disk or a directory that is gone costs log lines, never trading: a line that cannot be
/// written is counted and the count is written when writing works again (fault case P09).
nonisolated public final class LogFile: Sendable {
  private struct Sink {
    var descriptor: Int32
    var size: Int
    var lost: Int
  }

  /// Where the newest lines are.
  public let path: String
  private let maximumBytes: Int
  private let keptFiles: Int
  private let sink: Mutex<Sink>

  /// Opens the log at `path`, making it if needed.
  ///
  /// Beyond `maximumBytes` the file is renamed to `path.1`, that one to `path.2`, and so on up to
  /// `keptFiles`.
  public init(path: String, maximumBytes: Int = 8 << 20, keptFiles: Int = 4) throws(LogFileProblem)
  {
    self.path = path
    self.maximumBytes = maximumBytes
    self.keptFiles = keptFiles
    let descriptor = Self.open(path)
    guard descriptor >= 0 else { throw LogFileProblem(path: path, errno: errno) }
    var status = stat()
    fstat(descriptor, &status)
    sink = Mutex(Sink(descriptor: descriptor, size: Int(status.st_size), lost: 0))
  }

  deinit {
    sink.withLock { _ = Glibc.close($0.descriptor) }
  }

  /// Appends one line; the newline is added here.
  public func append(_ line: String) {
    sink.withLock { sink in
      if sink.size > maximumBytes { rotate(&sink) }
      var text = line
      if sink.lost > 0 {
        text += "\n\(sink.lost) log lines before this one could not be written"
      }
      text += "\n"
      let written = text.withUTF8 { Glibc.write(sink.descriptor, $0.baseAddress, $0.count) }
      if written == text.utf8.count {
        sink.size += written
        sink.lost = 0
      } else {
        sink.lost += 1
      }
    }
  }

  /// A descriptor of the open file, for standard error to point to while the screen is owned.
  public var descriptor: Int32 { sink.withLock { $0.descriptor } }

  private static func open(_ path: String) -> Int32 {
    Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
  }

  private func rotate(_ sink: inout Sink) {
    for number in stride(from: keptFiles - 1, through: 1, by: -1) {
      rename("\(path).\(number)", "\(path).\(number + 1)")
    }
    rename(path, "\(path).1")
    let fresh = Self.open(path)
    // The old file stays open when no new one can be made: lines then go on after its end.
    guard fresh >= 0 else { return }
    // The number of the descriptor stays the same, so nobody who holds it needs to know.
    if dup2(fresh, sink.descriptor) >= 0 { sink.size = 0 }
    Glibc.close(fresh)
  }
}

/// Why the log cannot be opened.
public struct LogFileProblem: Error, Sendable, Hashable, CustomStringConvertible {
  /// Which file.
  public let path: String
  /// The system's reason.
  public let errno: Int32

  /// The reason and what to do, in one sentence.
  public var description: String {
    "Cannot write the log \(path): \(String(cString: strerror(errno))). "
      + "Make the directory writable or choose another with --data."
  }
}

/// Sends swift-log's messages to a ``LogFile``, one line each, values as `key=value`.
nonisolated public struct FileLogHandler: LogHandler {
  private let file: LogFile
  private let label: String
  /// Values added to every line.
  public var metadata: Logger.Metadata = [:]
  /// The least level that is written.
  public var logLevel: Logger.Level = .info

  /// Makes a handler for one part of the program.
  public init(file: LogFile, label: String) {
    self.file = file
    self.label = label
  }

  /// One value that is added to every line.
  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  /// Writes one line: time, level, part, sentence, values.
  public func log(event: LogEvent) {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    let now = Timestamp(milliseconds: Int64(time.tv_sec) * 1_000 + Int64(time.tv_nsec) / 1_000_000)
    var line = "\(now.isoText) \(event.level) \(label): \(event.message)"
    let values = metadata.merging(event.metadata ?? [:]) { _, newer in newer }
    for (key, value) in values.sorted(by: { $0.key < $1.key }) {
      line += " \(key)=\(value)"
    }
    file.append(line.split(separator: "\n").joined(separator: "\\n"))
  }
}
