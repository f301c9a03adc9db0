import Foundation
import GRDB
import Testing
import Trading
import Units

@testable import Journal

private let newer =
  Migration.all + [
    Migration(
      name: "test adds a column",
      statements: ["ALTER TABLE notes ADD COLUMN tag TEXT NOT NULL DEFAULT ''"])
  ]

private func backups(_ folder: TemporaryFolder) throws -> [String] {
  let path = folder.path + "/paper/main/backups"
  guard FileManager.default.fileExists(atPath: path) else { return [] }
  return try FileManager.default.contentsOfDirectory(atPath: path)
}

private func filled(_ folder: TemporaryFolder) async throws {
  let store = try openJournal(folder)
  try await store.take([
    .runStarted(Sample.run), .intent(Sample.intent(1)),
    .note(NoteRecord(level: .user, text: "first", at: morning)),
  ])
  try store.close()
}

@Test func `R14 an upgrade copies the file first and keeps what is in it`() async throws {
  let folder = try TemporaryFolder()
  try await filled(folder)
  let store = try JournalStore.open(
    path: folder.journal, stamp: paperStamp, at: later(123), steps: newer)
  let tags = try await store.pool.read { try String.fetchAll($0, sql: "SELECT tag FROM notes") }
  #expect(tags == [""])
  #expect(try backups(folder) == ["before-upgrade-2026-03-31T08-00-00-123Z.sqlite"])
  try store.close()
  let copy = try JournalArchive(
    path: folder.path + "/paper/main/backups/before-upgrade-2026-03-31T08-00-00-123Z.sqlite")
  let intent = try copy.read { (reading) throws(JournalProblem) in
    try reading.intent(Sample.id(1))
  }
  #expect(intent == Sample.intent(1))
}

@Test func `no copy is made when there is nothing to upgrade`() async throws {
  let folder = try TemporaryFolder()
  try await filled(folder)
  try openJournal(folder).close()
  #expect(try backups(folder) == [])
}

@Test func `R14 a journal of a newer program is refused and not changed`() throws {
  let folder = try TemporaryFolder()
  try JournalStore.open(path: folder.journal, stamp: paperStamp, at: morning, steps: newer).close()
  let before = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
  let problem = JournalProblem.newerSchema(
    path: folder.journal, unknown: ["test adds a column"])
  #expect(throws: problem) { try openJournal(folder) }
  #expect(throws: problem) { try JournalArchive(path: folder.journal) }
  #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == before)
}

@Test func `R14 a step that fails leaves the journal as it was`() async throws {
  let folder = try TemporaryFolder()
  try await filled(folder)
  let broken =
    Migration.all + [
      Migration(
        name: "test fails half-way",
        statements: ["ALTER TABLE notes ADD COLUMN tag TEXT", "UPDATE nowhere SET tag = 1"])
    ]
  #expect(throws: JournalProblem.database(code: 1, reason: "no such table: nowhere")) {
    try JournalStore.open(path: folder.journal, stamp: paperStamp, at: later(1), steps: broken)
  }
  let store = try openJournal(folder)
  let notes = try store.read { (reading) throws(JournalProblem) in
    try reading.newestNotes(from: morning, limit: 9)
  }
  #expect(notes.map(\.text) == ["first"])
  try store.close()
}

private let schemas = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
  .appendingPathComponent("Schemas")

/// Puts the journal that a program with the first so many steps left behind into a folder.
private func leave(version: Int, in folder: TemporaryFolder) throws {
  try JournalFile.preparePrivateFolder(JournalFile.folder(of: folder.journal))
  let dump = schemas.appendingPathComponent("journal-00\(version).sql")
  let queue = try DatabaseQueue(path: folder.journal)
  try queue.writeWithoutTransaction { [sql = try String(contentsOf: dump, encoding: .utf8)] in
    try $0.execute(sql: sql)
  }
  try queue.close()
}

/// What the dumps of the second step and later hold beside what the first has.
private let openPlan = PlanRecord(
  id: PlanID("a"), kind: "scaleIn", instrument: Sample.instrument, source: .keyboard, state: .open,
  step: "reducing", body: [1, 0, 255, 4], startedAt: later(1), at: later(4))
private let alertRule = AlertRuleRecord(
  id: AlertRuleID(7), text: "btc > 65000 once", isConfigured: false, phase: .armed, firedCount: 1,
  suppressedCount: 2, firedAt: later(5), createdAt: later(3), at: later(6))

@Test func `R14 there is a journal of every schema that was ever written`() throws {
  let dumps = try FileManager.default.contentsOfDirectory(atPath: schemas.path).sorted()
  #expect(dumps == Migration.all.indices.map { "journal-00\($0 + 1).sql" })
}

@Test(arguments: Migration.all.indices.map { $0 + 1 })
func `R14 a journal of every schema opens with the newest program, after a copy`(version: Int)
  async throws
{
  let folder = try TemporaryFolder()
  try leave(version: version, in: folder)
  let store = try openJournal(folder)
  let state = try store.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(state.lastRun == Sample.run)
  #expect(state.openOrders.map(\.intent) == [Sample.intent(1), Sample.protection(2)])
  #expect(state.openCycles == [Sample.cycle])
  #expect(state.openPlans == (version >= 2 ? [openPlan] : []))
  #expect(state.alerts.rules == (version >= 3 ? [alertRule] : []))
  #expect(state.alerts.alerts.map(\.text) == (version >= 3 ? ["mark of BTC-USDT is 65000.1"] : []))
  #expect(try store.read { (reading) throws(JournalProblem) in try reading.damage() } == [])
  // It is written to as any other.
  try await store.take([.note(NoteRecord(level: .user, text: "upgraded", at: later(9)))])
  try store.close()
  let copies = try backups(folder)
  #expect(copies.count == (version < Migration.all.count ? 1 : 0))
  for copy in copies {
    let path = folder.path + "/paper/main/backups/" + copy
    let names = try await DatabaseQueue(path: path).read {
      try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
    }
    #expect(names == Migration.all.prefix(version).map(\.name))
    let intent = try JournalArchive(path: path).read { (reading) throws(JournalProblem) in
      try reading.intent(Sample.id(1))
    }
    #expect(intent == Sample.intent(1))
  }
}

@Test func `R14 denials of earlier versions stay, beside those that are about no instrument`()
  async throws
{
  let folder = try TemporaryFolder()
  try leave(version: 5, in: folder)
  let queue = try DatabaseQueue(path: folder.journal)
  try await queue.write {
    try $0.execute(
      sql:
        "INSERT INTO denials VALUES (3, 'stop.missing', 'no stop', 'BTC-USDT', 'open', 'web', ?)",
      arguments: [later(1).milliseconds])
  }
  try queue.close()
  let store = try openJournal(folder)
  let key = PositionKey(instrument: Sample.instrument, slot: .net, marginMode: .isolated)
  let wishes: [Intent] = [
    .trail(key, .share("0.015"), activation: 95_000), .trail(key, .price(500), activation: nil),
    .setLeverage(Sample.instrument, .cross, 20), .setPositionMode(.hedge),
  ]
  try await store.take(
    wishes.map {
      .denial(
        DenialRecord(code: "some.code", text: "why", intent: $0, source: .control, at: later(2)))
    })
  let denials = try store.read { (reading) throws(JournalProblem) in
    try reading.newestDenials(from: morning, limit: 9)
  }
  let words = [
    "position mode hedge", "leverage BTC-USDT cross 20x", "trail net BTC-USDT 500",
    "trail net BTC-USDT 1.5% from 95000",
  ]
  #expect(
    denials
      == words.map {
        LoggedDenial(code: "some.code", text: "why", intent: $0, source: .control, at: later(2))
      } + [
        LoggedDenial(
          code: "stop.missing", text: "no stop", intent: "open", source: .web, at: later(1))
      ])
  try store.close()
}
