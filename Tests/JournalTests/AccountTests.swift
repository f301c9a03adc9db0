import Testing
import Trading

@testable import Journal

extension JournalStore {
  /// Claims the journal for an account and waits for the answer.
  fileprivate func claim(_ number: String) async -> Result<Void, JournalProblem> {
    await withCheckedContinuation { continuation in
      claim(accountNumber: number) { continuation.resume(returning: $0) }
    }
  }
}

@Test func `R08 the key of another account is refused by the journal of the first one`()
  async throws
{
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  #expect(await store.claim("100001").problem == nil)
  #expect(await store.claim("100001").problem == nil)
  try store.close()
  // Also after a restart, whatever the account is called in the settings.
  let next = try openJournal(folder)
  let problem = await next.claim("100002").problem
  #expect(
    problem == .ofOtherAccount(path: folder.journal, found: "100001", wanted: "100002"))
  #expect(
    problem?.description == """
      \(folder.journal) is the journal of the exchange's account 100001, and the key is of account \
      100002. Nothing was ordered. Put a key of account 100001 back, or start with another \
      folder: --data.
      """)
  #expect(await next.claim("100001").problem == nil)
  try await next.take([.runStarted(Sample.run)])
  try next.close()
}

@Test func `R08 a journal of before the account's number takes the first one that is told`()
  async throws
{
  let folder = try TemporaryFolder()
  try JournalStore.open(
    path: folder.journal, stamp: paperStamp, at: morning, steps: Array(Migration.all.prefix(4))
  ).close()
  let store = try openJournal(folder)
  #expect(await store.claim("100002").problem == nil)
  #expect(
    await store.claim("100001").problem
      == .ofOtherAccount(path: folder.journal, found: "100002", wanted: "100001"))
  try store.close()
}

@Test func `R08 a journal knows an account by its number, or by an order or a fill of it`()
  async throws
{
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  func knows() throws -> Bool {
    try store.read { (reading) throws(JournalProblem) in try reading.knowsAccount() }
  }
  // A start that was refused leaves a run and nothing else.
  try await store.take([.runStarted(Sample.run)])
  #expect(try !knows())
  try await store.take([.fill(Sample.fill(1), at: morning)])
  #expect(try knows())
  try store.close()
  let other = try TemporaryFolder()
  let claimed = try openJournal(other)
  #expect(await claimed.claim("100001").problem == nil)
  let isKnown = try claimed.read { (reading) throws(JournalProblem) in
    try reading.knowsAccount()
  }
  #expect(isKnown)
  try claimed.close()
}
