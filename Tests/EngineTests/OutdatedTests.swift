import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// What was decided on another state of the world is not done on this one.
@Suite struct OutdatedTests {
  private var short: OpeningIntent {
    var intent = EngineDesk.long
    intent.side = .short
    intent.stop = .stop(Trigger(triggerPrice: 61_000))
    intent.takeProfit = Trigger(triggerPrice: 57_000)
    return intent
  }

  private func plans(_ desk: EngineDesk) -> [String] {
    desk.wanted.records.compactMap { record in
      guard case .plan(let plan) = record, plan.kind != "guard", plan.state != .open else {
        return nil
      }
      return "\(plan.kind) \(plan.state.rawValue): \(plan.step)"
    }
  }

  /// An account with one long that was opened at a moment, without a stop.
  private func account(openedAt: Timestamp, at now: Timestamp) -> AccountSnapshot {
    EngineDesk.account(positions: [Sample.position(opened: openedAt, updated: now)])
  }

  @Test func `R05 R06 actions on a position are given up when another one stands in its place`() {
    for command in [
      Command.trail(Sample.btcKey, .price(500), activation: nil),
      .takeProfits(
        Sample.btcKey, [PartialTarget(trigger: Trigger(triggerPrice: 70_000), share: "0.5")]),
    ] {
      var first = EngineDesk()
      first.boot()
      first.holdLong()
      first.command(command)
      first.pass(.seconds(2))
      first.quote(Sample.bitcoin, 62_000)
      var second = EngineDesk(settings: PlanTests.nextRun)
      second.now = first.now + .minutes(20)
      let opened = second.now - .minutes(5)
      second.boot(
        account(openedAt: opened, at: second.now),
        recovery: Recovery(journal: first.wanted.journaled))
      second.pass(.seconds(2))
      second.quote(Sample.bitcoin, 60_500)
      second.take(.balance(Sample.balance(10_000, at: second.now)))
      #expect(second.snapshot.plans.isEmpty)
      #expect(second.wanted.orders.isEmpty)
      #expect(second.wanted.protections.isEmpty)
      #expect(plans(second).last?.hasSuffix("another was opened") == true)
    }
  }

  @Test func `R06 a trailing stop goes on over a restart while its position lives`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    first.command(.trail(Sample.btcKey, .price(500), activation: nil))
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .minutes(20)
    second.boot(
      account(openedAt: first.now, at: second.now),
      recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.plans.map(\.kind) == ["trail"])
  }

  @Test func `H14 a stop entry that was crossed while the account was not known is given up`() {
    for link in [LinkName.privateStream, .publicStream] {
      var desk = EngineDesk()
      desk.boot()
      var wish = EngineDesk.long
      wish.stop = .stop(Trigger(triggerPrice: 60_000))
      wish.takeProfit = Trigger(triggerPrice: 70_000)
      desk.command(.openAt(wish, trigger: 61_000, until: nil))
      desk.take(.link(link, .down("lost")))
      if link == .privateStream { desk.quote(Sample.bitcoin, 62_000) }
      desk.pass(.minutes(5))
      desk.take(.link(link, .up))
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
      }
      #expect(desk.snapshot.step == .ready)
      desk.quote(Sample.bitcoin, 62_500)
      #expect(desk.wanted.orders.isEmpty)
      #expect(plans(desk) == ["entry abandoned: crossed while nobody watched"])
    }
  }

  @Test func `D04 an opening that waited long for the disk does not leave, an exit does`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    let id = desk.wanted.orders[0].clientOrderID
    desk.pass(.seconds(6))
    let late = desk.take(.intentDurable(id))
    #expect(late.words == ["cancel"])
    var held = EngineDesk()
    held.boot()
    held.holdLong()
    held.command(.close(ClosingIntent(key: Sample.btcKey)))
    let exit = held.wanted.orders[1].clientOrderID
    held.pass(.seconds(6))
    #expect(held.take(.intentDurable(exit)).words.isEmpty)
  }

  @Test func `B10 an opening does not leave on prices that turned out old while the disk worked`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    let old = Sample.mark(Sample.bitcoin, 60_000, at: desk.now - .hours(1))
    desk.take(.market(.mark(old)))
    let late = desk.take(.intentDurable(desk.wanted.orders[0].clientOrderID))
    #expect(late.words == ["cancel"])
    #expect(
      late.notices.last?.contains("an order was taken back before it left: the mark") == true)
  }

  @Test func `an order of a strategy does not leave once the bot was paused`() {
    for (source, words) in [
      (CommandSource.strategy("s"), ["cancel"]), (.keyboard, [String]()),
    ] {
      var desk = EngineDesk()
      desk.boot()
      desk.command(.open(EngineDesk.long), source)
      desk.command(.setState(.paused, reason: ""))
      #expect(desk.take(.intentDurable(desk.wanted.orders[0].clientOrderID)).words == words)
    }
  }

  @Test func `K12 an exit that should have filled long ago does not stand in the way of another`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(nil))
    let first = desk.wanted.orders[1]
    desk.take(.intentDurable(first.clientOrderID))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID(trusted: "e1"))))
    desk.run(.seconds(4))
    let exits = desk.wanted.orders.filter(\.reduceOnly)
    #expect(exits.count == 2)
    #expect(exits.last?.contracts == 10)
  }

  @Test func `K12 what is being flattened is not opened meanwhile`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.flatten(Sample.btc))
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "state.flattening")
    var other = EngineDesk.long
    other.instrument = Sample.eth
    other.stop = .stop(Trigger(triggerPrice: 2_900))
    other.takeProfit = Trigger(triggerPrice: 3_500)
    #expect(desk.snapshot.preview(other, at: desk.now).denial == nil)
    guard let plan = desk.snapshot.plans.first(where: { $0.kind == "flatten" }) else {
      Issue.record("no flattening goes on")
      return
    }
    desk.command(.abandon(plan.id))
    #expect(desk.snapshot.preview(EngineDesk.long, at: desk.now).denial == nil)
  }

  @Test func `a cancel of all ends what would place an order later`() {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "r1")
    desk.take(.order(Sample.order("r1", client: id, type: .limit(59_900), contracts: 10)))
    desk.command(.amend(id, .limit(59_950), contracts: 10))
    desk.command(.cancelAll(nil))
    desk.answer("cancel", .confirmed(.cancel))
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "r1", client: id, type: .limit(59_900), contracts: 10, state: .canceled, at: desk.now)))
    #expect(desk.wanted.orders.count == 1)
    #expect(plans(desk) == ["amend abandoned: canceled"])
  }

  @Test func `I8 a stop of the wrong side does not drive out the one that guards the position`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    // An order the other way came through and left its stop, to which the plan points now.
    desk.take(.triggerOrder(Sample.stop("902", side: .buy, at: 59_000)))
    desk.take(.balance(Sample.balance(10_000, at: desk.now)))
    let canceled = desk.wanted.compactMap { effect in
      if case .cancelTrigger(_, _, let id) = effect { id.text } else { nil }
    }
    #expect(canceled == ["902"])
  }

  @Test func `R02 a position whose entry an earlier run saw fill is its own after the restart`() {
    var first = EngineDesk()
    first.boot()
    first.command(.open(EngineDesk.long), .strategy("s"))
    let id = first.wanted.orders[0].clientOrderID
    first.take(.intentDurable(id))
    first.answer("submit", .confirmed(.order(ExchangeOrderID(trusted: "x1"))))
    first.take(
      .order(Sample.order("x1", client: id, contracts: 10, filled: 10, state: .filled)))
    for (delay, source) in [
      (TimeSpan.seconds(0), CommandSource.strategy("s")), (.minutes(3), nil),
    ] {
      var second = EngineDesk(settings: PlanTests.nextRun)
      second.now = first.now + .minutes(5)
      second.boot(
        account(openedAt: first.now + delay, at: second.now),
        recovery: Recovery(journal: first.wanted.journaled))
      #expect(second.snapshot.account.positions[Sample.btcKey]?.cycle.source == source)
    }
  }
}
