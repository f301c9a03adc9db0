import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct PositionTests {
  private let start = Sample.start
  private let key = Sample.btcKey

  private func book(_ positions: [Position]) -> AccountBook {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.positions(positions), at: start)
    return book
  }

  @Test func `a list of positions replaces the former one`() {
    var book = book([Sample.position("7", contracts: 10)])
    let grown = book.apply(
      .positions([Sample.position("7", contracts: 12), Sample.position("8", Sample.ether)]),
      at: start)
    #expect(
      grown == [
        .positionChanged(key),
        .positionOpened(
          PositionKey(instrument: Sample.eth, slot: .net, marginMode: .isolated)),
      ])
    let gone = book.apply(.positions([Sample.position("8", Sample.ether)]), at: start)
    #expect(gone == [.positionGone(key)])
    _ = book.settleEndings(heardBefore: start)
    #expect(book.account.positions.held.map(\.key.instrument) == [Sample.eth])
    #expect(book.account.endedCycles.map(\.peakContracts) == [12])
    #expect(book.account.endedCycles.map(\.closedAt) == [start])
  }

  @Test func `another id or side under the same key is another life`() {
    var book = book([Sample.position("7")])
    let changes = book.apply(.positions([Sample.position("9", side: .short)]), at: start)
    #expect(changes == [.positionGone(key), .positionOpened(key)])
    _ = book.settleEndings(heardBefore: start)
    #expect(book.account.endedCycles.map(\.side) == [.long])
    #expect(book.account.positions[key]?.cycle.side == .short)
  }

  @Test func `what filled and is not reported yet counts until the report shows it`() {
    var book = book([])
    let later = start + .seconds(1)
    _ = book.apply(.fill(Sample.fill("1", contracts: 5, at: later)), at: later)
    #expect(book.account.positions.netContracts(Sample.btc) == 5)
    _ = book.apply(.positions([]), at: later)
    #expect(book.account.positions.netContracts(Sample.btc) == 5)
    _ = book.apply(.positions([Sample.position(contracts: 5, updated: later)]), at: later)
    #expect(book.account.positions.netContracts(Sample.btc) == 5)
    #expect(book.account.positions.unreported.isEmpty)
  }

  @Test func `a fill that no report shows is given up after the grace`() {
    var book = book([])
    _ = book.apply(.fill(Sample.fill("1", contracts: 5)), at: start)
    _ = book.apply(.positions([]), at: start + .seconds(3))
    #expect(book.account.positions.netContracts(Sample.btc).isZero)
  }

  @Test func `what a close may count on includes the fills on their way`() {
    var book = book([Sample.position(contracts: 10)])
    _ = book.apply(
      .fill(Sample.fill("1", side: .sell, contracts: 4, at: start + .seconds(1))), at: start)
    #expect(book.account.positions.closableContracts(key) == 6)
    #expect(book.account.positions.netContracts(Sample.btc) == 6)
    let other = PositionKey(instrument: Sample.eth, slot: .net, marginMode: .isolated)
    #expect(book.account.positions.closableContracts(other).isZero)
  }

  @Test func `a life collects profit, fees and funding and measures them in R`() throws {
    var book = book([Sample.position(contracts: 10, entry: 60_000)])
    book.noteStop(key, stopPrice: 59_000, initialRisk: 10)
    book.noteStop(key, stopPrice: 58_000, initialRisk: 20)
    _ = book.apply(
      .fill(
        Sample.fill("1", side: .sell, price: 62_000, contracts: 5, fee: "0.5", realized: 10)),
      at: start)
    _ = book.apply(.funding(Sample.btc, "-0.5", at: start), at: start)
    _ = book.apply(.funding(Sample.btc, "-0.5", at: start), at: start + .seconds(1))
    let cycle = try #require(book.account.positions[key]?.cycle)
    #expect(cycle.initialStop == 59_000)
    #expect(cycle.initialRisk == 10)
    #expect(cycle.netPnL == 9)
    #expect(cycle.rMultiple == "0.9")
    #expect(book.account.fundings.count == 1)
  }

  @Test func `a fill is booked to the position of its order's margin mode alone`() throws {
    let crossKey = PositionKey(instrument: Sample.btc, slot: .net, marginMode: .cross)
    var book = book([Sample.position("7"), Sample.position("8", mode: .cross)])
    _ = book.apply(.order(Sample.order("1", side: .sell, mode: .cross)), at: start)
    _ = book.apply(
      .fill(
        Sample.fill("1", order: "1", side: .sell, contracts: 4, fee: "0.5", realized: 10)),
      at: start)
    let isolated = try #require(book.account.positions[key]?.cycle)
    let cross = try #require(book.account.positions[crossKey]?.cycle)
    #expect(isolated.netPnL == 0)
    #expect(cross.netPnL == "9.5")
    #expect(book.account.positions.closableContracts(key) == 10)
    #expect(book.account.positions.closableContracts(crossKey) == 6)
    // Of an order that nobody told of, the mode is not known: both may have less to close.
    _ = book.apply(
      .fill(Sample.fill("2", order: "99", side: .sell, contracts: 1, fee: 0)), at: start)
    #expect(book.account.positions.closableContracts(key) == 9)
    #expect(book.account.positions.closableContracts(crossKey) == 5)
  }

  @Test func `the best and worst mark are those of the side`() throws {
    var book = book([Sample.position(side: .short, mark: 60_000)])
    for mark in [61_000, 58_000, 59_000] as [Price] {
      _ = book.apply(.positions([Sample.position(side: .short, mark: mark)]), at: start)
    }
    let cycle = try #require(book.account.positions[key]?.cycle)
    #expect(cycle.bestPrice == 58_000)
    #expect(cycle.worstPrice == 61_000)
  }

  @Test func `a position that an order of ours opened knows who wanted it`() throws {
    var book = AccountBook(dayOffset: .zero, at: start)
    let id = ClientOrderID("p1")
    book.add(
      OrderRequest(
        clientOrderID: id, instrument: Sample.btc, side: .buy, marginMode: .isolated,
        type: .market, contracts: 10, reduceOnly: false),
      source: .strategy("zones"), at: start)
    _ = book.apply(.order(Sample.order("1", client: id, filled: 10, state: .filled)), at: start)
    _ = book.apply(.positions([Sample.position(), Sample.position("2", Sample.ether)]), at: start)
    #expect(book.account.positions.held.map(\.cycle.source) == [.strategy("zones"), nil])
  }

  /// Tells of an order that has filled.
  private func fill(
    _ id: String, _ side: OrderSide, _ contracts: Contracts, at price: Price,
    _ book: inout AccountBook, reduceOnly: Bool = true
  ) {
    let order = Sample.order(
      id, side: side, contracts: contracts, filled: contracts, price: price, state: .filled,
      reduceOnly: reduceOnly)
    _ = book.apply(.order(order), at: start)
  }

  @Test func `a life that has ended has the mean price of all that closed it`() {
    var book = book([])
    // An earlier life, which is none of it.
    fill("1", .buy, 3, at: 50_000, &book, reduceOnly: false)
    fill("2", .sell, 3, at: 51_000, &book)
    fill("3", .buy, 10, at: 60_000, &book, reduceOnly: false)
    _ = book.apply(.positions([Sample.position(contracts: 10, entry: 60_000)]), at: start)
    fill("4", .sell, 5, at: 62_000, &book)
    _ = book.apply(.positions([Sample.position(contracts: 5, entry: 60_000)]), at: start)
    fill("5", .buy, 5, at: 61_000, &book, reduceOnly: false)
    _ = book.apply(.positions([Sample.position(contracts: 10, entry: 60_500)]), at: start)
    #expect(book.account.positions[key]?.cycle.exitPrice == nil)
    fill("6", .sell, 10, at: 65_000, &book)
    _ = book.apply(.positions([]), at: start)
    _ = book.settleEndings(heardBefore: start)
    #expect(book.account.endedCycles.map(\.exitPrice) == [64_000])
    // Of all that opened, not of what was held last: the two and what was opened give the result.
    let entry = Price(Fixed(905_000).divided(by: 15, .towardZero))
    #expect(book.account.endedCycles.map(\.entryPrice) == [entry])
  }

  @Test func `the price of a life whose opening an earlier run saw is that of its whole close`() {
    var book = book([Sample.position(contracts: 10, entry: 60_000)])
    fill("6", .sell, 10, at: "62000.5", &book)
    _ = book.apply(.positions([]), at: start)
    _ = book.settleEndings(heardBefore: start)
    #expect(book.account.endedCycles.map(\.exitPrice) == ["62000.5"])
  }

  /// A book whose long the stop has sold a second before the list that misses it is told; the order
  /// that closed it is told last.
  private func bookWithLateClose(_ positions: [Position]) -> AccountBook {
    var book = book([Sample.position("7")])
    let now = start + .seconds(1)
    _ = book.apply(.positions(positions), at: now)
    _ = book.apply(
      .order(
        Sample.order(
          "2", side: .sell, filled: 10, price: 59_000, state: .filled, fee: "0.35", realized: -10,
          reduceOnly: true, category: .stopLoss, at: now - .milliseconds(200))),
      at: now)
    return book
  }

  @Test func `a close that is told after the list without the position is no new exposure`() {
    var book = bookWithLateClose([])
    #expect(book.account.positions.unreported.isEmpty)
    #expect(book.account.positions.netContracts(Sample.btc).isZero)
    #expect(book.account.endedCycles.map(\.netPnL) == ["-10.35"])
    #expect(book.account.endedCycles.map(\.exitPrice) == [59_000])
    // Nor a fee of the short that is opened next.
    let later = start + .milliseconds(1_500)
    _ = book.apply(
      .order(
        Sample.order("3", side: .sell, filled: 10, state: .filled, fee: "0.36", at: later)),
      at: later)
    _ = book.apply(
      .positions([Sample.position("9", side: .short, opened: later, updated: later)]), at: later)
    #expect(book.account.positions[key]?.cycle.fees == "0.36")
  }

  @Test func `what closed a long is in its life alone when a list shows the short behind it`() {
    let now = start + .seconds(1)
    let book = bookWithLateClose([Sample.position("9", side: .short, opened: now, updated: now)])
    #expect(book.account.endedCycles.map(\.netPnL) == ["-10.35"])
    #expect(book.account.positions[key]?.cycle.netPnL == 0)
    #expect(book.account.positions.netContracts(Sample.btc) == -10)
  }

  @Test func `a fill that came before a position was opened is no fee of its opening`() {
    var book = book([])
    _ = book.apply(
      .fill(Sample.fill("1", side: .sell, contracts: 10, fee: "0.35", at: start)), at: start)
    let later = start + .seconds(1)
    _ = book.apply(
      .fill(Sample.fill("2", side: .sell, contracts: 10, fee: "0.36", at: later)), at: later)
    _ = book.apply(
      .positions([Sample.position(side: .short, opened: later, updated: later)]), at: later)
    #expect(book.account.positions[key]?.cycle.fees == "0.36")
  }

  @Test func `no exit price is told where not all that closed is known`() {
    var book = book([Sample.position(contracts: 10, entry: 60_000)])
    fill("6", .sell, 4, at: 62_000, &book)
    _ = book.apply(.positions([]), at: start)
    _ = book.settleEndings(heardBefore: start)
    #expect(book.account.endedCycles.map(\.exitPrice) == [nil])
  }
}

@Suite struct ProfitAndLossTests {
  @Test func `profit follows the side`() {
    let profits = PositionSide.allCases.map {
      ProfitAndLoss.unrealized(side: $0, amount: 2, entryPrice: 100, markPrice: 103)
    }
    #expect(profits == [6, -6])
    #expect(ProfitAndLoss.returnOnMargin(profit: 6, margin: 20) == "0.3")
    #expect(ProfitAndLoss.returnOnMargin(profit: 6, margin: 0) == nil)
  }

  @Test func `closing at break-even pays back fees and funding`() throws {
    for side in PositionSide.allCases {
      for funding in [Money(0), -3, 3] {
        let price = try #require(
          ProfitAndLoss.breakEvenPrice(
            side: side, amount: 2, entryPrice: 100, takerFeeRate: "0.0006", funding: funding))
        let gross = ProfitAndLoss.unrealized(
          side: side, amount: 2, entryPrice: 100, markPrice: price)
        let fees = Money((Fixed(200) + price.value.times(2)).multiplied(by: "0.0006", .up))
        let net = gross - fees + funding
        #expect(!net.isNegative && net < "0.000000000000001")
      }
    }
  }

  @Test func `a position without size has no break-even price`() {
    let price = ProfitAndLoss.breakEvenPrice(
      side: .long, amount: 0, entryPrice: 100, takerFeeRate: "0.0006", funding: 0)
    #expect(price == nil)
  }
}
