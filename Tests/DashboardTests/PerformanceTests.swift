import Engine
import MarketData
import Screen
import TestSupport
import Testing
import Trading
import Units

@testable import Dashboard

struct PerformanceTests {
  private func cycle(
    _ realized: Money, risk: Money? = nil, ending: PositionCycle.Ending = .manual
  ) -> PositionCycle {
    var cycle = PositionCycle(
      key: PositionKey(instrument: Sample.btc, slot: .net, marginMode: .isolated), side: .long,
      source: nil, openedAt: Sample.start, entryPrice: 60_000, peakContracts: 1)
    cycle.realizedPnL = realized
    cycle.fees = 1
    cycle.funding = "-0.5"
    cycle.initialRisk = risk
    cycle.ending = ending
    return cycle
  }

  @Test func `the figures of closed positions are net of fees and funding`() {
    let figures = Performance([
      cycle("11.5", risk: 5), cycle("-8.5", risk: 10), cycle("6.5"),
      cycle(1_000, ending: .accountEnded),
    ])
    #expect(figures.count == 3)
    #expect(figures.wins == 2)
    #expect(figures.net == 5)
    #expect((figures.best, figures.worst) == (10, -10))
    #expect(figures.winRate == "0.666666666666666666")
    #expect(figures.expectancy == "1.666666666666666666")
    #expect(figures.risked == 2)
    #expect(figures.meanMultiple == "0.5")
    #expect(figures.profitFactor == "1.5")
    #expect((figures.fees, figures.funding) == (3, "-1.5"))
  }

  @Test func `what is not known is no number`() {
    let figures = Performance([])
    #expect(figures.winRate == nil)
    #expect(figures.expectancy == nil)
    #expect(figures.meanMultiple == nil)
    #expect(figures.profitFactor == nil)
    var desk = Desk.idle()
    desk.press("9")
    #expect(desk.frame(80, 24).text.contains("Win rate"))
    #expect(!desk.frame(80, 24).text.contains("0.0%,"))
  }

  @Test func `the panel lists what was closed, the newest first`() {
    let text = Desk.closed(pressing: "9").frame(80, 24).text
    for part in ["50.0%, 1 of 2", "+24.62", "-15.90", "BTC long", "target", "ETH short", "stop"] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test func `the equity is noted once a minute and at most for eight hours`() {
    var desk = Desk.idle()
    #expect(desk.model.equityTrace.values == [10_000])
    for _ in 0..<119 { desk.pass(.seconds(1)) }
    #expect(desk.model.equityTrace.values.count == 2)
    for _ in 0..<500 { desk.pass(.minutes(1)) }
    #expect(desk.model.equityTrace.values.count == EquityTrace.capacity)
  }
}

struct ZonesPanelTests {
  @Test func `the zones are those of the detector, the nearest to the price first`() throws {
    var desk = Desk.trading()
    desk.press("8")
    let series = try #require(desk.model.snapshot.markets[Sample.btc]?.series(.oneMinute))
    var detector = ZoneDetector()
    for candle in series.closed { detector.update(candle) }
    #expect(desk.model.zones.zones == detector.zones)
    #expect(!detector.zones.isEmpty)
    let nearest = try #require(desk.model.zones.nearest(to: 60_000).first)
    let instrument = Sample.bitcoin
    let text = desk.frame(80, 24).text
    #expect(text.contains(NumberText.price(nearest.bottom, instrument)))
    #expect(text.contains(nearest.form.rawValue))
  }

  @Test func `support and resistance are those of the detector, dotted over the chart`() throws {
    var desk = Desk.trading()
    let series = try #require(desk.model.snapshot.markets[Sample.btc]?.series(.oneMinute))
    var detector = LevelDetector()
    for candle in series.closed { detector.update(candle) }
    #expect(desk.model.zones.levels == detector.levels)
    #expect(!detector.levels.isEmpty)
    #expect(desk.frame(200, 60).text.contains("┈"))
    desk.press(".")
    desk.refresh()
    #expect(desk.model.zones.levels == [])
    #expect(!desk.frame(200, 60).text.contains("┈"))
  }

  @Test func `zones are looked for anew when a candle closes or another chart is shown`() {
    var desk = Desk.trading()
    let before = desk.model.zones
    desk.pass(.seconds(1))
    #expect(desk.model.zones == before)
    desk.press(".")
    desk.refresh()
    #expect(desk.model.zones.zones == [])
  }

  @Test func `a proposal of a strategy is shown, approved by two keys and dismissed by one`() throws
  {
    let start = try Desk.proposing()
    var desk = start
    let proposal = try #require(desk.model.snapshot.proposals.first)
    desk.press("8")
    #expect(desk.frame(80, 24).text.contains("strategy ema-cross proposes"))
    expect(desk.press("A"), [])
    #expect(desk.frame(80, 24).text.contains("PAPER: approve the order of strategy ema-cross?"))
    expect(desk.press("y"), [.engine(.approve(proposal.id))])
    desk = start
    expect(desk.press("D"), [.engine(.dismiss(proposal.id))])
  }

  @Test func `a proposal in LIVE is approved only while armed`() throws {
    var desk = Desk.trading(mode: "LIVE")
    desk.take(.command(.setState(.approval, reason: "test"), .keyboard))
    desk.take(
      .command(
        .open(
          OpeningIntent(
            instrument: Desk.solana.id, side: .long, marginMode: .isolated, type: .market,
            size: .riskShare("0.005"), stop: .stop(Trigger(triggerPrice: 148)), takeProfit: nil)),
        .strategy("ema-cross")))
    desk.refresh()
    expect(desk.press("A"), [])
    #expect(desk.model.toast?.text == "A: LIVE: a arms the screen")
    expect(desk.press("a", "A", "y"), count: 1)
  }
}
