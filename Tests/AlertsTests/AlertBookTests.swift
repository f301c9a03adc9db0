import Alerts
import MarketData
import TestSupport
import Testing
import Trading
import Units

@Suite struct AlertBookTests {
  @Test func `a crossing fires once and says what it saw`() throws {
    var feed = try Feeding(["btc > 65000 note \"sell\""])
    for price: Price in [64_000, 64_500, 64_900, "65000.1", 65_200, 64_000, 66_000] {
      feed.last(price)
    }
    #expect(
      feed.fired.map(\.text) == ["sell: BTC-USDT last price 65000.1 USDT (last(BTC-USDT) > 65000)"])
    #expect(feed.book.rules.isEmpty)
    #expect(feed.records.values.map(\.phase) == [.done])
  }

  @Test func `a price that is there already is no crossing, a danger is`() throws {
    var feed = try Feeding(["btc > 65000", "btc > 65000 now", "naked(BTC) critical"])
    feed.last(66_000)
    feed.last(66_001)
    #expect(feed.fired.map(\.id.rule.number) == [2])
    feed.book.setPosition(.naked, in: Sample.btc, at: feed.now)
    feed.collect()
    #expect(feed.fired.map(\.id.rule.number) == [2, 3])
    feed.last(64_900)
    feed.last(66_000)
    #expect(feed.fired.map(\.id.rule.number) == [2, 3, 1])
  }

  @Test func `it fires again only after the price has left by the re-arm distance`() throws {
    var feed = try Feeding(["btc > 65000 every rearm 100 cooldown 0s"])
    for price: Price in [64_000, 64_000, 65_001, 64_950, 65_002, 64_901, 65_003] {
      feed.last(price)
    }
    #expect(feed.fired.count == 1)
    feed.last(64_900)
    #expect(feed.book.rules.map(\.phase) == [.armed])
    feed.last(65_001)
    #expect(feed.fired.map(\.id.description) == ["1.1", "1.2"])
  }

  @Test func `what comes true during the cool-down is counted and told with the next`() throws {
    var feed = try Feeding(["btc > 65000 every rearm 0 cooldown 1m"])
    for _ in 0..<3 {
      feed.last(64_000)
      feed.last(64_001)
      feed.last(66_000)
    }
    #expect(feed.fired.count == 1)
    feed.now = feed.now + .minutes(1)
    feed.last(64_000)
    feed.last(64_001)
    feed.last(66_000)
    #expect(feed.fired.map(\.suppressedCount) == [0, 2])
  }

  /// A rule that fired at the third second and came true again at the fifth, and its book.
  private func suppressed() throws -> Feeding {
    var feed = try Feeding(["btc > 65000 every rearm 0 cooldown 1m"])
    for price: Price in [64_000, 64_001, 66_000, 64_000, 66_000] { feed.last(price) }
    #expect(feed.fired.map(\.at) == [Sample.start + .seconds(3)])
    #expect(feed.book.needsClock)
    return feed
  }

  @Test func `what came true during the cool-down and stays true is told when that is over`() throws
  {
    var feed = try suppressed()
    feed.wait(.seconds(57))
    #expect(feed.fired.count == 1)
    feed.wait(.seconds(1))
    #expect(feed.fired.map(\.at) == [Sample.start + .seconds(3), Sample.start + .seconds(63)])
    // The one that is told is not counted beside itself.
    #expect(feed.fired.map(\.suppressedCount) == [0, 0])
    #expect(!feed.book.needsClock)
    feed.wait(.minutes(2))
    #expect(feed.fired.count == 2)
  }

  @Test func `what came true during the cool-down and ended in it is not told`() throws {
    var feed = try suppressed()
    feed.last(64_000)
    feed.wait(.minutes(2))
    #expect(feed.fired.count == 1)
    #expect(feed.book.rules.map(\.phase) == [.armed])
  }

  @Test func `a restart in the cool-down does not forget what came true in it`() throws {
    var feed = try suppressed()
    try feed.restart()
    feed.last(66_000)
    feed.last(66_001)
    #expect(feed.fired.count == 1)
    feed.wait(.minutes(1))
    #expect(feed.fired.map(\.id.count) == [1, 2])
    #expect(feed.fired.map(\.at).last == feed.now)
  }

  @Test func `an expired rule does not fire and says so`() throws {
    var feed = try Feeding(["btc > 65000 expires 1m", "on fill every expires 1m"])
    feed.last(64_000)
    feed.last(64_001)
    feed.wait(.minutes(1))
    feed.last(66_000)
    feed.book.happened(.fill, Sample.btc, "filled", at: feed.now)
    feed.collect()
    #expect(feed.fired.isEmpty)
    #expect(feed.records.values.map(\.phase) == [.expired, .expired])
  }

  @Test func `nothing fires on the first tick after a gap, and the second one tells`() throws {
    var feed = try Feeding(["btc > 65000"])
    feed.last(64_000)
    feed.last(64_001)
    feed.gap()
    feed.last(66_000)
    #expect(feed.fired.isEmpty)
    feed.last(66_001)
    #expect(feed.fired.count == 1)
  }

  @Test func `a bad first tick after a gap is forgotten`() throws {
    var feed = try Feeding(["btc > 65000"])
    feed.last(64_000)
    feed.last(64_001)
    feed.gap()
    feed.last(66_000)
    feed.last(64_002)
    feed.last(64_003)
    #expect(feed.fired.isEmpty)
    feed.last(66_000)
    #expect(feed.fired.count == 1)
  }

  @Test func `silence of an instrument counts as a gap`() throws {
    var feed = try Feeding(["btc > 65000"])
    feed.last(64_000)
    feed.last(64_001)
    feed.now = feed.now + .seconds(31)
    feed.last(66_000)
    #expect(feed.fired.isEmpty)
    feed.last(66_001)
    #expect(feed.fired.count == 1)
  }

  @Test func `late ticks and repeats tell nothing`() throws {
    var feed = try Feeding(["btc > 65000"])
    feed.last(64_000)
    feed.last(64_001)
    feed.last(66_000, late: 5)
    #expect(feed.fired.isEmpty)
    feed.gap()
    let repeated = Sample.ticker(last: 66_000, at: feed.now + .seconds(1))
    feed.take(.ticker(repeated))
    feed.take(.ticker(repeated))
    #expect(feed.fired.isEmpty)
  }

  @Test func `B15 a stamp of next year blinds no rule on the last price or the mark`() throws {
    var feed = try Feeding(["btc > 65000", "mark(BTC) > 65000"])
    for price: Price in [64_000, 64_001] {
      feed.last(price)
      feed.mark(price)
    }
    let future = feed.now + .days(365)
    feed.take(.ticker(Sample.ticker(last: 64_002, at: future)))
    feed.take(.mark(Sample.mark(Sample.bitcoin, 64_002, at: future)))
    feed.last(66_000)
    feed.mark(66_000)
    #expect(feed.fired.map(\.id.description) == ["1.1", "2.1"])
  }

  @Test func `B15 an exchange that sets its clock back is heard, at once or after a silence`()
    throws
  {
    var far = try Feeding(["btc > 65000"])
    far.last(64_000)
    far.last(64_001)
    far.last(66_000, late: 3_600)
    #expect(far.fired.map(\.id.description) == ["1.1"])
    var near = try Feeding(["btc > 65000"])
    for _ in 0..<2 { near.last(64_000) }
    for _ in 0..<6 { near.last(66_000, late: 5) }
    #expect(near.fired.map(\.at) == [Sample.start + .seconds(7)])
  }

  @Test func `B15 after a gap the stamps before it count no more`() throws {
    var feed = try Feeding(["btc > 65000"])
    feed.last(64_000)
    feed.last(64_001, late: -20)
    feed.gap()
    feed.last(66_000)
    feed.last(66_001)
    #expect(feed.fired.map(\.id.description) == ["1.1"])
  }

  @Test func `a wick fires no rule on closes`() throws {
    var feed = try Feeding(["close(BTC, 15m) > 65000"])
    var series = CandleSeries(.fifteenMinutes, capacity: 100)
    for (step, close) in [Price(64_000), 64_100, 65_100].enumerated() {
      let opened = Sample.start + .minutes(Int64(15 * step))
      _ = series.apply(Sample.candle(opened, 64_000, high: 70_000, low: 60_000, close: close))
      feed.book.candleClosed(Sample.btc, series, at: opened + .minutes(15))
      feed.collect()
      #expect(feed.fired.count == (step == 2 ? 1 : 0))
    }
  }

  @Test func `a candle that was open during a gap is not relied on`() throws {
    var feed = try Feeding(["close(BTC, 1m) > 65000"])
    var series = CandleSeries(.oneMinute, capacity: 100)
    func close(_ minute: Int64, _ price: Price) {
      _ = series.apply(
        Sample.candle(Sample.start + .minutes(minute), 64_000, high: 70_000, close: price))
      feed.book.candleClosed(Sample.btc, series, at: Sample.start + .minutes(minute + 1))
      feed.collect()
    }
    close(0, 64_000)
    feed.now = Sample.start + .seconds(90)
    feed.gap()
    close(1, 66_000)
    #expect(feed.fired.isEmpty)
    close(2, 66_000)
    #expect(feed.fired.count == 1)
  }

  @Test func `a window tells the move, and is unknown until it is covered`() throws {
    var feed = try Feeding(["move(BTC, 1m) > 2%", "last(BTC) > high(BTC, 1m) once"])
    for second in 0..<70 { feed.last(Price(Fixed(60_000 + second))) }
    #expect(feed.fired.map(\.id.rule.number) == [])
    feed.last(60_000)
    feed.last(60_071)
    #expect(feed.fired.map(\.id.rule.number) == [2])
    feed.last(61_300)
    #expect(feed.fired.map(\.id.rule.number) == [2, 1])
  }

  @Test func `a volume spike is measured against its own median`() throws {
    var feed = try Feeding(["volume_ratio(BTC, 1m, 5) > 3"])
    var series = CandleSeries(.oneMinute, capacity: 100)
    for (minute, volume) in [BaseAmount(10), 12, 11, 9, 100, 10, 12, 34].enumerated() {
      let opened = Sample.start + .minutes(Int64(minute))
      _ = series.apply(Sample.candle(opened, 60_000, volume: volume))
      feed.book.candleClosed(Sample.btc, series, at: opened + .minutes(1))
      feed.collect()
    }
    #expect(
      feed.fired.map(\.text) == [
        "BTC-USDT 1m volume 3.09091 times the median of 5 (volume_ratio(BTC-USDT, 1m, 5) > 3)"
      ])
  }

  @Test func `the end of a position arms its rules for the next one`() throws {
    var feed = try Feeding(["pnl(BTC) < -100 every cooldown 0s"])
    for profit: Money in [-50, -150, -200] {
      feed.book.setPosition(.held(profit), in: Sample.btc, at: feed.now)
    }
    feed.book.setPosition(nil, in: Sample.btc, at: feed.now)
    feed.book.setPosition(.held(-120), in: Sample.btc, at: feed.now)
    feed.collect()
    #expect(
      feed.fired.map(\.text) == [
        "BTC-USDT unrealized profit -150 USDT (pnl(BTC-USDT) < -100)",
        "BTC-USDT unrealized profit -120 USDT (pnl(BTC-USDT) < -100)",
      ])
  }

  @Test func `liquidation is told in percent, in price and in average ranges`() throws {
    var feed = try Feeding([
      "liquidation_percent(BTC) < 5%", "liquidation_price(BTC) < 3000",
      "liquidation_atr(BTC, 1m, 2) < 10",
    ])
    var series = CandleSeries(.oneMinute, capacity: 10)
    for minute in 0..<4 {
      let opened = Sample.start + .minutes(Int64(minute))
      _ = series.apply(Sample.candle(opened, 60_000, high: 60_100, low: 59_900))
    }
    feed.book.candleClosed(Sample.btc, series, at: feed.now)
    feed.book.setPosition(.held(0, liquidation: 55_000), in: Sample.btc, at: feed.now)
    feed.collect()
    #expect(feed.fired.isEmpty)
    feed.book.setPosition(.held(0, liquidation: 58_200), in: Sample.btc, at: feed.now)
    feed.collect()
    #expect(
      feed.fired.map(\.text) == [
        "BTC-USDT liquidation 3 % away (liquidation_percent(BTC-USDT) < 5%)",
        "BTC-USDT liquidation 1800 USDT away (liquidation_price(BTC-USDT) < 3000)",
        "BTC-USDT liquidation 9 times the 1m ATR(2) away (liquidation_atr(BTC-USDT, 1m, 2) < 10)",
      ])
  }

  @Test func `an event fires the rules that wait for it`() throws {
    var feed = try Feeding(["on fill(BTC) every cooldown 0s", "on fill", "on stop", "on fill(ETH)"])
    feed.book.happened(.fill, Sample.btc, "bought 1", at: feed.now)
    feed.book.happened(.fill, Sample.btc, "bought 2", at: feed.now)
    feed.collect()
    #expect(feed.fired.map(\.id.description) == ["1.1", "2.1", "1.2"])
    #expect(feed.fired.map(\.text) == ["bought 1", "bought 1", "bought 2"])
  }

  @Test func `figures of the program and ages are read`() throws {
    var feed = try Feeding([
      "halted critical", "day_loss_used > 80%", "age(BTC) > 30s", "funding_in(BTC) < 1m",
    ])
    feed.book.set(.halted, to: 1, at: feed.now)
    feed.book.set(.dayLossUsed, to: 81, at: feed.now)
    feed.last(60_000)
    feed.take(
      .funding(
        FundingRate(
          instrument: Sample.btc, rate: "0.0001", nextFundingTime: feed.now + .seconds(100))))
    feed.wait(.seconds(31))
    #expect(feed.fired.map(\.id.rule.number) == [1, 2, 3])
    feed.wait(.seconds(31))
    #expect(feed.fired.map(\.id.rule.number) == [1, 2, 3, 4])
  }

  @Test func `a removed rule is silent and its number is not used again`() throws {
    var feed = try Feeding(["btc > 65000"])
    let removals = [feed.book.remove(AlertRuleID(1)), feed.book.remove(AlertRuleID(1))]
    #expect(removals == [true, false])
    feed.last(64_000)
    feed.last(64_001)
    feed.last(66_000)
    #expect(feed.fired.isEmpty)
    try feed.restart()
    let next = try feed.add("btc > 1")
    #expect(next == AlertRuleID(2))
  }

  @Test func `thousands of ended rules leave the others as they are`() throws {
    var feed = try Feeding(["btc > 65000 every rearm 10 cooldown 0s"])
    for step in 0..<500 { try feed.add("btc > \(64_100 + step)") }
    feed.last(64_000)
    feed.last(64_001)
    feed.last(64_800)
    #expect(feed.fired.count == 500)
    #expect(feed.book.rules.count == 1)
    feed.last(65_001)
    #expect(feed.fired.last?.id.description == "1.1")
  }
}

extension PositionReadings {
  static let naked = PositionReadings(
    contracts: 1, profit: 0, returnOnMargin: 0, rMultiple: nil, markPrice: 60_000,
    liquidationPrice: nil, isNaked: true, isUnproven: false)

  static func held(_ profit: Money, liquidation: Price? = nil) -> PositionReadings {
    PositionReadings(
      contracts: 1, profit: profit, returnOnMargin: 0, rMultiple: nil, markPrice: 60_000,
      liquidationPrice: liquidation, isNaked: false, isUnproven: false)
  }
}
