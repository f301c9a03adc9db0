import GRDB
import Testing
import Trading
import Units

@testable import Journal

private func batch(_ number: Int) -> Trading.Record {
  .events(
    EventBatch(
      codec: 1, firstSequence: UInt64(number), count: 1, firstAt: morning, lastAt: morning,
      bytes: [UInt8](repeating: 7, count: 64 << 10)))
}

/// Waits for what the writer does behind its last answer.
private func settle(_ store: JournalStore) async throws {
  try await store.pool.writeWithoutTransaction { _ in }
}

private func sequences(_ store: JournalStore) throws -> [UInt64] {
  try store.read { (reading) throws(JournalProblem) in
    try reading.events(of: Sample.run.id, from: 0, limit: .max).map(\.firstSequence)
  }
}

@Test func `the oldest market events are dropped when the journal is too large, and nothing else`()
  async throws
{
  let store = try openJournal(TemporaryFolder())
  let limit = 2 << 20
  store.keep(toBytes: limit)
  try await store.take([
    .runStarted(Sample.run), .intent(Sample.intent(1)), .fill(Sample.fill(1), at: later(51)),
    .positionCycle(Sample.cycle, at: later(51)),
    .note(NoteRecord(level: .user, text: "kept", at: later(52))),
  ])
  // Nothing is dropped while somebody waits.
  for number in 0..<200 {
    try await store.take([batch(number)])
    try await settle(store)
  }
  let left = try sequences(store)
  #expect(left.last == 199)
  #expect(left == Array((left.first ?? 0)...199))
  #expect((10...40).contains(left.count), "\(left.count)")
  let size = try await store.pool.read { try EventPruner.size($0) }
  #expect(size <= limit + (512 << 10), "\(size)")
  let (intent, fills, cycles, notes, damage) = try store.read {
    (reading) throws(JournalProblem) in
    (
      try reading.intent(Sample.id(1)),
      try reading.fills(from: morning, before: later(1_000), limit: 10),
      try reading.openCycles(), try reading.newestNotes(from: morning, limit: 10),
      try reading.damage()
    )
  }
  #expect(intent == Sample.intent(1))
  #expect(fills == [Sample.fill(1)])
  #expect(cycles == [Sample.cycle])
  #expect(notes.map(\.text) == ["kept"])
  #expect(damage == [])
  try store.close()
  // The pages of the log come on top.
  #expect(JournalFile.size(of: store.path) <= 2 * limit + (1 << 20))
}

@Test func `an intent drops nothing, however large the journal is`() async throws {
  let store = try openJournal(TemporaryFolder())
  try await store.take([.runStarted(Sample.run)])
  try await store.take((0..<20).map(batch))
  try await settle(store)
  store.keep(toBytes: 1)
  for number in 1...20 { try await store.take([.intent(Sample.intent(UInt64(number)))]) }
  try await settle(store)
  #expect(try sequences(store).count == 20)
  try store.close()
}

@Test func `D04 a large journal is looked through beside the writer`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  #expect(store.wasChecked)
  try await store.take([.runStarted(Sample.run), batch(0)])
  let findings = await withCheckedContinuation { continuation in
    store.findDamage { continuation.resume(returning: $0) }
  }
  #expect(try findings.get() == [])
  try store.close()
}
