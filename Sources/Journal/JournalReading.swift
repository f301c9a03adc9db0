import GRDB
import Trading
import Units

/// One consistent look at a journal: every question asked of it sees the same moment.
///
/// Lent by ``JournalStore/read(_:)`` and ``JournalArchive/read(_:)``; it must not be kept.
public struct JournalReading {
  let db: Database

  /// Returns what a start must know before it asks the exchange.
  public func recoveredState() throws(JournalProblem) -> RecoveredState {
    let lastRun = try row("runs", "SELECT * FROM runs ORDER BY number DESC LIMIT 1")
    return RecoveredState(
      lastRun: try lastRun?.run(), lastRunEndedAt: lastRun?.optionalTime("ended_at"),
      botState: try row(
        "state_changes", "SELECT * FROM state_changes ORDER BY number DESC LIMIT 1")?
        .botState(),
      openOrders: try openOrders(), openCycles: try openCycles(),
      endedCycles: try endedCycles(),
      openPlans: try openPlans(),
      dayStart: try newestEquity(.dayStart), peak: try newestEquity(.peak),
      newestFill: try row(
        "fills", "SELECT exchange_time FROM fills ORDER BY exchange_time DESC LIMIT 1")?
        .time("exchange_time"),
      newestFundings: try newestFundings(),
      alerts: try alerts(), strategies: try strategyStates())
  }

  /// Returns whether the journal knows anything of an account: which one it is, an order, a fill or
  /// a position. A start that was refused leaves none of them.
  public func knowsAccount() throws(JournalProblem) -> Bool {
    try row("journal", Schema005.knowsAccountSQL)?.flag("known") ?? false
  }

  private func newestFundings() throws(JournalProblem) -> [FundingRecord] {
    let newest = try row(
      "funding", "SELECT settled_at FROM funding ORDER BY settled_at DESC LIMIT 1")
    guard let last = try newest?.time("settled_at") else { return [] }
    return try all(
      "funding", "SELECT * FROM funding WHERE settled_at > ? ORDER BY settled_at, instrument",
      [(last - .minutes(60)).milliseconds]
    ) { (reader) throws(JournalProblem) in try reader.funding() }
  }

  /// Returns the last state that each strategy was given, in the order of the first time.
  private func strategyStates() throws(JournalProblem) -> [StrategyStateNote] {
    let given = try all("commands", Schema004.strategySQL) {
      (reader) throws(JournalProblem) in StrategyStateNote(text: try reader.text("text"))
    }
    var last: [StrategyStateNote] = []
    for case let note? in given {
      if let place = last.firstIndex(where: { $0.name == note.name }) {
        last[place] = note
      } else {
        last.append(note)
      }
    }
    return last
  }

  /// Returns every order and trigger that is not final, oldest first, with its intent.
  public func openOrders() throws(JournalProblem) -> [RecoveredOrder] {
    let found = try rows("orders", "SELECT * FROM orders WHERE is_final = 0 ORDER BY number")
    var orders: [RecoveredOrder] = []
    for reader in found { orders.append(try order(reader)) }
    return orders
  }

  /// Returns the intent behind a client order id, nil when there is none.
  public func intent(_ id: ClientOrderID) throws(JournalProblem) -> IntentRecord? {
    try row("intents", "SELECT * FROM intents WHERE client_order_id = ?", [id.text])?.intent()
  }

  /// Returns the newest intents of an instrument, newest first. It looks at all of them: ask off
  /// the loop.
  public func newestIntents(of instrument: InstrumentID, limit: Int)
    throws(JournalProblem) -> [IntentRecord]
  {
    try all(
      "intents",
      "SELECT * FROM intents WHERE instrument = ? ORDER BY at DESC, client_order_id DESC LIMIT ?",
      [instrument.text, limit]
    ) { (reader) throws(JournalProblem) in try reader.intent() }
  }

  /// How many lives that ended a start looks at.
  private static let recoveredCycles = 200
  /// The most where that many ended within a day: as many as a limit of a day can be about.
  private static let recoveredCyclesOfDay = 10_000

  /// Returns the newest lives that ended, oldest first: enough for a run of losses, and all of a
  /// day, for what is limited by the day.
  private func endedCycles() throws(JournalProblem) -> [PositionCycle] {
    let newest = try newestCycles(closedBefore: .latestPlausible, limit: Self.recoveredCycles)
    guard newest.count == Self.recoveredCycles, let end = newest.first?.closedAt,
      let start = newest.last?.closedAt, end - start < .days(1)
    else { return newest.reversed() }
    return try newestCycles(closedBefore: .latestPlausible, limit: Self.recoveredCyclesOfDay)
      .prefix { cycle in cycle.closedAt.map { end - $0 < .days(1) } ?? false }.reversed()
  }

  /// Returns the actions of several steps that are not at their end, oldest first.
  public func openPlans() throws(JournalProblem) -> [PlanRecord] {
    try all(
      "plans", "SELECT * FROM plans WHERE state = 'open' ORDER BY started_at, id"
    ) { (reader) throws(JournalProblem) in try reader.plan() }
  }

  /// Returns the lives of positions that are open, oldest first.
  public func openCycles() throws(JournalProblem) -> [PositionCycle] {
    try all(
      "position_cycles", "SELECT * FROM position_cycles WHERE closed_at IS NULL ORDER BY opened_at"
    ) { (reader) throws(JournalProblem) in try reader.cycle() }
  }

  /// Returns the lives of positions that ended within a time, oldest first.
  public func cycles(closedFrom start: Timestamp, before end: Timestamp, limit: Int)
    throws(JournalProblem) -> [PositionCycle]
  {
    try all(
      "position_cycles",
      """
      SELECT * FROM position_cycles WHERE closed_at >= ? AND closed_at < ?
      ORDER BY closed_at, id LIMIT ?
      """,
      [start.milliseconds, end.milliseconds, limit]
    ) { (reader) throws(JournalProblem) in try reader.cycle() }
  }

  /// Returns the newest lives of positions that ended before a moment, newest first.
  public func newestCycles(closedBefore end: Timestamp, limit: Int)
    throws(JournalProblem) -> [PositionCycle]
  {
    try all(
      "position_cycles",
      "SELECT * FROM position_cycles WHERE closed_at < ? ORDER BY closed_at DESC, id DESC LIMIT ?",
      [end.milliseconds, limit]
    ) { (reader) throws(JournalProblem) in try reader.cycle() }
  }

  /// Returns the fills within a time of the exchange's clock, oldest first.
  public func fills(from start: Timestamp, before end: Timestamp, limit: Int)
    throws(JournalProblem) -> [Fill]
  {
    try all(
      "fills",
      """
      SELECT * FROM fills WHERE exchange_time >= ? AND exchange_time < ?
      ORDER BY exchange_time, instrument, trade_id LIMIT ?
      """,
      [start.milliseconds, end.milliseconds, limit]
    ) { (reader) throws(JournalProblem) in try reader.fill() }
  }

  private func newestEquity(_ occasion: EquityRecord.Occasion)
    throws(JournalProblem) -> EquityRecord?
  {
    // The condition on `curve` lets SQLite use the index that leaves the curve out.
    try row(
      "equity",
      """
      SELECT * FROM equity WHERE occasion = ? AND occasion <> 'curve'
      ORDER BY number DESC LIMIT 1
      """,
      [occasion.rawValue])?.equity()
  }

  private func order(_ reader: RowReader) throws(JournalProblem) -> RecoveredOrder {
    let id: ClientOrderID? = try reader.optionalName("client_order_id")
    let isTrigger = try reader.text("kind") == "trigger"
    var intent: IntentRecord?
    if let id { intent = try self.intent(id) }
    return RecoveredOrder(
      clientOrderID: id,
      exchangeOrderID: try reader.optionalName("exchange_order_id"),
      instrument: try reader.name("instrument"),
      side: try reader.optionalWord("side"),
      state: isTrigger ? .trigger(try reader.word("state")) : .order(try reader.word("state")),
      filledContracts: try reader.unit("filled_contracts"), lastAt: try reader.time("last_at"),
      intent: intent)
  }
}

extension JournalReading {
  func rows(_ table: String, _ sql: String, _ arguments: StatementArguments = [])
    throws(JournalProblem) -> [RowReader]
  {
    try JournalProblem.mapping {
      let statement = try db.cachedStatement(sql: sql)
      return try Row.fetchAll(statement, arguments: arguments)
        .map { RowReader(table: table, row: $0) }
    }
  }

  func row(_ table: String, _ sql: String, _ arguments: StatementArguments = [])
    throws(JournalProblem) -> RowReader?
  {
    try rows(table, sql, arguments).first
  }

  func all<Value>(
    _ table: String, _ sql: String, _ arguments: StatementArguments = [],
    _ read: (RowReader) throws(JournalProblem) -> Value
  ) throws(JournalProblem) -> [Value] {
    var values: [Value] = []
    for reader in try rows(table, sql, arguments) { values.append(try read(reader)) }
    return values
  }
}
