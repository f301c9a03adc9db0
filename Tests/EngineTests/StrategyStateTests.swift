import Engine
import MarketData
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// Wants nothing.
private struct Idle: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] { [] }

  func why() -> Explanation { Explanation(goal: "wait", conditions: []) }
}

/// Tells when the instrument's position was opened.
private struct Rester: Strategy {
  private var enteredAt: Timestamp?

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    enteredAt = context.enteredAt
    return []
  }

  func why() -> Explanation {
    let minutes = enteredAt.map { "\(($0 - Sample.start).milliseconds / 60_000)" } ?? "—"
    return Explanation(goal: "rest", conditions: [.init("entered", value: minutes, isMet: false)])
  }
}

/// Who lets a strategy trade: the settings, what was said before, and how that is kept.
@Suite struct StrategyStateTests {
  private func desk(_ state: StrategyState) -> EngineDesk {
    EngineDesk(
      strategies: [
        StrategyPlan(
          name: "idle", instrument: Sample.btc, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: Idle(), state: state)
      ])
  }

  private func said(_ state: StrategyState) -> StrategyStateNote {
    StrategyStateNote(name: "idle", state: state)
  }

  private func states(_ records: [Record]) -> [StrategyStateNote] {
    records.compactMap { if case .command(let command) = $0 { command.strategyState } else { nil } }
  }

  @Test func `what was said before a start cannot loosen what the settings say, and it is told`() {
    var desk = desk(.paused)
    desk.boot(recovery: Recovery(strategies: [said(.running)]))
    #expect(desk.snapshot.strategies.map(\.state) == [.paused])
    #expect(
      desk.wanted.notices.first
        == "the strategy idle is set to paused, as its settings say; before this start it was at "
        + "running")
  }

  @Test func `the settings cannot loosen what was said before a start, and it is told`() {
    var desk = desk(.running)
    desk.boot(recovery: Recovery(strategies: [said(.approval)]))
    #expect(desk.snapshot.strategies.map(\.state) == [.approval])
    #expect(
      desk.wanted.notices.first
        == "the strategy idle stays at approval, as was said before this start; its settings say "
        + "running")
  }

  @Test func `nothing is told where the settings say what was said before`() {
    var desk = desk(.approval)
    desk.boot(recovery: Recovery(strategies: [said(.approval)]))
    #expect(desk.snapshot.strategies.map(\.state) == [.approval])
    #expect(desk.wanted.notices == ["ready"])
  }

  @Test func `D01 a state that was given while the journal was down is written when it works`() {
    var desk = desk(.running)
    desk.boot()
    desk.take(.journalFailed(nil, "disk full"))
    desk.command(.setStrategy("idle", .paused))
    let written = desk.take(.journalRecovered).records
    #expect(states(written) == [said(.paused)])
    let next = Recovery(journal: written)
    #expect(next.strategies == [said(.paused)])
  }

  @Test func `a state that was given is written with the disk's confirmation`() {
    var desk = desk(.running)
    desk.boot()
    let given = desk.command(.setStrategy("idle", .paused)).records
    #expect(states(given.filter(\.needsDurability)) == [said(.paused)])
    let refused = desk.command(.setStrategy("ghost", .paused)).records
    #expect(refused.filter(\.needsDurability) == [])
  }

  private func cycle(openedAt: Timestamp) -> PositionCycle {
    PositionCycle(
      key: Sample.btcKey, side: .long, source: .strategy("rester"), openedAt: openedAt,
      entryPrice: 60_000, peakContracts: 10)
  }

  @Test(arguments: [true, false])
  func `a strategy knows over a restart when its position was opened`(isHeld: Bool) {
    var desk = EngineDesk(
      strategies: [
        StrategyPlan(
          name: "rester", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Rester())
      ])
    let openedAt = Sample.start - .minutes(90)
    var ended = cycle(openedAt: openedAt)
    ended.closedAt = openedAt + .minutes(20)
    desk.boot(
      EngineDesk.account(positions: isHeld ? [Sample.position(opened: openedAt)] : []),
      recovery: isHeld
        ? Recovery(openCycles: [cycle(openedAt: openedAt)]) : Recovery(endedCycles: [ended]))
    desk.take(
      .market(.candles(Sample.btc, .oneMinute, [Sample.candle(Sample.start - .minutes(1), 60_000)]))
    )
    #expect(desk.snapshot.strategies[0].explanation.conditions.map(\.value) == ["-90"])
  }

  @Test func `a strategy without a target says that the ratio asked for keeps it from opening`() {
    for (minimum, stop, obstacle) in [
      (
        Rate(2), Rate("0.02"),
        "it names no target, which rewardToRiskMinimum asks for: it opens "
          + "nothing unless that is 0"
      ),
      (0, "0.02", "its candles are being read"), (2, nil, "its candles are being read"),
    ] as [(Rate, Rate?, String)] {
      var desk = EngineDesk(
        settings: EngineDesk.settings { $0.rewardToRiskMinimum = minimum },
        strategies: [
          StrategyPlan(
            name: "cross", instrument: Sample.btc, marginMode: .isolated,
            timeFrames: [.oneMinute],
            strategy: EMACross(EMACross.Settings(stopDistance: stop)))
        ])
      desk.boot()
      #expect(desk.snapshot.strategies.map(\.obstacle) == [obstacle])
    }
  }

  @Test func `a limit that looks at candles leaves a strategy all of the past`() {
    var desk = EngineDesk(
      settings: EngineDesk.settings(candles: 300) { $0.size.rangeMoveMaximum = "0.02" },
      strategies: [
        StrategyPlan(
          name: "idle", instrument: Sample.btc, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: Idle())
      ])
    desk.boot()
    let limits = desk.wanted.compactMap { effect -> Int? in
      if case .candles(_, _, .oneMinute, nil, let limit) = effect { limit } else { nil }
    }
    #expect(limits == [300, 100])
  }
}
