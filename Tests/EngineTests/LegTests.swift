import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Targets and stops of parts of a position: one is moved without the others, several are replaced
/// together, sizes follow the position, and no stop is absent in between.
@Suite struct LegTests {
  /// Shows what was asked for last and answers for it; the size may be another one.
  func show(_ desk: inout EngineDesk, as id: String, size: TriggerSize? = nil) {
    guard let request = desk.wanted.protections.last else {
      Issue.record("nothing was asked for")
      return
    }
    desk.pass(.milliseconds(20))
    desk.take(
      .triggerOrder(
        TriggerOrder(
          exchangeOrderID: ExchangeOrderID(trusted: id), clientOrderID: request.clientOrderID,
          instrument: Sample.btc, side: .sell, slot: .net, marginMode: .isolated,
          size: size ?? request.size,
          kind: .protection(takeProfit: request.takeProfit, stopLoss: request.stopLoss),
          reduceOnly: true, state: .live, createdAt: desk.now)))
    let isWaiting = desk.snapshot.requests.waiting.contains { $0.subject.word == "protect" }
    if isWaiting { desk.answer("protect", .confirmed(.order(ExchangeOrderID(trusted: id)))) }
  }

  /// Plays the exchange for a while: takes what is asked for, cancels what is to go, shows the
  /// account with these orders; holds at each step that the stops cover what is held.
  func settle(_ desk: inout EngineDesk, for span: TimeSpan, orders: [Order] = []) {
    desk.run(span) { desk in
      while let line = desk.snapshot.requests.waiting.first(where: {
        ["protect", "cancelTrigger", "accountSnapshot"].contains($0.subject.word)
      }) {
        desk.pass(.milliseconds(20))
        switch line.subject {
        case .protect:
          show(&desk, as: "n\(desk.wanted.protections.last?.clientOrderID.text ?? "")")
        case .cancelTrigger(_, let id):
          desk.take(.outcome(line.id, .confirmed(.cancel)))
          let gone = desk.snapshot.account.triggers.first { $0.order.exchangeOrderID == id }
          if let gone { desk.take(.triggerOrder(gone.order.canceled)) }
        default:
          desk.take(
            .outcome(
              line.id,
              .confirmed(
                .account(
                  EngineDesk.account(
                    positions: desk.snapshot.account.positions.held.map(\.report),
                    orders: orders, triggers: desk.snapshot.account.triggers.map(\.order))))))
        }
        let account = desk.snapshot.account
        let isCovered = account.positions.held.allSatisfy { account.coveringStop(of: $0) != nil }
        #expect(isCovered)
      }
    }
  }

  /// What rests of ours, as text, sorted.
  func resting(_ desk: EngineDesk) -> [String] {
    desk.snapshot.account.triggers.filter(\.isOwn).map { trigger in
      let order = trigger.order
      let size = if case .contracts(let part) = order.size { "\(part)" } else { "all" }
      return [
        size, order.stopLoss.map { "stop \($0.triggerPrice)" },
        order.takeProfit.map { "target \($0.triggerPrice)" },
      ].compactMap { $0 }.joined(separator: " ")
    }.sorted()
  }

  func targets(_ prices: Price..., share: Rate = "0.5") -> [PartialTarget] {
    prices.map { PartialTarget(trigger: Trigger(triggerPrice: $0), share: share) }
  }

  /// A long of ten contracts with a stop of the whole and two targets of half of it.
  private func scaledOut() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", size: .contracts(10)))
    desk.command(.takeProfits(Sample.btcKey, targets(61_000, 62_000)))
    settle(&desk, for: .seconds(5))
    return desk
  }

  private func id(_ desk: EngineDesk, _ target: Price) -> ExchangeOrderID {
    desk.snapshot.account.triggers.first { $0.order.takeProfit?.triggerPrice == target }?
      .order.exchangeOrderID ?? ExchangeOrderID("0")
  }

  /// Shows that a part of the position was closed.
  private func reduce(_ desk: inout EngineDesk, to contracts: Contracts) {
    desk.pass(.seconds(1))
    let opened = desk.snapshot.account.positions.held[0].report.createdAt
    desk.take(
      .positions([Sample.position(contracts: contracts, opened: opened, updated: desk.now)]))
  }

  @Test func `a target that is moved keeps its size and leaves the others`() {
    var desk = scaledOut()
    desk.command(
      .moveTarget(Sample.btcKey, id(desk, 62_000), Trigger(triggerPrice: 62_500)))
    settle(&desk, for: .seconds(2))
    #expect(resting(desk) == ["10 stop 59000", "5 target 61000", "5 target 62500"])
  }

  @Test func `O14 X08 a moved target whose answer was lost rests alone once it is shown`() {
    var desk = scaledOut()
    desk.command(
      .moveTarget(Sample.btcKey, id(desk, 62_000), Trigger(triggerPrice: 62_500)))
    desk.answer("protect", .unknown("timed out"))
    show(&desk, as: "960")
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["10 stop 59000", "5 target 61000", "5 target 62500"])
  }

  @Test func `a target that is not ours is not moved`() {
    var desk = scaledOut()
    let other = TriggerOrder(
      exchangeOrderID: ExchangeOrderID("77"), clientOrderID: nil, instrument: Sample.btc,
      side: .sell, slot: .net, marginMode: .isolated, size: .contracts(2),
      kind: .protection(takeProfit: Trigger(triggerPrice: 64_000), stopLoss: nil),
      reduceOnly: true, state: .live, createdAt: desk.now)
    desk.take(.triggerOrder(other))
    let effects = desk.command(
      .moveTarget(Sample.btcKey, ExchangeOrderID("77"), Trigger(triggerPrice: 62_500)))
    #expect(effects.words.isEmpty)
    #expect(effects.notices == ["that target is gone, or it is not ours: nothing was changed"])
  }

  /// Sends a long that waits at a limit and gets two targets when it has filled.
  private func bracket(_ desk: inout EngineDesk) {
    var waiting = EngineDesk.long
    waiting.type = .limit(59_900)
    desk.command(.bracket(waiting, targets(64_000, 65_000)))
    guard let id = desk.wanted.orders.last?.clientOrderID else { return }
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("85"))))
  }

  @Test func `targets that are denied leave those that wait for an entry`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    bracket(&desk)
    let denied = ["denied: the target 58000 is past the price 60000"]
    let one = desk.command(
      .protect(Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 58_000)))
    #expect(one.notices == denied)
    let several = desk.command(.takeProfits(Sample.btcKey, targets(65_000, 58_000)))
    #expect(several.notices == denied)
    let moved = desk.command(
      .moveTarget(Sample.btcKey, ExchangeOrderID("901"), Trigger(triggerPrice: 58_000)))
    #expect(moved.notices == denied)
    #expect(desk.wanted.protections.isEmpty)
    #expect(desk.snapshot.plans.map(\.step) == ["waiting"])
  }

  @Test func `a target that is moved leaves those that wait for an entry`() {
    var desk = scaledOut()
    bracket(&desk)
    desk.command(
      .moveTarget(Sample.btcKey, id(desk, 62_000), Trigger(triggerPrice: 62_500)))
    settle(&desk, for: .seconds(2))
    #expect(resting(desk) == ["10 stop 59000", "5 target 61000", "5 target 62500"])
    #expect(desk.snapshot.plans.map(\.step) == ["waiting"])
  }

  @Test func `one target for the whole replaces several, and the stop rests all the while`() {
    var desk = scaledOut()
    desk.command(
      .protect(Sample.btcKey, stopLoss: nil, takeProfit: Trigger(triggerPrice: 63_500)))
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["10 stop 59000", "10 target 63500"])
  }

  @Test(arguments: [false, true])
  func `a stop that moves leaves the target of an addition at the size of the addition`(
    rests: Bool
  ) {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(6)), contracts: 10)
    // The addition came with a stop and a target of its own.
    desk.take(
      .triggerOrder(
        Sample.stop("902", client: nil, at: 59_000, target: 63_000, size: .contracts(4))))
    // Another addition may wait at a limit meanwhile.
    if rests { _ = desk.restLong(as: "80") }
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["4 target 63000", "6 target 63000", "all stop 59500"])
  }

  @Test func `new targets replace the former ones once they rest`() {
    var desk = scaledOut()
    desk.command(.takeProfits(Sample.btcKey, targets(61_500, 62_500)))
    let first = desk.wanted.words
    #expect(first.filter { $0 == "cancelTrigger" }.isEmpty)
    settle(&desk, for: .seconds(6))
    #expect(resting(desk) == ["10 stop 59000", "5 target 61500", "5 target 62500"])
    #expect(desk.snapshot.plans.isEmpty)
  }

  @Test func `new targets at the same price with another size replace the former ones`() {
    var desk = scaledOut()
    desk.command(.takeProfits(Sample.btcKey, targets(61_000, 62_000, share: "0.3")))
    settle(&desk, for: .seconds(6))
    #expect(resting(desk) == ["10 stop 59000", "3 target 61000", "3 target 62000"])
  }

  @Test func `new targets take the target out of an order with the stop, which never is absent`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.takeProfits(Sample.btcKey, targets(61_000, 62_000)))
    settle(&desk, for: .seconds(6))
    #expect(resting(desk) == ["10 stop 59000", "5 target 61000", "5 target 62000"])
  }

  @Test
  func `X08 targets whose former ones were not canceled before a crash replace them after it`() {
    var first = scaledOut()
    first.command(.takeProfits(Sample.btcKey, targets(61_500, 62_500)))
    for number in 0..<2 {
      show(&first, as: "m\(number)")
      first.run(.milliseconds(1_100))
    }
    // Killed when the cancels are on their way.
    #expect(first.wanted.words.suffix(3).contains("cancelTrigger"))
    let account = first.snapshot.account
    var second = EngineDesk(settings: PlanTests.nextRun)
    second.now = first.now + .seconds(20)
    second.boot(
      EngineDesk.account(
        positions: account.positions.held.map(\.report), triggers: account.triggers.map(\.order)),
      recovery: Recovery(journal: first.wanted.journaled))
    settle(&second, for: .seconds(30))
    #expect(resting(second) == ["10 stop 59000", "5 target 61500", "5 target 62500"])
  }

  @Test func `targets and the stop follow a position that is closed in part`() {
    var desk = scaledOut()
    reduce(&desk, to: 4)
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["2 target 61000", "2 target 62000", "4 stop 59000"])
    #expect(desk.snapshot.plans.isEmpty)
  }

  @Test func `a target that is reached leaves the other one as it is`() {
    var desk = scaledOut()
    reduce(&desk, to: 5)
    let reached = id(desk, 61_000)
    desk.pass(.milliseconds(300))
    if let order = desk.snapshot.account.triggers.first(where: {
      $0.order.exchangeOrderID == reached
    }) {
      desk.take(.triggerOrder(order.order.canceled))
    }
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["5 stop 59000", "5 target 62000"])
  }

  @Test func `targets at one price follow a position that is closed in part like the others`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", size: .contracts(10)))
    desk.command(
      .takeProfits(
        Sample.btcKey, targets(61_000, 61_000, share: "0.25") + targets(62_000)))
    settle(&desk, for: .seconds(6))
    #expect(
      resting(desk) == [
        "10 stop 59000", "2.5 target 61000", "2.5 target 61000", "5 target 62000",
      ])
    reduce(&desk, to: 4)
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["2 target 61000", "2 target 62000", "4 stop 59000"])
    #expect(desk.snapshot.plans.isEmpty)
  }

  @Test func `X02 targets and the stop follow a position that the exchange closed in part`() {
    var desk = scaledOut()
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "80", side: .sell, contracts: 6, filled: 6, price: 59_900, state: .filled, realized: -1,
          reduceOnly: true, category: .autoDeleveraging, at: desk.now)))
    reduce(&desk, to: 4)
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["2 target 61000", "2 target 62000", "4 stop 59000"])
  }

  @Test func `an order of someone else keeps its size when the position is closed in part`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.take(.triggerOrder(Sample.stop("77", at: 58_000, size: .contracts(10))))
    reduce(&desk, to: 5)
    settle(&desk, for: .minutes(2))
    #expect(desk.wanted.words.filter { $0 == "cancelTrigger" }.isEmpty)
    #expect(desk.wanted.protections.isEmpty)
  }

  /// A long whose stop trails by 500 and rests at 59,600.
  private func trailing() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(.trail(Sample.btcKey, .price(500), activation: nil))
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, 60_100)
    settle(&desk, for: .seconds(2))
    return desk
  }

  @Test func `a trail is confirmed in words`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    #expect(
      desk.command(.trail(Sample.btcKey, .share("0.005"), activation: 61_000)).notices
        == ["the stop trails by 0.5%, from 61000 on"])
  }

  @Test func `a stop that is moved away by hand ends the trail and stays there`() {
    var desk = trailing()
    #expect(resting(desk) == ["10 stop 59600 target 63000"])
    let moved = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_200), takeProfit: nil))
    #expect(moved.notices == ["trail given up: the stop was moved by hand"])
    settle(&desk, for: .seconds(2))
    desk.quote(Sample.bitcoin, 60_150)
    settle(&desk, for: .seconds(2))
    #expect(resting(desk) == ["all stop 59200 target 63000"])
  }

  @Test func `a better stop that is set by hand is where the trail goes on from`() {
    var desk = trailing()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_800), takeProfit: nil))
    settle(&desk, for: .seconds(2))
    desk.quote(Sample.bitcoin, 60_200)
    settle(&desk, for: .seconds(2))
    #expect(resting(desk) == ["all stop 59800 target 63000"])
    #expect(desk.snapshot.plans.map(\.kind) == ["trail"])
  }

  @Test func `a stop that was moved is told as the last thing`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    show(&desk, as: "950")
    #expect(desk.snapshot.notices.last?.text == "stop moved to 59500")
  }

  /// A long whose stop was moved to 59,500, the cancel of the former order being lost.
  private func movedWithLostCancel() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    show(&desk, as: "950")
    desk.answer("cancelTrigger", .unknown("status 502"))
    return desk
  }

  @Test func `O26 a stop that moves again after a lost cancel takes the one target along`() {
    var desk = movedWithLostCancel()
    desk.pass(.milliseconds(300))
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_600), takeProfit: nil))
    settle(&desk, for: .minutes(1))
    #expect(resting(desk) == ["10 stop 59600 target 63000"])
    #expect(desk.wanted.protections.map(\.takeProfit?.triggerPrice) == [63_000, 63_000])
  }

  @Test func `O26 an order that was replaced and whose cancel was lost is canceled again soon`() {
    var desk = movedWithLostCancel()
    settle(&desk, for: .seconds(6))
    #expect(resting(desk) == ["10 stop 59500 target 63000"])
    #expect(desk.wanted.words.count { $0 == "cancelTrigger" } == 2)
  }

  @Test func `O26 of two targets of the whole at one price one is taken back`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", size: .contracts(10)))
    desk.command(.takeProfits(Sample.btcKey, targets(63_000, share: 1)))
    settle(&desk, for: .seconds(5))
    #expect(resting(desk) == ["10 stop 59000", "10 target 63000"])
    // An answer that was lost can leave two.
    show(&desk, as: "970")
    #expect(resting(desk) == ["10 stop 59000", "10 target 63000", "10 target 63000"])
    let asked = desk.wanted.protections.count
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["10 stop 59000", "10 target 63000"])
    #expect(desk.wanted.protections.count == asked)
  }

  @Test func `B12 what protects a position that is no multiple of a larger lot is in whole lots`() {
    var desk = EngineDesk.withLargerLot()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 59_500), takeProfit: nil))
    settle(&desk, for: .minutes(2))
    #expect(resting(desk) == ["11 stop 59500 target 63000"])
    #expect(desk.wanted.protections.map(\.size) == [.contracts(11)])
  }

  @Test func `a stop past the price is denied in these words`() {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    let effects = desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 60_500), takeProfit: nil))
    #expect(effects.notices == ["denied: the stop 60500 is past the price 60000"])
  }
}

extension TriggerOrder {
  /// The same order, taken back.
  var canceled: TriggerOrder {
    TriggerOrder(
      exchangeOrderID: exchangeOrderID, clientOrderID: clientOrderID, instrument: instrument,
      side: side, slot: slot, marginMode: marginMode, size: size, kind: kind,
      reduceOnly: reduceOnly, state: .canceled, createdAt: createdAt)
  }
}
