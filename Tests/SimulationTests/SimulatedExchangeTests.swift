import EventLoop
import Exchanges
import Simulation
import TestSupport
import Testing
import Trading
import Units

@MainActor @Suite struct SimulatedExchangeTests {
  private final class Recorder {
    var events: [(time: Int64, event: ExchangeEvent)] = []
  }

  private func connected(
    latency: LatencyModel = .none
  ) -> (loop: VirtualLoop, exchange: SimulatedExchange, recorder: Recorder) {
    let loop = VirtualLoop(
      startingAt: WallTime(milliseconds: TestVenue.start.milliseconds))
    let exchange = SimulatedExchange(
      source: BuiltInMarket(seed: 9), latency: latency, loop: loop)
    let recorder = Recorder()
    exchange.connect { recorder.events.append((loop.now.milliseconds, $0)) }
    return (loop, exchange, recorder)
  }

  private func request(
    _ side: OrderSide, _ contracts: Contracts, stop: Price?
  ) -> OrderRequest {
    OrderRequest(
      clientOrderID: ClientOrderID("run000001"), instrument: TestVenue.bitcoin, side: side,
      marginMode: .isolated, type: .market, contracts: contracts, reduceOnly: false,
      stopLoss: stop.map { Trigger(triggerPrice: $0) })
  }

  @Test func `connecting tells the links and the time, and nothing from inside the call`() {
    let (loop, exchange, recorder) = connected()
    #expect(recorder.events.isEmpty)
    loop.run(until: loop.now)
    #expect(exchange.label == "built-in market, seed 9")
    #expect(
      recorder.events.prefix(4).map(\.event) == [
        .link(.requests, .up), .link(.publicStream, .up), .link(.privateStream, .up),
        .serverTime(TestVenue.start, sentAt: TestVenue.start, receivedAt: TestVenue.start),
      ])
  }

  @Test func `an order with a stop is taken, filled and protected, and its outcome comes once`()
    throws
  {
    let (loop, exchange, recorder) = connected()
    loop.run(until: loop.now)
    recorder.events = []
    exchange.perform(.submit(request(.buy, 10, stop: "50000")), as: RequestID(1))
    #expect(recorder.events.isEmpty)
    loop.run(until: loop.now)
    var states: [OrderState] = []
    var fills = Contracts.zero
    var triggers = 0
    var outcomes: [Outcome] = []
    var positions: [Position] = []
    for (_, event) in recorder.events {
      switch event {
      case .account(.order(let order)): states.append(order.state)
      case .account(.fill(let fill)): fills += fill.contracts
      case .account(.triggerOrder(let trigger)):
        triggers += 1
        #expect(trigger.stopLoss?.triggerPrice == "50000")
      case .account(.positions(let list)): positions = list
      case .outcome(RequestID(1), let outcome): outcomes.append(outcome)
      default: break
      }
    }
    #expect(states.first == .live && states.last == .filled)
    #expect(fills == 10)
    #expect(triggers >= 1)
    #expect(positions.map(\.contracts) == [10])
    guard case .confirmed(.order(let id?)) = try #require(outcomes.first) else {
      Issue.record("not confirmed: \(outcomes)")
      return
    }
    #expect(outcomes.count == 1)
    #expect(id.text.count == 13)
  }

  @Test func `a refusal carries the exchange's code and text`() {
    let (loop, exchange, recorder) = connected()
    loop.run(until: loop.now)
    exchange.perform(.submit(request(.buy, "0.05", stop: nil)), as: RequestID(2))
    loop.run(until: loop.now)
    #expect(
      recorder.events.last?.event
        == .outcome(
          RequestID(2),
          .refused(
            Refusal(code: "102016", message: "Precision does not match", advice: .fixRequest))))
  }

  @Test func `latency delays requests and answers and keeps their order`() {
    let model = LatencyModel(
      outward: .fixed(.milliseconds(30)), inward: .between(.milliseconds(5), .milliseconds(40)),
      seed: 3)
    let (loop, exchange, recorder) = connected(latency: model)
    let start = loop.now.milliseconds
    loop.run(until: WallTime(milliseconds: start + 1_000))
    recorder.events = []
    exchange.perform(.accountSnapshot(leveragesOf: []), as: RequestID(3))
    exchange.perform(.instruments, as: RequestID(4))
    loop.run(until: WallTime(milliseconds: start + 2_000))
    let outcomes = recorder.events.compactMap { time, event in
      if case .outcome(let id, _) = event { (id.number, time - start - 1_000) } else { nil }
    }
    #expect(outcomes.map(\.0) == [3, 4])
    #expect(outcomes.allSatisfy { $0.1 >= 35 && $0.1 <= 70 })
    #expect(zip(recorder.events.dropFirst(), recorder.events).allSatisfy { $0.time >= $1.time })
  }

  @Test func `subscriptions begin with a snapshot and go on with what changes`() throws {
    let (loop, exchange, recorder) = connected()
    exchange.perform(
      .subscribe([
        .book(TestVenue.bitcoin), .ticker(TestVenue.bitcoin), .trades(TestVenue.ether),
        .candles(TestVenue.bitcoin, .oneMinute), .mark(TestVenue.bitcoin),
      ]), as: RequestID(5))
    loop.run(until: loop.now.advanced(byMilliseconds: 62_000))
    var books: [BookUpdate] = []
    var closed: [Candle] = []
    var tickers = 0
    for (_, event) in recorder.events {
      guard case .market(let market) = event else { continue }
      switch market {
      case .book(let update):
        #expect(update.instrument == TestVenue.bitcoin)
        books.append(update)
      case .trade(let trade): #expect(trade.instrument == TestVenue.ether)
      case .ticker: tickers += 1
      case .candle(_, .oneMinute, let candle): if candle.isClosed { closed.append(candle) }
      default: break
      }
    }
    #expect(books.first?.kind == .snapshot)
    for (older, newer) in zip(books, books.dropFirst()) {
      #expect(newer.kind == .delta && newer.previousSequence == older.sequence)
    }
    #expect(books.count > 250)
    #expect((55...65).contains(tickers))
    #expect(closed.map(\.openTime) == [TestVenue.start])
  }

  @Test func `candles of the past are delivered oldest first`() throws {
    let (loop, exchange, recorder) = connected()
    exchange.perform(
      .candles(TestVenue.ether, .fifteenMinutes, before: nil, limit: 300), as: RequestID(6))
    loop.run(until: loop.now)
    let delivered = recorder.events.compactMap { _, event in
      if case .market(.candles(_, .fifteenMinutes, let candles)) = event { candles } else { nil }
    }
    let candles = try #require(delivered.first)
    #expect(candles.count == 300)
    #expect(zip(candles, candles.dropFirst()).allSatisfy { $0.openTime < $1.openTime })
    #expect(candles.last?.isClosed == false)
  }

  @Test func `nothing is delivered after disconnecting`() {
    let (loop, exchange, recorder) = connected()
    exchange.perform(.accountSnapshot(leveragesOf: []), as: RequestID(7))
    exchange.disconnect()
    loop.run(until: loop.now.advanced(byMilliseconds: 10_000))
    #expect(recorder.events.isEmpty)
    #expect(loop.waitingCount == 0)
  }
}
