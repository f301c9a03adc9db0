import NIOCore
import OrderedCollections
import Simulation
import Trading
import Units

/// The simulated exchange behind the wire: the venue, who is logged in, and who listens to what.
///
/// It lives on one event loop and is touched by nothing else: every request, stream message and
/// turn of the clock runs to its end before the next begins.
final class ServedExchange {
  /// What the server was told.
  let configuration: ServerConfiguration
  /// Reads the server's clock: the wall clock, or the manual one.
  let clock: () -> Timestamp
  /// What states the markets of the venue.
  private var source: any MarketSource
  /// The simulated exchange itself.
  var venue: SimulatedVenue
  /// The venue's accounts, in the order of the configuration.
  let accounts: [VenueAccountID]
  /// Who may do what.
  var authentication: Authentication
  /// The rate limits.
  var meter: RequestMeter
  /// Random choices of the wire: which answers come late.
  var random: SeededRandom
  /// The faults in force.
  var faults: FaultPlan
  /// What was called of late; kept only with the fault door.
  var calls = CallLog()
  /// Things to do at a moment of the server's clock.
  var agenda = Agenda()
  /// Every open stream, by its id.
  var streams: OrderedDictionary<Int, ClientStream> = [:]
  /// The streams that asked for a topic, in the order they asked.
  var listeners: OrderedDictionary<StreamTopic, [ClientStream]> = [:]
  /// What was last pushed on topics that repeat themselves only when something changed.
  var lastPushes = LastPushes()
  /// Where the run is recorded; nil: nowhere.
  let recorder: RunRecorder?
  /// When the server started, by its clock.
  let startedAt: Timestamp

  private let marketStart: Timestamp
  private var streamCount = 0
  private var lastStreamAt: [String: Timestamp] = [:]

  /// Opens the exchange at the present moment of its clock.
  init(
    configuration: ServerConfiguration, market: OpenedMarket, recorder: RunRecorder? = nil,
    clock: @escaping () -> Timestamp
  ) {
    self.configuration = configuration
    self.clock = clock
    self.recorder = recorder
    startedAt = market.openedAt ?? clock()
    marketStart = market.start
    source = market.source
    var venue = market.venue
    var opened: [VenueAccountID] = []
    for account in configuration.accounts {
      opened.append(venue.openAccount(deposit: account.startingBalance, at: marketStart))
    }
    accounts = opened
    // Nobody can have listened to the first deposits.
    venue.discardOutputs()
    self.venue = venue
    authentication = Authentication(
      accounts: configuration.accounts,
      refusesNonceReuse: configuration.strictness.refusesNonceReuse)
    meter = RequestMeter(configuration.strictness)
    random = SeededRandom(seed: configuration.seed ^ 0x5EED)
    faults = FaultPlan(seed: configuration.seed ^ 0xFA17)
    recorder?.write(
      RunHead(configuration, start: marketStart, stateHash: self.venue.stateHash).encoded)
    if let script = configuration.faultScript { follow(script) }
  }

  /// The time that the exchange states and checks signatures against: its clock, set wrong by a
  /// fault.
  var statedTime: Timestamp { clock() + faults.skew }

  /// The market's time: it runs `speed` times as fast as the server's clock.
  func marketTime(at now: Timestamp) -> Timestamp {
    switch configuration.pace {
    case .manual: marketStart + (now - startedAt)
    case .wallClock(let speed):
      marketStart + .milliseconds((now - startedAt).milliseconds * Int64(speed))
    }
  }

  /// Lets the market and the venue run up to the present.
  func advanceMarket(at now: Timestamp) {
    runMarket(until: marketTime(at: now))
  }

  /// Lets the market and the venue run up to a moment of the market's time.
  func runMarket(until time: Timestamp) {
    source.run(&venue, until: time)
  }

  /// Turns the clock: the market moves, what is due happens, and everything new is pushed.
  func turn() {
    let now = clock()
    advanceMarket(at: now)
    publish()
    for action in agenda.due(at: now) { action() }
    pushPeriodic(at: now)
    closeIdleStreams(at: now)
    sendPending()
  }

  /// Drops every stream without a word.
  func hangUpStreams() {
    for stream in streams.values { stream.hangUp() }
  }

  /// Sends what has been queued on every stream.
  func sendPending() {
    for stream in streams.values { stream.sendPending() }
  }

  /// Whether a fault has everything answered with 503 now.
  func isInMaintenance(at now: Timestamp) -> Bool {
    faults.maintenanceEnd.map { now < $0 } ?? false
  }

  /// Returns the id of a new stream.
  func nextStreamID() -> Int {
    streamCount += 1
    return streamCount
  }

  /// Returns why one more stream may not open; when it may, remembers that it did.
  func refusalOfStream(from peer: String) -> APIProblem? {
    let now = clock()
    guard !isInMaintenance(at: now) else { return .unavailable }
    guard streams.count < configuration.strictness.streamLimit else { return .tooManyRequests }
    if let spacing = configuration.strictness.connectionSpacing, let last = lastStreamAt[peer],
      now - last < spacing
    {
      return .tooManyRequests
    }
    lastStreamAt[peer] = now
    return nil
  }
}

/// Things to do later, in the order of their moments and, within one, of their asking.
struct Agenda {
  private var entries: [(at: Timestamp, action: () -> Void)] = []

  /// Remembers something to do; what is asked first for a moment is done first.
  mutating func add(at moment: Timestamp, _ action: @escaping () -> Void) {
    // Answers that wait are few; a heap would be slower for so few.
    let place = entries.lastIndex { $0.at <= moment }.map { $0 + 1 } ?? 0
    entries.insert((moment, action), at: place)
  }

  /// Takes out what is due.
  mutating func due(at now: Timestamp) -> [() -> Void] {
    let count = entries.firstIndex { $0.at > now } ?? entries.count
    let due = entries[..<count].map(\.action)
    entries.removeFirst(count)
    return due
  }
}
