import EventLoop
import Exchanges
import Trading
import Units

/// An exchange whose closed candles are kept: what is known is not asked for again.
///
/// Everything but questions for candles passes as it is, in both directions. To whoever asks, an
/// answer is the one that the exchange itself would give to the whole question. Where the past
/// cannot be read, or not in a second, the exchange is asked for everything.
@MainActor
public final class CachedCandles: Exchange {
  /// Called with what is wrong with a file, once for each problem.
  public var onProblem: (@MainActor (CandleCacheProblem) -> Void)?

  /// A question as it came.
  private struct Wish {
    let id: RequestID
    let before: Timestamp?
    let limit: Int
  }

  /// The questions for one topic: one is worked on, the others wait.
  private struct Line {
    var waiting: [Wish] = []
    /// The one that is worked on, nil while what is kept is read.
    var question: CandleQuestion?
    /// What the exchange has delivered, before its outcome came.
    var answer: [Candle]?
    /// Which reading is waited for: one that comes too late is known by its number.
    var reading = 0
  }

  private let inner: any Exchange
  private let past: any PastCandles
  private let loop: any Loop
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  private var lines: [CandleTopic: Line] = [:]
  /// Which topic the exchange was asked about.
  private var asked: [RequestID: CandleTopic] = [:]
  private var told: Set<CandleCacheProblem> = []
  private var readingCount = 0

  /// How many milliseconds a question waits for the disk.
  private static let diskPatience: Int64 = 1_000
  /// How many questions for one topic wait at most; later ones are not taken.
  private static let waitingLimit = 16
  /// How many problems are remembered as told; no file has more than one at a time.
  private static let toldLimit = 256

  /// Puts what is kept of the past before an exchange.
  public init(_ inner: any Exchange, past: any PastCandles, loop: any Loop) {
    self.inner = inner
    self.past = past
    self.loop = loop
  }

  public var id: ExchangeID { inner.id }

  public var expectsFills: Bool { inner.expectsFills }

  public func prepare(_ request: ExchangeRequest) { inner.prepare(request) }

  public func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    precondition(self.sink == nil, "an exchange is connected once")
    self.sink = sink
    inner.connect { [weak self] in self?.hear($0) }
  }

  public func disconnect() {
    sink = nil
    lines = [:]
    asked = [:]
    inner.disconnect()
  }

  public func perform(_ request: ExchangeRequest, as id: RequestID) {
    guard case .candles(let instrument, let frame, let before, let limit) = request, limit > 0
    else { return inner.perform(request, as: id) }
    let topic = CandleTopic(instrument, frame)
    var line = lines[topic] ?? Line()
    guard line.waiting.count < Self.waitingLimit else {
      return loop.post { [weak self] in
        self?.sink?(.outcome(id, .notSent("too many questions wait for the candles of \(topic)")))
      }
    }
    line.waiting.append(Wish(id: id, before: before, limit: limit))
    lines[topic] = line
    if line.waiting.count == 1 { begin(topic) }
  }

  /// Reads what is kept for the first question of a line.
  private func begin(_ topic: CandleTopic) {
    guard lines[topic] != nil else { return }
    readingCount += 1
    let reading = readingCount
    lines[topic]?.reading = reading
    let take = { @MainActor [weak self] (found: Result<[Candle], CandleCacheProblem>?) in
      guard let self, let line = lines[topic], line.reading == reading, line.question == nil,
        let wish = line.waiting.first
      else { return }
      var kept: [Candle] = []
      switch found {
      case .success(let candles): kept = candles
      case .failure(let problem): tell(problem)
      case nil: break
      }
      lines[topic]?.question = CandleQuestion(
        topic.timeFrame, before: wish.before, limit: wish.limit, kept: kept)
      advance(topic)
    }
    past.read(topic) { take($0) }
    loop.schedule(after: Self.diskPatience) { take(nil) }
  }

  /// Asks the exchange for what is missing, or answers.
  private func advance(_ topic: CandleTopic) {
    guard let wish = lines[topic]?.waiting.first,
      let step = lines[topic]?.question?.next(at: now)
    else { return }
    switch step {
    case .ask(let before, let limit):
      lines[topic]?.answer = nil
      asked[wish.id] = topic
      inner.perform(
        .candles(topic.instrument, topic.timeFrame, before: before, limit: limit), as: wish.id)
    case .done(let candles):
      finish(
        topic,
        [
          .market(.candles(topic.instrument, topic.timeFrame, candles)),
          .outcome(wish.id, .confirmed(.done)),
        ])
    }
  }

  /// Keeps what the exchange has said, answers the first question of a line and begins the next.
  private func finish(_ topic: CandleTopic, _ events: [ExchangeEvent]) {
    if let question = lines[topic]?.question, !question.told.isEmpty {
      past.add(question.told, to: topic, replacing: question.isContradicted) { [weak self] kept in
        if case .failure(let problem) = kept { self?.tell(problem) }
      }
    }
    for event in events { sink?(event) }
    // It leaves its line last: what is asked from within an answer waits behind it.
    lines[topic]?.question = nil
    lines[topic]?.answer = nil
    lines[topic]?.waiting.removeFirst()
    if lines[topic]?.waiting.isEmpty == true { lines[topic] = nil } else { begin(topic) }
  }

  private func hear(_ event: ExchangeEvent) {
    switch event {
    case .market(.candles(let instrument, let frame, let candles)):
      let topic = CandleTopic(instrument, frame)
      guard let wish = lines[topic]?.waiting.first, asked[wish.id] == topic else {
        sink?(event)
        return
      }
      lines[topic]?.answer = candles
    case .outcome(let id, let outcome):
      guard let topic = asked.removeValue(forKey: id) else {
        sink?(event)
        return
      }
      answered(topic, id, outcome)
    case .market, .account, .link, .serverTime, .budget, .protocolProblem: sink?(event)
    }
  }

  private func answered(_ topic: CandleTopic, _ id: RequestID, _ outcome: Outcome) {
    guard case .confirmed = outcome else { return finish(topic, [.outcome(id, outcome)]) }
    guard let answer = lines[topic]?.answer else {
      return finish(topic, [.outcome(id, .unknown("the exchange confirmed candles and sent none"))])
    }
    lines[topic]?.question?.take(answer)
    advance(topic)
  }

  private func tell(_ problem: CandleCacheProblem) {
    guard told.count < Self.toldLimit, told.insert(problem).inserted else { return }
    onProblem?(problem)
  }

  private var now: Timestamp { Timestamp(milliseconds: loop.now.milliseconds) }
}
