import Engine
import MarketData
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
        == "the strategy idle is in paused, as its settings say; before this start it was in running"
    )
  }

  @Test func `the settings cannot loosen what was said before a start, and it is told`() {
    var desk = desk(.running)
    desk.boot(recovery: Recovery(strategies: [said(.approval)]))
    #expect(desk.snapshot.strategies.map(\.state) == [.approval])
    #expect(
      desk.wanted.notices.first
        == "the strategy idle stays in approval, as was said before this start; its settings say "
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

  @Test func `D05 a state that was given survives a loss of power`() {
    var desk = desk(.running)
    desk.boot()
    let given = desk.command(.setStrategy("idle", .paused)).records
    #expect(states(given.filter(\.needsDurability)) == [said(.paused)])
    let refused = desk.command(.setStrategy("ghost", .paused)).records
    #expect(refused.filter(\.needsDurability) == [])
  }
}
