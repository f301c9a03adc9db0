import AccountData
import Engine
import TestSupport
import Testing
import Trading
import Units

/// What one R is, and what becomes of a stop that is refused.
@Suite struct OneRiskTests {
  private func held() -> EngineDesk {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong()
    return desk
  }

  @Test func `a stop that fills as planned costs one R, fees and slippage included`() throws {
    var desk = held()
    // 1 000 of distance, the fee of 60 000, the fee and the allowed slippage of 59 000.
    let life = try #require(desk.snapshot.account.positions.held.first?.cycle)
    #expect(life.initialStop == 59_000 && life.initialRisk == "11.009")
    desk.pass(.seconds(1))
    desk.take(
      .order(
        Sample.order(
          "70", side: .sell, contracts: 10, filled: 10, price: "58970.5", state: .filled,
          fee: "0.713823", realized: "-10.295", reduceOnly: true, category: .stopLoss,
          at: desk.now)))
    desk.take(.positions([]))
    let ended = try #require(desk.snapshot.account.endedCycles.last)
    #expect(ended.netPnL == "-11.008823")
    let multiple = try #require(ended.rMultiple)
    #expect(multiple < "-0.999" && multiple > -1)
  }

  /// A long that rests at 59 900 and of which one contract of ten has filled and has its stop.
  private func partFilled() -> (desk: EngineDesk, id: ClientOrderID) {
    var desk = EngineDesk()
    desk.boot()
    let id = desk.restLong(as: "71")
    desk.take(entry(id, filled: 1, .partiallyFilled, at: desk.now))
    desk.take(.triggerOrder(EngineDesk.attachedStop))
    desk.take(.positions([part(1, at: desk.now)]))
    return (desk, id)
  }

  private func entry(
    _ id: ClientOrderID, filled: Contracts, _ state: OrderState, at now: Timestamp
  ) -> AccountEvent {
    .order(
      Sample.order(
        "71", client: id, type: .limit(59_900), contracts: 10, filled: filled, price: 59_900,
        state: state, stopLoss: Trigger(triggerPrice: 59_000), at: now))
  }

  private func part(_ contracts: Contracts, at now: Timestamp) -> Position {
    Sample.position(contracts: contracts, entry: 59_900, opened: Sample.start, updated: now)
  }

  private func life(_ desk: EngineDesk) -> PositionCycle? {
    desk.snapshot.account.positions.held.first?.cycle
  }

  private func journaled(_ desk: EngineDesk) -> PositionCycle? {
    desk.wanted.records.compactMap {
      if case .positionCycle(let cycle, _) = $0 { cycle } else { nil }
    }.last
  }

  @Test func `an entry that fills in parts risks what the whole of it does`() {
    var (desk, id) = partFilled()
    // 900 of distance, the fee of 59 900, the fee and the allowed slippage of 59 000.
    #expect(life(desk)?.initialRisk == "1.00084")
    desk.pass(.seconds(1))
    desk.take(entry(id, filled: 10, .filled, at: desk.now))
    desk.take(.positions([part(10, at: desk.now)]))
    #expect(life(desk)?.initialRisk == "10.0084")
    #expect(journaled(desk) == life(desk))
    // A stop that is moved and a part that is closed change nothing of it.
    desk.take(.triggerOrder(Sample.stop("901", at: 59_800)))
    desk.pass(.seconds(1))
    desk.take(.positions([part(4, at: desk.now)]))
    #expect(life(desk)?.initialRisk == "10.0084")
    #expect(life(desk)?.initialStop == 59_000)
  }

  @Test func `a further opening adds what it risks to its own stop`() throws {
    var desk = EngineDesk()
    desk.boot()
    desk.holdLong(stop: Sample.stop("901", target: 63_000, size: .contracts(10)))
    #expect(life(desk)?.initialRisk == "11.009")
    desk.pass(.seconds(1))
    var further = EngineDesk.long
    further.stop = .stop(Trigger(triggerPrice: 59_500))
    let id = try #require(desk.command(.open(further)).orders.last?.clientOrderID)
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("72"))))
    desk.take(
      .order(
        Sample.order(
          "72", client: id, filled: 10, price: 60_200, state: .filled,
          stopLoss: Trigger(triggerPrice: 59_500), at: desk.now)))
    desk.take(
      .triggerOrder(Sample.stop("902", at: 59_500, target: 63_000, size: .contracts(10))))
    desk.take(.positions([Sample.position(contracts: 20, entry: 60_100, updated: desk.now)]))
    // 700 of distance from 60 200 and its costs: 8.0157.
    #expect(life(desk)?.initialRisk == "19.0247")
    #expect(life(desk)?.initialStop == 59_000)
  }

  @Test func `what is added above a stop that has reached a profit risks its own distance`() {
    var desk = held()
    desk.pass(.seconds(1))
    desk.take(.triggerOrder(Sample.stop("901", at: 60_500)))
    desk.take(.positions([Sample.position(contracts: 20, entry: 60_500, updated: desk.now)]))
    // Ten more at 61 000, 500 above the stop: 6.0315.
    #expect(life(desk)?.initialRisk == "17.0405")
  }

  @Test func `what is opened again after a part was closed is risked once more`() {
    var desk = held()
    for contracts in [Contracts(5), 10, 10] {
      desk.pass(.seconds(1))
      desk.take(.positions([Sample.position(contracts: contracts, updated: desk.now)]))
    }
    #expect(life(desk)?.initialRisk == "16.5135")
    // An older list closes nothing, so that nothing is opened after it.
    desk.take(.positions([Sample.position(contracts: 5, updated: desk.now - .seconds(2))]))
    desk.take(.positions([Sample.position(contracts: 10, updated: desk.now)]))
    #expect(life(desk)?.initialRisk == "16.5135")
  }

  @Test func `what fills of an entry while the program is down is risked as well`() {
    let (first, _) = partFilled()
    var second = EngineDesk()
    second.now = first.now + .minutes(1)
    second.boot(
      EngineDesk.account(
        positions: [part(10, at: second.now)], triggers: [EngineDesk.attachedStop]),
      recovery: Recovery(journal: first.wanted.journaled))
    #expect(life(second)?.initialRisk == "10.0084")
    // A restart alone adds nothing.
    var third = EngineDesk()
    third.now = second.now + .minutes(1)
    third.boot(
      EngineDesk.account(
        positions: [part(10, at: third.now)],
        triggers: [Sample.stop("901", at: 59_800)]),
      recovery: Recovery(journal: first.wanted.journaled + second.wanted.journaled))
    #expect(life(third)?.initialRisk == "10.0084")
  }

  @Test func `what fills and is stopped before a list shows it is risked as well`() {
    var (desk, id) = partFilled()
    desk.pass(.milliseconds(100))
    desk.take(entry(id, filled: 10, .filled, at: desk.now))
    desk.pass(.milliseconds(100))
    desk.take(
      .order(
        Sample.order(
          "72", side: .sell, contracts: 10, filled: 10, price: 59_000, state: .filled,
          realized: -9, reduceOnly: true, category: .stopLoss, at: desk.now)))
    desk.take(.positions([]))
    let ended = desk.snapshot.account.endedCycles.last
    #expect(ended?.peakContracts == 10)
    #expect(ended?.entryPrice == 59_900)
    #expect(ended?.exitPrice == 59_000)
    #expect(ended?.initialRisk == "10.0084")
    #expect(journaled(desk) == ended)
  }

  @Test func `a refused stop and a refused break-even are written down as denied`() {
    var desk = held()
    desk.command(
      .protect(Sample.btcKey, stopLoss: Trigger(triggerPrice: 61_000), takeProfit: nil))
    desk.command(.breakEven(Sample.btcKey))
    let denied = desk.wanted.records.compactMap { record -> Intent? in
      if case .denial(let denial) = record { denial.intent } else { nil }
    }
    #expect(denied.count == 2)
    #expect(denied.first == .protect(Sample.btcKey, stopLoss: 61_000, takeProfit: nil))
    #expect(desk.wanted.protections.isEmpty)
  }
}
