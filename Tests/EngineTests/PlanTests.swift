import AccountData
import Engine
import Risk
import TestSupport
import Testing
import Trading
import Units

/// Actions of several steps: each step looks at the account and does what is missing.
@Suite struct PlanTests {
  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    return desk
  }

  private var short: OpeningIntent {
    var intent = EngineDesk.long
    intent.side = .short
    intent.stop = .stop(Trigger(triggerPrice: 61_000))
    intent.takeProfit = Trigger(triggerPrice: 57_000)
    return intent
  }

  private func outcomes(_ desk: EngineDesk) -> [String] {
    desk.wanted.records.compactMap { record in
      guard case .plan(let plan) = record, plan.kind != "guard" else { return nil }
      return "\(plan.kind) \(plan.state.rawValue): \(plan.step)"
    }
  }

  /// Ends the newest exit order with everything filled and shows the position that is left.
  private func fillExit(_ desk: inout EngineDesk, left: Contracts, mark: Price = 60_000) {
    guard let exit = desk.wanted.orders.last(where: \.reduceOnly) else { return }
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "e\(exit.clientOrderID)", client: exit.clientOrderID, side: exit.side,
          contracts: exit.contracts, filled: exit.contracts, state: .filled, reduceOnly: true,
          at: desk.now)))
    desk.take(
      .positions(
        left.isPositive
          ? [Sample.position(contracts: left, mark: mark, opened: Sample.start, updated: desk.now)]
          : []))
  }

  @Test func `a reversal closes first and opens the other side when flat`() {
    var desk = held()
    let closing = desk.command(.reverse(Sample.btcKey, short))
    #expect(closing.orders.map(\.reduceOnly) == [true])
    #expect(desk.snapshot.plans.map(\.kind) == ["reverse"])
    fillExit(&desk, left: 0)
    #expect(desk.wanted.orders.last?.reduceOnly == false)
    #expect(desk.wanted.orders.last?.side == .sell)
    #expect(desk.wanted.orders.last?.stopLoss == Trigger(triggerPrice: 61_000))
    #expect(
      outcomes(desk) == [
        "reverse open: closing", "reverse open: opening",
        "reverse done: the other side is on its way",
      ])
  }

  @Test(arguments: ["stop", "size", "state"])
  func `a reversal whose opening is denied leaves the position alone`(reason: String) {
    var desk = held()
    var opening = short
    switch reason {
    case "stop": opening.stop = .stop(Trigger(triggerPrice: 59_500))
    case "size": opening.size = .contracts(100_000)
    default: desk.command(.setState(.reducing, reason: "test"))
    }
    let asked = desk.command(.reverse(Sample.btcKey, opening))
    #expect(asked.words == [])
    #expect(desk.snapshot.plans.map(\.kind) == [])
    #expect(desk.snapshot.denials.map(\.intent) == [.open(opening)])
    let answers = asked.records.compactMap { record -> Substring? in
      if case .command(let command) = record { command.answer?.prefix(20) } else { nil }
    }
    #expect(answers == ["the position stays: "])
  }

  @Test func `R01 X08 a reversal that was cut off closes, and opens nothing after the restart`() {
    var first = held()
    first.command(.reverse(Sample.btcKey, short))
    let recovery = Recovery(journal: first.wanted.journaled)
    #expect(recovery.openPlans.map(\.kind).contains("reverse"))
    var second = EngineDesk(settings: Self.nextRun)
    second.now = first.now + .minutes(5)
    second.boot(
      EngineDesk.account(
        positions: [Sample.position(opened: Sample.start)], triggers: [EngineDesk.attachedStop]),
      recovery: recovery)
    // The exit of the first run is asked for; it never arrived.
    second.run(.minutes(2)) { desk in
      while let line = desk.snapshot.requests.waiting.first(where: {
        ["orderStatus", "accountSnapshot"].contains($0.subject.word)
      }) {
        desk.pass(.milliseconds(20))
        var outcome = Outcome.confirmed(.orderStatus(nil))
        if line.subject == .accountSnapshot {
          outcome = .confirmed(
            .account(
              EngineDesk.account(
                positions: [Sample.position(opened: Sample.start)],
                triggers: [EngineDesk.attachedStop])))
        }
        desk.take(.outcome(line.id, outcome))
      }
    }
    let sent = second.wanted.words.filter { $0 == "submit" || $0 == "resend" }
    #expect(!sent.isEmpty)
    let onlyExits = second.wanted.orders.allSatisfy(\.reduceOnly)
    #expect(onlyExits)
    second.take(.positions([]))
    second.run(.seconds(2)) { _ in }
    #expect(outcomes(second).last == "reverse abandoned: too late for the other side")
  }

  static let nextRun: EngineSettings = {
    let old = EngineDesk.settings
    return EngineSettings(
      modeWord: old.modeWord, exchange: old.exchange, run: RunID("q"), pairs: old.pairs,
      timeFrames: old.timeFrames, limits: old.limits, fees: old.fees, dayOffset: old.dayOffset,
      depth: old.depth, timing: old.timing, seed: 2)
  }()

  private var adding: OpeningIntent {
    var intent = EngineDesk.long
    intent.takeProfit = nil
    return intent
  }

  @Test func `a scale-in adds, closes half and moves the stop to break-even`() {
    var desk = held()
    desk.quote(Sample.bitcoin, 62_000)
    desk.take(
      .positions([Sample.position(mark: 62_000, opened: Sample.start, updated: desk.now)]))
    let add = desk.command(.scaleIn(Sample.btcKey, adding, closeShare: "0.5"))
    #expect(add.orders.map(\.reduceOnly) == [false])
    let id = add.orders[0].clientOrderID
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "70", client: id, contracts: 10, filled: 10, price: 62_000, state: .filled,
          stopLoss: Trigger(triggerPrice: 59_000), at: desk.now)))
    desk.take(
      .positions([
        Sample.position(
          contracts: 20, entry: 61_000, mark: 62_000, opened: Sample.start, updated: desk.now)
      ]))
    #expect(desk.wanted.orders.last?.reduceOnly == true)
    #expect(desk.wanted.orders.last?.contracts == 10)
    guard let exit = desk.wanted.orders.last else { return }
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "71", client: exit.clientOrderID, side: .sell, contracts: 10, filled: 10,
          price: 62_000, state: .filled, reduceOnly: true, at: desk.now)))
    desk.take(
      .positions([
        Sample.position(
          contracts: 10, entry: 61_000, mark: 62_000, opened: Sample.start, updated: desk.now)
      ]))
    // 61 000 x 1.0006 / 0.9994, rounded up to the tick.
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: "61073.3"))
  }

  @Test func `X07 an addition that is refused leaves the half close and the stop to be done`() {
    var desk = held()
    desk.quote(Sample.bitcoin, 62_000)
    desk.take(
      .positions([Sample.position(mark: 62_000, opened: Sample.start, updated: desk.now)]))
    desk.command(.scaleIn(Sample.btcKey, adding, closeShare: "0.5"))
    desk.answer(
      "submit",
      .refused(Refusal(code: "103003", message: "Insufficient margin", advice: .fixRequest)))
    #expect(desk.wanted.orders.last?.reduceOnly == true)
    #expect(desk.wanted.orders.last?.contracts == 5)
    fillExit(&desk, left: 5, mark: 62_000)
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: "60072.1"))
  }

  @Test func `I2 targets off the tick and with late news are placed once each`() {
    var desk = held()
    let targets = [
      PartialTarget(trigger: Trigger(triggerPrice: "61000.03"), share: "0.5"),
      PartialTarget(trigger: Trigger(triggerPrice: 62_000), share: "0.5"),
    ]
    desk.command(.takeProfits(Sample.btcKey, targets))
    desk.run(.milliseconds(1_200))
    #expect(desk.wanted.protections.map(\.takeProfit?.triggerPrice) == [61_000])
    // The exchange took it; the message that shows it comes later.
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("960"))))
    desk.run(.seconds(1))
    #expect(desk.wanted.protections.map(\.takeProfit?.triggerPrice) == [61_000, 62_000])
    desk.answer("protect", .unknown("timed out"))
    desk.run(.seconds(2))
    #expect(desk.wanted.protections.count == 2)
  }

  @Test func `break-even leaves a stop that is better`() {
    var desk = held()
    desk.quote(Sample.bitcoin, 62_000)
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 61_000), takeProfit: nil))
    let id = desk.wanted.protections[0].clientOrderID
    desk.take(.triggerOrder(Sample.stop("950", client: id, at: 61_000, target: 63_000)))
    desk.answer("protect", .confirmed(.order(ExchangeOrderID("950"))))
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    desk.command(.breakEven(Sample.btcKey))
    #expect(desk.wanted.protections.count == 1)
  }

  @Test func `O26 a trailing stop that the price has passed before it rests closes`() {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(500), activation: nil))
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, 60_200)
    desk.pass(.milliseconds(200))
    desk.answer("protect", .refused(Refusal(code: "1", message: "no", advice: .waitAndRetry)))
    desk.quote(Sample.bitcoin, 62_000)
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, 60_900)
    #expect(desk.wanted.orders.last?.reduceOnly == true)
    #expect(desk.wanted.orders.last?.contracts == 10)
  }

  @Test func `several targets are placed beside the stop, each for its share`() {
    var desk = held()
    let targets = [
      PartialTarget(trigger: Trigger(triggerPrice: 61_000), share: "0.5"),
      PartialTarget(trigger: Trigger(triggerPrice: 62_000), share: "0.25"),
    ]
    desk.command(.takeProfits(Sample.btcKey, targets))
    for number in 0..<2 {
      guard let request = desk.wanted.protections.last else { return }
      #expect(request.stopLoss == nil)
      #expect(request.takeProfit == targets[number].trigger)
      #expect(request.size == .contracts(number == 0 ? 5 : "2.5"))
      desk.answer("protect", .confirmed(.order(nil)))
      desk.take(
        .triggerOrder(
          TriggerOrder(
            exchangeOrderID: ExchangeOrderID(trusted: "t\(number)"),
            clientOrderID: request.clientOrderID,
            instrument: Sample.btc, side: .sell, slot: .net, marginMode: .isolated,
            size: request.size,
            kind: .protection(takeProfit: request.takeProfit, stopLoss: nil), reduceOnly: true,
            state: .live, createdAt: desk.now)))
      desk.run(.seconds(2)) { _ in }
    }
    // The order with the stop loses its target: the stop is placed anew before it goes.
    #expect(desk.wanted.words.count { $0 == "cancelTrigger" } == 0)
    guard let stop = desk.wanted.protections.last else { return }
    #expect(stop.stopLoss == Trigger(triggerPrice: 59_000))
    #expect(stop.takeProfit == nil)
    desk.take(
      .triggerOrder(
        Sample.stop("t2", client: stop.clientOrderID, at: 59_000, size: stop.size)))
    let taken = desk.answer("protect", .confirmed(.order(nil)))
    #expect(taken.words == ["cancelTrigger"])
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    #expect(outcomes(desk).last == "targets done: 2 targets")
  }

  @Test func `one target is told as one`() {
    var desk = held()
    let target = PartialTarget(trigger: Trigger(triggerPrice: 61_000), share: "0.5")
    desk.command(.takeProfits(Sample.btcKey, [target]))
    guard let request = desk.wanted.protections.last else { return }
    desk.answer("protect", .confirmed(.order(nil)))
    desk.take(
      .triggerOrder(
        TriggerOrder(
          exchangeOrderID: ExchangeOrderID("t0"), clientOrderID: request.clientOrderID,
          instrument: Sample.btc, side: .sell, slot: .net, marginMode: .isolated,
          size: request.size,
          kind: .protection(takeProfit: request.takeProfit, stopLoss: nil), reduceOnly: true,
          state: .live, createdAt: desk.now)))
    desk.run(.seconds(2)) { _ in }
    guard let stop = desk.wanted.protections.last else { return }
    desk.take(
      .triggerOrder(
        Sample.stop("t1", client: stop.clientOrderID, at: 59_000, size: stop.size)))
    desk.answer("protect", .confirmed(.order(nil)))
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    #expect(outcomes(desk).last == "targets done: 1 target")
  }

  @Test func `a target for less than a lot is denied before the former ones go`() {
    var desk = held()
    let targets = [
      PartialTarget(trigger: Trigger(triggerPrice: 61_000), share: "0.001"),
      PartialTarget(trigger: Trigger(triggerPrice: 62_000), share: "0.5"),
    ]
    let asked = desk.command(.takeProfits(Sample.btcKey, targets))
    #expect(
      asked.notices == ["denied: 0.1 % of 10 contracts is less than one lot of 0.1"])
    #expect(asked.words == [])
    #expect(desk.snapshot.plans.map(\.kind) == [])
    var small = EngineDesk.long
    small.size = .contracts("0.2")
    small.takeProfit = nil
    desk.pass(.seconds(5))
    let bracket = desk.command(.bracket(small, targets))
    #expect(bracket.words == [])
    #expect(desk.snapshot.denials.last?.code == "close.share_below_lot")
  }

  private func oneOf() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    var first = EngineDesk.long
    first.type = .limit(59_900)
    var second = short
    second.type = .limit(60_100)
    desk.command(.openOneOf(first, second))
    for _ in 0..<2 { desk.answer("submit", .confirmed(.order(nil))) }
    return desk
  }

  @Test func `the first fill of one of two orders cancels the other`() {
    var desk = oneOf()
    #expect(desk.wanted.orders.map(\.side) == [.buy, .sell])
    let effects = desk.take(
      .fill(Sample.fill("1", order: "77", client: EngineDesk.id(1), price: 59_900, contracts: 2)))
    #expect(effects.words == ["cancel"])
    desk.take(.order(Sample.order("78", client: EngineDesk.id(2), side: .sell, state: .canceled)))
    desk.run(.seconds(2)) { _ in }
    #expect(outcomes(desk).last == "oneOf done: one filled, the other is canceled")
  }

  @Test func `O25 two orders that both fill leave other orders of the instrument alone`() {
    var desk = oneOf()
    let other = desk.restLong(as: "79")
    desk.take(
      .fill(Sample.fill("1", order: "77", client: EngineDesk.id(1), price: 59_900, contracts: 10)))
    desk.take(
      .fill(
        Sample.fill(
          "2", order: "78", client: EngineDesk.id(2), side: .sell, price: 60_100, contracts: 4)))
    desk.pass(.milliseconds(50))
    desk.take(
      .positions([Sample.position(contracts: 6, opened: Sample.start, updated: desk.now)]))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.last?.contracts == 6)
    let canceled = desk.wanted.compactMap { effect -> OrderReference? in
      if case .cancel(_, _, let reference) = effect { reference } else { nil }
    }
    #expect(!canceled.isEmpty)
    #expect(!canceled.contains(.exchange(ExchangeOrderID("79"))))
    #expect(desk.snapshot.account.orders[other]?.state.isFinal == false)
  }

  @Test func `O25 of two orders the other is canceled though a restart came between`() {
    var first = oneOf()
    first.take(
      .fill(
        Sample.fill("1", order: "77", client: EngineDesk.id(1), price: 59_900, contracts: 10)))
    // Killed before the cancel of the other had left.
    var second = EngineDesk(settings: Self.nextRun)
    second.now = first.now + .seconds(5)
    let other = Sample.order("78", client: EngineDesk.id(2), side: .sell, type: .limit(60_100))
    second.boot(
      EngineDesk.account(positions: [Sample.position()], orders: [other]),
      recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.wanted.words.contains("cancel"))
  }

  @Test func `O25 when both of two orders fill what is left is closed`() {
    var desk = oneOf()
    desk.take(
      .fill(Sample.fill("1", order: "77", client: EngineDesk.id(1), price: 59_900, contracts: 10)))
    desk.take(
      .fill(
        Sample.fill(
          "2", order: "78", client: EngineDesk.id(2), side: .sell, price: 60_100, contracts: 4)))
    desk.pass(.milliseconds(50))
    desk.take(
      .positions([Sample.position(contracts: 6, opened: Sample.start, updated: desk.now)]))
    desk.run(.seconds(2)) { _ in }
    let exit = desk.wanted.orders.last
    #expect(exit?.reduceOnly == true)
    #expect(exit?.contracts == 6)
  }

  @Test func `O26 a trailing stop follows the mark price and never goes back`() {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .price(500), activation: nil))
    func mark(_ price: Price) {
      desk.pass(.seconds(2))
      desk.quote(Sample.bitcoin, price)
    }
    mark(60_100)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 59_600)])
    let id = desk.wanted.protections[0].clientOrderID
    desk.take(.triggerOrder(Sample.stop("950", client: id, at: 59_600, target: 63_000)))
    desk.answer("protect", .confirmed(.order(nil)))
    desk.take(.triggerOrder(Sample.stop("901", target: 63_000, state: .canceled)))
    mark(59_800)
    mark(60_110)
    #expect(desk.wanted.protections.count == 1)
    mark(60_400)
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: 59_900))
    desk.answer(
      "protect", .refused(Refusal(code: "1", message: "no", advice: .waitAndRetry)))
    #expect(desk.snapshot.account.stops(of: Sample.btcKey).count == 1)
    desk.take(.positions([]))
    #expect(outcomes(desk).last == "trail done: the position is closed")
  }

  @Test(arguments: [
    (TrailDistance.price(60_000), "60000"), (.price(100_000), "100000"), (.price("0.4"), "0.4"),
    (.price("0.00001"), "0.00001"), (.share("0.000001"), "0.06"), (.share(1), "60000"),
  ])
  func `a stop does not trail by the whole price or within the spread`(
    distance: TrailDistance, behind: String
  ) {
    var desk = held()
    let asked = desk.command(.trail(Sample.btcKey, distance, activation: nil))
    #expect(
      asked.notices == [
        "denied: a stop cannot trail by \(behind): between 0.5, which is the spread and a few "
          + "ticks, and the price of 60000"
      ])
    #expect(desk.snapshot.plans.map(\.kind) == [])
  }

  @Test(arguments: [(PositionSide.long, Price(59_926)), (.short, 60_074)])
  func `a trailing stop is placed on the tick toward safety`(side: PositionSide, stop: Price) {
    var desk = EngineDesk()
    desk.boot(
      EngineDesk.account(
        positions: [Sample.position(side: side)],
        triggers: [
          Sample.stop(side: side.closingSide, at: side == .long ? 59_000 : 61_000)
        ]))
    // 74.04 behind the mark price; a tick is 0.1.
    desk.command(.trail(Sample.btcKey, .share("0.001234"), activation: nil))
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, 60_000)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: stop)])
  }

  @Test func `a trailing stop waits for its activation`() {
    var desk = held()
    desk.command(.trail(Sample.btcKey, .share("0.01"), activation: 61_000))
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, 60_900)
    #expect(desk.wanted.protections.isEmpty)
    desk.quote(Sample.bitcoin, 61_500)
    #expect(desk.wanted.protections.map(\.stopLoss) == [Trigger(triggerPrice: 60_885)])
  }

  @Test func `O14 an order is replaced with what had not filled, never more`() {
    var desk = EngineDesk()
    desk.boot()
    var wish = EngineDesk.long
    wish.type = .limit(59_900)
    desk.command(.open(wish))
    let id = EngineDesk.id(1)
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    let first = desk.command(.amend(id, .limit(59_950), contracts: 10))
    #expect(first.words == ["cancel"])
    desk.take(.fill(Sample.fill("1", order: "77", client: id, price: 59_900, contracts: 4)))
    desk.take(
      .positions([Sample.position(contracts: 4, entry: 59_900, opened: desk.now)]))
    desk.answer("cancel", .unknown("timed out"))
    #expect(desk.wanted.orders.count == 1)
    desk.take(
      .order(
        Sample.order(
          "77", client: id, type: .limit(59_900), contracts: 10, filled: 4, price: 59_900,
          state: .canceled)))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.map(\.contracts) == [10, 6])
    #expect(desk.wanted.orders.last?.type == .limit(59_950))
  }

  @Test func `O14 the targets of a bracket wait for the order that replaces its entry`() {
    var desk = EngineDesk()
    desk.boot()
    var wish = adding
    wish.type = .limit(59_900)
    desk.command(.bracket(wish, Self.halves))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.amend(EngineDesk.id(1), .limit(59_950), contracts: 10))
    desk.take(
      .order(
        Sample.order(
          "77", client: EngineDesk.id(1), type: .limit(59_900), contracts: 10, state: .canceled)))
    desk.run(.seconds(2)) { _ in }
    #expect(desk.wanted.orders.map(\.type) == [.limit(59_900), .limit(59_950)])
    #expect(desk.snapshot.plans.map(\.kind) == ["targets"])
    let stop = Trigger(triggerPrice: 59_000)
    desk.take(
      .order(
        Sample.order(
          "78", client: EngineDesk.id(2), type: .limit(59_950), contracts: 10, filled: 10,
          price: 59_950, state: .filled, stopLoss: stop, at: desk.now)))
    desk.take(.triggerOrder(Sample.stop("901")))
    desk.take(
      .positions([
        Sample.position(contracts: 10, entry: 59_950, opened: desk.now, updated: desk.now)
      ]))
    #expect(desk.wanted.protections.map(\.takeProfit) == [Self.halves[0].trigger])
    #expect(desk.wanted.protections.map(\.size) == [.contracts(5)])
  }

  @Test func `targets of a position are placed beside an addition that rests`() {
    var desk = held()
    var wish = EngineDesk.long
    wish.type = .limit(59_900)
    desk.command(.open(wish))
    desk.command(.takeProfits(Sample.btcKey, Self.halves))
    // Whether it fills at once is not known yet.
    #expect(desk.wanted.protections == [])
    desk.take(.intentDurable(EngineDesk.id(2)))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("79"))))
    #expect(desk.wanted.protections.map(\.takeProfit) == [Self.halves[0].trigger])
    #expect(desk.wanted.protections.map(\.size) == [.contracts(5)])
  }

  /// Two targets, each for a half.
  private static let halves = [
    PartialTarget(trigger: Trigger(triggerPrice: 61_000), share: "0.5"),
    PartialTarget(trigger: Trigger(triggerPrice: 62_000), share: "0.5"),
  ]

  @Test func `break-even is net of fees and funding`() {
    var desk = held()
    desk.take(.funding(Sample.btc, "-0.1", at: desk.now))
    desk.quote(Sample.bitcoin, 61_000)
    desk.command(.breakEven(Sample.btcKey))
    // (60 000 x 1.0006 + 10) / 0.9994
    #expect(desk.wanted.protections.last?.stopLoss == Trigger(triggerPrice: "60082.1"))
  }
}
