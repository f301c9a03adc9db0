import GRDB
import GRDBSQLite

/// What a finished write has survived.
public enum Durability: Int, Sendable, Hashable, Comparable {
  /// A crash of the program. A loss of power may take the last writes with it, never the order.
  case normal = 1
  /// A loss of power: the disk has confirmed it.
  case full = 2

  public static func < (left: Durability, right: Durability) -> Bool {
    left.rawValue < right.rawValue
  }

  /// Sets it for the following transactions; outside of a transaction only. An order waits for it,
  /// so it is said to SQLite itself: GRDB takes several times as long to read a sentence.
  func apply(to db: Database) throws {
    let sentence =
      switch self {
      case .normal: "PRAGMA synchronous = NORMAL"
      case .full: "PRAGMA synchronous = FULL"
      }
    let code = sqlite3_exec(db.sqliteConnection, sentence, nil, nil, nil)
    guard code == SQLITE_OK else {
      throw DatabaseError(resultCode: ResultCode(rawValue: code), sql: sentence)
    }
  }

  /// Reads what is in force; nil for a mode that this program never sets.
  static func inForce(_ db: Database) throws -> Durability? {
    try Int.fetchOne(db, sql: "PRAGMA synchronous").flatMap(Durability.init(rawValue:))
  }
}
