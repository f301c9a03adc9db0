import EventLoop
import Exchanges
import Trading
import Units

/// Paper money at a live market: the market's own public streams, and orders that never leave.
///
/// Everything public is asked of another exchange and passed on as it comes; everything about the
/// account is answered by a simulated venue that follows the same streams. The other exchange needs
/// no key and is sent nothing about orders.
///
/// While the book of an instrument has a gap, its stream is down or it has been silent for too
/// long, orders of it are not taken, resting ones are not filled and triggers do not fire; cancels
/// and protection are taken. All goes on with the next whole book.
@MainActor
public final class PaperExchange: Exchange {
  public let id: ExchangeID

  private let market: any Exchange
  private let loop: any Loop
  private let deposit: Money
  private let bookAgeMaximum: TimeSpan
  private var latency: LatencyModel
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var listings: LiveListings
  private var desk: PaperDesk?
  private var timer: TimerToken?
  /// Requests about the account that came before it could be opened.
  private var waiting: [(request: ExchangeRequest, id: RequestID)] = []
  private var questions: [RequestID: LiveListings.Question] = [:]
  private var nextQuestion = PaperExchange.firstQuestion

  /// Where the numbers of our own requests to the market begin, far above those of the engine.
  private static let firstQuestion: UInt64 = 1 << 62
  /// How many requests wait at most for the account to open; later ones are not taken.
  private static let waitingLimit = 256
  /// Milliseconds before a table of tiers that could not be read is asked for again.
  private static let retryDelay: Int64 = 2_000

  /// Makes an exchange over another one's market.
  ///
  /// `instruments` are those that can be traded. `bookAgeMaximum` is how old the last message of a
  /// book may be for orders to be filled from it; what the account asks takes `latency` to get
  /// there, on top of what the market's own messages took.
  public init(
    market: any Exchange, instruments: [InstrumentID], deposit: Money, bookAgeMaximum: TimeSpan,
    latency: LatencyModel = .none, loop: any Loop
  ) {
    precondition(bookAgeMaximum > .zero, "a book has an age that is young enough")
    id = market.id
    self.market = market
    self.loop = loop
    self.deposit = deposit
    self.bookAgeMaximum = bookAgeMaximum
    self.latency = latency
    listings = LiveListings(instruments)
  }

  /// The venue with the account's books, nil before the market's rules are known; for tests.
  public var venue: SimulatedVenue? { desk?.venue }

  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    precondition(self.sink == nil, "an exchange is connected once")
    self.sink = sink
    market.connect { [weak self] in self?.hear($0) }
    // The account lives in this program: there is no stream of it that could be down.
    loop.post { [weak self] in self?.deliver([.link(.privateStream, .up)]) }
  }

  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    switch request {
    case .instruments, .candles, .tiers, .subscribe: market.perform(request, as: id)
    case .submit, .cancel, .protect, .cancelTrigger, .closePosition, .setLeverage,
      .setPositionMode, .accountSnapshot, .orderStatus:
      loop.schedule(after: latency.drawOutward().milliseconds) { [weak self] in
        self?.carryOut(request, id)
      }
    }
  }

  public func disconnect() {
    sink = nil
    if let timer { loop.cancel(timer) }
    timer = nil
    market.disconnect()
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }

  private func deliver(_ events: [ExchangeEvent]) {
    for event in events { sink?(event) }
  }

  private func carryOut(_ request: ExchangeRequest, _ id: RequestID) {
    guard sink != nil else { return }
    guard let answer = desk?.answer(request, at: now) else {
      if waiting.count < Self.waitingLimit {
        waiting.append((request, id))
      } else {
        deliver([.outcome(id, .notSent("the paper account is not open yet"))])
      }
      return
    }
    // The stream tells before the answer does: whoever copes with that copes with both orders.
    deliver(answer.events + [.outcome(id, answer.outcome)])
    schedulePump()
  }

  private func hear(_ event: ExchangeEvent) {
    switch event {
    case .outcome(let id, let outcome):
      if let question = questions.removeValue(forKey: id) {
        answered(question, outcome)
      } else {
        deliver([event])
      }
    case .market(let said):
      deliver([event])
      deliver(desk?.hear(said, at: now) ?? [])
      gather(said)
    case .account, .link, .serverTime, .budget, .protocolProblem: deliver([event])
    }
  }

  /// Lets the venue act when it is due.
  private func schedulePump() {
    if let timer { loop.cancel(timer) }
    guard let desk else { return }
    timer = loop.schedule(at: WallTime(milliseconds: desk.nextDue.milliseconds)) { [weak self] in
      guard let self, sink != nil else { return }
      deliver(self.desk?.advance(to: now) ?? [])
      schedulePump()
    }
  }
}

/// How the account opens: with the market's rules and tiers.
extension PaperExchange {
  private func gather(_ event: MarketEvent) {
    guard desk == nil else { return }
    switch event {
    case .instruments(let list):
      for question in listings.take(list) { ask(question) }
      openWhenComplete()
    case .tiers(let instrument, let mode, let table):
      listings.take(table, for: LiveListings.Question(instrument: instrument, mode: mode))
      openWhenComplete()
    case .ticker, .book, .bookGap, .trade, .candle, .candles, .mark, .funding, .step: break
    }
  }

  private func ask(_ question: LiveListings.Question) {
    let id = RequestID(nextQuestion)
    nextQuestion += 1
    questions[id] = question
    market.perform(.tiers(question.instrument, question.mode), as: id)
  }

  private func answered(_ question: LiveListings.Question, _ outcome: Outcome) {
    guard desk == nil, !listings.has(question) else { return }
    switch outcome {
    case .refused:
      listings.giveUp(question)
      openWhenComplete()
    case .confirmed, .unknown, .notSent:
      loop.schedule(after: Self.retryDelay) { [weak self] in
        guard let self, sink != nil, desk == nil, !listings.has(question) else { return }
        ask(question)
      }
    }
  }

  private func openWhenComplete() {
    guard desk == nil, let found = listings.complete else { return }
    desk = PaperDesk(
      found.listings, deposit: deposit, bookAgeMaximum: bookAgeMaximum, at: now)
    guard desk != nil else {
      return deliver([
        .protocolProblem("the paper account cannot open: the listed instruments do not go together")
      ])
    }
    for instrument in found.leftOut { deliver([.protocolProblem(instrument.text)]) }
    let requests = waiting
    waiting = []
    for one in requests { carryOut(one.request, one.id) }
    schedulePump()
  }
}
