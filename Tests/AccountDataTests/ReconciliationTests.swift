import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct ReconciliationTests {
  private let start = Sample.start
  private let id = ClientOrderID("p1")

  private func snapshot(
    positions: [Position] = [], orders: [Order] = [], triggers: [TriggerOrder] = [],
    fills: [Fill] = []
  ) -> AccountSnapshot {
    AccountSnapshot(
      balance: Sample.balance(), positions: positions, orders: orders, triggerOrders: triggers,
      fills: fills, positionMode: .oneWay, leverages: [])
  }

  private func tracked(at time: Timestamp) -> AccountBook {
    var book = AccountBook(dayOffset: .zero, at: start)
    book.add(
      OrderRequest(
        clientOrderID: id, instrument: Sample.btc, side: .buy, marginMode: .isolated,
        type: .limit(59_000), contracts: 10, reduceOnly: false),
      source: .keyboard, at: time)
    return book
  }

  @Test func `an empty account takes everything over`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    let theirs = snapshot(
      positions: [Sample.position()],
      orders: [Sample.order("55", type: .limit(50_000))], triggers: [Sample.stop()],
      fills: [Sample.fill("1")])
    let result = book.reconcile(with: theirs, requestedAt: start, at: start)
    #expect(result.reconciliation.questions.isEmpty)
    #expect(result.reconciliation.adjustments.isEmpty)
    let account = book.account
    #expect(account.positions.held.map(\.report) == theirs.positions)
    #expect(account.orders.open.map(\.exchangeOrderID) == [ExchangeOrderID("55")])
    #expect(account.triggers.map(\.order) == theirs.triggerOrders)
    #expect(Array(account.fills) == theirs.fills)
    #expect(account.balance?.value == theirs.balance)
    #expect(account.positionMode == .oneWay)
    #expect(account.positions.netContracts(Sample.btc) == 10)
  }

  @Test func `R11 a history of several pages with doubles at their borders counts once`() {
    var book = tracked(at: start)
    let page = 100
    let history = (1...350).map { number in
      Sample.fill(
        "\(number)", order: "55", client: id, price: 59_000, contracts: "0.02", fee: "0.001",
        at: start + .milliseconds(Int64(number)))
    }
    // Each page begins with the last row of the one before, and rows come newest first.
    var rows: [Fill] = []
    for first in stride(from: 0, to: history.count, by: page) {
      rows += history[max(0, first - 1)..<min(first + page, history.count)].reversed()
    }
    #expect(rows.count == 353)
    for _ in 0..<2 {
      _ = book.reconcile(
        with: snapshot(positions: [Sample.position(contracts: 7)], fills: rows),
        requestedAt: start, at: start + .seconds(1))
      let order = book.account.orders[id]
      #expect(order?.progress.filledContracts == 7)
      #expect(order?.progress.averagePrice == 59_000)
      #expect(order?.progress.fee == "0.35")
      #expect(book.account.day.fees == "0.35")
      #expect(book.account.positions.netContracts(Sample.btc) == 7)
    }
  }

  @Test func `R15 a second time changes nothing`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    let theirs = snapshot(
      positions: [Sample.position()], orders: [Sample.order("55")], triggers: [Sample.stop()],
      fills: [Sample.fill("1")])
    _ = book.reconcile(with: theirs, requestedAt: start, at: start)
    let before = book.account
    let again = book.reconcile(with: theirs, requestedAt: start, at: start)
    #expect(again.changes == [.positionMode(.oneWay), .balance(theirs.balance)])
    #expect(again.reconciliation.adjustments.isEmpty)
    #expect(book.account == before)
  }

  @Test func `an order of ours that is not listed is asked for, not taken for gone`() throws {
    var book = tracked(at: start)
    let result = book.reconcile(
      with: snapshot(), requestedAt: start + .seconds(1), at: start + .seconds(2))
    #expect(result.reconciliation.questions == [.client(id)])
    #expect(book.account.orders[id]?.state == .sent)
  }

  @Test func `an order that was sent after the question is not judged by the answer`() {
    var book = tracked(at: start + .seconds(1))
    let result = book.reconcile(with: snapshot(), requestedAt: start, at: start + .seconds(2))
    #expect(result.reconciliation.questions.isEmpty)
  }

  @Test func `what a stream told after the question is newer than a slow answer`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    let asked = start + .seconds(1)
    let old = Sample.position("7", contracts: 10, updated: start)
    let other = Sample.position("9", Sample.ether, contracts: 3, updated: asked)
    _ = book.apply(.positions([old]), at: start)
    _ = book.apply(.triggerOrder(Sample.stop("900")), at: start)
    let turned = Sample.position(
      "7", side: .short, contracts: 4, opened: asked + .seconds(2), updated: asked + .seconds(2))
    _ = book.apply(.positions([turned, other]), at: asked + .seconds(2))
    _ = book.apply(.triggerOrder(Sample.stop("900", state: .canceled)), at: asked + .seconds(2))
    _ = book.apply(.positions([turned]), at: asked + .seconds(3))
    let result = book.reconcile(
      with: snapshot(positions: [old, other], triggers: [Sample.stop("900")]),
      requestedAt: asked, at: asked + .seconds(10))
    #expect(book.account.positions.held.map(\.report) == [turned])
    #expect(book.account.triggers.isEmpty)
    #expect(result.reconciliation.adjustments.isEmpty)
  }

  @Test func `a position that only the answer shows is taken, though the stream spoke meanwhile`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.positions([]), at: start + .seconds(1))
    let opened = Sample.position("7", opened: start + .seconds(2), updated: start + .seconds(2))
    let result = book.reconcile(
      with: snapshot(positions: [opened]), requestedAt: start, at: start + .seconds(3))
    #expect(book.account.positions.held.map(\.report) == [opened])
    #expect(result.reconciliation.adjustments.map(\.reported) == [10])
  }

  @Test func `a balance that is older than the known one is not taken`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    let later = Balance(
      equity: 10_200, cash: 10_200, availableMargin: 10_200, orderMargin: 0, isolatedEquity: 0,
      exchangeTime: start + .seconds(5))
    _ = book.apply(.balance(later), at: start + .seconds(5))
    _ = book.reconcile(with: snapshot(), requestedAt: start, at: start + .seconds(10))
    #expect(book.account.balance == Received(later, at: start + .seconds(5)))
  }

  @Test func `B15 a balance with a stamp of next year gives way to the next reading`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.balance(Sample.balance(10_200, at: start + .days(365))), at: start)
    let asked = start + .seconds(5)
    _ = book.reconcile(with: snapshot(), requestedAt: asked, at: asked + .seconds(1))
    #expect(book.account.balance == Received(snapshot().balance, at: asked + .seconds(1)))
  }

  @Test func `a fill that a report shows already is not counted beside it`() {
    var book = tracked(at: start)
    let now = start + .seconds(3)
    _ = book.apply(.positions([Sample.position(contracts: 4, updated: now)]), at: now)
    let exit = Sample.order(
      "77", side: .sell, contracts: 6, filled: 6, state: .filled, reduceOnly: true,
      at: now - .milliseconds(1))
    _ = book.apply(.order(exit), at: now)
    #expect(book.account.positions.netContracts(Sample.btc) == 4)
    #expect(book.account.positions.closableContracts(Sample.btcKey) == 4)
  }

  @Test func `an exit is never refused for fills that would leave nothing of what is shown`() {
    var book = tracked(at: start)
    let now = start + .seconds(3)
    _ = book.apply(.positions([Sample.position(contracts: 4, updated: now)]), at: now)
    // The times of positions and fills come from different clocks of the exchange.
    let exit = Sample.order(
      "77", side: .sell, contracts: 6, filled: 6, state: .filled, reduceOnly: true,
      at: now + .milliseconds(40))
    _ = book.apply(.order(exit), at: now)
    #expect(book.account.positions.closableContracts(Sample.btcKey) == 4)
  }

  @Test func `C01 a life does not end before it began, whatever our clock says`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    let opened = start + .minutes(2)
    _ = book.apply(.positions([Sample.position(opened: opened, updated: opened)]), at: start)
    _ = book.apply(.positions([]), at: start + .seconds(30))
    _ = book.settleEndings(heardBefore: start + .seconds(30))
    #expect(book.account.endedCycles.map(\.closedAt) == [opened])
  }

  @Test func `O28 a fill in the history proves an order that is not listed`() throws {
    var book = tracked(at: start)
    let fill = Sample.fill("1", client: id, contracts: 10)
    let result = book.reconcile(
      with: snapshot(positions: [Sample.position()], fills: [fill]),
      requestedAt: start + .seconds(1), at: start + .seconds(2))
    #expect(book.account.orders[id]?.state == .filled)
    #expect(book.account.orders.open.isEmpty)
    #expect(result.reconciliation.adjustments.isEmpty)
  }

  @Test func `R05 R06 a position changed elsewhere is told with a name that stays the same`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.reconcile(
      with: snapshot(positions: [Sample.position(contracts: 10)]), requestedAt: start, at: start)
    let later = start + .minutes(1)
    let theirs = snapshot(positions: [Sample.position(contracts: 25, updated: later)])
    let first = book.account.reconciled(with: theirs, requestedAt: later)
    let expected = PositionAdjustment(
      id: "BTC-USDT:net:\(later.milliseconds):10:25", key: Sample.btcKey, expected: 10,
      reported: 25)
    #expect(first.adjustments == [expected])
    #expect(book.account.reconciled(with: theirs, requestedAt: later) == first)
    let flat = book.account.reconciled(with: snapshot(), requestedAt: later)
    #expect(flat.adjustments.map(\.reported) == [0])
  }

  @Test func `a fill of the snapshot explains the change of a position`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.reconcile(with: snapshot(), requestedAt: start, at: start)
    let later = start + .minutes(1)
    let theirs = snapshot(
      positions: [Sample.position(contracts: 5, opened: later, updated: later)],
      fills: [Sample.fill("1", contracts: 5, at: later)])
    let result = book.reconcile(with: theirs, requestedAt: later, at: later)
    #expect(result.reconciliation.adjustments.isEmpty)
    #expect(book.account.positions.netContracts(Sample.btc) == 5)
  }

  @Test
  func `a stop that is not listed any more is gone, one that is newer than the question stays`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.triggerOrder(Sample.stop("1")), at: start)
    _ = book.apply(.triggerOrder(Sample.stop("2")), at: start + .seconds(5))
    let result = book.reconcile(
      with: snapshot(), requestedAt: start + .seconds(1), at: start + .seconds(6))
    var gone = Sample.stop("1")
    gone.state = .canceled
    #expect(result.changes.contains(.trigger(gone)))
    #expect(book.account.triggers.map(\.order) == [Sample.stop("2")])
  }

  @Test(arguments: Array(100...130) as [UInt64])
  func `whatever was missed, reconciling ends equal to the exchange`(seed: UInt64) {
    var random = SeededRandom(seed: seed)
    var ours = AccountBook(dayOffset: .zero, at: start)
    var theirs = (orders: [Order](), fills: [Fill](), net: Contracts.zero)
    var now = start
    for number in 0..<random.within(1...30) {
      now = now + .milliseconds(Int64(random.within(100...4_000)))
      let client = random.oneIn(3) ? nil : ClientOrderID(trusted: "p\(number)")
      let size = Contracts(Fixed(random.within(1...9)))
      let filled = random.oneIn(3) ? Contracts.zero : size
      if let client {
        ours.add(
          OrderRequest(
            clientOrderID: client, instrument: Sample.btc, side: .buy, marginMode: .isolated,
            type: .limit(60_000), contracts: size, reduceOnly: false),
          source: .keyboard, at: now)
      }
      let order = Sample.order(
        "e\(number)", client: client, type: .limit(60_000), contracts: size, filled: filled,
        state: filled.isZero ? .live : .filled, at: now)
      if filled.isZero { theirs.orders.append(order) }
      theirs.net += filled
      if !random.oneIn(3) { _ = ours.apply(.order(order), at: now) }
      if filled.isPositive {
        let fill = Sample.fill(
          "t\(number)", order: "e\(number)", client: client, contracts: filled, at: now)
        theirs.fills.append(fill)
        if !random.oneIn(3) { _ = ours.apply(.fill(fill), at: now) }
      }
    }
    let position =
      theirs.net.isZero ? [] : [Sample.position(contracts: theirs.net, updated: now)]
    let later = now + .seconds(1)
    let result = ours.reconcile(
      with: snapshot(positions: position, orders: theirs.orders, fills: theirs.fills),
      requestedAt: later, at: later)
    #expect(result.reconciliation.questions.isEmpty, "seed \(seed)")
    let account = ours.account
    #expect(
      Set(account.orders.open.compactMap(\.exchangeOrderID))
        == Set(theirs.orders.map(\.exchangeOrderID)), "seed \(seed)")
    #expect(account.positions.netContracts(Sample.btc) == theirs.net, "seed \(seed)")
    let fees = theirs.fills.reduce(Money.zero) { $0 + $1.fee }
    #expect(account.day.fees == fees, "seed \(seed)")
  }
}
