import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct PassedLifeTests {
  private let start = Sample.start
  private let key = Sample.btcKey

  /// A book that knows the positions that are held, and a strategy's order that is to open one.
  private func book(_ positions: [Position] = []) -> AccountBook {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.positions(positions), at: start)
    book.add(
      OrderRequest(
        clientOrderID: ClientOrderID("p1"), instrument: Sample.btc, side: .buy,
        marginMode: .isolated, type: .market, contracts: 10, reduceOnly: false,
        stopLoss: Trigger(triggerPrice: 59_000)),
      source: .strategy("zones"), at: start)
    return book
  }

  private func moment(_ seconds: Int64) -> Timestamp { start + .seconds(seconds) }

  /// The order of the strategy fills at a second.
  private func open(_ book: inout AccountBook, at seconds: Int64) {
    let now = moment(seconds)
    _ = book.apply(
      .order(
        Sample.order(
          "1", client: ClientOrderID("p1"), filled: 10, state: .filled, fee: "0.36",
          stopLoss: Trigger(triggerPrice: 59_000), at: now)),
      at: now)
  }

  /// A stop sells at a second.
  private func stop(_ book: inout AccountBook, at seconds: Int64) {
    let now = moment(seconds)
    _ = book.apply(
      .order(
        Sample.order(
          "2", side: .sell, filled: 10, price: 59_000, state: .filled, fee: "0.35", realized: -10,
          reduceOnly: true, category: .stopLoss, at: now)),
      at: now)
  }

  /// What the strategy's order and the stop made.
  private func life(opened: Int64, closed: Int64) -> PositionCycle {
    var life = PositionCycle(
      key: key, side: .long, source: .strategy("zones"), openedAt: moment(opened),
      entryPrice: 60_000, peakContracts: 10)
    life.closedAt = moment(closed)
    life.exitPrice = 59_000
    life.initialStop = 59_000
    life.fees = "0.71"
    life.realizedPnL = -10
    life.ending = .stopLoss
    return life
  }

  @Test func `a position that no list showed is a life all the same, once`() {
    var book = book()
    open(&book, at: 1)
    stop(&book, at: 2)
    let passed = life(opened: 1, closed: 2)
    var unended = passed
    unended.ending = nil
    let changes = book.apply(.positions([]), at: moment(2))
    #expect(changes == [.positionPassed(unended), .positionClosed(passed, shownAt: nil)])
    #expect(book.account.positions.unreported.isEmpty)
    let again = book.apply(.positions([]), at: moment(3))
    #expect(again == [])
    #expect(Array(book.account.endedCycles) == [passed])
  }

  @Test func `what its stop risked is told of it when that is known`() {
    var book = book()
    open(&book, at: 1)
    stop(&book, at: 2)
    _ = book.apply(.positions([]), at: moment(2))
    var complete = life(opened: 1, closed: 2)
    let told = book.completeRisk(of: complete, initialRisk: 10)
    complete.initialRisk = 10
    #expect(told == complete)
    #expect(Array(book.account.endedCycles) == [complete])
  }

  @Test func `a list from between the two fills makes the life an ordinary one`() {
    var book = book()
    open(&book, at: 1)
    _ = book.apply(
      .positions([Sample.position(contracts: 10, opened: moment(1), updated: moment(1))]),
      at: moment(1))
    stop(&book, at: 2)
    let changes = book.apply(.positions([]), at: moment(2))
    #expect(changes.count == 1)
    #expect(book.account.endedCycles.map(\.openedAt) == [moment(1)])
  }

  @Test func `two fills that close what a list showed are one end`() {
    var book = book([Sample.position(contracts: 10)])
    for (id, second) in [("1", 1), ("2", 2)] as [(String, Int64)] {
      _ = book.apply(.order(Sample.order("9", side: .sell, reduceOnly: true)), at: moment(1))
      _ = book.apply(
        .fill(
          Sample.fill(id, order: "9", side: .sell, contracts: 5, realized: 1, at: moment(second))),
        at: moment(second))
    }
    let changes = book.apply(.positions([]), at: moment(3))
    #expect(changes.count == 1)
    _ = book.settleEndings(heardBefore: moment(3))
    #expect(book.account.endedCycles.map(\.openedAt) == [start])
  }

  @Test func `what fills before a list shows the end of a position is in the life of that one`() {
    var book = book([Sample.position(contracts: 4)])
    _ = book.apply(
      .order(
        Sample.order(
          "9", side: .sell, contracts: 4, filled: 4, state: .filled, reduceOnly: true,
          at: moment(1))),
      at: moment(1))
    open(&book, at: 2)
    stop(&book, at: 3)
    _ = book.apply(.positions([]), at: moment(3))
    #expect(book.account.endedCycles.map(\.openedAt) == [start])
    #expect(book.account.endedCycles.map(\.netPnL) == ["-10.71"])
  }

  @Test func `fills that do not lead from list to list make no life`() {
    var book = book()
    open(&book, at: 1)
    stop(&book, at: 2)
    // A third fill, and nobody told of what it closed.
    _ = book.apply(.order(Sample.order("3")), at: moment(2))
    _ = book.apply(.fill(Sample.fill("7", order: "3", contracts: 5, at: moment(2))), at: moment(2))
    let changes = book.apply(.positions([]), at: moment(2))
    #expect(changes == [])
    #expect(book.account.endedCycles.isEmpty)
  }

  @Test func `the two sides of a hedge are no life together`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.positions([]), at: start)
    let fills: [(PositionSlot, OrderSide)] = [(.long, .buy), (.short, .sell)]
    for (place, (slot, side)) in fills.enumerated() {
      _ = book.apply(
        .order(
          Order(
            exchangeOrderID: ExchangeOrderID(trusted: "\(place)"), clientOrderID: nil,
            instrument: Sample.btc, side: side, slot: slot, marginMode: .isolated, type: .market,
            contracts: 5, reduceOnly: false, leverage: 10, state: .filled, filledContracts: 5,
            averagePrice: 60_000, fee: 0, realizedPnL: 0, category: .normal, takeProfit: nil,
            stopLoss: nil, createdAt: start, updatedAt: start)),
        at: start)
    }
    let changes = book.apply(.positions([]), at: start)
    #expect(changes == [])
    #expect(book.account.positions.unreported.count == 2)
  }

  @Test func `I5 a reading that tells the same fills again makes no second life`() {
    var book = book()
    open(&book, at: 1)
    stop(&book, at: 2)
    let fills = [
      Sample.fill("1", order: "1", contracts: 10, fee: "0.36", at: moment(1)),
      Sample.fill(
        "2", order: "2", side: .sell, price: 59_000, contracts: 10, fee: "0.35", realized: -10,
        at: moment(2)),
    ]
    let snapshot = AccountSnapshot(
      balance: Sample.balance(), positions: [], orders: [], triggerOrders: [], fills: fills,
      positionMode: .oneWay, leverages: [])
    for second in [3, 4] as [Int64] {
      _ = book.reconcile(with: snapshot, requestedAt: moment(second), at: moment(second))
      _ = book.apply(.positions([]), at: moment(second))
    }
    #expect(book.account.endedCycles.map(\.openedAt) == [moment(1)])
  }

  @Test func `I5 a slow reading that still shows the position does not open it again`() {
    var book = book()
    let asked = moment(1)
    open(&book, at: 1)
    stop(&book, at: 2)
    _ = book.apply(.positions([]), at: moment(2))
    let slow = AccountSnapshot(
      balance: Sample.balance(),
      positions: [
        Sample.position(
          contracts: 10, opened: moment(1) - .milliseconds(5), updated: moment(1))
      ], orders: [], triggerOrders: [], fills: [], positionMode: .oneWay, leverages: [])
    _ = book.reconcile(with: slow, requestedAt: asked, at: moment(3))
    #expect(book.account.positions.held.isEmpty)
    #expect(Array(book.account.endedCycles) == [life(opened: 1, closed: 2)])
  }

  @Test func `before the first list fills alone make no life`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    open(&book, at: 1)
    stop(&book, at: 2)
    _ = book.apply(.positions([]), at: moment(2))
    #expect(book.account.endedCycles.isEmpty)
  }
}
