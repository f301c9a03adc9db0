import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The exchange closes a part of a position by itself.
@Suite struct TakeOverTests {
  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.addAlert("on liquidation"))
    desk.pass(.seconds(1))
    return desk
  }

  private func taken(
    _ category: OrderCategory, realized: Money = -24, at now: Timestamp
  ) -> AccountEvent {
    .order(
      Sample.order(
        "80", side: .sell, contracts: 4, filled: 4, price: 54_100, state: .filled, fee: 1,
        realized: realized, reduceOnly: true, category: category, at: now))
  }

  @Test(arguments: [
    (OrderCategory.partialLiquidation, "liquidated", PositionCycle.Ending.liquidation),
    (.autoDeleveraging, "deleveraged", .autoDeleveraging),
  ])
  func `X01 X02 a part that the exchange takes is told with what remains, and rests the instrument`(
    category: OrderCategory, word: String, ending: PositionCycle.Ending
  ) {
    var desk = held()
    let effects = desk.take(taken(category, at: desk.now))
    let text =
      "the exchange \(word) 4 contracts of the long at 54100, net -25.00 USDT: 6 remain"
    let alarms = effects.compactMap { effect -> String? in
      if case .notify(let notice) = effect, notice.level == .alarm { notice.text } else { nil }
    }
    #expect(alarms == [text])
    #expect(effects.alerts.map(\.topic) == [.liquidation])
    #expect(effects.alerts.map(\.text) == ["BTC-USDT: \(text)"])
    #expect(desk.snapshot.breakers.rests.map(\.instrument) == [Sample.btc])
    #expect(desk.snapshot.breakers.rests.map(\.until) == [desk.now + .minutes(15)])
    #expect(desk.snapshot.breakers.rests.map(\.ending) == [ending])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "rest.instrument")
    // Told once, whatever shows it again.
    #expect(desk.take(taken(category, at: desk.now)).notices == [])
    let shown = desk.take(
      .positions([Sample.position(contracts: 6, opened: Sample.start, updated: desk.now)]))
    #expect(shown.notices == [])
    #expect(desk.snapshot.positions.map(\.contracts) == [6])
  }

  @Test func `X02 a deleveraging with a profit rests the instrument as a win does`() {
    var desk = held()
    let effects = desk.take(taken(.autoDeleveraging, realized: 30, at: desk.now))
    #expect(
      effects.notices == [
        "the exchange deleveraged 4 contracts of the long at 54100, net 29.00 USDT: 6 remain"
      ])
    #expect(desk.snapshot.breakers.rests.isEmpty)
  }
}
