import AccountData
import Engine
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// Holds the side of the newest candle, and turns at the one that goes the other way.
private struct Turner: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard candle.close != candle.open else { return [] }
    let side: PositionSide = candle.close > candle.open ? .long : .short
    guard context.held != side else { return [] }
    let opening = Wish.open(
      OpeningWish(
        side: side, size: .contracts(10),
        stop: .stop(Trigger(triggerPrice: side == .long ? 59_000 : 61_000)),
        takeProfit: Trigger(triggerPrice: side == .long ? 63_000 : 57_000), reason: "turned"))
    return context.held == nil ? [opening] : [.close(reason: "turned"), opening]
  }

  func why() -> Explanation { Explanation(goal: "turn", conditions: []) }
}

/// What becomes of a strategy's exits, and of the openings that wait for them.
@Suite struct StrategyExitTests {
  /// A desk whose strategy has seen the past.
  private func desk() -> EngineDesk {
    var desk = EngineDesk(
      strategies: [
        StrategyPlan(
          name: "turner", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Turner())
      ])
    desk.boot()
    past([candle(-2), candle(-1)], &desk)
    return desk
  }

  /// One whose strategy holds a long.
  private func held() -> EngineDesk {
    var desk = desk()
    desk.holdLong(source: .strategy("turner"))
    return desk
  }

  private func candle(_ minute: Int64, close: Price = 60_000) -> Candle {
    Sample.candle(Sample.start + .minutes(minute), 60_000, close: close)
  }

  private func past(_ candles: [Candle], _ desk: inout EngineDesk) {
    desk.take(.market(.candles(Sample.btc, .oneMinute, candles)))
    desk.answer("candles", .confirmed(.done))
  }

  /// Lets the candle of a minute close, told so much later; returns the orders that follow.
  @discardableResult
  private func close(
    _ minute: Int64, at price: Price, late: TimeSpan = .zero, _ desk: inout EngineDesk
  ) -> [OrderRequest] {
    desk.now = Sample.start + .minutes(minute + 1) + late
    desk.quote(Sample.bitcoin, price)
    tellBalance(&desk)
    return desk.take(.market(.candle(Sample.btc, .oneMinute, candle(minute, close: price)))).orders
  }

  @discardableResult
  private func tellBalance(_ desk: inout EngineDesk) -> [OrderRequest] {
    desk.take(.account(.balance(Sample.balance(at: desk.now)))).orders
  }

  /// Fills the newest exit and shows that nothing is held any more.
  private func fillExit(after span: TimeSpan = .milliseconds(100), _ desk: inout EngineDesk) {
    guard let exit = desk.wanted.orders.last(where: \.reduceOnly) else { return }
    desk.pass(span)
    desk.quote(Sample.bitcoin, 59_900)
    desk.take(
      .order(
        Sample.order(
          "e\(exit.clientOrderID)", client: exit.clientOrderID, side: exit.side,
          contracts: exit.contracts, filled: exit.contracts, price: 59_900, state: .filled,
          reduceOnly: true, at: desk.now)))
    desk.take(.positions([]))
  }

  private func openings(_ desk: EngineDesk) -> [OrderSide] {
    desk.wanted.orders.filter { !$0.reduceOnly }.map(\.side)
  }

  @Test func `a strategy that turns opens the other side once the balance shows the close`() {
    var desk = held()
    #expect(close(0, at: 59_900, &desk).map(\.reduceOnly) == [true])
    fillExit(&desk)
    #expect(tellBalance(&desk).map(\.side) == [.sell])
    #expect(openings(desk) == [.buy, .sell])
  }

  @Test func `J05 an opening behind a close that takes half a minute is given up`() {
    var desk = held()
    close(0, at: 59_900, &desk)
    fillExit(after: .seconds(31), &desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `J05 behind a close that is denied nothing is opened`() {
    var desk = held()
    // A person's exit is on its way when the candle closes.
    desk.now = Sample.start + .milliseconds(59_500)
    desk.command(.close(ClosingIntent(key: Sample.btcKey)))
    #expect(close(0, at: 59_900, &desk) == [])
    #expect(desk.snapshot.denials.map(\.code) == [Denial.nothingToClose(Sample.btcKey).code])
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `an opening behind a close is given up where somebody else has opened meanwhile`() {
    var desk = held()
    close(0, at: 59_900, &desk)
    fillExit(&desk)
    let foreign = Sample.position(
      "8", side: .short, contracts: 4, opened: desk.now, updated: desk.now)
    desk.take(.positions([foreign]))
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test(arguments: [
    Command.cancelAll(nil), .cancelAll(Sample.btc), .flatten(nil), .flatten(Sample.btc),
    .setState(.halted, reason: "enough"),
  ])
  func `J05 halt, flatten and cancel-all take back what waits for a close`(_ command: Command) {
    var desk = held()
    close(0, at: 59_900, &desk)
    desk.command(command)
    desk.command(.setState(.running, reason: ""))
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `C01 at a candle that is told late a strategy closes, and opens nothing`() {
    var desk = held()
    #expect(close(0, at: 59_900, late: .seconds(40), &desk).map(\.reduceOnly) == [true])
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `B11 an exit that a lost stream hid is done when the past was read`() {
    var desk = held()
    desk.take(.link(.publicStream, .down("reset")))
    desk.now = Sample.start + .minutes(2)
    desk.take(.link(.publicStream, .up))
    let before = desk.wanted.orders.count
    past([candle(0), candle(1, close: 59_900)], &desk)
    #expect(desk.wanted.orders.dropFirst(before).map(\.reduceOnly) == [true])
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `B11 an exit of a candle before the last is not done any more`() {
    var desk = held()
    desk.take(.link(.publicStream, .down("reset")))
    desk.now = Sample.start + .minutes(2)
    desk.take(.link(.publicStream, .up))
    let before = desk.wanted.orders.count
    past([candle(0, close: 59_900), candle(1)], &desk)
    #expect(desk.wanted.orders.count == before)
  }

  @Test func `an exit that was found while the account was unknown is done once it is known`() {
    var desk = held()
    desk.take(.link(.privateStream, .down("reset")))
    desk.take(.link(.publicStream, .down("reset")))
    desk.now = Sample.start + .minutes(2)
    desk.take(.link(.publicStream, .up))
    let before = desk.wanted.orders.count
    past([candle(0), candle(1, close: 59_900)], &desk)
    #expect(desk.wanted.orders.count == before)
    desk.take(.link(.privateStream, .up))
    let position = Sample.position(opened: Sample.start, updated: desk.now)
    let account = EngineDesk.account(positions: [position], triggers: [EngineDesk.attachedStop])
    let effects = desk.answer("accountSnapshot", .confirmed(.account(account)))
    #expect(effects.orders.map(\.reduceOnly) == [true])
  }

  /// Tells of the first minute's candle until its end, and of the one that follows.
  private func end(at price: Price, _ desk: inout EngineDesk) {
    desk.now = Sample.start + .seconds(59)
    let open = Sample.candle(Sample.start, 60_000, close: price, isClosed: false)
    desk.take(.market(.candle(Sample.btc, .oneMinute, open)))
    desk.pass(.seconds(2))
    desk.quote(Sample.bitcoin, price)
    tellBalance(&desk)
    let next = Sample.candle(Sample.start + .minutes(1), price, isClosed: false)
    desk.take(.market(.candle(Sample.btc, .oneMinute, next)))
  }

  @Test func `B11 a last word that comes behind the next candle is heard by a strategy`() {
    var desk = held()
    end(at: 60_000, &desk)
    let last = desk.take(.market(.candle(Sample.btc, .oneMinute, candle(0, close: 59_900))))
    #expect(last.orders.map(\.reduceOnly) == [true])
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `B11 a last word that leaves the reason leaves what waits for a close`() {
    var desk = held()
    end(at: 59_900, &desk)
    let last = desk.take(.market(.candle(Sample.btc, .oneMinute, candle(0, close: 59_890))))
    #expect(last.orders == [])
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy, .sell])
  }

  @Test func `B11 a last word that takes the reason away takes what waits for a close along`() {
    var desk = held()
    end(at: 59_900, &desk)
    desk.take(.market(.candle(Sample.btc, .oneMinute, candle(0, close: 60_010))))
    fillExit(&desk)
    tellBalance(&desk)
    #expect(openings(desk) == [.buy])
  }

  @Test func `a close that is on its way is not sent again at the next candle`() {
    var desk = held()
    close(0, at: 59_900, &desk)
    #expect(close(1, at: 59_800, &desk) == [])
    #expect(desk.snapshot.denials.isEmpty)
    fillExit(&desk)
    #expect(tellBalance(&desk).map(\.side) == [.sell])
  }

  @Test func `in hedge mode a strategy closes its short beside the long of a person`() {
    let key = PositionKey(instrument: Sample.btc, slot: .short, marginMode: .isolated)
    let own = PositionCycle(
      key: key, side: .short, source: .strategy("turner"), openedAt: Sample.start,
      entryPrice: 60_000, peakContracts: 10)
    var desk = EngineDesk(
      strategies: [
        StrategyPlan(
          name: "turner", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Turner())
      ])
    desk.boot(
      EngineDesk.account(
        positions: [
          Sample.position("7", contracts: 4, slot: .long),
          Sample.position("8", side: .short, slot: .short),
        ], mode: .hedge),
      recovery: Recovery(openCycles: [own]))
    past([candle(-2), candle(-1)], &desk)
    #expect(desk.snapshot.strategies.map(\.obstacle) == [nil])
    let orders = close(0, at: 60_100, &desk)
    #expect(orders.map(\.slot) == [.short])
    #expect(orders.map(\.side) == [.buy])
  }
}
