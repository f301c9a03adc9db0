import Testing
import Trading
import Units

@testable import Strategies

/// Zones of an hour, entries of fifteen minutes, drawn candle by candle.
struct SupplyDemandTests {
  /// Hours that fall by eight each from 1000, rest, and leave upward: demand from 868 to 873.
  private let demandHours: [Row] =
    (0..<16).map { (1_000 - 8 * $0, 1_001 - 8 * $0, 991 - 8 * $0, 992 - 8 * $0) } + [
      (872, 876, 868, 873), (872, 904, 871, 902),
    ]

  /// Hours that come back to five above it.
  private let fallingHours: [Row] = [
    (902, 902, 892, 893), (893, 893, 884, 885), (885, 885, 877, 878),
  ]

  // 902 |\
  //     |  \
  // 878 |    \        hour 21: falls to 870, closes rising at 873 in its third candle
  // 873 |------\-/----
  // 868 |-------------
  private var drawing: Drawing {
    var drawing = Drawing(.fifteenMinutes)
    drawing.draw(demandHours, inParts: 4)
    drawing.draw(fallingHours, inParts: 4)
    drawing.draw([(878, 878, 873, 874), (874, 874, 870, 870)])
    return drawing
  }

  /// What closes rising in the zone at 21:45.
  private let touch: Row = (870, 874, 869, 873)

  /// The filters of trend and momentum are off unless a test is about them.
  private func settings(
    trendFrame: TimeFrame? = nil, touchLimit: Int = 2, asksForMomentum: Bool = false,
    sessionStart: Int = 0, sessionEnd: Int = 24
  ) -> SupplyDemand.Settings {
    SupplyDemand.Settings(
      trendFrame: trendFrame, touchLimit: touchLimit, asksForMomentum: asksForMomentum,
      sessionStart: sessionStart, sessionEnd: sessionEnd)
  }

  private func opening(stop: Price, target: Price) -> Wish {
    .open(
      OpeningWish(
        side: .long, size: .riskShare("0.01"), stop: .stop(Trigger(triggerPrice: stop)),
        takeProfit: Trigger(triggerPrice: target),
        reason: "demand zone 868 to 873, drop-base-rally"))
  }

  @Test
  func `buys where a candle closes rising in a demand zone, the stop a part of the range below`() {
    var drawing = drawing
    drawing.draw([touch])
    var strategy = SupplyDemand(settings())
    let wishes = strategy.take(drawing.candles, of: .fifteenMinutes)
    #expect(wishes.dropLast().flatMap { $0 } == [])
    #expect(wishes.last == [opening(stop: "866.7", target: "886.9")])
    #expect(
      strategy.why().lines == [
        "enter at a zone: yes",
        "+ closed rising or falling: from 870 to 873",
        "+ no position: none",
        "+ a demand zone is touched: drop-base-rally 868 to 873",
        "+ confidence from 60 %: 95 %",
        "+ at most 2 touches: 1",
        "+ RSI up to 45: 32",
        "+ volume from 0 % of its mean: 100 %",
        "+ hours 0 to 24 UTC: 21",
        "+ 4 candles since the last entry: none yet",
        "+ stop and target possible: stop 866.7, target 886.9",
      ])
  }

  @Test func `a figure that fails its limit is never shown as the limit`() {
    var drawing = drawing
    // Its volume is 99.6 % of the mean of twenty, its own included; the strength is 32.34.
    drawing.draw([touch], volume: "9.958")
    var strategy = SupplyDemand(
      SupplyDemand.Settings(
        trendFrame: nil, strengthLimit: 32, asksForMomentum: false, volumeMinimum: 100,
        sessionStart: 0, sessionEnd: 24))
    #expect(strategy.take(drawing.candles, of: .fifteenMinutes).last == [])
    #expect(strategy.line("RSI") == "> RSI up to 32: 32.3")
    #expect(strategy.line("volume") == "- volume from 100 % of its mean: 99.6 %")
  }

  @Test func `a candle that closes where it opened is no signal`() {
    var drawing = drawing
    drawing.draw([(870, 874, 869, 870)])
    var strategy = SupplyDemand(settings())
    let wishes = strategy.take(drawing.candles, of: .fifteenMinutes)
    #expect(wishes.flatMap { $0 } == [])
    #expect(strategy.line("closed rising") == "> closed rising or falling: from 870 to 870")
  }

  @Test func `a wish that the gate denied is wished again: only an entry starts the cooldown`() {
    var drawing = drawing
    drawing.draw([touch])
    var strategy = SupplyDemand(settings())
    _ = strategy.take(drawing.candles, of: .fifteenMinutes)
    var entered = strategy
    drawing.draw([(873, 875, 871, 874)])
    let next = drawing.candles.suffix(1)
    let again = strategy.take(next, of: .fifteenMinutes)
    #expect(again.map(\.count) == [1])
    // Entered when the candle before had closed, and stopped out since.
    let opened = next[next.startIndex].openTime
    #expect(entered.take(next, of: .fifteenMinutes, enteredAt: opened) == [[]])
    #expect(entered.line("since the last entry") == "> 4 candles since the last entry: 1")
    drawing.draw(Array(repeating: (874, 875, 871, 874), count: 3) + [(873, 875, 871, 874)])
    let later = drawing.candles.suffix(4)
    #expect(
      entered.take(later, of: .fifteenMinutes, enteredAt: opened).map(\.count) == [0, 0, 0, 1])
    #expect(entered.line("since the last entry") == "+ 4 candles since the last entry: 5")
  }

  @Test func `a visit that outlasts a candle of zones is still one touch and as trusted as before`()
  {
    var drawing = drawing
    // The hour closes in the zone; the next one has its first touch there.
    drawing.draw([(870, 872, 869, 870), (870, 872, 869, 870), touch])
    var strategy = SupplyDemand(settings(touchLimit: 1))
    let wishes = strategy.take(drawing.candles, of: .fifteenMinutes)
    #expect(strategy.line("touches") == "+ at most 1 touches: 1")
    #expect(strategy.line("confidence") == "+ confidence from 60 %: 95 %")
    #expect(wishes.last == [opening(stop: "866.7", target: "886.9")])
  }

  @Test func `the session's hour is that of the close, when it would enter`() {
    var drawing = drawing
    drawing.draw([(870, 871, 869, 870), touch])
    var late = SupplyDemand(settings(sessionStart: 22, sessionEnd: 23))
    var early = SupplyDemand(settings(sessionStart: 21, sessionEnd: 22))
    // The candle of 21:45 closes at 22:00.
    let wished = [late.take(drawing.candles, of: .fifteenMinutes).last?.count]
    let silent = early.take(drawing.candles, of: .fifteenMinutes).last
    #expect(wished == [1])
    #expect(silent == [])
    #expect(early.line("hours") == "> hours 21 to 22 UTC: 22")
  }

  @Test func `a session whose first hour is the later one goes on over midnight`() {
    let session = settings(sessionStart: 22, sessionEnd: 4)
    #expect((0..<24).filter { session.isInSession(hour: $0) } == [0, 1, 2, 3, 22, 23])
    let evening = settings(sessionStart: 22, sessionEnd: 0)
    #expect((0..<24).filter { evening.isInSession(hour: $0) } == [22, 23])
    var drawing = drawing
    drawing.draw([(870, 871, 869, 870), touch])
    var strategy = SupplyDemand(session)
    #expect(strategy.take(drawing.candles, of: .fifteenMinutes).last?.count == 1)
    #expect(strategy.line("hours") == "+ hours 22 to 4 UTC: 22")
  }

  @Test func `says that no stop is possible where the price is already beyond it`() {
    var drawing = drawing
    drawing.draw([touch])
    var strategy = SupplyDemand(settings())
    for candle in drawing.candles {
      let wishes = strategy.candleClosed(
        candle, .fifteenMinutes, in: StrategyContext(held: nil, price: 860, tickSize: "0.1"))
      #expect(wishes == [])
    }
    #expect(
      strategy.why().firstFailing
        == Explanation.Condition(
          "stop and target possible", value: "no, with a stop at 866.7 and the price at 860",
          isMet: false))
  }

  @Test func `waits until the momentum turns`() {
    var drawing = drawing
    drawing.draw([touch])
    var strategy = SupplyDemand(settings(asksForMomentum: true))
    #expect(strategy.take(drawing.candles, of: .fifteenMinutes).last == [])
    #expect(
      strategy.line("momentum")
        == "> momentum turns up: MACD histogram -1.2153 after -1.1168")
    drawing.draw([(873, 880, 873, 879)])
    let wishes = strategy.take(drawing.candles.suffix(1), of: .fifteenMinutes)
    #expect(wishes == [[opening(stop: "866.6", target: "906.3")]])
    #expect(
      strategy.line("momentum")
        == "+ momentum turns up: MACD histogram -0.79586118 after -1.2153")
  }

  // 1000        /\
  //           /    \__    the fall of a day in a rise of four: still above the average
  //  232    /
  @Test func `buys in a rise of four hours, and not in a fall`() throws {
    func told(_ before: [Row]) throws -> (line: String?, count: Int) {
      var drawing = Drawing(.fifteenMinutes)
      drawing.draw(before + demandHours, inParts: 4)
      drawing.draw(fallingHours, inParts: 4)
      drawing.draw([(878, 878, 873, 874), (874, 874, 870, 870), touch])
      var strategy = SupplyDemand(settings(trendFrame: .fourHours))
      let last = strategy.take(drawing.candles, of: .fifteenMinutes).last
      return (strategy.line("trend"), last?.count ?? 0)
    }
    let rise: [Row] = (0..<96).map { (232 + 8 * $0, 241 + 8 * $0, 231 + 8 * $0, 240 + 8 * $0) }
    let fall: [Row] = (0..<96).map { (1768 - 8 * $0, 1769 - 8 * $0, 1759 - 8 * $0, 1760 - 8 * $0) }
    let (up, down, unknown) = (try told(rise), try told(fall), try told([]))
    #expect(up.line == "+ 4h trend is up: close 885, EMA(20) 779.6689")
    #expect(down.line == "> 4h trend is up: close 885, EMA(20) 1148.29")
    #expect(unknown.line == "> 4h trend is up: not known yet")
    #expect([up.count, down.count, unknown.count] == [1, 0, 0])
  }

  @Test func `enters on the candles that it is fed only while the market is volatile`() {
    var drawing = Drawing(.fiveMinutes)
    drawing.draw(demandHours + fallingHours, inParts: 12)
    // The second and the fifth of these close rising in the zone, and so do the last three as one.
    drawing.draw([
      (878, 878, 873, 874), (874, 874, 870, 870), (870, 873, 869, 872), (872, 873, 871, 872),
      (872, 875, 870, 874), (874, 874, 872, 873),
    ])
    func told(_ fastFrom: Rate?) -> (wishes: [Int], note: String?) {
      var strategy = SupplyDemand(
        SupplyDemand.Settings(
          feedFrame: .fiveMinutes, trendFrame: nil, fastFrom: fastFrom, strengthLimit: 60,
          asksForMomentum: false))
      let wishes = strategy.take(drawing.candles, of: .fiveMinutes)
      return (wishes.suffix(6).map(\.count), strategy.line("entries on"))
    }
    let (never, volatile, calm) = (told(nil), told("0.002"), told("0.02"))
    #expect(never.wishes == [0, 0, 0, 0, 0, 1])
    #expect(volatile.wishes == [0, 0, 1, 0, 1, 0])
    #expect(calm.wishes == [0, 0, 0, 0, 0, 1])
    #expect(never.note == nil)
    #expect(
      volatile.note
        == "  entries on 5m: the range of 15m is 0.62926351 % of the price, on 5m from 0.2 %")
    #expect(
      calm.note
        == "  entries on 15m: the range of 15m is 0.62926351 % of the price, on 5m from 2 %")
  }

  @Test func `no zone is made of hours of which a part is missing`() {
    var drawing = Drawing(.fifteenMinutes)
    drawing.draw(Array(demandHours.dropLast(1)), inParts: 4)
    // The hour that leaves lacks its first half.
    drawing.draw([(872, 904, 871, 872)])
    drawing.skip(2)
    drawing.draw([(872, 902, 872, 902)])
    drawing.draw(fallingHours, inParts: 4)
    drawing.draw([(878, 878, 873, 874), (874, 874, 870, 870), touch])
    var strategy = SupplyDemand(settings())
    let wishes = strategy.take(drawing.candles, of: .fifteenMinutes)
    #expect(wishes.flatMap { $0 } == [])
    #expect(strategy.line("zone is touched") == "> a demand zone is touched: none")
  }

  @Test func `time frames fit when each can be rolled up from the one before`() {
    let fitting = SupplyDemand.Settings(feedFrame: .fiveMinutes)
    let apart = SupplyDemand.Settings(zoneFrame: .twoHours, entryFrame: .threeDays)
    let uneven = SupplyDemand.Settings(zoneFrame: .fiveMinutes, entryFrame: .threeMinutes)
    let trendBelow = SupplyDemand.Settings(zoneFrame: .fourHours, trendFrame: .oneHour)
    let feedAbove = SupplyDemand.Settings(feedFrame: .thirtyMinutes)
    #expect(
      [fitting, apart, uneven, trendBelow, feedAbove].map(\.framesFit)
        == [true, false, false, false, false])
  }

  /// What the gate works out per coin: the profit at the target over the loss at the stop, with a
  /// fee and a slippage of the price for each of two fills.
  private func ratio(_ wish: Wish?, entry: Price, fee: Rate, slippage: Rate) -> Rate? {
    guard case .open(let opening) = wish, let stop = opening.stop.trigger?.triggerPrice,
      let target = opening.takeProfit?.triggerPrice
    else { return nil }
    let isLong = opening.side == .long
    let lost = isLong ? entry - stop : stop - entry
    let won = isLong ? target - entry : entry - target
    let loss =
      lost + entry.scaled(by: fee + slippage, .up) + stop.scaled(by: fee + slippage, .up)
    let profit = won - entry.scaled(by: fee, .up) - target.scaled(by: fee, .up)
    return profit.fraction(of: loss, .down)
  }

  @Test func `the target is so far that the ratio holds after fees and slippage`() throws {
    var drawing = drawing
    drawing.draw([touch])
    var long = SupplyDemand(settings())
    let bought = long.take(drawing.candles, of: .fifteenMinutes, cost: "0.0032").last?.last
    #expect(bought == opening(stop: "866.7", target: "895.9"))
    let net = try #require(ratio(bought, entry: 873, fee: "0.0006", slippage: "0.001"))
    #expect(net >= "2.2" && net < "2.6", "\(net)")
  }

  @Test func `a short's target is so far that the ratio holds after fees and slippage`() throws {
    var drawing = Drawing(.fifteenMinutes)
    // The drawing upside down: what was 1000 is 1000, what was 900 is 1100.
    let hours = demandHours + fallingHours
    drawing.draw(
      hours.map { (2_000 - $0.open, 2_000 - $0.low, 2_000 - $0.high, 2_000 - $0.close) },
      inParts: 4)
    drawing.draw([(1_122, 1_127, 1_122, 1_126), (1_126, 1_130, 1_126, 1_130)])
    drawing.draw([(1_130, 1_131, 1_126, 1_127)])
    var strategy = SupplyDemand(settings())
    let sold = strategy.take(drawing.candles, of: .fifteenMinutes, cost: "0.0032").last?.last
    let net = try #require(ratio(sold, entry: 1_127, fee: "0.0006", slippage: "0.001"))
    #expect(net >= "2.2" && net < "2.6", "\(net)")
  }
}
