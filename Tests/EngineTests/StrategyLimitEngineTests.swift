import Engine
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// The limits of a strategy in the running engine: over restarts, with proposals, on a reload.
@Suite struct StrategyLimitEngineTests {
  private let zones = CommandSource.strategy("zones")

  private func settings(
    run: RunID = RunID("p"), _ change: (inout StrategyLimits) -> Void
  ) -> EngineSettings {
    let old = EngineDesk.settings
    return EngineSettings(
      modeWord: old.modeWord, exchange: old.exchange, run: run, pairs: old.pairs,
      timeFrames: old.timeFrames, limits: limits(change), fees: old.fees,
      dayOffset: old.dayOffset, depth: old.depth, timing: old.timing, seed: old.seed)
  }

  private func limits(_ change: (inout StrategyLimits) -> Void) -> RiskLimits {
    var own = StrategyLimits(name: "zones")
    change(&own)
    var limits = EngineDesk.limits
    limits.strategies = [own]
    return limits
  }

  private func desk(_ settings: EngineSettings) -> EngineDesk {
    EngineDesk(
      settings: settings,
      strategies: [
        StrategyPlan(
          name: "zones", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: EMACross(EMACross.Settings()))
      ])
  }

  /// A long of the strategy that ends with a loss of ten, or so much, and is forgotten by the
  /// cooldown.
  private func lose(
    _ desk: inout EngineDesk, _ number: Int, realized: Money = -10,
    by category: OrderCategory = .stopLoss
  ) {
    desk.holdLong(source: zones)
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "exit\(number)", side: .sell, contracts: 10, filled: 10, price: 59_000,
          state: .filled, realized: realized, reduceOnly: true, category: category,
          at: desk.now)))
    desk.take(.positions([]))
    desk.pass(.minutes(16))
    refresh(&desk)
  }

  /// Makes balance and prices those of now.
  private func refresh(_ desk: inout EngineDesk) {
    desk.take(.balance(Sample.balance(10_000, at: desk.now)))
    desk.quote(Sample.bitcoin, 60_000)
  }

  private func condition(_ desk: EngineDesk) -> [String] {
    desk.snapshot.strategies[0].explanation.conditions.prefix(5).map {
      "\($0.isMet ? "+" : ">") \($0.text): \($0.value)"
    }
  }

  @Test func `K05 the loss and the trades of a strategy's day outlive a restart`() {
    let money = settings { $0.dailyLossMoneyMaximum = 100 }
    var first = desk(money)
    first.boot()
    lose(&first, 1, realized: -100, by: .normal)
    first.command(.open(EngineDesk.long), zones)
    #expect(first.snapshot.denials.map(\.code) == ["strategy.daily_loss"])
    let journal = first.wanted.journaled
    var second = desk(settings(run: RunID("q")) { $0.dailyLossMoneyMaximum = 100 })
    second.now = first.now
    second.boot(recovery: Recovery(journal: journal))
    second.command(.open(EngineDesk.long), zones)
    #expect(
      second.snapshot.denials.map(\.text) == [
        "the strategy lost 100.00 USDT today, its own limit is 100.00 USDT"
      ])
    var third = desk(settings(run: RunID("q")) { $0.tradesPerDayMaximum = 1 })
    third.now = first.now
    third.boot(recovery: Recovery(journal: journal))
    third.command(.open(EngineDesk.long), zones)
    #expect(third.snapshot.denials.map(\.code) == ["strategy.trades_per_day"])
    // Another day is another count, and what others do is not limited by it.
    #expect(third.command(.open(EngineDesk.long)).orders.count == 1)
    var fourth = desk(settings(run: RunID("q")) { $0.tradesPerDayMaximum = 1 })
    fourth.now = first.now
    fourth.boot(recovery: Recovery(journal: journal))
    fourth.now = Timestamp(year: 2026, month: 3, day: 5)
    fourth.take(.timer(.day))
    refresh(&fourth)
    fourth.quote(Sample.ether, 3_000)
    #expect(fourth.snapshot.breakers.tally(of: "zones").tradesToday == 0)
    #expect(fourth.command(.open(EngineDesk.long), zones).orders.count == 1)
  }

  @Test func `a person's approval does not lift a limit of the strategy`() {
    var desk = desk(settings { $0.notionalPerPairMoneyMaximum = 500 })
    desk.boot()
    desk.command(.setState(.approval, reason: ""))
    desk.command(.open(EngineDesk.long), zones)
    #expect(desk.snapshot.proposals.map(\.intent) == [EngineDesk.long])
    #expect(desk.command(.approve(1)).orders.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["strategy.pair_notional"])
    // The same by a person is a person's.
    #expect(desk.command(.open(EngineDesk.long)).orders.count == 1)
  }

  @Test func `a run of stop-outs puts the strategy alone into another state`() {
    var first = desk(
      settings {
        $0.stopOutsInARowMaximum = 2
        $0.afterStopOuts = .paused
      })
    first.boot()
    lose(&first, 1)
    #expect(first.snapshot.strategies.map(\.state) == [.running])
    lose(&first, 2)
    #expect(first.snapshot.strategies.map(\.state) == [.paused])
    #expect(first.snapshot.trading.mode == .running)
    #expect(first.wanted.notices.contains("zones: 2 stops were hit in a row"))
    var second = desk(
      settings(run: RunID("q")) {
        $0.stopOutsInARowMaximum = 2
        $0.afterStopOuts = .paused
      })
    second.now = first.now
    second.boot(recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.strategies.map(\.state) == [.paused])
    #expect(second.snapshot.breakers.tally(of: "zones").stopOutsInARow == 2)
    // Only a person lets it trade again, and the run begins anew with that.
    second.command(.setStrategy("zones", .running), .engine)
    #expect(second.snapshot.strategies.map(\.state) == [.paused])
    second.command(.setStrategy("zones", .running))
    #expect(second.snapshot.strategies.map(\.state) == [.running])
    #expect(second.snapshot.breakers.tally(of: "zones").stopOutsInARow == 0)
  }

  @Test func `a win ends the run of stop-outs`() {
    var desk = desk(settings { $0.stopOutsInARowMaximum = 2 })
    desk.boot()
    lose(&desk, 1)
    lose(&desk, 2, realized: 20, by: .takeProfit)
    lose(&desk, 3)
    #expect(desk.snapshot.breakers.tally(of: "zones").stopOutsInARow == 1)
    #expect(desk.snapshot.strategies.map(\.state) == [.running])
  }

  @Test func `a state that lets a strategy do less is not loosened by its stop-outs`() {
    var desk = desk(settings { $0.stopOutsInARowMaximum = 1 })
    desk.boot()
    desk.holdLong(source: zones)
    desk.command(.setStrategy("zones", .paused))
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "exit", side: .sell, contracts: 10, filled: 10, price: 59_000, state: .filled,
          realized: -10, reduceOnly: true, category: .stopLoss, at: desk.now)))
    desk.take(.positions([]))
    #expect(desk.snapshot.breakers.tally(of: "zones").stopOutsInARow == 1)
    #expect(desk.snapshot.strategies.map(\.state) == [.paused])
  }

  @Test func `K14 tighter limits of a strategy hold at once, looser ones need a person`() {
    var desk = desk(settings { $0.stopOutsInARowMaximum = 5 })
    desk.boot()
    lose(&desk, 1)
    let tight = limits {
      $0.stopOutsInARowMaximum = 1
      $0.tradesPerDayMaximum = 1
    }
    desk.command(.setLimits(tight), .engine)
    #expect(desk.snapshot.limits == tight)
    #expect(desk.snapshot.strategies.map(\.state) == [.approval])
    desk.command(.open(EngineDesk.long), zones)
    #expect(desk.snapshot.denials.map(\.code) == ["strategy.trades_per_day"])
    let answers = desk.command(.setLimits(EngineDesk.limits), .engine).records.compactMap {
      if case .command(let command) = $0 { command.answer } else { nil }
    }
    #expect(
      answers == ["only a person loosens zones.tradesPerDayMaximum, zones.stopOutsInARowMaximum"])
    desk.command(.setLimits(EngineDesk.limits))
    #expect(desk.command(.open(EngineDesk.long), zones).orders.count == 1)
  }

  @Test func `G8 why names the limit of the strategy that is reached, with where it stands`() {
    var desk = desk(
      settings {
        $0.tradesPerDayMaximum = 1
        $0.dailyLossMaximum = "0.01"
        $0.stopOutsInARowMaximum = 3
        $0.notionalPerPairMaximum = "0.2"
        $0.riskPerTradeMaximum = "0.005"
      })
    desk.boot()
    #expect(
      condition(desk) == [
        "+ positions opened today below 1: 0", "+ lost today below 100.00 USDT: 0.00 USDT",
        "+ stops in a row below 3: 0",
        "+ position and orders below 2000.00 USDT: 0.00 USDT",
        "+ a trade risks at most 0.5 % of the equity: 50.00 USDT",
      ])
    desk.take(.market(.candles(Sample.btc, .oneMinute, [Sample.candle(Sample.start, 60_000)])))
    desk.answer("candles", .confirmed(.done))
    lose(&desk, 1)
    #expect(
      condition(desk).prefix(3) == [
        "> positions opened today below 1: 1", "+ lost today below 100.00 USDT: 10.00 USDT",
        "+ stops in a row below 3: 1",
      ])
    #expect(desk.snapshot.strategies[0].failing == "positions opened today below 1: 1")
    #expect(
      desk.snapshot.strategies[0].lines[1] == "> positions opened today below 1: 1")
  }

  @Test func `limits of strategies are coded, and what they did is in the state hash`() throws {
    let limits = limits {
      $0.riskPerTradeMaximum = "0.005"
      $0.notionalPerPairMaximum = 1
      $0.notionalPerPairMoneyMaximum = 2_000
      $0.dailyLossMaximum = "0.01"
      $0.dailyLossMoneyMaximum = 100
      $0.tradesPerDayMaximum = 5
      $0.stopOutsInARowMaximum = 2
      $0.afterStopOuts = .paused
    }
    let event = Stamped(
      Event.command(.setLimits(limits), .keyboard), sequence: 3, at: Sample.start)
    #expect(try EventCoding.decode(EventCoding.encode(event)).value == event.value)
    var desk = desk(settings { $0.tradesPerDayMaximum = 5 })
    desk.boot()
    lose(&desk, 1)
    var forgiven = desk
    forgiven.command(.setStrategy("zones", .running))
    desk.command(.setStrategy("zones", .running), zones)
    #expect(desk.snapshot.breakers.tally(of: "zones").stopOutsInARow == 1)
    #expect(desk.engine.stateHash != forgiven.engine.stateHash)
  }
}
