import Foundation
import MarketData
import Strategies
import Testing
import Trading
import Units

/// Buys when a candle closes above the highest high of the last twenty; holds until the stop.
public struct Breakout: Strategy {
  private var highs: [Price] = []

  public init() {}

  public mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    defer { highs = (highs + [candle.high]).suffix(20) }
    guard highs.count == 20, context.held == nil, let highest = highs.max(),
      candle.close > highest
    else { return [] }
    let stop = context.price.scaled(by: "0.99", .up).rounded(to: context.tickSize, .up)
    return [
      .open(
        OpeningWish(
          side: .long, size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: stop)),
          reason: "close above the high of twenty candles"))
    ]
  }

  public func why() -> Explanation {
    Explanation(
      goal: "buy",
      conditions: [
        Explanation.Condition(
          "twenty candles were seen", value: "\(highs.count)", isMet: highs.count == 20)
      ])
  }
}

/// The strategy of `docs/strategies.md`, which is the one above, letter for letter.
struct DocumentedStrategyTests {
  private let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()

  @Test func `the page for authors shows the strategy that is compiled here`() throws {
    let page = try String(
      contentsOf: repository.appendingPathComponent("docs/strategies.md"), encoding: .utf8)
    let block = try #require(page.components(separatedBy: "```").dropFirst().first)
    let shown = try #require(block.components(separatedBy: "import Units\n\n").last)
    let here = try String(contentsOfFile: #filePath, encoding: .utf8)
    #expect(shown.hasPrefix("/// Buys when"))
    #expect(here.contains(shown))
  }

  @Test func `it opens with a stop one percent away when a close is above twenty highs`() {
    var strategy = Breakout()
    let closes: [Price] = Array(repeating: 100, count: 20) + ["100.5", "102"]
    let wishes = closes.enumerated().map { place, close in
      strategy.candleClosed(
        Candle(
          openTime: Timestamp(milliseconds: Int64(place) * 60_000), open: close, high: "101",
          low: close, close: close, volume: 1, isClosed: true), .oneMinute,
        in: StrategyContext(held: nil, price: close, tickSize: "0.1"))
    }
    let opening = Wish.open(
      OpeningWish(
        side: .long, size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: "101")),
        reason: "close above the high of twenty candles"))
    #expect(wishes.dropLast() == Array(repeating: [], count: 21)[...])
    #expect(wishes.last == [opening])
  }
}
