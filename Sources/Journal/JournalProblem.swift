import GRDB

/// Why the journal cannot be opened, written or read.
public enum JournalProblem: Error, Sendable, Hashable {
  /// The file belongs to another environment, account or exchange.
  case belongsToOther(path: String, found: JournalStamp, wanted: JournalStamp)
  /// The file belongs to another account at the exchange, by the exchange's own numbers.
  case ofOtherAccount(path: String, found: String, wanted: String)
  /// The file is not a journal of this program.
  case notAJournal(path: String)
  /// The file was written by a newer program: it has migrations that this one does not know.
  case newerSchema(path: String, unknown: [String])
  /// The check at opening found damage; the findings are SQLite's words.
  case damaged(path: String, findings: [String])
  /// The file or its folder is a symbolic link, a device or belongs to another user.
  case unsafeFile(path: String, reason: String)
  /// The operating system refused to create or open something.
  case cannotOpen(path: String, reason: String)
  /// The copy before a migration could not be made, so nothing was migrated.
  case backupFailed(path: String, reason: String)

  /// The disk is full. Nothing of the write is in the journal; a later one may succeed.
  case diskFull
  /// The file or its file system became read-only.
  case readOnly
  /// Another process held the file for longer than the patience of the store.
  case busy
  /// A record breaks a rule of the schema; only the write that carried it failed.
  case recordRefused(reason: String)
  /// So many records wait already that nothing more is taken.
  case overloaded(waiting: Int)

  /// The device failed while reading, writing or syncing: what is on disk is not known.
  case deviceFailed(code: Int32, reason: String)
  /// The file was removed or replaced while it was open.
  case fileGone(path: String)
  /// SQLite found the file to be malformed.
  case malformed(reason: String)
  /// An earlier failure made the journal untrustworthy; it takes nothing more until a restart.
  indirect case stopped(by: JournalProblem)
  /// The store was closed.
  case closed

  /// A row holds something that this program did not write.
  case unreadableRow(table: String, column: String, value: String)
  /// SQLite refused a statement for a reason of its own.
  case database(code: Int32, reason: String)

  /// Whether the store must not be trusted afterwards, because what is on disk is not known.
  ///
  /// A sync that failed once may succeed the next time without the data ever reaching the disk
  /// (the kernel marks the pages clean), so nothing is ever tried again.
  public var stopsTheStore: Bool {
    switch self {
    case .deviceFailed, .fileGone, .malformed: true
    case .belongsToOther, .ofOtherAccount, .notAJournal, .newerSchema, .damaged, .unsafeFile,
      .cannotOpen, .backupFailed, .diskFull, .readOnly, .busy, .recordRefused, .overloaded,
      .stopped, .closed,
      .unreadableRow, .database:
      false
    }
  }
}

extension JournalProblem {
  /// Reads the meaning of what GRDB or SQLite threw.
  init(_ error: any Error) {
    switch error {
    case let problem as JournalProblem: self = problem
    case let error as DatabaseError:
      self.init(
        code: error.extendedResultCode.rawValue,
        reason: error.message ?? String(describing: error.resultCode))
    default: self = .database(code: 0, reason: String(describing: error))
    }
  }

  /// Reads the meaning of an extended result code of SQLite.
  init(code: Int32, reason: String) {
    switch ResultCode(rawValue: code).primaryResultCode {
    case .SQLITE_FULL: self = .diskFull
    case .SQLITE_READONLY: self = .readOnly
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .busy
    case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH: self = .recordRefused(reason: reason)
    case .SQLITE_IOERR: self = .deviceFailed(code: code, reason: reason)
    case .SQLITE_CORRUPT, .SQLITE_NOTADB: self = .malformed(reason: reason)
    default: self = .database(code: code, reason: reason)
    }
  }

  /// Runs something that can only fail with what this module understands.
  static func mapping<Value>(_ body: () throws -> Value) throws(JournalProblem) -> Value {
    do {
      return try body()
    } catch {
      throw JournalProblem(error)
    }
  }
}
