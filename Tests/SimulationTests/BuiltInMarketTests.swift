import Simulation
import Testing
import Trading
import Units

@Suite struct BuiltInMarketTests {
  static let start = TestVenue.start

  /// A venue on the built-in market, run for so many minutes.
  private func run(
    seed: UInt64, minutes: Int64, interval: TimeSpan = .milliseconds(200),
    feeds: MarketFeeds = [], each: (inout SimulatedVenue) -> Void = { _ in }
  ) throws -> SimulatedVenue {
    var source = BuiltInMarket(seed: seed, stepInterval: interval)
    var venue = try #require(
      SimulatedVenue(listings: source.listings, startingAt: Self.start))
    source.start(in: &venue, at: Self.start)
    for listing in source.listings {
      venue.setFeeds(feeds, of: try #require(venue.market(listing.id)))
    }
    let end = Self.start + .minutes(minutes)
    while let next = source.nextTime, next <= end {
      source.step(&venue)
      each(&venue)
    }
    return venue
  }

  @Test func `books are deep, on the tick and never crossed`() throws {
    var smallest = Int.max
    _ = try run(seed: 11, minutes: 1) { venue in
      for listing in venue.listings {
        guard let market = venue.market(listing.id) else { continue }
        let book = venue.book(of: market, depth: 200)
        smallest = min(smallest, book.bids.count, book.asks.count)
        if let bid = book.bids.first?.price, let ask = book.asks.first?.price, bid >= ask {
          Issue.record("\(listing.id) crossed: \(bid) and \(ask)")
        }
        for level in book.bids + book.asks {
          if !level.price.isMultiple(of: listing.instrument.tickSize)
            || !level.contracts.isMultiple(of: listing.instrument.lotSize)
            || !level.contracts.isPositive
          {
            Issue.record("\(listing.id) has a level off its steps: \(level)")
          }
        }
      }
    }
    // A trade can empty a level in the middle of a step.
    #expect(smallest >= 195)
  }

  @Test func `returns have fatter tails than a normal distribution`() throws {
    var prices: [Double] = []
    _ = try run(seed: 5, minutes: 30, interval: .seconds(1)) { venue in
      guard let market = venue.market(TestVenue.bitcoin), let mark = venue.mark(of: market) else {
        return
      }
      let price = Double(mark.markPrice.value.raw) / 1e18
      if prices.last != price { prices.append(price) }
    }
    let returns = zip(prices.dropFirst(), prices).map { $0 / $1 - 1 }
    let mean = returns.reduce(0, +) / Double(returns.count)
    let second = returns.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(returns.count)
    let fourth =
      returns.map { ($0 - mean) * ($0 - mean) * ($0 - mean) * ($0 - mean) }
      .reduce(0, +) / Double(returns.count)
    let kurtosis = fourth / (second * second)
    #expect(returns.count > 1_000)
    #expect(kurtosis > 3.5, "kurtosis \(kurtosis), seed 5")
  }

  @Test func `instruments move together, but not as one`() throws {
    var bitcoin: [Double] = []
    var ether: [Double] = []
    var step = 0
    _ = try run(seed: 8, minutes: 60, interval: .seconds(5)) { venue in
      step += 1
      guard step > 1, let first = venue.market(TestVenue.bitcoin),
        let second = venue.market(TestVenue.ether), let one = venue.mark(of: first),
        let two = venue.mark(of: second)
      else { return }
      bitcoin.append(Double(one.markPrice.value.raw) / 1e18)
      ether.append(Double(two.markPrice.value.raw) / 1e18)
    }
    let x = zip(bitcoin.dropFirst(), bitcoin).map { $0 / $1 - 1 }
    let y = zip(ether.dropFirst(), ether).map { $0 / $1 - 1 }
    let count = Double(x.count)
    let meanX = x.reduce(0, +) / count
    let meanY = y.reduce(0, +) / count
    let covariance = zip(x, y).map { ($0 - meanX) * ($1 - meanY) }.reduce(0, +)
    let varianceX = x.map { ($0 - meanX) * ($0 - meanX) }.reduce(0, +)
    let varianceY = y.map { ($0 - meanY) * ($0 - meanY) }.reduce(0, +)
    let correlation = covariance / (varianceX * varianceY).squareRoot()
    #expect(correlation > 0.4 && correlation < 0.95, "correlation \(correlation), seed 8")
  }

  @Test func `charts of every bar are full at the start and lead up to the present price`() throws {
    let venue = try run(seed: 3, minutes: 0)
    for listing in venue.listings {
      let market = try #require(venue.market(listing.id))
      for bar in CandleBar.allCases {
        let candles = venue.candles(of: market, .last, bar, limit: 1_440)
        let least = bar == .oneMonth ? 20 : bar == .oneWeek ? 90 : 200
        #expect(candles.count >= least, "\(listing.id) \(bar)")
        for (newer, older) in zip(candles, candles.dropFirst()) {
          #expect(bar.endTime(openTime: older.openTime) == newer.openTime)
          #expect(older.high >= max(older.open, older.close))
          #expect(older.low <= min(older.open, older.close))
          #expect(older.low.isPositive && older.isClosed)
        }
      }
      let minutes = venue.candles(of: market, .last, .oneMinute, limit: 2)
      let mark = try #require(venue.mark(of: market))
      let gap = (minutes[1].close - mark.markPrice).magnitude.fraction(of: mark.markPrice, .up)
      #expect(try #require(gap) < "0.01")
      #expect(venue.fundingHistory(of: market, limit: 100).count == 100)
    }
  }

  @Test func `tickers show a day and the published book follows its chain`() throws {
    var chain: [InstrumentID: UInt64] = [:]
    var updates = 0
    var venue = try run(seed: 21, minutes: 1, feeds: .all) { venue in
      for output in venue.takeOutputs() {
        guard case .book(let update) = output else { continue }
        if let last = chain[update.instrument] {
          #expect(update.previousSequence == last)
        }
        #expect(update.sequence > update.previousSequence)
        chain[update.instrument] = update.sequence
        updates += 1
      }
    }
    #expect(updates > 1_000)
    let market = try #require(venue.market(TestVenue.bitcoin))
    #expect(venue.book(of: market, depth: 1).sequence == chain[TestVenue.bitcoin])
    let read = venue.ticker(of: market)
    let ticker = try #require(read)
    #expect(ticker.ticker.lowPrice24h < ticker.ticker.highPrice24h)
    #expect(ticker.ticker.baseVolume24h.isPositive)
    #expect(
      ticker.contractVolume24h.baseAmount(contractValue: "0.001") == ticker.ticker.baseVolume24h)
  }

  @Test func `the same seed gives the same market, another seed another one`() throws {
    let first = try run(seed: 77, minutes: 1, feeds: .all)
    let second = try run(seed: 77, minutes: 1, feeds: .all)
    let third = try run(seed: 78, minutes: 1, feeds: .all)
    #expect(first.digest == second.digest)
    let market = try #require(first.market(TestVenue.bitcoin))
    #expect(first.book(of: market, depth: 200) == second.book(of: market, depth: 200))
    #expect(first.book(of: market, depth: 200) != third.book(of: market, depth: 200))
    #expect(first.trades(of: market, limit: 100) == second.trades(of: market, limit: 100))
  }

  @Test func `its label says that it is built in`() {
    #expect(BuiltInMarket(seed: 4).label == "built-in market, seed 4")
  }
}
