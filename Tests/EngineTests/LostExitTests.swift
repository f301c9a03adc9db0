import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Exits whose answer is lost: which of them leave again, and which do not.
@Suite struct LostExitTests {
  @Test func `O02 a lost exit that a person repeated is not sent again by itself`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let opened = desk.now
    let half = ClosingIntent(key: Sample.btcKey, share: "0.5")
    desk.command(.close(half))
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(3), answering: EngineDesk.answerWithNothing)
    desk.command(.close(half))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("90"))))
    desk.take(
      .order(
        Sample.order(
          "90", client: EngineDesk.id(3), side: .sell, contracts: 5, filled: 5, state: .filled,
          reduceOnly: true, at: desk.now)))
    desk.take(.positions([Sample.position(contracts: 5, opened: opened, updated: desk.now)]))
    desk.run(.seconds(30), answering: EngineDesk.answerWithNothing)
    #expect(desk.wanted.orders.filter(\.reduceOnly).map(\.contracts) == [5, 5])
    #expect(desk.wanted.words.count { $0 == "resend" } == 0)
    #expect(desk.snapshot.account.orders[EngineDesk.id(2)]?.state == .lost)
    #expect(
      desk.wanted.notices.contains(
        "order \(EngineDesk.id(2)) was found nowhere and is not sent again: a later exit was"))
  }

  @Test
  func `O02 a lost exit is sent again after ten seconds, however long an entry is looked for`() {
    var desk = EngineDesk(settings: EngineDesk.settings(lostAge: .seconds(60)) { _ in })
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(20), answering: EngineDesk.answerWithNothing)
    #expect(desk.wanted.notices.last == "order p000002 was found nowhere and is sent again")
    #expect(
      desk.wanted.orders.filter(\.reduceOnly).map(\.clientOrderID) == [
        EngineDesk.id(2), EngineDesk.id(2),
      ])
  }

  @Test func `I2 O02 an exit that is not answered yet is not sent again, however old it is`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    desk.take(.intentDurable(EngineDesk.id(2)))
    desk.pass(.seconds(1))
    desk.command(.reconcile)
    // The rate limit holds it: the lists lack it, and it will leave all the same.
    desk.run(.seconds(40), answering: EngineDesk.answerWithNothing)
    #expect(desk.wanted.words.count { $0 == "resend" } == 0)
    #expect(desk.snapshot.account.orders[EngineDesk.id(2)]?.state == .sent)
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(15), answering: EngineDesk.answerWithNothing)
    #expect(desk.wanted.words.count { $0 == "resend" } == 1)
  }

  @Test func `R06 O02 a lost exit is not sent again for a position that was opened since`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    desk.answer("submit", .unknown("reset"))
    desk.pass(.minutes(3))
    desk.take(.positions([]))
    desk.take(.positions([Sample.position("8", opened: desk.now, updated: desk.now)]))
    desk.run(.seconds(30), answering: EngineDesk.answerWithNothing)
    #expect(
      !desk.wanted.notices.contains("order \(EngineDesk.id(2)) was found nowhere and is sent again")
    )
    #expect(desk.wanted.orders.filter(\.reduceOnly).count == 1)
  }

  @Test func `O02 a reversal waits for its lost exit and sends no second one beside it`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(
      .reverse(
        Sample.btcKey,
        OpeningIntent(
          instrument: Sample.btc, side: .short, marginMode: .isolated, type: .market,
          size: .contracts(10), stop: .stop(Trigger(triggerPrice: 61_000)))))
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(20), answering: EngineDesk.answerWithNothing)
    #expect(
      Set(desk.wanted.orders.filter(\.reduceOnly).map(\.clientOrderID)) == [EngineDesk.id(2)])
  }
}
