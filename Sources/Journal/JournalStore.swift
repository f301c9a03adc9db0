import GRDB
import Synchronization
import Trading
import Units

/// The journal of one account: what was intended, asked, answered and traded, in one SQLite file.
///
/// Writes are taken from any thread and done on the journal's own queue. Those that arrive while a
/// transaction is being committed go into the next one together, so that a burst costs one sync of
/// the disk and not one each. Completions are called on the journal's queue.
public final class JournalStore: Sendable {
  /// Receives what became of a write, on the journal's queue.
  public typealias Completion = @Sendable (Result<Void, JournalProblem>) -> Void

  /// Where the file is.
  public let path: String
  /// Whose journal it is.
  public let stamp: JournalStamp

  /// Beyond this size the log is cut by force, which a writer must wait for.
  static let logSizeLimit = 256 << 20

  /// Whether the whole file was checked at opening; a large one is to be checked beside trading,
  /// see ``findDamage(completion:)``.
  public let wasChecked: Bool

  let pool: DatabasePool
  let file: JournalFile
  let line: WaitingLine
  let copier: LogCopier

  /// Opens a journal, or creates it: checks owner, stamp, schema version and integrity before
  /// anything is changed, copies the file before an upgrade, and closes what a killed run left.
  ///
  /// Blocks; call it at start, before anything trades.
  public static func open(
    path: String, stamp: JournalStamp, at now: Timestamp
  ) throws(JournalProblem) -> JournalStore {
    try open(path: path, stamp: stamp, at: now, steps: Migration.all)
  }

  static func open(
    path: String, stamp: JournalStamp, at now: Timestamp, steps: [Migration]
  ) throws(JournalProblem) -> JournalStore {
    let opening = JournalOpening(
      path: path, stamp: stamp, now: now, migrations: Migrations(steps, stamp: stamp, at: now))
    let wasChecked = JournalFile.size(of: path) <= JournalOpening.checkedSizeLimit
    let (pool, file) = try opening.open()
    let copier = try LogCopier(path: path)
    pool.writeWithoutTransaction { copier.watch($0) }
    return JournalStore(
      path: path, stamp: stamp, wasChecked: wasChecked, pool: pool, file: file, copier: copier)
  }

  private init(
    path: String, stamp: JournalStamp, wasChecked: Bool, pool: DatabasePool, file: JournalFile,
    copier: LogCopier
  ) {
    self.path = path
    self.stamp = stamp
    self.wasChecked = wasChecked
    self.pool = pool
    self.file = file
    self.copier = copier
    line = WaitingLine()
  }

  /// Writes records, all of them or none, after everything that was handed in before.
  ///
  /// With `.full` the disk has confirmed them when the completion says so. Without a durability,
  /// the records' own needs decide (``Record/needsDurability``). An empty list is a barrier.
  public func write(
    _ records: [Trading.Record], durability: Durability? = nil, completion: @escaping Completion
  ) {
    let needed = records.contains(where: \.needsDurability) ? Durability.full : .normal
    let write = Write(
      records: records, durability: durability ?? needed, completion: completion)
    switch line.join(write) {
    case .joined: break
    case .leads: pool.asyncWriteWithoutTransaction { [self] db in drain(db) }
    case .refused(let problem): RefusalQueue.deliver(problem, to: completion)
    }
  }

  /// Writes what still waits, copies the log back into the file and closes it. Blocks.
  ///
  /// Later writes are refused with ``JournalProblem/closed``. Closing twice does nothing.
  public func close() throws(JournalProblem) {
    guard line.close() else { return }
    try JournalProblem.mapping {
      try copier.close()
      pool.writeWithoutTransaction { drain($0) }
      // A check of a large file may go on for long, and closing waits for it. Nothing is being
      // written at this moment.
      pool.interrupt()
      try pool.writeWithoutTransaction { db in
        if line.failure == nil { try db.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
      }
      try pool.close()
    }
  }

  /// Keeps the file to so many bytes from now on by dropping the oldest market events as new ones
  /// come; what else is written is kept for ever.
  public func keep(toBytes limit: Int) { line.sizeLimit = limit }

  /// What stopped the store, nil while it works.
  public var failure: JournalProblem? { line.failure }

  private func drain(_ db: Database) {
    var mayDropEvents = false
    while let group = line.takeGroup() {
      commit(group, db)
      if group.durability == .normal {
        mayDropEvents = true
        file.startWritingLog()
      }
      if line.wantsRoom { makeRoom(db) }
      let isDue = copier.copyWhenDue { [line] problem in line.stop(by: problem) }
      if isDue, file.logSize() > Self.logSizeLimit { copyLog(db, mode: "TRUNCATE") }
    }
    if copier.takeUnfinished(), line.failure == nil { copyLog(db, mode: "PASSIVE") }
    if mayDropEvents, line.failure == nil { dropOldEvents(db) }
    if line.failure == nil { becomeDurable(db) }
  }

  /// Drops the oldest market events of a journal that is too large, a few at a time as long as
  /// nobody waits, and without a sync: no intent is behind it for long.
  private func dropOldEvents(_ db: Database) {
    do {
      try setDurability(.normal, db)
      while try EventPruner.drop(beyond: line.sizeLimit, db), !line.isWaitedFor {}
    } catch {
      let problem = JournalProblem(error)
      // A busy or full disk: the next events try again.
      if problem.stopsTheStore { line.stop(by: problem) }
    }
  }

  /// Sets what an intent needs as long as nobody waits: the next one does not wait for that. Where
  /// it does not work now, the next write sets it, or fails.
  private func becomeDurable(_ db: Database) {
    do throws(JournalProblem) {
      try setDurability(.full, db)
    } catch {
      if error.stopsTheStore { line.stop(by: error) }
    }
  }

  /// Sets what the disk must confirm from the next write on.
  func setDurability(_ durability: Durability, _ db: Database) throws(JournalProblem) {
    guard line.durability != durability else { return }
    try JournalProblem.mapping { try durability.apply(to: db) }
    line.durability = durability
  }

  /// Makes room for the log, once and after the first write, which a start waits for.
  private func makeRoom(_ db: Database) {
    line.wantsRoom = false
    guard line.failure == nil else { return }
    do {
      try db.execute(sql: "BEGIN IMMEDIATE")
      LogRoom.make(for: path)
      try db.execute(sql: "COMMIT")
    } catch {
      let problem = JournalProblem(error)
      // Somebody else writes just now: the log grows as it did without room.
      if problem.stopsTheStore { line.stop(by: problem) }
    }
  }

  /// Copies the log back here: what a copy beside the writer left, or all of it where those never
  /// came to an end.
  private func copyLog(_ db: Database, mode: String) {
    do {
      try db.execute(sql: "PRAGMA wal_checkpoint(\(mode))")
      if mode == "TRUNCATE" { line.wantsRoom = true }
    } catch {
      let problem = JournalProblem(error)
      // While a reader keeps an old state the log only grows; the next due copy tries again.
      if problem.stopsTheStore { line.stop(by: problem) }
    }
  }

  private func commit(_ group: WriteGroup, _ db: Database) {
    if let failure = line.failure {
      return group.finish(.failure(.stopped(by: failure)))
    }
    guard file.isStillThere() else {
      return fail(group, .fileGone(path: path))
    }
    do throws(JournalProblem) {
      try transact(group, db)
      group.finish(.success(()))
    } catch .recordRefused(let reason) {
      // One bad record must not take the others with it: each write gets its own transaction, and
      // each record where the write itself has several.
      if group.writes.count > 1 {
        for write in group.writes { commit(WriteGroup(writes: [write]), db) }
      } else {
        salvage(group, .recordRefused(reason: reason), db)
      }
    } catch {
      fail(group, error)
    }
  }

  /// Writes what can be written of records one of which was refused.
  private func salvage(_ group: WriteGroup, _ refusal: JournalProblem, _ db: Database) {
    let records = group.writes.flatMap(\.records)
    guard records.count > 1 else { return group.finish(.failure(refusal)) }
    for record in records {
      let single = Write(records: [record], durability: group.durability) { _ in }
      do throws(JournalProblem) {
        try transact(WriteGroup(writes: [single]), db)
      } catch .recordRefused {
        continue
      } catch {
        return fail(group, error)
      }
    }
    group.finish(.failure(refusal))
  }

  private func fail(_ group: WriteGroup, _ problem: JournalProblem) {
    if problem.stopsTheStore { line.stop(by: problem) }
    group.finish(.failure(problem))
  }

  private func transact(_ group: WriteGroup, _ db: Database) throws(JournalProblem) {
    try setDurability(group.durability, db)
    var writer = RecordWriter(db, current: line.currentRun)
    try writer.transact { (writer) throws(JournalProblem) in
      for write in group.writes {
        for record in write.records { try writer.write(record) }
      }
    }
    line.currentRun = writer.current
  }
}
