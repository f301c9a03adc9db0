import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The limits that a strategy has beside those of the account.
@Suite struct StrategyLimitTests {
  private let long = RiskDesk.long
  private let zones = CommandSource.strategy("zones")
  private let dayStart = Sample.start.start(of: .days(1), offset: .zero)

  private func desk(_ change: (inout StrategyLimits) -> Void) -> RiskDesk {
    var desk = RiskDesk()
    var limits = StrategyLimits(name: "zones")
    change(&limits)
    desk.limits.strategies = [limits]
    return desk
  }

  /// The life of a position of a strategy that brought so much, fees and funding included.
  private func cycle(
    _ net: Money = 0, by source: CommandSource = .strategy("zones"),
    ending: PositionCycle.Ending = .strategy, closed: Timestamp = Sample.start
  ) -> PositionCycle {
    var cycle = PositionCycle(
      key: Sample.btcKey, side: .long, source: source, openedAt: closed - .minutes(1),
      entryPrice: 60_000, peakContracts: 10)
    cycle.closedAt = closed
    cycle.ending = ending
    cycle.realizedPnL = net + 7
    cycle.fees = 5
    cycle.funding = -2
    return cycle
  }

  private func end(_ cycle: PositionCycle, in desk: inout RiskDesk) {
    _ = desk.breakers.close(
      cycle, at: Sample.start, limits: desk.limits.day, dayStart: dayStart)
  }

  /// Tracks an opening order that was sent now.
  private func send(_ desk: inout RiskDesk, by source: CommandSource) {
    desk.book.add(
      OrderRequest(
        clientOrderID: ClientOrderID("a"), instrument: Sample.btc, side: .buy,
        marginMode: .isolated, type: .limit(59_000), contracts: 1, reduceOnly: false,
        stopLoss: Trigger(triggerPrice: 58_900)),
      source: source, at: desk.now)
  }

  @Test func `the risk of a trade may reach the strategy's limit and not pass it`() throws {
    let free = RiskDesk().preview(long, from: zones)
    let (loss, share) = (try #require(free.lossAtStop), try #require(free.riskShare))
    #expect(free.denial == nil)
    let wide = desk { $0.riskPerTradeMaximum = share }
    #expect(wide.denial(long, from: zones) == nil)
    let tight = desk { $0.riskPerTradeMaximum = share - "0.000001" }
    #expect(
      tight.denial(long, from: zones)
        == .strategyRisk(loss: loss, before: 0, limit: loss - "0.01"))
    // Whose limit it is not: a person and other strategies.
    #expect(tight.denial(long) == nil)
    #expect(tight.denial(long, from: .strategy("other")) == nil)
  }

  @Test func `of the account's limit and the strategy's the tighter one holds`() throws {
    let loss = try #require(RiskDesk().preview(long, from: zones).lossAtStop)
    var desk = desk { $0.riskPerTradeMaximum = "0.02" }
    desk.limits.riskPerTradeMaximum = "0.001"
    #expect(desk.denial(long, from: zones) == .riskTooLarge(loss: loss, limit: 10))
    desk.limits.riskPerTradeMaximum = "0.02"
    desk.limits.strategies[0].riskPerTradeMaximum = "0.001"
    #expect(
      desk.denial(long, from: zones) == .strategyRisk(loss: loss, before: 0, limit: 10))
  }

  @Test func `K08 what is held of a trade counts for the strategy's limit as well`() throws {
    var desk = desk { $0.riskPerTradeMaximum = "0.005" }
    desk.take(.positions([Sample.position(contracts: 10)]))
    let loss = try #require(desk.preview(long, from: zones).lossAtStop)
    // A position without a known stop can lose its collateral: a tenth of 600.
    #expect(
      desk.denial(long, from: zones) == .strategyRisk(loss: loss, before: 60, limit: 50))
  }

  @Test func `where liquidation is the stop the collateral is what a trade risks`() throws {
    var desk = desk { $0.riskPerTradeMaximum = "0.005" }
    desk.limits.liquidationMayBeStop = true
    let bare = long.with { $0.stop = .liquidation }
    let margin = try #require(desk.preview(bare, from: zones).margin)
    #expect(
      desk.denial(bare, from: zones) == .strategyRisk(loss: margin, before: 0, limit: 50))
    desk.limits.strategies[0].riskPerTradeMaximum = "0.007"
    #expect(desk.denial(bare, from: zones) == nil)
  }

  @Test func `the value of the pair is limited as a share and in money`() {
    // Ten contracts at the best ask are worth 600.001.
    var desk = desk { $0.notionalPerPairMaximum = "0.0600001" }
    #expect(desk.denial(long, from: zones) == nil)
    desk.limits.strategies[0].notionalPerPairMoneyMaximum = "600.001"
    #expect(desk.denial(long, from: zones) == nil)
    desk.limits.strategies[0].notionalPerPairMoneyMaximum = 600
    #expect(desk.denial(long, from: zones) == .strategyNotional(would: "600.001", limit: 600))
    desk.limits.strategies[0].notionalPerPairMoneyMaximum = nil
    desk.limits.strategies[0].notionalPerPairMaximum = "0.06"
    #expect(desk.denial(long, from: zones) == .strategyNotional(would: "600.001", limit: 600))
    // What is held counts: 600 more.
    desk.limits.strategies[0].notionalPerPairMaximum = "0.12"
    desk.take(.positions([Sample.position(contracts: 11)]))
    #expect(desk.denial(long, from: zones) == .strategyNotional(would: 1_260, limit: 1_200))
  }

  @Test func `a strategy opens so many positions a day, its orders on the way included`() {
    var desk = desk { $0.tradesPerDayMaximum = 2 }
    desk.breakers.opened(cycle())
    desk.breakers.opened(cycle(by: .strategy("other")))
    #expect(desk.denial(long, from: zones) == nil)
    var waiting = desk
    send(&waiting, by: .strategy("other"))
    #expect(waiting.denial(long, from: zones) == nil)
    waiting = desk
    send(&waiting, by: zones)
    #expect(waiting.denial(long, from: zones) == .strategyTrades(count: 2, limit: 2))
    desk.breakers.opened(cycle())
    #expect(desk.denial(long, from: zones) == .strategyTrades(count: 2, limit: 2))
    #expect(desk.denial(long, from: .strategy("other")) == nil)
    // To add to a position is not another trade, and the next day begins anew.
    var holding = desk
    holding.take(.positions([Sample.position()]))
    #expect(holding.denial(long, from: zones) == nil)
    desk.breakers.turnDay()
    #expect(desk.denial(long, from: zones) == nil)
  }

  @Test func `K05 the realized loss of the day stops a strategy, fees and funding included`() {
    var desk = desk { $0.dailyLossMaximum = "0.01" }
    end(cycle("-99.99"), in: &desk)
    end(cycle(-500, by: .strategy("other")), in: &desk)
    #expect(desk.denial(long, from: zones) == nil)
    end(cycle("-0.01"), in: &desk)
    #expect(desk.denial(long, from: zones) == .strategyLoss(lost: 100, limit: 100))
    #expect(desk.denial(long) == nil)
    desk.limits.strategies[0].dailyLossMoneyMaximum = 50
    #expect(desk.denial(long, from: zones) == .strategyLoss(lost: 100, limit: 50))
    end(cycle(60), in: &desk)
    #expect(desk.denial(long, from: zones) == nil)
    end(cycle(-300), in: &desk)
    desk.breakers.turnDay()
    #expect(desk.denial(long, from: zones) == nil)
  }

  @Test func `the loss of the day is not known while the end of a position is not told`() {
    var desk = desk { $0.dailyLossMoneyMaximum = 50 }
    send(&desk, by: zones)
    desk.take(
      .order(
        Sample.order(
          "1", client: ClientOrderID("a"), type: .limit(59_000), contracts: 1, filled: 1,
          price: 59_000, state: .filled)))
    desk.take(.positions([Sample.position(contracts: 1, entry: 59_000)]))
    #expect(desk.denial(long, from: zones) == nil)
    desk.take(.positions([]))
    #expect(desk.denial(long, from: zones) == .missing(.dayFigures))
    #expect(desk.denial(long) == nil)
  }

  @Test func `K05 what a strategy did today is known again after a restart`() {
    var breakers = CircuitBreakers()
    let yesterday = dayStart - .seconds(1)
    breakers.restore(
      peak: nil,
      endedCycles: [
        cycle(-40, ending: .stopLoss, closed: yesterday),
        cycle(-30, ending: .stopLoss, closed: dayStart + .minutes(2)),
        cycle(-2, by: .strategy("other"), closed: dayStart + .minutes(4)),
      ],
      openCycles: [cycle(closed: dayStart + .minutes(6))], limits: RiskDesk.limits.day,
      dayStart: dayStart, at: Sample.start)
    let tally = breakers.tally(of: "zones")
    #expect(tally.tradesToday == 2)
    #expect(tally.netToday == -30)
    #expect(tally.stopOutsInARow == 2)
    #expect(breakers.tally(of: "other").netToday == -2)
  }

  @Test func `exits of a strategy pass whatever its limits say`() throws {
    var desk = desk {
      $0.tradesPerDayMaximum = 1
      $0.dailyLossMoneyMaximum = 1
      $0.notionalPerPairMoneyMaximum = 1
      $0.riskPerTradeMaximum = "0.0001"
    }
    desk.breakers.opened(cycle())
    end(cycle(-50), in: &desk)
    desk.take(.positions([Sample.position()]))
    #expect(desk.denial(long, from: zones) == .strategyLoss(lost: 50, limit: 1))
    let gate = RiskGate(limits: desk.limits)
    let closing = gate.close(
      ClosingIntent(key: Sample.btcKey), source: zones, reasons: [], ids: &desk.ids,
      in: desk.context)
    #expect(try closing.get().map(\.request.contracts) == [10])
    let stop = gate.protect(
      Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_000), takeProfit: nil, source: zones,
      reasons: [], ids: &desk.ids, in: desk.context)
    #expect(try stop.get().request.key == Sample.btcKey)
  }

  @Test func `K14 what a strategy's limits allow more than before is named with the strategy`() {
    var tight = RiskDesk.limits
    tight.strategies = [
      StrategyLimits(
        name: "zones", riskPerTradeMaximum: "0.005", notionalPerPairMaximum: 1,
        notionalPerPairMoneyMaximum: 100, dailyLossMaximum: "0.01", dailyLossMoneyMaximum: 10,
        tradesPerDayMaximum: 2, stopOutsInARowMaximum: 2, afterStopOuts: .paused)
    ]
    var loose = RiskDesk.limits
    loose.strategies = [
      StrategyLimits(
        name: "zones", riskPerTradeMaximum: "0.006", notionalPerPairMaximum: 2,
        notionalPerPairMoneyMaximum: 101, dailyLossMaximum: "0.02", tradesPerDayMaximum: 3,
        stopOutsInARowMaximum: 2),
      StrategyLimits(name: "new", tradesPerDayMaximum: 1),
    ]
    #expect(
      loose.looser(than: tight) == [
        "zones.riskPerTradeMaximum", "zones.notionalPerPairMaximum",
        "zones.notionalPerPairMoneyMaximum", "zones.dailyLossMaximum",
        "zones.dailyLossMoneyMaximum", "zones.tradesPerDayMaximum", "zones.afterStopOuts",
      ])
    // A strategy that is named no more has the account's limits alone.
    #expect(RiskDesk.limits.looser(than: tight).count == 7)
    #expect(tight.looser(than: RiskDesk.limits) == [])
  }
}
