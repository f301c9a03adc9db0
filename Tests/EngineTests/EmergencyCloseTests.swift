import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What is closed because it cannot have its stop is not opened again by an order that rests.
@Suite struct EmergencyCloseTests {
  private static let refusal = Outcome.refused(
    Refusal(code: "102037", message: "stop price", advice: .fixRequest))

  /// Answers readings of the account with the positions that are known, these orders and no stop.
  private func answer(_ desk: inout EngineDesk, orders: [Order] = []) {
    desk.answerReadings(orders: orders)
  }

  @Test func `O22 O23 an emergency close takes the rest of its entry and the other entries back`() {
    var desk = EngineDesk()
    desk.boot()
    let ids = ["80", "81"].map { desk.restLong(as: $0) }
    let orders = [
      Sample.order(
        "80", client: ids[0], type: .limit(59_900), contracts: 10, filled: 4, price: 59_900,
        state: .partiallyFilled, stopLoss: Trigger(triggerPrice: 59_000), at: desk.now),
      Sample.order(
        "81", client: ids[1], type: .limit(59_900), contracts: 10,
        stopLoss: Trigger(triggerPrice: 59_000), at: desk.now),
    ]
    desk.take(.order(orders[0]))
    desk.take(
      .positions([
        Sample.position(contracts: 4, entry: 59_900, opened: desk.now, updated: desk.now)
      ]))
    desk.run(.milliseconds(600)) { answer(&$0, orders: orders) }
    let effects = desk.answer("protect", Self.refusal)
    #expect(effects.words == ["submit", "cancel", "cancel"])
    #expect(effects.orders.map(\.contracts) == [4])
    #expect(effects.orders.map(\.reduceOnly) == [true])
    #expect(
      effects.compactMap { effect -> OrderReference? in
        if case .cancel(_, _, let reference) = effect { reference } else { nil }
      } == [.exchange(ExchangeOrderID("80")), .exchange(ExchangeOrderID("81"))])
    #expect(
      effects.notices == [
        "protection was not placed: stop price",
        "closing the unprotected position: the stop was refused: stop price, and our entries "
          + "there are canceled",
      ])
  }

  @Test func `O23 an emergency close gives up what would open the same position later`() {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.stop = .stop(Trigger(triggerPrice: 60_000))
    wish.takeProfit = Trigger(triggerPrice: 64_000)
    desk.command(.openAt(wish, trigger: 61_000, until: nil))
    wish.instrument = Sample.eth
    wish.stop = .stop(Trigger(triggerPrice: 3_050))
    wish.takeProfit = Trigger(triggerPrice: 3_300)
    desk.command(.openAt(wish, trigger: 3_100, until: nil))
    desk.holdLong(stop: nil)
    desk.run(.milliseconds(600)) { answer(&$0) }
    #expect(desk.snapshot.plans.map(\.instrument) == [Sample.btc, Sample.eth])
    let effects = desk.answer("protect", Self.refusal)
    #expect(desk.snapshot.plans.map(\.instrument) == [Sample.eth])
    #expect(effects.notices.contains("entry given up: the position cannot have its stop"))
  }
}
