import Exchanges
import JSONText
import Trading
import Units

/// Reads everything about an account at once: seven lists, all of which must come, and the
/// leverages.
///
/// Nothing is inferred from a part: with one list missing there is no snapshot (fault case R10).
/// Leverages that do not come are told as such: what is held is looked after without them.
final class AccountReader {
  typealias Shown = @MainActor ([Position], [TriggerOrder]) -> Void

  private let done:
    @MainActor (Result<AccountSnapshot, Unproven>, _ leverageProblem: String?) -> Void
  private let shown: Shown
  private var isShown = false
  private var isDone = false
  private var balance: Balance?
  private var positions: [Position]?
  private var orders: [Order]?
  private var protections: [TriggerOrder]?
  private var triggers: [TriggerOrder]?
  private var fills: [Fill]?
  private var positionMode: PositionMode?
  private var leverages: [LeverageSetting]? = []
  private var awaitedLeverages: Int
  /// Why leverages did not come; nil while nothing is wrong with them.
  private var leverageProblem: String?

  /// Starts to read in a lane, with the fills of a history up to `now`. `done` is called later,
  /// once; before it `shown` is told once of the positions and trigger orders, where they came.
  ///
  /// What guards is asked for first: the rest may wait for the rate limit.
  init(
    _ calls: RestCalls, _ catalog: InstrumentCatalog, _ places: [LeveragePlace],
    _ history: FillHistory, at now: Timestamp,
    lane: RequestLane = .ordinary, shown: @escaping Shown = { _, _ in },
    _ done:
      @escaping @MainActor (Result<AccountSnapshot, Unproven>, _ leverageProblem: String?) ->
      Void
  ) {
    self.done = done
    self.shown = shown
    let questions = LeverageQuestion.all(of: places)
    awaitedLeverages = questions.count
    calls.read(.positions, lane: lane) { verdict in
      self.take(Self.positions(verdict, catalog)) { $0.positions = $1 }
    }
    calls.readAll(Lists.protectionsPending(catalog), lane: lane) {
      self.take($0) { $0.protections = $1 }
    }
    calls.readAll(Lists.triggersPending(catalog), lane: lane) {
      self.take($0) { $0.triggers = $1 }
    }
    calls.readAll(Lists.ordersPending(catalog), lane: lane) {
      self.take($0) { $0.orders = $1 }
    }
    calls.readOne(
      .balance, [QueryItem("productType", "USDT-FUTURES")], AccountRows.balance
    ) { self.take($0) { $0.balance = $1 } }
    calls.readOne(.positionMode, [], AccountModes.positionMode) {
      self.take($0) { $0.positionMode = $1 }
    }
    for question in questions {
      calls.read(.leverages, question.query, lane: .ordinary) { verdict in
        self.take(.success(question.settings(verdict))) { $0.note($1) }
      }
    }
    history.read(at: now) { self.take($0) { $0.fills = $1 } }
  }

  private func take<Part>(
    _ result: Result<Part, Unproven>, _ keep: (AccountReader, Part) -> Void
  ) {
    guard !isDone else { return }
    switch result {
    case .success(let part):
      keep(self, part)
      show()
      if let snapshot { finish(.success(snapshot)) }
    case .failure(let unproven): finish(.failure(unproven))
    }
  }

  private func note(_ answer: Result<[LeverageSetting], Unproven>) {
    awaitedLeverages -= 1
    switch answer {
    case .success(let settings): leverages? += settings
    case .failure(let unproven):
      leverages = nil
      leverageProblem = leverageProblem ?? unproven.reason
    }
  }

  private func show() {
    guard !isShown, let positions, let protections, let triggers else { return }
    isShown = true
    shown(positions, protections + triggers)
  }

  private func finish(_ result: Result<AccountSnapshot, Unproven>) {
    isDone = true
    done(result, leverageProblem)
  }

  /// The snapshot once every part is there.
  private var snapshot: AccountSnapshot? {
    guard let balance, let positions, let orders, let protections, let triggers, let fills,
      let positionMode, awaitedLeverages == 0
    else { return nil }
    return AccountSnapshot(
      balance: balance, positions: positions, orders: orders,
      triggerOrders: protections + triggers,
      fills: fills.sorted { ($0.exchangeTime, $0.tradeID) < ($1.exchangeTime, $1.tradeID) },
      positionMode: positionMode, leverages: leverages)
  }

  /// Reads the list of positions.
  static func positions(
    _ verdict: AnswerPolicy.Verdict, _ catalog: InstrumentCatalog
  ) -> Result<[Position], Unproven> {
    guard case .success(let envelope) = verdict else { return .failure(Unproven(verdict)) }
    do throws(JSONProblem) {
      let rows = try envelope.rows { (json) throws(JSONProblem) in
        try AccountRows.position(&json, catalog)
      }
      return .success(rows.compactMap { $0 })
    } catch {
      return .failure(Unproven(.positions, error))
    }
  }
}

/// Reads the settings of an account.
nonisolated enum AccountModes {
  /// Reads the position mode; an unknown word fails the answer.
  static func positionMode(_ json: inout JSONScanner) throws(JSONProblem) -> PositionMode {
    var word: String?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == "positionMode" { word = try json.textIfAny() } else { try json.skip() }
    }
    let known = try json.require(word, "positionMode")
    guard let mode = Translation.positionMode(known) else {
      throw json.problem(.unknownValue(known))
    }
    return mode
  }

  /// Reads the leverage that is now in force.
  static func leverage(_ json: inout JSONScanner) throws(JSONProblem) -> Leverage {
    var leverage: Leverage?
    try json.beginObject()
    while let key = try json.nextKey() {
      if key == "leverage" { leverage = try json.leverage() } else { try json.skip() }
    }
    return try json.require(leverage, "leverage")
  }
}

extension RestCalls {
  /// Reads an answer that has exactly one row.
  func readOne<Row: Sendable>(
    _ endpoint: Endpoint, _ query: [QueryItem],
    _ read: @escaping (inout JSONScanner) throws(JSONProblem) -> Row,
    _ done: @escaping @MainActor (Result<Row, Unproven>) -> Void
  ) {
    self.read(endpoint, query, lane: .ordinary) { verdict in
      done(Self.one(endpoint, verdict, read))
    }
  }

  /// Returns the one row of an answer.
  static func one<Row: Sendable>(
    _ endpoint: Endpoint, _ verdict: AnswerPolicy.Verdict,
    _ read: (inout JSONScanner) throws(JSONProblem) -> Row
  ) -> Result<Row, Unproven> {
    guard case .success(let envelope) = verdict else { return .failure(Unproven(verdict)) }
    do throws(JSONProblem) {
      let rows = try envelope.rows(read)
      guard let row = rows.first, rows.count == 1 else {
        return .failure(
          Unproven("BloFin's answer to \(endpoint.path) has \(rows.count) rows, not one."))
      }
      return .success(row)
    } catch {
      return .failure(Unproven(endpoint, error))
    }
  }
}
