import EventLoop
import Exchanges
import Foundation
import Simulation
import TestSupport
import Trading
import Units

@testable import CandleCache

/// A data folder that is gone with its last user.
final class TemporaryPlace {
  let path = FileManager.default.temporaryDirectory
    .appendingPathComponent("perpdeck-candles-\(UUID().uuidString)").path

  deinit {
    do {
      try FileManager.default.removeItem(atPath: path)
    } catch {
      // A test that kept nothing made no folder.
    }
  }

  /// The cache of a market in it.
  func folder(
    _ side: CandleOrigin.Side = .live, sizeLimit: Int = CandleFolder.sizeLimit
  ) -> CandleFolder {
    CandleFolder(data: path, CandleOrigin(ExchangeID("blofin"), side), sizeLimit: sizeLimit)
  }

  /// Returns the bytes of a file below it.
  func bytes(_ name: String) throws -> [UInt8] {
    Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)")))
  }

  /// Writes a file below it.
  func write(_ bytes: [UInt8], _ name: String) throws {
    try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/\(name)"))
  }
}

enum Candles {
  static let topic = CandleTopic(Sample.btc, .fifteenMinutes)

  /// Returns closed candles of fifteen minutes, `first` counted from ``Sample/start``, with prices
  /// that follow from their place and `shift`.
  static func row(_ places: Range<Int>, shift: Int = 0) -> [Candle] {
    places.map { place in
      let open = Price(Fixed(60_000 + place * 3 % 70 + shift))
      return Sample.candle(
        time(place), open, high: open + "12.5", low: open - "7.1",
        close: Price(open.value + "0.4"), volume: BaseAmount(Fixed(6 + place % 5)))
    }
  }

  /// When the candle of a place opens.
  static func time(_ place: Int) -> Timestamp {
    Sample.start + .minutes(15 * Int64(place))
  }
}

/// A folder that is read and written at once and answers on the loop.
@MainActor final class PlainPast: PastCandles {
  let folder: CandleFolder
  private let loop: any Loop

  init(_ folder: CandleFolder, loop: any Loop) {
    self.folder = folder
    self.loop = loop
  }

  func read(
    _ topic: CandleTopic,
    _ done: @escaping @MainActor (Result<[Candle], CandleCacheProblem>) -> Void
  ) {
    let found = Result { () throws(CandleCacheProblem) in try folder.read(topic) }
    loop.post { done(found) }
  }

  func add(
    _ candles: [Candle], to topic: CandleTopic, replacing: Bool,
    _ done: @escaping @MainActor (Result<Void, CandleCacheProblem>) -> Void
  ) {
    let kept = Result { () throws(CandleCacheProblem) in
      _ = try folder.add(candles, to: topic, replacing: replacing)
    }
    loop.post { done(kept) }
  }
}

/// A disk that hangs.
@MainActor final class HangingPast: PastCandles {
  func read(
    _ topic: CandleTopic,
    _ done: @escaping @MainActor (Result<[Candle], CandleCacheProblem>) -> Void
  ) {}

  func add(
    _ candles: [Candle], to topic: CandleTopic, replacing: Bool,
    _ done: @escaping @MainActor (Result<Void, CandleCacheProblem>) -> Void
  ) {}
}

/// An exchange that goes on between runs of whoever asks it, and what it was asked for of candles.
@MainActor final class Overheard: Exchange {
  private(set) var asked: [ExchangeRequest] = []
  private let inner: any Exchange
  private var sink: (@MainActor (ExchangeEvent) -> Void)?

  init(_ inner: any Exchange) {
    self.inner = inner
    inner.connect { [weak self] in self?.sink?($0) }
  }

  var id: ExchangeID { inner.id }

  func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) { self.sink = sink }

  func perform(_ request: ExchangeRequest, as id: RequestID) {
    if case .candles = request { asked.append(request) }
    inner.perform(request, as: id)
  }

  func disconnect() { sink = nil }

  /// Returns what was asked since the last call.
  func takeAsked() -> [ExchangeRequest] {
    defer { asked = [] }
    return asked
  }
}

/// The built-in market, asked run after run by a program with a data folder.
@MainActor final class Desk {
  let data = TemporaryPlace()
  let loop = VirtualLoop(startingAt: WallTime(milliseconds: Sample.start.milliseconds))
  let market: Overheard
  private(set) var problems: [CandleCacheProblem] = []
  private var exchange: (any Exchange)?
  private var events: [ExchangeEvent] = []
  private var count: UInt64 = 0

  static let topic = CandleTopic(Sample.btc, .oneMinute)

  init() {
    market = Overheard(SimulatedExchange(source: BuiltInMarket(seed: 9), loop: loop))
    wait(30_000)
  }

  /// Begins a run with the cache.
  func start(_ past: (any PastCandles)? = nil) {
    exchange?.disconnect()
    let cached = CachedCandles(
      market, past: past ?? PlainPast(data.folder(), loop: loop), loop: loop)
    cached.onProblem = { [weak self] in self?.problems.append($0) }
    cached.connect { [weak self] in self?.events.append($0) }
    exchange = cached
  }

  /// Lets so many milliseconds pass.
  func wait(_ milliseconds: Int64) {
    loop.run(until: loop.now.advanced(byMilliseconds: milliseconds))
  }

  /// Asks and returns all that came, in `milliseconds` of time.
  func answers(_ requests: ExchangeRequest..., within milliseconds: Int64 = 0) -> [ExchangeEvent] {
    events = []
    for request in requests {
      count += 1
      exchange?.perform(request, as: RequestID(count))
    }
    wait(milliseconds)
    return events.filter { event in
      switch event {
      case .market(.candles), .market(.instruments), .outcome: true
      default: false
      }
    }
  }

  /// What the exchange itself answers to a question now.
  func plain(before: Timestamp? = nil, _ limit: Int) -> [Candle] {
    var found: [Candle] = []
    market.connect { event in
      if case .market(.candles(_, _, let candles)) = event { found = candles }
    }
    market.perform(Self.question(before: before, limit), as: RequestID(1 << 60))
    wait(0)
    market.disconnect()
    _ = market.takeAsked()
    return found
  }

  static func question(before: Timestamp? = nil, _ limit: Int) -> ExchangeRequest {
    .candles(topic.instrument, topic.timeFrame, before: before, limit: limit)
  }

  /// The answer to the question of a number.
  static func answer(_ candles: [Candle], _ number: UInt64) -> [ExchangeEvent] {
    [
      .market(.candles(topic.instrument, topic.timeFrame, candles)),
      .outcome(RequestID(number), .confirmed(.done)),
    ]
  }
}
