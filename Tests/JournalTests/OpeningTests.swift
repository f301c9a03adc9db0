import Foundation
import GRDB
import Testing
import Trading
import Units

@testable import Journal

private func mode(_ path: String) throws -> Int {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  return try #require(attributes[.posixPermissions] as? Int)
}

@Test func `S02 files are 0600 and folders 0700 under any umask`() async {
  // In a process of its own, for the mask is that of all its threads.
  await #expect(processExitsWith: .success) {
    umask(0)
    let folder = try TemporaryFolder()
    let store = try openJournal(folder)
    try await store.take([.runStarted(Sample.run)])
    try store.backUp(to: folder.path + "/paper/copy.sqlite")
    let main = folder.path + "/paper/main"
    try #require(mode(folder.path + "/paper") == 0o700)
    try #require(mode(main) == 0o700)
    for name in ["main/journal.sqlite", "main/journal.sqlite-wal", "main/journal.sqlite-shm"] {
      try #require(mode(folder.path + "/paper/" + name) == 0o600, "\(name)")
    }
    try #require(mode(folder.path + "/paper/copy.sqlite") == 0o600)
    try store.close()
  }
}

@Test func `D05 intents are written with the disk's confirmation, read back as mode 2`()
  async throws
{
  let store = try openJournal(TemporaryFolder())
  let point = EquityRecord(occasion: .curve, equity: 1, cash: 1, at: morning)
  #expect(try await durability(of: [.runStarted(Sample.run)], in: store) == .full)
  #expect(try await durability(of: [.equity(point)], in: store) == .normal)
  // An intent that comes next waits for the disk and for nothing else.
  #expect(try durability(of: store) == .full)
  #expect(try await durability(of: [.intent(Sample.intent(1))], in: store) == .full)
  let mode = try await store.pool.read { try String.fetchOne($0, sql: "PRAGMA journal_mode") }
  #expect(mode == "wal")
  try store.close()
}

private func durability(of store: JournalStore) throws -> Durability? {
  try store.pool.writeWithoutTransaction { try Durability.inForce($0) }
}

/// Writes records and returns what was in force when they were taken.
private func durability(
  of records: [Trading.Record], in store: JournalStore
) async throws -> Durability? {
  try await withCheckedThrowingContinuation { continuation in
    store.write(records) { result in
      continuation.resume(
        with: Result {
          try result.get()
          return try store.pool.unsafeReentrantWrite { try Durability.inForce($0) }
        })
    }
  }
}

@Test func `R17 a paper journal opened by live is refused and not changed`() throws {
  let folder = try TemporaryFolder()
  try openJournal(folder).close()
  let before = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
  let live = JournalStamp(environment: "live", account: "main", exchange: "blofin")
  let problem = #expect(throws: JournalProblem.self) {
    try JournalStore.open(path: folder.journal, stamp: live, at: later(1))
  }
  #expect(
    problem == .belongsToOther(path: folder.journal, found: paperStamp, wanted: live))
  #expect(
    problem?.description == """
      \(folder.journal) is the journal of the paper account "main" at blofin, not of the live \
      account "main" at blofin. Nothing was changed. Put the right file back, or move this one \
      away to start an empty journal.
      """)
  #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == before)
}

@Test(arguments: [
  JournalStamp(environment: "paper", account: "second", exchange: "blofin"),
  JournalStamp(environment: "paper", account: "main", exchange: "bitget"),
])
func `R08 the journal of another account or exchange is refused`(wanted: JournalStamp) throws {
  let folder = try TemporaryFolder()
  try openJournal(folder).close()
  #expect(
    throws: JournalProblem.belongsToOther(
      path: folder.journal, found: paperStamp, wanted: wanted)
  ) {
    try JournalStore.open(path: folder.journal, stamp: wanted, at: later(1))
  }
}

@Test func `a file that is no database and a database of another program are refused`() throws {
  let folder = try TemporaryFolder()
  let text = folder.path + "/text.sqlite"
  try Data("hello, this is not a database at all\n".utf8).write(to: URL(fileURLWithPath: text))
  let other = folder.path + "/other.sqlite"
  let queue = try DatabaseQueue(path: other)
  try queue.write { try $0.execute(sql: "CREATE TABLE t (a INTEGER)") }
  try queue.close()
  for path in [text, other] {
    #expect(throws: JournalProblem.notAJournal(path: path)) {
      try JournalStore.open(path: path, stamp: paperStamp, at: morning)
    }
  }
}

@Test func `a link in the place of the journal is not followed`() throws {
  let folder = try TemporaryFolder()
  let target = folder.path + "/target"
  try Data().write(to: URL(fileURLWithPath: target))
  let link = folder.path + "/journal.sqlite"
  try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
  #expect(throws: JournalProblem.unsafeFile(path: link, reason: "it is a symbolic link")) {
    try JournalStore.open(path: link, stamp: paperStamp, at: morning)
  }
}

@Test func `D04 a damaged page is found at opening and nothing is changed`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try await store.take((1...500).map { .intent(Sample.intent($0)) })
  try store.close()
  var bytes = try Data(contentsOf: URL(fileURLWithPath: folder.journal))
  let page = bytes.count / 4096 - 20
  bytes.replaceSubrange(page * 4096..<(page * 4096 + 64), with: Data(repeating: 0xA5, count: 64))
  try bytes.write(to: URL(fileURLWithPath: folder.journal))
  let problem = #expect(throws: JournalProblem.self) { try openJournal(folder) }
  guard case .damaged(folder.journal, let findings) = problem else {
    Issue.record("\(String(describing: problem))")
    return
  }
  #expect(!findings.isEmpty)
  #expect(try Data(contentsOf: URL(fileURLWithPath: folder.journal)) == bytes)
}

@Test func `a file left over from a kill before the first schema is used`() throws {
  let folder = try TemporaryFolder()
  try JournalFile.preparePrivateFolder(JournalFile.folder(of: folder.journal))
  let pool = try DatabasePool(path: folder.journal)
  try pool.write { try $0.execute(sql: "CREATE TABLE grdb_migrations (identifier TEXT)") }
  try pool.close()
  let store = try openJournal(folder)
  #expect(try store.read { (reading) throws(JournalProblem) in try reading.damage() } == [])
  try store.close()
}

@Test func `an archive reads any journal beside the program that writes it`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run), .fill(Sample.fill(1), at: later(51))])
  let archive = try JournalArchive(path: folder.journal)
  #expect(archive.stamp == paperStamp)
  let fills = try archive.read { (reading) throws(JournalProblem) in
    try reading.fills(from: morning, before: later(1_000), limit: 10)
  }
  #expect(fills == [Sample.fill(1)])
  try store.close()
  #expect(
    throws: JournalProblem.cannotOpen(
      path: folder.path + "/none", reason: "No such file or directory")
  ) { try JournalArchive(path: folder.path + "/none") }
}
