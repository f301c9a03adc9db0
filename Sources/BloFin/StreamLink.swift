import EventLoop
import Exchanges
import Trading
import Transport
import Units

/// One stream connection: what ``StreamSession`` decides is done here, and what comes is read.
final class StreamLink {
  /// What the owner is told and asked.
  struct Owner {
    /// Something to deliver.
    let deliver: @MainActor (ExchangeEvent) -> Void
    /// How the connection stands.
    let report: @MainActor (LinkState) -> Void
    /// The link wants to connect (true), or no longer (false).
    let wantsConnection: @MainActor (Bool) -> Void
    /// The present moment by the exchange's clock.
    let exchangeNow: @MainActor () -> Timestamp
    /// The last moment that a message may state.
    let latestStamp: @MainActor () -> Timestamp
    /// The rules of the instruments may have changed.
    let doubtsRules: @MainActor () -> Void
  }

  private let network: CurlMulti
  private let loop: any Loop
  private let address: WebAddress
  private let signer: RequestSigner?
  private let owner: Owner
  private var session: StreamSession<BloFinTopic>
  private var decoder: StreamDecoder
  private var limiter = ProblemLimiter<BloFinTopic?>()
  private var connection: WebSocketConnection?
  /// Counts connections, so that what an old one still says is not taken for the new one's words.
  private var generation = 0
  private var timer: TimerToken?
  private var armedFor: Timestamp?

  /// Makes a link at rest; with a signer it logs in.
  init(
    network: CurlMulti, loop: any Loop, address: WebAddress, signer: RequestSigner?,
    catalog: InstrumentCatalog, random: SeededRandom, owner: Owner
  ) {
    self.network = network
    self.loop = loop
    self.address = address
    self.signer = signer
    self.owner = owner
    decoder = StreamDecoder(catalog: catalog)
    session = StreamSession(
      rules: signer == nil ? .publicStream : .privateStream,
      backoff: Backoff(first: .milliseconds(500), longest: .seconds(30)), random: random,
      at: Timestamp(milliseconds: loop.now.milliseconds))
  }

  isolated deinit {
    if let timer { loop.cancel(timer) }
    connection?.disconnect()
  }

  /// Begins to work.
  func start() { perform(session.start(at: now)) }

  /// Ends everything.
  func stop() { perform(session.stop()) }

  /// Connects and logs in anew, at once, also after refusals.
  func beginAnew() {
    perform(session.stop())
    perform(session.start(at: now))
  }

  /// Sets what is wanted.
  func setTopics(_ topics: [BloFinTopic]) {
    let actions = session.setTopics(topics, at: now)
    decoder.setTopics(session.topics)
    perform(actions)
  }

  /// Sets the rules of the instruments.
  func setCatalog(_ catalog: InstrumentCatalog) { decoder.setCatalog(catalog) }

  /// Notes that the link may connect.
  func admitted() { perform(session.admitted(at: now)) }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func took(_ event: WebSocketEvent) {
    switch event {
    case .opened: perform(session.connected(at: now))
    case .text(let bytes), .binary(let bytes): read(bytes)
    case .pong: session.noteArrival(at: now)
    case .closed(let error):
      connection = nil
      perform(
        session.lost(
          "\(error)", isRefusal: Self.isRefusal(error), wait: RetryAfter.span(error), at: now))
    }
  }

  /// Whether the door is shut: a firewall's page, another address or another protocol instead of a
  /// stream (fault case W14).
  private static func isRefusal(_ error: TransportError) -> Bool {
    guard case .upgradeRefused(_, let status, _, _, _) = error else { return false }
    switch status {
    case 200..<400, 401, 403, 418, 426, 451: return true
    default: return false
    }
  }

  private func read(_ bytes: UnsafeRawBufferPointer) {
    let now = now
    let message: StreamMessage
    do throws(StreamProblem) {
      message = try decoder.decode(
        bytes, at: owner.exchangeNow(), latest: owner.latestStamp())
    } catch {
      session.noteArrival(at: now)
      complain(error.topic, "\(error)")
      guard let topic = error.topic else { return }
      // A book that cannot be read may have other rules by now, as a finer tick.
      if case .book = topic { owner.doubtsRules() }
      dropBook(of: topic)
      return
    }
    switch message {
    case .market(let place, let event):
      note(place, now)
      owner.deliver(.market(event))
    case .markets(let place, let events):
      note(place, now)
      for event in events { owner.deliver(.market(event)) }
    case .account(let place, let events):
      note(place, now)
      for event in events { owner.deliver(.account(event)) }
    case .bookIgnored, .pong, .ignored:
      // A sign of life of the connection, not of the book.
      session.noteArrival(at: now)
    case .bookGap(let place):
      session.noteArrival(at: now)
      dropBook(of: decoder.topic(at: place))
    case .loggedIn: perform(session.loggedIn(at: now))
    case .subscribed(let topic):
      session.noteArrival(at: now)
      perform(session.acknowledged(topic, at: now))
    case .failed(let code, let message): failed(code, PlainText.clean(message), now)
    }
  }

  private func note(_ place: Int, _ now: Timestamp) {
    let actions = session.noteMessage(slot: place, at: now)
    if !actions.isEmpty { perform(actions) }
  }

  private func failed(_ code: String, _ message: String, _ now: Timestamp) {
    session.noteArrival(at: now)
    let reason = "\(message) (code \(PlainText.clean(code)))"
    // 60009 is a login that failed; before the login nothing else can be meant.
    if code == Self.logInFailed || session.isLoggingIn {
      perform(session.logInRefused(reason, at: now))
      return
    }
    // The error repeats the request and has no argument of its own: 60012.
    let text = message.filter { $0 != " " && $0 != "\\" }
    let suspects = session.topics.filter { text.contains($0.argument) }
    perform(session.subscriptionFailed(suspects, reason: reason, at: now))
  }

  private static let logInFailed = "60009"

  /// Tells that a topic's book cannot be used and asks for a new one.
  private func dropBook(of topic: BloFinTopic) {
    guard case .book(let instrument) = topic else { return }
    owner.deliver(.market(.bookGap(instrument)))
    perform(session.resubscribe(topic, at: now))
  }

  private func complain(_ topic: BloFinTopic?, _ text: String) {
    guard let suppressed = limiter.admit(topic, at: now) else { return }
    let rest = suppressed == 0 ? "" : " (\(suppressed) more of these since the last one)"
    owner.deliver(.protocolProblem(text + rest))
  }
}

extension StreamLink {
  /// Does what the session wants; what fails on the way goes back to it and may want more.
  private func perform(_ actions: [StreamSession<BloFinTopic>.Action]) {
    var actions = actions[...]
    var more: [StreamSession<BloFinTopic>.Action] = []
    while let action = actions.popFirst() {
      switch action {
      case .requestConnection: owner.wantsConnection(true)
      case .withdrawRequest: owner.wantsConnection(false)
      case .open: open()
      case .close: close()
      case .logIn: if let signer { more += send(signer.logIn(at: owner.exchangeNow())) }
      case .subscribe(let topics): more += send(Array(StreamFrames.subscribe(topics).utf8))
      case .unsubscribe(let topics): more += send(Array(StreamFrames.unsubscribe(topics).utf8))
      case .ping: more += send(Array(StreamFrames.ping.utf8))
      case .report(let state): report(state)
      case .topicDown(let topic, let reason):
        complain(topic, "\(topic): \(reason); it is being subscribed anew.")
        tellGap(topic)
      case .topicRefused(let topic, let reason):
        complain(topic, "BloFin does not deliver \(topic): \(reason).")
        tellGap(topic)
      }
      if actions.isEmpty {
        actions = more[...]
        more = []
      }
    }
    arm()
  }

  private func open() {
    generation += 1
    let own = generation
    decoder.resetChains()
    var options = WebSocketOptions()
    // The session watches over the life of the connection, by the exchange's own heartbeat.
    options.idleLimit = nil
    connection = WebSocketConnection(network: network, address: address, options: options) {
      [weak self] event in
      guard let self, generation == own else { return }
      took(event)
    }
  }

  private func close() {
    generation += 1
    connection?.disconnect()
    connection = nil
  }

  private func send(_ bytes: [UInt8]) -> [StreamSession<BloFinTopic>.Action] {
    guard let connection else { return [] }
    do throws(TransportError) {
      try bytes.withUnsafeBufferPointer { (buffer) throws(TransportError) in
        try connection.send(UnsafeRawBufferPointer(buffer), isText: true)
      }
      return []
    } catch {
      close()
      return session.lost("\(error)", at: now)
    }
  }

  /// Passes a state on; books of a lost connection are worth nothing.
  private func report(_ state: LinkState) {
    owner.report(state)
    switch state {
    case .connecting, .up: break
    case .down, .refused:
      decoder.resetChains()
      for topic in session.topics { tellGap(topic) }
    }
  }

  private func tellGap(_ topic: BloFinTopic) {
    if case .book(let instrument) = topic { owner.deliver(.market(.bookGap(instrument))) }
  }

  /// Sets the timer to when the session wants to act; messages only ever move that to later.
  private func arm() {
    let next = session.nextMoment
    if let next, let armedFor, armedFor <= next { return }
    if let timer { loop.cancel(timer) }
    timer = nil
    armedFor = next
    guard let next else { return }
    timer = loop.schedule(at: WallTime(milliseconds: next.milliseconds)) { [weak self] in
      guard let self else { return }
      timer = nil
      armedFor = nil
      perform(session.tick(at: now))
    }
  }
}
