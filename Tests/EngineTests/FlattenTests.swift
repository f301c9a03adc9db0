import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The kill switch where the exchange does not do as it is told.
@Suite struct FlattenTests {
  /// A desk that flattens a long of which only this dust is left: less than the least order.
  private func leftWithDust() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(nil), .control)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("80"))))
    desk.pass(.milliseconds(200))
    desk.take(
      .order(
        Sample.order(
          "80", client: EngineDesk.id(2), side: .sell, contracts: 10, filled: "9.95",
          state: .canceled, reduceOnly: true, at: desk.now)))
    desk.take(
      .positions([Sample.position(contracts: "0.05", opened: Sample.start, updated: desk.now)]))
    return desk
  }

  /// Lets time pass while the exchange answers every exit so, and shows the dust when it is asked.
  private func run(
    _ desk: inout EngineDesk, exits outcome: Outcome, rest: Contracts = "0.05"
  ) {
    desk.run(.seconds(20)) { desk in
      let waiting = desk.snapshot.requests.waiting.map(\.subject)
      if waiting.contains(where: { $0.word == "submit" }) { desk.answer("submit", outcome) }
      if waiting.contains(.accountSnapshot) {
        let dust = Sample.position(contracts: rest, opened: Sample.start, updated: desk.now)
        desk.answer(
          "accountSnapshot",
          .confirmed(
            .account(EngineDesk.account(positions: [dust], triggers: [EngineDesk.attachedStop]))))
      }
    }
  }

  private func exits(_ desk: EngineDesk) -> [Contracts] {
    desk.wanted.orders.filter(\.reduceOnly).map(\.contracts)
  }

  @Test func `S33 one halt takes every opening order back and leaves what protects`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    for name in ["91", "92"] { _ = desk.restLong(as: name) }
    let effects = desk.command(.setState(.halted, reason: "halted at the keyboard"))
    #expect(effects.words == ["cancel", "cancel"])
    #expect(
      effects.compactMap { effect -> OrderReference? in
        if case .cancel(_, _, let reference) = effect { reference } else { nil }
      } == [.exchange(ExchangeOrderID("91")), .exchange(ExchangeOrderID("92"))])
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(desk.snapshot.account.triggers.map(\.order) == [EngineDesk.attachedStop])
  }

  @Test func `K12 positions of both margin modes are closed at once`() {
    var desk = EngineDesk()
    desk.boot(
      EngineDesk.account(positions: [
        Sample.position("7"), Sample.position("8", contracts: 4, mode: .cross),
      ]))
    desk.command(.flatten(nil), .control)
    #expect(exits(desk).sorted() == [4, 10])
  }

  @Test func `K12 dust that the exchange does not take is tried once and told`() {
    var desk = leftWithDust()
    let refusal = Refusal(code: "102013", message: "below the least size", advice: .fixRequest)
    run(&desk, exits: .refused(refusal))
    #expect(exits(desk) == [10, "0.05"])
    #expect(
      desk.snapshot.notices.map(\.text).last(where: { $0.hasPrefix("flat but") })
        == "flat but for 0.05 contracts of BTC-USDT: the least order is 0.1 and the exchange does "
        + "not take less; close them there")
    #expect(desk.snapshot.plans.isEmpty)
    // Who asks again is obeyed again.
    desk.command(.flatten(nil), .control)
    #expect(exits(desk) == [10, "0.05", "0.05"])
  }

  @Test func `K12 B12 a position that is no multiple of a larger lot is closed but for its rest`() {
    var desk = EngineDesk.withLargerLot()
    desk.command(.flatten(nil), .control)
    #expect(exits(desk) == [10])
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("80"))))
    desk.pass(.milliseconds(200))
    desk.take(
      .order(
        Sample.order(
          "80", client: EngineDesk.id(2), side: .sell, contracts: 10, filled: 10, state: .filled,
          reduceOnly: true, at: desk.now)))
    desk.take(
      .positions([Sample.position(contracts: "0.5", opened: Sample.start, updated: desk.now)]))
    let refusal = Refusal(code: "102013", message: "precision", advice: .fixRequest)
    run(&desk, exits: .refused(refusal), rest: "0.5")
    #expect(exits(desk) == [10, "0.5"])
    #expect(
      desk.snapshot.notices.map(\.text).last(where: { $0.hasPrefix("flat but") })
        == "flat but for 0.5 contracts of BTC-USDT: the least order is 1 and the exchange does "
        + "not take less; close them there")
  }

  @Test func `K12 dust that could not be asked for until it can`() {
    var desk = leftWithDust()
    run(&desk, exits: .notSent("no connection"))
    #expect(exits(desk).count > 5)
    #expect(!desk.snapshot.notices.map(\.text).contains { $0.hasPrefix("flat") })
    desk.take(.positions([]))
    desk.run(.seconds(3)) { _ in }
    #expect(desk.snapshot.notices.map(\.text).contains("flat"))
  }

  @Test func `K12 what is previewed while something is flattened is denied as when it is sent`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    #expect(desk.snapshot.preview(EngineDesk.long, at: desk.now).denial == nil)
    desk.command(.flatten(nil), .control)
    let preview = desk.snapshot.preview(EngineDesk.long, at: desk.now)
    #expect(preview.denial == .flattening(nil))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.text == preview.denial?.text)
  }

  @Test func `K12 H07 an exit that is refused is sent ever more seldom, and at once for who asks`()
  {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(nil), .control)
    let refusal = Refusal(code: "102013", message: "not now", advice: .fixRequest)
    desk.run(.seconds(10)) { desk in
      let waiting = desk.snapshot.requests.waiting.map(\.subject)
      if waiting.contains(where: { $0.word == "submit" }) {
        desk.answer("submit", .refused(refusal))
      }
      if waiting.contains(.accountSnapshot) {
        let held = Sample.position(opened: Sample.start, updated: desk.now)
        desk.answer(
          "accountSnapshot",
          .confirmed(
            .account(EngineDesk.account(positions: [held], triggers: [EngineDesk.attachedStop]))))
      }
    }
    #expect(exits(desk) == [10, 10, 10, 10])
    desk.command(.flatten(nil), .control)
    #expect(exits(desk) == [10, 10, 10, 10, 10])
  }
}
