import GRDB
import GRDBSQLite

/// A compiled statement that takes its values straight from a ``RowValues``.
///
/// GRDB's own way wraps each value and copies each text, which costs more than SQLite's insert.
/// Used on the writer's queue only.
struct PreparedStatement {
  private let statement: Statement
  private let parameterCount: Int

  /// Compiles, or takes from GRDB's cache of this connection.
  init(_ sql: String, _ db: Database) throws {
    statement = try db.cachedStatement(sql: sql)
    parameterCount = Int(sqlite3_bind_parameter_count(statement.sqliteStatement))
  }

  /// Runs it to its end; returns the first column of the first row, if it has rows.
  @discardableResult
  func run(_ row: borrowing RowValues) throws(JournalProblem) -> Int64? {
    precondition(row.values.count == parameterCount, "each parameter has its value")
    let handle = statement.sqliteStatement
    var result: Int64?
    var code = SQLITE_OK
    row.bytes.withUnsafeBytes { bytes in
      // The texts stay where they are until the reset below, so SQLite need not copy them.
      for (offset, value) in row.values.enumerated() {
        Self.bind(value, at: Int32(offset + 1), of: handle, bytes)
      }
      code = sqlite3_step(handle)
      while code == SQLITE_ROW {
        if result == nil { result = sqlite3_column_int64(handle, 0) }
        code = sqlite3_step(handle)
      }
    }
    guard code != SQLITE_DONE else {
      sqlite3_reset(handle)
      sqlite3_clear_bindings(handle)
      return result
    }
    let connection = sqlite3_db_handle(handle)
    let extended = sqlite3_extended_errcode(connection)
    let reason = sqlite3_errmsg(connection).map { String(cString: $0) } ?? "no words"
    sqlite3_reset(handle)
    sqlite3_clear_bindings(handle)
    throw JournalProblem(code: extended, reason: reason)
  }

  private static func bind(
    _ value: RowValues.Value, at index: Int32, of handle: OpaquePointer,
    _ bytes: UnsafeRawBufferPointer
  ) {
    let code =
      switch value {
      case .null: sqlite3_bind_null(handle, index)
      case .integer(let number): sqlite3_bind_int64(handle, index, number)
      case .text(let range):
        range.isEmpty
          ? sqlite3_bind_text(handle, index, "", 0, nil)
          : sqlite3_bind_text64(
            handle, index,
            bytes.baseAddress?.advanced(by: range.lowerBound).assumingMemoryBound(to: CChar.self),
            UInt64(range.count), nil, UInt8(SQLITE_UTF8))
      case .blob(let range):
        range.isEmpty
          ? sqlite3_bind_zeroblob(handle, index, 0)
          : sqlite3_bind_blob64(
            handle, index, bytes.baseAddress?.advanced(by: range.lowerBound),
            UInt64(range.count), nil)
      }
    // A text beyond SQLite's limit (1 GB) is all that can fail here.
    precondition(code == SQLITE_OK, "a value of a journal row is below SQLite's limits")
  }
}
