import Glibc
import Synchronization
import Units

/// The program's log: one file of lines, 0600, a new one by size and by day; never the terminal.
///
/// A full disk or a directory that is gone costs log lines, never trading: a line that cannot be
/// written is counted and the count is written when writing works again (fault case P09).
nonisolated public final class LogFile: Sendable {
  /// When a new file begins, and how long old ones stay.
  public struct Rotation: Sendable, Hashable {
    /// The size in bytes beyond which a new file begins.
    public var maximumBytes = 8 << 20
    /// Whether a new file begins each day, UTC.
    public var isDaily = true
    /// How many old files are kept.
    public var keptFiles = 14
    /// How many days old files are kept at most.
    public var keptDays = 30

    /// States it; the defaults are those of `log.yaml`.
    public init(
      maximumBytes: Int = 8 << 20, isDaily: Bool = true, keptFiles: Int = 14, keptDays: Int = 30
    ) {
      self.maximumBytes = maximumBytes
      self.isDaily = isDaily
      self.keptFiles = keptFiles
      self.keptDays = keptDays
    }
  }

  private struct Sink {
    var descriptor: Int32
    var size: Int
    /// The day of the newest line, counted from 1970, UTC.
    var day: Int64
    var lost = 0
    /// Takes secrets out of a line.
    var clean: @Sendable (String) -> String = { $0 }
  }

  /// Where the newest lines are.
  public let path: String
  private let rotation: Rotation
  private let sink: Mutex<Sink>

  private static let millisecondsPerDay: Int64 = 86_400_000

  /// Opens the log at `path`, making it if needed.
  ///
  /// When a new file begins, this one is renamed to `path.1`, that one to `path.2`, and so on.
  public init(path: String, rotation: Rotation = Rotation()) throws(LogFileProblem) {
    self.path = path
    self.rotation = rotation
    let descriptor = Self.open(path)
    guard descriptor >= 0 else { throw LogFileProblem(path: path, errno: errno) }
    var status = stat()
    fstat(descriptor, &status)
    sink = Mutex(
      Sink(
        descriptor: descriptor, size: Int(status.st_size),
        day: Int64(status.st_mtim.tv_sec) * 1_000 / Self.millisecondsPerDay))
  }

  deinit {
    sink.withLock { _ = Glibc.close($0.descriptor) }
  }

  /// Sends every line through `clean` from now on, which takes the secrets out of it (S04).
  public func setCleaner(_ clean: @escaping @Sendable (String) -> String) {
    sink.withLock { $0.clean = clean }
  }

  /// Appends one line; the newline is added here.
  public func append(_ line: String, at now: Timestamp) {
    sink.withLock { sink in
      let day = now.milliseconds / Self.millisecondsPerDay
      let isNextDay = rotation.isDaily && day > sink.day
      if sink.size > rotation.maximumBytes || (isNextDay && sink.size > 0) { rotate(&sink, day) }
      sink.day = max(sink.day, day)
      var text = sink.clean(line)
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

  private func rotate(_ sink: inout Sink, _ day: Int64) {
    // The new file comes first: where there can be none, lines go on in the old one, and the files
    // before it keep their places.
    let next = "\(path).next"
    let fresh = Self.open(next)
    guard fresh >= 0 else { return }
    // The number of the descriptor stays the same, so nobody who holds it needs to know.
    let isNew = dup2(fresh, sink.descriptor) >= 0
    Glibc.close(fresh)
    guard isNew else {
      unlink(next)
      return
    }
    sink.size = 0
    for number in stride(from: rotation.keptFiles - 1, through: 1, by: -1) {
      rename("\(path).\(number)", "\(path).\(number + 1)")
    }
    rename(path, "\(path).1")
    rename(next, path)
    removeOld(before: day - Int64(rotation.keptDays))
  }

  /// Removes kept files whose newest line is of a day before that.
  private func removeOld(before day: Int64) {
    for number in 1...rotation.keptFiles {
      var status = stat()
      let old = "\(path).\(number)"
      guard stat(old, &status) == 0 else { continue }
      let newest = Int64(status.st_mtim.tv_sec) * 1_000 / Self.millisecondsPerDay
      if newest < day { unlink(old) }
    }
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
