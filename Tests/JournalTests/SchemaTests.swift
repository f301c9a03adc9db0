import GRDB
import TestSupport
import Testing
import Trading
import Units

@testable import Journal

private func schemaText(_ store: JournalStore) throws -> String {
  try store.pool.read { db in
    try String.fetchAll(
      db,
      sql: """
        SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'grdb%'
        ORDER BY type DESC, name
        """
    ).joined(separator: ";\n\n") + ";\n"
  }
}

@Test func `the schema is the one that was agreed on`() throws {
  let store = try openJournal(TemporaryFolder())
  #expect(try Golden.mismatch(schemaText(store), "journal-schema") == nil)
  try store.close()
}

@Test func `every table of ours is strict`() throws {
  let store = try openJournal(TemporaryFolder())
  let loose = try store.pool.read { db in
    try String.fetchAll(
      db,
      sql: """
        SELECT name FROM pragma_table_list
        WHERE schema = 'main' AND type = 'table' AND strict = 0
        AND name NOT LIKE 'sqlite_%' AND name <> 'grdb_migrations'
        """)
  }
  #expect(loose == [])
  try store.close()
}

/// Statements that the code should never try, each with the words of SQLite's refusal.
private let badStatements: [(sql: String, refusal: String)] = [
  (
    "INSERT INTO journal VALUES (2, 'live', 'a', 'b', 0, NULL)", "CHECK constraint failed: id = 1"
  ),
  (
    "INSERT INTO runs (id, program_version, seed, settings) VALUES ('x', '', '', '')",
    "NOT NULL constraint failed: runs.started_at"
  ),
  (
    "UPDATE runs SET ended_at = 1",
    "CHECK constraint failed: (ended_at IS NULL) = (end_reason IS NULL)"
  ),
  ("UPDATE intents SET run = 99", "FOREIGN KEY constraint failed"),
  ("UPDATE intents SET contracts = '0'", "CHECK constraint failed: contracts"),
  ("UPDATE intents SET contracts = '-1'", "CHECK constraint failed: contracts"),
  ("UPDATE intents SET contracts = 'NaN'", "CHECK constraint failed: contracts"),
  (
    "UPDATE intents SET contracts = NULL",
    "CHECK constraint failed: kind <> 'order' OR contracts IS NOT NULL"
  ),
  ("UPDATE intents SET limit_price = NULL", "CHECK constraint failed: (order_type IS NULL"),
  ("UPDATE intents SET limit_price = x'00'", "cannot store BLOB value in TEXT column"),
  ("UPDATE intents SET side = NULL", "CHECK constraint failed: (kind = 'closePosition')"),
  ("UPDATE intents SET client_order_id = ''", "CHECK constraint failed"),
  ("UPDATE intents SET bot_state = 'asleep'", "CHECK constraint failed: bot_state"),
  ("UPDATE intents SET stop_source = NULL", "CHECK constraint failed: (stop_price IS NULL)"),
  ("UPDATE intents SET margin = NULL", "CHECK constraint failed: equity IS NULL OR"),
  ("UPDATE intents SET at = 'today'", "cannot store TEXT value in INTEGER column intents.at"),
  ("UPDATE orders SET state = 'triggered', kind = 'order'", "CHECK constraint failed"),
  (
    "UPDATE orders SET client_order_id = NULL, exchange_order_id = NULL",
    "CHECK constraint failed: client_order_id IS NOT NULL"
  ),
  (
    "INSERT INTO order_changes VALUES (9, 99, 'live', '0', NULL, '', 0)",
    "FOREIGN KEY constraint failed"
  ),
  ("UPDATE fills SET price = ''", "CHECK constraint failed: price"),
  ("UPDATE fills SET fee = 'NaN'", "CHECK constraint failed: fee"),
  ("UPDATE fills SET trade_id = ''", "CHECK constraint failed: trade_id"),
  ("INSERT INTO fills SELECT * FROM fills", "UNIQUE constraint failed: fills.instrument"),
  (
    "UPDATE position_cycles SET closed_at = opened_at",
    "CHECK constraint failed: (closed_at IS NULL) = (ending IS NULL)"
  ),
  (
    "UPDATE position_cycles SET closed_at = 1, ending = 'manual'",
    "CHECK constraint failed: closed_at"
  ),
]

@Test(arguments: badStatements)
func `the schema refuses`(statement: (sql: String, refusal: String)) async throws {
  let store = try openJournal(TemporaryFolder())
  try await store.take([
    .runStarted(Sample.run), .intent(Sample.intent(1)),
    .orderChanged(Sample.change(1, .live, exchangeID: "88001")),
    .fill(Sample.fill(1), at: later(51)), .positionCycle(Sample.cycle, at: later(52)),
  ])
  let error = #expect(throws: DatabaseError.self) {
    try store.pool.write { try $0.execute(sql: statement.sql) }
  }
  #expect(error?.message?.hasPrefix(statement.refusal) == true, "\(String(describing: error))")
  try store.close()
}
