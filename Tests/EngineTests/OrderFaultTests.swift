import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// The life of an order when answers get lost, come late or contradict each other.
@Suite struct OrderFaultTests {
  private let id = EngineDesk.id(1)

  /// A desk whose first order has left.
  private func sent(_ intent: OpeningIntent = EngineDesk.long) -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.command(.open(intent))
    desk.take(.intentDurable(EngineDesk.id(1)))
    return desk
  }

  private func submits(_ desk: EngineDesk) -> Int {
    desk.wanted.words.count { $0 == "submit" || $0 == "resend" }
  }

  @Test func `O01 an order whose answer is lost is found by its id and never sent again`() {
    var desk = sent()
    desk.answer("submit", .unknown("timed out"))
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    let asked = desk.timers[.order(id)].map { $0 - desk.now }
    #expect(asked.map { $0 <= .milliseconds(500) } == true)
    desk.run(.seconds(1))
    #expect(desk.wanted.words.last == "orderStatus")
    desk.answer("orderStatus", .confirmed(.orderStatus(Sample.order("77", client: id))))
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    desk.run(.minutes(2)) { desk in
      if desk.snapshot.requests.waiting.contains(where: { $0.subject == .accountSnapshot }) {
        let live = Sample.order("77", client: EngineDesk.id(1))
        desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account(orders: [live]))))
      }
    }
    #expect(submits(desk) == 1)
  }

  /// Answers every question of the engine as an exchange that has never heard of the order.
  @Test func `O02 an entry that never arrived is lost after every list was asked, not sent again`()
  {
    var desk = sent()
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(9), answering: EngineDesk.answerWithNothing)
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    desk.run(.seconds(20), answering: EngineDesk.answerWithNothing)
    #expect(desk.snapshot.orders.map(\.state) == [.lost])
    #expect(submits(desk) == 1)
    desk.quote(Sample.bitcoin, 60_000)
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.last?.code == "order.unknown")
    desk.run(.minutes(11), answering: EngineDesk.answerWithNothing)
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O02 an exit that never arrived is sent again once under the same id`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    let exit = EngineDesk.id(2)
    desk.take(.intentDurable(exit))
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(30), answering: EngineDesk.answerWithNothing)
    let again = desk.wanted.compactMap { effect -> OrderRequest? in
      if case .resend(_, let order) = effect { order.request } else { nil }
    }
    #expect(again.map(\.clientOrderID) == [exit])
    #expect(again.map(\.reduceOnly) == [true])
    desk.answer("resend", .unknown("reset"))
    desk.run(.minutes(1), answering: EngineDesk.answerWithNothing)
    #expect(desk.wanted.words.count { $0 == "resend" } == 1)
  }

  @Test func `O06 a second sending that is refused as a double is asked for and adopted`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    let exit = EngineDesk.id(2)
    desk.answer("submit", .unknown("reset"))
    desk.run(.seconds(30), answering: EngineDesk.answerWithNothing)
    let refusal = Refusal(code: "102002", message: "duplicate", advice: .queryState)
    let effects = desk.answer("resend", .refused(refusal))
    #expect(effects.words == ["orderStatus"])
    desk.answer(
      "orderStatus",
      .confirmed(
        .orderStatus(
          Sample.order(
            "88", client: exit, side: .sell, contracts: 10, filled: 10, state: .filled,
            reduceOnly: true))))
    #expect(desk.snapshot.account.orders[exit]?.state == .filled)
  }

  @Test(arguments: ["HTTP 200, cut off", "HTTP 200, not JSON", "HTTP 502", "HTTP 504", "HTTP 429"])
  func `O03 O04 O05 an answer that proves nothing leaves the order unknown`(reason: String) {
    var desk = sent()
    desk.answer("submit", .unknown(reason))
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    #expect(desk.snapshot.orders.map(\.problem) == [reason])
    desk.command(.open(EngineDesk.long))
    #expect(desk.snapshot.denials.map(\.code) == ["order.unknown"])
    #expect(submits(desk) == 1)
  }

  @Test func `O07 a refusal of the exchange ends the order with its words in the journal`() {
    var desk = sent()
    let effects = desk.answer(
      "submit",
      .refused(Refusal(code: "103003", message: "Insufficient margin", advice: .fixRequest)))
    let changes = effects.records.compactMap { record -> OrderChange? in
      if case .orderChanged(let change) = record { change } else { nil }
    }
    #expect(changes.map(\.state) == [.rejected])
    #expect(changes.map(\.cause) == ["Insufficient margin"])
    #expect(effects.notices == ["order refused: Insufficient margin"])
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O09 a fill overtakes the answer and the late answer is ignored`() {
    var desk = sent()
    desk.take(.fill(Sample.fill("1", order: "77", client: id, contracts: 10)))
    #expect(desk.snapshot.account.orders[id]?.state == .filled)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    #expect(desk.snapshot.account.orders[id]?.state == .filled)
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O10 an order that the stream proved stays alive when its answer fails`() {
    var desk = sent()
    desk.take(.order(Sample.order("77", client: id)))
    desk.answer("submit", .unknown("HTTP 500"))
    #expect(desk.snapshot.orders.map(\.state) == [.live])
    #expect(desk.timers[.order(id)] == nil)
  }

  private var limit: OpeningIntent {
    var intent = EngineDesk.long
    intent.type = .limit(59_900)
    return intent
  }

  @Test func `O11 a fill during the cancel ends as filled with its exact size`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.cancel(Sample.btc, .client(id)))
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
    desk.take(.fill(Sample.fill("1", order: "77", client: id, contracts: 10)))
    #expect(desk.snapshot.account.orders[id]?.state == .filled)
    #expect(desk.snapshot.account.orders[id]?.progress.filledContracts == 10)
  }

  @Test func `O12 a cancel that comes too late is asked about, never taken for canceled`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.cancel(Sample.btc, .client(id)))
    let effects = desk.answer(
      "cancel", .refused(Refusal(code: "102068", message: "gone", advice: .queryState)))
    #expect(effects.words == ["orderStatus"])
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
    desk.answer(
      "orderStatus",
      .confirmed(
        .orderStatus(
          Sample.order(
            "77", client: id, type: .limit(59_900), contracts: 10, filled: 4, state: .canceled))))
    let order = desk.snapshot.account.orders[id]
    #expect(order?.state == .canceled)
    #expect(order?.progress.filledContracts == 4)
  }

  @Test func `O13 K11 a cancel is pending and counts until proven, and is repeated`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.cancel(Sample.btc, .client(id)))
    let asked = desk.answer("cancel", .unknown("timed out"))
    #expect(asked.words == ["orderStatus"])
    #expect(desk.snapshot.orders.map(\.addsExposure) == [true])
    let alive = Sample.order("77", client: id, type: .limit(59_900))
    let again = desk.answer("orderStatus", .confirmed(.orderStatus(alive)))
    #expect(again.words == ["cancel"])
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
    desk.answer("cancel", .confirmed(.cancel))
    desk.take(.order(Sample.order("77", client: id, type: .limit(59_900), state: .canceled)))
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O13 K11 a cancel of an unknown order is sent again once the order lives`() {
    var desk = sent(limit)
    desk.answer("submit", .unknown("503"))
    #expect(desk.command(.cancelAll(nil)).words == ["cancel"])
    let lostAnswer = desk.answer("cancel", .unknown("503"))
    #expect(
      lostAnswer.notices == [
        "the cancel of order \(id.text) has an unknown outcome: 503; it is sent again if the order "
          + "lives"
      ])
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    let alive = Sample.order("77", client: id, type: .limit(59_900))
    let found = desk.answer("orderStatus", .confirmed(.orderStatus(alive)))
    #expect(found.words == ["cancel"])
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
    #expect(desk.snapshot.orders.map(\.addsExposure) == [true])
    #expect(desk.take(.order(alive)).words == [])
    desk.answer("cancel", .confirmed(.cancel))
    desk.take(.order(Sample.order("77", client: id, type: .limit(59_900), state: .canceled)))
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O13 K11 where cancels alone get lost they are repeated ever more rarely`() {
    var desk = sent(limit)
    desk.answer("submit", .unknown("503"))
    desk.command(.cancelAll(nil))
    let alive = Sample.order("77", client: id, type: .limit(59_900))
    desk.run(.seconds(30)) { desk in
      while let line = desk.snapshot.requests.waiting.first(where: {
        ["orderStatus", "cancel"].contains($0.subject.word)
      }) {
        let isQuestion = line.subject.word == "orderStatus"
        desk.take(
          .outcome(line.id, isQuestion ? .confirmed(.orderStatus(alive)) : .unknown("503")))
      }
    }
    let cancels = desk.wanted.words.count { $0 == "cancel" }
    #expect(cancels > 3 && cancels < 25, "\(cancels) cancels in half a minute")
    #expect(desk.wanted.notices.count { $0.contains("has an unknown outcome: 503; it is") } == 1)
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
  }

  @Test func `O13 R01 an order of an earlier run that lives is canceled as was asked before`() {
    let first = sent(limit)
    var desk = EngineDesk()
    desk.boot(recovery: Recovery(journal: first.wanted.journaled))
    #expect(desk.snapshot.orders.map(\.state) == [.unknown])
    desk.command(.cancelAll(nil))
    desk.answer("cancel", .unknown("maintenance"))
    let alive = Sample.order("77", client: id, type: .limit(59_900))
    #expect(desk.take(.order(alive)).words.contains("cancel"))
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
  }

  @Test func `O13 a refused cancel of an order that lives is a wish no more`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.cancelAll(nil))
    let refusal = Refusal(code: "50011", message: "too many requests", advice: .waitAndRetry)
    desk.answer("cancel", .refused(refusal))
    let alive = Sample.order("77", client: id, type: .limit(59_900))
    #expect(desk.answer("orderStatus", .confirmed(.orderStatus(alive))).words == [])
    #expect(desk.snapshot.orders.map(\.state) == [.live])
  }

  @Test func `K11 K12 a flatten repeats no cancel before the exchange said what it knows`() {
    var desk = sent(limit)
    desk.answer("submit", .unknown("timed out"))
    desk.command(.flatten(nil), .control)
    let gone = Refusal(code: "102068", message: "does not exist", advice: .queryState)
    desk.answer("cancel", .refused(gone))
    desk.run(.seconds(5))
    #expect(desk.wanted.words.count { $0 == "cancel" } == 1)
    #expect(desk.snapshot.requests.waiting.map(\.subject.word).contains("orderStatus"))
    // An answer that does not come lets nothing live: after a while one more cancel is sent.
    desk.run(.seconds(6))
    #expect(desk.wanted.words.count { $0 == "cancel" } == 2)
    desk.answer("cancel", .refused(gone))
    // Nobody knows it: it may still be on its way, so that one more cancel follows the answer.
    desk.answer("orderStatus", .confirmed(.orderStatus(nil)))
    desk.run(.seconds(2))
    #expect(desk.wanted.words.count { $0 == "cancel" } == 3)
    // And it ends, though the exchange refuses every cancel.
    desk.run(.minutes(2)) { desk in
      if desk.snapshot.requests.waiting.contains(where: { $0.subject.word == "cancel" }) {
        desk.answer("cancel", .refused(gone))
      }
      EngineDesk.answerWithNothing(&desk)
    }
    #expect(desk.snapshot.notices.map(\.text).contains("flat"))
    #expect(desk.wanted.words.count { $0 == "cancel" } < 20)
  }

  @Test func `K12 a second flatten repeats no cancel that the exchange has taken`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    #expect(desk.command(.flatten(nil), .control).words == ["cancel"])
    desk.answer("cancel", .confirmed(.cancel))
    #expect(desk.command(.flatten(nil), .control).words == [])
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
  }

  @Test func `O15 five hundred partial fills add up exactly`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    for number in 1...500 {
      desk.take(
        .fill(
          Sample.fill(
            "\(number)", order: "77", client: id, price: 59_900, contracts: "0.02",
            fee: "0.0007188")))
    }
    let order = desk.snapshot.account.orders[id]
    #expect(order?.state == .filled)
    #expect(order?.progress.filledContracts == 10)
    #expect(order?.progress.averagePrice == 59_900)
    #expect(order?.progress.fee == "0.3594")
  }

  @Test func `O16 what the exchange ends itself keeps its fills`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.take(.fill(Sample.fill("1", order: "77", client: id, price: 59_900, contracts: 3)))
    desk.take(
      .order(
        Sample.order(
          "77", client: id, type: .limit(59_900), contracts: 10, filled: 3, price: 59_900,
          state: .canceled)))
    let order = desk.snapshot.account.orders[id]
    #expect(order?.state == .canceled)
    #expect(order?.progress.filledContracts == 3)
  }

  @Test func `O17 more filled than was asked for halts and reads the account`() {
    var desk = sent()
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    let effects = desk.take(.fill(Sample.fill("1", order: "77", client: id, contracts: 11)))
    #expect(desk.snapshot.trading.mode == .halted)
    #expect(effects.words.contains("accountSnapshot"))
  }

  @Test func `O18 O19 repeats and reports out of order change nothing`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    let fill = Sample.fill("1", order: "77", client: id, price: 59_900, contracts: 10)
    desk.take(.fill(fill))
    let hash = desk.snapshot.account.orders
    desk.take(.fill(fill))
    desk.take(.order(Sample.order("77", client: id, type: .limit(59_900), state: .live)))
    desk.take(
      .order(
        Sample.order(
          "77", client: id, type: .limit(59_900), filled: 4, price: 59_900,
          state: .partiallyFilled)))
    #expect(desk.snapshot.account.orders[id]?.state == hash[id]?.state)
    #expect(desk.snapshot.account.orders[id]?.progress == hash[id]?.progress)
    #expect(desk.snapshot.account.fills.count == 1)
  }

  @Test func `O20 a message that cannot be read makes the engine look at the account`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    let effects = desk.take(.protocolProblem("orders: state \"foo\" is not known"))
    #expect(effects.words == ["accountSnapshot"])
    #expect(desk.snapshot.orders.map(\.state) == [.live])
  }

  @Test func `O21 an exit that is refused because nothing is left is done and not tried again`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    let effects = desk.answer(
      "submit", .refused(Refusal(code: "102022", message: "no position", advice: .queryState)))
    #expect(effects.words == ["accountSnapshot"])
    desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(desk.snapshot.account.positions.held.isEmpty)
    #expect(desk.snapshot.account.orders[EngineDesk.id(2)]?.state == .rejected)
    #expect(submits(desk) == 2)
  }

  @Test func `O27 an order that only our list shows is asked for and the answer wins`() {
    var desk = sent(limit)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.pass(.seconds(6))
    desk.command(.reconcile)
    desk.pass(.milliseconds(100))
    let effects = desk.answer("accountSnapshot", .confirmed(.account(EngineDesk.account())))
    #expect(effects.words == ["orderStatus"])
    desk.answer(
      "orderStatus",
      .confirmed(
        .orderStatus(Sample.order("77", client: id, type: .limit(59_900), state: .canceled))))
    #expect(desk.snapshot.orders.isEmpty)
  }

  @Test func `O28 an order that filled at once is proven by the history`() {
    var desk = sent()
    desk.answer("submit", .unknown("timed out"))
    desk.pass(.seconds(1))
    desk.command(.reconcile)
    let fill = Sample.fill("1", order: "77", client: id, contracts: 10)
    desk.answer(
      "accountSnapshot",
      .confirmed(.account(EngineDesk.account(positions: [Sample.position()], fills: [fill]))))
    #expect(desk.snapshot.account.orders[id]?.state == .filled)
    #expect(desk.timers[.order(id)] == nil)
  }
}
