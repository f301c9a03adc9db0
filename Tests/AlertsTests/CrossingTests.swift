import Alerts
import MarketData
import TestSupport
import Testing
import Trading
import Units

/// A crossing fires exactly once each time the rule is armed, whatever happens between the ticks.
///
/// `ALERT_SEEDS=500 swift test --filter CrossingTests` plays more of what takes long.
@Suite struct CrossingTests {
  /// What the stream of one instrument does.
  enum Step {
    case tick(Int)
    case repeated
    case late(Int)
    case gap
    case restart
    case other
  }

  static func path(_ random: inout SeededRandom) -> [Step] {
    (0..<random.within(20...120)).map { _ in
      switch random.below(20) {
      case 0: .gap
      case 1: .restart
      case 2, 3: .repeated
      case 4: .late(random.within(80...120))
      case 5, 6, 7: .other
      default: .tick(random.within(80...120))
      }
    }
  }

  /// What a rule `last > 100 every rearm 5` must do, worked out without the book: the numbers of
  /// the steps at which it fires.
  static func expected(_ path: [Step]) -> [Int] {
    var fired: [Int] = []
    var sinceGap = 0
    var isArmed: Bool?
    // What the exchange sent last, and what this run has seen of it.
    var newest: (time: Int, price: Int)?
    var seen: (time: Int, price: Int)?
    for (number, step) in path.enumerated() {
      let message: (time: Int, price: Int)
      switch step {
      case .tick(let price):
        message = ((number + 1) * 2, price)
        newest = message
      case .repeated:
        guard let newest else { continue }
        message = newest
      case .late(let price):
        guard let newest else { continue }
        message = (newest.time - 1, price)
      case .gap, .restart:
        sinceGap = 0
        seen = nil
        continue
      case .other: continue
      }
      if let seen, message.time < seen.time || message == seen { continue }
      seen = message
      sinceGap += 1
      guard sinceGap > 1 else { continue }
      if isArmed == nil { isArmed = message.price <= 100 }
      if isArmed == true, message.price > 100 {
        fired.append(number)
        isArmed = false
      } else if isArmed == false, message.price <= 95 {
        isArmed = true
      }
    }
    return fired
  }

  static func play(_ path: [Step], _ rules: [String]) throws -> Feeding {
    var feed = try Feeding(rules)
    var newest: Ticker?
    for step in path {
      switch step {
      case .tick(let price):
        feed.last(Price(Fixed(price)))
        newest = Sample.ticker(last: Price(Fixed(price)), at: feed.now)
      case .repeated: if let newest { feed.take(.ticker(newest)) }
      case .late(let price):
        guard let newest else { continue }
        let moment = newest.exchangeTime - .milliseconds(500)
        feed.take(.ticker(Sample.ticker(last: Price(Fixed(price)), at: moment)))
      case .gap: feed.gap()
      case .restart: try feed.restart()
      case .other:
        feed.mark(Price(Fixed(500)))
        feed.last(Price(Fixed(500)), Sample.ether)
      }
    }
    return feed
  }

  @Test(arguments: Seeds.first(100))
  func `any path fires where an independent count says`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let path = Self.path(&random)
    let feed = try Self.play(path, ["btc > 100 every rearm 5 cooldown 0s"])
    let expected = Self.expected(path)
    #expect(feed.fired.count == expected.count, "seed \(seed)")
    let counts = feed.fired.map(\.id.count)
    #expect(counts == expected.indices.map { UInt64($0 + 1) }, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(100))
  func `as many crossings as re-arms fire as many times, gaps and restarts between`(
    seed: UInt64
  ) throws {
    var random = SeededRandom(seed: seed)
    let crossings = random.within(1...8)
    var path: [Step] = [.tick(90), .tick(91)]
    for _ in 0..<crossings {
      for _ in 0..<random.within(2...5) { path.append(.tick(random.within(101...120))) }
      for _ in 0..<random.within(2...5) { path.append(.tick(random.within(80...95))) }
    }
    var disturbed: [Step] = []
    for (number, step) in path.enumerated() {
      disturbed.append(step)
      if random.oneIn(3) { disturbed.append(.repeated) }
      if random.oneIn(3) { disturbed.append(.other) }
      if number > 1, random.oneIn(4) { disturbed.append(random.oneIn(2) ? .gap : .restart) }
      // Two ticks at the same place: the first after a gap is not looked at.
      if case .tick = step { disturbed.append(step) }
      if case .tick = step { disturbed.append(step) }
    }
    let feed = try Self.play(disturbed, ["btc > 100 every rearm 5 cooldown 0s"])
    #expect(feed.fired.count == crossings, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(100))
  func `one crossing fires exactly once in every order of arrival`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var feed = try Feeding(["btc > 100 every rearm 5 cooldown 0s", "btc < 100"])
    feed.last(90)
    feed.last(91)
    let start = feed.now
    let before = (1...random.within(1...6)).map { (Int64($0), random.within(80...99)) }
    let after = (10...random.within(10...16)).map { (Int64($0), random.within(101...120)) }
    var arrivals = before + after
    for place in arrivals.indices.reversed() { arrivals.swapAt(place, random.below(place + 1)) }
    arrivals += arrivals.filter { _ in random.oneIn(3) }
    feed.now = start + .seconds(20)
    for (second, price) in arrivals {
      let moment = start + .seconds(second)
      feed.take(.ticker(Sample.ticker(last: Price(Fixed(price)), at: moment)))
    }
    #expect(feed.fired.map(\.id.description) == ["1.1"], "seed \(seed)")
  }

  @Test(arguments: Seeds.first(16))
  func `looking only at what changed is the same as looking at everything`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    var rules: [String] = []
    for _ in 0..<60 {
      rules.append(
        RandomCondition.text(&random, depth: 2) + " every cooldown \(random.below(4))s rearm "
          + "\(random.below(10))%")
    }
    var indexed = try Feeding(rules)
    var thorough = try Feeding(rules)
    for _ in 0..<400 {
      let price = Price(Fixed(random.below(100) + 1))
      let instrument = random.oneIn(2) ? Sample.bitcoin : Sample.ether
      let choice = random.below(20)
      func act(_ feed: inout Feeding) {
        switch choice {
        case 0: feed.gap()
        case 1...8: feed.mark(price, instrument)
        default: feed.last(price, instrument)
        }
      }
      act(&indexed)
      act(&thorough)
      for rule in thorough.book.rules { thorough.book.review(rule.id, at: thorough.now) }
      thorough.collect()
    }
    #expect(!indexed.fired.isEmpty)
    #expect(indexed.fired == thorough.fired, "seed \(seed)")
  }

  @Test(arguments: Seeds.first(3, more: "ALERT_SEEDS"))
  func `replaying the same day fires the same alerts`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let path = Self.path(&random)
    let rules = (0..<20).map { _ in
      RandomCondition.text(&random, depth: 2) + " every cooldown 0s rearm 3%"
    }
    #expect(try Self.play(path, rules).fired == Self.play(path, rules).fired, "seed \(seed)")
  }
}
