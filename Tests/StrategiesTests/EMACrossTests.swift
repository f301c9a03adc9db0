import Strategies
import Testing
import Trading
import Units

struct EMACrossTests {
  /// Closed candles of one minute at these closes.
  private func wishes(_ closes: [Price], _ settings: EMACross.Settings) -> [[Wish]] {
    var strategy = EMACross(settings)
    return closes.enumerated().map { place, close in
      strategy.candleClosed(
        Candle(
          openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: close, high: close,
          low: close, close: close, volume: 1, isClosed: true), .oneMinute,
        in: StrategyContext(held: nil, price: close, tickSize: "0.01"))
    }
  }

  private func row(_ minute: Int64, _ price: Int32) -> CandleRow {
    CandleRow(
      openTime: minute * 60_000, open: price, high: price, low: price, close: price, volume: 1)
  }

  @Test func `opens the side of the fast average once it has crossed after the warm-up`() {
    let settings = EMACross.Settings(fast: 1, slow: 3)
    let closes: [Price] = [10, 11, 12, 13, 9, 8]
    let expected = Wish.open(
      OpeningWish(
        side: .short, size: .marginShare("0.1"), stop: .liquidation,
        reason: "fast average below slow"))
    #expect(wishes(closes, settings) == [[], [], [], [], [expected], []])
  }

  @Test func `stays silent before as many candles as the slow average stands for`() {
    let settings = EMACross.Settings(fast: 1, slow: 5)
    let closes: [Price] = [10, 11, 9, 12, 8]
    #expect(wishes(closes, settings) == [[], [], [], [], []])
  }

  @Test func `a position that is still on the wrong side after the crossing is closed, alone`() {
    var strategy = EMACross(EMACross.Settings(fast: 1, slow: 3))
    let steps: [(close: Price, held: PositionSide?)] = [
      (10, nil), (11, nil), (12, .short), (13, .short), (9, .long), (8, .long), (7, nil),
      (6, .short), (5, .long),
    ]
    let wished = steps.enumerated().map { place, step in
      strategy.candleClosed(
        Candle(
          openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: step.close,
          high: step.close, low: step.close, close: step.close, volume: 1, isClosed: true),
        .oneMinute, in: StrategyContext(held: step.held, price: step.close, tickSize: "0.01"))
    }
    let below = Wish.close(reason: "fast average below slow")
    let opening = Wish.open(
      OpeningWish(
        side: .short, size: .marginShare("0.1"), stop: .liquidation,
        reason: "fast average below slow"))
    let above = Wish.close(reason: "fast average above slow")
    #expect(wished == [[], [], [], [above], [below, opening], [below], [], [], [below]])
    #expect(
      strategy.why().lines.last == "> held, or crossed at this candle: long held, to be closed")
  }

  @Test func `candles are not passed over while a position is on the wrong side`() {
    var strategy = EMACross(EMACross.Settings(fast: 1, slow: 3))
    for (place, close) in ([10, 11, 12, 13, 14] as [Price]).enumerated() {
      _ = strategy.candleClosed(
        Candle(
          openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: close, high: close,
          low: close, close: close, volume: 1, isClosed: true), .oneMinute,
        in: StrategyContext(held: nil, price: close, tickSize: "0.01"))
    }
    let stretch = CandleStretch(
      instrument: InstrumentID("BTC-USDT"), timeFrame: .oneMinute, tick: 1, slippage: .zero,
      rows: [row(5, 15), row(6, 16)][...])
    var passed: [Int] = []
    for held in [PositionSide.short, nil, .long] {
      var copy = strategy
      passed.append(copy.pass(stretch, held: held))
    }
    #expect(passed == [0, 1, 1])
  }

  @Test func `puts the stop on the losing side, moved toward safety`() {
    let settings = EMACross.Settings(fast: 1, slow: 2, stopDistance: "0.0333")
    let wished = wishes([10, 11, 12, 9], settings).last ?? []
    let expected = Wish.open(
      OpeningWish(
        side: .short, size: .marginShare("0.1"),
        stop: .stop(Trigger(triggerPrice: "9.29", source: .last, execution: .market)),
        reason: "fast average below slow"))
    #expect(wished == [expected])
  }

  @Test
  func `it says no when nothing is wished: before a crossing, and after one that led nowhere`() {
    var strategy = EMACross(EMACross.Settings(fast: 1, slow: 3))
    func told(_ close: Price, at minute: Int64, held: PositionSide?) -> [String] {
      _ = strategy.candleClosed(
        Candle(
          openTime: Timestamp(milliseconds: minute * 60_000), open: close, high: close, low: close,
          close: close, volume: 1, isClosed: true), .oneMinute,
        in: StrategyContext(held: held, price: close, tickSize: "0.01"))
      let lines = strategy.why().lines
      return [lines[0]] + lines[3...]
    }
    var before: [String] = []
    for minute in 0..<Int64(4) {
      before = told(Price(Fixed(Int(10 + minute))), at: minute, held: nil)
    }
    #expect(
      before == [
        "hold the side of the fast average: no", "> crossed since the warm-up: no",
        "- held, or crossed at this candle: none held",
      ])
    #expect(
      told(9, at: 4, held: nil) == [
        "hold the side of the fast average: yes", "+ crossed since the warm-up: now",
        "+ held, or crossed at this candle: none held",
      ])
    #expect(
      told(8, at: 5, held: nil) == [
        "hold the side of the fast average: no", "+ crossed since the warm-up: 1 candles ago",
        "> held, or crossed at this candle: none held",
      ])
    #expect(
      told(7, at: 6, held: .short) == [
        "hold the side of the fast average: yes", "+ crossed since the warm-up: 2 candles ago",
        "+ held, or crossed at this candle: short held",
      ])
  }

  @Test func `explains itself with live values and the first failing condition`() {
    var strategy = EMACross(EMACross.Settings(fast: 1, slow: 3))
    _ = strategy.candleClosed(
      Candle(
        openTime: Timestamp(milliseconds: 0), open: 10, high: 10, low: 10, close: 10, volume: 1,
        isClosed: true), .oneMinute,
      in: StrategyContext(held: nil, price: 10, tickSize: "0.01"))
    #expect(
      strategy.why().lines == [
        "hold the side of the fast average: no",
        "> more than 3 candles: 1",
        "- averages apart: EMA(1) 10, EMA(3) 10",
        "- crossed since the warm-up: no",
        "- held, or crossed at this candle: none held",
      ])
  }

  @Test func `tells the averages of any price in plain digits`() {
    func apart(_ closes: [Price]) -> String? {
      var strategy = EMACross(EMACross.Settings(fast: 2, slow: 4))
      for (place, close) in closes.enumerated() {
        _ = strategy.candleClosed(
          Candle(
            openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: close, high: close,
            low: close, close: close, volume: 1, isClosed: true), .oneMinute,
          in: StrategyContext(held: nil, price: close, tickSize: "0.01"))
      }
      return strategy.line("averages apart")
    }
    #expect(apart([60_000, 60_001]) == "+ averages apart: EMA(2) 60000.67, EMA(4) 60000.4")
    #expect(
      apart(["0.00001", "0.00002"]) == "+ averages apart: EMA(2) 0.0000166667, EMA(4) 0.000014")
  }
}
