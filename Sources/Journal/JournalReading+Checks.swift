import GRDB

extension JournalReading {
  /// Returns what SQLite's own check finds wrong with the file; empty when it is sound.
  ///
  /// Reads every page and every row. Rows are also held against the constraints of the schema.
  public func damage() throws(JournalProblem) -> [String] {
    try JournalProblem.mapping {
      try Self.findings(db, pragma: "integrity_check")
        + Row.fetchAll(db, sql: "PRAGMA foreign_key_check").map {
          "\($0[0] as String): row without its \($0[2] as String)"
        }
    }
  }

  /// Returns what the quick form of the check finds, which leaves indexes out.
  func quickDamage() throws(JournalProblem) -> [String] {
    try JournalProblem.mapping { try Self.findings(db) }
  }

  /// Returns what the quick form of the check finds, which leaves indexes out.
  static func findings(_ db: Database, pragma: String = "quick_check") throws -> [String] {
    try String.fetchAll(db, sql: "PRAGMA \(pragma)(20)").filter { $0 != "ok" }
  }

  /// Returns how many rows each table holds, in the order of their names.
  public func rowCounts() throws(JournalProblem) -> [(table: String, rows: Int)] {
    try JournalProblem.mapping {
      let tables = try String.fetchAll(
        db,
        sql: """
          SELECT name FROM sqlite_master
          WHERE type = 'table' AND name <> 'grdb_migrations' ORDER BY name
          """)
      return try tables.map { table in
        (table, try Int.fetchOne(db, sql: "SELECT count(*) FROM \(table)") ?? 0)
      }
    }
  }
}
