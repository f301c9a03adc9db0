import BloFin
import CandleCache
import EventLoop
import Exchanges
import Glibc
import Trading
import Transport
import Units

/// Asks the exchange's public side one thing and ends: no key, no account, no journal.
@MainActor
final class PublicReader {
  /// What is asked for once the instruments are known.
  enum Question {
    /// Streams, of which the first message of each is enough.
    case streams([MarketSubscription])
    /// Candles up to now.
    case candles(InstrumentID, TimeFrame, limit: Int)
  }

  /// What came.
  struct Answer {
    var instruments: [InstrumentID: Instrument] = [:]
    var tickers: [InstrumentID: Ticker] = [:]
    var books: [InstrumentID: BookUpdate] = [:]
    var fundings: [InstrumentID: FundingRate] = [:]
    var marks: [InstrumentID: MarkPrice] = [:]
    var candles: [Candle]?
  }

  private let loop: DispatchLoop
  private let exchange: any Exchange
  /// Where candles are kept; nil where they are not.
  private let disk: CandleDisk?
  private let question: Question
  private let wanted: [InstrumentID]
  private var answer = Answer()
  private var missing: Set<MarketSubscription> = []
  private var problem: String?
  private var done: (@MainActor (Result<Answer, ProgramFailure>) -> Void)?

  /// How long all of it may take, in milliseconds; pages of candles come one after the other.
  private var patience: Int64 {
    if case .candles(_, _, let limit) = question { return 10_000 + Int64(limit) * 2 }
    return 10_000
  }
  /// How many milliseconds the end waits for the disk.
  private static let diskPatience: Int64 = 1_000
  private static let instrumentsRequest = RequestID(1)
  private static let questionRequest = RequestID(2)

  private init(
    _ loop: DispatchLoop, _ hosts: BloFinHosts, _ wanted: [InstrumentID], _ question: Question,
    past: CandleFolder?
  ) throws(BloFinProblem) {
    self.loop = loop
    self.wanted = wanted
    self.question = question
    disk = past.map { CandleDisk($0, loop: loop) }
    let asked = try BloFinExchange(
      network: CurlMulti(loop: loop), loop: loop, hosts: hosts, credentials: nil,
      seed: UInt64(bitPattern: loop.now.milliseconds))
    if let disk {
      let cached = CachedCandles(asked, past: disk, loop: loop)
      cached.onProblem = { StandardError.write("Warning: \($0)") }
      exchange = cached
    } else {
      exchange = asked
    }
  }

  /// Asks, hands the answer to `tell` and ends the program: exit code 1 when there is no answer.
  ///
  /// Candles are kept in `past`, where there is one, and read from there; never those of an
  /// exchange on this machine.
  static func run(
    _ options: PublicOptions, _ wanted: [InstrumentID], _ question: Question,
    past: CandleFolder? = nil, _ tell: @escaping @MainActor (Answer) -> Void
  ) throws -> Never {
    let loop = DispatchLoop()
    let reader: PublicReader
    do throws(BloFinProblem) {
      let hosts =
        if let server = options.server {
          try BloFinHosts(options.mode, loopback: server)
        } else { BloFinHosts(options.mode) }
      reader = try PublicReader(
        loop, hosts, wanted, question, past: options.server == nil ? past : nil)
    } catch {
      throw ProgramFailure("--server: \(error)")
    }
    loop.post {
      reader.start { result in
        switch result {
        case .success(let answer):
          tell(answer)
          exit(0)
        case .failure(let failure):
          StandardError.write("Error: \(failure)")
          exit(1)
        }
      }
    }
    withExtendedLifetime(reader) { loop.run() }
  }

  private func start(_ done: @escaping @MainActor (Result<Answer, ProgramFailure>) -> Void) {
    self.done = done
    exchange.connect { [weak self] in self?.take($0) }
    exchange.perform(.instruments, as: Self.instrumentsRequest)
    loop.schedule(after: patience) { [weak self] in
      guard let self else { return }
      let reason = problem.map { ": \($0)" } ?? ""
      finish(
        .failure(
          ProgramFailure("No answer within \(patience / 1_000) s\(reason). Try again later.")))
    }
  }

  private func take(_ event: ExchangeEvent) {
    switch event {
    case .outcome(let id, let outcome): take(outcome, of: id)
    case .market(let said): take(said)
    case .link(_, .down(let reason)), .link(_, .refused(let reason)): problem = reason
    case .link, .account, .serverTime, .budget, .protocolProblem: break
    }
  }

  private func take(_ outcome: Outcome, of id: RequestID) {
    guard case .confirmed = outcome else {
      let text =
        switch outcome {
        case .confirmed: ""
        case .refused(let refusal): "\(refusal.message) (\(refusal.code))"
        case .unknown(let reason), .notSent(let reason): reason
        }
      finish(.failure(ProgramFailure("The exchange was not read: \(text)")))
      return
    }
    guard id == Self.instrumentsRequest else {
      if answer.candles != nil { finish(.success(answer)) }
      return
    }
    let strange = wanted.filter { answer.instruments[$0] == nil }
    guard strange.isEmpty else {
      finish(
        .failure(
          ProgramFailure(
            "Not listed: \(strange.map(\.text).joined(separator: ", ")). "
              + "Names are such as BTC-USDT.")))
      return
    }
    switch question {
    case .streams(let topics):
      missing = Set(topics)
      exchange.perform(.subscribe(topics), as: Self.questionRequest)
    case .candles(let instrument, let frame, let limit):
      exchange.perform(
        .candles(instrument, frame, before: nil, limit: limit), as: Self.questionRequest)
    }
  }

  private func take(_ event: MarketEvent) {
    switch event {
    case .instruments(let list):
      for instrument in list { answer.instruments[instrument.id] = instrument }
    case .ticker(let ticker):
      answer.tickers[ticker.instrument] = ticker
      came(.ticker(ticker.instrument))
    case .book(let book) where book.kind == .snapshot:
      answer.books[book.instrument] = book
      came(.book(book.instrument))
    case .funding(let funding):
      answer.fundings[funding.instrument] = funding
      came(.funding(funding.instrument))
    case .mark(let mark):
      answer.marks[mark.instrument] = mark
      came(.mark(mark.instrument))
    case .candles(_, _, let candles): answer.candles = candles
    case .book, .bookGap, .trade, .candle, .step, .tiers: break
    }
  }

  private func came(_ topic: MarketSubscription) {
    guard missing.remove(topic) != nil, missing.isEmpty else { return }
    finish(.success(answer))
  }

  private func finish(_ result: Result<Answer, ProgramFailure>) {
    guard let done else { return }
    self.done = nil
    guard let disk else { return done(result) }
    // The program ends with the answer: what is kept of it comes before, unless the disk hangs.
    disk.afterAll { done(result) }
    loop.schedule(after: Self.diskPatience) { done(result) }
  }
}
