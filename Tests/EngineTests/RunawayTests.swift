import AccountData
import Engine
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// Wants a hundred openings at every candle, and to be out of what it holds before them.
private struct MadStrategy: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    let openings = (0..<100).map { number in
      Wish.open(
        OpeningWish(
          side: .long, type: .limit(Price(Fixed(59_900 - number))), size: .contracts(10),
          stop: .stop(Trigger(triggerPrice: 59_000)), takeProfit: Trigger(triggerPrice: 63_000),
          reason: "mad"))
    }
    return context.held == nil ? openings : [.close(reason: "out")]
  }

  func why() -> Explanation { Explanation(goal: "everything", conditions: []) }
}

/// Who asks for openings without end is stopped, and never kept from getting out.
@Suite struct RunawayTests {
  private static let settings = EngineDesk.settings {
    $0.pace = PaceLimits(ordersPerSecondMaximum: 5, wishesPerMinuteMaximum: 60)
  }

  private func desk() -> EngineDesk {
    var desk = EngineDesk(
      settings: Self.settings,
      strategies: [
        StrategyPlan(
          name: "mad", instrument: Sample.btc, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: MadStrategy())
      ])
    desk.boot()
    let past = [Int64(-2), -1].map { Sample.candle(Sample.start + .minutes($0), 60_000) }
    desk.take(.market(.candles(Sample.btc, .oneMinute, past)))
    desk.answer("candles", .confirmed(.done))
    return desk
  }

  private func alarms(_ effects: [Effect]) -> [String] {
    effects.compactMap {
      if case .notify(let notice) = $0, notice.level == .alarm { notice.text } else { nil }
    }
  }

  /// Lets the candle of a minute close and returns what follows.
  private func close(_ minute: Int64, _ desk: inout EngineDesk) -> [Effect] {
    desk.now = Sample.start + .minutes(minute + 1)
    desk.quote(Sample.bitcoin, 60_000)
    desk.take(.account(.balance(Sample.balance(at: desk.now))))
    let candle = Sample.candle(Sample.start + .minutes(minute), 60_000)
    return desk.take(.market(.candle(Sample.btc, .oneMinute, candle)))
  }

  @Test func `K04 a strategy that runs away is paused with an alarm and its entries are canceled`()
  {
    var desk = desk()
    let effects = close(0, &desk)
    #expect(effects.words.filter { $0 != "candles" } == ["submit", "cancel"])
    #expect(
      alarms(effects) == [
        "mad is paused: a runaway, it asked for more than 60 openings in a minute"
      ])
    #expect(desk.snapshot.strategies.map(\.state) == [.paused])
    #expect(desk.snapshot.trading.mode == .running)
    #expect(close(1, &desk).orders.isEmpty)
    // A pause outlives a restart, and only a person ends it.
    let states = Recovery(journal: desk.wanted.journaled).strategies
    #expect(states == [StrategyStateNote(name: "mad", state: .paused)])
  }

  @Test func `K04 a strategy that was stopped as a runaway still closes what it holds`() {
    var desk = desk()
    desk.command(.setStrategy("mad", .paused))
    desk.holdLong(source: .strategy("mad"))
    let effects = close(0, &desk)
    #expect(effects.orders.map(\.reduceOnly) == [true])
  }

  @Test func `K04 an agent that runs away halts everything, and exits pass`() {
    var desk = EngineDesk(settings: Self.settings)
    desk.boot()
    desk.holdLong()
    var ether = EngineDesk.long
    ether.instrument = Sample.eth
    ether.stop = .stop(Trigger(triggerPrice: 2_950))
    ether.takeProfit = Trigger(triggerPrice: 3_200)
    for number in 0..<1_000 {
      ether.type = .limit(Price(Fixed(2_990 - number % 7)))
      desk.command(.open(ether), .agent("a"))
      desk.pass(.milliseconds(1))
    }
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(
      alarms(desk.wanted) == [
        "halted: the agent a: a runaway, it asked for more than 60 openings in a minute"
      ])
    #expect(desk.wanted.orders.count { $0.instrument == Sample.eth } <= 5)
    let exit = desk.command(.close(ClosingIntent(key: Sample.btcKey)), .agent("a"))
    #expect(exit.orders.map(\.reduceOnly) == [true])
  }

  @Test func `K04 who asks as often as the limit lets is left alone, and persons always are`() {
    var desk = EngineDesk(settings: Self.settings)
    desk.boot()
    for _ in 0..<60 { desk.command(.open(EngineDesk.long), .agent("a")) }
    desk.pass(.minutes(1))
    for _ in 0..<60 { desk.command(.open(EngineDesk.long), .agent("a")) }
    for _ in 0..<200 { desk.command(.open(EngineDesk.long), .keyboard) }
    #expect(desk.snapshot.trading.mode == .running)
  }
}
