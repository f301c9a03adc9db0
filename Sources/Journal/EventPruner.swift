import GRDB

/// Drops the oldest market events of a journal that has grown beyond its size.
///
/// They are nearly all of a journal, a gigabyte a day on a busy market, and nothing that a start,
/// an audit or a statement of trades reads is among them. Only events go: intents, orders, fills,
/// positions, commands and notes stay. SQLite uses the pages again, so that the file grows no more.
enum EventPruner {
  /// The size in bytes that a journal keeps to until it is told another.
  static let usualLimit = 200 << 20

  /// How many stretches of events go at a time: eight times what comes in a second, and done within
  /// a millisecond, for an intent may wait behind it.
  static let step = 8

  private static let dropSQL = """
    DELETE FROM events WHERE rowid IN (SELECT rowid FROM events ORDER BY rowid LIMIT \(step))
    """

  /// Drops a few of the oldest where the pages in use are more than `limit` bytes; returns whether
  /// there were any.
  static func drop(beyond limit: Int, _ db: Database) throws -> Bool {
    guard try size(db) > limit else { return false }
    try db.cachedStatement(sql: dropSQL).execute()
    return db.changesCount > 0
  }

  /// The bytes of the pages in use.
  static func size(_ db: Database) throws -> Int {
    let count = { (name: String) in try Int.fetchOne(db, sql: "PRAGMA \(name)") ?? 0 }
    return try (count("page_count") - count("freelist_count")) * count("page_size")
  }
}
