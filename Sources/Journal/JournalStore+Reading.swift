import GRDB
import Glibc
import Trading
import Units

extension JournalStore {
  /// Looks at the journal as it is now, beside the writer. Blocks; meant for start and for tests.
  public func read<Value>(
    _ body: (JournalReading) throws(JournalProblem) -> Value
  ) throws(JournalProblem) -> Value {
    try JournalProblem.mapping { try pool.read { try body(JournalReading(db: $0)) } }
  }

  /// Looks at the journal beside the writer; the answer comes on a queue of the journal.
  public func read<Value: Sendable>(
    _ body: @escaping @Sendable (JournalReading) throws(JournalProblem) -> Value,
    completion: @escaping @Sendable (Result<Value, JournalProblem>) -> Void
  ) {
    pool.asyncRead { db in
      do {
        completion(.success(try body(JournalReading(db: try db.get()))))
      } catch {
        completion(.failure(JournalProblem(error)))
      }
    }
  }

  /// Looks for damage as an opening does, beside the writer; the findings, in SQLite's words, come
  /// on a queue of the journal, empty when the file is sound.
  public func findDamage(
    completion: @escaping @Sendable (Result<[String], JournalProblem>) -> Void
  ) {
    read({ (reading) throws(JournalProblem) in try reading.quickDamage() }, completion: completion)
  }

  /// Copies the journal as it is now into a new private file, while it is in use.
  ///
  /// The copy holds one moment, needs no other file beside it, and can be opened like the original.
  /// Fails when the file exists.
  public func backUp(to copy: String) throws(JournalProblem) {
    try JournalCopy.make(of: pool, at: copy)
  }
}

/// Makes copies of a journal.
enum JournalCopy {
  static func make(of reader: any DatabaseReader, at copy: String) throws(JournalProblem) {
    try JournalFile.createPrivately(copy)
    do throws(JournalProblem) {
      try JournalProblem.mapping {
        // Outside of a transaction, where `VACUUM INTO` may run; it takes its own consistent look.
        try reader.unsafeRead { try $0.execute(sql: "VACUUM INTO ?", arguments: [copy]) }
      }
    } catch {
      // What is left of it, as on a full disk, is no copy and would be in the way of the next one.
      unlink(copy)
      throw error
    }
  }
}

/// A journal that is only read: by a command beside a running bot, or a copy.
public final class JournalArchive: Sendable {
  /// Where the file is.
  public let path: String
  /// Whose journal it is.
  public let stamp: JournalStamp

  private let queue: DatabaseQueue

  /// Opens an existing journal for reading, whoever it belongs to.
  public init(path: String) throws(JournalProblem) {
    _ = try JournalFile(recognizing: path)
    var configuration = JournalOpening.configuration
    configuration.readonly = true
    do {
      queue = try DatabaseQueue(path: path, configuration: configuration)
      stamp = try queue.read { db in
        guard let stamp = try JournalOpening.stamp(of: db) else {
          throw JournalProblem.notAJournal(path: path)
        }
        let unknown = try Migrations(Migration.all).unknownNames(db)
        guard unknown.isEmpty else {
          throw JournalProblem.newerSchema(path: path, unknown: unknown)
        }
        return stamp
      }
    } catch {
      let problem = JournalProblem(error)
      guard case .malformed = problem, !JournalFile.looksLikeDatabase(path) else { throw problem }
      throw .notAJournal(path: path)
    }
    self.path = path
  }

  /// Looks at the journal; everything asked in one call sees the same moment. Blocks.
  public func read<Value>(
    _ body: (JournalReading) throws(JournalProblem) -> Value
  ) throws(JournalProblem) -> Value {
    try JournalProblem.mapping { try queue.read { try body(JournalReading(db: $0)) } }
  }

  /// Copies the journal into a new private file. Fails when the file exists.
  public func backUp(to copy: String) throws(JournalProblem) {
    try JournalCopy.make(of: queue, at: copy)
  }
}
