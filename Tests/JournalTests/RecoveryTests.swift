import Foundation
import GRDB
import Testing
import Trading
import Units

@testable import Journal

/// Copies the file and its log as they lie on disk, as a kill at this moment would leave them.
private func snapshot(_ store: JournalStore, into folder: TemporaryFolder) throws {
  try JournalFile.preparePrivateFolder(JournalFile.folder(of: folder.journal))
  for ending in ["", "-wal"] {
    try FileManager.default.copyItem(
      atPath: store.path + ending, toPath: folder.journal + ending)
  }
}

@Test func `an empty journal recovers nothing`() throws {
  let store = try openJournal(TemporaryFolder())
  let state = try store.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(state == RecoveredState())
  try store.close()
}

@Test func `R01 R02 an intent without any later word comes back as unknown`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try await store.take([
    .intent(Sample.intent(1)), .intent(Sample.protection(2)), .intent(Sample.closing(3)),
    .intent(Sample.intent(4)), .intent(Sample.intent(5)),
    .orderChanged(Sample.change(4, .live, exchangeID: "88004")),
    .orderChanged(Sample.change(5, .filled, exchangeID: "88005", filled: "12.5")),
  ])
  let killed = try TemporaryFolder()
  try snapshot(store, into: killed)
  try store.close()

  let next = try openJournal(killed)
  let open = try next.read { (reading) throws(JournalProblem) in try reading.openOrders() }
  func silent(
    _ intent: IntentRecord, _ side: OrderSide?, _ state: RecoveredOrder.State
  ) -> RecoveredOrder {
    RecoveredOrder(
      clientOrderID: intent.clientOrderID, exchangeOrderID: nil, instrument: Sample.instrument,
      side: side, state: state, filledContracts: 0, lastAt: intent.at, intent: intent)
  }
  #expect(
    Set(open) == [
      silent(Sample.intent(1), .buy, .order(.unknown)),
      silent(Sample.protection(2), .sell, .trigger(.unknown)),
      silent(Sample.closing(3), nil, .order(.unknown)),
      RecoveredOrder(
        clientOrderID: Sample.id(4), exchangeOrderID: ExchangeOrderID("88004"),
        instrument: Sample.instrument, side: .buy, state: .order(.live), filledContracts: 0,
        lastAt: later(40), intent: Sample.intent(4)),
    ])
  #expect(open.count == 4)
  try next.close()
}

@Test func `R15 opening twice after a kill finds the same state`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run), .intent(Sample.intent(1))])
  try store.close()
  var states: [RecoveredState] = []
  for _ in 0..<3 {
    let next = try openJournal(folder)
    states.append(
      try next.read { (reading) throws(JournalProblem) in try reading.recoveredState() })
    try next.close()
  }
  #expect(states[0].openOrders.count == 1)
  #expect(states[1] == states[0])
  #expect(states[2] == states[0])
}

@Test func `R16 a halt is found again after a restart`() async throws {
  let folder = try TemporaryFolder()
  let halt = BotStateRecord(
    state: .halted, reason: "daily loss 312.5 is above 300", source: .engine, at: later(5))
  let day = EquityRecord(occasion: .dayStart, equity: "10000", cash: "9000.5", at: morning)
  let peak = EquityRecord(occasion: .peak, equity: "10100.25", cash: "9000.5", at: later(2))
  let store = try openJournal(folder)
  try await store.take([
    .runStarted(Sample.run), .equity(day), .equity(peak),
    .stateChanged(
      BotStateRecord(state: .running, reason: "armed", source: .keyboard, at: later(1))),
    .equity(EquityRecord(occasion: .curve, equity: "9800", cash: "9000", at: later(4))),
    .stateChanged(halt), .positionCycle(Sample.cycle, at: later(6)),
    .fill(Sample.fill(1), at: later(51)),
    .funding(funding("-0.1", settledAt: later(60))),
    .funding(funding("-0.2", settledAt: later(55))),
    .funding(funding("-0.3", settledAt: later(60) - .minutes(60))),
    .runEnded(Sample.run.id, reason: "the user quit", at: later(7)),
  ])
  try store.close()
  let next = try openJournal(folder)
  let state = try next.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(
    state
      == RecoveredState(
        lastRun: Sample.run, lastRunEndedAt: later(7), botState: halt, openOrders: [],
        openCycles: [Sample.cycle], dayStart: day, peak: peak, newestFill: later(50),
        newestFundings: [
          funding("-0.2", settledAt: later(55)), funding("-0.1", settledAt: later(60)),
        ]))
  try next.close()
}

private func funding(_ amount: Money, settledAt: Timestamp) -> FundingRecord {
  FundingRecord(
    instrument: Sample.instrument, amount: amount, settledAt: settledAt, at: settledAt + .seconds(1)
  )
}

@Test func `D06 the files as a kill leaves them open with every confirmed write`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  for round in 1...20 {
    let first = UInt64(round * 50)
    try await store.take((first..<first + 50).map { .intent(Sample.intent($0)) })
    let killed = try TemporaryFolder()
    try snapshot(store, into: killed)
    // A write that was under way leaves a torn frame behind the last one, in the log's room.
    let path = URL(fileURLWithPath: killed.journal + "-wal")
    let used = try Data(contentsOf: path).lastIndex { $0 != 0 }.map { $0 + 1 }
    let log = try FileHandle(forWritingTo: path)
    try log.seek(toOffset: UInt64(#require(used)))
    try log.write(contentsOf: Data(repeating: UInt8(round), count: 100 * round))
    try log.close()
    let next = try openJournal(killed)
    let (open, damage) = try next.read { (reading) throws(JournalProblem) in
      (try reading.openOrders().count, try reading.damage())
    }
    #expect(open == round * 50)
    #expect(damage == [])
    try next.close()
  }
  try store.close()
}

@Test func `the log has its room and stays in it while it is copied back`() async throws {
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  try await store.take([])
  #expect(JournalFile.size(of: folder.journal + "-wal") == LogRoom.size)
  for burst in 0..<60 {
    // Fewer pages than the room has beyond those that start a copy, for the copy goes on beside.
    for number in 0..<100 {
      try await store.take([.intent(Sample.intent(UInt64(burst * 100 + number)))])
    }
    // Between bursts the copy catches up, and the log begins anew.
    try await store.copier.settle()
    try await store.take([])
    try await store.take([])
  }
  #expect(JournalFile.size(of: folder.journal + "-wal") == LogRoom.size)
  let killed = try TemporaryFolder()
  try snapshot(store, into: killed)
  let next = try openJournal(killed)
  let (open, damage) = try next.read { (reading) throws(JournalProblem) in
    (try reading.openOrders().count, try reading.damage())
  }
  #expect(open == 6_000)
  #expect(damage == [])
  try next.close()
  try store.close()
  #expect(JournalFile.size(of: folder.journal + "-wal") == 0)
}

@Test func `events and checkpoints come back for a replay`() async throws {
  let store = try openJournal(TemporaryFolder())
  let batches = [0, 100, 200].map { first in
    EventBatch(
      codec: 1, firstSequence: UInt64(first), count: 100, firstAt: later(Int64(first)),
      lastAt: later(Int64(first) + 99), bytes: [UInt8](repeating: UInt8(first), count: first * 3))
  }
  let checkpoint = StateCheckpoint(sequence: 150, hash: 0x0000_0000_0000_00AB, at: later(150))
  try await store.take(
    [.runStarted(Sample.run), .checkpoint(checkpoint)] + batches.map { .events($0) })
  let (all, tail, checkpoints) = try store.read { (reading) throws(JournalProblem) in
    (
      try reading.events(of: Sample.run.id, from: 0, limit: 10),
      try reading.events(of: Sample.run.id, from: 150, limit: 10),
      try reading.checkpoints(of: Sample.run.id)
    )
  }
  #expect(all == batches)
  #expect(tail == Array(batches[1...]))
  #expect(checkpoints == [checkpoint])
  try store.close()
}

@Test func `notes and denials are the newest of a time, and notes those of a level`() async throws {
  let store = try openJournal(TemporaryFolder())
  let notes = (0..<5).map {
    NoteRecord(
      level: $0 == 3 ? .alarm : .user, text: "note \($0) '); DROP TABLE notes;--",
      instrument: Sample.instrument,
      cycle: Sample.cycle.id, at: later($0))
  }
  let wish = Intent.open(
    OpeningIntent(
      instrument: Sample.instrument, side: .long, marginMode: .isolated, type: .limit("94000"),
      size: .riskShare("0.01"), stop: .stop(Trigger(triggerPrice: "93000")),
      takeProfit: Trigger(triggerPrice: "97000")))
  let denial = DenialRecord(
    code: "notional.cap", text: "12 000 is above 10 000", intent: wish, source: .keyboard,
    at: later(7))
  try await store.take(
    [.runStarted(Sample.run), .denial(denial)] + notes.map { .note($0) })
  let (two, late, ofUser, denials, none) = try store.read { (reading) throws(JournalProblem) in
    (
      try reading.newestNotes(from: morning, limit: 2),
      try reading.newestNotes(from: later(3), limit: 9),
      try reading.newestNotes(from: morning, level: .user, limit: 2),
      try reading.newestDenials(from: later(7), limit: 9),
      try reading.newestDenials(from: later(8), limit: 9)
    )
  }
  #expect(two == [notes[4], notes[3]])
  #expect(late == [notes[4], notes[3]])
  #expect(ofUser == [notes[4], notes[2]])
  #expect(none == [])
  #expect(
    denials == [
      LoggedDenial(
        code: "notional.cap", text: "12 000 is above 10 000",
        intent: "open long BTC-USDT isolated limit 94000 risk 0.01 stop 93000 target 97000",
        source: .keyboard, at: later(7))
    ])
  try store.close()
}

@Test func `X08 an action that is not at its end comes back with its newest line`() async throws {
  func plan(_ id: String, _ state: PlanRecord.State, _ step: String, _ at: Int64) -> PlanRecord {
    PlanRecord(
      id: PlanID(id), kind: "scaleIn", instrument: Sample.instrument, source: .keyboard,
      state: state, step: step, body: [1, 0, 255, UInt8(at)], startedAt: later(1), at: later(at))
  }
  let folder = try TemporaryFolder()
  let store = try openJournal(folder)
  try await store.take([
    .runStarted(Sample.run), .plan(plan("a", .open, "adding", 2)),
    .plan(plan("b", .open, "adding", 3)), .plan(plan("a", .open, "reducing", 4)),
    .plan(plan("b", .done, "the stop is at 60000", 5)),
  ])
  let killed = try TemporaryFolder()
  try snapshot(store, into: killed)
  try store.close()
  let next = try openJournal(killed)
  let open = try next.read { (reading) throws(JournalProblem) in try reading.openPlans() }
  #expect(open == [plan("a", .open, "reducing", 4)])
  try next.close()
}

@Test func `D07 what a start, a page or a command reads is indexed or ends at a limit`()
  async throws
{
  let store = try openJournal(TemporaryFolder())
  try await store.take([.runStarted(Sample.run)])
  final class Questions { var asked: [String] = [] }
  let plans = try await store.pool.read { db in
    let questions = Questions()
    db.trace { questions.asked.append($0.expandedDescription) }
    let reading = JournalReading(db: db)
    let run = Sample.run.id
    _ = try reading.recoveredState()
    _ = try reading.newestNotes(from: morning, level: .user, limit: 1_000_000)
    _ = try reading.newestDenials(from: morning, limit: 1_000_000)
    _ = try reading.newestCycles(closedBefore: .latestPlausible, limit: 1_000_000)
    _ = try reading.cycles(closedFrom: morning, before: later(1), limit: 50)
    _ = try reading.fills(from: morning, before: .latestPlausible, limit: .max)
    _ = try reading.events(of: run, from: 7, limit: 50)
    db.trace(nil)
    return try questions.asked.map { sql in
      (sql, try Row.fetchAll(db, sql: "EXPLAIN QUERY PLAN " + sql).map { $0["detail"] as String })
    }
  }
  #expect(plans.count >= 14)
  let open = [
    "orders_alive", "cycles_open", "open_plans", "active_alert_rules", "strategy_commands",
  ]
  for (sql, plan) in plans {
    // A scan is one of what is open, or of an index in its order, which ends at the limit.
    let scans = plan.contains { step in
      step.hasPrefix("SCAN") && !open.contains { step.hasSuffix("USING INDEX " + $0) }
    }
    let sorts = plan.contains { $0.contains("TEMP B-TREE") }
    #expect(!scans || (sql.contains("LIMIT") && !sorts), "\(sql): \(plan)")
  }
  try store.close()
}

@Test func `the last state that a person gave to each strategy is found again`() async throws {
  let store = try openJournal(TemporaryFolder())
  func said(_ text: String, answer: String? = nil, _ seconds: Int64) -> Trading.Record {
    .command(CommandRecord(source: .keyboard, text: text, answer: answer, at: later(seconds)))
  }
  try await store.take([
    .runStarted(Sample.run), said("strategy paused zones", 1), said("halted enough", 2),
    said("strategy approval cross", 3), said("strategy approval zones", 4),
    said("strategy running zones", answer: "only a person lets a strategy do more", 5),
  ])
  let state = try store.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(
    state.strategies == [
      StrategyStateNote(name: "zones", state: .approval),
      StrategyStateNote(name: "cross", state: .approval),
    ])
  try store.close()
}

@Test func `K05 a start knows every position that ended within the day`() async throws {
  let store = try openJournal(TemporaryFolder())
  func ended(_ number: Int, after hours: Int64, _ minutes: Int) -> PositionCycle {
    var cycle = PositionCycle(
      key: Sample.positionKey, side: .long, source: .strategy("zones"),
      openedAt: morning + .hours(hours) + .minutes(Int64(minutes)),
      entryPrice: "94320.1", peakContracts: 1)
    cycle.closedAt = cycle.openedAt + .seconds(30)
    cycle.realizedPnL = Money(Fixed(number))
    cycle.ending = .strategy
    return cycle
  }
  let before = (0..<300).map { ended($0, after: 0, $0) }
  let today = (0..<250).map { ended($0, after: 30, $0) }
  try await store.take([.runStarted(Sample.run)])
  try await store.take(before.map { .positionCycle($0, at: $0.openedAt) })
  let first = try store.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(first.endedCycles == before)
  try await store.take(today.map { .positionCycle($0, at: $0.openedAt) })
  let second = try store.read { (reading) throws(JournalProblem) in try reading.recoveredState() }
  #expect(second.endedCycles == today)
  try store.close()
}
