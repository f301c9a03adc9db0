import GRDB
import Synchronization

/// Copies SQLite's write-ahead log back into the main file, beside the writer and not inside it.
///
/// SQLite would do it inside every thousandth page's commit, and the intent that is being committed
/// then waits for the syncs of the whole file. A connection of its own does the same work while the
/// writer goes on.
final class LogCopier: Sendable {
  /// So many records start a copy.
  static let recordsPerCopy = 10_000

  private struct Progress {
    var sinceCopy = 0
    var isCopying = false
  }

  private let queue: DatabaseQueue
  private let progress = Mutex(Progress())

  init(path: String) throws(JournalProblem) {
    queue = try JournalProblem.mapping {
      try DatabaseQueue(path: path, configuration: JournalOpening.configuration)
    }
  }

  /// Notes that records were written and starts a copy when it is time; returns whether it did.
  func wrote(_ count: Int, onFailure: @escaping @Sendable (JournalProblem) -> Void) -> Bool {
    let isDue = progress.withLock { progress in
      progress.sinceCopy += count
      guard progress.sinceCopy >= Self.recordsPerCopy, !progress.isCopying else { return false }
      progress.sinceCopy = 0
      progress.isCopying = true
      return true
    }
    guard isDue else { return false }
    queue.asyncWriteWithoutTransaction { [self] db in
      defer { progress.withLock { $0.isCopying = false } }
      do {
        try db.execute(sql: "PRAGMA wal_checkpoint(PASSIVE)")
      } catch {
        let problem = JournalProblem(error)
        // A busy or full disk leaves everything in the log, where it is safe.
        if problem.stopsTheStore { onFailure(problem) }
      }
    }
    return true
  }

  /// Waits for a copy that is under way and closes the connection.
  func close() throws { try queue.close() }
}
