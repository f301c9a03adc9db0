import GRDB
import GRDBSQLite
import Synchronization

/// Copies SQLite's write-ahead log back into the main file, beside the writer and not inside it.
///
/// SQLite would do it inside every thousandth page's commit, and the intent that is being committed
/// then waits for the syncs of the whole file. A connection of its own does the same work while the
/// writer goes on. What was written meanwhile, a few pages, the writer copies itself when it has
/// nothing else to do; then SQLite begins the log anew, in the room that it has.
final class LogCopier: Sendable {
  /// So many pages in the log start a copy, as in SQLite itself.
  static let pagesPerCopy = 1_000

  private struct Progress {
    /// How many pages the log has.
    var pages = 0
    /// How many it had when a copy was started last.
    var copiedPages = 0
    var isCopying = false
    /// Whether a copy has ended that the writer has not finished yet.
    var isUnfinished = false
  }

  private let queue: DatabaseQueue
  private let progress = Mutex(Progress())

  init(path: String) throws(JournalProblem) {
    queue = try JournalProblem.mapping {
      try DatabaseQueue(path: path, configuration: JournalOpening.configuration)
    }
  }

  /// Begins to count the pages that a connection commits; the copier must outlive its writes.
  func watch(_ db: Database) {
    sqlite3_wal_hook(
      db.sqliteConnection,
      { context, _, _, pages in
        guard let context else { preconditionFailure("SQLite keeps the context of its hook") }
        let copier = Unmanaged<LogCopier>.fromOpaque(context).takeUnretainedValue()
        copier.progress.withLock { $0.pages = Int(pages) }
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Starts a copy when it is time; returns whether it did.
  func copyWhenDue(onFailure: @escaping @Sendable (JournalProblem) -> Void) -> Bool {
    let isDue = progress.withLock { progress in
      // The log was begun anew.
      if progress.pages < progress.copiedPages { progress.copiedPages = 0 }
      guard progress.pages - progress.copiedPages >= Self.pagesPerCopy, !progress.isCopying else {
        return false
      }
      progress.copiedPages = progress.pages
      progress.isCopying = true
      return true
    }
    guard isDue else { return false }
    queue.asyncWriteWithoutTransaction { [self] db in
      defer {
        progress.withLock { progress in
          progress.isCopying = false
          progress.isUnfinished = true
        }
      }
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

  /// Returns once after each copy that it wants to be finished by the writer.
  func takeUnfinished() -> Bool {
    progress.withLock { progress in
      defer { progress.isUnfinished = false }
      return progress.isUnfinished
    }
  }

  /// Waits for a copy that is under way.
  func settle() async throws { try await queue.writeWithoutTransaction { _ in } }

  /// Waits for a copy that is under way and closes the connection.
  func close() throws { try queue.close() }
}
