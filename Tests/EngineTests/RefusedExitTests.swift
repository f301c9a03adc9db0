import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Exits of actions of several steps that the exchange refuses: they leave ever more seldom, and
/// end where less than the least order is left.
@Suite struct RefusedExitTests {
  private static let refusal = Refusal(code: "102013", message: "not now", advice: .fixRequest)

  private static let short = OpeningIntent(
    instrument: Sample.btc, side: .short, marginMode: .isolated, type: .limit(60_100),
    size: .contracts(10), stop: .stop(Trigger(triggerPrice: 61_000)),
    takeProfit: Trigger(triggerPrice: 57_000))

  private static let adding = OpeningIntent(
    instrument: Sample.btc, side: .long, marginMode: .isolated, type: .market,
    size: .contracts(10), stop: .stop(Trigger(triggerPrice: 59_000)))

  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    return desk
  }

  /// A desk on which both of two orders filled: six contracts are left, which nobody wanted.
  private func bothFilled() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var first = EngineDesk.long
    first.type = .limit(59_900)
    desk.command(.openOneOf(first, Self.short))
    for _ in 0..<2 { desk.answer("submit", .confirmed(.order(nil))) }
    let other = EngineDesk.id(2)
    desk.take(
      .fill(Sample.fill("1", order: "77", client: EngineDesk.id(1), price: 59_900, contracts: 10)))
    desk.take(
      .fill(
        Sample.fill("2", order: "78", client: other, side: .sell, price: 60_100, contracts: 4)))
    desk.take(
      .order(
        Sample.order(
          "77", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, filled: 10,
          price: 59_900, state: .filled)))
    desk.take(
      .order(
        Sample.order(
          "78", client: other, side: .sell, type: .limit(60_100), contracts: 10, filled: 4,
          price: 60_100, state: .canceled)))
    desk.take(.triggerOrder(EngineDesk.attachedStop))
    desk.pass(.milliseconds(50))
    desk.take(
      .positions([Sample.position(contracts: 6, opened: Sample.start, updated: desk.now)]))
    return desk
  }

  /// Refuses the exit that waits, and shows the account as it is known whenever it is asked for.
  private static func refuse(_ desk: inout EngineDesk) {
    if desk.snapshot.requests.waiting.contains(where: { $0.subject.word == "submit" }) {
      desk.answer("submit", .refused(refusal))
    }
    desk.answerReadings(stops: desk.snapshot.account.triggers.map(\.order))
  }

  /// Ends the newest exit with less filled than it asked for, and shows what is left.
  private func fillExit(_ desk: inout EngineDesk, _ filled: Contracts, left: Contracts) {
    guard let exit = desk.wanted.orders.last(where: \.reduceOnly) else { return }
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("80"))))
    desk.pass(.milliseconds(200))
    desk.take(
      .order(
        Sample.order(
          "80", client: exit.clientOrderID, side: exit.side, contracts: exit.contracts,
          filled: filled, state: .canceled, reduceOnly: true, at: desk.now)))
    desk.take(
      .positions([Sample.position(contracts: left, opened: Sample.start, updated: desk.now)]))
  }

  private func exits(_ desk: EngineDesk) -> [Contracts] {
    desk.wanted.orders.filter(\.reduceOnly).map(\.contracts)
  }

  /// How the actions ended.
  private func ends(_ desk: EngineDesk) -> [String] {
    desk.wanted.records.compactMap { record in
      guard case .plan(let plan) = record, plan.kind != "guard", plan.state != .open else {
        return nil
      }
      return "\(plan.kind) \(plan.state.rawValue): \(plan.step)"
    }
  }

  private static let dust =
    "0.05 contracts stay: the least order is 0.1 and the exchange does not take less; close them "
    + "there"

  @Test func `H07 O25 what both of two orders left is closed ever more seldom while it is refused`()
  {
    var desk = bothFilled()
    desk.run(.seconds(10), answering: Self.refuse)
    #expect(exits(desk) == [6, 6, 6, 6])
    #expect(desk.snapshot.plans.map(\.kind) == ["oneOf"])
  }

  @Test func `H07 X07 the share of a scale-in is closed ever more seldom while it is refused`() {
    var desk = held()
    desk.command(.scaleIn(Sample.btcKey, Self.adding, closeShare: "0.5"))
    desk.answer("submit", .refused(Self.refusal))
    desk.run(.seconds(10), answering: Self.refuse)
    #expect(exits(desk) == [5, 5, 5, 5])
    #expect(desk.snapshot.plans.map(\.kind) == ["scaleIn"])
  }

  @Test func `H07 O26 a trailing stop that is reached closes ever more seldom while it is refused`()
  {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(100), activation: nil))
    for _ in 0..<11 {
      // The mark price alone is ahead: where the stop would lie, trades take place already.
      desk.take(.market(.mark(Sample.mark(Sample.bitcoin, 60_200, at: desk.now))))
      Self.refuse(&desk)
      desk.pass(.seconds(1))
    }
    #expect(exits(desk) == [10, 10, 10, 10])
    let told = desk.wanted.notices.filter { $0 == "the trailing stop at 60100 is reached" }
    #expect(told.count == 4)
  }

  @Test func `K12 O25 what both of two orders left is given up where no order can close it`() {
    var desk = bothFilled()
    fillExit(&desk, "5.95", left: "0.05")
    desk.run(.seconds(60), answering: Self.refuse)
    #expect(exits(desk) == [6, "0.05"])
    #expect(ends(desk) == ["oneOf abandoned: \(Self.dust)"])
  }

  @Test func `K12 a reversal is given up where no order can close the rest`() {
    var desk = held()
    desk.command(.reverse(Sample.btcKey, Self.short))
    fillExit(&desk, "9.95", left: "0.05")
    desk.run(.seconds(60), answering: Self.refuse)
    #expect(exits(desk) == [10, "0.05"])
    #expect(ends(desk) == ["reverse abandoned: \(Self.dust)"])
    #expect(desk.wanted.orders.count == 3)
  }

  @Test func `K12 O26 a trailing stop is given up where no order can close the rest`() {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(100), activation: nil))
    desk.take(.market(.mark(Sample.mark(Sample.bitcoin, 60_200, at: desk.now))))
    fillExit(&desk, "9.95", left: "0.05")
    desk.pass(.seconds(2))
    desk.take(.market(.mark(Sample.mark(Sample.bitcoin, 60_200, at: desk.now))))
    Self.refuse(&desk)
    #expect(exits(desk) == [10, "0.05"])
    #expect(ends(desk) == ["trail abandoned: \(Self.dust)"])
  }

  @Test func `K12 X07 a share of a scale-in that no order can close leaves the stop to be done`() {
    var desk = held()
    desk.quote(Sample.bitcoin, 60_600)
    desk.command(.scaleIn(Sample.btcKey, Self.adding, closeShare: "0.5"))
    desk.answer("submit", .refused(Self.refusal))
    fillExit(&desk, "4.95", left: "5.05")
    desk.run(.seconds(5), answering: Self.refuse)
    #expect(exits(desk) == [5])
    #expect(
      desk.wanted.notices.contains("scale in: 0.05 contracts of the share stay: the lot is 0.1"))
    #expect(desk.wanted.protections.first?.stopLoss == Trigger(triggerPrice: "60072.1"))
  }
}
