import MarketData
import TestSupport
import Testing
import Trading
import Units

@Suite struct CandleTests {
  private let start = Sample.start

  private func minute(_ index: Int64) -> Timestamp { start + .minutes(index) }

  private func series(_ closes: [Price]) -> CandleSeries {
    var series = CandleSeries(.oneMinute, capacity: 100)
    for (index, close) in closes.enumerated() {
      _ = series.apply(Sample.candle(minute(Int64(index)), close))
    }
    return series
  }

  @Test func `an open candle is replaced until it closes`() {
    var series = CandleSeries(.oneMinute, capacity: 10)
    let first = series.apply(Sample.candle(start, 10, isClosed: false))
    let second = series.apply(Sample.candle(start, 10, close: 12, isClosed: false))
    #expect([first, second] == [.updated, .updated])
    #expect(series.closed.isEmpty)
    let closed = series.apply(Sample.candle(start, 10, close: 13))
    #expect(closed == .closed)
    #expect(series.open == nil)
    #expect(Array(series.closed) == [Sample.candle(start, 10, close: 13)])
  }

  @Test func `the next candle closes the one before it`() {
    var series = CandleSeries(.oneMinute, capacity: 10)
    _ = series.apply(Sample.candle(start, 10, close: 11, isClosed: false))
    let change = series.apply(Sample.candle(minute(1), 11, isClosed: false))
    #expect(change == .closed)
    #expect(Array(series.closed) == [Sample.candle(start, 10, close: 11)])
    #expect(series.open == Sample.candle(minute(1), 11, isClosed: false))
  }

  @Test func `the range and the average of a coin far below one are not cut`() {
    // Candles of five billionths from low to high that close where they opened.
    var series = CandleSeries(.oneMinute, capacity: 100)
    for index in 0..<40 {
      _ = series.apply(
        Candle(
          openTime: minute(Int64(index)), open: "0.00000877512345", high: "0.00000877612345",
          low: "0.00000877112345", close: "0.00000877512345", volume: 1, isClosed: true))
    }
    #expect(series.averageTrueRange(14) == "0.000000005")
    #expect(series.exponentialAverage(20) == "0.00000877512345")
    #expect(Fixed(estimate: 4.876_543_210_9e-9, places: 9, digits: 9) == "0.00000000487654321")
    #expect(Fixed(estimate: 1_234.567_891_234_4, places: 9, digits: 9) == "1234.567891234")
  }

  @Test func `B11 repeats are ignored, corrections revise, gaps are counted and filled`() {
    var series = series([10, 11])
    let repeated = series.apply(Sample.candle(minute(1), 11))
    #expect(repeated == .ignored)
    let revised = series.apply(Sample.candle(minute(0), 10, close: 9))
    #expect(revised == .revised)
    _ = series.apply(Sample.candle(minute(4), 14))
    #expect(series.missingCount == 2)
    let filled = series.apply(Sample.candle(minute(2), 12))
    #expect(filled == .revised)
    #expect(series.missingCount == 1)
    #expect(series.closed.map(\.openTime) == [minute(0), minute(1), minute(2), minute(4)])
    let ancient = series.apply(Sample.candle(start - .days(1), 1))
    #expect(ancient == .ignored)
  }

  @Test func `C02 candles are the same when our clock goes back an hour over midnight`() {
    let midnight = Timestamp(year: 2026, month: 3, day: 5)
    let last = Sample.candle(midnight - .minutes(1), 60_000)
    let first = Sample.candle(midnight, 60_001)
    func closed(_ clock: [TimeSpan]) -> [Candle] {
      var markets = Markets(depth: MarketDepth(trades: 10, candles: 10), jumpLimit: nil)
      _ = markets.apply(.instruments([Sample.bitcoin]), at: midnight)
      let told =
        [Sample.candle(last.openTime, 60_000, isClosed: false), last]
        + [Sample.candle(first.openTime, 60_001, isClosed: false), first]
      for (candle, time) in zip(told, clock) {
        _ = markets.apply(.candle(Sample.btc, .oneMinute, candle), at: midnight + time)
      }
      return markets.all[0].candles.flatMap { Array($0.closed) }
    }
    #expect(closed([.seconds(-1), .seconds(0), .seconds(1), .seconds(60)]) == [last, first])
    #expect(
      closed([.seconds(-1), .seconds(0), .seconds(-3_599), .seconds(-3_540)]) == [last, first])
  }

  @Test func `B11 a candle off the grid or with a high below its low is ignored`() {
    var series = CandleSeries(.oneMinute, capacity: 10)
    let offGrid = series.apply(Sample.candle(start + .milliseconds(1), 10))
    let nonsense = series.apply(Sample.candle(start, 10, high: 9, low: 8))
    #expect([offGrid, nonsense] == [.ignored, .ignored])
    #expect(series.last == nil)
  }

  @Test func `history is merged and what came by stream wins`() {
    var series = CandleSeries(.oneMinute, capacity: 10)
    _ = series.apply(Sample.candle(minute(3), 13, close: 14))
    _ = series.apply(Sample.candle(minute(4), 14, isClosed: false))
    series.merge(
      (0...3).map { Sample.candle(minute(Int64($0)), Price(Fixed(Int(10 + $0)))) } + [
        Sample.candle(minute(4), 99, isClosed: false)
      ])
    #expect(
      Array(series.closed) == [
        Sample.candle(minute(0), 10), Sample.candle(minute(1), 11), Sample.candle(minute(2), 12),
        Sample.candle(minute(3), 13, close: 14),
      ])
    #expect(series.open == Sample.candle(minute(4), 14, isClosed: false))
    #expect(series.missingCount == 0)
  }

  @Test func `a series keeps the newest candles`() {
    var series = CandleSeries(.oneMinute, capacity: 3)
    for index in 0..<5 { _ = series.apply(Sample.candle(minute(Int64(index)), 10)) }
    #expect(series.closed.map(\.openTime) == [minute(2), minute(3), minute(4)])
  }

  @Test func `a roll-up is the fine candles added up`() throws {
    var rollUp = try #require(CandleRollUp(from: .oneMinute, to: .threeMinutes))
    let first = rollUp.apply(
      Sample.candle(start, 10, high: 15, low: 9, close: 11, volume: 2, isClosed: false))
    #expect(first == part(Sample.candle(start, 10, high: 15, low: 9, close: 11, volume: 2)))
    _ = rollUp.apply(Sample.candle(start, 10, high: 16, low: 9, close: 12, volume: 3))
    _ = rollUp.apply(Sample.candle(minute(1), 12, high: 20, low: 12, close: 13, volume: 1))
    let whole = rollUp.apply(Sample.candle(minute(2), 13, high: 13, low: 1, close: 5, volume: 4))
    let sum = Sample.candle(start, 10, high: 20, low: 1, close: 5, volume: 8)
    #expect(whole == .init(late: nil, current: .init(sum, isComplete: true)))
    let next = rollUp.apply(Sample.candle(minute(3), 5, isClosed: false))
    #expect(next == part(Sample.candle(minute(3), 5)))
    #expect(rollUp.apply(Sample.candle(minute(2), 1)) == nil)
    #expect(CandleRollUp(from: .oneHour, to: .oneMinute) == nil)
  }

  /// An open coarse candle of these numbers.
  private func part(_ candle: Candle) -> CandleRollUp.Update {
    let open = Candle(
      openTime: candle.openTime, open: candle.open, high: candle.high, low: candle.low,
      close: candle.close, volume: candle.volume, isClosed: false)
    return .init(late: nil, current: .init(open, isComplete: false))
  }

  @Test func `a coarse candle without its last fine one is closed by the next period, incomplete`()
    throws
  {
    var rollUp = try #require(CandleRollUp(from: .oneMinute, to: .threeMinutes))
    _ = rollUp.apply(Sample.candle(start, 10, high: 15, low: 9, close: 11, volume: 2))
    _ = rollUp.apply(Sample.candle(minute(1), 11, high: 12, low: 8, close: 9, volume: 3))
    let next = rollUp.apply(Sample.candle(minute(7), 5, high: 6, low: 4, close: 4))
    let late = Sample.candle(start, 10, high: 15, low: 8, close: 9, volume: 5)
    let current = part(Sample.candle(minute(6), 5, high: 6, low: 4, close: 4)).current
    #expect(next == .init(late: .init(late, isComplete: false), current: current))
  }

  @Test func `a coarse candle that lacks its first fine ones is closed in time, incomplete`() throws
  {
    var rollUp = try #require(CandleRollUp(from: .oneMinute, to: .threeMinutes))
    let whole = rollUp.apply(Sample.candle(minute(2), 10, high: 15, low: 9, close: 11, volume: 2))
    let sum = Sample.candle(start, 10, high: 15, low: 9, close: 11, volume: 2)
    #expect(whole == .init(late: nil, current: .init(sum, isComplete: false)))
  }

  @Test(arguments: [11, 12, 13, 14] as [UInt64])
  func `candles in any order end as the same series`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    let candles = (0..<60).map { index in
      Sample.candle(minute(Int64(index)), Price(Fixed(random.within(1...99))))
    }
    let expected = series(candles.map(\.open))
    // The oldest comes first: what is older than the list reaches is not taken up.
    let shuffled = [candles[0]] + candles.dropFirst().shuffled(using: &random) + candles
    var series = CandleSeries(.oneMinute, capacity: 100)
    for candle in shuffled { _ = series.apply(candle) }
    #expect(series == expected, "seed \(seed)")
  }
}
