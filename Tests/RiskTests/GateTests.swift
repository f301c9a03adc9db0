import AccountData
import MarketData
import Risk
import TestSupport
import Testing
import Trading
import Units

@Suite struct GateTests {
  private let long = RiskDesk.long
  private let wide = Trigger(triggerPrice: 59_000)

  @Test func `an order elsewhere without a market price is valued at its limit`() {
    let litecoin = Sample.instrument(
      "LTC-USDT", value: 1, tick: "0.01", lot: "0.1", largest: 100_000, leverage: 50)
    func desk(_ type: OrderType, isListed: Bool = true) -> RiskDesk {
      var desk = RiskDesk()
      let listed = [Sample.bitcoin, Sample.ether] + (isListed ? [litecoin] : [])
      desk.take(.instruments(listed))
      desk.send("elsewhere1", litecoin, contracts: 10, type: type)
      return desk
    }
    #expect(desk(.limit(80)).denial(RiskDesk.long) == nil)
    // Ten coins at 80 count: 800 beside the 10 contracts of Bitcoin.
    var narrow = desk(.limit(80))
    narrow.limits.notionalTotalMaximum = "0.13"
    guard case .totalNotional(let would, _)? = narrow.denial(RiskDesk.long) else {
      Issue.record("the order elsewhere does not count")
      return
    }
    #expect(would >= 1_400)
    for desk in [desk(.market), desk(.limit(80), isListed: false)] {
      #expect(desk.denial(RiskDesk.long) == .notValued(litecoin.id))
    }
    #expect(
      Denial.notValued(litecoin.id).text
        == "what is open in LTC-USDT cannot be valued here; close or cancel it at the exchange "
        + "first")
  }

  @Test func `a plain order is approved and its intent carries the numbers`() throws {
    var desk = RiskDesk()
    var gate = RiskGate(limits: desk.limits)
    let result = gate.open(
      long, source: .keyboard, reasons: ["zone"], ids: &desk.ids, in: desk.context)
    let order = try result.get()
    #expect(
      order.request
        == OrderRequest(
          clientOrderID: ClientOrderID("p000001"), instrument: Sample.btc, side: .buy, slot: .net,
          marginMode: .isolated, type: .market, contracts: 10, reduceOnly: false,
          takeProfit: Trigger(triggerPrice: 63_000), stopLoss: wide))
    #expect(order.record.action == .order(order.request))
    #expect(order.record.purpose == .open && order.record.reasons == ["zone"])
    #expect(order.record.figures?.notional == "600.001")
    #expect(!order.mayLeaveUnjournaled)
  }

  @Test func `states forbid what they name and persons may do more than strategies`() {
    var desk = RiskDesk()
    func denials(_ state: BotState) -> [Denial?] {
      desk.state = state
      return [desk.denial(long), desk.denial(long, from: .strategy("zones"))]
    }
    #expect(denials(.running) == [nil, nil])
    #expect(denials(.approval) == [nil, .approvalNeeded])
    #expect(denials(.paused) == [nil, .stateForbids(.paused)])
    #expect(denials(.reducing) == [.stateForbids(.reducing), .stateForbids(.reducing)])
    #expect(denials(.halted) == [.stateForbids(.halted), .stateForbids(.halted)])
  }

  @Test(arguments: [
    Readiness.starting("x"), .reconciling, .linkDown(.privateStream), .clockOff(.seconds(3)),
    .journalDown,
  ])
  func `I7 nothing is opened while something is missing`(readiness: Readiness) {
    var desk = RiskDesk()
    desk.readiness = readiness
    #expect(desk.denial(long) == .notReady(readiness))
  }

  @Test func `stale and missing market data refuse new risk`() {
    var desk = RiskDesk()
    desk.now = Sample.start + .seconds(11)
    #expect(
      desk.denial(long) == .stale(.ticker, age: .seconds(11), limit: .seconds(10)))
    desk.take(.ticker(Sample.ticker(at: desk.now)))
    #expect(desk.denial(long) == .stale(.mark, age: .seconds(11), limit: .seconds(10)))
    desk.take(.mark(Sample.mark(at: desk.now)))
    #expect(desk.denial(long) == .stale(.book, age: .seconds(11), limit: .seconds(10)))
    desk.take(.book(Sample.book(sequence: 200, at: desk.now)))
    #expect(desk.denial(long) == nil)
    desk.take(.bookGap(Sample.btc))
    #expect(desk.denial(long) == .bookUnsynced)
    let unknown = long.with { $0.instrument = InstrumentID("XYZ-USDT") }
    #expect(desk.denial(unknown) == .unknownInstrument(InstrumentID("XYZ-USDT")))
    desk.take(.instruments([]))
    #expect(desk.denial(long) == .instrumentNotLive(Sample.btc))
  }

  @Test func `B05 B09 crossed, empty and diverging markets refuse new risk`() {
    var desk = RiskDesk()
    desk.take(
      .book(Sample.delta(bids: [("60000.1", 5)], previous: 100, sequence: 101)))
    #expect(desk.denial(long) == .bookCrossed)
    desk.take(.book(Sample.book(levels: 1, sequence: 200)))
    desk.take(
      .book(Sample.delta(asks: [("60000.1", 0)], previous: 200, sequence: 201)))
    #expect(desk.denial(long) == .bookEmpty)
    desk.quote(Sample.bitcoin, 60_000)
    desk.take(.mark(Sample.mark(Sample.bitcoin, 58_000)))
    #expect(
      desk.denial(long) == .pricesDiverge(last: 60_000, mark: 58_000, limit: "0.02"))
  }

  @Test func `K13 a stale, missing or empty balance refuses`() {
    var desk = RiskDesk()
    desk.now = Sample.start + .minutes(3)
    desk.quote(Sample.bitcoin, 60_000)
    desk.take(.book(Sample.book(sequence: 300, at: desk.now)))
    #expect(desk.denial(long) == .stale(.balance, age: .minutes(3), limit: .minutes(2)))
    desk.take(.balance(Sample.balance(0)))
    #expect(desk.denial(long) == .equityNotPositive(0))
    desk.take(.balance(Sample.balance(-5)))
    #expect(desk.denial(long) == .equityNotPositive(-5))
    var fresh = RiskDesk()
    fresh.book = AccountBook(dayOffset: .zero, at: Sample.start)
    #expect(fresh.denial(long) == .missing(.balance))
    fresh.take(.balance(Sample.balance()))
    #expect(fresh.denial(long) == .missing(.positionMode))
    fresh.take(.positionMode(.oneWay))
    #expect(fresh.denial(long) == .missing(.positions))
    fresh.take(.positions([]))
    #expect(fresh.denial(long) == .missing(.leverage))
  }

  @Test func `the size must be a whole number of lots within the bounds`() {
    let desk = RiskDesk()
    func denial(_ contracts: Contracts) -> Denial? {
      desk.denial(long.with { $0.size = .contracts(contracts) })
    }
    #expect(denial(0) == .sizeNotPositive)
    #expect(denial(-1) == .sizeNotPositive)
    // A tenth of a thousandth of a coin is worth 6 USDT: half a dollar buys none.
    let tiny = desk.denial(long.with { $0.size = .notional("0.5") })
    guard case .sizeBelowOneLot("0.1", let cost) = tiny else {
      Issue.record("\(String(describing: tiny))")
      return
    }
    #expect(cost >= 5 && cost <= 7)
    #expect(desk.denial(long.with { $0.size = .notional(0) }) == .sizeNotPositive)
    #expect(denial("0.15") == .offLot("0.15", lotSize: "0.1"))
    #expect(denial(200_000) == .aboveMaximum(200_000, maximum: 100_000))
    #expect(denial("100000000000000000000") != nil)
  }

  @Test func `K02 a price through the market and a price off the tick are refused`() {
    let desk = RiskDesk()
    func denial(_ price: Price) -> Denial? {
      desk.denial(long.with { $0.type = .limit(price) })
    }
    #expect(denial("60000.05") == .offTick("60000.05", tickSize: "0.1"))
    #expect(denial(0) == .offTick(0, tickSize: "0.1"))
    #expect(denial(61_200) == nil)
    #expect(denial("61200.1") == .outsideCollar("61200.1", mark: 60_000, limit: "0.02"))
    let short = long.with {
      $0.side = .short
      $0.type = .limit("58799.9")
      $0.stop = .stop(Trigger(triggerPrice: 59_500))
      $0.takeProfit = nil
    }
    #expect(desk.denial(short) == .outsideCollar("58799.9", mark: 60_000, limit: "0.02"))
    #expect(denial(59_500) == nil)
  }

  @Test func `a market order that would sweep the book is refused`() {
    var desk = RiskDesk()
    desk.take(.book(Sample.book(levels: 1, contracts: 5, sequence: 200)))
    #expect(desk.denial(long) == .bookTooThin(wanted: 10, offered: 5))
    desk.take(
      .book(Sample.delta(asks: [(61_500, 100)], previous: 200, sequence: 201)))
    #expect(desk.denial(long) == .outsideCollar(61_500, mark: 60_000, limit: "0.02"))
  }

  @Test func `K07 a stop is there, on the losing side and before liquidation`() {
    let desk = RiskDesk()
    func denial(_ stop: StopPlan) -> Denial? { desk.denial(long.with { $0.stop = stop }) }
    func at(_ price: Price) -> StopPlan { .stop(Trigger(triggerPrice: price)) }
    #expect(denial(.none) == .stopMissing)
    #expect(denial(.liquidation) == .liquidationIsNoStop)
    #expect(denial(at(61_000)) == .stopOnWrongSide(stop: 61_000, entry: "60000.1"))
    #expect(denial(at("59000.05")) == .offTick("59000.05", tickSize: "0.1"))
    let liquidation = desk.preview(long).liquidationAfter?.rounded(to: "0.1", .up)
    #expect(
      denial(at(54_000))
        == .stopBeyondLiquidation(stop: 54_000, liquidation: liquidation!, least: "0.005"))
    let target = long.with { $0.takeProfit = Trigger(triggerPrice: 59_900) }
    #expect(desk.denial(target) == .targetOnWrongSide(target: 59_900, entry: "60000.1"))
  }

  @Test func `liquidation may be the stop where the account allows it`() {
    var desk = RiskDesk()
    desk.limits.liquidationMayBeStop = true
    #expect(desk.denial(long.with { $0.stop = .liquidation }) == nil)
    let cross = long.with {
      $0.stop = .liquidation
      $0.marginMode = .cross
    }
    desk.take(.leverage(Sample.btc, .cross, .net, 10))
    #expect(desk.denial(cross) == .liquidationIsNoStop)
  }

  @Test func `without a margin table nothing with a stop is opened`() {
    var desk = RiskDesk()
    desk.take(.leverage(Sample.btc, .cross, .net, 10))
    #expect(desk.denial(long.with { $0.marginMode = .cross }) == .missing(.tiers))
  }

  @Test func `K08 risk and reward are checked after rounding`() {
    let desk = RiskDesk()
    let heavy = long.with { $0.size = .contracts(300) }
    guard case .riskTooLarge(let loss, let limit) = desk.denial(heavy) else {
      Issue.record("\(String(describing: desk.denial(heavy)))")
      return
    }
    #expect(loss > limit && limit == 200)
    let poor = long.with { $0.takeProfit = Trigger(triggerPrice: 61_500) }
    #expect(desk.denial(poor) == nil)
    guard case .rewardTooSmall(_, 2) = desk.denial(poor, from: .strategy("x")) else {
      Issue.record("a strategy needs a reward of twice the risk")
      return
    }
    let aimless = long.with { $0.takeProfit = nil }
    // A ratio that does not exist is not told as a figure.
    #expect(desk.denial(aimless, from: .agent("x")) == .targetMissing(minimum: 2))
    var modest = desk
    modest.limits.rewardToRiskMinimum = 0
    #expect(modest.denial(aimless, from: .strategy("x")) == nil)
    #expect(modest.denial(poor, from: .strategy("x")) == nil)
  }

  @Test func `the caps on notional, margin, leverage and positions hold`() {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    let large = long.with { $0.size = .contracts(501) }
    // At the best ask, a tick above the mark.
    #expect(desk.denial(large) == .pairNotional(would: "30060.0501", limit: 30_000))
    desk.limits.notionalPerPairMaximum = 10
    desk.take(.leverage(Sample.btc, .isolated, .net, 11))
    #expect(desk.denial(long) == .leverageTooHigh(11, limit: 10))
    desk.take(.leverage(Sample.btc, .isolated, .net, 2))
    let costly = long.with { $0.size = .contracts(300) }
    #expect(desk.denial(costly) == .marginUsed(would: "9000.015", limit: 5_000))
    desk.limits.openPositionsMaximum = 1
    desk.take(.positions([Sample.position("1", Sample.ether, entry: 3_000)]))
    #expect(desk.denial(long) == .tooManyPositions(count: 1, limit: 1))
  }

  @Test func `in hedge mode a short beside a long makes no room for more of the long`() {
    var desk = RiskDesk()
    desk.limits.notionalPerPairMaximum = 1
    desk.limits.riskPerTradeMaximum = 1
    desk.take(.positionMode(.hedge))
    for slot in [PositionSlot.long, .short] {
      desk.take(.leverage(Sample.btc, .isolated, slot, 10))
    }
    // 100 contracts of 0.001 coins at 60,000 are 6,000; the account is worth 10,000.
    desk.take(
      .positions([
        Sample.position("7", side: .long, contracts: 100, slot: .long),
        Sample.position("8", side: .short, contracts: 100, slot: .short),
      ]))
    let more = RiskDesk.long.with { $0.size = .contracts(100) }
    #expect(desk.denial(more) == .pairNotional(would: 18_000, limit: 10_000))
  }

  @Test func `K06 orders of unknown outcome count in full and block their instrument`() {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    desk.send("a", contracts: 495)
    _ = desk.book.move(.client(ClientOrderID("a")), .answerLost, at: desk.now)
    #expect(desk.denial(long) == .unknownOrder(ClientOrderID("a")))
    let other = OpeningIntent(
      instrument: Sample.eth, side: .long, marginMode: .isolated, type: .market,
      size: .contracts(700), stop: .stop(Trigger(triggerPrice: 2_950)))
    // 29,700 of Bitcoin at the mark, 7 coins of Ether at the best ask.
    #expect(desk.denial(other) == .totalNotional(would: "50700.07", limit: 50_000))
  }

  @Test func `K09 the second of two orders sees the first`() throws {
    var desk = RiskDesk()
    desk.limits.riskPerTradeMaximum = 1
    var gate = RiskGate(limits: desk.limits)
    let big = long.with { $0.size = .contracts(400) }
    let first = try gate.open(
      big, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context
    ).get()
    desk.book.add(first.request, source: .keyboard, at: desk.now)
    let second = gate.open(big, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context)
    guard case .failure(.pairNotional) = second else {
      Issue.record("\(second)")
      return
    }
    #expect(desk.ids.count == 1)
  }

  @Test func `K04 more orders a minute than the limit are refused, later ones pass`() {
    var desk = RiskDesk()
    desk.limits.ordersPerMinuteMaximum = 2
    var gate = RiskGate(limits: desk.limits)
    let tiny = long.with { $0.size = .contracts("0.1") }
    var results: [Bool] = []
    for _ in 0..<3 {
      let result = gate.open(
        tiny, source: .keyboard, reasons: [], ids: &desk.ids, in: desk.context)
      if case .success = result { results.append(true) } else { results.append(false) }
    }
    #expect(results == [true, true, false])
    #expect(
      gate.preview(tiny, source: .keyboard, in: desk.context).denial
        == .tooManyOrders(count: 2, limit: 2))
    desk.now = desk.now + .minutes(1)
    desk.quote(Sample.bitcoin, 60_000)
    #expect(gate.preview(tiny, source: .keyboard, in: desk.context).denial == nil)
  }

  @Test func `K04 more orders of strategies a second than the limit are refused, not a person's`() {
    var desk = RiskDesk()
    desk.limits.pace.ordersPerSecondMaximum = 2
    var gate = RiskGate(limits: desk.limits)
    let tiny = long.with { $0.size = .contracts("0.1") }
    let sources: [CommandSource] = [.strategy("a"), .strategy("b"), .strategy("c"), .keyboard]
    var denials: [Denial?] = []
    for source in sources {
      let result = gate.open(tiny, source: source, reasons: [], ids: &desk.ids, in: desk.context)
      if case .failure(let denial) = result { denials.append(denial) } else { denials.append(nil) }
    }
    #expect(denials == [nil, nil, .tooFast(count: 2, limit: 2), nil])
    desk.now = desk.now + .seconds(1)
    #expect(gate.preview(tiny, source: .strategy("c"), in: desk.context).denial == nil)
  }

  @Test func `an order against an open position is refused in one-way mode`() {
    var desk = RiskDesk()
    desk.take(.positions([Sample.position(side: .short, contracts: 4)]))
    #expect(desk.denial(long) == .oppositePosition(.short, 4))
  }

  @Test func `K03 an opening against one that may fill at any moment is refused in one-way mode`() {
    var desk = RiskDesk()
    desk.send("a", side: .sell, contracts: 4, type: .market)
    #expect(desk.denial(long) == .oppositeOrder(.sell, 4))
    #expect(desk.denial(long, from: .strategy("s")) == .oppositeOrder(.sell, 4))
    var hedged = desk
    hedged.take(.positionMode(.hedge))
    #expect(hedged.denial(long) != .oppositeOrder(.sell, 4))
  }

  @Test func `K03 only persons open against an order that rests`() {
    var desk = RiskDesk()
    desk.send("a", side: .sell, contracts: 4, type: .limit(61_000))
    #expect(desk.denial(long) == nil)
    #expect(desk.denial(long, from: .strategy("s")) == .oppositeOrder(.sell, 4))
    var closing = RiskDesk()
    closing.send("a", side: .sell, contracts: 4, type: .market, reduceOnly: true)
    #expect(closing.denial(long, from: .strategy("s")) == nil)
  }

  @Test func `margin on its way to the exchange is not spent twice`() {
    var desk = RiskDesk()
    desk.take(
      .balance(
        Balance(
          equity: 10_000, cash: 10_000, availableMargin: 100, orderMargin: 0, isolatedEquity: 0,
          exchangeTime: desk.now)))
    #expect(desk.denial(long) == nil)
    desk.send("a", contracts: 7, type: .limit(60_000))
    #expect(desk.denial(long) == .marginShort(needs: "60.3601006", available: 58))
  }
}
