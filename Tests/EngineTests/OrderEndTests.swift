import AccountData
import Engine
import Risk
import Strategies
import TestSupport
import Testing
import Trading
import Units

/// Wants a long at a limit where a candle moved and nothing is held, and closes what is held.
private struct Patient: Strategy {
  func candleClosed(
    _ candle: Candle, _ timeFrame: TimeFrame, in context: StrategyContext
  ) -> [Wish] {
    guard candle.close != candle.open else { return [] }
    guard context.held == nil else { return [.close(reason: "held")] }
    return [
      .open(
        OpeningWish(
          side: .long, type: .limit(59_900), size: .contracts(10),
          stop: .stop(Trigger(triggerPrice: 59_000)), takeProfit: Trigger(triggerPrice: 63_000),
          reason: "cheap"))
    ]
  }

  func why() -> Explanation { Explanation(goal: "wait", conditions: []) }
}

/// How orders end that are canceled while they fill, and what fills at many prices adds up to.
@Suite struct OrderEndTests {
  private let id = EngineDesk.id(1)

  /// A desk whose strategy has a limit order at the exchange, of which a cancel is under way.
  private func canceling() -> EngineDesk {
    var desk = EngineDesk(
      strategies: [
        StrategyPlan(
          name: "patient", instrument: Sample.btc, marginMode: .isolated,
          timeFrames: [.oneMinute], strategy: Patient())
      ])
    desk.boot()
    let past = [-2, -1].map { Sample.candle(Sample.start + .minutes($0), 60_000) }
    desk.take(.market(.candles(Sample.btc, .oneMinute, past)))
    desk.answer("candles", .confirmed(.done))
    #expect(close(0, &desk).map(\.type) == [.limit(59_900)])
    desk.take(.intentDurable(id))
    desk.answer("submit", .confirmed(.order(ExchangeOrderID("77"))))
    desk.command(.cancel(Sample.btc, .client(id)))
    #expect(desk.snapshot.orders.map(\.state) == [.pendingCancel])
    return desk
  }

  /// Lets the candle of a minute close below where it began; returns the orders that follow.
  private func close(_ minute: Int64, _ desk: inout EngineDesk) -> [OrderRequest] {
    desk.now = Sample.start + .minutes(minute + 1)
    desk.quote(Sample.bitcoin, 59_950)
    desk.take(.account(.balance(Sample.balance(at: desk.now))))
    let candle = Sample.candle(Sample.start + .minutes(minute), 60_000, close: 59_950)
    return desk.take(.market(.candle(Sample.btc, .oneMinute, candle))).orders
  }

  /// Fills so much of the order, ends it and shows the position that came of it.
  private func end(
    filled contracts: Contracts, as state: OrderState, _ desk: inout EngineDesk
  ) {
    desk.take(
      .fill(
        Sample.fill(
          "1", order: "77", client: id, price: 59_900, contracts: contracts, at: desk.now)))
    desk.answer("cancel", .confirmed(.cancel))
    desk.take(
      .order(
        Sample.order(
          "77", client: id, type: .limit(59_900), contracts: 10, filled: contracts, price: 59_900,
          state: state, at: desk.now)))
    desk.take(
      .positions([
        Sample.position(contracts: contracts, entry: 59_900, opened: desk.now, updated: desk.now)
      ]))
  }

  @Test func `O11 a part that fills during the cancel is kept, and the strategy is told of it`() {
    var desk = canceling()
    end(filled: 4, as: .canceled, &desk)
    let order = desk.snapshot.account.orders[id]
    #expect(order?.state == .canceled)
    #expect(order?.progress.filledContracts == 4)
    #expect(order?.progress.averagePrice == 59_900)
    #expect(desk.snapshot.orders.isEmpty)
    let line = desk.snapshot.strategies.first
    #expect(line.map(desk.snapshot.holding(of:)) == "long 4")
    // At its next candle it knows, and closes what there is and no more.
    let exits = close(1, &desk)
    #expect(exits.map(\.contracts) == [4])
    #expect(exits.map(\.side) == [.sell])
    #expect(exits.map(\.reduceOnly) == [true])
  }

  @Test func `O11 an order that fills whole during the cancel is a position of its strategy`() {
    var desk = canceling()
    end(filled: 10, as: .filled, &desk)
    #expect(desk.snapshot.account.orders[id]?.state == .filled)
    #expect(desk.snapshot.account.orders[id]?.progress.filledContracts == 10)
    #expect(close(1, &desk).map(\.contracts) == [10])
  }

  @Test func `O11 after a cancel that nothing overtook the strategy wants its order again`() {
    var desk = canceling()
    desk.answer("cancel", .confirmed(.cancel))
    desk.take(
      .order(
        Sample.order(
          "77", client: id, type: .limit(59_900), contracts: 10, state: .canceled, at: desk.now)))
    let orders = close(1, &desk)
    #expect(orders.map(\.type) == [.limit(59_900)])
    #expect(orders.map(\.clientOrderID) == [EngineDesk.id(2)])
  }

  @Test func `O15 five hundred fills at as many prices have their exact mean, and tell nothing`() {
    var desk = EngineDesk()
    desk.boot()
    _ = desk.restLong(as: "77")
    let told = desk.wanted.notices
    for number in 1...500 {
      desk.take(
        .fill(
          Sample.fill(
            "\(number)", order: "77", client: id,
            price: Price(Fixed(59_850) + Fixed(number).divided(by: 10, .towardZero)),
            contracts: "0.02", fee: "0.0007188")))
    }
    let progress = desk.snapshot.account.orders[id]?.progress
    #expect(progress?.filledContracts == 10)
    // The mean of 59 850.1, 59 850.2 ... 59 900.
    #expect(progress?.averagePrice == "59875.05")
    #expect(progress?.fee == "0.3594")
    #expect(desk.snapshot.account.day.fees == "0.3594")
    // A sentence is drawn at once; as many sentences would be as many frames.
    #expect(desk.wanted.notices == told)
  }

  @Test func `O15 a mean that has no end is cut toward zero, whatever the order of its fills`() {
    func mean(_ prices: [Price]) -> Price? {
      var desk = EngineDesk()
      desk.boot()
      _ = desk.restLong(as: "77")
      for (number, price) in prices.enumerated() {
        desk.take(
          .fill(
            Sample.fill("\(number)", order: "77", client: id, price: price, contracts: 2)))
      }
      return desk.snapshot.account.orders[id]?.progress.averagePrice
    }
    let exact = Price(Fixed(179_650).divided(by: 3, .towardZero))
    #expect(mean([59_900, 59_900, 59_850]) == exact)
    #expect(mean([59_850, 59_900, 59_900]) == exact)
  }
}
