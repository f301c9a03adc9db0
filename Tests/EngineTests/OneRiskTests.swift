import AccountData
import Engine
import TestSupport
import Testing
import Trading
import Units

/// What one R is, and what becomes of a stop that is refused.
@Suite struct OneRiskTests {
  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    return desk
  }

  @Test func `a stop that fills as planned costs one R, fees and slippage included`() throws {
    var desk = held()
    // 1 000 of distance, the fee of 60 000, the fee and the allowed slippage of 59 000.
    let life = try #require(desk.snapshot.account.positions.held.first?.cycle)
    #expect(life.initialStop == 59_000 && life.initialRisk == "11.009")
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "70", side: .sell, contracts: 10, filled: 10, price: "58970.5", state: .filled,
          fee: "0.713823", realized: "-10.295", reduceOnly: true, category: .stopLoss,
          at: desk.now)))
    desk.take(.positions([]))
    let ended = try #require(desk.snapshot.account.endedCycles.last)
    #expect(ended.netPnL == "-11.008823")
    let multiple = try #require(ended.rMultiple)
    #expect(multiple < "-0.999" && multiple > -1)
  }

  @Test func `a refused stop and a refused break-even are written down as denied`() {
    var desk = held()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 61_000), takeProfit: nil))
    desk.command(.breakEven(Sample.btcKey))
    let denied = desk.wanted.records.compactMap { record -> Intent? in
      if case .denial(let denial) = record { denial.intent } else { nil }
    }
    #expect(denied.count == 2)
    #expect(denied.first == .protect(Sample.btcKey, stopLoss: 61_000, takeProfit: nil))
    #expect(desk.wanted.protections.isEmpty)
  }
}
