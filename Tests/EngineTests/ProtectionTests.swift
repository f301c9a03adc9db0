import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// How a position gets its stop, keeps it, and is closed when it cannot have one.
@Suite struct ProtectionTests {
  private var protection: (EngineDesk) -> Protection? {
    { $0.snapshot.positions.first?.protection }
  }

  /// Answers readings of the account with what the engine believes, and the given stops.
  private func answer(_ desk: inout EngineDesk, stops: [TriggerOrder]) {
    desk.answerReadings(stops: stops)
  }

  /// The order that closed the long, as the exchange tells it.
  private static func exit(at now: Timestamp) -> Order {
    Sample.order(
      "70", side: .sell, contracts: 10, filled: 10, state: .filled, reduceOnly: true, at: now)
  }

  @Test func `a stop outlives a late list without its position that no order explains`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let held = desk.snapshot.account.positions.held.map(\.report)
    let late = desk.take(.positions([]))
    #expect(late.words == ["accountSnapshot"])
    desk.pass(.milliseconds(50))
    desk.answer(
      "accountSnapshot",
      .confirmed(
        .account(EngineDesk.account(positions: held, triggers: [EngineDesk.attachedStop]))))
    #expect(desk.wanted.words.filter { $0 == "cancelTrigger" }.isEmpty)
    #expect(protection(desk)?.isNaked == false)
  }

  @Test func `a stop attached to an entry is ours, proven by reading it back`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let stop = desk.snapshot.account.triggers.first
    #expect(stop?.owner == .own(.keyboard))
    #expect(stop.map { .proven($0) } == protection(desk))
    #expect(stop?.confirmedAt == desk.now)
  }

  @Test func `a stop that someone else placed stays external`() {
    var desk = EngineDesk()
    desk.boot()
    desk.take(.positions([Sample.position()]))
    desk.take(.triggerOrder(Sample.stop("5", at: 58_000)))
    #expect(desk.snapshot.account.triggers.map(\.owner) == [.external])
  }

  @Test func `O22 a stop that is missing after the fill is placed within two seconds`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: nil)
    let filledAt = desk.now
    desk.run(.seconds(2)) { answer(&$0, stops: []) }
    let placed = desk.wanted.protections
    #expect(placed.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(placed.map(\.size) == [.wholePosition])
    let sentAt = desk.snapshot.requests.waiting.first { $0.subject.word == "protect" }?.sentAt
    #expect(sentAt.map { $0 - filledAt <= .seconds(2) } == true)
    let id = placed[0].clientOrderID
    desk.take(.triggerOrder(Sample.stop("950", client: id, at: 59_000, target: 63_000)))
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    answer(&desk, stops: [Sample.stop("950", client: id, at: 59_000, target: 63_000)])
    #expect(desk.snapshot.positions.first?.protection.isNaked == false)
    #expect(desk.snapshot.notices.map(\.text).contains("the position has its stop again"))
  }

  @Test func `O22 O23 a position whose stop is refused is closed at once`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: nil)
    let filledAt = desk.now
    desk.run(.milliseconds(600)) { answer(&$0, stops: []) }
    desk.answer(
      "protect",
      .refused(Refusal(code: "102037", message: "stop price", advice: .fixRequest)))
    let exits = desk.wanted.orders.filter(\.reduceOnly)
    #expect(exits.map(\.contracts) == [10])
    #expect(exits.map(\.type) == [.market])
    #expect(desk.now - filledAt <= .seconds(2))
    #expect(desk.wanted.protections.count == 1)
  }

  @Test func `a stop that the market has passed is not placed: the position is closed`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: nil)
    desk.quote(Sample.bitcoin, 58_500)
    desk.run(.seconds(1)) { answer(&$0, stops: []) }
    #expect(desk.wanted.protections.isEmpty)
    #expect(desk.wanted.orders.filter(\.reduceOnly).map(\.contracts) == [10])
  }

  @Test func `O24 X05 a stop that was canceled elsewhere is placed again`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let canceledAt = desk.now
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    desk.run(.seconds(5)) { answer(&$0, stops: []) }
    #expect(desk.wanted.protections.first?.stopLoss == Trigger(triggerPrice: 59_000))
    #expect(desk.snapshot.notices.map(\.text).contains("the position has no stop"))
    let sentAt = desk.snapshot.requests.waiting.first { $0.subject.word == "protect" }?.sentAt
    #expect(sentAt.map { $0 - canceledAt <= .seconds(5) } == true)
  }

  @Test func `a stop that covers a part only is replaced by one for the whole`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(4)))
    desk.run(.seconds(2)) {
      answer(&$0, stops: [Sample.stop("901", target: 63_000, size: .contracts(4))])
    }
    #expect(desk.wanted.protections.map(\.size) == [.wholePosition])
    let effects = desk.answer("protect", .confirmed(.order(nil)))
    #expect(effects.words.first == "cancelTrigger")
  }

  @Test func `several stops that cover the whole together protect it`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(4)))
    desk.take(.triggerOrder(Sample.stop("902", target: 63_000, size: .contracts(6))))
    #expect(desk.snapshot.positions.first?.protection.isNaked == false)
    desk.run(.seconds(3)) { _ in }
    #expect(desk.wanted.protections.isEmpty)
  }

  @Test func `a new stop is taken before the old one goes`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let asked = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    #expect(asked.words == ["protect"])
    #expect(asked.protections.map(\.takeProfit) == [Trigger(triggerPrice: 63_000)])
    let id = asked.protections[0].clientOrderID
    desk.take(.triggerOrder(Sample.stop("950", client: id, at: 59_500, target: 63_000)))
    let taken = desk.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    #expect(taken.words == ["cancelTrigger"])
  }

  @Test func `a stop beside one for the whole position is for its contracts`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let first = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    let held = desk.snapshot.positions.first?.contracts
    // The exchange keeps one stop for a whole position and refuses a second.
    #expect(first.protections.map(\.size) == [held.map(TriggerSize.contracts)])
  }

  @Test func `O23 a refused stop ends in the journal`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let asked = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    let effects = desk.answer(
      "protect", .refused(Refusal(code: "102037", message: "no", advice: .fixRequest)))
    let ended = effects.compactMap { effect -> [TriggerChange]? in
      guard case .journal(let records) = effect else { return nil }
      return records.compactMap { if case .triggerChanged(let change) = $0 { change } else { nil } }
    }.flatMap { $0 }
    #expect(ended.map(\.state) == [.rejected])
    #expect(ended.map(\.clientOrderID) == asked.protections.map { $0.clientOrderID })
  }

  @Test func `a stop that is refused when its position has gone is told as what it was`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901"))
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    desk.take(.order(Self.exit(at: desk.now)))
    desk.take(.positions([]))
    let refusal = Refusal(code: "102022", message: "no position", advice: .fixRequest)
    let effects = desk.answer("protect", .refused(refusal))
    #expect(effects.notices == ["a stop was not placed: no position"])
  }

  @Test func `O26 a new stop that is refused leaves the old one as the plan`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    let effects = desk.answer(
      "protect",
      .refused(Refusal(code: "102037", message: "no", advice: .fixRequest)))
    #expect(effects.words.isEmpty)
    // When the old one then goes, the plan that is placed again is the old price.
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    desk.run(.seconds(3)) { answer(&$0, stops: []) }
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: 59_000))
  }

  @Test func `two stops after a lost answer become one`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let asked = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    let id = asked.protections[0].clientOrderID
    desk.answer("protect", .unknown("timed out"))
    let both = [
      EngineDesk.attachedStop, Sample.stop("950", client: id, at: 59_500, target: 63_000),
    ]
    answer(&desk, stops: both)
    let canceled = desk.wanted.compactMap { effect -> ExchangeOrderID? in
      if case .cancelTrigger(_, _, let id) = effect { id } else { nil }
    }
    #expect(canceled == [ExchangeOrderID("901")])
    #expect(desk.snapshot.positions.first?.protection.isNaked == false)
  }

  @Test(arguments: [true, false])
  func `an addition keeps the stop of what was there, in whatever order the news comes`(
    triggerFirst: Bool
  ) {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", size: .contracts(10)))
    desk.pass(.seconds(5))
    var addition = EngineDesk.long
    addition.stop = .stop(Trigger(triggerPrice: 59_100))
    desk.command(.open(addition))
    let id = EngineDesk.id(2)
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("81"))))
    let order = AccountEvent.order(
      Sample.order(
        "81", client: id, contracts: 10, filled: 10, state: .filled,
        stopLoss: Trigger(triggerPrice: 59_100), at: desk.now))
    let trigger = AccountEvent.triggerOrder(Sample.stop("902", at: 59_100, size: .contracts(10)))
    for event in triggerFirst ? [trigger, order] : [order, trigger] { desk.take(event) }
    let held = desk.snapshot.account.positions.held[0].report
    desk.take(
      .positions([
        Sample.position(contracts: 20, opened: held.createdAt, updated: desk.now)
      ]))
    desk.run(.seconds(5)) { desk in
      answer(&desk, stops: desk.snapshot.account.triggers.map(\.order))
    }
    #expect(desk.wanted.filter { if case .cancelTrigger = $0 { true } else { false } }.isEmpty)
    #expect(desk.wanted.protections.isEmpty)
    #expect(protection(desk)?.isNaked == false)
    #expect(desk.snapshot.account.triggers.map(\.order.exchangeOrderID.text) == ["901", "902"])
  }

  @Test func `a cancel that the exchange confirmed is not sent again while its lists lag`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.order(Self.exit(at: desk.now)))
    desk.take(.positions([]))
    desk.answer("cancelTrigger", .confirmed(.cancel))
    // The list still shows it.
    desk.run(.seconds(8)) { answer(&$0, stops: [EngineDesk.attachedStop]) }
    let canceled = desk.wanted.compactMap { effect -> ExchangeOrderID? in
      if case .cancelTrigger(_, _, let id) = effect { id } else { nil }
    }
    #expect(canceled == [ExchangeOrderID("901")])
  }

  @Test func `stops of ours are swept when the position is flat, those of others stay`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.triggerOrder(Sample.stop("5", at: 58_000)))
    desk.take(.order(Self.exit(at: desk.now)))
    let effects = desk.take(.positions([]))
    let swept = effects.compactMap { effect -> ExchangeOrderID? in
      if case .cancelTrigger(_, _, let id) = effect { id } else { nil }
    }
    #expect(swept == [ExchangeOrderID("901")])
  }

  @Test func `a sweep whose cancel is lost is repeated, though an order for a new position rests`()
  {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.order(Self.exit(at: desk.now)))
    desk.take(.positions([]))
    desk.answer("cancelTrigger", .unknown("timed out"))
    var resting = EngineDesk.long
    resting.type = .limit(59_900)
    desk.command(.open(resting))
    let id = EngineDesk.id(2)
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("80"))))
    let order = Sample.order("80", client: id, type: .limit(59_900), at: desk.now)
    desk.run(.minutes(1)) { desk in
      while desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        desk.pass(.milliseconds(50))
        desk.answer(
          "accountSnapshot",
          .confirmed(
            .account(EngineDesk.account(orders: [order], triggers: [EngineDesk.attachedStop]))))
      }
    }
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    let canceled = desk.wanted.compactMap { effect -> ExchangeOrderID? in
      if case .cancelTrigger(_, _, let id) = effect { id } else { nil }
    }
    #expect(canceled == [ExchangeOrderID("901"), ExchangeOrderID("901")])
  }

  /// An entry rests, a short is opened beside it, and the entry turns it around; its stop may be
  /// told before the position.
  private func turned(_ desk: inout EngineDesk, triggerFirst: Bool) -> TriggerOrder {
    desk.command(.open(EngineDesk.long))
    let id = EngineDesk.id(1)
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("81"))))
    desk.take(
      .positions([
        Sample.position("6", side: .short, contracts: 4, opened: desk.now, updated: desk.now)
      ]))
    desk.pass(.seconds(3))
    let order = AccountEvent.order(
      Sample.order(
        "81", client: id, contracts: 10, filled: 10, state: .filled,
        stopLoss: Trigger(triggerPrice: 59_000), at: desk.now))
    let stop = Sample.stop("902", target: 63_000, created: desk.now)
    let positions = AccountEvent.positions([
      Sample.position("6", contracts: 6, opened: desk.now, updated: desk.now)
    ])
    desk.take(order)
    let trigger = AccountEvent.triggerOrder(stop)
    for event in triggerFirst ? [trigger, positions] : [positions, trigger] { desk.take(event) }
    return stop
  }

  @Test(arguments: [true, false])
  func `the stop of an entry that turns a position around stays, in whatever order the news comes`(
    triggerFirst: Bool
  ) {
    var desk = EngineDesk()
    desk.boot()
    let stop = turned(&desk, triggerFirst: triggerFirst)
    desk.run(.seconds(5)) { answer(&$0, stops: [stop]) }
    #expect(desk.wanted.words.filter { $0 == "cancelTrigger" }.isEmpty)
    #expect(desk.wanted.protections.isEmpty)
    #expect(protection(desk)?.isNaked == false)
  }

  @Test func `the stop of an entry that fills while its side was closed stays`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.pass(.seconds(5))
    let id = desk.restLong(stop: .stop(Trigger(triggerPrice: 58_900)), as: "81")
    desk.take(
      .order(
        Sample.order(
          "81", client: id, type: .limit(59_900), contracts: 10, filled: 10, state: .filled,
          stopLoss: Trigger(triggerPrice: 58_900), at: desk.now)))
    let stop = Sample.stop("902", at: 58_900, target: 63_000, created: desk.now)
    desk.take(.triggerOrder(stop))
    desk.take(.order(Self.exit(at: desk.now)))
    let swept = desk.take(.positions([]))
    #expect(swept.words == ["cancelTrigger"])
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    desk.take(
      .positions([Sample.position("8", contracts: 10, opened: desk.now, updated: desk.now)]))
    desk.run(.seconds(5)) { answer(&$0, stops: [stop]) }
    #expect(desk.wanted.words.filter { $0 == "cancelTrigger" }.count == 1)
    #expect(desk.snapshot.account.triggers.map(\.order) == [stop])
    #expect(protection(desk)?.isNaked == false)
  }

  @Test func `O22 a missing stop is placed once though the account cannot be read, nothing closed`()
  {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: nil)
    let filledAt = desk.now
    desk.run(.seconds(1))
    #expect(desk.wanted.protections.isEmpty)
    desk.run(.milliseconds(600))
    let sentAt = desk.snapshot.requests.waiting.first { $0.subject.word == "protect" }?.sentAt
    #expect(sentAt.map { $0 - filledAt <= .seconds(2) } == true)
    desk.answer("protect", .notSent("no link"))
    desk.run(.seconds(2))
    #expect(desk.wanted.protections.count == 2)
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    desk.run(.seconds(10))
    #expect(desk.wanted.protections.map(\.stopLoss?.triggerPrice) == [59_000, 59_000])
    #expect(desk.wanted.orders.filter(\.reduceOnly).isEmpty)
  }

  @Test func `R05 a naked position that was opened elsewhere is loud and left alone`() {
    var desk = EngineDesk()
    desk.boot()
    desk.take(.positions([Sample.position()]))
    desk.run(.seconds(10)) { answer(&$0, stops: []) }
    #expect(desk.snapshot.positions.first?.protection.isNaked == true)
    #expect(desk.snapshot.positions.first?.source == nil)
    #expect(desk.wanted.protections.isEmpty && desk.wanted.orders.isEmpty)
  }

  @Test func `R04 a restart takes over what is to protect a position and places it if it is gone`()
  {
    var first = EngineDesk()
    first.boot()
    first.holdLong()
    let recovery = Recovery(journal: first.wanted.journaled)
    var second = EngineDesk()
    second.now = first.now + .seconds(5)
    let position = first.snapshot.account.positions.held.map(\.report)
    second.boot(EngineDesk.account(positions: position), recovery: recovery)
    #expect(second.snapshot.positions.map(\.source) == [.keyboard])
    second.run(.seconds(2)) { answer(&$0, stops: []) }
    #expect(second.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_000)])
    #expect(second.wanted.protections.map(\.takeProfit) == [Trigger(triggerPrice: 63_000)])
  }
}
