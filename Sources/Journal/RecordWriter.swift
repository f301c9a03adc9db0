import GRDB
import Trading
import Units

/// The run that is going on.
struct CurrentRun: Sendable, Hashable {
  /// Its row.
  let number: Int64
  /// Its name, with which every client order id of the run begins.
  let id: RunID
}

/// Turns records into rows, within a transaction that the caller opened.
///
/// Lives on the writer's queue for one group of writes; what it must know from one group to the
/// next is the number of the current run.
struct RecordWriter {
  let db: Database
  /// The run that is going on; nil until its start is written.
  var current: CurrentRun?
  var row = RowValues()
  private var statements: [StatementName: PreparedStatement] = [:]

  init(_ db: Database, current: CurrentRun?) {
    self.db = db
    self.current = current
  }

  /// The row number of the run; nil makes the row break its constraint.
  var runNumber: Int64? { current?.number }

  /// Does all of something or nothing of it.
  ///
  /// By compiled statements: GRDB's own way compiles the words around a transaction each time,
  /// which a single durable row feels.
  mutating func transact(
    _ body: (inout RecordWriter) throws(JournalProblem) -> Void
  ) throws(JournalProblem) {
    row.clear()
    try run(.begin)
    do throws(JournalProblem) {
      try body(&self)
      row.clear()
      try run(.commit)
    } catch {
      // SQLite has rolled back by itself when the disk failed or was full.
      if db.isInsideTransaction {
        row.clear()
        try run(.rollBack)
      }
      throw error
    }
  }

  /// Writes one record.
  mutating func write(_ record: Trading.Record) throws(JournalProblem) {
    row.clear()
    switch record {
    case .runStarted(let start): try write(start)
    case .runEnded(let id, let reason, let at):
      row.add(at)
      row.add(reason)
      row.add(id)
      try run(.endRun)
    case .intent(let intent): try write(intent)
    case .orderChanged(let change): try write(OrderRow(change))
    case .triggerChanged(let change): try write(OrderRow(change))
    case .fill(let fill, let at): try write(fill, at: at)
    case .positionCycle(let cycle, let at): try write(cycle, at: at)
    case .denial(let denial): try write(denial)
    case .command(let command):
      row.add(command.source.code)
      row.add(command.text)
      row.add(command.answer)
      row.add(command.at)
      try run(.command)
    case .requestAnswered(let answer): try write(answer)
    case .funding(let funding):
      row.add(funding.instrument)
      row.add(funding.settledAt)
      row.add(funding.amount)
      row.add(funding.at)
      try run(.funding)
    case .stateChanged(let change):
      row.add(change.state)
      row.add(change.reason)
      row.add(change.source.code)
      row.add(change.at)
      try run(.stateChange)
    case .equity(let point):
      row.add(point.occasion)
      row.add(point.equity)
      row.add(point.cash)
      row.add(point.at)
      try run(.equity)
    case .note(let note): try write(note)
    case .plan(let plan): try write(plan)
    case .alertRule(let rule): try write(rule)
    case .alert(let alert): try write(alert)
    case .alertAcknowledged(let id, let source, let at):
      row.add(at)
      row.add(source.code)
      row.add(Int64(clamping: id.rule.number))
      row.add(Int64(clamping: id.count))
      try run(.acknowledgement)
    case .events(let batch): try write(batch)
    case .checkpoint(let checkpoint): try write(checkpoint)
    }
  }

  /// Runs a statement with the row that was put together.
  @discardableResult
  mutating func run(_ name: StatementName) throws(JournalProblem) -> Int64? {
    if let statement = statements[name] { return try statement.run(row) }
    let sql = name.sql
    let db = db
    let statement = try JournalProblem.mapping { try PreparedStatement(sql, db) }
    statements[name] = statement
    return try statement.run(row)
  }

  private mutating func write(_ start: RunRecord) throws(JournalProblem) {
    row.add(start.id)
    row.add(start.programVersion)
    row.add(String(start.seed))
    row.add(start.settings)
    row.add(start.startedAt)
    guard let number = try run(.startRun) else { return }
    current = CurrentRun(number: number, id: start.id)
  }

  private mutating func write(_ answer: AnswerRecord) throws(JournalProblem) {
    row.add(runNumber)
    row.add(Int64(clamping: answer.id.number))
    row.add(answer.kind)
    row.add(answer.instrument)
    row.add(answer.clientOrderID)
    row.add(answer.sentAt)
    row.add(answer.result)
    row.add(answer.code)
    row.add(answer.message)
    row.add(answer.at)
    try run(.answer)
  }

  private mutating func write(_ denial: DenialRecord) throws(JournalProblem) {
    row.add(denial.code)
    row.add(denial.text)
    row.add(denial.intent.instrument)
    row.add(denial.intent.columnText)
    row.add(denial.source.code)
    row.add(denial.at)
    try run(.denial)
  }

  private mutating func write(_ note: NoteRecord) throws(JournalProblem) {
    row.add(note.level)
    row.add(note.text)
    row.add(note.instrument)
    row.add(note.cycle)
    row.add(note.at)
    try run(.note)
  }

  private mutating func write(_ plan: PlanRecord) throws(JournalProblem) {
    row.add(plan.id)
    row.add(plan.kind)
    row.add(plan.instrument)
    row.add(plan.source.code)
    row.add(plan.state)
    row.add(plan.step)
    row.add(blob: plan.body)
    row.add(plan.startedAt)
    row.add(plan.at)
    try run(.plan)
  }

  private mutating func write(_ batch: EventBatch) throws(JournalProblem) {
    row.add(runNumber)
    row.add(Int64(clamping: batch.firstSequence))
    row.add(Int64(batch.count))
    row.add(Int64(batch.codec))
    row.add(batch.firstAt)
    row.add(batch.lastAt)
    row.add(blob: batch.bytes)
    try run(.events)
  }

  private mutating func write(_ checkpoint: StateCheckpoint) throws(JournalProblem) {
    row.add(runNumber)
    row.add(Int64(clamping: checkpoint.sequence))
    let digits = String(checkpoint.hash, radix: 16)
    row.add(String(repeating: "0", count: 16 - digits.count) + digits)
    row.add(checkpoint.at)
    try run(.checkpoint)
  }
}
