import Engine
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// Tells the minutes whose candles it saw, and buys after a rising one.
private struct Witness: Strategy {
  private var seen: [Int64] = []

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    seen.append((candle.openTime - Sample.start).milliseconds / 60_000)
    guard candle.close > candle.open, context.held == nil else { return [] }
    return [
      .open(
        OpeningWish(
          side: .long, size: .contracts(10), stop: .stop(Trigger(triggerPrice: 59_000)),
          takeProfit: Trigger(triggerPrice: 63_000), reason: "a rising candle"))
    ]
  }

  func why() -> Explanation {
    let minutes = seen.map { "\($0)" }.joined(separator: " ")
    return Explanation(goal: "buy", conditions: [.init("candles", value: minutes, isMet: false)])
  }
}

/// How candles of a stream reach strategies, and what a strategy may do.
@Suite struct StrategyFeedTests {
  private func desk(_ state: StrategyState = .running) -> EngineDesk {
    EngineDesk(
      strategies: [
        StrategyPlan(
          name: "witness", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Witness(), state: state)
      ])
  }

  private func candle(_ minute: Int64, close: Price = 60_000, isClosed: Bool = true) -> Candle {
    Sample.candle(Sample.start + .minutes(minute), 60_000, close: close, isClosed: isClosed)
  }

  /// Tells of candles of the past, as the exchange answers.
  private func past(_ minutes: ClosedRange<Int64>, _ desk: inout EngineDesk) {
    desk.take(.market(.candles(Sample.btc, .oneMinute, minutes.map { candle($0) })))
    desk.answer("candles", .confirmed(.done))
  }

  /// Tells of a candle that has just closed.
  private func close(_ minute: Int64, at price: Price = 60_000, _ desk: inout EngineDesk) {
    desk.now = Sample.start + .minutes(minute + 1)
    desk.quote(Sample.bitcoin, price)
    desk.take(.account(.balance(Sample.balance(at: desk.now))))
    desk.take(.market(.candle(Sample.btc, .oneMinute, candle(minute, close: price))))
  }

  private func seen(_ desk: EngineDesk) -> String? {
    desk.snapshot.strategies.first?.explanation.conditions.first?.value
  }

  @Test func `B11 a strategy sees the past first and then each candle once`() {
    var desk = desk()
    desk.boot()
    #expect(desk.wanted.words.count { $0 == "candles" } == 1)
    #expect(desk.snapshot.strategies.map(\.obstacle) == ["its candles are being read"])
    close(0, &desk)
    #expect(seen(desk) == "")
    past(-3 ... -1, &desk)
    #expect(seen(desk) == "-3 -2 -1 0")
    close(1, &desk)
    close(1, &desk)
    #expect(seen(desk) == "-3 -2 -1 0 1")
    #expect(desk.snapshot.strategies.map(\.obstacle) == [nil])
  }

  @Test func `B11 a candle that the stream missed is read before the strategy goes on`() {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    close(0, &desk)
    close(2, at: 60_100, &desk)
    #expect(seen(desk) == "-3 -2 -1 0")
    #expect(
      desk.wanted.notices.last == "the stream has missed a candle of 1m: the past is read again")
    past(1...1, &desk)
    #expect(seen(desk) == "-3 -2 -1 0 1 2")
    // What it would have done at a candle of the past is not done now.
    #expect(desk.wanted.orders.isEmpty)
    close(3, at: 60_100, &desk)
    #expect(desk.wanted.orders.count == 1)
  }

  @Test func `B11 after a lost stream the past is read again`() {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    desk.take(.link(.publicStream, .down("reset")))
    #expect(desk.snapshot.strategies.map(\.obstacle) == ["its candles are being read"])
    desk.take(.link(.publicStream, .up))
    past(0...4, &desk)
    #expect(seen(desk) == "-3 -2 -1 0 1 2 3 4")
  }

  /// Tells of the open candle of the first minute so long after it opened, then, two seconds after
  /// its end, of the one that follows; returns what follows that.
  private func end(
    toldAt moment: TimeSpan, close: Price, _ desk: inout EngineDesk
  ) -> [Effect] {
    desk.now = Sample.start + moment
    desk.take(.market(.candle(Sample.btc, .oneMinute, candle(0, close: close, isClosed: false))))
    desk.now = Sample.start + .seconds(62)
    desk.quote(Sample.bitcoin, close)
    desk.take(.account(.balance(Sample.balance(at: desk.now))))
    return desk.take(.market(.candle(Sample.btc, .oneMinute, candle(1, isClosed: false))))
  }

  @Test func `B11 a candle of which a stream told its last second is acted on`() {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    #expect(end(toldAt: .seconds(59), close: 60_100, &desk).orders.count == 1)
  }

  @Test(arguments: [(Price(59_900), 0), (60_100, 1)])
  func `B11 a candle of which a stream told a part is read again before it is acted on`(
    close: Price, orders: Int
  ) {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    let cut = end(toldAt: .seconds(20), close: 60_050, &desk)
    #expect(cut.words == ["candles"])
    #expect(seen(desk) == "-3 -2 -1")
    #expect(desk.snapshot.strategies.map(\.obstacle) == ["its candles are being read"])
    let whole = Sample.candle(Sample.start, 60_000, close: close, volume: 2)
    let read = desk.take(.market(.candles(Sample.btc, .oneMinute, [whole])))
    #expect(read.orders.count == orders)
    desk.answer("candles", .confirmed(.done))
    #expect(seen(desk) == "-3 -2 -1 0")
    #expect(desk.snapshot.strategies.map(\.obstacle) == [nil])
  }

  @Test func `B11 where the candle in doubt was not read, all of the past is`() {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    _ = end(toldAt: .seconds(20), close: 60_050, &desk)
    desk.take(.market(.candles(Sample.btc, .oneMinute, [candle(-1)])))
    let answered = desk.answer("candles", .confirmed(.done))
    #expect(answered.words == ["candles"])
    #expect(desk.snapshot.strategies.map(\.obstacle) == ["its candles are being read"])
    past(-3...0, &desk)
    #expect(seen(desk) == "-3 -2 -1 0")
    #expect(desk.wanted.orders.isEmpty)
  }

  @Test func `B11 the candle before a hole is read as well`() {
    var desk = EngineDesk()
    desk.boot()
    close(0, &desk)
    desk.now = Sample.start + .minutes(3)
    let effects = desk.take(.market(.candle(Sample.btc, .oneMinute, candle(2))))
    let limits = effects.compactMap { effect -> Int? in
      if case .candles(_, Sample.btc, .oneMinute, nil, let limit) = effect { limit } else { nil }
    }
    #expect(limits == [4])
  }

  @Test func `a reading that failed is asked for again`() {
    var desk = desk()
    desk.boot()
    desk.answer("candles", .unknown("reset"))
    let before = desk.wanted.words.count { $0 == "candles" }
    desk.run(.seconds(20))
    #expect(desk.wanted.words.count { $0 == "candles" } == before + 1)
  }

  @Test func `in running it opens by itself, in approval it proposes, paused it does nothing`() {
    for (state, orders, proposals) in [
      (StrategyState.running, 1, 0), (.approval, 0, 1), (.paused, 0, 0),
    ] {
      var desk = desk(state)
      desk.boot()
      past(-3 ... -1, &desk)
      close(0, at: 60_100, &desk)
      #expect(desk.wanted.orders.count == orders)
      #expect(desk.snapshot.proposals.count == proposals)
      #expect(desk.snapshot.strategies.map(\.state) == [state])
    }
  }

  @Test func `a proposal that a person approves is sent`() throws {
    var desk = desk(.approval)
    desk.boot()
    past(-3 ... -1, &desk)
    close(0, at: 60_100, &desk)
    let proposal = try #require(desk.snapshot.proposals.first)
    desk.command(.approve(proposal.id))
    #expect(desk.wanted.orders.count == 1)
  }

  @Test func `the reason of a wish goes along to the order that a person approves`() throws {
    var desk = desk(.approval)
    desk.boot()
    past(-3 ... -1, &desk)
    close(0, at: 60_100, &desk)
    let proposal = try #require(desk.snapshot.proposals.first)
    let records = desk.command(.approve(proposal.id)).journaled
    let reasons = records.compactMap {
      if case .intent(let intent) = $0 { intent.reasons } else { nil }
    }
    #expect(reasons == [["a rising candle"]])
  }

  @Test func `a position of the instrument takes the proposals of strategies back`() throws {
    var desk = desk(.approval)
    desk.boot()
    past(-3 ... -1, &desk)
    close(0, at: 60_100, &desk)
    let proposal = try #require(desk.snapshot.proposals.first)
    desk.holdLong()
    #expect(desk.snapshot.proposals == [])
    #expect(desk.command(.approve(proposal.id)).orders == [])
  }

  @Test func `a strategy proposes one opening: a newer one takes the place of the older`() {
    var desk = desk()
    desk.boot()
    desk.command(.setState(.approval, reason: ""))
    var second = EngineDesk.long
    second.stop = .stop(Trigger(triggerPrice: 59_100))
    desk.command(.open(EngineDesk.long), .strategy("zones"))
    desk.command(.open(EngineDesk.long.halved), .strategy("other"))
    desk.command(.open(second), .strategy("zones"))
    #expect(desk.snapshot.proposals.map(\.intent) == [EngineDesk.long.halved, second])
  }

  @Test func `K03 a strategy opens nothing while another opening of its instrument goes on`() {
    for state in [StrategyState.running, .approval] {
      var desk = desk(state)
      desk.boot()
      past(-3 ... -1, &desk)
      _ = desk.restLong(as: "r1")
      let before = desk.wanted.orders.count
      close(0, at: 60_100, &desk)
      #expect(desk.wanted.orders.count == before)
      #expect(desk.snapshot.proposals == [])
      #expect(
        desk.wanted.notices.last
          == "witness opens nothing: another opening of BTC-USDT is on its way")
    }
  }

  @Test func `what the gate denies is not proposed`() {
    var desk = desk(.approval)
    desk.boot()
    past(-3 ... -1, &desk)
    desk.command(.setState(.halted, reason: "enough"))
    close(0, at: 60_100, &desk)
    #expect(desk.snapshot.proposals.isEmpty)
    #expect(desk.snapshot.denials.map(\.code) == ["state.forbids"])
  }

  @Test func `pausing takes its proposals back, and only a person lets it do more`() {
    var desk = desk(.approval)
    desk.boot()
    past(-3 ... -1, &desk)
    close(0, at: 60_100, &desk)
    desk.command(.setStrategy("witness", .paused), .strategy("witness"))
    #expect(desk.snapshot.proposals.isEmpty)
    desk.command(.setStrategy("witness", .running), .strategy("witness"))
    #expect(desk.snapshot.strategies.map(\.state) == [.paused])
    desk.command(.setStrategy("witness", .running))
    #expect(desk.snapshot.strategies.map(\.state) == [.running])
  }

  @Test func `the state that a person gave outlives a restart`() {
    var first = desk()
    first.boot()
    first.command(.setStrategy("witness", .approval))
    first.command(.setStrategy("witness", .paused))
    var second = desk()
    second.boot(recovery: Recovery(journal: first.wanted.journaled))
    #expect(second.snapshot.strategies.map(\.state) == [.paused])
  }

  @Test func `an unknown strategy is answered with the names that there are`() {
    var desk = desk()
    desk.boot()
    let answers = desk.command(.setStrategy("ghost", .paused)).records.compactMap { record in
      if case .command(let command) = record { command.answer } else { nil }
    }
    #expect(answers == ["no strategy is called ghost; there are witness"])
  }

  @Test func `a position of somebody else keeps it from trading the instrument`() {
    var desk = desk()
    desk.boot()
    past(-3 ... -1, &desk)
    desk.holdLong()
    desk.take(.positions([]))
    desk.take(.positions([Sample.position(contracts: 4, opened: desk.now, updated: desk.now)]))
    #expect(desk.snapshot.strategies.map(\.obstacle) == ["the position is not its own"])
    let before = desk.wanted.orders.count
    close(0, at: 60_100, &desk)
    #expect(desk.wanted.orders.count == before)
  }

  @Test func `a strategy that works on certain candles is never fed others`() async {
    await #expect(processExitsWith: .failure) {
      _ = EngineDesk(strategies: [
        StrategyPlan(
          name: "five", instrument: Sample.btc, marginMode: .isolated, timeFrames: [.oneMinute],
          strategy: OfFiveMinutes())
      ])
    }
    let desk = EngineDesk(strategies: [
      StrategyPlan(
        name: "five", instrument: Sample.btc, marginMode: .isolated, timeFrames: [.fiveMinutes],
        strategy: OfFiveMinutes())
    ])
    #expect(desk.snapshot.strategies.map(\.name) == ["five"])
  }
}

/// Works on candles of five minutes alone, and wants nothing.
private struct OfFiveMinutes: Strategy {
  var requiredTimeFrame: TimeFrame? { .fiveMinutes }

  mutating func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] { [] }

  func why() -> Explanation { Explanation(goal: "nothing", conditions: []) }
}

extension OpeningIntent {
  /// The same with half the contracts of the desk's long.
  fileprivate var halved: OpeningIntent {
    var half = self
    half.size = .contracts(5)
    return half
  }
}
