import Foundation
import GRDB
import Testing
import Trading
import Units

@testable import Journal

@Test func `D01 a full disk refuses the intent and a later one may pass`() async throws {
  let store = try openJournal(TemporaryFolder())
  try await store.take([.runStarted(Sample.run)])
  func limitPages(_ count: Int) throws {
    try store.pool.writeWithoutTransaction { db in
      let limit = try Int.fetchOne(db, sql: "PRAGMA max_page_count = \(count)")
      #expect(limit != nil)
    }
  }
  try limitPages(1)
  let events = EventBatch(
    codec: 1, firstSequence: 0, count: 1, firstAt: morning, lastAt: morning,
    bytes: [UInt8](repeating: 7, count: 100_000))
  let result = await store.finish([.intent(Sample.intent(1)), .events(events)])
  #expect(result.problem == .diskFull)
  #expect(store.failure == nil)
  let intent = try store.read { (reading) throws(JournalProblem) in
    try reading.intent(Sample.id(1))
  }
  #expect(intent == nil)
  try limitPages(1_000_000)
  try await store.take([.intent(Sample.intent(1)), .events(events)])
  try store.close()
}

@Test func `D03 a journal that was removed while open stops the store`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try FileManager.default.removeItem(atPath: folder.journal)
  let gone = JournalProblem.fileGone(path: folder.journal)
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == gone)
  #expect(store.failure == gone)
  #expect(await store.finish([.intent(Sample.intent(2))]).problem == .stopped(by: gone))
}

@Test func `D03 a journal that was replaced while open stops the store`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try store.backUp(to: folder.path + "/copy.sqlite")
  try FileManager.default.removeItem(atPath: folder.journal)
  try FileManager.default.moveItem(atPath: folder.path + "/copy.sqlite", toPath: folder.journal)
  #expect(
    await store.finish([.intent(Sample.intent(1))]).problem == .fileGone(path: folder.journal))
}

@Test func `D03 a journal that was removed stops the store where its account is claimed as well`()
  async throws
{
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try FileManager.default.removeItem(atPath: folder.journal)
  let gone = JournalProblem.fileGone(path: folder.journal)
  let claimed = await withCheckedContinuation { continuation in
    store.claim(accountNumber: "1") { continuation.resume(returning: $0) }
  }
  #expect(claimed.problem == gone)
  #expect(store.failure == gone)
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == .stopped(by: gone))
}

// The clock runs while other tests hold the threads: the limit is longer than all of them take.
@Test(.timeLimit(.minutes(30)))
func `P01 closing does not wait for a look at the whole journal that goes on beside`() async throws
{
  let store = try openJournal(TemporaryFolder())
  let (begun, beginning) = AsyncStream.makeStream(of: Void.self)
  let (ended, ending) = AsyncStream.makeStream(of: Bool.self)
  store.pool.asyncRead { result in
    do {
      let db = try result.get()
      db.add(
        function: DatabaseFunction("begun", argumentCount: 1) { _ in
          beginning.yield()
          return nil
        })
      // Has no end of its own.
      try db.execute(
        sql: """
          WITH RECURSIVE number(n) AS (SELECT begun(1) UNION ALL SELECT 1 FROM number)
          SELECT count(*) FROM number
          """)
      ending.yield(false)
    } catch {
      ending.yield(JournalProblem(error) != .closed)
    }
  }
  for await _ in begun { break }
  try store.close()
  for await wasInterrupted in ended {
    #expect(wasInterrupted)
    break
  }
}

@Test func `D03 a journal that another program keeps locked is busy, not broken`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  var configuration = Configuration()
  configuration.allowsUnsafeTransactions = true
  // The journal's own thread may be copying its log just now.
  configuration.busyMode = .timeout(30)
  let other = try DatabaseQueue(path: folder.journal, configuration: configuration)
  try await other.writeWithoutTransaction { try $0.execute(sql: "BEGIN IMMEDIATE") }
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == .busy)
  try await other.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
  try await store.take([.intent(Sample.intent(1))])
  try store.close()
}

@Test func `D02 after a device failure nothing is ever tried again`() async throws {
  let store = try openJournal(TemporaryFolder())
  try await store.take([.runStarted(Sample.run)])
  let failure = JournalProblem(code: 1034, reason: "disk I/O error")
  #expect(failure == .deviceFailed(code: 1034, reason: "disk I/O error"))
  #expect(failure.stopsTheStore)
  store.line.stop(by: failure)
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == .stopped(by: failure))
  #expect(await store.finish([.intent(Sample.intent(2))]).problem == .stopped(by: failure))
}

@Test(
  arguments: [
    (13, JournalProblem.diskFull), (8, .readOnly), (1032, .readOnly), (5, .busy), (261, .busy),
    (1555, .recordRefused(reason: "words")), (19, .recordRefused(reason: "words")),
    (10, .deviceFailed(code: 10, reason: "words")),
    (778, .deviceFailed(code: 778, reason: "words")),
    (11, .malformed(reason: "words")), (26, .malformed(reason: "words")),
    (1, .database(code: 1, reason: "words")),
  ] as [(Int32, JournalProblem)])
func `each result code of SQLite has one meaning`(code: Int32, problem: JournalProblem) {
  #expect(JournalProblem(code: code, reason: "words") == problem)
}

@Test func `D08 a copy that fails leaves nothing that is in the way of the next`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  var configuration = Configuration()
  configuration.allowsUnsafeTransactions = true
  let reader = try DatabaseQueue(path: folder.journal, configuration: configuration)
  // SQLite makes no copy within a transaction.
  try await reader.writeWithoutTransaction { try $0.execute(sql: "BEGIN") }
  let copy = folder.path + "/copy.sqlite"
  #expect(throws: JournalProblem.self) { try JournalCopy.make(of: reader, at: copy) }
  #expect(!FileManager.default.fileExists(atPath: copy))
  try await reader.writeWithoutTransaction { try $0.execute(sql: "ROLLBACK") }
  try JournalCopy.make(of: reader, at: copy)
  #expect(try JournalArchive(path: copy).stamp == store.stamp)
  try store.close()
}

@Test func `D08 a copy made during writes is one consistent moment`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  for number in 0..<2_000 {
    // Each write is a pair; a copy with half a pair would be torn.
    store.write([
      .intent(Sample.intent(UInt64(number))), .fill(Sample.fill(number), at: later(1)),
    ]) { _ in }
    if number % 400 == 399 { try store.backUp(to: folder.path + "/copy-\(number).sqlite") }
  }
  try await store.take([])
  for number in stride(from: 399, to: 2_000, by: 400) {
    let copy = try JournalArchive(path: folder.path + "/copy-\(number).sqlite")
    let (counts, damage) = try copy.read { (reading) throws(JournalProblem) in
      (try reading.rowCounts(), try reading.damage())
    }
    let rows = Dictionary(uniqueKeysWithValues: counts.map { ($0.table, $0.rows) })
    #expect(rows["intents"] == rows["fills"])
    #expect(damage == [])
  }
  #expect(
    throws: JournalProblem.cannotOpen(
      path: folder.path + "/copy-399.sqlite", reason: "File exists")
  ) { try store.backUp(to: folder.path + "/copy-399.sqlite") }
  try store.close()
}
