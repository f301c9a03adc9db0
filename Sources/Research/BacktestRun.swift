import Engine
import Exchanges
import Risk
import Simulation
import Strategies
import Trading
import Units

/// One backtest on its way: the live engine with its gate, the simulated exchange, virtual time.
///
/// It does what the runtime does, in the same order, but answers at once: an order is durable when
/// it is sent, the venue answers in the same moment, and time jumps to whatever is due next.
public struct BacktestRun: Sendable {
  /// The plan.
  public let plan: BacktestPlan
  /// The engine.
  public private(set) var engine: TradingEngine
  /// The exchange.
  public private(set) var exchange: CandleExchange
  /// What has happened so far.
  public private(set) var ledger: BacktestLedger
  private var sequence: UInt64 = 0
  private var queue: [ExchangeEvent] = []
  private var timers: [Timer] = []
  private var nextTimer = Int64.max
  private var onTheWay: [Posted] = []
  private var latency: LatencyModel
  private var isStarted = false
  private var isOver = false
  /// Whether candles reach the engine as events like any other.
  private var isPlain = false

  private struct Timer: Sendable {
    let name: TimerID
    let at: Timestamp
  }

  /// A request that has left and not arrived.
  private struct Posted: Sendable {
    let request: ExchangeRequest
    let id: RequestID
    let arrival: Timestamp
  }

  /// Prepares a run.
  public init(_ plan: BacktestPlan) {
    self.plan = plan
    latency = plan.latency
    exchange = CandleExchange(
      plan.feeds, rules: VenueRules(fees: plan.fees, accountTradesReachTape: false),
      slippage: plan.slippage, deposit: plan.deposit, funding: plan.funding)
    engine = TradingEngine(
      plan.engineSettings(startingAt: exchange.now), strategies: plan.strategies,
      at: exchange.now)
    ledger = BacktestLedger(plan)
  }

  /// Takes the plain way from here on: the venue looks at every price, the engine gets events. It
  /// does the same and is there to prove that.
  package mutating func goPlain() {
    isPlain = true
    exchange.lookAtEveryPrice()
  }

  /// Takes up to so many turns; returns false when the candles have come to their end.
  public mutating func advance(turns: Int) -> Bool {
    if !isStarted { start() }
    for _ in 0..<turns {
      guard let time = exchange.nextTime else {
        finish()
        return false
      }
      turn(at: time)
    }
    return true
  }

  /// Runs to the end.
  public mutating func complete() {
    while advance(turns: 100_000) {}
  }

  @inline(__always)
  private mutating func turn(at time: Timestamp) {
    if !onTheWay.isEmpty { deliver(until: time) }
    if time.milliseconds > nextTimer { runTimers(before: time) }
    exchange.finishCandles()
    takeEvents()
    if time.milliseconds >= nextTimer { runTimers(at: time) }
    exchange.openCandles()
    takeEvents()
    for place in 0..<exchange.seriesCount {
      guard let row = exchange.closedRow(of: place) else { continue }
      ledger.note(row, of: place)
      let step = exchange.step(of: place)
      ledger.note(price: step.price, of: place)
      guard !isPlain else {
        handle(.market(.step(step)))
        drain()
        continue
      }
      sequence &+= 1
      let effects = engine.handle(step, sequence: sequence, at: exchange.venue.now)
      guard !effects.isEmpty else { continue }
      perform(effects)
      drain()
    }
  }

  private mutating func finish() {
    guard !isOver else { return }
    isOver = true
    exchange.finishLastCandles()
    takeEvents()
    ledger.finish(exchange)
  }

  private mutating func start() {
    isStarted = true
    let now = exchange.now
    for event in [
      Event.started(Recovery()), .link(.requests, .up), .link(.publicStream, .up),
      .link(.privateStream, .up), .serverTime(now, sentAt: now, receivedAt: now),
    ] {
      handle(event)
      drain()
    }
  }

  private mutating func handle(_ event: Event) {
    sequence &+= 1
    let effects = engine.handle(
      Stamped(event, sequence: sequence, at: exchange.venue.now))
    if !effects.isEmpty { perform(effects) }
  }

  /// Handles what has come until nothing follows.
  @inline(__always)
  private mutating func drain() {
    guard !queue.isEmpty else { return }
    var place = 0
    while place < queue.count {
      let event = Event(queue[place])
      place += 1
      handle(event)
    }
    queue.removeAll(keepingCapacity: true)
  }

  @inline(__always)
  private mutating func takeEvents() {
    exchange.takeEvents(into: &queue)
    drain()
  }

  private mutating func perform(_ effects: [Effect]) {
    for effect in effects {
      switch effect {
      case .submit(let id, let order):
        ledger.note(order.request, at: exchange.venue.now)
        handle(.intentDurable(order.request.clientOrderID))
        ask(.submit(order.request), id)
      case .resend(let id, let order): ask(.submit(order.request), id)
      case .protect(let id, let protection):
        ledger.note(protection.request, at: exchange.venue.now)
        handle(.intentDurable(protection.request.clientOrderID))
        ask(.protect(protection.request), id)
      case .cancel(let id, let instrument, let order):
        ledger.noteCancel(of: instrument, at: exchange.venue.now)
        ask(.cancel(instrument, order), id)
      case .cancelTrigger(let id, let instrument, let order):
        ledger.noteCancel(of: instrument, at: exchange.venue.now)
        ask(.cancelTrigger(instrument, order), id)
      case .setLeverage(let id, let instrument, let mode, let slot, let leverage):
        ask(.setLeverage(instrument, mode, slot, leverage), id)
      case .setPositionMode(let id, let mode): ask(.setPositionMode(mode), id)
      case .accountSnapshot(let id): ask(.accountSnapshot, id)
      case .orderStatus(let id, let instrument, let order):
        ask(.orderStatus(instrument, order), id)
      case .instruments(let id): ask(.instruments, id)
      case .tiers(let id, let instrument, let mode): ask(.tiers(instrument, mode), id)
      case .candles(let id, let instrument, let timeFrame, let before, let limit):
        ask(.candles(instrument, timeFrame, before: before, limit: limit), id)
      case .subscribe(let id, let topics): ask(.subscribe(topics), id)
      case .journal(let records): ledger.note(records)
      case .schedule(let timer, let moment): schedule(timer, at: moment)
      case .unschedule(let timer): unschedule(timer)
      case .notify(let notice): ledger.note(notice)
      case .alert, .alertAcknowledged: break
      }
    }
  }

  private mutating func ask(_ request: ExchangeRequest, _ id: RequestID) {
    guard !latency.outward.isZero, isStarted, request.isPrompt else {
      exchange.perform(request, as: id, into: &queue)
      return
    }
    let arrival = exchange.venue.now + latency.drawOutward()
    let place = onTheWay.firstIndex { $0.arrival > arrival } ?? onTheWay.endIndex
    onTheWay.insert(Posted(request: request, id: id, arrival: arrival), at: place)
  }

  /// Lets requests arrive whose time has come; a latency longer than a candle spans turns.
  private mutating func deliver(until time: Timestamp) {
    while let first = onTheWay.first, first.arrival <= time {
      onTheWay.removeFirst()
      exchange.pass(to: first.arrival)
      takeEvents()
      exchange.perform(first.request, as: first.id, into: &queue)
      drain()
    }
  }

  private mutating func schedule(_ timer: TimerID, at moment: Timestamp) {
    timers.removeAll { $0.name == timer }
    timers.append(Timer(name: timer, at: moment))
    refreshNextTimer()
  }

  private mutating func unschedule(_ timer: TimerID) {
    guard timers.contains(where: { $0.name == timer }) else { return }
    timers.removeAll { $0.name == timer }
    refreshNextTimer()
  }

  private mutating func refreshNextTimer() {
    nextTimer = timers.reduce(Int64.max) { min($0, $1.at.milliseconds) }
  }

  /// Rings what is due inside the candles that are open.
  private mutating func runTimers(before time: Timestamp) {
    while nextTimer < time.milliseconds {
      exchange.pass(to: Timestamp(milliseconds: nextTimer))
      takeEvents()
      ring()
    }
  }

  /// Rings what is due when candles have closed and the next have not opened.
  private mutating func runTimers(at time: Timestamp) {
    exchange.wait(until: time)
    takeEvents()
    while nextTimer <= time.milliseconds { ring() }
  }

  /// Rings the earliest timer, of equal ones that which was asked for first.
  private mutating func ring() {
    let due = nextTimer
    guard let place = timers.firstIndex(where: { $0.at.milliseconds == due }) else { return }
    let timer = timers.remove(at: place)
    refreshNextTimer()
    handle(.timer(timer.name))
    drain()
  }
}

extension ExchangeRequest {
  /// Whether it acts on the market, so that its way there matters.
  fileprivate var isPrompt: Bool {
    switch self {
    case .submit, .cancel, .protect, .cancelTrigger, .closePosition: true
    case .setLeverage, .setPositionMode, .accountSnapshot, .orderStatus, .instruments, .candles,
      .tiers, .subscribe:
      false
    }
  }
}

extension Event {
  /// What an exchange says, as the engine hears it.
  init(_ event: ExchangeEvent) {
    switch event {
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
