import Alerts
import Benchmark
import MarketData
import Trading
import Units

/// Alerts: what a market message costs beside ten thousand active rules on fifty instruments.
///
/// Twenty thousand messages a second may take a tenth of a core: five microseconds each.
func alertBenchmarks() {
  Benchmark("alerts: a ticker beside 10,000 rules", configuration: repeated) { benchmark in
    var crowd = AlertCrowd()
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { crowd.step() }
    blackHole(crowd.firedCount)
  }
}

/// Fifty instruments whose prices walk, and ten thousand rules of which some are crossed.
struct AlertCrowd {
  private var book: AlertBook
  private let instruments: [InstrumentID]
  private var prices: [Int]
  private var random = SeededRandom(seed: 1)
  private var now = Timestamp(year: 2026, month: 3, day: 4)
  private var count = 0
  private(set) var firedCount = 0

  init() {
    instruments = (0..<50).map { InstrumentID("C\($0)-USDT") }
    prices = Array(repeating: 100_000, count: 50)
    book = AlertBook(vocabulary: AlertVocabulary(instruments: instruments))
    var random = SeededRandom(seed: 2)
    for number in 0..<10_000 {
      let name = "C\(number % 50)"
      let level = 1_000 + random.within(-50...50)
      // Most are levels, as people set them; some join two readings or count with them.
      let text: String
      switch number % 20 {
      case 0: text = "last(\(name)) > mark(\(name)) * 1.01 every cooldown 0s"
      case 1: text = "last(\(name)) > \(level) and funding(\(name)) < 0 every cooldown 0s"
      case 2: text = "move(\(name), 5m) > 3% every cooldown 0s"
      case 3...10: text = "last(\(name)) > \(level) every rearm 0.2% cooldown 0s"
      default: text = "mark(\(name)) < \(level) every rearm 0.2% cooldown 0s"
      }
      do throws(ExpressionProblem) {
        let rule = try AlertRule(
          text, vocabulary: book.vocabulary, defaults: .usual, now: now)
        _ = book.add(rule, at: now)
      } catch {
        preconditionFailure("\(text): \(error)")
      }
    }
    for _ in 0..<1_000 { step() }
  }

  /// One message of the market, with what the engine does around it.
  mutating func step() {
    count += 1
    if count % 20 == 0 { now = now + .milliseconds(1) }
    let place = random.below(50)
    prices[place] += random.within(-20...20)
    let price = Price(Fixed(raw: Int128(prices[place]) * 10_000_000_000_000_000))
    let id = instruments[place]
    if random.oneIn(2) {
      book.take(
        .mark(MarkPrice(instrument: id, markPrice: price, indexPrice: price, exchangeTime: now)),
        at: now)
    } else {
      book.take(
        .ticker(
          Ticker(
            instrument: id, lastPrice: price, lastContracts: 1, bidPrice: price,
            bidContracts: 1, askPrice: price, askContracts: 1, openPrice24h: price,
            highPrice24h: price, lowPrice24h: price, baseVolume24h: 1, exchangeTime: now)),
        at: now)
    }
    if book.hasNews { firedCount += book.take(at: now).firings.count }
  }
}
