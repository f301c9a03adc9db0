import EventLoop
import Exchanges
import Trading
import Transport
import Units

/// Sends REST calls: paced, signed, judged; what only reads is tried again, what writes never is.
final class RestCalls {
  /// What the owner is told beside the answers.
  struct Observers {
    /// The exchange's clock was read: their time by all readings, ours, and by how much the
    /// difference can be off.
    let clockWasRead: @MainActor (Timestamp, _ ours: Timestamp, _ uncertainty: TimeSpan) -> Void
    /// How requests fare.
    let linkChanged: @MainActor (LinkState) -> Void
  }

  private struct Call {
    let endpoint: Endpoint
    let target: String
    let body: [UInt8]
    let lane: RequestLane
    /// The last moment at which a read is begun again; a write has none.
    var deadline: Timestamp
    var hasLeft = false
    var backoff: Backoff
    let done: @MainActor (AnswerPolicy.Verdict) -> Void
  }

  /// A write that was made ready, and when it was signed.
  private struct Prepared {
    let endpoint: Endpoint
    let request: HTTPRequest
    let at: Timestamp
  }

  private let http: any HTTPClient
  private let loop: any Loop
  private let root: WebAddress
  private let signer: RequestSigner?
  private var answerTime: AnswerPatience
  /// Told what happens beside the answers; nobody until it is set.
  var observers: Observers?
  private var random: SeededRandom
  private var clock = ClockOffset()
  private var queue: RequestQueue<UInt64>
  private var calls: [UInt64: Call] = [:]
  private var tickets: [UInt64: HTTPTicket] = [:]
  private var prepared: [Prepared] = []
  private var timers: [UInt64: TimerToken] = [:]
  private var nextNumber: UInt64 = 1
  private var pump: TimerToken?
  private var link: LinkState?
  private var isStopped = false

  /// How long an answer may take where the network is quick, in milliseconds: beyond that the fate
  /// of an order is unknown.
  static let answerWithin: Int64 = 5_000
  /// How long a read is tried again, counted from when it first left.
  private static let readWithin = TimeSpan.seconds(15)
  /// How long a request may wait for its quota.
  private static func patience(_ call: Call) -> TimeSpan {
    switch call.lane {
    // Longer than the window of the strictest quota with its margin: what waits behind a burst
    // leaves with the next one.
    case .riskReducing: .seconds(11)
    // An order that opens leaves at once or not at all: the price moves on, and one that waits
    // could leave after a halt. To wait for our own quota is no failed read.
    case .ordinary where call.endpoint == .placeOrder: .milliseconds(1)
    case .ordinary: call.endpoint.isWrite ? .seconds(2) : .seconds(11)
    case .background: .seconds(30)
    }
  }
  /// How old a signature may be that was made beforehand; the exchange takes a minute.
  private static let preparedLife = TimeSpan.seconds(1)
  /// The most calls made ready at a time.
  private static let preparedLimit = 4
  /// The most requests of one lane that wait.
  private static let waitingPerLane = 128

  /// Makes a sender for one host; without a signer only public calls can be sent.
  init(
    http: any HTTPClient, loop: any Loop, hosts: BloFinHosts, signer: RequestSigner?,
    answerWithin: Int64 = RestCalls.answerWithin, random: SeededRandom
  ) {
    self.http = http
    self.loop = loop
    root = hosts.rest
    self.signer = signer
    answerTime = AnswerPatience(shortest: answerWithin)
    self.random = random
    queue = RequestQueue(
      pacer: RequestPacer(quotas: RequestQuota.blofin), capacityPerLane: Self.waitingPerLane)
  }

  /// Does something later in this turn of the loop.
  func post(_ action: @escaping @MainActor () -> Void) { loop.post(action) }

  /// Our present moment by the exchange's clock.
  var exchangeNow: Timestamp { clock.exchangeTime(now) }

  /// Whether the exchange's clock has been read.
  var hasClock: Bool { clock.estimate != nil }

  /// Returns how many requests of a lane may leave at once.
  func remaining(in scope: QuotaScope, lane: RequestLane) -> Int {
    queue.remaining(in: scope, lane: lane, at: now)
  }

  /// Sends a call that changes something, once at most; `done` is called later, once.
  func write(
    _ endpoint: Endpoint, _ body: [UInt8], lane: RequestLane,
    _ done: @escaping @MainActor (AnswerPolicy.Verdict) -> Void
  ) {
    precondition(endpoint.isWrite, "a call that changes something is a write")
    begin(
      Call(
        endpoint: endpoint, target: endpoint.path, body: body, lane: lane, deadline: now,
        backoff: Self.backoff, done: done))
  }

  /// Writes and signs a call that may follow within a moment; it leaves by ``write(_:_:lane:_:)``
  /// alone.
  func prepare(_ endpoint: Endpoint, _ body: [UInt8]) {
    guard !isStopped, signer != nil || !endpoint.isPrivate else { return }
    let request = request(endpoint, target: endpoint.path, body: body)
    if prepared.count == Self.preparedLimit { prepared.removeFirst() }
    prepared.append(Prepared(endpoint: endpoint, request: request, at: now))
    http.prepare(request)
  }

  /// Forgets what was signed and has not left, as by a key that is no longer used.
  func forgetPrepared() { prepared = [] }

  /// Reads; tried again until the deadline while nothing is proven. `done` is called later, once.
  func read(
    _ endpoint: Endpoint, _ query: [QueryItem] = [], lane: RequestLane,
    _ done: @escaping @MainActor (AnswerPolicy.Verdict) -> Void
  ) {
    precondition(!endpoint.isWrite, "a call that changes something is no read")
    begin(
      Call(
        endpoint: endpoint, target: endpoint.path + QueryItem.text(query), body: [], lane: lane,
        deadline: now + Self.readWithin, backoff: Self.backoff, done: done))
  }

  /// How well the exchange's clock is known: it differs from the estimate by this at most.
  var clockUncertainty: TimeSpan? { clock.uncertainty }

  /// Returns when a reading that takes so long must leave to tell most; see ``ClockOffset``.
  func nextClockReading(roundTrip: TimeSpan) -> Timestamp? {
    clock.nextReading(after: now + .milliseconds(100), roundTrip: roundTrip)
  }

  /// Adds a reading of the exchange's clock.
  func noteClock(
    earliest: Timestamp, latest: Timestamp, sentAt: Timestamp, receivedAt: Timestamp
  ) {
    clock.add(earliest: earliest, latest: latest, sentAt: sentAt, receivedAt: receivedAt)
    let middle = sentAt + .milliseconds((receivedAt - sentAt).milliseconds / 2)
    observers?.clockWasRead(clock.exchangeTime(middle), middle, clock.uncertainty ?? .zero)
  }

  /// Gives everything up; nothing is told any more.
  func stop() {
    isStopped = true
    for ticket in tickets.values { http.cancel(ticket) }
    for timer in timers.values { loop.cancel(timer) }
    if let pump { loop.cancel(pump) }
    _ = queue.takeAll()
    calls = [:]
    tickets = [:]
    timers = [:]
  }

  private static let backoff = Backoff(first: .milliseconds(250), longest: .seconds(4))

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func begin(_ call: Call) {
    let number = nextNumber
    nextNumber += 1
    calls[number] = call
    // Nothing is told from within the caller's call.
    if call.endpoint.isPrivate, signer == nil {
      loop.post { [weak self] in
        self?.finish(number, .notSent("There is no BloFin key for this."))
      }
      return
    }
    // What may leave does so now, at the moment it was put in line: an order that opens would be
    // too late a millisecond on. Answers and refusals come later all the same.
    let now = now
    enqueue(number, call, at: now)
    if !isStopped { sendDue(at: now) }
    loop.post { [weak self] in self?.sendReady() }
  }

  private func sendDue(at now: Timestamp) {
    while let number = queue.takeReady(at: now) { send(number) }
  }

  private func enqueue(_ number: UInt64, _ call: Call, at now: Timestamp) {
    let isTaken = queue.add(
      number, in: call.endpoint.scopes, lane: call.lane,
      deadline: now + Self.patience(call))
    guard !isTaken else { return }
    loop.post { [weak self] in
      self?.finish(number, .notSent("Too many requests wait for BloFin's rate limit."))
    }
  }

  /// Sends what may leave and sets the timer for what may not.
  private func sendReady() {
    guard !isStopped else { return }
    let now = now
    for number in queue.takeExpired(at: now) {
      retryOrFinish(number, .notSent(waitedTooLong(number, at: now)))
    }
    sendDue(at: now)
    if let pump { loop.cancel(pump) }
    pump = queue.nextMoment(at: now).map { moment in
      loop.schedule(at: WallTime(milliseconds: moment.milliseconds)) { [weak self] in
        self?.pump = nil
        self?.sendReady()
      }
    }
  }

  private func waitedTooLong(_ number: UInt64, at now: Timestamp) -> String {
    guard let call = calls[number] else { return "BloFin's rate limit is used up." }
    if let until = queue.heldUntil(in: call.endpoint.scopes, at: now) {
      return "BloFin asked for a pause until \(until.timeText) UTC."
    }
    let next = queue.earliestDeparture(in: call.endpoint.scopes, lane: call.lane, at: now)
    return "BloFin's rate limit is used up until \(next.timeText) UTC."
  }

  private func send(_ number: UInt64) {
    guard var call = calls[number] else { return }
    let sentAt = now
    if !call.endpoint.isWrite, !call.hasLeft {
      call.hasLeft = true
      call.deadline = sentAt + Self.readWithin
      calls[number] = call
    }
    let request =
      takePrepared(call, at: sentAt)
      ?? request(call.endpoint, target: call.target, body: call.body)
    tickets[number] = http.send(request) { [weak self] result in
      self?.answered(number, result, sentAt: sentAt)
    }
  }

  private func takePrepared(_ call: Call, at now: Timestamp) -> HTTPRequest? {
    guard !prepared.isEmpty else { return nil }
    prepared.removeAll { now - $0.at > Self.preparedLife }
    let index = prepared.firstIndex {
      $0.endpoint == call.endpoint && $0.request.body == call.body
    }
    return index.map { prepared.remove(at: $0).request }
  }

  private func request(_ endpoint: Endpoint, target: String, body: [UInt8]) -> HTTPRequest {
    let address: WebAddress
    do {
      address = try root.withTarget(target)
    } catch {
      preconditionFailure("the target of a call is valid: \(error)")
    }
    let headers =
      endpoint.isPrivate ? signed(endpoint, target, body) : Self.plainHeaders(body)
    return HTTPRequest(
      endpoint.method, address, headers: headers, body: body,
      deadline: answerTime.milliseconds, connectDeadline: answerTime.milliseconds)
  }

  private func signed(_ endpoint: Endpoint, _ target: String, _ body: [UInt8]) -> [HTTPHeader] {
    guard let signer else { preconditionFailure("a private call is begun with a signer only") }
    return signer.headers(
      method: endpoint.method, target: target, body: body, at: exchangeNow)
  }

  private static func plainHeaders(_ body: [UInt8]) -> [HTTPHeader] {
    body.isEmpty ? [] : [HTTPHeader("Content-Type", "application/json")]
  }

  private func answered(
    _ number: UInt64, _ result: Result<HTTPResponse, TransportError>, sentAt: Timestamp
  ) {
    tickets[number] = nil
    guard !isStopped, let call = calls[number] else { return }
    answerTime.take(result)
    let verdict = AnswerPolicy.judge(result, isWrite: call.endpoint.isWrite)
    if case .success(let response) = result { note(response, to: call, sentAt: sentAt) }
    if !call.endpoint.isOptional { noteLink(result, verdict, of: call) }
    if case .refused(let refusal) = verdict, Refusals.clockOff.contains(refusal.code) {
      clock.keepOnlyLast()
    }
    retryOrFinish(number, verdict)
    sendReady()
  }

  private func note(_ response: HTTPResponse, to call: Call, sentAt: Timestamp) {
    if let date = response.header("Date").flatMap({ HTTPDate.timestamp($0) }) {
      // The header names a second; the answer was made somewhere in it.
      noteClock(
        earliest: date, latest: date + .milliseconds(999), sentAt: sentAt, receivedAt: now)
    }
    guard let penalty = Penalty(response, isSigned: call.endpoint.isPrivate) else { return }
    // A window opens when it opens: what is tried meanwhile and refused does not put that off.
    if let scope = penalty.scope, queue.heldUntil(in: [scope], at: now) != nil { return }
    queue.holdBack(
      penalty.scope, until: now + penalty.span, riskReducingSpacing: penalty.spacing)
  }

  private func noteLink(
    _ result: Result<HTTPResponse, TransportError>, _ verdict: AnswerPolicy.Verdict, of call: Call
  ) {
    guard let state = Self.state(by: result, verdict, of: call.endpoint), state != link else {
      return
    }
    link = state
    observers?.linkChanged(state)
  }

  /// Returns how requests fare by an answer; nil where it does not say. That a public call fails at
  /// the exchange says nothing about those that trade, and it has answered.
  private static func state(
    by result: Result<HTTPResponse, TransportError>, _ verdict: AnswerPolicy.Verdict,
    of endpoint: Endpoint
  ) -> LinkState? {
    switch verdict {
    case .success: return .up
    case .refused(let refusal):
      guard refusal.advice == .stopTrading else { return .up }
      return endpoint.isPrivate ? .refused(refusal.message) : nil
    case .unknown(let reason), .notSent(let reason):
      guard case .success(let response) = result else { return .down(reason) }
      if Penalty(response, isSigned: endpoint.isPrivate)?.isBan == true { return .refused(reason) }
      return endpoint.isPrivate || response.status == 429 ? .down(reason) : nil
    }
  }

  /// Tries a read again while there is time and nothing is proven; ends everything else.
  private func retryOrFinish(_ number: UInt64, _ verdict: AnswerPolicy.Verdict) {
    guard var call = calls[number], !call.endpoint.isWrite, verdict.isWorthAnotherRead else {
      finish(number, verdict)
      return
    }
    // What is held back waits in line, to leave with the others as soon as it may.
    let isHeld = queue.heldUntil(in: call.endpoint.scopes, at: now) != nil
    let again = now + (isHeld ? Self.backoff.first : call.backoff.next(&random))
    guard again < call.deadline else {
      finish(number, verdict)
      return
    }
    calls[number] = call
    timers[number] = loop.schedule(at: WallTime(milliseconds: again.milliseconds)) { [weak self] in
      guard let self else { return }
      timers[number] = nil
      enqueue(number, call, at: now)
      sendReady()
    }
  }

  private func finish(_ number: UInt64, _ verdict: AnswerPolicy.Verdict) {
    guard !isStopped, let call = calls.removeValue(forKey: number) else { return }
    call.done(verdict)
  }
}

nonisolated extension AnswerPolicy.Verdict {
  /// Whether asking again can bring what this did not.
  var isWorthAnotherRead: Bool {
    switch self {
    case .success: false
    case .refused(let refusal):
      refusal.advice == .waitAndRetry || refusal.code == Refusals.nonceRepeated
    case .unknown, .notSent: true
    }
  }
}
