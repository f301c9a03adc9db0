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
        "- averages apart: EMA(1) 10.0, EMA(3) 10.0",
      ])
  }
}
