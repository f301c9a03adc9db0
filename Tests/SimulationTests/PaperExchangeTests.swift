import EventLoop
import Exchanges
import Simulation
import TestSupport
import Testing
import Trading
import Units

/// Another exchange's market, passed on as it is, held back or cut by hand.
@MainActor
private final class Relay: Exchange {
  let id = ExchangeID("relay")
  private let inner: SimulatedExchange
  private var sink: (@MainActor (ExchangeEvent) -> Void)?
  /// Whether market events come through.
  var isOpen = true
  /// What was asked of the market.
  private(set) var asked: [ExchangeRequest] = []

  /// How often each instrument stands in the list.
  private let copies: Int

  init(_ inner: SimulatedExchange, copies: Int = 1) {
    self.inner = inner
    self.copies = copies
  }

  func connect(_ sink: @escaping @MainActor (ExchangeEvent) -> Void) {
    self.sink = sink
    inner.connect { [weak self] event in
      guard let self else { return }
      switch event {
      // A public connection knows nothing of an account.
      case .account, .link(.privateStream, _): break
      case .market where !isOpen: break
      case .market(.instruments(let list)):
        self.sink?(.market(.instruments((0..<copies).flatMap { _ in list })))
      case .market, .outcome, .link, .serverTime, .budget, .protocolProblem: self.sink?(event)
      }
    }
  }

  func perform(_ request: ExchangeRequest, as id: RequestID) {
    asked.append(request)
    inner.perform(request, as: id)
  }

  func disconnect() {
    sink = nil
    inner.disconnect()
  }

  func say(_ event: MarketEvent) { sink?(.market(event)) }
}

/// A paper account at the built-in market, as if that were somebody else's.
@MainActor
private final class Setup {
  let loop = VirtualLoop(startingAt: WallTime(milliseconds: TestVenue.start.milliseconds))
  let market: SimulatedExchange
  let relay: Relay
  let exchange: PaperExchange
  var events: [ExchangeEvent] = []
  private var number: UInt64 = 0

  init(copies: Int = 1) {
    market = SimulatedExchange(source: BuiltInMarket(seed: 9), loop: loop)
    relay = Relay(market, copies: copies)
    exchange = PaperExchange(
      market: relay, instruments: [TestVenue.bitcoin, TestVenue.ether], deposit: 5_000,
      bookAgeMaximum: .seconds(5), loop: loop)
    exchange.connect { [weak self] in self?.events.append($0) }
    pass(0)
  }

  func pass(_ milliseconds: Int64) {
    loop.run(until: loop.now.advanced(byMilliseconds: milliseconds))
  }

  @discardableResult
  func ask(_ request: ExchangeRequest) -> Outcome? {
    number += 1
    let id = RequestID(number)
    exchange.perform(request, as: id)
    pass(0)
    for case .outcome(id, let outcome) in events { return outcome }
    return nil
  }

  /// Reads the rules and listens to everything of one instrument for a second.
  func begin() {
    ask(.instruments)
    let id = TestVenue.bitcoin
    ask(.subscribe([.ticker(id), .mark(id), .funding(id), .book(id), .trades(id)]))
    pass(1_500)
  }

  func order(_ number: Int, _ side: OrderSide, reduceOnly: Bool = false) -> ExchangeRequest {
    .submit(
      OrderRequest(
        clientOrderID: ClientOrderID(trusted: "paper\(number)"), instrument: TestVenue.bitcoin,
        side: side,
        marginMode: .isolated, type: .market, contracts: 10, reduceOnly: reduceOnly))
  }

  /// Returns a share of a price, on a tick.
  func share(_ price: Price, _ rate: Rate) -> Price {
    price.scaled(by: rate, .down).rounded(to: "0.1", .down)
  }

  /// Buys at market, with a stop at a share of the best bid; returns the best prices.
  func holdLong(stopAt share: Rate) throws -> (bid: Price, ask: Price) {
    ask(order(1, .buy))
    let best = try #require(best)
    let key = PositionKey(instrument: TestVenue.bitcoin, slot: .net, marginMode: .isolated)
    ask(
      .protect(
        ProtectionRequest(
          clientOrderID: ClientOrderID("paper2"), key: key, side: .sell, size: .wholePosition,
          takeProfit: nil, stopLoss: Trigger(triggerPrice: self.share(best.bid, share)))))
    return best
  }

  var isHolding: Bool {
    guard let venue = exchange.venue, let account = venue.accountIDs.first else { return false }
    return !venue.positions(of: account).isEmpty
  }

  var best: (bid: Price, ask: Price)? {
    guard let index = market.venue.market(TestVenue.bitcoin) else { return nil }
    let book = market.venue.book(of: index, depth: 1)
    guard let bid = book.bids.first?.price, let ask = book.asks.first?.price else { return nil }
    return (bid, ask)
  }
}

@MainActor @Suite struct PaperExchangeTests {
  @Test func `what concerns the account waits until the rules are known`() {
    let setup = Setup()
    #expect(setup.ask(.accountSnapshot(leveragesOf: [])) == nil)
    #expect(setup.events.contains(.link(.privateStream, .up)))
    setup.begin()
    let answers = setup.events.compactMap { event -> AccountSnapshot? in
      guard case .outcome(_, .confirmed(.account(let snapshot))) = event else { return nil }
      return snapshot
    }
    #expect(answers.map(\.balance.equity) == [5_000])
    #expect(setup.exchange.venue?.listings.map(\.id) == [TestVenue.bitcoin, TestVenue.ether])
  }

  @Test func `orders fill from the live book and nothing about them is asked of the market`()
    throws
  {
    let setup = Setup()
    setup.begin()
    let best = try #require(setup.best)
    let outcome = setup.ask(setup.order(1, .buy))
    guard case .confirmed(.order) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    let fills = setup.events.compactMap { event -> Fill? in
      guard case .account(.fill(let fill)) = event else { return nil }
      return fill
    }
    #expect(fills.first?.price == best.ask)
    #expect(fills.reduce(Contracts.zero) { $0 + $1.contracts } == 10)
    setup.ask(
      .closePosition(
        PositionKey(instrument: TestVenue.bitcoin, slot: .net, marginMode: .isolated),
        ClientOrderID("paper2")))
    #expect([setup.isHolding] == [false])
    let foreign = setup.relay.asked.filter {
      switch $0 {
      case .instruments, .tiers, .candles, .subscribe: false
      default: true
      }
    }
    #expect(foreign == [])
  }

  @Test func `a gap in the book stops fills until the next whole book (B01)`() {
    let setup = Setup()
    setup.begin()
    setup.relay.say(.bookGap(TestVenue.bitcoin))
    let refused = Outcome.notSent(
      "the live book of BTC-USDT is stale: paper fills only on live prices")
    #expect(setup.ask(setup.order(1, .buy)) == refused)
    // Changes do not mend a book that has lost something.
    setup.pass(1_000)
    #expect(setup.ask(setup.order(2, .buy)) == refused)
    setup.ask(.subscribe([]))
    setup.ask(.subscribe([.book(TestVenue.bitcoin)]))
    guard case .confirmed = setup.ask(setup.order(3, .buy)) else {
      Issue.record("the book is whole again")
      return
    }
    #expect([setup.isHolding] == [true])
  }

  @Test func `a silent market fills nothing, cancels and protection are taken (I7)`() throws {
    let setup = Setup()
    setup.begin()
    setup.ask(setup.order(1, .buy))
    let best = try #require(setup.best)
    setup.relay.isOpen = false
    setup.pass(6_000)
    let refused = Outcome.notSent(
      "the live book of BTC-USDT is stale: paper fills only on live prices")
    #expect(setup.ask(setup.order(2, .buy)) == refused)
    #expect(setup.ask(setup.order(3, .sell, reduceOnly: true)) == refused)
    let key = PositionKey(instrument: TestVenue.bitcoin, slot: .net, marginMode: .isolated)
    let stop = ProtectionRequest(
      clientOrderID: ClientOrderID("paper4"), key: key, side: .sell, size: .wholePosition,
      takeProfit: nil, stopLoss: Trigger(triggerPrice: setup.share(best.bid, "0.98")))
    let outcome = setup.ask(.protect(stop))
    guard case .confirmed(.order(let id?)) = outcome else {
      Issue.record("\(String(describing: outcome))")
      return
    }
    #expect(setup.ask(.cancelTrigger(TestVenue.bitcoin, id)) == .confirmed(.cancel))
    #expect([setup.isHolding] == [true])
    // The market speaks again: the exit that was refused is taken now.
    setup.relay.isOpen = true
    setup.ask(.subscribe([]))
    setup.ask(.subscribe([.book(TestVenue.bitcoin)]))
    guard case .confirmed = setup.ask(setup.order(5, .sell, reduceOnly: true)) else {
      Issue.record("an exit is taken on a live book")
      return
    }
    #expect([setup.isHolding] == [false])
  }

  @Test func `a stop does not fire while the book is gone, but with the first trade after it`()
    throws
  {
    let setup = Setup()
    setup.begin()
    let best = try setup.holdLong(stopAt: "0.99")
    setup.relay.isOpen = false
    let low = setup.share(best.bid, "0.985")
    setup.relay.say(.bookGap(TestVenue.bitcoin))
    func trade(_ number: Int) -> MarketEvent {
      .trade(
        MarketTrade(
          tradeID: TradeID(trusted: "t\(number)"), instrument: TestVenue.bitcoin, takerSide: .sell,
          price: low, contracts: 5,
          exchangeTime: Timestamp(milliseconds: setup.loop.now.milliseconds)))
    }
    setup.relay.say(trade(1))
    // The mark of the time without a book waits for the next one.
    setup.relay.say(
      .mark(
        MarkPrice(
          instrument: TestVenue.bitcoin, markPrice: low, indexPrice: low,
          exchangeTime: Timestamp(milliseconds: setup.loop.now.milliseconds))))
    var held = [setup.isHolding]
    func level(_ price: Price) -> BookLevel {
      BookLevel(price: price, contracts: 500)
    }
    setup.relay.say(
      .book(
        BookUpdate(
          instrument: TestVenue.bitcoin, kind: .snapshot, bids: [level(low - "1")],
          asks: [level(low + "1")], sequence: 9, previousSequence: 0,
          exchangeTime: Timestamp(milliseconds: setup.loop.now.milliseconds - 1))))
    held.append(setup.isHolding)
    setup.relay.say(trade(2))
    held.append(setup.isHolding)
    #expect(held == [true, true, false])
    let exit = setup.events.reversed().compactMap { event -> Fill? in
      guard case .account(.fill(let fill)) = event else { return nil }
      return fill
    }.first
    #expect(exit?.price == level(low - "1").price)
  }

  @Test func `an instrument that is listed twice is traded by its first row`() {
    let setup = Setup(copies: 2)
    setup.begin()
    #expect(setup.exchange.venue?.listings.map(\.id) == [TestVenue.bitcoin, TestVenue.ether])
    guard case .confirmed = setup.ask(setup.order(1, .buy)) else {
      Issue.record("an order is taken")
      return
    }
  }

  @Test func `funding that the exchange settled before our clock is paid at the old rate (X03)`()
    throws
  {
    let setup = Setup()
    setup.begin()
    setup.ask(setup.order(1, .buy))
    setup.relay.isOpen = false
    let venue = try #require(setup.exchange.venue)
    let market = try #require(venue.market(TestVenue.bitcoin))
    func say(_ rate: Rate, _ next: TimeSpan) {
      let now = Timestamp(milliseconds: setup.loop.now.milliseconds)
      setup.relay.say(
        .funding(
          FundingRate(instrument: TestVenue.bitcoin, rate: rate, nextFundingTime: now + next)))
    }
    say("0.001", .seconds(30))
    say("0.001", .seconds(30))
    setup.pass(5_000)
    say("0.002", .hours(8))
    say("0.003", .hours(16))
    setup.pass(60_000)
    let paid = try #require(setup.exchange.venue)
    let account = paid.accountIDs[0]
    let rows = paid.ledger(of: account, kind: .funding, HistoryPage())
    #expect(rows.map(\.rate) == ["0.001"])
    #expect(paid.fundingRate(of: market).rate == "0.003")
  }

  @Test func `a stop that waited while its instrument was suspended fires with the next book`()
    throws
  {
    let setup = Setup()
    setup.begin()
    let best = try setup.holdLong(stopAt: "0.997")
    setup.relay.isOpen = false
    let low = setup.share(best.bid, "0.995")
    let listing = try #require(setup.market.venue.listing(TestVenue.bitcoin))
    func say(_ status: Instrument.Status) {
      var instrument = listing.instrument
      instrument.status = status
      setup.relay.say(.instruments([instrument]))
    }
    say(.suspended)
    let now = Timestamp(milliseconds: setup.loop.now.milliseconds)
    setup.relay.say(
      .trade(
        MarketTrade(
          tradeID: TradeID(trusted: "t1"), instrument: TestVenue.bitcoin, takerSide: .sell,
          price: low, contracts: 5, exchangeTime: now)))
    var held = [setup.isHolding]
    setup.relay.say(.bookGap(TestVenue.bitcoin))
    say(.live)
    held.append(setup.isHolding)
    setup.relay.say(
      .book(
        BookUpdate(
          instrument: TestVenue.bitcoin, kind: .snapshot,
          bids: [BookLevel(price: low - "1", contracts: 500)],
          asks: [BookLevel(price: low + "1", contracts: 500)], sequence: 9, previousSequence: 0,
          exchangeTime: now)))
    held.append(setup.isHolding)
    #expect(held == [true, true, false])
  }
}
