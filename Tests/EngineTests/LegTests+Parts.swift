import AccountData
import Engine
import TestSupport
import Testing
import Trading
import Units

/// Targets of an entry that rests while a part of it has filled.
extension LegTests {
  /// Sends a long of ten contracts that waits at a limit and has two targets, each for a half.
  private func waitingBracket() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.type = .limit(59_900)
    wish.takeProfit = nil
    desk.command(.bracket(wish, targets(61_000, 62_000)))
    desk.take(.intentDurable(EngineDesk.id(1)))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("85"))))
    return desk
  }

  /// Shows how much of the entry has filled and what is held.
  private func fill(
    _ filled: Contracts, held: Contracts, stop: TriggerSize = .wholePosition,
    _ desk: inout EngineDesk
  ) {
    let opened = desk.snapshot.account.positions.held.first?.report.createdAt ?? desk.now
    desk.take(
      .order(
        Sample.order(
          "85", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: filled,
          price: 59_900, state: filled == 10 ? .filled : .partiallyFilled,
          stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)))
    desk.take(.triggerOrder(Sample.stop("901", size: stop)))
    show(held, opened: opened, &desk)
  }

  private func show(_ held: Contracts, opened: Timestamp, _ desk: inout EngineDesk) {
    desk.take(
      .positions([
        Sample.position(contracts: held, entry: 59_900, opened: opened, updated: desk.now)
      ]))
  }

  @Test func `D2 an entry that has filled in part has targets for what is held, then for more`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(1))
    // More of it may come within a moment.
    #expect(resting(desk) == ["all stop 59000"])
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["3 target 61000", "3 target 62000", "all stop 59000"])
    #expect(desk.snapshot.plans.map(\.step) == ["for 6 so far"])
    fill(10, held: 10, &desk)
    settle(&desk, for: .seconds(8))
    #expect(resting(desk) == ["5 target 61000", "5 target 62000", "all stop 59000"])
    #expect(desk.snapshot.plans.map(\.step) == [])
  }

  @Test func `targets of a part stay when the rest of the entry is canceled`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let asked = desk.wanted.protections.count
    desk.take(
      .order(
        Sample.order(
          "85", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: 6,
          price: 59_900, state: .canceled, stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)))
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["3 target 61000", "3 target 62000", "all stop 59000"])
    #expect(desk.wanted.protections.count == asked)
    #expect(desk.snapshot.plans.map(\.step) == [])
  }

  @Test func `what a target has closed is no reason to leave out what fills later`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    guard
      let first = desk.snapshot.account.triggers.first(where: {
        $0.order.takeProfit?.triggerPrice == 61_000
      })
    else {
      Issue.record("the first target does not rest")
      return
    }
    desk.pass(.seconds(1))
    desk.take(.triggerOrder(first.order.canceled))
    show(3, opened: opened, &desk)
    settle(&desk, for: .seconds(3))
    #expect(resting(desk) == ["3 target 62000", "all stop 59000"])
    // As many as before: what was answered for then is not what is asked for now.
    fill(9, held: 6, &desk)
    settle(&desk, for: .seconds(8))
    #expect(resting(desk) == ["3 target 61000", "3 target 62000", "all stop 59000"])
  }

  @Test func `a target that was moved is where it is when more of the entry fills`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let far = desk.snapshot.account.triggers.first { $0.order.takeProfit?.triggerPrice == 62_000 }
    guard let id = far?.order.exchangeOrderID else {
      Issue.record("the second target does not rest")
      return
    }
    desk.command(.moveTarget(Sample.btcKey, id, Trigger(triggerPrice: 62_500)))
    settle(&desk, for: .seconds(3))
    fill(10, held: 10, &desk)
    settle(&desk, for: .seconds(8))
    #expect(resting(desk) == ["5 target 61000", "5 target 62500", "all stop 59000"])
  }

  @Test func `targets of an entry that still rests follow what is closed in part by hand`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    desk.pass(.seconds(1))
    show(3, opened: opened, &desk)
    let entry = Sample.order(
      "85", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: 6,
      price: 59_900, state: .partiallyFilled, stopLoss: Trigger(triggerPrice: 59_000),
      at: desk.now)
    settle(&desk, for: .seconds(30), orders: [entry])
    #expect(resting(desk) == ["1.5 target 61000", "1.5 target 62000", "all stop 59000"])
    #expect(desk.snapshot.plans.map(\.step) == ["for 3 so far"])
  }

  @Test func `a stop that came with an entry is not made smaller while it may still grow`() {
    var desk = waitingBracket()
    fill(6, held: 6, stop: .contracts(6), &desk)
    settle(&desk, for: .seconds(6))
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    desk.pass(.seconds(1))
    show(3, opened: opened, &desk)
    let entry = Sample.order(
      "85", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: 6,
      price: 59_900, state: .partiallyFilled, stopLoss: Trigger(triggerPrice: 59_000),
      at: desk.now)
    settle(&desk, for: .seconds(30), orders: [entry])
    #expect(resting(desk) == ["1.5 target 61000", "1.5 target 62000", "6 stop 59000"])
  }

  /// Shows that the position is closed and then that the rest of the entry was canceled.
  private func endWith(_ filled: Contracts, _ desk: inout EngineDesk) {
    desk.pass(.seconds(1))
    desk.take(.positions([]))
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "85", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: filled,
          price: 59_900, state: .canceled, stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)))
  }

  @Test func `R06 targets of an entry whose position has ended end with the rest of the entry`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    #expect(desk.snapshot.plans.map(\.step) == ["for 6 so far"])
    endWith(6, &desk)
    settle(&desk, for: .seconds(10))
    #expect(desk.snapshot.plans.map(\.step) == [])
    #expect(desk.wanted.notices.contains("targets given up: there is no position"))
  }

  @Test func `R06 targets of a position that ended before they were placed end with its entry`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    #expect(desk.snapshot.plans.map(\.step) == ["waiting"])
    endWith(6, &desk)
    settle(&desk, for: .seconds(4))
    // What an entry has filled may be shown late.
    #expect(desk.snapshot.plans.map(\.step) == ["waiting"])
    settle(&desk, for: .seconds(6))
    #expect(desk.snapshot.plans.map(\.step) == [])
    #expect(desk.wanted.notices.contains("targets given up: there is no position"))
  }

  @Test func `a target that was moved at the exchange is there when more of the entry fills`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let far = desk.snapshot.account.triggers.first { $0.order.takeProfit?.triggerPrice == 62_000 }
    guard let old = far?.order else {
      Issue.record("the second target does not rest")
      return
    }
    desk.pass(.seconds(1))
    desk.take(
      .triggerOrder(
        TriggerOrder(
          exchangeOrderID: old.exchangeOrderID, clientOrderID: old.clientOrderID,
          instrument: old.instrument, side: old.side, slot: old.slot, marginMode: old.marginMode,
          size: old.size,
          kind: .protection(takeProfit: Trigger(triggerPrice: 62_500), stopLoss: nil),
          reduceOnly: true, state: .live, createdAt: old.createdAt)))
    fill(10, held: 10, &desk)
    settle(&desk, for: .seconds(8))
    #expect(resting(desk) == ["5 target 61000", "5 target 62500", "all stop 59000"])
  }

  @Test func `a target that was canceled by hand stays away when more of the entry fills`() {
    var desk = waitingBracket()
    fill(6, held: 6, &desk)
    settle(&desk, for: .seconds(6))
    let far = desk.snapshot.account.triggers.first { $0.order.takeProfit?.triggerPrice == 62_000 }
    guard let id = far?.order.exchangeOrderID else {
      Issue.record("the second target does not rest")
      return
    }
    desk.command(.cancelTrigger(Sample.btc, id))
    settle(&desk, for: .seconds(3))
    fill(10, held: 10, &desk)
    settle(&desk, for: .seconds(8))
    #expect(resting(desk) == ["5 target 61000", "all stop 59000"])
  }

  @Test func `a bracket with a target that cannot stand is denied before anything leaves`() {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.takeProfit = nil
    let passed = desk.command(.bracket(wish, targets(59_500, 62_000)))
    #expect(passed.notices == ["denied: the target 59500 is past the price 60000.1"])
    desk.command(.bracket(wish, targets(61_000, 62_000, share: "0.6")))
    #expect(desk.snapshot.denials.map(\.code) == ["target.side", "close.share"])
    #expect(desk.wanted.words.filter { $0 == "submit" } == [])
    #expect(desk.snapshot.plans.map(\.kind) == [])
  }

  @Test func `a target that the price has passed is left out, and the others are placed`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", size: .contracts(10)))
    desk.command(.takeProfits(Sample.btcKey, targets(61_000, 60_500, 62_000, share: "0.2")))
    desk.quote(Sample.bitcoin, 60_700)
    let effects = desk.answer("protect", .confirmed(.order(ExchangeOrderID("t1"))))
    #expect(
      effects.notices.contains(
        "target 2 was not placed: the target 60500 is past the price 60700"))
    #expect(
      desk.wanted.protections.map(\.takeProfit) == [
        Trigger(triggerPrice: 61_000), Trigger(triggerPrice: 62_000),
      ])
  }
}
