import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// News of one thing comes by several ways, and not in the order in which it happened: nothing may
/// depend on that.
@Suite struct NewsOrderTests {
  private func answerEmpty(_ desk: inout EngineDesk) {
    while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
      desk.pass(.milliseconds(50))
      desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    }
  }

  /// A long whose entry is known to the exchange, to the journal and to nobody else.
  private func entrySent(_ desk: inout EngineDesk) -> Order {
    desk.command(.open(EngineDesk.long))
    let id = EngineDesk.id(1)
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("81"))))
    return Sample.order(
      "81", client: id, contracts: 10, filled: 10, state: .filled,
      stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)
  }

  @Test func `K12 a flattening that was cut off closes what the next start finds`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let held = first.snapshot.account.positions.held.map(\.report)
    first.command(.flatten(nil))
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(5)
    second.take(.started(Recovery(journal: first.wanted.journaled)))
    // Login and reading take their time; nothing is known to be flat meanwhile.
    second.run(.seconds(4))
    #expect(!second.snapshot.notices.map(\.text).contains("flat"))
    second.take(.link(.publicStream, .up))
    second.take(.link(.privateStream, .up))
    second.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    second.quote(Sample.bitcoin, 60_000)
    second.answer(
      "accountSnapshot",
      .confirmed(
        .account(EngineDesk.account(positions: held, triggers: [EngineDesk.attachedStop]))))
    second.run(.seconds(30)) { $0.findNoOrder() }
    #expect(second.wanted.orders.contains { $0.reduceOnly && $0.contracts == 10 })
  }

  @Test func `K12 a flattening does not end while the position of a fill is on its way`() {
    var desk = EngineDesk()
    desk.boot()
    let filled = entrySent(&desk)
    desk.command(.flatten(nil))
    desk.take(.order(filled))
    desk.run(.seconds(1))
    #expect(!desk.snapshot.notices.map(\.text).contains("flat"))
    desk.take(.positions([Sample.position(opened: desk.now, updated: desk.now)]))
    desk.run(.seconds(1))
    #expect(desk.wanted.orders.filter(\.reduceOnly).map(\.contracts) == [10])
  }

  @Test func `what was to protect a position that ended unseen does not meet one of a stranger`() {
    var first = EngineDesk()
    first.boot()
    let filled = entrySent(&first)
    var second = EngineDesk()
    second.now = first.now + .minutes(1)
    second.boot(recovery: Recovery(journal: first.wanted.journaled))
    // It filled and was stopped out while no one was looking.
    second.take(.order(filled))
    second.run(.minutes(2)) { desk in
      answerEmpty(&desk)
      desk.quote(Sample.bitcoin, 60_000)
    }
    second.take(.positions([Sample.position("9", opened: second.now, updated: second.now)]))
    let opened = Sample.position("9", opened: second.now, updated: second.now)
    second.run(.seconds(10)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.pass(.milliseconds(50))
        desk.answer(
          "accountSnapshot", .confirmed(.account(EngineDesk.account(positions: [opened]))))
      }
    }
    #expect(second.wanted.protections.isEmpty)
    #expect(second.wanted.orders.isEmpty)
  }

  @Test func `O22 a position that is told before its entry gets its stop when that is told`() {
    var desk = EngineDesk()
    desk.boot()
    let filled = entrySent(&desk)
    desk.take(.positions([Sample.position(opened: desk.now, updated: desk.now)]))
    desk.run(.milliseconds(400))
    desk.take(.order(filled))
    desk.run(.seconds(2)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.pass(.milliseconds(50))
        let positions = desk.snapshot.account.positions.held.map(\.report)
        desk.answer(
          "accountSnapshot", .confirmed(.account(EngineDesk.account(positions: positions))))
      }
    }
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
  }

  @Test func `W07 a reading that was asked before the stream came up does not end the start`() {
    var desk = EngineDesk()
    desk.boot()
    desk.take(.timer(.reconcile))
    desk.pass(.seconds(1))
    desk.take(.link(.privateStream, .down("reset")))
    desk.pass(.seconds(1))
    desk.take(.link(.privateStream, .up))
    let late = desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(late.words == ["accountSnapshot"])
    #expect(desk.snapshot.readiness == .reconciling)
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    desk.take(.market(.instruments([Sample.bitcoin, Sample.ether])))
    #expect(desk.snapshot.readiness == .ready)
  }

  @Test func `O22 a stop whose answer is lost during a slow reading is placed again`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: nil)
    desk.run(.seconds(2))
    #expect(desk.wanted.protections.count == 1)
    desk.pass(.seconds(4))
    desk.answer("protect", .unknown("timed out"))
    desk.pass(.seconds(1))
    // The reading that was asked for before comes now; it proves nothing of what came after.
    let positions = desk.snapshot.account.positions.held.map(\.report)
    let account = Outcome.confirmed(.account(EngineDesk.account(positions: positions)))
    let late = desk.answer("accountSnapshot", account)
    #expect(late.words == ["accountSnapshot"])
    desk.answer("accountSnapshot", account)
    desk.run(.seconds(1))
    #expect(desk.wanted.protections.count == 2)
    #expect(desk.wanted.orders.filter(\.reduceOnly).isEmpty)
  }

  /// The lives that ended, as the journal has them.
  private func ended(_ desk: EngineDesk) -> [PositionCycle] {
    desk.wanted.records.compactMap { record in
      guard case .positionCycle(let cycle, _) = record, cycle.closedAt != nil else { return nil }
      return cycle
    }
  }

  @Test func `R09 W07 a position that ended during an outage has the profit that is told later`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(5))
    desk.take(.link(.privateStream, .down("reset")))
    desk.pass(.seconds(2))
    desk.take(.link(.privateStream, .up))
    desk.take(.positions([]))
    #expect(ended(desk).isEmpty)
    let exit = Sample.fill(
      "9", order: "77", side: .sell, price: 59_000, contracts: 10, fee: "0.3", realized: "-10",
      at: desk.now - .seconds(1))
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account(fills: [exit]))))
    #expect(ended(desk).map(\.realizedPnL) == ["-10"])
    #expect(ended(desk).map(\.fees) == ["0.3"])
    // Nobody knows what closed it: the loss counts as a stop, and the instrument rests.
    #expect(desk.snapshot.breakers.stopOutsInARow == 1)
  }

  @Test func `an exit that is told after the list without its position explains the end`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(5))
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    desk.take(.intentDurable(EngineDesk.id(2)))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("70"))))
    desk.take(.positions([]))
    #expect(ended(desk).isEmpty)
    desk.take(
      .order(
        Sample.order(
          "70", client: EngineDesk.id(2), side: .sell, contracts: 10, filled: 10, state: .filled,
          realized: 25, reduceOnly: true, at: desk.now)))
    #expect(ended(desk).map(\.ending) == [.manual])
    #expect(ended(desk).map(\.realizedPnL) == [25])
    #expect(desk.snapshot.breakers.stopOutsInARow == 0)
  }

  @Test func `K12 a flattening sends its exits before its cancels`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(5))
    let id = desk.restLong(as: "71")
    desk.take(.order(Sample.order("71", client: id, type: .limit(59_900), at: desk.now)))
    #expect(desk.command(.flatten(nil)).words == ["submit", "cancel"])
  }

  @Test func `I5 a restart does not book the fills of a held position twice`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let entry = Sample.fill(
      "1", order: "x\(EngineDesk.id(1))", client: EngineDesk.id(1), contracts: 10, fee: "0.3")
    first.take(.fill(entry))
    let held = first.snapshot.account.positions.held
    #expect(held.map(\.cycle.fees) == ["0.3"])
    first.pass(.seconds(1))
    first.take(.positions([Sample.position(contracts: 10, updated: first.now)]))
    let journal = first.wanted.journaled + [.positionCycle(held[0].cycle, at: first.now)]
    var second = EngineDesk()
    second.now = first.now + .minutes(1)
    let part = Sample.fill(
      "2", order: "78", side: .sell, contracts: 4, fee: "0.1", realized: "2",
      at: second.now - .seconds(5))
    let rest = Sample.position(contracts: 6, updated: second.now - .seconds(5))
    second.boot(
      EngineDesk.account(positions: [rest], fills: [entry, part]),
      recovery: Recovery(journal: journal))
    let cycle = second.snapshot.account.positions.held.first?.cycle
    #expect(cycle?.fees == "0.4")
    #expect(cycle?.realizedPnL == "2")
  }

  @Test func `a position that is told before its entry is known for ours when that is told`() {
    var desk = EngineDesk()
    desk.boot()
    let filled = entrySent(&desk)
    desk.take(.positions([Sample.position(opened: desk.now, updated: desk.now)]))
    #expect(desk.snapshot.positions.map(\.source) == [nil])
    desk.take(.order(filled))
    #expect(desk.snapshot.positions.map(\.source) == [.keyboard])
  }

  @Test func `K11 an order that was lost and lives is canceled while the bot is halted`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    let id = EngineDesk.id(1)
    desk.take(.intentDurable(id))
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(40)) { desk in
      answerEmpty(&desk)
      desk.findNoOrder()
    }
    #expect(desk.snapshot.orders.map(\.state) == [.lost])
    desk.command(.setState(.halted, reason: "enough"))
    let before = desk.wanted.words.count { $0 == "cancel" }
    desk.run(.seconds(30), answering: answerEmpty)
    #expect(desk.wanted.words.count { $0 == "cancel" } == before)
    let found = desk.take(.order(Sample.order("81", client: id, type: .limit(60_000))))
    #expect(found.words == ["cancel"])
  }

  @Test func `an order that was lost for good has its end in the journal`() {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(EngineDesk.long))
    desk.take(.intentDurable(EngineDesk.id(1)))
    desk.answer("submit", .unknown("reset"))
    desk.run(.minutes(12)) { desk in
      answerEmpty(&desk)
      desk.findNoOrder()
    }
    #expect(Recovery(journal: desk.wanted.journaled).openIntents.isEmpty)
  }

  @Test func `R04 a start waits two seconds at most for orders that nobody answers for`() {
    var first = EngineDesk()
    first.boot()
    first.command(.open(EngineDesk.long))
    first.take(.intentDurable(EngineDesk.id(1)))
    var second = EngineDesk()
    second.now = first.now + .seconds(5)
    second.boot(recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.step == .resolving(1))
    second.run(.seconds(2))
    #expect(second.snapshot.step == .ready)
    #expect(second.snapshot.orders.map(\.state) == [.unknown])
    second.quote(Sample.bitcoin, 60_000)
    second.command(.open(EngineDesk.long))
    #expect(second.snapshot.denials.last?.code == "order.unknown")
  }

  @Test func `R04 a start does not wait for an order that was found nowhere before`() {
    var first = EngineDesk()
    first.boot()
    first.command(.open(EngineDesk.long))
    first.take(.intentDurable(EngineDesk.id(1)))
    first.answer("submit", .unknown("reset"))
    first.run(.seconds(40)) { desk in
      answerEmpty(&desk)
      desk.findNoOrder()
    }
    var second = EngineDesk()
    second.now = first.now + .seconds(5)
    second.boot(recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.readiness == .ready)
    #expect(second.snapshot.orders.map(\.state) == [.lost])
    #expect(!second.wanted.words.contains("orderStatus"))
    second.quote(Sample.bitcoin, 60_000)
    second.command(.open(EngineDesk.long))
    #expect(second.snapshot.denials.last?.code == "order.unknown")
    // It appears after all: nothing is believed lost that lives.
    second.take(.order(Sample.order("80", client: EngineDesk.id(1), type: .limit(60_000))))
    #expect(second.snapshot.orders.map(\.state) == [.live])
  }

  @Test func `a stop that came with an entry is still ours after a restart`() {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let held = first.snapshot.account.positions.held.map(\.report)
    var second = EngineDesk()
    second.now = first.now + .seconds(5)
    second.boot(
      EngineDesk.account(positions: held, triggers: [EngineDesk.attachedStop]),
      recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.account.triggers.map(\.isOwn) == [true])
    second.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 58_000), takeProfit: nil))
    #expect(second.wanted.protections.last?.takeProfit == Trigger(triggerPrice: 63_000))
    let taken = second.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    #expect(taken.words == ["cancelTrigger"])
  }
}
