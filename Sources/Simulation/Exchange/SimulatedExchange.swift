import EventLoop
import Exchanges
import Trading
import Units

/// The simulated exchange for one account: an ``Exchange`` like any other, on any loop.
///
/// It owns a venue and a market source, lets both run as the loop's time passes, and delivers what
/// happens after the way that the latency model gives it. Everything it does follows from the
/// source, the seed and the requests.
@MainActor
public final class SimulatedExchange: Exchange {
  public let id: ExchangeID
  /// What its prices are, for the screen: `built-in market, seed 7`.
  public let label: String

  private let loop: any Loop
  private var source: any MarketSource
  private var latency: LatencyModel
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var timer: TimerToken?
  private var subscriptions = VenueSubscriptions()
  /// When the last inward message arrives: later ones never overtake it.
  private var lastArrival = WallTime(milliseconds: .min)

  /// The venue; tests and reports read it.
  public private(set) var venue: SimulatedVenue
  /// The one account.
  public let account: VenueAccountID

  /// How many steps of the source one turn of the loop takes at most; then it goes on in the next,
  /// so that a loop that has slept stays answerable.
  private static let stepsPerTurn = 500

  /// Opens the exchange at the loop's present moment.
  ///
  /// The source must list instruments whose steps count exactly, as all sources here do.
  public init(
    id: ExchangeID = ExchangeID("simulated"), source: any MarketSource, deposit: Money = 10_000,
    rules: VenueRules = VenueRules(), latency: LatencyModel = .none, loop: any Loop
  ) {
    self.id = id
    self.loop = loop
    self.latency = latency
    label = source.label
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    guard
      var venue = SimulatedVenue(listings: source.listings, rules: rules, startingAt: now)
    else { preconditionFailure("a market source lists sound instruments, each once") }
    var source = source
    source.start(in: &venue, at: now)
    account = venue.openAccount(deposit: deposit, at: now)
    venue.discardOutputs()
    self.venue = venue
    self.source = source
  }

  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    precondition(self.sink == nil, "an exchange is connected once")
    self.sink = sink
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    deliver([
      .link(.requests, .up), .link(.publicStream, .up), .link(.privateStream, .up),
      .serverTime(now, sentAt: now, receivedAt: now),
    ])
    pump()
  }

  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    let wait = latency.drawOutward()
    loop.schedule(after: wait.milliseconds) { [weak self] in self?.carryOut(request, id) }
  }

  public func disconnect() {
    sink = nil
    if let timer { loop.cancel(timer) }
    timer = nil
  }

  /// Lets the market run up to now, and comes back when there is more.
  private func pump() {
    guard sink != nil else { return }
    let behind = runMarket()
    flush()
    schedulePump(soon: behind)
  }

  /// Returns whether there is more to do now.
  private func runMarket() -> Bool {
    let now = Timestamp(milliseconds: loop.now.milliseconds)
    for _ in 0..<Self.stepsPerTurn {
      guard let next = source.nextTime, next <= now else {
        venue.advance(to: now)
        return false
      }
      source.step(&venue)
    }
    return true
  }

  private func schedulePump(soon: Bool) {
    if let timer { loop.cancel(timer) }
    let news = venue.nextNews
    let next = source.nextTime.map { min($0, news) } ?? news
    let due = soon ? loop.now : WallTime(milliseconds: next.milliseconds)
    timer = loop.schedule(at: due) { [weak self] in self?.pump() }
  }

  private func carryOut(_ request: ExchangeRequest, _ id: RequestID) {
    guard sink != nil else { return }
    // A request meets the market of its own moment.
    let behind = runMarket()
    var answer = RequestAnswer()
    answer.carryOut(
      request, on: &venue, account, at: Timestamp(milliseconds: loop.now.milliseconds))
    if case .subscribe(let wanted) = request {
      answer.events += subscriptions.replace(with: wanted, in: &venue)
    }
    // The stream tells before the answer does: whoever copes with that copes with both orders.
    flush()
    deliver(answer.events + [.outcome(id, answer.outcome)])
    schedulePump(soon: behind)
  }

  /// Delivers what the venue has said since the last time.
  private func flush() {
    let outputs = venue.takeOutputs()
    guard !outputs.isEmpty else { return }
    deliver(subscriptions.events(for: outputs, of: account, in: &venue))
  }

  private func deliver(_ events: [ExchangeEvent]) {
    guard !events.isEmpty else { return }
    let wait = latency.drawInward()
    let arrival = max(loop.now.advanced(byMilliseconds: wait.milliseconds), lastArrival)
    lastArrival = arrival
    loop.schedule(at: arrival) { [weak self] in
      guard let self else { return }
      for event in events { self.sink?(event) }
    }
  }
}
