import Alerts
import Benchmark
import Engine
import MarketData
import Trading
import Units

/// Alerts: what a market message costs beside ten thousand active rules on fifty instruments.
///
/// Twenty thousand messages a second may take a tenth of a core: five microseconds each.
func alertBenchmarks() {
  let crowd = Kept { AlertCrowd() }
  Benchmark("alerts: a ticker beside 10,000 rules", configuration: repeated) { benchmark in
    crowd.make()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { crowd.value?.step() }
    benchmark.stopMeasurement()
  }
  for (name, count) in [("no rule", 0), ("10,000 rules", 10_000)] {
    let floor = Kept { MarketFloor(rules: count) }
    Benchmark("engine: 50 markets and \(name)", configuration: repeated) { benchmark in
      floor.make()
      benchmark.startMeasurement()
      for _ in benchmark.scaledIterations { blackHole(floor.value?.step()) }
      benchmark.stopMeasurement()
    }
  }
}

/// Something that takes long to make and is made once for all samples of a benchmark: setting ten
/// thousand rules costs more than a sample of what they cost.
final class Kept<Value> {
  private let maker: () -> Value
  var value: Value?

  init(_ maker: @escaping () -> Value) { self.maker = maker }

  /// Makes it if nobody has yet.
  func make() {
    if value == nil { value = maker() }
  }
}

/// The rules of a crowd on fifty instruments: most are levels, as people set them; some join two
/// readings or count with them.
enum CrowdRules {
  static let instruments = (0..<50).map { InstrumentID(trusted: "C\($0)-USDT") }

  static func texts(_ count: Int) -> [String] {
    var random = SeededRandom(seed: 2)
    return (0..<count).map { number in
      let name = "C\(number % 50)"
      let level = 1_000 + random.within(-50...50)
      let condition: String
      switch number / 50 % 20 {
      case 0: condition = "last(\(name)) > mark(\(name)) * 1.01 every"
      case 1: condition = "last(\(name)) > \(level) and funding(\(name)) < 0% every"
      case 2: condition = "move(\(name), 5m) > 3% every"
      case 3...10: condition = "last(\(name)) > \(level) every rearm 0.2%"
      default: condition = "mark(\(name)) < \(level) every rearm 0.2%"
      }
      // The note keeps them apart: a rule that is there already is not set again.
      return condition + " cooldown 0s note \"\(number)\""
    }
  }
}

/// Prices of fifty instruments that walk around a thousand; a message at a time, twenty thousand a
/// second.
struct WalkingMarkets {
  private var prices = Array(repeating: 100_000, count: 50)
  private var random = SeededRandom(seed: 1)
  private var count = 0
  private(set) var now = Timestamp(year: 2026, month: 3, day: 4)

  mutating func next() -> MarketEvent {
    count += 1
    if count % 20 == 0 { now = now + .milliseconds(1) }
    let place = random.below(50)
    prices[place] += random.within(-20...20) + (100_000 - prices[place]).signum()
    let price = Price(Fixed(raw: Int128(prices[place]) * 10_000_000_000_000_000))
    let id = CrowdRules.instruments[place]
    if random.oneIn(2) {
      return .mark(
        MarkPrice(instrument: id, markPrice: price, indexPrice: price, exchangeTime: now))
    }
    return .ticker(
      Ticker(
        instrument: id, lastPrice: price, lastContracts: 1, bidPrice: price, bidContracts: 1,
        askPrice: price, askContracts: 1, openPrice24h: price, highPrice24h: price,
        lowPrice24h: price, baseVolume24h: 1, exchangeTime: now))
  }
}

/// An engine that watches fifty instruments, with so many rules, as messages of the market come:
/// what it costs with ten thousand rules less what it costs with none is the price of alerts.
struct MarketFloor {
  private var engine: TradingEngine
  private var markets = WalkingMarkets()
  private var sequence: UInt64 = 0
  /// The timer of alerts rings each second as the runtime would have it.
  private var tickAt: Timestamp

  init(rules: Int) {
    tickAt = markets.now
    let plan = AlertPlan(
      rules: CrowdRules.texts(rules), defaults: .usual, priceSource: .last, silence: .seconds(30),
      repeatInterval: .seconds(30))
    engine = TradingEngine(
      DecisionDesk.settings(CrowdRules.instruments, alerts: plan), at: markets.now)
    take(.started(Recovery()))
    take(.link(.publicStream, .up))
    take(.market(.instruments(CrowdRules.instruments.map(Self.listing))))
    let count = engine.snapshot(at: markets.now).alerts.rules.count
    precondition(count == rules, "\(count) of \(rules) rules are set")
    for _ in 0..<5_000 { step() }
  }

  @discardableResult
  mutating func step() -> [Effect] {
    let event = markets.next()
    if markets.now >= tickAt {
      tickAt = markets.now + .seconds(1)
      take(.timer(.alerts))
    }
    return take(.market(event))
  }

  @discardableResult
  private mutating func take(_ event: Event) -> [Effect] {
    sequence += 1
    return engine.handle(Stamped(event, sequence: sequence, at: markets.now))
  }

  private static func listing(_ id: InstrumentID) -> Instrument {
    guard
      let instrument = Instrument(
        id: id, baseCurrency: id.baseText, quoteCurrency: "USDT", contractValue: "0.001",
        tickSize: "0.01", lotSize: "0.1", minimumContracts: "0.1",
        maximumLimitContracts: 1_000_000, maximumMarketContracts: 1_000_000,
        maximumLeverage: 100, status: .live)
    else { preconditionFailure("the instrument is sound") }
    return instrument
  }
}

/// Fifty instruments whose prices walk, and ten thousand rules of which some are crossed.
struct AlertCrowd {
  private var book = AlertBook(vocabulary: AlertVocabulary(instruments: CrowdRules.instruments))
  private var markets = WalkingMarkets()

  init() {
    for text in CrowdRules.texts(10_000) {
      do throws(ExpressionProblem) {
        let rule = try AlertRule(
          text, vocabulary: book.vocabulary, defaults: .usual, now: markets.now)
        _ = book.add(rule, at: markets.now)
      } catch {
        preconditionFailure("\(text): \(error)")
      }
    }
    for _ in 0..<5_000 { step() }
  }

  /// One message of the market, with what the engine does around it.
  mutating func step() {
    let event = markets.next()
    book.take(event, at: markets.now)
    if book.hasNews { blackHole(book.take(at: markets.now)) }
  }
}
