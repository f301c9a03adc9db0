import Engine
import EventLoop
import Exchanges
import Simulation
import Trading
import Units

/// How often which fault happens; one in so many requests or events, 0 for never.
struct FaultRates {
  var dropBefore = 0
  var applyThenDrop = 0
  var refuse = 0
  var notSent = 0
  var slow = 0
  var duplicate = 0
  var lose = 0
  var cut = 0
  var meddle = 0
  var journal = 0
  var crash = 0
  /// Prices that are told as those of an hour ago (B10).
  var old = 0

  static let calm = FaultRates()

  /// A mixture that a seed picks: some kinds of fault on, some off.
  static func drawn(_ random: inout SeededRandom) -> FaultRates {
    func rate(_ usual: Int) -> Int { random.oneIn(3) ? 0 : usual / 2 + random.below(usual) }
    return FaultRates(
      dropBefore: rate(12), applyThenDrop: rate(12), refuse: rate(25), notSent: rate(30),
      slow: rate(8), duplicate: rate(10), lose: rate(40), cut: rate(500), meddle: rate(60),
      journal: rate(500), crash: rate(600), old: rate(40))
  }
}

/// What happens to one request that changes something, as a test says.
enum ScriptedFault: Sendable, Hashable, CaseIterable {
  case nothing
  case dropBefore
  case applyThenDrop
  case refuse
  case notSent
  case slow
}

/// The simulated exchange seen through a bad network, with someone else trading on the account.
@MainActor
final class FaultyExchange: Exchange {
  let id = ExchangeID("faulty")
  let inner: SimulatedExchange
  /// How often what goes wrong; changed when the storm ends.
  var rates: FaultRates
  /// Called with every request that leaves, before anything happens to it.
  var onRequest: ((ExchangeRequest) -> Void)?
  /// Called with every request at the moment at which it reaches the exchange.
  var onArrival: ((ExchangeRequest) -> Void)?
  /// Answers a request in the exchange's place and at once, without carrying it out; nil lets it go
  /// its way.
  var intercept: ((ExchangeRequest) -> Outcome?)?
  /// What happens to the next requests that change something, first to last.
  var script: [ScriptedFault] = []
  /// How many messages about the account are lost from now on.
  var deafness = 0
  /// Whether the process that asks is dead: nothing that it asks leaves.
  var isDead = false
  /// Makes another event of what the exchange tells, or nothing.
  var amend: (@MainActor (ExchangeEvent) -> ExchangeEvent?)?
  /// When a fault last touched what concerns the whole account: a message, the stream, a reading.
  private var lastFaultAt: Timestamp
  /// When a fault last touched a request about an instrument.
  private var lastFaults: [InstrumentID: Timestamp] = [:]
  /// How often something went wrong.
  private(set) var faultCount = 0
  /// What happened, for a failing seed.
  private(set) var story: [String] = []

  private let loop: any Loop
  private var random: SeededRandom
  private var marketRandom: SeededRandom
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var isCut = false
  private var foreignCount: UInt64 = 0
  private var isConnected = false
  /// Grows with every crash, so that answers to a dead process are not delivered to the next one.
  private var generation = 0
  private var generations: [RequestID: Int] = [:]

  /// Requests of someone else are numbered from here.
  private static let foreignBase: UInt64 = 1 << 60
  /// How long an answer is waited for before its outcome is unknown.
  private static let timeout: Int64 = 5_000

  init(_ inner: SimulatedExchange, rates: FaultRates, seed: UInt64, loop: any Loop) {
    self.inner = inner
    self.rates = rates
    self.loop = loop
    random = SeededRandom(seed: seed)
    marketRandom = SeededRandom(seed: ~seed)
    lastFaultAt = Timestamp(milliseconds: loop.now.milliseconds)
  }

  var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    self.sink = sink
    generation += 1
    if isConnected {
      let mine = generation
      loop.schedule(after: 200) { [weak self] in
        guard let self, generation == mine else { return }
        for link in LinkName.allCases { self.sink?(.link(link, .up)) }
        self.sink?(.serverTime(now, sentAt: now, receivedAt: now))
      }
    } else {
      isConnected = true
      inner.connect { [weak self] in self?.receive($0) }
    }
  }

  func disconnect() {
    sink = nil
    generation += 1
    isCut = false
  }

  func perform(_ request: ExchangeRequest, as id: RequestID) {
    onRequest?(request)
    guard !isDead else { return }
    // Numbers begin anew with each run: the inner exchange gets one that is never used twice.
    foreignCount += 1
    let inside = RequestID(foreignCount)
    let mine = generation
    outside[inside] = id
    generations[inside] = mine
    let isRead = request.isRead
    if case .subscribe = request {
      // A process that starts anew is told the state of everything, whoever listened before.
      foreignCount += 1
      inner.perform(.subscribe([]), as: RequestID(foreignCount))
      // Later than the longest way, so that the choice does not overtake its own reset.
      loop.schedule(after: 400) { [weak self] in self?.inner.perform(request, as: inside) }
      return
    }
    if let outcome = intercept?(request) { return answer(id, outcome, after: 20, request) }
    if !isRead, !script.isEmpty, suffer(script.removeFirst(), request, inside, id) { return }
    if hits(rates.notSent, request, if: !isRead) {
      return answer(id, .notSent("no connection"), after: 5, request)
    }
    if hits(rates.dropBefore, request) {
      note("drop before: \(request.word)")
      return answer(id, .unknown("timed out"), after: Self.timeout, request)
    }
    if hits(rates.refuse, request, if: !isRead) {
      note("refuse: \(request.word)")
      let advice: Refusal.Advice = random.oneIn(2) ? .fixRequest : .waitAndRetry
      return answer(
        id, .refused(Refusal(code: "103003", message: "refused by chance", advice: advice)),
        after: 40, request)
    }
    if hits(rates.applyThenDrop, request) {
      note("apply then drop: \(request.word)")
      swallowed.insert(inside)
      arrive(request, inside)
      return answer(id, .unknown("timed out"), after: Self.timeout, request)
    }
    if hits(rates.slow, request) {
      let wait = Int64(random.within(200...3_000))
      loop.schedule(after: wait) { [weak self] in self?.arrive(request, inside) }
    } else {
      arrive(request, inside)
    }
  }

  private func arrive(_ request: ExchangeRequest, _ inside: RequestID) {
    onArrival?(request)
    inner.perform(request, as: inside)
  }

  /// Does what the script says; false when the request goes its way.
  private func suffer(
    _ fault: ScriptedFault, _ request: ExchangeRequest, _ inside: RequestID, _ id: RequestID
  ) -> Bool {
    guard fault != .nothing else { return false }
    note("\(fault): \(request.word)")
    switch fault {
    case .nothing: break
    case .dropBefore: answer(id, .unknown("timed out"), after: Self.timeout, request)
    case .applyThenDrop:
      swallowed.insert(inside)
      arrive(request, inside)
      answer(id, .unknown("timed out"), after: Self.timeout, request)
    case .refuse:
      answer(
        id, .refused(Refusal(code: "103003", message: "refused", advice: .fixRequest)), after: 40,
        request)
    case .notSent: answer(id, .notSent("no connection"), after: 5, request)
    case .slow:
      loop.schedule(after: 2_000) { [weak self] in self?.arrive(request, inside) }
    }
    return true
  }

  private var outside: [RequestID: RequestID] = [:]
  private var swallowed: Set<RequestID> = []

  /// Does something on the account that the bot did not ask for.
  func meddle() {
    note("meddle")
    foreignCount += 1
    let id = RequestID(Self.foreignBase + foreignCount)
    let everything = HistoryPage(limit: .max)
    switch random.below(4) {
    case 0:
      let stops = inner.venue.openAlgos(of: inner.account, protection: true, everything)
      guard let stop = stops.first else { return }
      inner.perform(
        .cancelTrigger(stop.instrument, ExchangeOrderID(trusted: stop.number.text)), as: id)
    case 1:
      let orders = inner.venue.openOrders(of: inner.account, everything)
      guard let order = orders.first else { return }
      inner.perform(
        .cancel(order.instrument, .exchange(ExchangeOrderID(trusted: order.number.text))), as: id)
    case 2:
      guard let held = inner.venue.positions(of: inner.account).first else { return }
      inner.perform(.closePosition(held.key, ClientOrderID(trusted: "hand\(foreignCount)")), as: id)
    default:
      inner.perform(
        .submit(
          OrderRequest(
            clientOrderID: ClientOrderID(trusted: "hand\(foreignCount)"), instrument: Storm.first,
            side: random.oneIn(2) ? .buy : .sell, marginMode: .isolated, type: .market,
            contracts: 1, reduceOnly: random.oneIn(2))), as: id)
    }
  }

  private func receive(_ told: ExchangeEvent) {
    var event = told
    if let amend {
      guard let other = amend(told) else { return }
      event = other
    }
    switch event {
    case .outcome(let inside, let outcome):
      guard let id = outside.removeValue(forKey: inside), !swallowed.contains(inside),
        generations.removeValue(forKey: inside) == generation
      else { return }
      sink?(.outcome(id, outcome))
    case .account:
      guard !isCut else { return }
      if deafness > 0 {
        deafness -= 1
        return note("lose an account message")
      }
      if hits(rates.lose, nil) { return note("lose an account message") }
      sink?(event)
      // What is told twice is nothing that may keep a stop from its position.
      if rates.duplicate > 0, random.oneIn(rates.duplicate) {
        faultCount += 1
        let mine = generation
        loop.schedule(after: Int64(random.within(0...2_000))) { [weak self] in
          guard let self, generation == mine, !isCut, isRepeatable(event) else { return }
          sink?(event)
        }
      }
      if hits(rates.cut, nil) { cut() }
    case .market(let said): sink?(.market(rates.old > 0 ? aged(said) : said))
    case .link, .serverTime, .protocolProblem, .budget: sink?(event)
    }
  }

  /// Returns what was said about a market, now and then with the stamp of an hour ago.
  private func aged(_ said: MarketEvent) -> MarketEvent {
    guard marketRandom.oneIn(rates.old) else { return said }
    switch said {
    case .mark(let mark):
      return .mark(
        MarkPrice(
          instrument: mark.instrument, markPrice: mark.markPrice, indexPrice: mark.indexPrice,
          exchangeTime: mark.exchangeTime - .hours(1)))
    case .book(let book):
      return .book(
        BookUpdate(
          instrument: book.instrument, kind: book.kind, bids: book.bids, asks: book.asks,
          sequence: book.sequence, previousSequence: book.previousSequence,
          exchangeTime: book.exchangeTime - .hours(1)))
    case .instruments, .ticker, .funding, .trade, .bookGap, .candle, .step, .candles, .tiers:
      return said
    }
  }

  /// Complete lists are not repeated: an old list told later would be a lie of the exchange.
  private func isRepeatable(_ event: ExchangeEvent) -> Bool {
    switch event {
    case .account(.fill), .account(.order), .account(.funding): true
    default: false
    }
  }

  /// Ends the account stream, which comes back after a while.
  func cut() {
    note("cut the account stream")
    isCut = true
    let mine = generation
    sink?(.link(.privateStream, .down("reset")))
    loop.schedule(after: Int64(random.within(500...15_000))) { [weak self] in
      guard let self, generation == mine else { return }
      isCut = false
      sink?(.link(.privateStream, .up))
    }
  }

  /// When a fault last touched an instrument or the whole account.
  func lastFault(touching instrument: InstrumentID) -> Timestamp {
    max(lastFaultAt, lastFaults[instrument] ?? lastFaultAt)
  }

  private func answer(
    _ id: RequestID, _ outcome: Outcome, after wait: Int64, _ request: ExchangeRequest
  ) {
    noteFault(request, at: now + .milliseconds(wait))
    let mine = generation
    loop.schedule(after: wait) { [weak self] in
      guard let self, generation == mine else { return }
      sink?(.outcome(id, outcome))
    }
  }

  /// Whether a fault happens now, to a request or, where there is none, to the account. The dice
  /// are thrown also where it does not apply.
  private func hits(_ rate: Int, _ request: ExchangeRequest?, if applies: Bool = true) -> Bool {
    guard rate > 0, random.oneIn(rate), applies else { return false }
    faultCount += 1
    noteFault(request, at: now)
    return true
  }

  private func noteFault(_ request: ExchangeRequest?, at moment: Timestamp) {
    if let instrument = request?.touched {
      lastFaults[instrument] = max(lastFaults[instrument] ?? moment, moment)
    } else {
      lastFaultAt = max(lastFaultAt, moment)
    }
  }

  func note(_ text: String) {
    story.append("\(now.milliseconds) \(text)")
    if story.count > 60 { story.removeFirst() }
  }
}

extension ExchangeRequest {
  /// Whether it changes nothing at the exchange.
  var isRead: Bool {
    switch self {
    case .accountSnapshot, .orderStatus, .instruments, .candles, .tiers, .subscribe: true
    case .submit, .cancel, .protect, .cancelTrigger, .closePosition, .setLeverage,
      .setPositionMode:
      false
    }
  }

  /// The instrument that alone is concerned when it fails; nil where the whole account is.
  var touched: InstrumentID? {
    switch self {
    case .submit(let order): order.instrument
    case .protect(let request): request.key.instrument
    case .closePosition(let key, _): key.instrument
    case .cancel(let id, _), .cancelTrigger(let id, _), .orderStatus(let id, _): id
    case .setLeverage, .setPositionMode, .accountSnapshot, .instruments, .candles, .tiers,
      .subscribe:
      nil
    }
  }

  /// The request in a word.
  var word: String {
    switch self {
    case .submit(let order): "submit \(order.clientOrderID)"
    case .cancel(_, let reference): "cancel \(reference.text)"
    case .protect(let request): "protect \(request.clientOrderID)"
    case .cancelTrigger(_, let id): "cancelTrigger \(id)"
    case .closePosition: "closePosition"
    case .setLeverage: "setLeverage"
    case .setPositionMode: "setPositionMode"
    case .accountSnapshot: "accountSnapshot"
    case .orderStatus(_, let reference): "orderStatus \(reference.text)"
    case .instruments: "instruments"
    case .candles: "candles"
    case .tiers: "tiers"
    case .subscribe: "subscribe"
    }
  }
}
