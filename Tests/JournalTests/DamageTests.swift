import Foundation
import GRDB
import Testing
import Trading
import Units

@testable import Journal

/// Files that are cut, missing or of somebody else, and an upgrade that is killed.

/// The files of a journal as a kill leaves them behind so many intents, one write each.
private func killed(after count: UInt64, in folder: TemporaryFolder) async throws {
  let source = try TemporaryFolder()
  let store = try openJournal(source)
  try await store.take([.runStarted(Sample.run)])
  for number in 1...count { try await store.take([.intent(Sample.intent(number))]) }
  try JournalFile.preparePrivateFolder(JournalFile.folder(of: folder.journal))
  for ending in ["", "-wal", "-shm"] {
    try FileManager.default.copyItem(
      atPath: source.journal + ending, toPath: folder.journal + ending)
  }
  try store.close()
}

/// Opens a journal, looks how many intents have no end in it and whether it is sound, and writes
/// one more.
private func openCount(_ folder: TemporaryFolder) async throws -> Int {
  let store = try openJournal(folder)
  let (open, damage) = try store.read { (reading) throws(JournalProblem) in
    (try reading.openOrders().count, try reading.damage())
  }
  #expect(damage == [])
  try await store.take([.note(NoteRecord(level: .user, text: "goes on", at: later(9)))])
  try store.close()
  return open
}

@Test func `D04 without the index of its log a journal has every intent`() async throws {
  let folder = try TemporaryFolder()
  try await killed(after: 30, in: folder)
  try FileManager.default.removeItem(atPath: folder.journal + "-shm")
  #expect(try await openCount(folder) == 30)
}

@Test func `D04 an index of nonsense beside the log changes nothing`() async throws {
  let folder = try TemporaryFolder()
  try await killed(after: 30, in: folder)
  try Data(repeating: 0xA5, count: 32_768)
    .write(to: URL(fileURLWithPath: folder.journal + "-shm"))
  #expect(try await openCount(folder) == 30)
}

@Test(arguments: [0, 31, 32, 4_000, 40_000, 100_000])
func `D04 of a log that was cut the whole writes before the cut are there`(size: Int) async throws {
  let folder = try TemporaryFolder()
  try await killed(after: 30, in: folder)
  let before = try openCopy(of: folder, cutAt: nil)
  let cut = try openCopy(of: folder, cutAt: size)
  #expect(before == Array(1...30))
  // What is left is a beginning of what was written: nothing in the middle is missing.
  #expect(cut == Array(before.prefix(cut.count)))
}

/// The numbers of the intents that a copy of the files holds, whose log was cut at a size.
private func openCopy(of folder: TemporaryFolder, cutAt size: Int?) throws -> [UInt64] {
  let copy = try TemporaryFolder()
  try JournalFile.preparePrivateFolder(JournalFile.folder(of: copy.journal))
  for ending in ["", "-wal"] {
    try FileManager.default.copyItem(
      atPath: folder.journal + ending, toPath: copy.journal + ending)
  }
  if let size { try #require(truncate(copy.journal + "-wal", off_t(size)) == 0) }
  let store = try openJournal(copy)
  let (found, damage) = try store.read { (reading) throws(JournalProblem) in
    var found: [UInt64] = []
    for number in 1...30 as ClosedRange<UInt64>
    where try reading.intent(Sample.id(number)) != nil { found.append(number) }
    return (found, try reading.damage())
  }
  #expect(damage == [])
  try store.close()
  return found
}

@Test func `D04 a log that is gone leaves a sound journal without what was in it`() async throws {
  let folder = try TemporaryFolder()
  try await killed(after: 30, in: folder)
  try FileManager.default.removeItem(atPath: folder.journal + "-wal")
  try FileManager.default.removeItem(atPath: folder.journal + "-shm")
  let store = try openJournal(folder)
  let damage = try store.read { (reading) throws(JournalProblem) in try reading.damage() }
  #expect(damage == [])
  try await store.take([.runStarted(Sample.run), .intent(Sample.intent(31))])
  try store.close()
}

@Test func `D04 a copy in the place of a damaged journal is gone on with`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try await store.take((1...200).map { .intent(Sample.intent($0)) })
  let copy = folder.path + "/copy.sqlite"
  try store.backUp(to: copy)
  try await store.take((201...500).map { .intent(Sample.intent($0)) })
  try store.close()
  let bytes = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
  try bytes.prefix(bytes.count / 2).write(to: URL(fileURLWithPath: folder.journal))
  let problem = #expect(throws: JournalProblem.self) { try openJournal(folder) }
  let told = problem?.description ?? ""
  // A log of the damaged file would be read into the copy.
  #expect(
    told.hasSuffix(
      """
      Nothing was changed. Move it away, with the files \(folder.journal)-wal and -shm if they \
      are there; then put the newest copy from its backups folder in its place, or start without: \
      orders, positions and fills are read again from the exchange.
      """), "\(told)")
  for ending in ["", "-wal", "-shm"]
  where FileManager.default.fileExists(atPath: folder.journal + ending) {
    try FileManager.default.moveItem(
      atPath: folder.journal + ending, toPath: folder.path + "/away" + ending)
  }
  try FileManager.default.copyItem(atPath: copy, toPath: folder.journal)
  #expect(try await openCount(folder) == 200)
}

/// Only root can give a file away.
@Test(.enabled(if: geteuid() == 0, "giving a file to another user needs root"))
func `D03 a journal of another user is refused and not changed`() throws {
  let folder = try TemporaryFolder()
  try openJournal(folder).close()
  try #require(chown(folder.journal, 65_534, 65_534) == 0)
  let before = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
  let problem = JournalProblem.unsafeFile(
    path: folder.journal, reason: "it belongs to another user")
  #expect(throws: problem) { try openJournal(folder) }
  #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == before)
}

@Test func `D03 a file that others keep locked is given up within a second`() {
  guard case .timeout(let seconds) = JournalOpening.configuration.busyMode else {
    Issue.record("a lock of others is not waited for with an end")
    return
  }
  #expect(seconds <= 1)
}

@Test func `D03 a journal that turns read-only refuses the intent, and works when it is writable`()
  async throws
{
  let store = try openJournal(TemporaryFolder())
  try await store.take([.runStarted(Sample.run)])
  func setReadOnly(_ word: String) throws {
    try store.pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA query_only = \(word)") }
  }
  try setReadOnly("ON")
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == .readOnly)
  try setReadOnly("OFF")
  try await store.take([.intent(Sample.intent(1))])
  try store.close()
}

/// Steps of a newer program; the last of them never ends, so that a kill comes in the middle of it.
private let endless = [
  Migration(name: "test one", statements: ["ALTER TABLE notes ADD COLUMN one TEXT"]),
  Migration(
    name: "test two",
    statements: [
      "ALTER TABLE notes ADD COLUMN two TEXT", "UPDATE notes SET text = 'half-way'",
      """
      WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count)
      SELECT max(n) FROM count
      """,
    ]),
]

/// The same steps with an end.
private let ended = [
  endless[0],
  Migration(
    name: "test two",
    statements: ["ALTER TABLE notes ADD COLUMN two TEXT NOT NULL DEFAULT 'whole'"]),
]

@Test func `R14 an upgrade that is killed in the middle of a step is done by the next start`()
  async throws
{
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([
    .runStarted(Sample.run), .intent(Sample.intent(1)),
    .note(NoteRecord(level: .user, text: "first", at: morning)),
  ])
  try store.close()
  await #expect(processExitsWith: .signal(SIGKILL)) { [path = folder.journal as String] in
    DispatchQueue.global().async { killInTheLastStep(of: path) }
    _ = try JournalStore.open(
      path: path, stamp: paperStamp, at: later(1), steps: Migration.all + endless)
  }
  let next = try JournalStore.open(
    path: folder.journal, stamp: paperStamp, at: later(2), steps: Migration.all + ended)
  let (notes, words, damage) = try next.read { (reading) throws(JournalProblem) in
    (
      try reading.newestNotes(from: morning, limit: 9).map(\.text),
      try JournalProblem.mapping {
        try String.fetchAll(reading.db, sql: "SELECT two FROM notes")
      }, try reading.damage()
    )
  }
  #expect(notes == ["first"])
  #expect(words == ["whole"])
  #expect(damage == [])
  try next.close()
  // The copy that the killed upgrade made is from before it.
  let copy = folder.path + "/paper/main/backups/before-upgrade-2026-03-31T08-00-00-001Z.sqlite"
  let names = try await DatabaseQueue(path: copy).read {
    try String.fetchAll($0, sql: "SELECT identifier FROM grdb_migrations ORDER BY identifier")
  }
  #expect(names == Migration.all.map(\.name))
}

/// Ends the process at once when the first step is on the disk and the second holds the lock.
private func killInTheLastStep(of path: String) {
  while true {
    if isLocked(path) { kill(getpid(), SIGKILL) }
    sched_yield()
  }
}

/// Whether somebody writes to a journal of which the first step is done.
private func isLocked(_ path: String) -> Bool {
  do {
    let queue = try DatabaseQueue(path: path)
    let isFirstDone = try queue.read { db in
      try Int.fetchOne(
        db, sql: "SELECT count(*) FROM grdb_migrations WHERE identifier = 'test one'") == 1
    }
    guard isFirstDone else { return false }
    do {
      try queue.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE; ROLLBACK") }
    } catch let error as DatabaseError {
      return error.resultCode == .SQLITE_BUSY
    }
  } catch {
    // The file is being opened, or its log is being recovered: look again.
  }
  return false
}
