import AccountData
import Engine
import TestSupport
import Testing
import Trading
import Units

/// Stops that somebody sets, moves or takes away at the exchange beside ours.
@Suite struct OutsideStopTests {
  /// A desk that holds the long with the stop of its entry at 59 000.
  private func held(liquidation: Price? = nil) -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    if let liquidation { show(liquidation, &desk) }
    return desk
  }

  private func show(_ liquidation: Price, _ desk: inout EngineDesk) {
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    desk.take(
      .positions([
        Sample.position(
          contracts: 10, liquidation: liquidation, opened: opened, updated: desk.now)
      ]))
  }

  /// Takes our stop away at the exchange, and lets time pass with what then rests there.
  private func takeAway(
    _ id: String, client: ClientOrderID? = nil, leaving rest: [TriggerOrder],
    _ desk: inout EngineDesk
  ) {
    desk.take(
      .triggerOrder(Sample.stop(id, client: client, target: 63_000, state: .canceled)))
    desk.run(.seconds(5)) { $0.answerReadings(stops: rest) }
  }

  private func alarms(_ desk: EngineDesk) -> [String] {
    desk.snapshot.notices.filter { $0.level == .alarm }.map(\.text)
  }

  @Test func `E7 O24 a stop beyond liquidation covers nothing: ours is placed again beside it`() {
    var desk = held(liquidation: 54_000)
    let far = Sample.stop("5", at: 30_000)
    desk.take(.triggerOrder(far))
    takeAway("901", leaving: [far], &desk)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(desk.wanted.protections.map(\.size) == [.contracts(10)])
    #expect(
      alarms(desk) == [
        "the position has no stop before liquidation: the one at 30000 lies behind it and guards "
          + "nothing"
      ])
    #expect(desk.snapshot.positions.first?.protection.isNaked == true)
  }

  @Test func `E7 a planned stop that liquidation has come before is told, not placed twice`() {
    var desk = held()
    show(59_500, &desk)
    desk.command(.reconcile)
    desk.run(.seconds(10)) { $0.answerReadings(stops: [EngineDesk.attachedStop]) }
    #expect(desk.wanted.protections.isEmpty)
    #expect(desk.wanted.orders.filter(\.reduceOnly).isEmpty)
    #expect(
      alarms(desk) == [
        "the position has no stop before liquidation: the one at 59000 lies behind it and guards "
          + "nothing"
      ])
    show(54_000, &desk)
    #expect(desk.snapshot.positions.first?.protection.isNaked == false)
  }

  @Test func `O24 our stop that is gone is placed again beside one that is farther away`() {
    var desk = held()
    let far = Sample.stop("5", at: 54_500)
    desk.take(.triggerOrder(far))
    let canceledAt = desk.now
    takeAway("901", leaving: [far], &desk)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(desk.wanted.protections.map(\.size) == [.contracts(10)])
    let sentAt = desk.snapshot.requests.waiting.first { $0.subject.word == "protect" }?.sentAt
    #expect(sentAt.map { $0 - canceledAt <= .seconds(5) } == true)
    #expect(
      alarms(desk) == [
        "our stop at 59000 is gone and is placed again: with the one at 54500 alone 55.96 USDT are "
          + "at risk"
      ])
  }

  @Test func `a stop beside ours that is nearer, or farther with ours there, changes nothing`() {
    var desk = held()
    let near = Sample.stop("5", at: 59_500)
    desk.take(.triggerOrder(near))
    desk.run(.seconds(5)) { $0.answerReadings(stops: [EngineDesk.attachedStop, near]) }
    takeAway("901", leaving: [near], &desk)
    #expect(desk.wanted.protections.isEmpty)
    #expect(alarms(desk) == [])
  }

  @Test func `a stop of ours that is taken away again and again gives way to the other one`() {
    var desk = held()
    let far = Sample.stop("5", at: 54_500)
    desk.take(.triggerOrder(far))
    var last = (id: "901", client: ClientOrderID?.none)
    for round in 0..<2 {
      takeAway(last.id, client: last.client, leaving: [far], &desk)
      let asked = desk.wanted.protections
      #expect(asked.count == round + 1)
      last = (id: "95\(round)", client: asked.last?.clientOrderID)
      let ours = Sample.stop(
        last.id, client: last.client, at: 59_000, target: 63_000, size: .contracts(10))
      desk.take(.triggerOrder(ours))
      desk.answer("protect", .confirmed(.order(ours.exchangeOrderID)))
      desk.run(.seconds(5)) { $0.answerReadings(stops: [ours, far]) }
    }
    takeAway(last.id, client: last.client, leaving: [far], &desk)
    #expect(desk.wanted.protections.count == 2)
    #expect(
      alarms(desk).last
        == "our stop at 59000 was taken away again: the one at 54500 is kept, 55.96 USDT are at "
        + "risk")
    // It is the plan now: it is what is placed when it goes as well.
    desk.take(.triggerOrder(Sample.stop("5", at: 54_500, state: .canceled)))
    desk.run(.seconds(5)) { $0.answerReadings() }
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: 54_500))
  }

  @Test func `O24 what did not leave is no reason to keep the other stop`() {
    var desk = held()
    let far = Sample.stop("5", at: 54_500)
    desk.take(.triggerOrder(far))
    takeAway("901", leaving: [far], &desk)
    desk.answer("protect", .notSent("no link"))
    desk.run(.seconds(5)) { $0.answerReadings(stops: [far]) }
    #expect(
      desk.wanted.protections.map(\.stopLoss) == [
        Trigger(triggerPrice: 59_000), Trigger(triggerPrice: 59_000),
      ])
  }

  @Test func `a stop of ours that was moved at the exchange is kept where it is, also later`() {
    var desk = held()
    let moved = Sample.stop("901", at: 58_500, target: 63_000)
    let effects = desk.take(.triggerOrder(moved))
    #expect(
      effects.notices == [
        "the stop was moved from 59000 to 58500 at the exchange and is kept there: 16.01 USDT are "
          + "at risk"
      ])
    desk.run(.seconds(5)) { $0.answerReadings(stops: [moved]) }
    #expect(desk.wanted.protections.isEmpty)
    // A restart knows it for ours, and places it there when it goes.
    let recovery = Recovery(journal: desk.wanted.journaled)
    var second = EngineDesk()
    second.now = desk.now + .seconds(5)
    let positions = desk.snapshot.account.positions.held.map(\.report)
    second.boot(EngineDesk.account(positions: positions, triggers: [moved]), recovery: recovery)
    #expect(second.snapshot.account.triggers.map(\.isOwn) == [true])
    second.take(
      .triggerOrder(Sample.stop("901", at: 58_500, target: 63_000, state: .canceled)))
    second.run(.seconds(5)) { $0.answerReadings() }
    #expect(second.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 58_500)])
  }

  @Test(arguments: [58_500, 59_500] as [Price], [true, false])
  func `a stop that was moved at the exchange and put back here is put back, and guards on`(
    outside: Price, isShownFirst: Bool
  ) {
    var desk = held()
    desk.take(.triggerOrder(Sample.stop("901", at: outside, target: 63_000)))
    desk.command(.protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_000), takeProfit: nil))
    let client = desk.wanted.protections.last?.clientOrderID
    let ours = Sample.stop(
      "950", client: client, at: 59_000, target: 63_000, size: .contracts(10), created: desk.now)
    if isShownFirst { desk.take(.triggerOrder(ours)) }
    desk.answer("protect", .confirmed(.order(ours.exchangeOrderID)))
    desk.take(.triggerOrder(ours))
    desk.answer("cancelTrigger", .confirmed(.done))
    desk.take(
      .triggerOrder(Sample.stop("901", at: outside, target: 63_000, state: .canceled)))
    desk.run(.seconds(5)) { $0.answerReadings(stops: [ours]) }
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(desk.wanted.words.count { $0 == "cancelTrigger" } == 1)
    #expect(desk.snapshot.account.triggers.map(\.order) == [ours])
    #expect(desk.wanted.notices.count { $0.contains("at the exchange and is kept") } == 1)
    // It is the plan: it is what is placed when it goes.
    desk.take(
      .triggerOrder(
        Sample.stop("950", client: client, at: 59_000, size: .contracts(10), state: .canceled)))
    desk.run(.seconds(5)) { $0.answerReadings() }
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: 59_000))
    #expect(desk.wanted.protections.count == 2)
  }

  @Test func `a move at the exchange after ours was refused is kept all the same`() {
    var desk = held()
    desk.command(.protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 58_800), takeProfit: nil))
    desk.answer("protect", .notSent("no link"))
    desk.take(.triggerOrder(Sample.stop("901", at: 58_500, target: 63_000)))
    #expect(desk.wanted.notices.last?.hasPrefix("the stop was moved from 59000 to 58500") == true)
  }

  @Test func `the stop that came with an order from elsewhere may be moved there, again and again`()
  {
    var desk = EngineDesk()
    desk.boot()
    let opened = desk.now
    func fill(_ contracts: Contracts, _ state: OrderState) {
      desk.pass(.milliseconds(100))
      desk.take(
        .order(
          Sample.order(
            "8", type: .limit(60_000), filled: contracts, state: state,
            stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)))
      desk.take(
        .positions([Sample.position(contracts: contracts, opened: opened, updated: desk.now)]))
    }
    desk.take(.triggerOrder(Sample.stop("5")))
    fill(4, .partiallyFilled)
    fill(10, .filled)
    let alarmsBefore = alarms(desk)
    for price: Price in [58_500, 58_000] {
      let moved = Sample.stop("5", at: price)
      desk.take(.triggerOrder(moved))
      desk.run(.seconds(5)) { $0.answerReadings(stops: [moved]) }
    }
    #expect(desk.wanted.protections.isEmpty)
    #expect(alarms(desk) == alarmsBefore)
    // A restart does not take it for ours either.
    var second = EngineDesk()
    second.now = desk.now + .seconds(5)
    second.boot(
      EngineDesk.account(
        positions: desk.snapshot.account.positions.held.map(\.report),
        triggers: [Sample.stop("5", at: 58_000)]),
      recovery: Recovery(journal: desk.wanted.journaled))
    let last = Sample.stop("5", at: 57_500)
    second.take(.triggerOrder(last))
    second.run(.seconds(5)) { $0.answerReadings(stops: [last]) }
    #expect(second.wanted.protections.isEmpty)
    #expect(alarms(second) == [])
    // What was moved last is the plan: it is what is placed when it goes.
    second.take(.triggerOrder(Sample.stop("5", at: 57_500, state: .canceled)))
    second.run(.seconds(5)) { $0.answerReadings() }
    #expect(second.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 57_500)])
  }

  @Test func `O24 an addition from elsewhere with a farther stop does not change our plan`() {
    var desk = held()
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    let theirs = Sample.stop("5", at: 58_000, size: .contracts(5))
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "8", contracts: 5, filled: 5, state: .filled, stopLoss: Trigger(triggerPrice: 58_000),
          at: desk.now)))
    desk.take(.triggerOrder(theirs))
    desk.take(.positions([Sample.position(contracts: 15, opened: opened, updated: desk.now)]))
    takeAway("901", leaving: [theirs], &desk)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
  }

  @Test func `an addition from elsewhere with a nearer stop of its part leaves ours as it is`() {
    var desk = EngineDesk()
    desk.boot()
    let ours = Sample.stop("901", target: 63_000, size: .contracts(10))
    desk.holdLong(stop: ours)
    let opened = desk.now
    let own = Sample.stop("5", at: 59_500, size: .contracts(5))
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "8", contracts: 5, filled: 5, state: .filled, stopLoss: Trigger(triggerPrice: 59_500),
          at: desk.now)))
    desk.take(.triggerOrder(own))
    desk.take(.positions([Sample.position(contracts: 15, opened: opened, updated: desk.now)]))
    desk.run(.seconds(10)) { $0.answerReadings(stops: [ours, own]) }
    #expect(desk.wanted.protections.isEmpty)
    #expect(alarms(desk) == [])
  }
}
