import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What must hold of orders and readings in every case, one plain case of each.
@Suite struct InvariantTests {
  private let id = EngineDesk.id(1)

  /// A desk on which orders of a tenth of the equity are the most, and one of six hundred has left
  /// without a word about it.
  private func unanswered() -> EngineDesk {
    var desk = EngineDesk(settings: EngineDesk.settings { $0.notionalTotalMaximum = "0.1" })
    desk.boot()
    desk.command(.open(EngineDesk.long))
    desk.take(.intentDurable(id))
    desk.answer("submit", .unknown("timed out"))
    return desk
  }

  @Test func `I3 an order without an answer counts in full and blocks its instrument until asked`()
  {
    var desk = unanswered()
    var ether = EngineDesk.long
    ether.instrument = Sample.eth
    ether.size = .contracts(16)
    ether.stop = .stop(Trigger(triggerPrice: 2_950))
    ether.takeProfit = Trigger(triggerPrice: 3_200)
    desk.command(.open(EngineDesk.long))
    desk.command(.open(ether))
    #expect(desk.snapshot.denials.map(\.code) == ["order.unknown", "limit.total_notional"])
    desk.run(.seconds(1))
    #expect(desk.wanted.words.suffix(2) == ["submit", "orderStatus"])
    let ended = Sample.order("77", client: id, state: .canceled)
    desk.answer("orderStatus", .confirmed(.orderStatus(ended)))
    desk.command(.open(ether))
    desk.command(.open(EngineDesk.long))
    #expect(desk.wanted.orders.map(\.instrument) == [Sample.btc, Sample.eth])
    // Ether has taken the room: the instrument itself is free again.
    #expect(desk.snapshot.denials.map(\.code).last == "limit.total_notional")
  }

  /// What the account shows where the exchange says of the order itself that it has none.
  enum Shown: CaseIterable {
    case among
    case filled
  }

  @Test(arguments: Shown.allCases)
  func `I4 an order that one list has not denied is not lost, however old it is`(shown: Shown) {
    var desk = unanswered()
    desk.run(.minutes(2)) { desk in
      desk.findNoOrder()
      // The lists of the account are asked for, and do not come.
      for line in desk.snapshot.requests.waiting where line.subject == .accountSnapshot {
        desk.take(.outcome(line.id, .unknown("timed out")))
      }
    }
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    desk.command(.reconcile)
    desk.pass(.milliseconds(50))
    let fill = Sample.fill("1", order: "77", client: id, contracts: 10)
    let account =
      switch shown {
      case .among: EngineDesk.account(orders: [Sample.order("77", client: id)])
      case .filled: EngineDesk.account(positions: [Sample.position()], fills: [fill])
      }
    desk.answer("accountSnapshot", .confirmed(.account(account)))
    desk.findNoOrder()
    let state = desk.snapshot.account.orders[id]?.state
    #expect(state == (shown == .among ? .live : .filled))
    #expect(desk.wanted.orders.map(\.clientOrderID) == [id])
  }

  @Test func `I6 a reading replaces the positions, and takes no order of ours away`() {
    var desk = EngineDesk()
    desk.boot()
    let resting = desk.restLong(as: "77")
    desk.pass(.seconds(6))
    desk.command(.reconcile)
    desk.pass(.milliseconds(50))
    let read = [
      Sample.position("8", side: .short, contracts: 4, opened: desk.now, updated: desk.now),
      Sample.position(
        "9", Sample.ether, contracts: 3, entry: 3_000, opened: desk.now, updated: desk.now),
    ]
    let first = desk.answer(
      "accountSnapshot", .confirmed(.account(EngineDesk.account(positions: read))))
    #expect(desk.snapshot.account.positions.held.map(\.report.side) == [.short, .long])
    #expect(desk.snapshot.account.positions.held.map(\.report.contracts) == [4, 3])
    // The list lacks the order: it is asked for, with its intent as it was.
    let orders = ["submit", "resend", "cancel", "orderStatus"]
    #expect(first.words.filter { orders.contains($0) } == ["orderStatus"])
    #expect(desk.snapshot.orders.map(\.clientOrderID) == [resting])
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    #expect(desk.snapshot.orders.map(\.owner) == [.own(.keyboard)])
    desk.answer(
      "orderStatus",
      .confirmed(.orderStatus(Sample.order("77", client: resting, type: .limit(59_900)))))
    desk.pass(.seconds(1))
    desk.command(.reconcile)
    desk.pass(.milliseconds(50))
    let order = Sample.order("77", client: resting, type: .limit(59_900))
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account(orders: [order]))))
    #expect(desk.snapshot.account.positions.held == [])
    #expect(desk.snapshot.orders.map(\.clientOrderID) == [resting])
    // Nothing was bought or sold to make the account equal what was believed.
    #expect(desk.wanted.orders.map(\.clientOrderID) == [resting])
  }

  @Test func `I10 a halt outlives every start until a person ends it`() {
    var first = EngineDesk()
    first.boot()
    first.command(.setState(.halted, reason: "enough"))
    var journal = first.wanted.journaled
    for _ in 0..<2 {
      var next = EngineDesk()
      next.boot(recovery: Recovery(journal: journal))
      #expect(next.snapshot.trading.mode == .halted)
      #expect(next.snapshot.trading.reason == "enough")
      next.command(.open(EngineDesk.long))
      #expect(next.snapshot.denials.map(\.code) == ["state.forbids"])
      next.command(.setState(.running, reason: "on"), .strategy("zones"))
      #expect(next.snapshot.trading.mode == .halted)
      journal += next.wanted.journaled
    }
    var last = EngineDesk()
    last.boot(recovery: Recovery(journal: journal))
    last.command(.setState(.running, reason: "on"))
    #expect(last.snapshot.trading.mode == .running)
  }
}
