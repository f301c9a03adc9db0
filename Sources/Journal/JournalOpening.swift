import GRDB
import Trading
import Units

/// The checks and steps between a path and a journal that may be used.
struct JournalOpening {
  let path: String
  let stamp: JournalStamp
  let now: Timestamp
  let migrations: Migrations

  /// Above this size the whole file is not checked at opening but beside trading, see
  /// ``JournalStore/wasChecked``: the check reads every page, at about 1 GB a second from memory.
  static let checkedSizeLimit = 256 << 20

  /// Opens the file for writing; existing content is checked before a byte of it is changed.
  func open() throws(JournalProblem) -> (DatabasePool, JournalFile) {
    let file = try JournalFile(preparing: path)
    var needsCopy = false
    if file.existed { needsCopy = try check() }
    let pool = try JournalProblem.mapping {
      try DatabasePool(path: path, configuration: Self.configuration)
    }
    try JournalProblem.mapping { try Self.setDurability(pool) }
    if needsCopy { try copyBeforeMigration(pool) }
    try JournalProblem.mapping {
      try migrations.migrate(pool)
      try pool.write { try Self.adoptSilentIntents($0) }
    }
    return (pool, file)
  }

  /// Checks a file without changing it; returns whether it must be migrated.
  private func check() throws(JournalProblem) -> Bool {
    var configuration = Self.configuration
    configuration.readonly = true
    let size = JournalFile.size(of: path)
    let found: (problem: JournalProblem?, isPending: Bool)
    do {
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      found = try queue.read { db in
        if try Self.isBlank(db) { return (nil, false) }
        if let problem = try Self.foreignness(of: db, path: path, stamp: stamp) {
          return (problem, false)
        }
        let unknown = try migrations.unknownNames(db)
        guard unknown.isEmpty else { return (.newerSchema(path: path, unknown: unknown), false) }
        if size <= Self.checkedSizeLimit {
          let findings = try JournalReading.findings(db)
          guard findings.isEmpty else { return (.damaged(path: path, findings: findings), false) }
        }
        return (nil, try migrations.isPending(db))
      }
    } catch {
      let problem = JournalProblem(error)
      guard case .malformed(let reason) = problem else { throw problem }
      throw JournalFile.looksLikeDatabase(path)
        ? .damaged(path: path, findings: [reason]) : .notAJournal(path: path)
    }
    if let problem = found.problem { throw problem }
    return found.isPending
  }

  /// Returns whether the file is one that was killed before its first schema was complete.
  private static func isBlank(_ db: Database) throws -> Bool {
    try Int.fetchOne(
      db, sql: "SELECT count(*) FROM sqlite_master WHERE tbl_name <> 'grdb_migrations'") == 0
  }

  /// Returns why the file is not the wanted journal, nil when it is.
  private static func foreignness(
    of db: Database, path: String, stamp: JournalStamp
  ) throws -> JournalProblem? {
    guard let found = try Self.stamp(of: db) else { return .notAJournal(path: path) }
    return found == stamp ? nil : .belongsToOther(path: path, found: found, wanted: stamp)
  }

  /// Returns whose journal the file says it is; nil when it is none.
  static func stamp(of db: Database) throws -> JournalStamp? {
    let id = try Int32.fetchOne(db, sql: "PRAGMA application_id")
    guard id == Migrations.applicationID,
      let row = try Row.fetchOne(
        db, sql: "SELECT environment, account, exchange FROM journal WHERE id = 1")
    else { return nil }
    // Written by the first migration, where the constraints refuse empty parts.
    return JournalStamp(
      environment: row["environment"], account: row["account"],
      exchange: ExchangeID(row["exchange"]))
  }

  /// Sets what GRDB's pool leaves at `NORMAL`, and reads it back.
  private static func setDurability(_ pool: DatabasePool) throws {
    try pool.writeWithoutTransaction { db in
      try Durability.full.apply(to: db)
      // The log is copied back by the store between writes, never inside a commit.
      try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
      let mode = try String.fetchOne(db, sql: "PRAGMA journal_mode")
      guard try Durability.inForce(db) == .full, mode == "wal" else {
        throw JournalProblem.database(code: 0, reason: "write-ahead logging is not in force")
      }
    }
  }

  /// Gives every intent of the last run that nothing was heard of a row among the orders.
  ///
  /// The run was killed between the intent and the next word, so whether the request left is not
  /// known. Older runs were treated the same way when their successor started.
  private static func adoptSilentIntents(_ db: Database) throws {
    try db.execute(
      sql: """
        INSERT INTO orders (kind, client_order_id, instrument, side, state, is_final,
          filled_contracts, take_profit_price, stop_price, first_at, last_at)
        SELECT iif(i.kind = 'protection', 'trigger', 'order'), i.client_order_id, i.instrument,
          i.side, 'unknown', 0, '0', iif(i.kind = 'protection', i.take_profit_price, NULL),
          iif(i.kind = 'protection', i.stop_price, NULL), i.at, i.at
        FROM (SELECT id FROM runs ORDER BY number DESC LIMIT 1) AS r
        JOIN intents AS i ON i.client_order_id >= r.id AND i.client_order_id < r.id || '~'
        WHERE NOT EXISTS (SELECT 1 FROM orders AS o WHERE o.client_order_id = i.client_order_id)
        """)
  }

  private func copyBeforeMigration(_ pool: DatabasePool) throws(JournalProblem) {
    let folder = JournalFile.folder(of: path) + "/backups"
    let copy = "\(folder)/before-upgrade-\(now.fileText).sqlite"
    do throws(JournalProblem) {
      try JournalFile.preparePrivateFolder(folder)
      try JournalCopy.make(of: pool, at: copy)
    } catch {
      throw .backupFailed(path: copy, reason: error.description)
    }
  }

  static var configuration: Configuration {
    var configuration = Configuration()
    configuration.label = "perpdeck.journal"
    configuration.foreignKeysEnabled = true
    // Writers of other processes (a copy, a vacuum) are waited for this long, then it is `busy`.
    configuration.busyMode = .timeout(0.5)
    configuration.maximumReaderCount = 2
    configuration.prepareDatabase { db in
      try db.execute(sql: "PRAGMA trusted_schema = OFF")
      try db.execute(sql: "PRAGMA cell_size_check = ON")
    }
    return configuration
  }
}

extension Timestamp {
  /// The moment as it stands in a file name: `2026-03-31T23-45-00-123Z`.
  var fileText: String {
    String(isoText.map { $0 == " " ? "T" : $0.isNumber ? $0 : "-" }) + "Z"
  }
}
