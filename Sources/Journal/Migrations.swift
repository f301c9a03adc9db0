import GRDB
import Trading
import Units

/// One step from an older schema to a newer one. Landed steps are never edited or reordered.
struct Migration: Sendable {
  /// The name that the file remembers.
  let name: String
  /// What it does, in order; all of it happens or nothing.
  let statements: [String]

  /// Every step, oldest first.
  static let all = [
    Migration(name: Schema001.name, statements: Schema001.statements),
    Migration(name: Schema002.name, statements: Schema002.statements),
    Migration(name: Schema003.name, statements: Schema003.statements),
    Migration(name: Schema004.name, statements: Schema004.statements),
    Migration(name: Schema005.name, statements: Schema005.statements),
    Migration(name: Schema006.name, statements: Schema006.statements),
  ]
}

/// Brings a journal to the newest schema.
struct Migrations: Sendable {
  /// Marks the file as ours for anyone who looks (`file`, `PRAGMA application_id`): "PDJL".
  static let applicationID: Int32 = 0x5044_4A4C

  private let steps: [Migration]
  private let migrator: DatabaseMigrator

  /// Takes the steps to tell known names from unknown ones; does none of them.
  init(_ steps: [Migration]) {
    self.steps = steps
    migrator = DatabaseMigrator()
  }

  /// Takes the steps; the first one also stamps the file.
  init(_ steps: [Migration], stamp: JournalStamp, at now: Timestamp) {
    self.steps = steps
    var migrator = DatabaseMigrator()
    for (index, step) in steps.enumerated() {
      migrator.registerMigration(step.name) { db in
        for statement in step.statements { try db.execute(sql: statement) }
        guard index == 0 else { return }
        try db.execute(sql: "PRAGMA application_id = \(Self.applicationID)")
        try db.execute(
          sql: """
            INSERT INTO journal (id, environment, account, exchange, created_at)
            VALUES (1, ?, ?, ?, ?)
            """,
          arguments: [stamp.environment, stamp.account, stamp.exchange.text, now.milliseconds])
      }
    }
    self.migrator = migrator
  }

  /// Returns the names in the file that this program does not know.
  func unknownNames(_ db: Database) throws -> [String] {
    let known = Set(steps.map(\.name))
    return try migrator.appliedIdentifiers(db).filter { !known.contains($0) }.sorted()
  }

  /// Returns whether a step is still to be done.
  func isPending(_ db: Database) throws -> Bool { try !migrator.hasCompletedMigrations(db) }

  /// Does the missing steps, each in a transaction of its own.
  func migrate(_ pool: DatabasePool) throws { try migrator.migrate(pool) }
}
