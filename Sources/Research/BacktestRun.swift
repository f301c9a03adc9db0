import Engine
import Exchanges
import Risk
import Simulation
import Strategies
import Trading
import Units

/// One backtest on its way: the live engine with its gate, the simulated exchange, virtual time.
///
/// It does what the runtime does on a loop, in the same order, without a loop: what would be posted
/// is put in line, and time jumps to whatever is due next. A paper run on a ``CandleReplay`` of the
/// same candles comes to the same state.
public struct BacktestRun: Sendable {
  /// What is run, and on which candles.
  public let plan: BacktestPlan
  /// The live engine, which decides everything.
  public private(set) var engine: TradingEngine
  /// The exchange that fills its orders from candles.
  public private(set) var exchange: CandleExchange
  /// What has happened so far.
  public private(set) var ledger: BacktestLedger
  /// What a journal would hold; nil unless ``keepRecords()`` was called.
  private(set) var records: [Record]?
  private var sequence: UInt64 = 0
  private var now: Timestamp
  private var work = DueWork()
  /// Requests whose intent is on its way to the journal; a cancel that comes first takes them out.
  private var leaving: [(order: ClientOrderID, request: RequestID)] = []
  /// The numbers that the end of the open candles and the next opening have among what is due.
  private var finishNumber: UInt64 = 0
  private var openNumber: UInt64 = 0
  private var latency: LatencyModel
  private var isStarted = false
  private var isOver = false
  /// How many turns go by before a quiet stretch is looked for again.
  private var quietAttempt = 0
  /// Whether candles reach the engine as events like any other.
  private var isPlain = false

  /// Prepares a run.
  public init(_ plan: BacktestPlan) {
    self.plan = plan
    latency = plan.latency
    exchange = CandleExchange(plan)
    now = exchange.now
    engine = TradingEngine(
      plan.engineSettings(startingAt: exchange.now), strategies: plan.strategies,
      at: exchange.now)
    ledger = BacktestLedger(plan)
    engine.journalTradesOnly()
  }

  /// Takes the plain way from here on: the venue looks at every price, the engine gets events. It
  /// does the same and is there to prove that.
  mutating func goPlain() {
    isPlain = true
    exchange.lookAtEveryPrice()
  }

  /// Keeps what a journal would hold, from here on.
  mutating func keepRecords() {
    records = []
    engine.journalEverything()
  }

  /// Takes up to so many turns; returns false when the candles have come to their end.
  public mutating func advance(turns: Int) -> Bool {
    if !isStarted { start() }
    var left = turns
    while left > 0 {
      guard exchange.nextTime != nil else {
        finish()
        return false
      }
      let passed = isPlain || quietAttempt > 0 ? 0 : passQuietTurns(left)
      left -= passed
      // Where a quiet stretch ends early, the turn behind it is not quiet.
      guard passed < Self.quietLimit, left > 0, let time = exchange.nextTime else { continue }
      if quietAttempt > 0 { quietAttempt -= 1 }
      turn(at: time)
      left -= 1
    }
    return true
  }

  /// How many turns are looked at together.
  private static let quietLimit = 32
  /// How many turns are taken one by one where a stretch was not quiet.
  private static let quietPause = 8

  /// Takes the coming turns that bring nothing but prices, and returns how many.
  private mutating func passQuietTurns(_ limit: Int) -> Int {
    guard
      let stretch = exchange.quietStretch(
        before: work.nextDue, limit: min(limit, Self.quietLimit))
    else { return 0 }
    let count = engine.pass(stretch)
    guard count > 0 else {
      quietAttempt = Self.quietPause
      return 0
    }
    sequence += UInt64(count)
    ledger.pass(stretch, count: count)
    exchange.pass(turns: count)
    now = exchange.now
    finishNumber = work.takeNumber()
    return count
  }

  /// Runs to the end.
  public mutating func complete() {
    while advance(turns: 100_000) {}
  }

  private mutating func start() {
    isStarted = true
    handle(.started(Recovery()))
    work.events += CandleReplay.greeting(at: now).map(Event.init)
    work.post(.delivery(work.events.count), at: now)
    openNumber = work.takeNumber()
  }

  /// Lets the open candles end in the last millisecond before the next ones open, and tells of them
  /// when those have opened.
  @inline(__always)
  private mutating func turn(at time: Timestamp) {
    let opening = time.milliseconds
    if work.nextDue < opening { runWork(before: opening - 1, finishNumber) }
    exchange.finishCandles()
    if exchange.hasEvents { postEndings(at: opening - 1) }
    if finishNumber > 0 { openNumber = work.takeNumber() }
    if work.nextDue <= opening { runWork(before: opening, openNumber) }
    now = time
    exchange.openCandles()
    noteClosed()
    if exchange.hasEvents { handleEvents() }
    for place in 0..<exchange.seriesCount {
      guard exchange.closedRow(of: place) != nil else { continue }
      let step = exchange.step(of: place)
      guard !isPlain else {
        handle(.market(.step(step)))
        continue
      }
      sequence &+= 1
      let effects = engine.handle(step, sequence: sequence, at: time)
      if !effects.isEmpty { perform(effects) }
    }
    finishNumber = work.takeNumber()
    if work.nextDue <= opening { runWork(before: opening, .max) }
  }

  private mutating func finish() {
    guard !isOver else { return }
    isOver = true
    let last = exchange.endTime.milliseconds - 1
    runWork(before: last, finishNumber)
    exchange.finishLastCandles()
    if exchange.hasEvents { postEndings(at: last) }
    runWork(before: last, .max)
    var closedAt = Int64.min
    for place in 0..<exchange.seriesCount {
      guard let row = exchange.endingRow(of: place) else { continue }
      ledger.note(row, of: place)
      closedAt = max(closedAt, ledger.closeTime(of: row, of: place))
    }
    ledger.noteEquity(at: closedAt)
    ledger.finish(exchange)
  }

  /// Notes the candles that closed with this turn; the equity once all of them are.
  @inline(__always)
  private mutating func noteClosed() {
    var closedAt = Int64.min
    for place in 0..<exchange.seriesCount {
      guard let row = exchange.closedRow(of: place) ?? exchange.lastRow(of: place) else {
        continue
      }
      ledger.note(row, of: place)
      closedAt = max(closedAt, ledger.closeTime(of: row, of: place))
    }
    if closedAt > .min { ledger.noteEquity(at: closedAt) }
  }

  private mutating func handle(_ event: Event) {
    sequence &+= 1
    let effects = engine.handle(event, sequence: sequence, at: now)
    if !effects.isEmpty { perform(effects) }
  }

  /// Hands the engine what the exchange has just said.
  private mutating func handleEvents() {
    var events: [Event] = []
    exchange.takeEvents { events.append(Event($0)) }
    for event in events { handle(event) }
  }

  /// Puts in line what the exchange said while candles went their way.
  private mutating func postEndings(at time: Int64) {
    for place in 0..<exchange.seriesCount {
      ledger.noteEnding(exchange.endingRow(of: place), of: place)
    }
    postEvents(at: time)
  }

  /// Puts in line what the exchange said in a millisecond.
  private mutating func postEvents(at time: Int64) {
    now = max(now, Timestamp(milliseconds: time))
    let before = work.events.count
    exchange.takeEvents { work.events.append(Event($0)) }
    let count = work.events.count - before
    if count > 0 { work.post(.delivery(count), at: now) }
  }

  /// Does what is due before something of this time and number.
  private mutating func runWork(before due: Int64, _ number: UInt64) {
    while let entry = work.next(before: due, number) {
      now = max(now, Timestamp(milliseconds: entry.due))
      switch entry.work {
      case .timer(let timer): handle(.timer(timer))
      case .intent(let request, let id, let order): leave(request, id, order)
      case .arrival(let request, let id): carryOut(request, id)
      case .overtaken(let request, let cancel):
        handle(.outcome(request, .notSent("canceled before it left")))
        handle(.outcome(cancel, .confirmed(.cancel)))
      case .delivery(let count):
        for _ in 0..<count { handle(work.nextEvent()) }
      }
    }
  }

  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .submit(let id, let order):
        ledger.note(order.request, for: order.record.reasons, at: now)
        records?.append(.intent(order.record))
        journal(.submit(order.request), id, order.request.clientOrderID)
      case .resend(let id, let order): ask(.submit(order.request), id)
      case .protect(let id, let protection):
        ledger.note(protection.request, at: now)
        records?.append(.intent(protection.record))
        journal(.protect(protection.request), id, protection.request.clientOrderID)
      case .cancel(let id, let instrument, let order): cancel(instrument, order, id)
      case .cancelTrigger(let id, let instrument, let order):
        ledger.noteCancel(of: instrument, at: now)
        ask(.cancelTrigger(instrument, order), id)
      case .setLeverage(let id, let instrument, let mode, let slot, let leverage):
        ask(.setLeverage(instrument, mode, slot, leverage), id)
      case .setPositionMode(let id, let mode): ask(.setPositionMode(mode), id)
      case .accountSnapshot(let id, let places): ask(.accountSnapshot(leveragesOf: places), id)
      case .orderStatus(let id, let instrument, let order):
        ask(.orderStatus(instrument, order), id)
      case .instruments(let id): ask(.instruments, id)
      case .tiers(let id, let instrument, let mode): ask(.tiers(instrument, mode), id)
      case .candles(let id, let instrument, let timeFrame, let before, let limit):
        ask(.candles(instrument, timeFrame, before: before, limit: limit), id)
      case .subscribe(let id, let topics): ask(.subscribe(topics), id)
      case .journal(let records):
        ledger.note(records)
        self.records?.append(contentsOf: records)
      case .schedule(let timer, let moment):
        work.remove(timer)
        work.schedule(.timer(timer), at: moment, now: now)
      case .unschedule(let timer): work.remove(timer)
      case .notify(let notice): ledger.note(notice)
      case .alert, .alertAcknowledged: break
      }
    }
  }

  /// Lets an intent go to the journal; its request leaves when it is there.
  private mutating func journal(
    _ request: ExchangeRequest, _ id: RequestID, _ order: ClientOrderID
  ) {
    leaving.append((order, id))
    work.post(.intent(request, id, order), at: now)
  }

  private mutating func leave(
    _ request: ExchangeRequest, _ id: RequestID, _ order: ClientOrderID
  ) {
    guard leaving.contains(where: { $0.order == order }) else { return }
    handle(.intentDurable(order))
    // The engine may have taken it back just now.
    guard let place = leaving.firstIndex(where: { $0.order == order }) else { return }
    leaving.remove(at: place)
    ask(request, id)
  }

  private mutating func cancel(
    _ instrument: InstrumentID, _ order: OrderReference, _ id: RequestID
  ) {
    ledger.noteCancel(of: instrument, at: now)
    guard case .client(let client) = order,
      let place = leaving.firstIndex(where: { $0.order == client })
    else { return ask(.cancel(instrument, order), id) }
    let request = leaving.remove(at: place).request
    work.post(.overtaken(request, byCancel: id), at: now)
  }

  private mutating func ask(_ request: ExchangeRequest, _ id: RequestID) {
    guard !latency.outward.isZero, request.actsOnMarket else { return carryOut(request, id) }
    work.schedule(.arrival(request, id), at: now + latency.drawOutward(), now: now)
  }

  private mutating func carryOut(_ request: ExchangeRequest, _ id: RequestID) {
    let before = work.events.count
    exchange.perform(request, as: id, at: now) { work.events.append(Event($0)) }
    work.post(.delivery(work.events.count - before), at: now)
  }
}

extension Event {
  /// What an exchange says, as the engine hears it.
  init(_ event: consuming ExchangeEvent) {
    switch consume event {
    case .market(let market): self = .market(market)
    case .account(let account): self = .account(account)
    case .outcome(let id, let outcome): self = .outcome(id, outcome)
    case .link(let name, let state): self = .link(name, state)
    case .serverTime(let server, let sentAt, let receivedAt):
      self = .serverTime(server, sentAt: sentAt, receivedAt: receivedAt)
    case .budget(let budgets): self = .budget(budgets)
    case .protocolProblem(let text): self = .protocolProblem(text)
    }
  }
}
