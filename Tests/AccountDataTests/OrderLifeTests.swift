import AccountData
import TestSupport
import Testing
import Trading
import Units

@Suite struct OrderLifeTests {
  private let start = Sample.start
  private let id = ClientOrderID("p1")
  private let source = CommandSource.keyboard

  private func sent(_ contracts: Contracts = 10) -> AccountBook {
    var book = AccountBook(dayOffset: .zero, at: start)
    book.add(
      OrderRequest(
        clientOrderID: id, instrument: Sample.btc, side: .buy, marginMode: .isolated,
        type: .market, contracts: contracts, reduceOnly: false),
      source: source, at: start)
    return book
  }

  private func report(
    _ filled: Contracts = 0, _ state: OrderState, fee: Money = 0, seconds: Int64 = 0
  ) -> AccountEvent {
    .order(
      Sample.order(
        "1000", client: id, filled: filled, state: state, fee: fee, at: start + .seconds(seconds)))
  }

  private func fill(_ trade: String, _ contracts: Contracts = 1, fee: Money = 1) -> AccountEvent {
    .fill(Sample.fill(trade, client: id, contracts: contracts, fee: fee))
  }

  private func order(_ book: AccountBook) throws -> TrackedOrder {
    try #require(book.account.orders[id])
  }

  @Test func `an order that leaves counts as exposure until the exchange ends it`() throws {
    var book = sent()
    #expect(try order(book).state == .sent)
    #expect(try order(book).addsExposure)
    _ = book.apply(report(.zero, .live), at: start)
    #expect(try order(book).state == .live)
    #expect(try order(book).exchangeOrderID == ExchangeOrderID("1000"))
    _ = book.apply(report(10, .filled), at: start)
    #expect(book.account.orders.open.isEmpty)
    #expect(try order(book).state == .filled)
    #expect(try order(book).remainingContracts.isZero)
  }

  @Test func `O09 a fill before the answer is kept and the late answer changes nothing`() throws {
    var book = sent()
    _ = book.apply(fill("t1", 10), at: start)
    #expect(try order(book).state == .filled)
    let late = book.move(.client(id), .accepted, at: start)
    #expect(late == nil)
    let lateReport = book.apply(report(.zero, .live), at: start)
    #expect(lateReport.isEmpty)
    #expect(try order(book).state == .filled)
    #expect(try order(book).progress.filledContracts == 10)
  }

  @Test func `O10 an order that the stream proved stays alive when its answer is lost`() throws {
    var book = sent()
    _ = book.apply(report(.zero, .live), at: start)
    _ = book.move(.client(id), .answerLost, at: start)
    #expect(try order(book).state == .live)
  }

  @Test func `O11 a fill during the cancel ends as filled`() throws {
    var book = sent()
    _ = book.apply(report(.zero, .live), at: start)
    _ = book.move(.client(id), .cancelSent, at: start)
    #expect(try order(book).state == .pendingCancel)
    _ = book.apply(fill("t1", 4), at: start)
    #expect(try order(book).state == .pendingCancel)
    _ = book.apply(report(4, .canceled), at: start)
    #expect(try order(book).state == .canceled)
    #expect(try order(book).progress.filledContracts == 4)
    _ = book.apply(fill("t2", 6), at: start)
    #expect(try order(book).state == .filled)
  }

  @Test func `O13 a lost answer to a cancel keeps the exposure`() throws {
    var book = sent()
    _ = book.apply(report(.zero, .live), at: start)
    _ = book.move(.client(id), .cancelSent, at: start)
    #expect(try order(book).addsExposure)
  }

  @Test func `O15 five hundred fills of one lot are exact`() throws {
    var book = sent(50)
    for number in 0..<500 { _ = book.apply(fill("t\(number)", "0.1", fee: "0.0036"), at: start) }
    let progress = try order(book).progress
    #expect(progress.filledContracts == 50)
    #expect(progress.averagePrice == 60_000)
    #expect(progress.fee == "1.8")
    #expect(try order(book).state == .filled)
    #expect(book.account.day.fees == "1.8")
  }

  @Test func `O16 a partly filled order that the exchange ends keeps its fills`() throws {
    var book = sent()
    _ = book.apply(report(3, .canceled), at: start)
    #expect(try order(book).state == .canceled)
    #expect(try order(book).progress.filledContracts == 3)
  }

  @Test func `O17 more filled than was asked for is seen`() throws {
    var book = sent()
    _ = book.apply(fill("t1", 11), at: start)
    #expect(try order(book).isOverfilled)
    #expect(try order(book).state == .filled)
  }

  @Test func `O18 a fill that is told again is applied once`() throws {
    var book = sent()
    _ = book.apply(fill("t1", 4, fee: 2), at: start)
    let before = book.account
    let repeated = book.apply(fill("t1", 4, fee: 2), at: start + .seconds(1))
    #expect(repeated.isEmpty)
    #expect(book.account == before)
    let told = book.apply(report(4, .partiallyFilled, fee: 2), at: start)
    #expect(told.isEmpty)
    #expect(try order(book).progress.fee == 2)
    #expect(book.account.day.fees == 2)
  }

  @Test func `O19 reports out of order never shrink what has filled`() throws {
    var book = sent()
    _ = book.apply(report(10, .filled, seconds: 3), at: start)
    _ = book.apply(report(.zero, .live, seconds: 1), at: start)
    _ = book.apply(report(4, .partiallyFilled, seconds: 2), at: start)
    #expect(try order(book).state == .filled)
    #expect(try order(book).progress.filledContracts == 10)
  }

  @Test func `R07 an order made elsewhere is adopted as external`() {
    var book = AccountBook(dayOffset: .zero, at: start)
    _ = book.apply(.order(Sample.order("55", type: .limit(50_000))), at: start)
    #expect(book.account.orders.open.map(\.owner) == [.external])
    #expect(book.account.orders.open.map(\.reference) == [.exchange(ExchangeOrderID("55"))])
  }

  @Test func `a lost order that turns up is alive again`() throws {
    var book = sent()
    _ = book.move(.client(id), .answerLost, at: start)
    _ = book.move(.client(id), .foundNowhere, at: start)
    #expect(try order(book).state == .lost)
    #expect(try !order(book).addsExposure)
    _ = book.apply(report(2, .partiallyFilled), at: start)
    #expect(try order(book).state == .partiallyFilled)
  }

  @Test(arguments: Array(1...40) as [UInt64])
  func `I5 fills and reports in any order, repeated, give the same account`(seed: UInt64) throws {
    var random = SeededRandom(seed: seed)
    let parts = (0..<random.within(1...9)).map { _ in Contracts(Fixed(random.within(1...5))) }
    let size = parts.reduce(.zero, +)
    var events: [AccountEvent] = []
    var filled = Contracts.zero
    for (number, part) in parts.enumerated() {
      filled += part
      let fee = Money(Fixed(number + 1))
      events.append(fill("t\(number)", part, fee: fee))
      let total = Money(Fixed((number + 1) * (number + 2) / 2))
      events.append(report(filled, .partiallyFilled, fee: total, seconds: Int64(number)))
    }
    events.append(report(filled, .filled, fee: Money(Fixed(parts.count * (parts.count + 1) / 2))))
    var straight = sent(size)
    for event in events { _ = straight.apply(event, at: start) }
    var mixed = sent(size)
    var shuffled = events.shuffled(using: &random)
    for event in events where random.oneIn(2) { shuffled.append(event) }
    for event in shuffled { _ = mixed.apply(event, at: start) }
    #expect(try order(mixed).progress == order(straight).progress, "seed \(seed)")
    #expect(try order(mixed).state == .filled, "seed \(seed)")
    #expect(mixed.account.day == straight.account.day, "seed \(seed)")
    // Without any fill the reports alone give the same figures, and the other way round.
    for kind in [true, false] {
      var half = sent(size)
      for event in shuffled {
        if case .fill = event, kind { continue }
        if case .order = event, !kind { continue }
        _ = half.apply(event, at: start)
      }
      #expect(half.account.day == straight.account.day, "seed \(seed)")
    }
  }
}
