import Foundation
import GRDB
import Synchronization
import Testing
import Trading
import Units

@testable import Journal

private func started(_ folder: TemporaryFolder) async throws -> JournalStore {
  let store = try openJournal(folder)
  try await store.take([.runStarted(Sample.run)])
  return store
}

@Test func `every kind of intent is read back as it was written`() async throws {
  let store = try await started(TemporaryFolder())
  let market = IntentRecord(
    action: .order(Sample.orderRequest(4, .market)), purpose: .open, source: .web, reasons: ["one"],
    figures: nil, state: .approval, at: later(11))
  let kinds: [IntentRecord] = [
    Sample.intent(1), Sample.protection(2), Sample.closing(3), market,
    IntentRecord(
      action: .order(Sample.orderRequest(5, .postOnly("1.5"))), purpose: .reduce, source: .control,
      reasons: [], figures: Sample.figures, state: .paused, at: later(12)),
    IntentRecord(
      action: .order(Sample.orderRequest(6, .fillOrKill("1.5"))), purpose: .open,
      source: .agent("a:b"), reasons: [], figures: nil, state: .running, at: later(12)),
    IntentRecord(
      action: .order(Sample.orderRequest(7, .immediateOrCancel("1.5"))), purpose: .open,
      source: .engine, reasons: [], figures: nil, state: .running, at: later(12)),
  ]
  try await store.take(kinds.map { .intent($0) })
  let found = try store.read { (reading) throws(JournalProblem) in
    var found: [IntentRecord?] = []
    for kind in kinds { found.append(try reading.intent(kind.clientOrderID)) }
    return found
  }
  #expect(found == kinds)
  try store.close()
}

@Test func `I5 a fill written twice is there once`() async throws {
  let store = try await started(TemporaryFolder())
  try await store.take([.fill(Sample.fill(1), at: later(51)), .fill(Sample.fill(2), at: later(51))])
  try await store.take([.fill(Sample.fill(2), at: later(99)), .fill(Sample.fill(1), at: later(99))])
  let fills = try store.read { (reading) throws(JournalProblem) in
    try reading.fills(from: morning, before: later(1_000), limit: 10)
  }
  #expect(fills == [Sample.fill(1), Sample.fill(2)])
  try store.close()
}

@Test func `X03 a funding payment written twice is there once, both sides of a hedge are kept`()
  async throws
{
  let store = try await started(TemporaryFolder())
  func funding(_ amount: Money) -> Trading.Record {
    .funding(
      FundingRecord(
        instrument: Sample.instrument, amount: amount, settledAt: later(100), at: later(200)))
  }
  try await store.take([funding("-0.5"), funding("-0.5"), funding("0.25")])
  try await store.take([funding("-0.5")])
  let amounts = try await store.pool.read {
    try String.fetchAll($0, sql: "SELECT amount FROM funding ORDER BY amount")
  }
  #expect(amounts == ["-0.5", "0.25"])
  try store.close()
}

@Test func `a request is one row that says what was asked and what became of it`() async throws {
  let store = try await started(TemporaryFolder())
  try await store.take([
    .requestAnswered(
      AnswerRecord(
        id: RequestID(1), kind: "submit", instrument: Sample.instrument,
        clientOrderID: Sample.id(1), sentAt: later(10),
        outcome: .refused(
          Refusal(code: "102015", message: "too many orders", advice: .fixRequest)),
        at: later(90))),
    .requestAnswered(
      AnswerRecord(
        id: RequestID(2), kind: "accountSnapshot", instrument: nil, clientOrderID: nil,
        sentAt: later(100), outcome: .unknown("timed out"), at: later(5_100))),
  ])
  let rows = try await store.pool.read {
    try String.fetchAll(
      $0,
      sql: """
        SELECT json_array(number, kind, instrument, client_order_id, sent_at, result, code, message,
          answered_at) FROM requests ORDER BY number
        """)
  }
  func at(_ milliseconds: Int64) -> Int64 { later(milliseconds).milliseconds }
  #expect(
    rows == [
      "[1,\"submit\",\"BTC-USDT\",\"\(Sample.id(1))\",\(at(10)),\"refused\",\"102015\","
        + "\"too many orders\",\(at(90))]",
      "[2,\"accountSnapshot\",null,null,\(at(100)),\"unknown\",null,\"timed out\",\(at(5_100))]",
    ])
  try store.close()
}

@Test func `a position's life is one row from opening to closing`() async throws {
  let store = try await started(TemporaryFolder())
  try await store.take([.positionCycle(Sample.cycle, at: later(51))])
  let open = try store.read { (reading) throws(JournalProblem) in try reading.openCycles() }
  #expect(open == [Sample.cycle])
  try await store.take([.positionCycle(Sample.closedCycle, at: later(90_001))])
  let (still, closed) = try store.read { (reading) throws(JournalProblem) in
    (
      try reading.openCycles(),
      try reading.newestCycles(closedBefore: later(100_000), limit: 10)
    )
  }
  #expect(still == [])
  #expect(closed == [Sample.closedCycle])
  #expect(closed.first?.netPnL == "31.855")
  #expect(closed.first?.rMultiple == "1.930606060606060606")
  try store.close()
}

@Test func `a refused record takes nothing else with it`() async throws {
  let store = try await started(TemporaryFolder())
  let outcomes = Mutex<[String: JournalProblem?]>([:])
  let done = DispatchGroup()
  @Sendable func write(_ name: String, _ records: [Trading.Record]) {
    done.enter()
    store.write(records) { result in
      outcomes.withLock { $0[name] = .some(result.problem) }
      done.leave()
    }
  }
  // The queue is held so that the three writes share a transaction.
  store.pool.asyncWriteWithoutTransaction { _ in
    write("good", [.intent(Sample.intent(1))])
    write("twice", [.fill(Sample.fill(7), at: later(1)), .intent(Sample.intent(1))])
    write("also good", [.intent(Sample.intent(2))])
  }
  await withCheckedContinuation { continuation in
    store.pool.asyncWriteWithoutTransaction { _ in
      done.notify(queue: .global()) { continuation.resume() }
    }
  }
  #expect(
    outcomes.withLock { $0 } == [
      "good": nil, "also good": nil,
      "twice": .recordRefused(reason: "UNIQUE constraint failed: intents.client_order_id"),
    ])
  let fills = try store.read { (reading) throws(JournalProblem) in
    try reading.fills(from: morning, before: later(1_000), limit: 10)
  }
  #expect(fills == [Sample.fill(7)])
  try store.close()
}

@Test func `an intent needs a run and an id of that run`() async throws {
  let store = try openJournal(TemporaryFolder())
  let early = await store.finish([.intent(Sample.intent(1))])
  let reason = "client order id \(Sample.id(1)) does not begin with the run's name"
  #expect(early.problem == .recordRefused(reason: reason))
  try await store.take([.runStarted(Sample.run), .intent(Sample.intent(1))])
  try store.close()
}

@Test func `an id that no exchange takes and a number that nobody wrote are refused`() async throws
{
  let store = try await started(TemporaryFolder())
  let id = ClientOrderID(trusted: Sample.run.id.text + "-1")
  let intent = IntentRecord(
    action: .closePosition(Sample.positionKey, id), purpose: .reduce, source: .keyboard,
    reasons: [], figures: nil, state: .running, at: later(1))
  #expect(
    await store.finish([.intent(intent)]).problem
      == .recordRefused(reason: "client order id \(id) has letters that no exchange takes"))
  try await store.take([.fill(Sample.fill(1), at: later(51))])
  try await store.pool.write { try $0.execute(sql: "UPDATE fills SET price = '94,320.1'") }
  let problem = #expect(throws: JournalProblem.self) {
    try store.read { (reading) throws(JournalProblem) in
      try reading.fills(from: morning, before: later(1_000), limit: 10)
    }
  }
  #expect(
    problem == .unreadableRow(table: "fills", column: "price", value: "\"94,320.1\""))
  let long = String(repeating: "8", count: 33)
  try await store.pool.write {
    try $0.execute(sql: "UPDATE fills SET exchange_order_id = ?", arguments: [long])
  }
  #expect(
    throws: JournalProblem.unreadableRow(
      table: "fills", column: "exchange_order_id", value: "\"\(long)\"")
  ) {
    try store.read { (reading) throws(JournalProblem) in
      try reading.fills(from: morning, before: later(1_000), limit: 10)
    }
  }
  try store.close()
}

@Test func `completions come in the order of the writes`() async throws {
  let store = try await started(TemporaryFolder())
  let order = Mutex<[Int]>([])
  for number in 0..<300 {
    store.write([.fill(Sample.fill(number), at: later(1))]) { _ in
      order.withLock { $0.append(number) }
    }
  }
  try await store.take([])
  #expect(order.withLock { $0 } == Array(0..<300))
  try store.close()
}

@Test func `an external order that turns out to be ours keeps its history`() async throws {
  let store = try await started(TemporaryFolder())
  try await store.take([
    .intent(Sample.intent(1)),
    .orderChanged(Sample.change(1, .unknown, at: later(41))),
    .orderChanged(Sample.change(nil, .live, exchangeID: "88001", at: later(42))),
    .orderChanged(
      Sample.change(1, .partiallyFilled, exchangeID: "88001", filled: "0.5", at: later(43))),
  ])
  let orders = try store.read { (reading) throws(JournalProblem) in try reading.openOrders() }
  #expect(
    orders == [
      RecoveredOrder(
        clientOrderID: Sample.id(1), exchangeOrderID: ExchangeOrderID("88001"),
        instrument: Sample.instrument, side: .buy, state: .order(.partiallyFilled),
        filledContracts: "0.5", lastAt: later(43), intent: Sample.intent(1))
    ])
  let history = try await store.pool.read {
    try String.fetchAll($0, sql: "SELECT state FROM order_changes ORDER BY number")
  }
  #expect(history == ["unknown", "live", "partiallyFilled"])
  try store.close()
}

@Test func `after closing nothing is taken and closing again is harmless`() async throws {
  let store = try await started(TemporaryFolder())
  try store.close()
  try store.close()
  #expect(await store.finish([.intent(Sample.intent(1))]).problem == .closed)
}
