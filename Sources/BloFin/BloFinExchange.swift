import EventLoop
import Exchanges
import JSONText
import Trading
import Transport
import Units

/// BloFin, live or demo: requests out, events in.
///
/// Everything that is decided lives in values (``StreamSession``, ``RequestPacer``,
/// ``AnswerPolicy``, ``BookChain``); this class passes things between them and the network.
public final class BloFinExchange: Exchange {
  /// Always `blofin`.
  public let id = ExchangeID("blofin")

  let loop: any Loop
  let hosts: BloFinHosts
  let bodies: RequestBodies
  var catalog = InstrumentCatalog()
  /// Which trigger orders are protection; the two kinds are canceled by different calls.
  var triggerKinds = TriggerKinds()
  let calls: RestCalls
  let streams: StreamSet
  /// Is asked whether the account is the one that is meant before anything of it is told; nil where
  /// every account is.
  public var doorkeeper: Doorkeeper?
  var isAdmitted = false
  private let signer: RequestSigner?
  /// Orders that are to be looked for when this turn of the loop ends.
  var questions: [OrderSearch.Question] = []
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var budgetTimer: TimerToken?
  private var toldBudgets: [RequestBudget] = []
  private var fillCatchUp = FillCatchUp()
  var fundingWatch = FundingWatch()
  var knownBefore = KnownBefore()
  /// Whether the account was told once, with what an earlier run did not know.
  var hasToldAccount = false
  /// Why leverages could not be read, as it was told.
  var leverageProblem: String?
  private var fillTimer: TimerToken?
  private var clockTimer: TimerToken?
  private var clockReadings = 0
  /// When the rules of the instruments were last read because a book did not fit them.
  var rulesDoubtedAt: Timestamp?
  private var lastClockEvent: (at: Timestamp, uncertainty: TimeSpan)?
  var fillsKnownTo: Timestamp?
  /// What the last reading of the account had of the fills when it failed.
  var fillHistory: FillHistory?

  /// How often the exchange's clock is read when nothing else is asked.
  private static let clockInterval: Int64 = 60_000
  /// How well the clock shall be known; a slow link sets its own bound.
  private static let clockGoal = TimeSpan.milliseconds(20)
  /// How many readings follow one another at most.
  private static let clockBurst = 12
  /// How often a reading of the clock that tells nothing new is told at most.
  private static let clockEventSpacing = TimeSpan.seconds(10)

  /// Makes the adapter; nothing is opened before ``connect(_:)``.
  ///
  /// Without credentials only market data is delivered. `seed` feeds nonces and delays and must
  /// differ from run to run.
  public convenience init(
    network: CurlMulti, loop: any Loop, hosts: BloFinHosts, credentials: BloFinCredentials?,
    seed: UInt64
  ) throws(BloFinProblem) {
    try self.init(
      network: network, loop: loop, hosts: hosts, credentials: credentials, seed: seed,
      answerWithin: RestCalls.answerWithin)
  }

  /// Makes the adapter with another patience for answers, in milliseconds.
  init(
    network: CurlMulti, loop: any Loop, hosts: BloFinHosts, credentials: BloFinCredentials?,
    seed: UInt64, answerWithin: Int64
  ) throws(BloFinProblem) {
    if let credentials, credentials.environment != hosts.environment {
      throw .wrongEnvironment(key: credentials.environment, hosts: hosts.environment)
    }
    self.loop = loop
    self.hosts = hosts
    bodies = RequestBodies(brokerID: credentials?.brokerID)
    var random = SeededRandom(seed: seed)
    let signer = credentials.map { RequestSigner($0, nonceSeed: random.next()) }
    self.signer = signer
    calls = RestCalls(
      http: network, loop: loop, hosts: hosts, signer: signer, answerWithin: answerWithin,
      random: random.split())
    streams = StreamSet(
      network: network, loop: loop, hosts: hosts, signer: signer, random: random.split())
  }

  /// Opens the streams and begins to read the exchange's clock.
  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    precondition(self.sink == nil, "an exchange is connected once")
    self.sink = sink
    calls.observers = RestCalls.Observers(
      clockWasRead: { [weak self] in self?.clockWasRead($0, $1, $2) },
      linkChanged: { [weak self] in self?.deliver(.link(.requests, $0)) })
    loop.post { [weak self] in
      guard let self, self.sink != nil else { return }
      deliver(.link(.requests, .connecting))
      streams.start(
        StreamSet.Owner(
          deliver: { [weak self] in self?.take($0) },
          exchangeNow: { [calls] in calls.exchangeNow },
          latestStamp: { [calls] in calls.latestStamp },
          doubtsRules: { [weak self] in self?.readDoubtedRules() }))
      readClock()
    }
  }

  /// Closes everything.
  public func disconnect() {
    sink = nil
    streams.stop()
    calls.stop()
    if let fillTimer { loop.cancel(fillTimer) }
    if let clockTimer { loop.cancel(clockTimer) }
    if let budgetTimer { loop.cancel(budgetTimer) }
  }

  /// Signs with another key of the same account from now on; the private stream logs in anew.
  ///
  /// Requests that are under way were signed with the old one.
  public func replaceKey(_ credentials: BloFinCredentials) throws(BloFinProblem) {
    guard credentials.environment == hosts.environment else {
      throw .wrongEnvironment(key: credentials.environment, hosts: hosts.environment)
    }
    guard let signer else { throw .badCredentials("There was no BloFin key to replace.") }
    signer.replaceKey(credentials)
    calls.forgetPrepared()
    streams.logInAnew()
  }

  /// Starts a request; its answer arrives at the sink, once.
  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    precondition(sink != nil, "an exchange is connected before it is asked")
    begin(request) { [weak self] outcome in self?.deliver(.outcome(id, outcome)) }
    if budgetTimer == nil { tellBudget(after: Self.budgetDelay) }
  }

  /// Writes and signs an order that may leave within a moment.
  public func prepare(_ request: ExchangeRequest) {
    switch request {
    case .submit(let order): calls.prepare(.placeOrder, bodies.order(order))
    case .protect(let protection): calls.prepare(.placeProtection, bodies.protection(protection))
    default: break
    }
  }

  /// What is left of the rate limits, by what they count.
  public var requestBudgets: [RequestBudget] {
    [QuotaScope.user, .address].map { scope in
      RequestBudget(
        scope: scope.name, remaining: calls.remaining(in: scope, lane: .ordinary),
        remainingForExits: calls.remaining(in: scope, lane: .riskReducing),
        capacity: RequestQuota.blofin.filter { $0.scope == scope }.map(\.limit).min() ?? .max)
    }
  }

  /// Milliseconds between a request and the telling of what it left of the limits.
  private static let budgetDelay: Int64 = 250
  /// Milliseconds between two looks while the limits recover.
  private static let budgetInterval: Int64 = 1_000

  /// Tells what is left of the rate limits until all of it is there again.
  private func tellBudget(after delay: Int64) {
    budgetTimer = loop.schedule(after: delay) { [weak self] in
      guard let self, sink != nil else { return }
      budgetTimer = nil
      let budgets = requestBudgets
      if budgets != toldBudgets {
        toldBudgets = budgets
        deliver(.budget(budgets))
      }
      if budgets.contains(where: { $0.remainingForExits < $0.capacity }) {
        tellBudget(after: Self.budgetInterval)
      }
    }
  }

  /// Whether an order has grown by fills that were not delivered yet.
  public var expectsFills: Bool { fillCatchUp.nextMoment != nil || fillCatchUp.isAsking }

  func deliver(_ event: ExchangeEvent) { sink?(event) }

  var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  var exchangeNow: Timestamp { calls.exchangeNow }

  /// Passes on what a stream brought, and looks for the fills behind an order's growth.
  private func take(_ event: ExchangeEvent) {
    // Nothing is told of an account that may be another one: what it has is in the snapshot.
    if case .account = event, doorkeeper != nil, !isAdmitted { return }
    switch event {
    case .account(.order(let order)):
      fillCatchUp.note(order, at: now)
      armFills()
    case .account(.triggerOrder(let order)): triggerKinds.note(order)
    default: break
    }
    deliver(event)
  }

  /// Sets the instruments everywhere; returns those whose rules are out of bounds.
  func setInstruments(_ instruments: [Instrument]) -> [InstrumentID] {
    let refused = catalog.set(instruments)
    streams.setCatalog(catalog)
    return refused
  }
}

extension BloFinExchange {
  private func armFills() {
    if let fillTimer { loop.cancel(fillTimer) }
    fillTimer = fillCatchUp.nextMoment.map { moment in
      loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
        self?.fillTimer = nil
        self?.readFills()
      }
    }
  }

  private func readFills() {
    let questions = fillCatchUp.takeDue(at: now)
    if let first = questions.first, questions.count == 1 {
      read(Lists.fills(catalog, of: first), for: questions)
    } else if let begin = questions.map(\.since).min() {
      // One list tells of all of them; one each would use up what may be asked.
      read(Lists.fills(catalog, since: begin), for: questions)
    }
    armFills()
  }

  private func read(_ list: PagedList<Fill>, for questions: [FillCatchUp.Question]) {
    // What was traded is not known otherwise: it does not wait behind what is read for the screen.
    calls.readAll(list, lane: .ordinary) { [weak self] result in
      guard let self else { return }
      let fills: [Fill]? = if case .success(let rows) = result { rows } else { nil }
      for question in questions {
        let (new, complaint) = fillCatchUp.answered(question, with: fills, at: now)
        for fill in new { deliver(.account(.fill(fill))) }
        if let complaint { deliver(.protocolProblem(complaint)) }
      }
      armFills()
    }
  }

  /// Reads a small public answer for the sake of its `Date`, and again after a while.
  private func readClock() {
    let sentAt = now
    calls.read(
      .markPrice, [QueryItem("instId", "BTC-USDT")], lane: .background
    ) { [weak self] verdict in
      guard let self else { return }
      if !calls.hasClock { readClock(from: verdict, sentAt: sentAt) }
      readClockAgain(roundTrip: now - sentAt)
    }
  }

  /// Reads soon, at the moment that tells most, until the clock is known well; then now and then.
  private func readClockAgain(roundTrip: TimeSpan) {
    let later = now + .milliseconds(Self.clockInterval)
    let isKnown = calls.clockUncertainty.map { $0 <= max(Self.clockGoal, roundTrip) } ?? false
    clockReadings += 1
    let soon = clockReadings % Self.clockBurst != 0 && !isKnown
    let moment = soon ? calls.nextClockReading(roundTrip: roundTrip) ?? later : later
    clockTimer = loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
      self?.readClock()
    }
  }

  /// Takes the time of a market answer where no `Date` came with it: it is a moment old at most.
  private func readClock(from verdict: AnswerPolicy.Verdict, sentAt: Timestamp) {
    let stated = RestCalls.one(.markPrice, verdict, MarketRows.statedTime)
    guard case .success(let time) = stated else { return }
    calls.noteClock(
      earliest: time, latest: time + .seconds(2), sentAt: sentAt, receivedAt: now)
  }

  /// Tells the clock when it is known better than before, and now and then.
  private func clockWasRead(_ theirs: Timestamp, _ ours: Timestamp, _ uncertainty: TimeSpan) {
    if let last = lastClockEvent, now < last.at + Self.clockEventSpacing,
      uncertainty >= last.uncertainty
    {
      return
    }
    lastClockEvent = (now, uncertainty)
    // As a reading whose answer took twice as long as the estimate can be off.
    deliver(.serverTime(theirs, sentAt: ours - uncertainty, receivedAt: ours + uncertainty))
  }
}
