import Exchanges
import MarketData
import Testing
import Trading
import Units

extension OverLoopback {
  /// The public half of the adapter against the served exchange.
  @MainActor @Suite(.serialized) struct MarketTests {
    @Test func `the instruments come with their rules`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      let instruments = try await desk.first("instruments") {
        if case .market(.instruments(let all)) = $0 { all } else { nil }
      }
      #expect(instruments.count == 10)
      let bitcoin = try #require(instruments.first { $0.id == Desk.btc })
      #expect(bitcoin.contractValue == "0.001")
      #expect(bitcoin.tickSize == "0.1")
      #expect(bitcoin.lotSize == "0.1")
      #expect(bitcoin.status == .live)
      #expect(desk.problems == [])
    }

    @Test func `every subscription delivers`() async throws {
      let desk = try await Desk.open()
      try await desk.begin([
        .ticker(Desk.btc), .book(Desk.btc), .trades(Desk.btc), .candles(Desk.btc, .oneMinute),
        .mark(Desk.btc), .funding(Desk.btc),
      ])
      let ticker = try await desk.first("a ticker") {
        if case .market(.ticker(let ticker)) = $0 { ticker } else { nil }
      }
      let bid = try #require(ticker.bidPrice)
      let ask = try #require(ticker.askPrice)
      #expect(bid < ask)
      let candle = try await desk.first("a candle") {
        if case .market(.candle(Desk.btc, .oneMinute, let candle)) = $0 { candle } else { nil }
      }
      #expect(candle.low <= candle.close && candle.close <= candle.high)
      let mark = try await desk.first("a mark price") {
        if case .market(.mark(let mark)) = $0 { mark } else { nil }
      }
      #expect(mark.markPrice > bid.scaled(by: "0.99", .down))
      #expect(mark.markPrice < ask.scaled(by: "1.01", .up))
      let funding = try await desk.first("a funding rate") {
        if case .market(.funding(let rate)) = $0 { rate } else { nil }
      }
      #expect(funding.instrument == Desk.btc)
      let trade = try await desk.first("a trade") {
        if case .market(.trade(let trade)) = $0 { trade } else { nil }
      }
      #expect(trade.price.isPositive && trade.contracts.isPositive)
      #expect(desk.problems == [])
    }

    @Test func `a book is a snapshot and an unbroken chain of changes`() async throws {
      let desk = try await Desk.open()
      try await desk.begin([.book(Desk.btc)])
      let book = try await desk.book(changes: 10)
      #expect(book.isUsable)
      #expect(book.bids.count > 50 && book.asks.count > 50)
      #expect(desk.problems == [])
    }

    @Test func `a lost change drops the book and brings a new snapshot`() async throws {
      let desk = try await Desk.open()
      try await desk.begin([.book(Desk.btc)])
      _ = try await desk.book(changes: 3)
      let start = desk.events.count
      try await desk.fault(
        #"{"match":"stream books","instId":"BTC-USDT","do":"replace","find":"\"prevSeqId\":\"","#
          + #""with":"\"prevSeqId\":\"9"}"#)
      try await desk.first("a gap", after: start) {
        if case .market(.bookGap(Desk.btc)) = $0 { () } else { nil }
      }
      let gap = try #require(
        desk.events.lastIndex { if case .market(.bookGap) = $0 { true } else { false } })
      #expect(try await desk.book(changes: 3, after: gap).isUsable)
    }

    @Test func `past candles come oldest first and without holes`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      #expect(
        try await desk.ask(.candles(Desk.btc, .oneMinute, before: nil, limit: 600))
          == .confirmed(.done))
      let candles = try await desk.first("candles") {
        if case .market(.candles(Desk.btc, .oneMinute, let candles)) = $0 { candles } else { nil }
      }
      #expect(candles.count == 600)
      for (earlier, later) in zip(candles, candles.dropFirst()) {
        #expect(later.openTime == earlier.openTime + .minutes(1))
      }
    }

    @Test func `the margin table of an instrument`() async throws {
      let desk = try await Desk.open()
      try await desk.begin()
      #expect(try await desk.ask(.tiers(Desk.btc, .isolated)) == .confirmed(.done))
      let tiers = try await desk.first("tiers") {
        if case .market(.tiers(Desk.btc, .isolated, let tiers)) = $0 { tiers } else { nil }
      }
      #expect(tiers.first?.minimumContracts == 0 || tiers.first?.minimumContracts == 1)
      #expect(zip(tiers, tiers.dropFirst()).allSatisfy { $0.maximumLeverage >= $1.maximumLeverage })
    }
  }
}

extension Desk {
  /// Builds a book from what comes after a place until so many changes are in, counted `from`
  /// another place where one is named.
  func book(
    changes: Int, after start: Int = 0, from counted: Int = 0
  ) async throws -> OrderBook {
    var book = OrderBook()
    var count = 0
    var place = start
    return try await first("a book with \(changes) changes", after: start) {
      place += 1
      guard case .market(.book(let update)) = $0, update.instrument == Desk.btc else { return nil }
      let change = book.apply(update)
      // What was under way before the snapshot is not for the new book.
      guard update.kind == .delta, change == .applied, place > counted else { return nil }
      count += 1
      return count >= changes ? book : nil
    }
  }
}
